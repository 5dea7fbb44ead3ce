"""A detail file at size: two hundred thousand people read whole, right to the last weight, in bounded memory."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl

from reciproque.sources._register import register

PEOPLE, PLACES = 200_000, 80
NAMES = [
    "COMMUNE",
    "ARM",
    "AGEREVQ",
    "CS1",
    "DCFLT",
    "DCLT",
    "DIPL",
    "EMPL",
    "ILT",
    "IMMI",
    "INATC",
    "INEEM",
    "INPOM",
    "IPONDI",
    "LPRM",
    "METRODOM",
    "NA5",
    "NPERR",
    "REGION",
    "REGLT",
    "SEXE",
    "SFM",
    "STAT",
    "STATR",
    "STOCD",
    "TP",
    "TRANS",
    "TYPFC",
    "TYPL",
    "TYPMR",
    "VOIT",
]  # as INSEE publishes them
READ = """
import json, re, sys
from pathlib import Path
from reciproque.sources import install, read

def memory(name):
    return 1024 * int(re.search(name + r":\\s+(\\d+)", Path("/proc/self/status").read_text())[1])

install(Path(sys.argv[1]))  # what is read once, whatever the size
Path("/proc/self/clear_refs").write_text("5")  # the peak starts again from here
before = memory("VmRSS")
found = read(install(Path(sys.argv[2])).id)
pairs = {f"{o},{d}": v for o, d, v in found.frame.select("origin", "destination", "value").iter_rows()}
print(json.dumps({"grown": memory("VmHWM") - before, "pairs": pairs}))
"""


def people(codes: list[str], count: int) -> pl.DataFrame:
    draw = np.random.default_rng(7)
    of_place = np.array(codes, dtype=object)
    cells = {name: draw.integers(0, 9, count).astype(str) for name in NAMES}
    cells["COMMUNE"], cells["DCLT"] = (of_place[draw.integers(0, len(codes), count)] for _ in "hw")
    cells["ARM"], cells["DCFLT"] = np.full((2, count), "ZZZZZ")
    cells["IPONDI"] = draw.uniform(0.8, 5.2, count).round(12).astype(str)
    return pl.DataFrame(cells)


def test_two_hundred_thousand_people_are_summed_in_a_few_times_the_size_of_the_file(
    home: Path, tmp_path: Path
) -> None:
    codes = sorted(c for c in register().population if c.startswith("38"))[:PLACES]
    whole = people(codes, PEOPLE)
    small, large = tmp_path / "FD_MOBPRO_2020.csv", tmp_path / "FD_MOBPRO_2021.csv"
    people(codes, 500).write_csv(small, separator=";")
    whole.write_csv(large, separator=";")
    done = subprocess.run(
        [sys.executable, "-c", READ, small, large], capture_output=True, text=True, check=True
    )
    told = json.loads(done.stdout.splitlines()[-1])
    expected = whole.group_by("COMMUNE", "DCLT").agg(pl.col("IPONDI").cast(pl.Float64).sum())
    assert len(told["pairs"]) == expected.height
    for home_code, work_code, workers in expected.iter_rows():
        assert abs(told["pairs"][f"{home_code},{work_code}"] - workers) < 1e-6 * workers
    assert told["grown"] < 12 * large.stat().st_size
