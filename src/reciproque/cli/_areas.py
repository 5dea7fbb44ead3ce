"""``areas``: the living areas that daily journeys draw, from any file of flows."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from reciproque.cli._common import (
    LANG,
    Json,
    Lang,
    _,
    choose,
    dated,
    open_registry,
    plain_errors,
    progress_bar,
    show_json,
    show_table,
    stop,
)
from reciproque.vocabulary import say, say_number

if TYPE_CHECKING:
    import polars as pl

    from reciproque.flows import LivingAreas
    from reciproque.territories import Registry

app = typer.Typer()
INSTALLED = "installed"
METHODS, ENDINGS = ("european", "leiden"), (".csv", ".geojson")
LIKE_COMMUNES = 0.9  # of the codes with five signs: worth looking for their names
SHOWN = 30

Flows = Annotated[str, typer.Option("--flows", help=_("opt_flows"))]
Mode = Annotated[str, typer.Option("--mode", help=_("opt_mode"))]
Method = Annotated[str, typer.Option("--method", help=_("opt_method"))]
MinSize = Annotated[float, typer.Option("--min-size", help=_("opt_min_size"))]
TargetSize = Annotated[float, typer.Option("--target-size", help=_("opt_target_size"))]
MinContained = Annotated[float, typer.Option("--min-containment", help=_("opt_min_containment"))]
Contained = Annotated[float, typer.Option("--target-containment", help=_("opt_target_containment"))]
Out = Annotated[Path | None, typer.Option("--out", help=_("opt_areas_out"))]


def _read(flows: str, asked: tuple[str, str, str]) -> tuple[pl.DataFrame, list[str]]:
    """The frame ``origin, destination, value`` to draw from, and what its reading leaves aside, in words."""
    from reciproque.sources import installed, read, read_od

    if flows != INSTALLED:
        if not Path(flows).is_file():
            raise stop(_("no_file", path=flows))
        frame, warnings = read_od(Path(flows), *asked)
        return frame, [say(key, LANG, **figures) for key, figures in warnings]
    found = [
        i for i in installed()
        if i.kind == "flows" and i.flow_kind == "commuting" and i.level == "commune"
    ]  # fmt: skip
    if not found:
        raise stop(_("areas_none_installed"))
    item = max(found, key=lambda i: (i.year, i.rows))
    coverage = say(item.coverage_key, LANG, **item.coverage) if item.coverage_key else ""
    return read(item.id).frame, [f"{dated(item.label(LANG), item.year)}. {coverage}"]


def _registry(frame: pl.DataFrame, wanted: bool) -> Registry | None:
    """The registry, where a map is asked for or the codes look like those of communes."""
    import polars as pl

    codes = frame.select(pl.col("origin").cast(pl.String).unique())["origin"]
    like = float((codes.str.len_chars() == 5).sum()) / max(len(codes), 1)
    return open_registry() if wanted or like >= LIKE_COMMUNES else None


def _names(registry: Registry | None, found: LivingAreas) -> list[str]:
    from reciproque.flows import area_names

    return area_names(registry, found) if registry else found.areas["id"].to_list()


def _write(out: Path, found: LivingAreas, registry: Registry | None, names: list[str]) -> None:
    """Write the areas beside, then in place, so that nothing is left half-written."""
    import json

    from reciproque.flows import area_outlines

    beside = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        if out.suffix == ".geojson":
            assert registry is not None  # opened for this ending
            text = json.dumps(area_outlines(registry, found), ensure_ascii=False)
            beside.write_text(text, encoding="utf-8")
        else:
            found.table(names).write_csv(beside)
        beside.replace(out)
    except OSError as error:
        raise stop(_("cannot_write", path=out, why=error.strerror or error)) from error
    finally:
        beside.unlink(missing_ok=True)


def _answer(found: LivingAreas, names: list[str], said: list[str]) -> dict[str, Any]:
    areas = [
        {"id": row["id"], "name": name, **{k: v for k, v in row.items() if k != "id"}}
        for row, name in zip(found.areas.iter_rows(named=True), names, strict=True)
    ]
    criteria = found.criteria
    return {
        "areas": areas, "global_containment": found.global_containment,
        "modularity": found.modularity, "invalid": list(found.invalid),
        "parameters": {
            "mode": found.mode, "min_size": criteria.min_size, "target_size": criteria.target_size,
            "min_containment": criteria.min_containment, "target_containment": criteria.target_containment,
        },
        "seconds": found.seconds, "left_out": list(found.left_out), "notes": said,
    }  # fmt: skip


def _percent(share: float | None) -> str:
    return "–" if share is None else say_number(100 * share, LANG, 1) + "\u00a0%"


def _show(answer: dict[str, Any]) -> None:
    rows = [
        [
            a["name"], str(len(a["members"])), say_number(a["residents"], LANG), say_number(a["jobs"], LANG),
            _percent(a["supply_containment"]), _percent(a["demand_containment"]),
            "" if a["valid"] else _("areas_short"),
        ]
        for a in answer["areas"][:SHOWN]
    ]  # fmt: skip
    columns = ("area", "zones", "residents", "jobs", "supply", "demand")
    show_table([*(_(f"col_area_{name}") for name in columns), ""], rows)
    if len(answer["areas"]) > SHOWN:
        typer.echo(_("areas_more", count=len(answer["areas"]) - SHOWN))
    typer.echo(
        _(
            "areas_whole", count=len(answer["areas"]), short=len(answer["invalid"]),
            contained=_percent(answer["global_containment"]),
            modularity=say_number(answer["modularity"], LANG, 3),
        )
    )  # fmt: skip
    if "agreement" in answer:
        figures = {k: say_number(v, LANG, 2) for k, v in answer["agreement"].items()}
        typer.echo(_("areas_agreement", **figures))


def _compute(
    frame: pl.DataFrame, method: str, mode: str, criteria: tuple[float, float, float, float]
) -> tuple[LivingAreas, dict[str, float] | None]:
    """The areas, and for the second opinion how far it agrees with the first."""
    from reciproque.flows import AreaCriteria, agreement, leiden, living_areas

    wanted = AreaCriteria(*criteria)
    first = living_areas(frame, wanted, mode)
    if method != "leiden":
        return first, None
    second = leiden(frame, wanted)
    return second, agreement(first, second)


@app.command("areas", help=_("areas"))
def areas(
    flows: Flows,
    origin: Annotated[str, typer.Option(help=_("opt_origin"))] = "",
    destination: Annotated[str, typer.Option(help=_("opt_destination"))] = "",
    value: Annotated[str, typer.Option(help=_("opt_value"))] = "",
    mode: Mode = "refined",
    method: Method = "european",
    min_size: MinSize = 1000,
    target_size: TargetSize = 10000,
    min_containment: MinContained = 0.6667,
    target_containment: Contained = 0.75,
    out: Out = None,
    json_: Json = False,
    lang: Lang = LANG,
) -> None:
    choose(mode, "--mode", ("refined", "reference"))
    choose(method, "--method", METHODS)
    if out is not None:
        choose(out.suffix, "--out", ENDINGS)
    with plain_errors():
        frame, said = _read(flows, (origin, destination, value))
        criteria = (min_size, min_containment, target_size, target_containment)
        with progress_bar() as progress:
            progress("progress.areas", 0.0)
            found, agreed = _compute(frame, method, mode, criteria)
        registry = _registry(frame, out is not None and out.suffix == ".geojson")
        names = _names(registry, found)
        if out is not None:
            _write(out, found, registry, names)
    said += [say(key, LANG, **figures) for key, figures in found.notes]
    answer = _answer(found, names, said)
    if agreed is not None:
        answer["agreement"] = agreed
    if json_:
        return show_json(answer)
    for line in said:
        typer.echo(line, err=True)
    _show(answer)
    if out is not None:
        typer.echo(_("areas_written", path=out))
    return None
