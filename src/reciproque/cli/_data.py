"""``data add | list | remove``: the official files that make the product richer."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reciproque.cli._common import (
    LANG,
    Json,
    Lang,
    _,
    choose,
    cited,
    dated,
    plain_errors,
    progress_bar,
    show_json,
    show_table,
    stop,
)
from reciproque.vocabulary import say

if TYPE_CHECKING:
    from reciproque.sources import Installed

EXAMPLES = 5
data_app = typer.Typer(help=_("data"), no_args_is_help=True)


@data_app.command("add", help=_("data_add"))
def data_add(
    files: list[Path],
    origin: Annotated[str, typer.Option(help=_("opt_origin"))] = "",
    destination: Annotated[str, typer.Option(help=_("opt_destination"))] = "",
    value: Annotated[str, typer.Option(help=_("opt_value"))] = "",
    flow: Annotated[str, typer.Option(help=_("opt_flow"))] = "commuting",
    arrondissements: Annotated[str, typer.Option(help=_("opt_arrondissements"))] = "fold",
    json_: Json = False,
    lang: Lang = LANG,
) -> None:
    from reciproque.sources import Choices, install

    choose(arrondissements, "--arrondissements", ("fold", "keep"))
    choices = Choices(origin, destination, value, flow, arrondissements)
    for path in files:
        if not path.is_file():
            raise stop(_("no_file", path=path))
    done = []
    try:
        for path in files:
            with plain_errors(), progress_bar() as progress:
                done.append(install(path, progress=progress, choices=choices))
            if not json_:
                _tell(done[-1])
    finally:  # what is in use is said, even where a later file is refused
        if json_:
            show_json([asdict(item) for item in done])


def _tell(item: Installed) -> None:
    typer.echo(_("installed", label=dated(item.label(LANG), item.year), rows=item.rows))
    for key, figures in item.warnings:
        typer.echo("  " + say(key, LANG, **figures))
    if len(item.unmapped) > EXAMPLES:  # fewer stand in the warning already
        shown = ", ".join(item.unmapped[:20]) + (" …" if len(item.unmapped) > 20 else "")
        typer.echo("  " + _("unmapped", list=shown))


@data_app.command("list", help=_("data_list"))
def data_list(json_: Json = False, lang: Lang = LANG) -> None:
    from reciproque.sources import installed, outdated

    found = installed()
    for item in outdated():
        typer.echo(
            say("source.outdated", LANG, label=item.label(LANG), file=item.file_name), err=True
        )
    if json_:
        return show_json([asdict(item) for item in found])
    if not found:
        typer.echo(_("nothing_installed"))
    else:
        show_table(
            ["id", *(_(f"col_{c}") for c in ("dataset", "source", "coverage", "licence"))],
            [
                [
                    item.id,
                    item.label(LANG),
                    cited(item.source, item.year),
                    item.covers(LANG),
                    item.licence,
                ]
                for item in found
            ],
        )
    return None


@data_app.command("remove", help=_("data_remove"))
def data_remove(dataset: str, json_: Json = False, lang: Lang = LANG) -> None:
    from reciproque.sources import remove

    with plain_errors():
        remove(dataset)
    if json_:
        return show_json({"removed": dataset})
    typer.echo(_("removed", id=dataset))
    return None
