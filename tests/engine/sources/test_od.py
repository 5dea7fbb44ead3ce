"""Any origin-destination file: what is wrong is counted, listed and explained, and the rest loads."""

import gzip
import zipfile
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support_sources import Write

from reciproque.sources import SourceError, read_od
from reciproque.vocabulary import say


def rows_of(path: Path, *columns: str, **options: str) -> list[tuple[str, str, float]]:
    return sorted(read_od(path, *columns, **options)[0].iter_rows())


def test_the_plain_columns(write: Write) -> None:
    path = write("flows.csv", "origin,destination,value", "A,B,3", "B,A,1.5", "A,A,10")
    frame, warnings = read_od(path)
    assert frame.columns == ["origin", "destination", "value"]
    assert rows_of(path) == [("A", "A", 10.0), ("A", "B", 3.0), ("B", "A", 1.5)]
    assert warnings == ()


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_columns_that_are_named(write: Write, separator: str) -> None:
    lines = [line.replace(",", separator) for line in ("de,vers,nb", "001,002,3", "002,001,4")]
    path = write("flux.csv", *lines)
    assert rows_of(path, "de", "vers", "nb") == [("001", "002", 3.0), ("002", "001", 4.0)]


def test_a_decimal_comma_and_thousands(write: Write) -> None:
    path = write("flux.csv", "origin;destination;value", "A;B;1 234,5", "B;A;2")
    assert rows_of(path) == [("A", "B", 1234.5), ("B", "A", 2.0)]


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("CODGEO;LIBGEO;DCLT;L_DCLT;NBFLUX_C21_ACTOCC15P", "38185;G;38151;E;7"),
        ("CODGEO,LIBGEO,DCRAN,L_DCRAN,NBFLUX_C20_POP01P", "38151,E,38185,G,7"),
        ("COMMUNE;ARM;DCLT;IPONDI;TRANS", "38185;ZZZZZ;38151;7;5"),
        ("COMMUNE;ARM;DCRAN;IPONDI", "38151;ZZZZZ;38185;7"),
        ("community_live,community_work,amount", "38185,38151,7"),
        ("Wohnort;Arbeitsort;Anzahl", "38185;38151;7"),
    ],
)
def test_published_columns_are_known(write: Write, header: str, row: str) -> None:
    assert rows_of(write("flux.csv", header, row)) == [("38185", "38151", 7.0)]


def test_the_published_zip_and_gzip(tmp_path: Path) -> None:
    text = "CODGEO;LIBGEO;DCLT;L_DCLT;NBFLUX_C21_ACTOCC15P\n38185;G;38151;E;7\n"
    packed = tmp_path / "base-flux-mobilite-domicile-lieu-travail-2021_csv.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("meta_base-flux-2021.csv", "COD_VAR;LIB_VAR\nCODGEO;Commune\n")
        archive.writestr("base-flux-mobilite-domicile-lieu-travail-2021.csv", text)
    assert rows_of(packed) == [("38185", "38151", 7.0)]
    single = tmp_path / "flux.csv.gz"
    single.write_bytes(gzip.compress(text.encode()))
    assert rows_of(single) == [("38185", "38151", 7.0)]


def test_parquet_with_numbers_for_codes(tmp_path: Path) -> None:
    path = tmp_path / "flows.parquet"
    pl.DataFrame({"a": [1, 2], "b": [2.0, 1.0], "n": [3, 4], "note": ["x", "y"]}).write_parquet(
        path
    )
    assert rows_of(path, "a", "b", "n") == [("1", "2", 3.0), ("2", "1", 4.0)]


BAD = [
    ("negative", "A,C,-3", "source.rows_negative"),
    ("no number", "A,C,beaucoup", "source.rows_not_numbers"),
    ("infinite", "A,C,inf", "source.rows_not_numbers"),
    ("one end", "A,,3", "source.rows_one_end"),
    ("the other end", ",A,3", "source.rows_one_end"),
    ("a copy", "A,B,3", "source.rows_copied"),
    ("a second row of a pair", "A,B,9", "source.rows_added"),
]


