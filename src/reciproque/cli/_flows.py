"""``flows``: what links a territory to others, how unequal it is, and who is left out."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from reciproque.cli._common import (
    LANG,
    Json,
    Lang,
    Number,
    _,
    cited,
    open_registry,
    plain_errors,
    show_json,
    show_table,
)
from reciproque.vocabulary import label, say, say_number, say_source

if TYPE_CHECKING:
    from reciproque.flows import Coverage
    from reciproque.kernel import Territory
    from reciproque.territories import Registry

app = typer.Typer()


def _percent(share: float | None) -> str:
    return "–" if share is None else say_number(100 * share, LANG, 1) + "\u00a0%"


def _seen(coverage: Coverage | None, name: str) -> str:
    """What the file behind the figures sees of a territory; nothing to say of an estimate."""
    return "" if coverage is None else say("flows.seen", LANG, name=name, **coverage.figures)


def _fit(registry: Registry) -> list[dict[str, Any]]:
    from reciproque.flows import goodness

    return [
        {**asdict(found), "said": say(found.key, LANG, **found.figures)}
        for found in goodness(registry)
    ]


def _alone(registry: Registry, found: Territory, n: int) -> dict[str, Any]:
    from reciproque.flows import abroad, inside, interdependence, links

    whole = interdependence(registry, found)
    held = inside(registry, found)
    said = say(whole.coverage_key, LANG, **whole.coverage_figures) if whole.coverage_key else ""
    estimated = whole.coverage is None
    return whole.row | {
        "state": str(whole.state),
        "coverage": said,
        "seen": asdict(whole.coverage) if whole.coverage else None,
        "seen_said": _seen(whole.coverage, found.name),
        "links": links(registry, found).head(n).to_dicts(),
        "members": held.frame.to_dicts() if held else [],
        "abroad": abroad(registry, found).to_dicts(),
        "goodness": _fit(registry) if estimated else [],
    }


def _pair(registry: Registry, a: Territory, b: Territory) -> dict[str, Any]:
    from reciproque.flows import dependence

    told = dependence(registry, a, b)
    return told.row | {
        "state": str(told.state),
        "seen_said": [
            text
            for text in (_seen(told.a_coverage, a.name), _seen(told.b_coverage, b.name))
            if text
        ],
        "goodness": _fit(registry) if told.a_coverage is None else [],
    }


def _show_alone(answer: dict[str, Any]) -> None:
    state = label("states", answer["state"], LANG)
    typer.echo(
        f"{answer['name']} [{state}] ({cited(say_source(answer['source'], LANG), answer['year'])})"
    )
    for text in (answer["coverage"], answer["seen_said"], *(f["said"] for f in answer["goodness"])):
        if text:
            typer.echo(text)
    figures = {
        k: say_number(answer[k], LANG)
        for k in ("residents", "jobs", "internal", "out", "in", "net")
    }
    shares = {k: _percent(answer[k]) for k in ("stay", "held")}
    typer.echo(_("flows_whole", **figures, **shares))
    if answer["reach"]:
        even = "–" if answer["evenness"] is None else say_number(answer["evenness"], LANG, 2)
        typer.echo(
            _(
                "flows_spread", reach=say_number(answer["reach"], LANG),
                entropy=say_number(answer["entropy"], LANG, 1), evenness=even,
                asymmetry=say_number(answer["asymmetry"] or 0.0, LANG, 2),
            )
        )  # fmt: skip
    _show_abroad(answer["abroad"])
    _show_links(answer["links"])
    _show_members(answer["members"])


def _show_abroad(rows: list[dict[str, Any]]) -> None:
    from reciproque.sources import country_name

    if rows:
        countries = ", ".join(
            f"{country_name(row['country'], LANG)} {say_number(row['outgoing'], LANG)}"
            for row in rows
        )
        typer.echo(_("flows_abroad", countries=countries))


def _show_links(rows: list[dict[str, Any]]) -> None:
    if rows:
        typer.echo("")
        show_table(
            [_("col_link"), _("col_goes"), _("col_comes"), _("col_km"), ""],
            [
                [
                    r["name"], say_number(r["outgoing"], LANG), say_number(r["incoming"], LANG),
                    say_number(r["distance_km"], LANG), label("states", r["state"], LANG),
                ]
                for r in rows
            ],
        )  # fmt: skip


def _show_members(rows: list[dict[str, Any]]) -> None:
    if rows:
        typer.echo("")
        show_table(
            [_("col_member"), _("col_to_union"), _("col_from_union"), _("col_tie"), ""],
            [
                [
                    m["name"], say_number(m["to_union"], LANG), say_number(m["from_union"], LANG),
                    _percent(m["tie"]), _("left_out") if m["left_out"] else "",
                ]
                for m in rows
            ],
        )  # fmt: skip


def _show_pair(answer: dict[str, Any], a: str, b: str) -> None:
    state = label("states", answer["state"], LANG)
    asymmetry = "–" if answer["asymmetry"] is None else say_number(answer["asymmetry"], LANG, 2)
    typer.echo(
        _(
            "flows_pair", a=a, b=b, there=say_number(answer["there"], LANG),
            back=say_number(answer["back"], LANG), a_depends=_percent(answer["a_depends"]),
            b_depends=_percent(answer["b_depends"]), reciprocity=_percent(answer["reciprocity"]),
            asymmetry=asymmetry,
        )
        + f" [{state}] ({cited(say_source(answer['source'], LANG), answer['year'])})"
    )  # fmt: skip
    for text in (*answer["seen_said"], *(f["said"] for f in answer["goodness"])):
        typer.echo(text)


@app.command("flows", help=_("flows"))
def flows(
    territory: str,
    with_: Annotated[str, typer.Option("--with", help=_("opt_with"))] = "",
    n: Number = 10,
    json_: Json = False,
    lang: Lang = LANG,
) -> None:
    registry = open_registry()
    with plain_errors():
        found = registry.find(territory)
        other = registry.find(with_) if with_ else None
    answer = _pair(registry, found, other) if other else _alone(registry, found, n)
    if json_:
        return show_json(answer)
    if other is None:
        return _show_alone(answer)
    return _show_pair(answer, found.name, other.name)
