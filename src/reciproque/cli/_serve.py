"""``setup`` and ``serve``: prepare everything once, then open the pages."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from reciproque.cli._common import LANG, Lang, _, open_registry, plain_errors, progress_bar

app = typer.Typer()
SETTINGS = "reciproque.web.settings"


def _prepare() -> None:
    """Registry, profiles, links, base map and database: what is ready already is left alone."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    registry = open_registry()
    from reciproque import flows
    from reciproque.partners import warm as compile_loops

    with plain_errors(), progress_bar() as progress:
        flows.warm(registry, progress)
    compile_loops()
    flows.warm_areas()
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    call_command("prepare")
    call_command("demo")
    call_command("demo_exchange")


@app.command(help=_("setup"))
def setup(lang: Lang = LANG) -> None:
    _prepare()


@app.command(help=_("serve"))
def serve(
    host: Annotated[str, typer.Option(help=_("opt_host"))] = "127.0.0.1",
    port: Annotated[int, typer.Option(help=_("opt_port"))] = 8000,
    lang: Lang = LANG,
) -> None:
    _prepare()
    typer.echo(_("listening", address=f"http://{host}:{port}/"))
    sys.stdout.flush()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws"]
    command += ["--host", host, "--port", str(port), "--workers", str(min(2, os.cpu_count() or 1))]
    # a fresh process: workers forked from one that has used polars would wait for ever
    os.execv(
        sys.executable, [*command, "--blocking-threads", "1", "reciproque.web.wsgi:application"]
    )
