"""What all tests share: the official files where they are, and a home of one's own."""

import os
from collections.abc import Iterator
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


BUILT = Path(__file__).parents[1] / "var" / "test-home"


@pytest.fixture(scope="session", autouse=True)
def _session_home() -> Iterator[None]:
    """Unless a test says otherwise, the embedded data alone, built once and kept between runs."""
    before = os.environ.get("RECIPROQUE_HOME")
    os.environ["RECIPROQUE_HOME"] = str(BUILT)
    yield
    if before is None:
        os.environ.pop("RECIPROQUE_HOME", None)
    else:
        os.environ["RECIPROQUE_HOME"] = before


@pytest.fixture
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home for this test alone, that shares only the built embedded data."""
    from reciproque.territories import load

    load(BUILT)
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "base").symlink_to(BUILT / "base", target_is_directory=True)
    monkeypatch.setenv("RECIPROQUE_HOME", str(folder))
    return folder


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo) -> Iterator[None]:
    """In continuous integration nothing may be skipped: a skip is a failure that says why."""
    outcome = yield
    report = outcome.get_result()
    if report.skipped and os.environ.get("RECIPROQUE_CI") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped where nothing may be: {report.longrepr}"
