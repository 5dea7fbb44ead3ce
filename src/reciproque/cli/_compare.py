"""``compare``: two territories side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from reciproque.cli._common import (
    LANG,
    Json,
    Lang,
    _,
    open_registry,
    people,
    plain_errors,
    show_json,
    show_table,
)
from reciproque.cli._reasons import reason_json
from reciproque.vocabulary import label, say, say_number, say_source

if TYPE_CHECKING:
    from reciproque.partners import Beside, Comparison

app = typer.Typer()


def _compare_json(found: Comparison) -> dict[str, object]:
    return {
        "a": found.a.code,
        "b": found.b.code,
        "distance_km": found.distance_km,
        "contact": found.contact,
        "alike": found.alike,
        "complementary": found.complementary,
        "flows": [
            {
                "kind": f.kind,
                "origin": f.origin,
                "destination": f.destination,
                "value": round(f.value, 1),
                "unit": f.unit,
                "state": str(f.state),
                "source": f.source,
                "year": f.year,
            }
            for f in found.flows
        ],
        "indicators": {
            m.indicator.id: {"a": m.a.value, "b": m.b.value, "median": m.median}
            for m in found.measures
        },
        "reasons": [reason_json(reason) for reason in found.reasons],
    }


def _unit(row: Beside) -> str:
    return "\u00a0" + label("indicator_units", row.indicator.unit, LANG)


@app.command(help=_("compare"))
def compare(a: str, b: str, json_: Json = False, lang: Lang = LANG) -> None:
    from reciproque.partners import compare as side_by_side

    registry = open_registry()
    with plain_errors():
        found = side_by_side(registry, registry.find(a), registry.find(b))
    if json_:
        return show_json(_compare_json(found))
    typer.echo(f"{found.a.name}, {people(found.a)} | {found.b.name}, {people(found.b)}")
    for flow in found.flows:
        names = {found.a.code: found.a.name, found.b.code: found.b.name}
        typer.echo(
            f"  {say('flow.' + flow.kind, LANG)} : {names[flow.origin]} > {names[flow.destination]} : "
            f"{say_number(flow.value, LANG)} {say('unit.' + flow.unit, LANG)} "
            f"[{label('states', str(flow.state), LANG)}] ({say_source(flow.source, LANG)}, {flow.year})"
        )
    for reason in found.reasons:
        typer.echo(f"  {say(reason, LANG)} ({say_source(reason.source, LANG)}, {reason.year})")
    show_table(
        [_("col_indicator"), found.a.name, found.b.name, _("col_median")],
        [
            [
                m.indicator.label(LANG),
                *(
                    "–" if v is None else say_number(v, LANG, m.indicator.decimals) + _unit(m)
                    for v in (m.a.value, m.b.value, m.median)
                ),
            ]
            for m in found.measures
            if m.known
        ],
    )
    return None
