"""Trip records become a matrix: the same numbers by hand, by DuckDB and by Spark."""

import signal
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reciproque.flows import TripColumns, aggregate_trips
from reciproque.kernel import ReciproqueError
from reciproque.sources import install, installed, read_od
from reciproque.vocabulary import say

CSV = """date;origin;destination;count
2024-01-01;A;B;3
2024-01-02;A;B;4
2024-02-01;A;B;10
2024-01-01;B;A;1
2024-01-01;A;A;5
"""


def written(folder: Path, text: str = CSV, name: str = "trips.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_records_add_up_by_pair(tmp_path: Path) -> None:
    found = aggregate_trips(written(tmp_path))
    assert found.frame.rows() == [("A", "A", 5.0, 1), ("A", "B", 17.0, 3), ("B", "A", 1.0, 1)]
    assert (found.records, found.left_aside, found.warnings) == (5, 0, ())


def test_a_period_keeps_both_its_ends(tmp_path: Path) -> None:
    path = written(tmp_path)
    january = aggregate_trips(path, since=date(2024, 1, 2), until=date(2024, 2, 1))
    assert january.frame.rows() == [("A", "B", 14.0, 2)]
    assert aggregate_trips(path, since=date(2024, 1, 2)).records == 2
    assert aggregate_trips(path, until=date(2024, 1, 1)).records == 3


def test_zones_are_brought_to_territories(tmp_path: Path) -> None:
    found = aggregate_trips(written(tmp_path), territories={"A": "north", "B": "north"})
    assert found.frame.rows() == [("north", "north", 23.0, 5)]
    assert found.frame.schema["records"] == pl.Int64
    part = aggregate_trips(written(tmp_path), territories={"A": "north"})
    assert part.frame.rows() == [("north", "north", 5.0, 1)]
    assert part.warnings == (
        ("flows.trips_one_end", {"file": "trips.csv", "count": 4, "trips": 18.0}),
    )
    assert part.left_aside == 4


def test_columns_may_have_other_names(tmp_path: Path) -> None:
    path = written(tmp_path, "jour,de,vers,nb\n2024-01-01,01001,02002,3\n")
    columns = TripColumns("de", "vers", "nb", "jour")
    found = aggregate_trips(path, columns=columns, since=date(2024, 1, 1))
    assert found.frame.rows() == [("01001", "02002", 3.0, 1)]  # the first zero stays


def test_many_files_and_folders_are_one(tmp_path: Path) -> None:
    folder = tmp_path / "2024"
    folder.mkdir()
    frame = pl.DataFrame({"origin": [1, 1], "destination": [2, 2], "count": [3, 4]})
    for name in ("a.parquet", "b.parquet"):
        frame.write_parquet(folder / name)
    assert aggregate_trips(folder).frame.rows() == [("1", "2", 14.0, 4)]
    assert aggregate_trips([folder / "a.parquet"]).frame.rows() == [("1", "2", 7.0, 2)]


BAD = """date,origin,destination,count
2024-01-01,A,B,3
2024-01-01,A,B,-2
2024-01-01,A,B,beaucoup
2024-01-01,A,,7
2024-01-01,B,A,1
2024-01-01,B,A,1
"""


def test_bad_records_are_counted_shown_and_left_aside(tmp_path: Path) -> None:
    found = aggregate_trips(written(tmp_path, BAD))
    assert found.frame.rows() == [("A", "B", 3.0, 1), ("B", "A", 2.0, 2)]
    assert (found.records, found.left_aside) == (6, 3)
    (wrong, figures), (one_end, ends) = found.warnings
    assert (wrong, figures["count"]) == ("flows.trips_wrong", 2)
    assert (one_end, ends["count"], ends["trips"]) == ("flows.trips_one_end", 1, 7.0)
    for lang in ("fr", "en"):
        assert "trips.csv" in say(wrong, lang, **figures)
        assert "-2" in say(wrong, lang, **figures)


def test_a_day_that_cannot_be_read_is_left_aside_only_where_days_matter(tmp_path: Path) -> None:
    path = written(tmp_path, CSV + "hier;A;B;100\n")
    assert aggregate_trips(path).frame["value"].sum() == 123
    found = aggregate_trips(path, since=date(2024, 1, 1))
    assert found.frame["value"].sum() == 23
    assert found.left_aside == 1


@pytest.mark.parametrize(
    ("text", "options", "key"),
    [
        ("de,vers,nb\nA,B,3\n", {}, "source.no_such_column"),
        ("origin,destination,count\nA,B,3\n", {"since": date(2024, 1, 1)}, "source.no_such_column"),
        ("origin,destination,count\nA,B,x\n", {}, "flows.trips_not_counts"),
        (CSV, {"since": date(2030, 1, 1)}, "flows.no_trips"),
        (CSV, {"engine": "abaque"}, "flows.no_engine"),
        (CSV, {"out": "resultat.docx"}, "flows.bad_out"),
        ("origin,destination,count\nA,B,3\nA,B,3,4,5\n" * 50, {}, "flows.trips_unreadable"),
    ],
)
def test_what_cannot_be_added_up_is_refused_in_plain_words(
    tmp_path: Path, text: str, options: dict, key: str
) -> None:
    with pytest.raises(ReciproqueError) as caught:
        aggregate_trips(written(tmp_path, text), **options)
    assert caught.value.key == key
    for lang in ("fr", "en"):
        assert say(caught.value, lang)
    assert [p.name for p in tmp_path.iterdir()] == ["trips.csv"]


def test_files_of_two_shapes_and_empty_folders(tmp_path: Path) -> None:
    pl.DataFrame({"origin": ["A"], "destination": ["B"], "count": [1]}).write_parquet(
        tmp_path / "a.parquet"
    )
    written(tmp_path)
    with pytest.raises(ReciproqueError) as caught:
        aggregate_trips(tmp_path)
    assert caught.value.key == "flows.mixed_trip_files"
    (tmp_path / "empty").mkdir()
    with pytest.raises(ReciproqueError) as caught:
        aggregate_trips(tmp_path / "empty")
    assert caught.value.key == "flows.no_trip_files"


@pytest.mark.parametrize("name", ["out.parquet", "out.csv"])
def test_the_result_is_an_origin_destination_file(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    found = aggregate_trips(written(folder), tmp_path / name)
    frame, warnings = read_od(tmp_path / name)
    assert frame.sort("origin", "destination").rows() == found.frame.drop("records").rows()
    assert warnings == ()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in", name]


def test_the_result_can_be_installed(home: Path, tmp_path: Path) -> None:
    path = written(tmp_path, "origin,destination,count\n67462,67482,3\n67462,67482,4\n")
    aggregate_trips(path, tmp_path / "trajets_2024.parquet")
    install(tmp_path / "trajets_2024.parquet")
    assert [(i.id, i.year, i.rows) for i in installed()] == [("flux_trajets_2024", "2024", 1)]


def test_an_interruption_leaves_the_former_result_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    out = tmp_path / "out.parquet"
    out.write_bytes(b"former")

    def interrupted(_key: str, _share: float) -> None:
        raise KeyboardInterrupt

    before = threading.active_count()
    with pytest.raises(KeyboardInterrupt):
        aggregate_trips(written(folder), out, progress=interrupted)
    assert out.read_bytes() == b"former"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in", "out.parquet"]
    assert threading.active_count() == before


def test_progress_ends_at_one(tmp_path: Path) -> None:
    told: list[float] = []
    aggregate_trips(written(tmp_path), progress=lambda key, share: told.append(share))
    assert told[-1] == 1.0
    assert all(0 <= share <= 1 for share in told)


ZONE = st.sampled_from(["A", "B", "C"])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(ZONE, ZONE, st.integers(0, 10**9)), min_size=1))
def test_totals_are_those_of_the_records(
    tmp_path_factory: pytest.TempPathFactory, records: list[tuple[str, str, int]]
) -> None:
    folder = tmp_path_factory.mktemp("trips")
    pl.DataFrame(records, schema=["origin", "destination", "count"], orient="row").write_parquet(
        folder / "t.parquet"
    )
    expected: Counter[tuple[str, str]] = Counter()
    for origin, destination, count in records:
        expected[origin, destination] += count
    found = aggregate_trips(folder / "t.parquet").frame
    assert {(o, d): v for o, d, v, _ in found.iter_rows()} == dict(expected)


