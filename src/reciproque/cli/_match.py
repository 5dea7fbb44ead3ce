"""``match``: who could give what to whom, from files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from reciproque.cli._common import (
    LANG,
    Json,
    Lang,
    _,
    choose,
    open_registry,
    plain_errors,
    show_json,
    show_table,
)
from reciproque.vocabulary import label, say, say_number

if TYPE_CHECKING:
    from reciproque.kernel import Matching
    from reciproque.matching import MatchFile, Rounds

app = typer.Typer()


def _pairs(file: MatchFile, how: str, seconds: float) -> Matching:
    from reciproque.matching import pairs

    return pairs(file.asked(), how or str(file.options.get("how", "total")), seconds)


def _volumes(file: MatchFile, how: str, seconds: float) -> Matching:
    from reciproque.matching import volumes

    return volumes(file.asked(), seconds)


def _pools(file: MatchFile, how: str, seconds: float) -> Matching:
    from reciproque.matching import pools

    how = how or str(file.options.get("how", "total"))
    return pools(file.asked(), file.group_shares, how, seconds)


def _placed(file: MatchFile) -> MatchFile:
    """The file with each territory's centre; the registry is opened only where it is needed."""
    from reciproque.matching import placed

    asked = file.asked()
    if all(w.longitude is not None or not w.territory for w in (*asked.needs, *asked.offers)):
        return file
    registry = open_registry()
    needs, offers = placed(asked.needs, registry), placed(asked.offers, registry)
    return replace(file, problem=replace(asked, needs=needs, offers=offers))


WAYS: dict[str, Callable[[MatchFile, str, float], Matching]] = {
    "pairs": _pairs,
    "volumes": _volumes,
    "pools": _pools,
}


def answer(found: Matching) -> dict[str, Any]:
    """A matching as data, its reasons in words."""
    from reciproque.matching import matching_as_data

    return matching_as_data(found, LANG)


def _clock(minutes: float) -> str:
    return f"{int(minutes) // 60}:{int(minutes) % 60:02d}"


def rounds_answer(found: Rounds, file: MatchFile) -> dict[str, Any]:
    """Rounds as data: who is served by whom as in any matching, and the sheets."""
    moved = {s.key: max(s.delivery, s.pickup) for s in file.stops}
    unit = {v.key: v.unit for v in file.vehicles}
    out = {sheet.vehicle for sheet in found.rounds}
    return {
        "allocations": [
            {
                "need": visit.stop, "offer": sheet.vehicle, "quantity": moved[visit.stop], "unit": unit[sheet.vehicle],
                "reasons": [_("round_reason", arrival=_clock(visit.arrival), km=say_number(visit.km, LANG, 1))],
            }
            for sheet in found.rounds
            for visit in sheet.visits
        ],
        "unmet": {key: moved[key] for key in found.unserved},
        "unused": {v.key: v.capacity for v in file.vehicles if v.key not in out},
        "objective": found.km, "bound": found.bound, "optimal": found.optimal, "gap": found.gap, "missing_links": [],
        "refusals": [{"need": key, "offer": "", "reason": say(reason, LANG)} for key, reason in found.unserved.items()],
        "notes": [say(r, LANG) for r in found.notes], "seconds": found.seconds, "solver": found.solver,
        "km": found.km, "alone_km": found.alone_km, "co2_kg": found.co2_kg, "alone_co2_kg": found.alone_co2_kg,
        "rounds": [asdict(sheet) for sheet in found.rounds],
    }  # fmt: skip


