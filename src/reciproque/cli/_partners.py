"""``partners``: whom to cooperate with, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from reciproque.cli._common import (
    LANG,
    Json,
    Kinds,
    Lang,
    Number,
    Themes,
    _,
    check_kinds,
    choose,
    open_registry,
    people,
    plain_errors,
    show_json,
    stop,
)
from reciproque.cli._reasons import reason_json
from reciproque.vocabulary import label, say, say_source, themes

if TYPE_CHECKING:
    from reciproque.kernel import Partner

SEEKING = ("all", "near", "alike", "complementary", "tied")
app = typer.Typer()


def _partner_json(partner: Partner) -> dict[str, object]:
    found = partner.territory
    return {
        "code": found.code,
        "name": found.name,
        "kind": found.kind,
        "population": found.population,
        "distance_km": None if partner.distance_km is None else round(partner.distance_km, 1),
        "score": round(partner.score, 4),
        "scores": {name: round(score, 4) for name, score in partner.scores.items()},
        "reasons": [reason_json(reason) for reason in partner.reasons],
    }


def _show_partner(partner: Partner) -> None:
    found = partner.territory
    where = "" if partner.distance_km is None else ", " + _("at_km", km=partner.distance_km)
    typer.echo(f"\n{found.name}  {partner.score:.2f}")
    typer.echo(f"  {label('kinds', found.kind, LANG)} {found.code}, {people(found)}{where}")
    for reason in partner.reasons:
        mark = f" [{label('states', 'estimated', LANG)}]" if reason.estimated else ""
        source = ", ".join(part for part in (say_source(reason.source, LANG), reason.year) if part)
        motive = label("motives", reason.motive, LANG)
        typer.echo(f"  {motive} : {say(reason, LANG)}{mark}" + (f" ({source})" if source else ""))


def _weights(asked: list[str]) -> dict[str, float] | None:
    """``tied=60`` and the like as weights by motive; what is not named keeps its usual weight."""
    from reciproque.partners import DEFAULT_WEIGHTS

    if not asked:
        return None
    weights = {motive: 100 * usual for motive, usual in DEFAULT_WEIGHTS.items()}
    for text in asked:
        motive, _equals, number = text.partition("=")
        choose(motive, "--weight", tuple(DEFAULT_WEIGHTS))
        try:
            weights[motive] = float(number)
        except ValueError as error:
            raise stop(_("bad_weight", text=text)) from error
    return weights


@app.command(help=_("partners"))
def partners(
    territory: str,
    seeking: Annotated[str, typer.Option(help=_("opt_seeking"))] = "all",
    kind: Kinds = None,
    theme: Themes = None,
    within: Annotated[float | None, typer.Option(min=0, help=_("opt_within"))] = None,
    beyond: Annotated[float | None, typer.Option(min=0, help=_("opt_beyond"))] = None,
    where: Annotated[str | None, typer.Option(help=_("opt_where"))] = None,
    min_population: Annotated[int | None, typer.Option(min=0, help=_("opt_min_population"))] = None,
    max_population: Annotated[int | None, typer.Option(min=0, help=_("opt_max_population"))] = None,
    weight: Annotated[list[str] | None, typer.Option(help=_("opt_weight"))] = None,
    n: Number = 10,
    json_: Json = False,
    lang: Lang = LANG,
) -> None:
    from reciproque.partners import partners as rank

    choose(seeking, "--seeking", SEEKING)
    check_kinds(kind)
    for name in theme or ():
        choose(name, "--theme", tuple(themes()))
    registry = open_registry()
    with plain_errors():
        found = registry.find(territory)
        ranked = rank(
            registry,
            found,
            seeking=seeking,
            themes=tuple(theme or ()),
            kinds=tuple(kind or ("epci",)),
            within_km=within,
            beyond_km=beyond,
            where=where,
            population=(min_population, max_population),
            weights=_weights(weight or []),
            n=n,
        )
    if json_:
        return show_json([_partner_json(p) for p in ranked])
    typer.echo(f"{found.name}, {people(found)}")
    for partner in ranked:
        _show_partner(partner)
    if not ranked:
        typer.echo(_("no_partner"))
    return None
