"""The dossier of a territory and of a pair: A4, PDF/A-3a and PDF/UA-1, for a meeting's table."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import override

from reciproque.kernel import Territory
from reciproque.partners import Comparison, compare, partners
from reciproque.territories import Registry
from reciproque.vocabulary import label, say, say_number, say_round, say_source
from reciproque.web.registry import interdependence, living_areas, pairs, portraits
from reciproque.web.registry.ties import ties
from reciproque.web.registry.typesetting import Dossier, Picture, Section, compile_dossier
from reciproque.web.shared.templatetags.reciproque import (
    communes,
    kind_of,
    lang,
    people,
    value_with_unit,
)


def _named(territory: Territory) -> str:
    return f"{kind_of(territory)}, {communes(territory)}, {people(territory)} · {territory.code}"


def _footer() -> str:
    return _("Réciproque · chiffres publics, sources et années sous chaque tableau")


def _ties_section(registry: Registry, territory: Territory, flow: str) -> Section:
    found = ties(registry, territory, flow, portraits.commuting_of(registry, territory))
    title = say(f"flow.{flow}", lang())
    if not found.rows:
        return Section(title, _("Aucun lien connu."))
    alt = _(
        "Carte : %(name)s et les territoires auxquels il est le plus lié ; le tableau dit les mêmes chiffres."
    ) % {"name": territory.name}
    state = label("states", found.state, lang())
    return Section(
        title,
        pictures=[Picture(str(found.map), alt, "", 70)],
        columns=[_("Territoire"), _("viennent"), _("partent"), _("statut")],
        widths=[3, 1, 1, 1],
        right=[1, 2],
        rows=[
            [
                r.name,
                say_round(r.incoming, lang()),
                say_round(r.outgoing, lang()),
                label("states", r.state, lang()),
            ]
            for r in found.rows
        ],
        source=f"{say_source(found.source, lang())}, {found.year} ({state}). {found.coverage}",
    )


def _facts_section(registry: Registry, territory: Territory) -> Section:
    found = portraits.facts(registry, territory)
    peers = portraits.peers_name(registry, territory)
    return Section(
        _("À côté des autres %(peers)s") % {"peers": peers},
        columns=[_("Indicateur"), territory.name, _("médiane"), _("source, année")],
        widths=[2.6, 1.2, 1, 2],
        right=[1, 2],
        rows=[
            [
                f.indicator.label(lang()),
                value_with_unit(f.measure.value, f.indicator.id),
                value_with_unit(f.median, f.indicator.id),
                f"{say_source(f.source, lang())}, {f.year}",
            ]
            for f in found
        ],
    )


def _partners_section(registry: Registry, territory: Territory) -> Section:
    found = partners(registry, territory, n=6)
    rows = [
        [
            p.territory.name,
            "–" if p.distance_km is None else say_number(p.distance_km, lang()) + " km",
            " ".join(say(r, lang()) for r in p.reasons[:3]),
        ]
        for p in found
    ]
    return Section(
        _("Avec qui coopérer, et pourquoi"),
        columns=[_("Territoire"), _("distance"), _("raisons")],
        widths=[1.4, 0.6, 3.4],
        rows=rows,
        source=_(
            "Les scores rapprochent deux territoires ; ils ne prédisent pas une coopération. La méthode est publiée."
        ),
    )


def territory_dossier(registry: Registry, territory: Territory, language: str) -> bytes:
    """The dossier of a territory, in ``language``, as PDF bytes."""
    with override(language):
        commuting = portraits.commuting_of(registry, territory)
        flows = portraits.flows_known(registry, territory)
        members = registry.members_of(territory) if territory.communes > 1 else []
        sections = [_facts_section(registry, territory)]
        sections += [_ties_section(registry, territory, flow) for flow in flows]
        sections.append(_partners_section(registry, territory))
        if members:
            names = ", ".join(m.name for m in members[:120]) + ("…" if len(members) > 120 else "")
            sections.append(Section(_("Les membres"), names))
        return compile_dossier(
            Dossier(
                territory.name,
                _named(territory),
                portraits.lead(registry, territory, commuting),
                language,
                _footer(),
                sections,
            )
        )


def _flows_section(registry: Registry, comparison: Comparison) -> Section:
    a, b, language = comparison.a, comparison.b, lang()
    ribbons = pairs.ribbons(comparison.flows, a, b)
    says = pairs.headlines(registry, comparison)
    return Section(
        _("Ce qui passe de l’un à l’autre"),
        " ".join(f"{big}. {small}" for big, small in says),
        pictures=[
            Picture(
                str(r.picture),
                r.words,
                say(f"flow.{r.flow}", language) + f", {a.name} → {b.name}".replace("→", "/"),
                92,
            )
            for r in ribbons
        ],
        columns=[
            _("Nature"),
            _("de %(a)s vers %(b)s") % {"a": a.name, "b": b.name},
            _("en sens inverse"),
            _("statut, source, année"),
        ],
        widths=[1.2, 1.4, 1.2, 2],
        right=[1, 2],
        rows=[
            [
                say(f"flow.{r.flow}", language),
                say_number(r.there.value, language),
                say_number(r.back.value, language),
                f"{label('states', str(r.there.state), language)}, {say_source(r.there.source, language)}, {r.there.year}",
            ]
            for r in ribbons
        ],
    )


def _leaning_section(registry: Registry, comparison: Comparison) -> Section:
    """Who depends on whom, and whether both live in one area."""
    if comparison.overlap:
        return Section(_("Qui dépend de qui"))
    a, b = comparison.a, comparison.b
    found, lines = interdependence.leaning(registry, a, b)
    state = label("states", str(found.state), lang())
    return Section(
        _("Qui dépend de qui"),
        bullets=[*lines, living_areas.shared_sentence(registry, a, b)],
        source=f"{say_source(found.source, lang())}, {found.year} ({state})",
    )


def _differences_section(registry: Registry, comparison: Comparison) -> Section:
    a, b, language = comparison.a, comparison.b, lang()
    return Section(
        _("Là où ils diffèrent"),
        columns=[_("Indicateur"), a.name, b.name, _("médiane"), _("source, année")],
        widths=[2.2, 1.1, 1.1, 1, 1.6],
        right=[1, 2, 3],
        rows=[
            [
                x.row.indicator.label(language),
                value_with_unit(x.row.a.value, x.row.indicator.id),
                value_with_unit(x.row.b.value, x.row.indicator.id),
                value_with_unit(x.row.median, x.row.indicator.id),
                f"{say_source(x.row.a.source, language)}, {x.row.a.year}",
            ]
            for x in pairs.axes(registry, comparison)
        ],
    )


def pair_dossier(registry: Registry, a: Territory, b: Territory, language: str) -> bytes:
    """The dossier of two territories side by side, in ``language``, as PDF bytes."""
    with override(language):
        comparison = compare(registry, a, b)
        flows = _flows_section(registry, comparison)
        figures = _differences_section(registry, comparison)
        talk = Section(
            _("De quoi se parler"), bullets=[say(r, language) for r in comparison.reasons]
        )
        leaning = _leaning_section(registry, comparison)
        place = Section(
            _("Où ils sont"),
            pictures=[
                Picture(str(pairs.picture(registry, comparison)), pairs.lead(comparison), "", 70)
            ],
        )
        sections = [
            s for s in (flows, leaning, figures, talk, place) if s.rows or s.bullets or s.pictures
        ]
        return compile_dossier(
            Dossier(
                f"{a.name}, {b.name}",
                f"{_named(a)} — {_named(b)}",
                pairs.lead(comparison),
                language,
                _footer(),
                sections,
            )
        )
