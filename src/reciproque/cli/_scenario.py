"""``scenario FILE``: what may change, by how much, under which assumptions."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from reciproque.cli._common import (
    LANG,
    Json,
    Lang,
    _,
    open_registry,
    plain_errors,
    show_json,
    show_table,
)
from reciproque.vocabulary import label, say, say_number

if TYPE_CHECKING:
    from reciproque.flows import Outlook, Totals

app = typer.Typer()
MILLION = 1e6


def _answer(found: Outlook) -> dict[str, Any]:
    return {
        "name": found.scenario.name, "territory": found.scenario.territory, "state": str(found.state),
        "flows_state": str(found.flows_state), "source": found.source, "year": found.year,
        "before": asdict(found.before), "after": asdict(found.after), "change": asdict(found.change),
        "levers": [
            {
                "kind": e.lever.kind, "values": dict(e.lever.values), "why": e.lever.why, "assumed": e.lever.assumed,
                "alone": asdict(e.alone), "added": asdict(e.added), "said": say(e.reason, LANG),
            }
            for e in found.effects
        ],
        "pairs": found.pairs.to_dicts(),
        "assumptions": [say(r, LANG) for r in found.assumptions],
        "limits": [say(r, LANG) for r in found.limits],
    }  # fmt: skip


def _row(name: str, totals: Totals) -> list[str]:
    return [
        name,
        say_number(totals.workers, LANG),
        say_number(totals.car_km / MILLION, LANG, 1),
        say_number(totals.tonnes, LANG),
    ]


def _show(found: Outlook) -> None:
    name = found.scenario.name or found.scenario.territory
    typer.echo(_("scenario_head", name=name, source=found.source, year=found.year))
    levers = [_row(label("levers", e.lever.kind, LANG), e.added) for e in found.effects]
    show_table(
        [_("col_lever"), _("col_workers"), _("col_car_km"), _("col_tonnes")],
        [_row(_("row_before"), found.before), *levers, _row(_("row_after"), found.after)],
    )
    if found.pairs.height:
        typer.echo("\n" + _("scenario_pairs"))
        show_table(
            [_("col_journey"), _("col_workers"), _("col_tonnes")],
            [
                [
                    f"{p['origin_name']} → {p['destination_name']}",
                    f"{say_number(p['workers_before'], LANG)} → {say_number(p['workers_after'], LANG)}",
                    say_number(p["tonnes"], LANG, 1),
                ]
                for p in found.pairs.to_dicts()
            ],
        )
    typer.echo("\n" + _("scenario_assumptions"))
    for reason in (*found.assumptions, *found.limits):
        typer.echo("  " + say(reason, LANG))


@app.command("scenario", help=_("scenario"))
def scenario(file: Path, json_: Json = False, lang: Lang = LANG) -> None:
    from reciproque.flows import outlook, read_scenario

    with plain_errors():
        described = read_scenario(file)
        found = outlook(open_registry(), described)
    if json_:
        return show_json(_answer(found))
    _show(found)
    return None
