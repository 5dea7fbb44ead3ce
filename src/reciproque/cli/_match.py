"""``match``: who could give what to whom, from files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from reciproque.cli._common import LANG, Json, Lang, _, choose, plain_errors, show_json, show_table
from reciproque.vocabulary import label, say, say_number

if TYPE_CHECKING:
    from reciproque.kernel import Matching
    from reciproque.matching import MatchFile

app = typer.Typer()


def _pairs(file: MatchFile, how: str, seconds: float) -> Matching:
    from reciproque.matching import pairs

    return pairs(file.problem, how or str(file.options.get("how", "total")), seconds)


WAYS: dict[str, Callable[[MatchFile, str, float], Matching]] = {"pairs": _pairs}


def answer(found: Matching, file: MatchFile) -> dict[str, Any]:
    """A matching as data, its reasons in words."""
    return {
        "allocations": [
            {
                "need": a.need, "offer": a.offer, "quantity": a.quantity, "unit": a.unit, "score": a.score,
                "distance_km": a.distance_km, "through": list(a.through), "period": a.period,
                "reasons": [say(r, LANG) for r in a.reasons],
            }
            for a in found.allocations
        ],
        "unmet": dict(found.unmet), "unused": dict(found.unused), "objective": found.objective,
        "bound": found.bound, "optimal": found.optimal, "gap": found.gap,
        "missing_links": [say(r, LANG) for r in found.missing_links],
        "refusals": [{"need": r.need, "offer": r.offer, "reason": say(r.reason, LANG)} for r in found.refusals],
        "notes": [say(r, LANG) for r in found.notes], "seconds": found.seconds,
    }  # fmt: skip


def _show(found: dict[str, Any], file: MatchFile) -> None:
    names = {w.key: w.title or w.key for w in (*file.problem.needs, *file.problem.offers)}
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
        choose(way, "--as", tuple(WAYS))
        told = answer(WAYS[way](described, how, seconds), described)
    if json_:
        return show_json(told)
    return _show(told, described)
