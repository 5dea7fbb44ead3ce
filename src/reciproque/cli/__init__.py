"""The shell: ``reciproque search | portrait | partners | compare | coalition | flows | areas | match |
trips | scenario | check | import | export | data | territory | backup | restore | serve``.

French by default; ``--lang en`` anywhere, or ``RECIPROQUE_LANG=en``.  Every command that answers has
``--json``.  Exit code 2 and one clear line when a name is unknown or ambiguous, or a file cannot
be read.
"""

import typer

from reciproque.cli import (
    _areas,
    _backup,
    _check,
    _coalition,
    _compare,
    _exchange,
    _flows,
    _match,
    _partners,
    _scenario,
    _serve,
    _territories,
    _trips,
)
from reciproque.cli._common import LANG, Lang, _
from reciproque.cli._data import data_app
from reciproque.cli._territories import territory_app
from reciproque.cli._usage import Commands

__all__ = ["app"]

app = typer.Typer(cls=Commands, help=_("app"), no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def language(lang: Lang = LANG) -> None:
    """The language, before the command as well as after it."""


app.add_typer(_territories.app)
app.add_typer(_partners.app)
app.add_typer(_compare.app)
app.add_typer(_coalition.app)
app.add_typer(data_app, name="data")
app.add_typer(territory_app, name="territory")
app.add_typer(_flows.app)
app.add_typer(_trips.app)
app.add_typer(_scenario.app)
app.add_typer(_areas.app)
app.add_typer(_match.app)
app.add_typer(_check.app)
app.add_typer(_exchange.app)
app.add_typer(_backup.app)
app.add_typer(_serve.app)