@pytest.mark.parametrize(
    ("row", "key"), [(row, key) for _, row, key in BAD], ids=[b[0] for b in BAD]
)
def test_a_bad_row_is_listed_and_the_rest_loads(write: Write, row: str, key: str) -> None:
    path = write("flux.csv", "origin,destination,value", "A,B,3", "B,A,1", row)
    frame, warnings = read_od(path)
    assert [said for said, _ in warnings] == [key]
    assert frame.height == 2
    for lang in ("fr", "en"):
        sentence = say(key, lang, **warnings[0][1])
        assert "flux.csv" in sentence
        assert "4" in sentence  # the row, as a text editor numbers it
    added = 9.0 if key == "source.rows_added" else 0.0
    assert frame["value"].sum() == 4.0 + added


def test_copies_in_parquet_take_all_cells(tmp_path: Path) -> None:
    """Two records of one pair on two days are no copies; two of the same day are."""
    path = tmp_path / "trips.parquet"
    pl.DataFrame(
        {"day": [1, 2, 2], "origin": ["A"] * 3, "destination": ["B"] * 3, "value": [5.0] * 3}
    ).write_parquet(path)
    frame, warnings = read_od(path)
    assert frame.rows() == [("A", "B", 10.0)]
    assert {key for key, _ in warnings} == {"source.rows_copied", "source.rows_added"}


def test_flows_without_a_value_are_counted(write: Write) -> None:
    path = write("flux.csv", "origin,destination,value", "A,B,3", "B,A,", "A,A,s")
    assert read_od(path)[1] == (("source.unknown_flows", {"count": 2}),)


@pytest.mark.parametrize(
    ("lines", "key"),
    [
        (["origin,destination,value", "A,B,x", "B,A,y"], "source.not_a_number"),
        (["origin,destination,value", "A,B,-1", "B,A,-2"], "source.negative"),
        (["origin,destination,value", "A,,1", "B,,2"], "source.no_code"),
        (["origin,destination,value", "A,B,", "B,A,"], "source.no_flows"),
        (["plat,prix", "choucroute,15"], "source.no_pairs"),
    ],
)
def test_a_file_of_which_nothing_can_be_made(write: Write, lines: list[str], key: str) -> None:
    path = write("flux.csv", *lines)
    with pytest.raises(SourceError) as caught:
        read_od(path)
    assert caught.value.key == key
    assert "flux.csv" in say(caught.value, "fr")
    assert "flux.csv" in say(caught.value, "en")


def test_a_column_that_is_not_there_is_named_with_those_that_are(write: Write) -> None:
    path = write("flux.csv", "de,vers,nb", "A,B,3")
    with pytest.raises(SourceError) as caught:
        read_od(path, "de", "vers", "nombre")
    assert caught.value.key == "source.no_such_column"
    assert "nombre" in say(caught.value, "fr")
    assert "de, vers, nb" in say(caught.value, "fr")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        read_od(tmp_path / "absent.csv")
    assert caught.value.key == "source.not_found"


def test_arrondissements_stay_or_fold(write: Write) -> None:
    path = write(
        "f.csv", "origin,destination,value", "75101,69381,3", "75120,13216,4", "75101,75102,1"
    )
    assert ("75101", "69381", 3.0) in rows_of(path)
    assert rows_of(path, arrondissements="fold") == [
        ("75056", "13055", 4.0),
        ("75056", "69123", 3.0),
        ("75056", "75056", 1.0),
    ]


CODE = st.sampled_from(["A", "B", "C", "12", "DE:08316"])


@settings(max_examples=80, deadline=None)
@given(st.dictionaries(st.tuples(CODE, CODE), st.floats(0, 1e6), min_size=1), st.data())
def test_csv_and_parquet_tell_the_same(
    tmp_path_factory: pytest.TempPathFactory,
    pairs: dict[tuple[str, str], float],
    data: st.DataObject,
) -> None:
    folder = tmp_path_factory.mktemp("od")
    order = data.draw(st.permutations(list(pairs)))
    frame = pl.DataFrame(
        {
            "origin": [o for o, _ in order],
            "destination": [d for _, d in order],
            "value": [pairs[pair] for pair in order],
        }
    )
    frame.write_csv(folder / "f.csv")
    frame.write_parquet(folder / "f.parquet")
    assert rows_of(folder / "f.csv") == rows_of(folder / "f.parquet")
    assert {(o, d): v for o, d, v in rows_of(folder / "f.csv")} == pairs


def test_real_reference_flows_of_sardinia(shared_data: Path) -> None:
    frame, warnings = read_od(shared_data / "reference" / "sardinia_flows.csv")
    assert frame.height == 10_997
    assert len(set(frame["origin"]) | set(frame["destination"])) == 377
    assert warnings == ()
