"""``coalition``: the smallest group of partners that covers a list of goals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from reciproque.cli._common import (
    LANG,
    Json,
    Lang,
    _,
    check_kinds,
    open_registry,
    plain_errors,
    show_json,
    show_table,
)
from reciproque.vocabulary import NBSP, label, say, say_number, table

if TYPE_CHECKING:
    from reciproque.matching import Coalition, Goal, GoalReached

app = typer.Typer()


def _wanted(
    goals: list[str] | None, least: float | None, most: float | None, bounds: str
) -> list[Goal]:
    """The goals written, and the population bounds given or those of a scheme."""
    from reciproque.matching import bounds_of, parse_goals, population_goals

    found = [goal for text in goals or () for goal in parse_goals(text)]
    low, high = bounds_of(bounds) if bounds else (None, None)
    return found + list(
        population_goals(low if least is None else least, high if most is None else most)
    )


def _number(value: float | None, reached: GoalReached) -> str:
    row = reached.goal.row
    if value is None:
        return "–"
    return say_number(value, LANG, row.decimals) + NBSP + label("indicator_units", row.unit, LANG)


def _asked(reached: GoalReached) -> str:
    goal = reached.goal
    words = f"{goal.row.label(LANG)}, {label('goal_senses', goal.sense, LANG)}"
    return words if goal.value is None else f"{words} {_number(goal.value, reached)}"


def _show(found: Coalition) -> None:
    name, count = found.territory.name, len(found.members)
    if count or not found.complete:
        typer.echo(_("coalition_members", name=name, count=count, candidates=found.candidates))
    else:
        typer.echo(_("coalition_alone", name=name))
    for ally in found.members:
        share = say_number(100 * ally.share, LANG) + NBSP + "%"
        typer.echo(
            f"  {ally.territory.name}, {say_number(ally.distance_km or 0, LANG)} km, "
            f"{_('col_share').lower()} {share}"
        )
        for reason in ally.reasons:
            typer.echo(f"    {say(reason, LANG)} ({reason.source}, {reason.year})")
    columns = ("col_goal", "col_alone", "col_together", "col_reached", "col_best")
    show_table(
        [_(key) for key in columns],
        [
            [
                _asked(g),
                _number(g.alone, g),
                _number(g.together, g),
                _("yes" if g.reached else "no"),
                "" if g.best is None else _number(g.best, g),
            ]
            for g in found.goals
        ],
    )
    for note in found.notes:
        typer.echo(say(note, LANG))
    proven = "coalition_proven" if found.complete else "coalition_most"
    key = proven if found.optimal else "coalition_open"
    typer.echo(_(key, seconds=found.seconds, gap=found.gap))


def _caution(bounds: str) -> None:
    """Bounds that are only a default say so, with what they rest on."""
    row = table("population_bounds")[bounds]
    if row["assumed"]:
        note = row[f"note_{LANG}"] + f" ({row[f'basis_{LANG}']})"
        typer.echo(note, err=True)


@app.command(help=_("coalition"))
def coalition(
    territory: str,
    goals: Annotated[list[str] | None, typer.Option("--goals", help=_("opt_goals"))] = None,
    most: Annotated[int, typer.Option("--max", help=_("opt_most"))] = 8,
    within: Annotated[float | None, typer.Option("--within", help=_("opt_within"))] = None,
    least: Annotated[
        float | None, typer.Option("--min-population", help=_("opt_min_population"))
    ] = None,
    highest: Annotated[
        float | None, typer.Option("--max-population", help=_("opt_max_population"))
    ] = None,
    bounds: Annotated[str, typer.Option("--bounds", help=_("opt_bounds"))] = "",
    contiguous: Annotated[bool, typer.Option("--contiguous", help=_("opt_contiguous"))] = False,
    kind: Annotated[str, typer.Option("--kind", help=_("opt_kind"))] = "epci",
    seconds: Annotated[float, typer.Option("--seconds", min=0.1, help=_("opt_seconds"))] = 10.0,
    json_: Json = False,
    lang: Lang = LANG,
) -> None:
    check_kinds([kind])
    from reciproque.matching import coalition as smallest
    from reciproque.matching import coalition_as_data

    with plain_errors():
        wanted = _wanted(goals, least, highest, bounds)
        registry = open_registry()
        here = registry.find(territory)
        if bounds:
            _caution(bounds)
        found = smallest(
            registry,
            here,
            wanted,
            most=most,
            kind=kind,
            within_km=within,
            contiguous=contiguous,
            seconds=seconds,
        )
    if json_:
        show_json(coalition_as_data(found, LANG))
    else:
        _show(found)
    if not found.complete:
        raise typer.Exit(1)
