"""Where the compiled loops are kept, and that a short command does without them."""

import os
import subprocess
import sys
from pathlib import Path

import reciproque

LAZY = """
import sys
from reciproque.partners import partners
from reciproque.territories import load
assert partners(load(), "200040715", n=3)
assert "numba" not in sys.modules
"""


def test_a_list_among_epci_never_waits_for_the_compiler() -> None:
    subprocess.run([sys.executable, "-c", LAZY], check=True, env=os.environ)


def test_compiled_loops_go_with_the_data_where_the_package_is_read_only(
    monkeypatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", "")  # so that it is put back afterwards
    monkeypatch.delenv("NUMBA_CACHE_DIR")
    monkeypatch.setenv("RECIPROQUE_HOME", str(tmp_path))
    reciproque._keep_compiled()
    assert "NUMBA_CACHE_DIR" not in os.environ  # the package is writable here
    monkeypatch.setattr(os, "access", lambda *_: False)
    reciproque._keep_compiled()
    assert os.environ["NUMBA_CACHE_DIR"] == str(tmp_path / "compiled")
    monkeypatch.setenv("NUMBA_CACHE_DIR", "mine")
    reciproque._keep_compiled()
    assert os.environ["NUMBA_CACHE_DIR"] == "mine"
