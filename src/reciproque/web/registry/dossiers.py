"""The dossier of a territory and of a pair: A4, PDF/A-3a and PDF/UA-1, for a meeting's table."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path

import typst
from django.utils.translation import gettext as _
from django.utils.translation import override

from reciproque.kernel import Territory
from reciproque.partners import compare, partners
from reciproque.territories import Registry
from reciproque.vocabulary import label, say, say_number, say_round
from reciproque.web.registry import pairs, portraits
from reciproque.web.shared.pictures import for_print
from reciproque.web.shared.templatetags.reciproque import (
    communes,
    kind_of,
    lang,
    people,
    value_with_unit,
)

HERE = Path(__file__).parent
FONTS = HERE.parent / "static" / "built"
STANDARDS = ["a-3a", "ua-1"]


@dataclass(frozen=True)
class Picture:
    """A drawing, its words for those who do not see it, its width in percent of the page."""

    svg: str
    alt: str
    caption: str = ""
    width: int = 100


@dataclass(frozen=True)
class Section:
    """A heading with what stands under it; ``right`` are the columns set to the right."""

    title: str
    lead: str = ""
    pictures: Sequence[Picture] = ()
    columns: Sequence[str] = ()
    widths: Sequence[float] = ()
    right: Sequence[int] = ()
    rows: Sequence[Sequence[str]] = ()
    bullets: Sequence[str] = ()
    source: str = ""


@dataclass(frozen=True)
class Dossier:
    """All the words of a dossier."""

    title: str
    subtitle: str
    lead: str
    lang: str
    footer: str
    sections: Sequence[Section]
    date: tuple[int, int, int] = field(
        default_factory=lambda: (date.today().year, date.today().month, date.today().day)
    )


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, font_paths=[str(FONTS)])


def compile_dossier(dossier: Dossier) -> bytes:
    """Typeset a dossier as PDF/A-3a and PDF/UA-1 (about half a second)."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data = asdict(dossier)
        count = 0
        for section in data["sections"]:
            for picture in section["pictures"]:
                count += 1
                picture["file"] = f"picture-{count}.svg"
                (folder / picture["file"]).write_text(
                    for_print(picture.pop("svg")), encoding="utf-8"
                )
        (folder / "data.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        source = folder / "dossier.typ"
        source.write_text(
            (HERE / "typst" / "dossier.typ").read_text(encoding="utf-8"), encoding="utf-8"
        )
        result = typst.compile(
            str(source),
            root=str(folder),
            font_paths=_fonts(),
            ignore_system_fonts=True,
            format="pdf",
            pdf_standards=STANDARDS,
        )
    return bytes(result)


def _named(territory: Territory) -> str:
    return f"{kind_of(territory)}, {communes(territory)}, {people(territory)} · {territory.code}"


def _footer() -> str:
    return _("Réciproque · chiffres publics, sources et années sous chaque tableau")


def _ties_section(registry: Registry, territory: Territory, flow: str) -> Section:
    found = portraits.ties(registry, territory, flow, portraits.commuting_of(registry, territory))
    title = say(f"flow.{flow}", lang())
    if not found.rows:
        return Section(title, _("Aucun lien connu."))
    alt = _(
        "Carte : %(name)s et les territoires auxquels il est le plus lié ; le tableau dit les mêmes chiffres."
    ) % {"name": territory.name}
    state = label("states", found.state, lang())
    return Section(
        title,
        pictures=[Picture(str(found.map), alt, "", 78)],
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
        source=f"{found.source}, {found.year} ({state}). {found.coverage}",
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
                f"{f.source}, {f.year}",
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


def pair_dossier(registry: Registry, a: Territory, b: Territory, language: str) -> bytes:
    """The dossier of two territories side by side, in ``language``, as PDF bytes."""
    with override(language):
        comparison = compare(registry, a, b)
        ribbons = pairs.ribbons(comparison.flows, a, b)
        says = pairs.headlines(registry, comparison)
        flows = Section(
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
                    f"{label('states', str(r.there.state), language)}, {r.there.source}, {r.there.year}",
                ]
                for r in ribbons
            ],
        )
        figures = Section(
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
                    f"{x.row.a.source}, {x.row.a.year}",
                ]
                for x in pairs.axes(registry, comparison)
            ],
        )
        talk = Section(
            _("De quoi se parler"), bullets=[say(r, language) for r in comparison.reasons]
        )
        place = Section(
            _("Où ils sont"),
            pictures=[
                Picture(str(pairs.picture(registry, comparison)), pairs.lead(comparison), "", 70)
            ],
        )
        sections = [s for s in (flows, figures, talk, place) if s.rows or s.bullets or s.pictures]
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
