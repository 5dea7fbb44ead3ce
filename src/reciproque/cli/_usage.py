"""A command mistyped is told in the user's language, in one line, with where to read on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

import typer
from typer._click.exceptions import (
    BadParameter,
    ClickException,
    MissingParameter,
    NoArgsIsHelpError,
    NoSuchOption,
    UsageError,
)
from typer.core import TyperGroup

from reciproque.cli._common import _


class Mistyped(ClickException):
    """What the shell says instead of the library's English."""

    exit_code = 2

    def show(self, file: IO[Any] | None = None) -> None:
        typer.echo(self.message, err=True)


TYPES = {int: "type_int", float: "type_float"}


def _wanted(error: BadParameter) -> str:
    described = getattr(error.param, "type_descriptor", None)
    words = TYPES.get(getattr(described, "annotation", str), "type_other")
    least = getattr(error.param, "min", None)
    return _(words) + ("" if least is None else _("type_least", least=least))


def _words(error: UsageError) -> str:
    param = getattr(error, "param", None)
    option = param.get_error_hint() if param else ""
    if isinstance(error, MissingParameter):
        said = _("usage_missing", missing=option)
    elif isinstance(error, BadParameter) and option:
        said = _("usage_value", option=option, wanted=_wanted(error))
    elif isinstance(error, NoSuchOption):
        close = ", ".join(error.possibilities or ())
        said = _("usage_option", option=error.option_name)
        said += " " + _("candidates", list=close) if close else ""
    else:
        said = _("usage_other")
    command = error.ctx.command_path if error.ctx else "reciproque"
    return f"{said} " + _("usage_help", command=command)


@contextmanager
def _in_plain_words() -> Iterator[None]:
    try:
        yield
    except NoArgsIsHelpError:
        raise
    except UsageError as error:
        raise Mistyped(_words(error)) from error


class Commands(TyperGroup):
    """All commands; what cannot be read among their words is told plainly."""

    def make_context(self, *args: Any, **more: Any) -> Any:
        with _in_plain_words():
            return super().make_context(*args, **more)

    def invoke(self, ctx: Any) -> Any:
        with _in_plain_words():
            return super().invoke(ctx)
