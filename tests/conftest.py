"""What all tests share: the official files where they are, and a home of one's own."""

import os
from pathlib import Path

import pytest

BESIDE = Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of the official files; the test is skipped where it is absent."""
    folder = Path(os.environ.get("RECIPROQUE_SHARED_DATA") or BESIDE)
    if not (folder / "README.md").exists():
        pytest.skip(f"the official files are not here ({folder}); set RECIPROQUE_SHARED_DATA")
    return folder


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home for installed data, for this test alone."""
    monkeypatch.setenv("RECIPROQUE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"
