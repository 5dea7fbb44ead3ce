"""The canteens of one region: the gap by hand, and the table of the docs recomputed."""

import importlib.util
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "examples" / "egalim"


@pytest.fixture(scope="module")
def egalim():
    spec = importlib.util.spec_from_file_location("egalim_example", FOLDER / "egalim.py")
    module = importlib.util.module_from_spec(spec)
    import sys

    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


HEAD = "canteen_id,canteen_epci,canteen_region,teledeclaration_ratio_bio,teledeclaration_ratio_egalim_hors_bio,creation_date\n"


def test_the_gap_of_a_canteen_worked_by_hand(egalim, tmp_path) -> None:
    """.05 organic and .10 other: .15 organic lacks, and .35 in all, of which .20 may be of any label."""
    path = tmp_path / "cantines.csv"
    path.write_text(
        HEAD
        + "1,200000001,27,0.05,0.10,2024-01-01\n"
        + "2,200000001,27,0.30,0.30,2024-01-01\n"  # lacks nothing
        + "3,200000001,27,0.90,0.00,2023-01-01\n3,200000001,27,0.20,0.10,2024-02-01\n"  # declared again
        + "4,,27,0,0,2024-01-01\n5,200000001,27,,0.1,2024-01-01\n6,200000009,84,0,0,2024-01-01\n"
    )
    (row,) = egalim.canteens(path, "27").rows(named=True)
    assert row["epci"] == "200000001"
    assert row["canteens"] == 3
    assert row["organic"] == pytest.approx(0.15)
    assert row["quality"] == pytest.approx(0.20 + 0.20)


def test_the_table_of_the_docs_is_what_comes_out(egalim, shared_data) -> None:
    given = tomllib.loads((FOLDER / "bourgogne-franche-comte.toml").read_text(encoding="utf-8"))
    found = egalim.outcomes(shared_data / "cases" / "egalim_cantines_2023.csv.gz", given)
    assert all(o.optimal for o in found)
    text = (ROOT / "docs" / "cas-egalim.md").read_text(encoding="utf-8")
    rows = [
        line.split("|")[1:-1] for line in text.splitlines() if line.startswith("| ") and "%" in line
    ]
    assert len(rows) == len(found)
    for row, o in zip(rows, found, strict=True):
        cells = [cell.strip().replace("\u00a0", "").replace(" ", "") for cell in row]
        assert cells[1] == f"{100 * o.supply:.0f}%"
        assert int(cells[2]) == round(o.lacking)
        assert cells[3] == f"{100 * o.found / o.lacking:.0f}%"
        assert float(cells[4].replace(",", ".")) == pytest.approx(o.km, abs=0.06)
    by_supply = {(o.kind, o.supply): o.found for o in found}
    for kind in ("organic", "quality"):
        less, usual, more = (by_supply[kind, k] for k in (0.8, 1.0, 1.2))
        assert less <= usual + 1e-6 <= more + 2e-6
