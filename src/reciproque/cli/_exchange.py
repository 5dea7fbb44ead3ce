"""``import`` and ``export``: a cooperation as a file, into the database and out of it."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Annotated

import typer

from reciproque.cli._common import LANG, Lang, _, stop

app = typer.Typer()


def _django(name: str, *words: str, **options: object) -> str:
    """Run a command of the pages on the database; its refusals are one line and exit code 2."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reciproque.web.settings")
    import django
    from django.core.management import CommandError, call_command

    django.setup()
    out = io.StringIO()
    try:
        call_command("migrate", verbosity=0, interactive=False)
        call_command(name, *words, stdout=out, **options)
    except CommandError as error:
        raise stop(str(error)) from error
    return out.getvalue()


@app.command("import", help=_("import"))
def import_(
    file: Path, public: Annotated[bool, typer.Option("--public")] = False, lang: Lang = LANG
) -> None:
    typer.echo(
        _("imported", address=_django("import_cooperation", str(file), public=public).strip())
    )


@app.command(help=_("export"))
def export(slug: str, lang: Lang = LANG) -> None:
    typer.echo(_django("export_cooperation", slug))
