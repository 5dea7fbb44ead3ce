"""Tiny published-looking files, written by hand."""

from pathlib import Path

import pytest
from support_sources import Write


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write lines (or bytes) under a name and give the path."""

    def write_file(name: str, *lines: str, data: bytes | None = None) -> Path:
        path = tmp_path / name
        path.write_bytes(("\n".join(lines) + "\n").encode() if data is None else data)
        return path

    return write_file
