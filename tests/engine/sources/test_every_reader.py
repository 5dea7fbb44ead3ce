"""Each published file, whatever the spreadsheet did to it: read the same, or refused by name and row."""

import gzip
import io
import zipfile
from pathlib import Path

import polars as pl
import pytest
from support_samples import columns_in, sample, samples, text_of
from support_sources import snapshot

from reciproque.sources import SourceError, install, installed, read, recognise
from reciproque.sources._reader import Reader
from reciproque.sources._readers import READERS
from reciproque.vocabulary import indicators, say

ALL = list(samples())
FIGURES = [r for r in ALL if r.kind == "indicators"]
each = pytest.mark.parametrize("r", ALL, ids=lambda r: r.id)
each_of_figures = pytest.mark.parametrize("r", FIGURES, ids=lambda r: r.id)


def put(folder: Path, name: str, data: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def zipped(name: str, data: bytes) -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("meta_" + name, "COD_VAR;LIB_VAR\nx;y\n")
        archive.writestr("__MACOSX/._" + name, "garbage")
        archive.writestr(name, data)
    return memory.getvalue()


def parquet(cells: list[list[str]]) -> bytes:
    memory = io.BytesIO()
    header, *rows = cells
    frame = pl.DataFrame(
        {name: [row[at] for row in rows] for at, name in enumerate(header)},
        schema=dict.fromkeys(header, pl.String),
    )
    frame.write_parquet(memory)
    return memory.getvalue()


WRAPPED = {
    "semicolons": lambda cells: text_of(cells).encode(),
    "commas": lambda cells: text_of(cells, ",").encode(),
    "tabs": lambda cells: text_of(cells, "\t").encode(),
    "pipes": lambda cells: text_of(cells, "|").encode(),
    "a byte order mark": lambda cells: b"\xef\xbb\xbf" + text_of(cells).encode(),
    "windows line ends": lambda cells: text_of(cells, end="\r\n").encode(),
    "old macintosh line ends": lambda cells: text_of(cells, end="\r").encode(),
    "quotes": lambda cells: text_of([[f'"{c}"' for c in row] for row in cells]).encode(),
    "spaces around": lambda cells: text_of([[f" {c} " for c in row] for row in cells]).encode(),
    "latin-1": lambda cells: text_of(cells).encode("latin-1"),
    "windows-1252": lambda cells: text_of(cells).encode("cp1252"),
    "utf-16": lambda cells: text_of(cells).encode("utf-16"),
    "blank rows": lambda cells: (text_of(cells[:3]) + "\n\n" + text_of(cells[3:])).encode(),
    "columns in another order": lambda cells: text_of([row[::-1] for row in cells]).encode(),
    "a column more": lambda cells: text_of([[*row, "x"] for row in cells]).encode(),
    "gzip": lambda cells: gzip.compress(text_of(cells).encode()),
    "zip": lambda cells: zipped("t.csv", text_of(cells).encode()),
    "parquet": parquet,
}


@each
@pytest.mark.parametrize("how", WRAPPED)
def test_the_same_file_however_it_is_wrapped(home: Path, tmp_path: Path, r: Reader, how) -> None:
    cells = sample(r)
    plain = install(put(tmp_path, "plain_2020.csv", text_of(cells)))
    expected = read(plain.id).frame
    path = put(tmp_path, "wrapped_2020", WRAPPED[how](cells))
    assert recognise(path) == r.id
    item = install(path)
    assert (item.id, item.year, item.rows) == (plain.id, plain.year, plain.rows)
    found = read(item.id).frame
    if how == "latin-1" and not text_of(cells).isascii():
        assert any(key == "source.encoding" for key, _ in item.warnings)
    assert found.select(sorted(found.columns)).equals(expected.select(sorted(expected.columns)))


@each
@pytest.mark.parametrize("year", ["06", "17", "25"])
def test_the_columns_of_any_year(home: Path, tmp_path: Path, r: Reader, year: str) -> None:
    item = install(put(tmp_path, f"t_20{year}.csv", text_of(sample(r, year))))
    usual = columns_in(r) == columns_in(r, year)
    if r.id == "bassins_de_vie":
        assert item.year == "2021-2023"
    elif usual:
        assert item.year in (f"20{year}", "2026")
    else:
        assert item.year in (f"20{year}", f"2015-20{year}")


def spoiled(cells: list[list[str]]) -> dict[str, tuple[str | bytes, str]]:
    """Ways to spoil a file, and the error that says so."""
    text = text_of(cells)
    last = cells[-1]
    return {
        "cut in its last row": (text[: -len(";".join(last[1:])) - 2], "source.truncated_row"),
        "a cell too many": (text + ";".join([*last, "x"]) + "\n" + text_of([last]), "source.broken_row"),
        "pasted twice": (text + text, "source.doubled_header"),
        "no row": (text_of(cells[:1]), "source.no_rows"),
        "blank rows alone": (text_of(cells[:1]) + ";" * (len(last) - 1) + "\n", "source.no_rows"),
        "the same column twice": (text_of([[*row, row[0]] for row in cells]), "source.doubled_column"),
        "zeros of a bad disk": (b"\x00" * 4000, "source.binary"),
        "an image": (b"\x89PNG\r\n\x1a\n" + bytes(range(32)) * 40, "source.binary"),
        "a page of the web": (
            "<!DOCTYPE html>\n<html><body>Erreur 404</body></html>\n", "source.unknown",
        ),
        "a cut archive": (zipped("t.csv", text.encode())[:-40], "source.truncated_archive"),
        "a cut gzip": (gzip.compress(text.encode())[:-12], "source.truncated_archive"),
        "a cut parquet": (parquet(cells)[:-8], "source.truncated_archive"),
    }  # fmt: skip


SPOILED = sorted(spoiled([["a", "b", "c"], ["1", "2", "3"]]))


@each
@pytest.mark.parametrize("how", SPOILED)
def test_a_spoiled_file_is_refused_and_the_earlier_data_stay(
    home: Path, tmp_path: Path, r: Reader, how: str
) -> None:
    cells = sample(r)
    before_item = install(put(tmp_path, "good_2020.csv", text_of(cells)))
    before = snapshot(home)
    data, key = spoiled(cells)[how]
    with pytest.raises(SourceError) as caught:
        install(put(tmp_path, "spoiled_2020.csv", data))
    assert caught.value.key == key
    for lang in ("fr", "en"):
        assert "spoiled_2020.csv" in say(caught.value, lang)
    assert snapshot(home) == before
    assert installed() == [before_item]


@each
def test_a_missing_column_is_named(home: Path, tmp_path: Path, r: Reader) -> None:
    """Each in turn: what is left is never installed as something else."""
    cells = sample(r)
    for at, column in enumerate(cells[0][: len(r.columns)]):
        short = [row[:at] + row[at + 1 :] for row in cells]
        path = put(tmp_path, f"short_{at}.csv", text_of(short))
        outcome = recognised(path)
        if isinstance(outcome, SourceError):
            assert outcome.key in ("source.missing_columns", "source.unknown")
            assert outcome.figures.get("columns", column)
        else:
            assert outcome != r.id, column


def recognised(path: Path) -> str | SourceError:
    try:
        return recognise(path)
    except SourceError as error:
        return error


@each_of_figures
def test_the_same_territory_twice_names_both_rows(home: Path, tmp_path: Path, r: Reader) -> None:
    cells = sample(r)
    with pytest.raises(SourceError) as caught:
        install(put(tmp_path, "twice_2020.csv", text_of([*cells, cells[2]])))
    assert caught.value.key == "source.doubled_row"
    assert (caught.value.figures["row"], caught.value.figures["first"]) == (6, 3)


def code_column(r: Reader) -> str:
    return next(c for c in columns_in(r) if c in ("CODGEO", "insee_com", "code", "bv2022"))


def changed(cells: list[list[str]], column: str, values: list[str]) -> list[list[str]]:
    at = cells[0].index(column)
    return [
        cells[0],
        *([*row[:at], v, *row[at + 1 :]] for row, v in zip(cells[1:], values, strict=True)),
    ]


@each_of_figures
def test_a_territory_without_a_code_names_its_row(home: Path, tmp_path: Path, r: Reader) -> None:
    column = code_column(r)
    codes = [row[sample(r)[0].index(column)] for row in sample(r)[1:]]
    cells = changed(sample(r), column, [codes[0], "", *codes[2:]])
    with pytest.raises(SourceError) as caught:
        install(put(tmp_path, "t_2020.csv", text_of(cells)))
    assert (caught.value.key, caught.value.figures["row"]) == ("source.no_code", 3)
    assert caught.value.figures["column"] == column


@each_of_figures
def test_codes_of_elsewhere_are_refused_one_stranger_is_listed(
    home: Path, tmp_path: Path, r: Reader
) -> None:
    column = code_column(r)
    at = sample(r)[0].index(column)
    codes = [row[at] for row in sample(r)[1:]]
    strangers = [f"{n:0{len(codes[0])}d}" for n in range(4)] if r.level == "epci" else list("wxyz")
    cells = changed(sample(r), column, [*strangers[:3], codes[3]])
    path = put(tmp_path, "t_2020.csv", text_of(cells))
    with pytest.raises(SourceError) as caught:
        install(path)
    assert caught.value.key == "source.wrong_codes"
    item = install(
        put(tmp_path, "u_2020.csv", text_of(changed(sample(r), column, [*codes[:3], strangers[0]])))
    )
    assert item.unmapped == (strangers[0],)
    assert any(key == "source.unmapped" for key, _ in item.warnings)
    assert strangers[0] not in read(item.id).frame["code"].to_list()


PUBLISHED = [r for r in FIGURES if not r.id.startswith("anct")]


@pytest.mark.parametrize("r", PUBLISHED, ids=lambda r: r.id)
def test_missing_secret_and_zero_stay_three_things(home: Path, tmp_path: Path, r: Reader) -> None:
    cells = sample(r)
    figures = [c for c in cells[0] if c != code_column(r)]
    values = {"0": 0, "": 2, "s": 3}
    for column in figures:
        cells = changed(cells, column, ["0", "", "s", "7"])
    item = install(put(tmp_path, "t_2020.csv", text_of(cells)))
    frame = read(item.id).frame
    at = cells[0].index(code_column(r))
    codes = {mark: row[at] for mark, row in zip(values, cells[1:], strict=False)}
    raw = {
        name for name in frame["indicator"].unique()
        if indicators()[name].aggregation == "sum" or r.id != "insee_comparateur"
    }  # fmt: skip
    told = frame.filter(pl.col("indicator").is_in(list(raw)))
    for mark, state in values.items():
        rows = told.filter(pl.col("code") == codes[mark])
        assert rows.height
        if mark == "0":
            assert set(rows["value"].drop_nulls()) <= {0.0}
            assert 3 not in rows["state"].to_list()
        else:
            assert set(rows["state"]) == {state}
            assert rows["value"].null_count() == rows.height


@pytest.mark.parametrize("r", PUBLISHED, ids=lambda r: r.id)
@pytest.mark.parametrize(
    ("written", "read_as"), [("1234,5", 1234.5), ("1 234,5", 1234.5), ("1\u00a0234.5", 1234.5)]
)
def test_a_number_as_the_french_write_it(
    home: Path, tmp_path: Path, r: Reader, written: str, read_as: float
) -> None:
    plain, french = sample(r), sample(r)
    for column in [c for c in plain[0] if c != code_column(r)]:
        plain = changed(plain, column, [str(read_as)] * 4)
        french = changed(french, column, [written] * 4)
    one = read(install(put(tmp_path, "a_2020.csv", text_of(plain))).id).frame
    other = read(install(put(tmp_path, "b_2020.csv", text_of(french))).id).frame
    assert one.equals(other)


@pytest.mark.parametrize("r", PUBLISHED, ids=lambda r: r.id)
@pytest.mark.parametrize("wrong", ["beaucoup", "inf", "1..2", "12/05/2020", "#REF!", "1e999"])
def test_a_figure_that_is_none_names_row_and_column(
    home: Path, tmp_path: Path, r: Reader, wrong: str
) -> None:
    column = next(
        c for c in columns_in(r) if c not in (code_column(r), "ETTOT20") and c != "n_equip_a1"
    )
    cells = changed(sample(r), column, ["1", "2", wrong, "4"])
    with pytest.raises(SourceError) as caught:
        install(put(tmp_path, "t_2020.csv", text_of(cells)))
    assert caught.value.key == "source.not_a_number"
    assert (caught.value.figures["row"], caught.value.figures["column"]) == (4, column)
    assert wrong in say(caught.value, "fr")


def test_every_reader_is_sampled_or_tested_on_its_own() -> None:
    elsewhere = {"insee_detail_mobilite", "insee_detail_demenagements", "flux_ajoute"}
    rest = {r.id for r in READERS} - {r.id for r in ALL} - elsewhere
    assert all(name.startswith("ba_pendler") for name in rest), rest


def test_no_two_files_are_taken_for_one_another(home: Path, tmp_path: Path) -> None:
    for r in ALL:
        assert recognise(put(tmp_path, "x", text_of(sample(r)))) == r.id


def test_a_folder_of_files_lives_side_by_side_and_each_leaves_alone(
    home: Path, tmp_path: Path
) -> None:
    items = [install(put(tmp_path, f"{r.id}_2020.csv", text_of(sample(r)))) for r in ALL]
    assert {i.id for i in installed()} == {i.id for i in items}
    assert len({i.id for i in items}) == len(items)
    from reciproque.sources import remove

    for item in items:
        remove(item.id)
        assert item.id not in {i.id for i in installed()}
    assert installed() == []
