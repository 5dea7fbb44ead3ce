"""A card for each possible partner: reasons, four bars, a small ribbon."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reciproque.kernel import Partner, Reason, Territory
from reciproque.partners import MOTIVES, partners
from reciproque.territories import Registry
from reciproque.vocabulary import label, say, say_round, say_source
from reciproque.web.registry.forms import PartnerForm
from reciproque.web.shared.pictures import Lane, mini, score_bar
from reciproque.web.shared.templatetags.reciproque import lang


@dataclass(frozen=True)
class Card:
    """One possible partner, as shown."""

    partner: Partner
    reasons: tuple[Reason, ...]
    scores: tuple[tuple[str, float | None, SafeString], ...]
    ribbon: SafeString
    sources: str
    estimated: bool


def _ribbon(here: Territory, partner: Partner) -> SafeString:
    """Commuting between the two, when a reason tells it."""
    for reason in partner.reasons:
        if reason.key.startswith("partner.tied"):
            incoming, outgoing = (float(str(reason.figures[k])) for k in ("incoming", "outgoing"))
            words = _("%(out)s actifs vont de %(a)s à %(b)s, %(back)s dans l’autre sens.") % {
                "out": say_round(outgoing, lang()),
                "a": here.name,
                "b": partner.territory.name,
                "back": say_round(incoming, lang()),
            }
            return mini(Lane("commuting", outgoing, incoming, not reason.estimated, words))
    return SafeString("")


def cards(registry: Registry, here: Territory, question: dict[str, object]) -> list[Card]:
    """The partners that answer a question, ready to show."""
    found = partners(registry, here, **question)  # type: ignore[arg-type]
    return [
        Card(
            p,
            p.reasons,
            tuple(
                (m, p.scores.get(m), score_bar(p.scores[m]) if m in p.scores else SafeString(""))
                for m in MOTIVES
            ),
            _ribbon(here, p),
            " ; ".join(
                dict.fromkeys(
                    f"{say_source(r.source, lang())}, {r.year}" for r in p.reasons if r.source
                )
            ),
            any(r.estimated for r in p.reasons),
        )
        for p in found
    ]


def lead(here: Territory, shown: list[Card], form: PartnerForm) -> str:
    """One sentence that says what the list tells."""
    if not form.is_valid():
        return _("Un filtre est à corriger.")
    if not shown:
        return _(
            "Aucun territoire ne répond à ces filtres : élargissez la distance, le type ou le sujet."
        )
    themes = [label("themes", t, lang()).lower() for t in form.cleaned_data.get("sujet") or ()]
    about = _("Autour du sujet « %s », ") % ", ".join(themes) if themes else ""
    first = shown[0].partner
    count = ngettext(
        "%(n)s territoire ressort pour %(t)s.",
        "%(n)s territoires ressortent pour %(t)s.",
        len(shown),
    ) % {
        "n": len(shown),
        "t": here.name,
    }
    why = say(first.reasons[0], lang()) if first.reasons else ""
    return f"{about}{count} " + _("En premier, %(name)s : %(why)s") % {
        "name": first.territory.name,
        "why": why[:1].lower() + why[1:],
    }
