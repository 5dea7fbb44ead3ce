"""``flows``: what links a territory to others, how unequal it is, and who is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from reciproque.cli._common import (
    LANG,
    Json,
    Lang,
    Number,
    _,
    open_registry,
    plain_errors,
    show_json,
    show_table,
)
from reciproque.vocabulary import label, say, say_number

if TYPE_CHECKING:
    from reciproque.kernel import Territory
    from reciproque.territories import Registry

app = typer.Typer()


def _percent(share: float | None) -> str:
    return "–" if share is None else say_number(100 * share, LANG, 1) + "\u00a0%"


def _alone(registry: Registry, found: Territory, n: int) -> dict[str, Any]:
    from reciproque.flows import abroad, inside, links, summary

    whole = summary(registry, found)
    held = inside(registry, found)
    return {
        "code": found.code, "name": found.name, "state": str(whole.state), "source": whole.source,
        "year": whole.year, "coverage": say(whole.coverage_key, LANG, **whole.coverage) if whole.coverage_key else "",
        "residents": whole.workers, "jobs": whole.jobs, "internal": whole.internal,
        "out": whole.outgoing, "in": whole.incoming, "net": whole.jobs - whole.workers,
        "stay": whole.internal / whole.workers if whole.workers else None,
        "held": whole.internal / whole.jobs if whole.jobs else None,
        "links": links(registry, found).head(n).to_dicts(),
        "members": held.frame.to_dicts() if held else [],
        "abroad": abroad(registry, found).to_dicts(),
    }  # fmt: skip


def _pair(registry: Registry, a: Territory, b: Territory) -> dict[str, Any]:
    from reciproque.flows import between, pair_measures, summary

    found = [f for f in between(registry, a, b) if f.kind == "commuting"]
    there, back = found[0], found[1]
    told = pair_measures(
        there.value, back.value, summary(registry, a).workers, summary(registry, b).workers
    )
    return {
        "a": a.code, "b": b.code, "there": there.value, "back": back.value, "unit": there.unit,
        "state": str(there.state), "source": there.source, "year": there.year, **told,
    }  # fmt: skip


def _show_alone(answer: dict[str, Any]) -> None:
    from reciproque.sources import country_name

    state = label("states", answer["state"], LANG)
    typer.echo(f"{answer['name']} [{state}] ({answer['source']}, {answer['year']})")
    if answer["coverage"]:
        typer.echo(answer["coverage"])
    figures = {
        k: say_number(answer[k], LANG) for k in ("residents", "jobs", "internal", "out", "in")
    }
    typer.echo(
        _("flows_whole", **figures, stay=_percent(answer["stay"]), held=_percent(answer["held"]))
    )
    if answer["abroad"]:
        countries = ", ".join(
            f"{country_name(row['country'], LANG)} {say_number(row['outgoing'], LANG)}"
            for row in answer["abroad"]
        )
        typer.echo(_("flows_abroad", countries=countries))
    if answer["members"]:
        typer.echo("")
        show_table(
            [_("col_member"), _("col_to_union"), _("col_from_union"), _("col_tie"), ""],
            [
                [
                    m["name"], say_number(m["to_union"], LANG), say_number(m["from_union"], LANG),
                    _percent(m["tie"]), _("left_out") if m["left_out"] else "",
                ]
                for m in answer["members"]
            ],
        )  # fmt: skip


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
        _show_alone(answer)
        return None
    state = label("states", answer["state"], LANG)
    typer.echo(
        _(
            "flows_pair", a=found.name, b=other.name, there=say_number(answer["there"], LANG),
            back=say_number(answer["back"], LANG), a_depends=_percent(answer["a_depends"]),
            b_depends=_percent(answer["b_depends"]), reciprocity=_percent(answer["reciprocity"]),
        )
        + f" [{state}] ({answer['source']}, {answer['year']})"
    )  # fmt: skip
    return None
