"""What every command shares: the language, plain errors, progress, tables."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from reciproque.kernel import AmbiguousTerritory, ReciproqueError, UnknownTerritory
from reciproque.vocabulary import kinds, label, say

if TYPE_CHECKING:
    from reciproque.kernel import Territory
    from reciproque.territories import Registry


def _language(arguments: list[str]) -> str:
    for i, word in enumerate(arguments):
        if word.startswith("--lang="):
            return word.removeprefix("--lang=")
        if word == "--lang" and i + 1 < len(arguments):
            return arguments[i + 1]
    return os.environ.get("RECIPROQUE_LANG", "fr")


LANG = "en" if _language(sys.argv[1:]) == "en" else "fr"


def _(key: str, **figures: object) -> str:
    return say(f"cli.{key}", LANG, **figures)


Json = Annotated[bool, typer.Option("--json", help=_("opt_json"))]
Lang = Annotated[str, typer.Option("--lang", help=_("opt_lang"))]
Number = Annotated[int, typer.Option("-n", min=1, help=_("opt_number"))]
Kinds = Annotated[list[str] | None, typer.Option("--kind", help=_("opt_kind"))]
Themes = Annotated[list[str] | None, typer.Option("--theme", help=_("opt_theme"))]


def stop(message: str) -> typer.Exit:
    typer.echo(message, err=True)
    return typer.Exit(2)


def named(territory: Territory) -> str:
    return f"{territory.name} ({label('kinds', territory.kind, LANG)}, {territory.code})"


@contextmanager
def plain_errors() -> Iterator[None]:
    """Turn an error meant for people into one line and exit code 2."""
    try:
        yield
    except (UnknownTerritory, AmbiguousTerritory) as error:
        more = ", ".join(named(c) for c in error.candidates)
        line = say(error, LANG) + (" " + _("candidates", list=more) if more else "")
        raise stop(line) from error
    except ReciproqueError as error:
        raise stop(say(error, LANG)) from error


def open_registry() -> Registry:
    from reciproque.territories import load

    with plain_errors(), progress_bar() as progress:
        return load(progress=progress)


@contextmanager
def progress_bar() -> Iterator[Any]:
    """A bar that appears with the first word of progress, on a terminal or not."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    bar = Progress(
        TextColumn("{task.description:<46}"),
        BarColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
    )
    tasks: dict[str, Any] = {}

    def advance(key: str, share: float) -> None:
        if not tasks:
            bar.start()
        if key not in tasks:
            for task in tasks.values():
                bar.update(task, completed=1.0)
            tasks[key] = bar.add_task(say(key, LANG), total=1.0)
        bar.update(tasks[key], completed=share)

    try:
        yield advance
    finally:
        for task in tasks.values():
            bar.update(task, completed=1.0)
        if tasks:
            bar.stop()


def show_json(value: object) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def people(territory: Territory) -> str:
    if territory.population is None:
        return _("population_unknown")
    return _("inhabitants", count=territory.population)


def show_table(columns: list[str], rows: list[list[str]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column)
    for row in rows:
        table.add_row(*row)
    Console(width=None if sys.stdout.isatty() else 160).print(table)


def dated(label: str, year: str) -> str:
    """A file's label and its year, where the file tells one."""
    return f"{label} ({year})" if year else label


def cited(source: str, year: str) -> str:
    """A source and its year, where it has one."""
    return f"{source}, {year}" if year else source


def choose(text: str, option: str, choices: tuple[str, ...]) -> str:
    if text not in choices:
        raise stop(_("bad_choice", text=text, option=option, choices=", ".join(choices)))
    return text


def check_kinds(asked: list[str] | None) -> None:
    """Stop, with the choices, at a ``--kind`` that no territory has."""
    for kind in asked or ():
        choose(kind, "--kind", tuple(kinds()))
