"""What goes wrong with a file, said so that the person who added it knows what to do."""

from __future__ import annotations

from reciproque.kernel import ReciproqueError


class SourceError(ReciproqueError):
    """A file that cannot be installed: its phrase names the file, the row and the remedy.

    Whatever is installed already stays in use.
    """
