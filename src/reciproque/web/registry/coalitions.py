"""A coalition for a page or a program: what is asked in the address, what the engine finds, on a map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from reciproque.kernel import ReciproqueError, Territory
from reciproque.matching import (
    Coalition,
    Goal,
    GoalReached,
    bounds_of,
    coalition,
    parse_goals,
    population_goals,
)
from reciproque.territories import Registry
from reciproque.vocabulary import NBSP, indicators, label, say_number, table
from reciproque.web.registry.ties import ground
from reciproque.web.shared.pictures import Link, Mark, places_map
from reciproque.web.shared.templatetags.reciproque import lang

KINDS = ("epci", "petr", "pays", "departement", "landkreis")
MOST, LIMIT, SECONDS, GOALS = 4, 12, 5.0, 12


def kinds(known: Registry) -> list[tuple[str, str]]:
    """The kinds of partners that are known here, in the plural."""
    here = set(known.kinds())
    return [(k, table("kinds")[k][f"plural_{lang()}"]) for k in KINDS if k in here]


def exchangeable(known: Registry, kind: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """What can be exchanged and is told by the data at hand, by theme: theme, then (indicator, words)."""
    told = set(known.profiles(kind).ids)
    by_theme: dict[str, list[tuple[str, str]]] = {}
    for key, row in indicators().items():
        if key in told and row.exchangeable and row.usual_high is not None:
            words = row.exchange_en if lang() == "en" else row.exchange_fr
            by_theme.setdefault(row.theme, []).append((key, words))
    return [(label("themes", t, lang()), rows) for t, rows in by_theme.items()]


class CoalitionForm(forms.Form):
    """What is sought, in which limits; its names are those of the address."""

    cherche = forms.MultipleChoiceField(required=False)
    objectifs = forms.CharField(
        label=gettext_lazy("Autres objectifs"), required=False, max_length=400
    )
    bornes = forms.ChoiceField(label=gettext_lazy("Taille de l’ensemble"), required=False)
    habitants_min = forms.FloatField(
        label=gettext_lazy("habitants, au moins"), required=False, min_value=0
    )
    habitants_max = forms.FloatField(label=gettext_lazy("au plus"), required=False, min_value=0)
    au_plus = forms.IntegerField(
        label=gettext_lazy("Partenaires, au plus"), required=False, min_value=1, max_value=LIMIT
    )
    km = forms.FloatField(label=gettext_lazy("À moins de (km)"), required=False, min_value=0.1)
    type = forms.ChoiceField(label=gettext_lazy("Parmi"), required=False)
    tenant = forms.BooleanField(
        label=gettext_lazy("d’un seul tenant avec le territoire"), required=False
    )

    def __init__(self, asked: Mapping[str, Any], known: Registry) -> None:
        super().__init__(asked)
        self.fields["type"].choices = kinds(known)
        kind = asked.get("type") or "epci"
        self.themes = exchangeable(known, kind if kind in dict(kinds(known)) else "epci")
        self.fields["cherche"].choices = [row for _theme, rows in self.themes for row in rows]
        bounds = [(k, label("population_bounds", k, lang())) for k in table("population_bounds")]
        self.fields["bornes"].choices = [("", _("sans borne")), *bounds]

    def goals(self) -> tuple[Goal, ...]:
        """The goals asked, bounds of size among them; none: what the territory lacks.  Raises ``ReciproqueError``."""
        v = self.cleaned_data
        low, high = bounds_of(v["bornes"]) if v["bornes"] else (None, None)
        low = low if v["habitants_min"] is None else v["habitants_min"]
        high = high if v["habitants_max"] is None else v["habitants_max"]
        written = parse_goals(v["objectifs"]) if v["objectifs"].strip() else ()
        sought = tuple(Goal(name, "surplus") for name in v["cherche"])
        found = (*sought, *written, *population_goals(low, high))
        if len(found) > GOALS:
            raise ReciproqueError("coalition.many_goals", count=len(found), limit=GOALS)
        return found

    def find(self, known: Registry, here: Territory) -> Coalition:
        """What the engine finds in a bounded time; raises ``ReciproqueError`` in words."""
        v = self.cleaned_data
        return coalition(
            known, here, self.goals(), most=v["au_plus"] or MOST, kind=v["type"] or "epci",
            within_km=v["km"], contiguous=v["tenant"], seconds=SECONDS,
        )  # fmt: skip

    @property
    def caution(self) -> str:
        """What the chosen bounds rest on, when they are only a default."""
        row = table("population_bounds").get(self.cleaned_data.get("bornes", ""))
        if not row or not row["assumed"]:
            return ""
        return f"{row[f'note_{lang()}']} ({row[f'basis_{lang()}']})"


@dataclass(frozen=True)
class Line:
    """A goal of the table, in words: asked, alone, together, reached; ``best`` where it is out of reach."""

    asked: str
    alone: str
    together: str
    reached: bool
    best: str
    source: str


def _number(value: float | None, row: Any) -> str:
    if value is None:
        return "–"
    return (
        say_number(value, lang(), row.decimals) + NBSP + label("indicator_units", row.unit, lang())
    )


def _line(reached: GoalReached) -> Line:
    goal, row = reached.goal, reached.goal.row
    asked = f"{row.label(lang())}, {label('goal_senses', goal.sense, lang())}"
    if goal.value is not None:
        asked += f" {_number(goal.value, row)}"
    return Line(
        asked, _number(reached.alone, row), _number(reached.together, row), reached.reached,
        "" if reached.best is None else _number(reached.best, row), f"{row.source}, {row.year}",
    )  # fmt: skip


def lines(found: Coalition) -> list[Line]:
    """The goals, in words."""
    return [_line(g) for g in found.goals]


def lead(found: Coalition) -> str:
    """What was found, in a sentence."""
    n, name = len(found.members), found.territory.name
    if not n and found.complete:
        return _("%(name)s atteint seul tous ces objectifs.") % {"name": name}
    if not n:
        return _("Aucun partenaire n’approche ces objectifs dans ces limites.")
    if found.complete:
        said = ngettext(
            "Avec %(n)s partenaire, %(name)s atteint tous les objectifs.",
            "Avec %(n)s partenaires, %(name)s atteint tous les objectifs.", n,
        )  # fmt: skip
    else:
        said = ngettext(
            "Aucune coalition n’atteint tout dans ces limites ; ce partenaire en approche le plus %(name)s.",
            "Aucune coalition n’atteint tout dans ces limites ; ces %(n)s partenaires en approchent le plus %(name)s.", n,
        )  # fmt: skip
    return said % {"n": n, "name": name}


def drawn(known: Registry, found: Coalition) -> SafeString | None:
    """The territory and its partners, with their outlines; the wider the arrow, the larger the share."""
    here = found.territory
    if here.longitude is None or here.latitude is None or not found.members:
        return None
    at = (here.longitude, here.latitude)
    marks, links = [Mark(here.name, *at, "b")], []
    for ally in found.members:
        there = ally.territory
        if there.longitude is not None and there.latitude is not None:
            marks.append(Mark(there.name, there.longitude, there.latitude, "a"))
            links.append(Link((there.longitude, there.latitude), at, max(ally.share, 0.05)))
    said = _(
        "Un losange pour le territoire, un rond par partenaire ; le tableau dit les mêmes choses."
    )
    return places_map(
        marks, links, _shapes(known, found, marks), _("La coalition sur une carte"), said
    )


def _shapes(known: Registry, found: Coalition, marks: Sequence[Mark]) -> list[Any]:
    lons, lats = [m.longitude for m in marks], [m.latitude for m in marks]
    box = (min(lons) - 0.3, min(lats) - 0.3, max(lons) + 0.3, max(lats) + 0.3)
    codes = [found.territory.code, *(a.territory.code for a in found.members)]
    return [*ground(known, box), *(known.geometry(code) for code in codes)]