def spark_or_skip() -> None:
    pytest.importorskip("pyspark", reason="pyspark is not installed")
    from reciproque.flows._trip_engines import check_java

    try:
        check_java()
    except ReciproqueError:
        pytest.skip("Spark needs Java, and there is none")


def many(folder: Path) -> None:
    """Two files of 4,000 records, some without an end, a good count or a day that can be read."""
    for part in (0, 1):
        rows = range(part * 4000, part * 4000 + 4000)
        pl.DataFrame(
            {
                "date": [
                    str(date(2024, 1, 1) + timedelta(days=i % 60)) if i % 97 else "?" for i in rows
                ],
                "origin": [f"{i * 7 % 23:03d}" if i % 101 else None for i in rows],
                "destination": [f"{i * 11 % 31:03d}" for i in rows],
                "count": [i % 13 if i % 89 else -1 for i in rows],
                "weight": [0.1 * (i % 13) for i in rows],
            }
        ).write_parquet(folder / f"{part}.parquet")


@pytest.fixture
def spark(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Spark on this machine, stopped afterwards."""
    spark_or_skip()
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    yield
    from pyspark.sql import SparkSession

    session = SparkSession.getActiveSession()
    if session is not None:
        session.stop()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # Spark's own outlives its session


def test_spark_gives_the_same_numbers_as_duckdb(tmp_path: Path, spark: None) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    many(folder)
    districts = {f"{i:03d}": f"D{i % 5}" for i in range(28)}
    wanted = {"since": date(2024, 1, 10), "until": date(2024, 2, 20), "territories": districts}
    here = aggregate_trips(folder, **wanted)
    there = aggregate_trips(folder, engine="spark", **wanted)
    assert here.frame.equals(there.frame)
    assert (here.records, here.left_aside, here.warnings) == (
        there.records,
        there.left_aside,
        there.warnings,
    )
    assert here.left_aside > 100
    weighted = TripColumns(count="weight")
    floats = [
        aggregate_trips(folder, columns=weighted, engine=e).frame for e in ("duckdb", "spark")
    ]
    assert floats[0]["value"].to_list() == pytest.approx(floats[1]["value"].to_list(), rel=1e-12)
    text = written(tmp_path, BAD)
    assert aggregate_trips(text).frame.equals(aggregate_trips(text, engine="spark").frame)


def test_without_spark_the_remedy_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(ReciproqueError) as caught:
        aggregate_trips(written(tmp_path), engine="spark")
    assert "reciproque[spark]" in say(caught.value)
    assert [p.name for p in tmp_path.iterdir()] == ["trips.csv"]


def test_without_java_the_remedy_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyspark", reason="pyspark is not installed")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ReciproqueError) as caught:
        aggregate_trips(written(tmp_path), engine="spark")
    assert caught.value.key == "flows.no_java"
    assert "Java 17" in say(caught.value)
