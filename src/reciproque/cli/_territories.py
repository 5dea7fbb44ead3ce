"""``search``, ``portrait`` and ``territory new | list``."""

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
    _,
    check_kinds,
    choose,
    open_registry,
    people,
    plain_errors,
    show_json,
    show_table,
    stop,
)
from reciproque.kernel import Definition
from reciproque.vocabulary import composed_kinds, label, say_number, say_source

if TYPE_CHECKING:
    from reciproque.kernel import Territory
    from reciproque.territories import Registry

app = typer.Typer()
territory_app = typer.Typer(help=_("territory"), no_args_is_help=True)


@app.command(help=_("search"))
def search(
    name: str, n: Number = 10, kind: Kinds = None, json_: Json = False, lang: Lang = LANG
) -> None:
    check_kinds(kind)
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
        rows.append([row["label"], *written, f"{say_source(row['source'], LANG)}, {row['year']}"])
    show_table([_(f"col_{c}") for c in ("indicator", "value", "median", "source")], rows)
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
    kind: Annotated[str, typer.Option(help=_("opt_composed"))] = "union",
    valid_from: Annotated[str | None, typer.Option("--from", help=_("opt_from"))] = None,
    valid_to: Annotated[str | None, typer.Option("--to", help=_("opt_to"))] = None,
    replace: Annotated[bool, typer.Option("--replace", help=_("opt_replace"))] = False,
    json_: Json = False,
    lang: Lang = LANG,
) -> None:
    from reciproque.territories import slug, write

    choose(kind, "--kind", composed_kinds())
    registry = open_registry()
    with plain_errors():
        if registry.knows(slug(name)) and not replace:
            raise stop(_("already_composed", name=name, code=slug(name)))
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
    composed = (c for kind in registry.kinds() for c in registry.codes(kind) if c[:2] == "u:")
    found = [registry.territory(code) for code in composed]
    if json_:
        return show_json([_portrait_json(registry, t) for t in found])
    if not found:
        typer.echo(_("nothing_composed"))
        return None
    show_table(
        [_("col_territory"), _("col_code"), _("col_population")],
        [[t.name, t.code, people(t)] for t in found],
    )
    return None
