"""Folders built once and swapped in whole: what is half-built is never seen."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path


def built(folder: Path, build: Callable[[Path], None]) -> Path:
    """``folder``, built by ``build(empty folder)`` unless it stands already.

    The work is done beside and renamed at the end, so that an interruption leaves nothing; when
    two processes build at once, the first to finish wins and both read the same.
    """
    if folder.is_dir():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        build(work)
        with contextlib.suppress(OSError):
            os.rename(work, folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return folder


def prune(folder: Path, keep: int = 3) -> None:
    """Remove all but the ``keep`` most recently used folders beside ``folder``."""
    found = [p for p in folder.parent.iterdir() if p.is_dir() and not p.name.startswith(".")]
    for old in sorted(found, key=lambda p: p.stat().st_mtime, reverse=True)[keep:]:
        if old != folder:
            shutil.rmtree(old, ignore_errors=True)
