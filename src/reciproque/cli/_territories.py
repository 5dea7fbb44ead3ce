"""``search``, ``portrait``, ``partners``, ``compare`` and ``territory new | list``."""

from __future__ import annotations

from datetime import date
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
    choose,
    open_registry,
    people,
    plain_errors,
    show_json,
    show_table,
    stop,
)
from reciproque.cli._reasons import reason_json
from reciproque.kernel import Definition
from reciproque.vocabulary import label, say, say_number

if TYPE_CHECKING:
    from reciproque.kernel import Partner, Territory
    from reciproque.territories import Registry

SEEKING = ("all", "near", "alike", "complementary", "tied")
app = typer.Typer()
territory_app = typer.Typer(help=_("territory"), no_args_is_help=True)


@app.command(help=_("search"))
def search(
    name: str, n: Number = 10, kind: Kinds = None, json_: Json = False, lang: Lang = LANG
) -> None:
    found = open_registry().search(name, n, kind)
    if json_:
        keys = ("code", "name", "kind", "population", "departement")
        return show_json([{key: getattr(t, key) for key in keys} for t in found])
    if not found:
        typer.echo(_("nothing", asked=name))
    columns = [_(f"col_{c}") for c in ("territory", "code", "kind", "departement", "population")]
    if found:
        show_table(
            columns,
            [
                [t.name, t.code, label("kinds", t.kind, LANG), t.departement, people(t)]
                for t in found
            ],
        )
    return None


def _portrait_json(registry: Registry, territory: Territory) -> dict[str, object]:
    return {
        "code": territory.code,
        "name": territory.name,
        "kind": territory.kind,
        "population": territory.population,
        "communes": territory.communes,
        "members": [m.code for m in registry.members_of(territory)],
        "indicators": {
            name: {
                "value": m.value,
                "state": str(m.state),
                "coverage": round(m.coverage, 4),
                "source": m.source,
                "year": m.year,
            }
            for name, m in registry.profile(territory).items()
        },
    }


@app.command(help=_("portrait"))
def portrait(territory: str, json_: Json = False, lang: Lang = LANG) -> None:
    from reciproque.territories import portrait as table
    from reciproque.vocabulary import indicators

    registry = open_registry()
    with plain_errors():
        found = registry.find(territory)
    if json_:
        return show_json(_portrait_json(registry, found))
    typer.echo(
        f"{found.name}, {label('kinds', found.kind, LANG)}, {people(found)}, "
        f"{_('communes', count=found.communes)}\n"
    )
    rows = []
    for row in table(registry, found, LANG).iter_rows(named=True):
        decimals = indicators()[row["indicator"]].decimals
        written = [
            say_number(row[c], LANG, decimals) + f"\u00a0{row['unit']}"
            if row[c] is not None
            else "–"
            for c in ("value", "median")
        ]
        if row["value"] is None or row["state"] == "estimated":
            written[0] = (written[0] + " " if row["value"] is not None else "") + label(
                "states", row["state"], LANG
            )
        rows.append([row["label"], *written, f"{row['source']}, {row['year']}"])
    show_table([_(f"col_{c}") for c in ("indicator", "value", "median", "source")], rows)
    return None


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
        source = ", ".join(part for part in (reason.source, reason.year) if part)
        motive = label("motives", reason.motive, LANG)
        typer.echo(f"  {motive} : {say(reason, LANG)}{mark}" + (f" ({source})" if source else ""))


@app.command(help=_("partners"))
def partners(
    territory: str,
    seeking: Annotated[str, typer.Option(help=_("opt_seeking"))] = "all",
    kind: Kinds = None,
    theme: Themes = None,
    within: Annotated[float | None, typer.Option(min=0, help=_("opt_within"))] = None,
    beyond: Annotated[float | None, typer.Option(min=0, help=_("opt_beyond"))] = None,
    where: Annotated[str | None, typer.Option(help=_("opt_where"))] = None,
    n: Number = 10,
    json_: Json = False,
    lang: Lang = LANG,
) -> None:
    from reciproque.partners import partners as rank
    from reciproque.vocabulary import kinds, themes

    choose(seeking, "--seeking", SEEKING)
    for name in kind or ():
        choose(name, "--kind", tuple(kinds()))
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


def _date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise stop(_("bad_date", text=text)) from error


@territory_app.command("new", help=_("territory_new"))
def territory_new(
    members: list[str],
    name: Annotated[str, typer.Option(help=_("opt_name"))],
    kind: Annotated[str, typer.Option(help=_("opt_kind"))] = "union",
    valid_from: Annotated[str | None, typer.Option("--from", help=_("opt_from"))] = None,
    valid_to: Annotated[str | None, typer.Option("--to", help=_("opt_to"))] = None,
    json_: Json = False,
    lang: Lang = LANG,
) -> None:
    from reciproque.territories import slug, write

    registry = open_registry()
    with plain_errors():
        codes = tuple(registry.find(member).code for member in members)
        definition = Definition(
            slug(name), name, codes, kind, "", _date(valid_from), _date(valid_to)
        )
        composed = registry.compose(definition)
        path = write(definition, registry.home)
    if json_:
        return show_json({**_portrait_json(registry, composed), "path": str(path)})
    typer.echo(_("composed", name=name, code=composed.code, communes=composed.communes, path=path))
    return None


@territory_app.command("list", help=_("territory_list"))
def territory_list(json_: Json = False, lang: Lang = LANG) -> None:
    registry = open_registry()
    found = [t for t in map(registry.territory, registry.codes("union")) if t.code[:2] == "u:"]
    if json_:
        return show_json([_portrait_json(registry, t) for t in found])
    show_table(
        [_("col_territory"), _("col_code"), _("col_population")],
        [[t.name, t.code, people(t)] for t in found],
    )
    return None