def _rounds(file: MatchFile, seconds: float, json_: bool) -> None:
    """The sheets of all vehicles: their order, hours and loads."""
    from reciproque.matching import rounds

    found = rounds(file.stops, file.vehicles, min(seconds, 30.0))
    notes = [say(r, LANG) for r in found.notes]
    left = {key: say(reason, LANG) for key, reason in found.unserved.items()}
    if json_:
        return show_json(rounds_answer(found, file))
    names = {s.key: s.title or s.key for s in file.stops}
    for sheet in found.rounds:
        head = {
            "vehicle": sheet.vehicle,
            "leaves": _clock(sheet.leaves),
            "back": _clock(sheet.back),
        }
        typer.echo(
            _(
                "round_head",
                **head,
                km=say_number(sheet.km, LANG, 1),
                load=say_number(sheet.load, LANG, 1),
            )
        )
        show_table(
            [_("col_stop"), _("col_arrival"), _("col_departure"), _("col_load"), _("col_km")],
            [
                [names[v.stop], _clock(v.arrival), _clock(v.departure), say_number(v.load, LANG, 1), say_number(v.km, LANG, 1)]
                for v in sheet.visits
            ],
        )  # fmt: skip
    figures = (
        ("km", found.km),
        ("alone", found.alone_km),
        ("co2", found.co2_kg),
        ("alone_co2", found.alone_co2_kg),
    )
    typer.echo(_("rounds_whole", **{name: say_number(value, LANG, 1) for name, value in figures}))
    typer.echo(_("rounds_gap", bound=say_number(found.bound, LANG, 1), gap=100 * found.gap))
    for line in (*left.values(), *notes):
        typer.echo("  " + line)
    return None


def _lots(file: MatchFile, json_: bool) -> None:
    """The channel of each lot, and why."""
    from reciproque.matching import route

    found = route(file.lots)
    said = {r.lot: [say(reason, LANG) for reason in r.reasons] for r in found}
    if json_:
        return show_json(
            [
                {"lot": r.lot, "channel": r.channel, "rule": r.rule, "waste": r.waste, "duties": list(r.duties), "reasons": said[r.lot]}
                for r in found
            ]
        )  # fmt: skip
    names = {lot.key: lot.title or lot.key for lot in file.lots}
    rows = [
        [names[r.lot], label("channels", r.channel, LANG), " ".join(said[r.lot])] for r in found
    ]
    return show_table([_("col_lot"), _("col_channel"), _("col_why")], rows)


def _show(found: dict[str, Any], file: MatchFile) -> None:
    names = {w.key: w.title or w.key for w in (*file.asked().needs, *file.asked().offers)}
    show_table(
        [_("col_need"), _("col_offer"), _("col_quantity"), _("col_why")],
        [
            [
                names.get(a["need"], a["need"]), names.get(a["offer"], a["offer"]),
                f"{say_number(a['quantity'], LANG, 1)} {label('units', a['unit'], LANG)}", " ".join(a["reasons"]),
            ]
            for a in found["allocations"]
        ],
    )  # fmt: skip
    for key in ("unmet", "unused"):
        if found[key]:
            left = ", ".join(
                f"{names.get(k, k)} ({say_number(v, LANG, 1)})" for k, v in found[key].items()
            )
            typer.echo(_(f"match_{key}", list=left))
    for line in (
        *(r["reason"] for r in found["refusals"]),
        *found["missing_links"],
        *found["notes"],
    ):
        typer.echo("  " + line)
    if not found["optimal"]:
        typer.echo(_("match_gap", gap=say_number(100 * found["gap"], LANG, 1)))


@app.command("match", help=_("match"))
def match(
    file: Path,
    offers: Annotated[Path | None, typer.Argument()] = None,
    as_: Annotated[str, typer.Option("--as", help=_("opt_as"))] = "",
    how: Annotated[str, typer.Option("--how", help=_("opt_how"))] = "",
    seconds: Annotated[float, typer.Option("--seconds", help=_("opt_seconds"))] = 30.0,
    json_: Json = False,
    lang: Lang = LANG,
) -> None:
    from reciproque.matching import read_match, read_tables

    with plain_errors():
        described = read_tables(file, offers) if offers is not None else read_match(file)
        way = as_ or str(described.options.get("as", "pairs"))
        choose(way, "--as", (*WAYS, "rounds", "lots"))
        if way == "rounds":
            return _rounds(described, seconds, json_)
        if way == "lots":
            return _lots(described, json_)
        described = _placed(described)
        told = answer(WAYS[way](described, how, seconds))
    if json_:
        return show_json(told)
    return _show(told, described)
