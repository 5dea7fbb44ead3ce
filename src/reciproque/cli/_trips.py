"""``trips``: large records of trips added up to a matrix of flows."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from reciproque.cli._common import (
    LANG,
    Json,
    Lang,
    _,
    choose,
    open_registry,
    plain_errors,
    progress_bar,
    show_json,
    stop,
)
from reciproque.vocabulary import kinds, say

app = typer.Typer()


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise stop(_("bad_date", text=text)) from None


def _territories(kind: str) -> dict[str, str] | None:
    if not kind:
        return None
    choose(kind, "--to", tuple(kinds()))
    registry = open_registry()
    pairs = registry.incidence(kind).tocoo()
    names = registry.codes(kind)
    return {
        str(registry.units.code[unit]): names[at] for at, unit in zip(*pairs.coords, strict=True)
    }


@app.command("trips", help=_("trips"))
def trips(
    files: Annotated[list[Path], typer.Argument(help=_("opt_trip_files"))],
    out: Annotated[Path, typer.Option("--out", help=_("opt_trips_out"))],
    origin: Annotated[str, typer.Option(help=_("opt_origin"))] = "origin",
    destination: Annotated[str, typer.Option(help=_("opt_destination"))] = "destination",
    count: Annotated[str, typer.Option(help=_("opt_count"))] = "count",
    date_: Annotated[str, typer.Option("--date", help=_("opt_date"))] = "date",
    since: Annotated[str, typer.Option(help=_("opt_since"))] = "",
    until: Annotated[str, typer.Option(help=_("opt_until"))] = "",
    to: Annotated[str, typer.Option(help=_("opt_trips_to"))] = "",
    engine: Annotated[str, typer.Option(help=_("opt_engine"))] = "duckdb",
    json_: Json = False,
    lang: Lang = LANG,
) -> None:
    from reciproque.flows import TripColumns, aggregate_trips

    columns = TripColumns(origin, destination, count, date_)
    first, last, territories = _day(since), _day(until), _territories(to)
    try:
        with plain_errors(), progress_bar() as progress:
            found = aggregate_trips(
                files, out, columns=columns, since=first, until=last,
                territories=territories, engine=engine, progress=progress,
            )  # fmt: skip
    except KeyboardInterrupt:
        raise stop(_("interrupted")) from None
    figures = {
        "pairs": found.frame.height, "trips": float(found.frame["value"].sum()),
        "records": found.records, "left": found.left_aside, "file": str(out),
    }  # fmt: skip
    said = [say(key, LANG, **values) for key, values in found.warnings]
    if json_:
        return show_json({**figures, "warnings": said})
    typer.echo(_("trips_done", **figures))
    for sentence in said:
        typer.echo("  " + sentence)
    return None
