"""Opening what people have: encodings, archives, bombs, headers read from the beginning alone."""

import gzip
import io
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support_sources import FLUX, snapshot

from reciproque.sources import SourceError, install, installed, read
from reciproque.sources import _open as opening
from reciproque.sources._open import decoded, file_header, parts, read_bytes, year_in
from reciproque.sources._register import register
from reciproque.vocabulary import say

FRENCH = "Sélestat;Bénfeld;Œting;L’Île-d’Yeu;12,5\n" * 40
GOOD = "67462;A;67482;B;31.5"


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8", FRENCH), ("utf-8-sig", FRENCH), ("utf-16", FRENCH), ("cp1252", FRENCH),
        ("latin-1", FRENCH.replace("Œ", "Oe").replace("’", "'")),
        ("mac_roman", FRENCH), ("utf-8", "a;b\n1;2\n"), ("ascii", "a;b\n1;2\n"),
    ],
)  # fmt: skip
def test_what_french_offices_write_is_read_letter_by_letter(encoding, text) -> None:
    assert decoded(text.encode(encoding))[0] == text


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1))
def test_any_text_in_utf8_is_itself(text) -> None:
    assert decoded(text.encode())[0] == text.removeprefix("\ufeff")


@given(st.binary(min_size=1, max_size=400))
def test_any_bytes_are_a_text_or_refused(data) -> None:
    outcome = attempted(decoded, data)
    if isinstance(outcome, SourceError):
        assert outcome.key in ("source.binary", "source.broken_character", "source.unfinished")
    else:
        text, encoding = outcome
        assert isinstance(text, str)
        assert encoding


def attempted(call: Callable[..., Any], *arguments: object) -> Any:
    """What a call gives, or the refusal that people read."""
    try:
        return call(*arguments)
    except SourceError as error:
        return error


@given(
    st.binary(min_size=1, max_size=400), st.sampled_from([b"PK\x03\x04", b"\x1f\x8b", b"PAR1", b""])
)
def test_any_file_is_opened_or_refused_in_words(magic_data, magic) -> None:
    """Whatever follows the signature of an archive, nobody reads a traceback."""
    outcome = attempted(parts, magic + magic_data, "f.bin")
    if isinstance(outcome, SourceError):
        outcome.figures.setdefault("file", "f.bin")
        assert "f.bin" in say(outcome, "fr")
        assert "f.bin" in say(outcome, "en")
    else:
        assert all(part.columns for part in outcome)


@pytest.mark.parametrize(
    ("name", "year"),
    [
        ("zonages_2024.csv", "2024"), ("petr.csv", ""), ("2019_2021.csv", "2021"),
        ("x20245.csv", ""), ("base_20201231.csv", ""), ("1999.csv", ""), ("2030.csv", ""),
        ("flux-2017-isere.csv", "2017"), ("a2022b.csv", "2022"), ("", ""),
    ],
)  # fmt: skip
def test_the_year_of_a_name(name, year) -> None:
    assert year_in(name) == year


def zip_of(**files: bytes) -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "/"), data)
    return memory.getvalue()


def test_a_zip_gives_its_tables_and_leaves_descriptions_and_hidden_files() -> None:
    data = zip_of(
        **{
            "sub/flux.csv": b"a;b\n1;2\n",
            "meta_flux.csv": b"c;d\n1;2\n",
            "Dictionnaire.txt": b"e;f\n1;2\n",
            ".hidden.csv": b"g;h\n1;2\n",
            "lisez-moi.pdf": b"%PDF",
            "autre.txt": b"i,j\n1,2\n",
        }
    )
    assert sorted((p.name, p.columns) for p in parts(data, "x.zip")) == [
        ("autre.txt", ["i", "j"]),
        ("flux.csv", ["a", "b"]),
    ]


def test_a_zip_in_a_gzip_and_a_gzip_of_nothing() -> None:
    packed = gzip.compress(zip_of(**{"a.csv": b"a;b\n1;2\n"}))
    assert [p.columns for p in parts(packed, "x.zip.gz")] == [["a", "b"]]
    with pytest.raises(SourceError) as caught:
        parts(gzip.compress(b"  \n"), "x.gz")
    assert caught.value.key == "source.empty"


def test_a_folder_inside_a_zip_named_like_a_table_is_no_table() -> None:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        archive.writestr("x.csv/", b"")
        archive.writestr("x.pdf", b"%PDF")
    with pytest.raises(SourceError) as caught:
        parts(memory.getvalue(), "x.zip")
    assert caught.value.key == "source.archive_without_table"


def test_a_protected_zip_is_refused() -> None:
    """The flag of encryption alone is enough for Python to ask for a password."""
    data = bytearray(zip_of(**{"a.csv": b"a;b\n1;2\n"}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.index(signature) + offset
        data[at] |= 1
    with pytest.raises(SourceError) as caught:
        parts(bytes(data), "x.zip")
    assert caught.value.key == "source.truncated_archive"


@pytest.fixture
def small_limit(monkeypatch: pytest.MonkeyPatch) -> int:
    """As if a file could have at most a million bytes once unpacked."""
    monkeypatch.setattr(opening, "LARGEST", 1_000_000)
    return 1_000_000


@pytest.mark.parametrize("pack", ["zip", "gzip", "several"])
def test_a_bomb_is_refused_before_it_fills_the_memory(
    home: Path, tmp_path: Path, small_limit: int, pack: str
) -> None:
    """Thirty million zeros pack into thirty thousand bytes."""
    zeros = b"0" * 30_000_000
    data = {
        "zip": lambda: zip_of(**{"a.csv": zeros}),
        "gzip": lambda: gzip.compress(zeros),
        "several": lambda: zip_of(**{f"{n}.csv": zeros[:600_000] for n in range(3)}),
    }[pack]()
    path = tmp_path / "bomb.bin"
    path.write_bytes(data)
    assert len(data) < 100_000
    register()  # read once for all: it is not what is measured
    tracemalloc.start()
    try:
        with pytest.raises(SourceError) as caught:
            install(path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert caught.value.key == "source.too_large"
    assert "bomb.bin" in say(caught.value, "fr")
    assert peak < 8_000_000
    assert installed() == []


def test_a_zip_that_lies_about_its_size_is_refused(home: Path, tmp_path: Path) -> None:
    data = bytearray(zip_of(**{"a.csv": b"CODGEO;x\n" + b"1;2\n" * 5000}))
    central = data.index(b"PK\x01\x02")
    data[central + 24 : central + 28] = (100).to_bytes(4, "little")
    path = tmp_path / "liar.zip"
    path.write_bytes(bytes(data))
    with pytest.raises(SourceError) as caught:
        install(path)
    assert caught.value.key == "source.truncated_archive"


def test_a_file_above_the_limit_is_not_even_read(tmp_path: Path, small_limit: int) -> None:
    path = tmp_path / "big.csv"
    with path.open("wb") as stream:
        stream.truncate(small_limit + 1)
    start = time.thread_time()
    with pytest.raises(SourceError) as caught:
        read_bytes(path)
    assert caught.value.key == "source.too_large"
    assert time.thread_time() - start < 0.05


def test_ten_megabytes_of_rows_of_nothing_are_refused_soon(home: Path, tmp_path: Path) -> None:
    for name, data in {
        "one line": b"x" * 10_000_000,
        "no separator": b"x\n" * 5_000_000,
        "separators alone": b";" * 10_000_000,
        "quotes": b'"' * 10_000_000,
        "a million columns": b";".join(b"c%d" % n for n in range(1_000_000)) + b"\n",
    }.items():
        path = tmp_path / "garbage.csv"
        path.write_bytes(data)
        start = time.thread_time()
        with pytest.raises(SourceError) as caught:
            install(path)
        assert caught.value.key in ("source.binary", "source.unknown", "source.no_rows"), name
        assert time.thread_time() - start < 3, name
    assert installed() == []


HEADERS = {
    "a.csv": (b"CODGEO;DCLT\n1;2\n", (["CODGEO", "DCLT"], ";")),
    "b.csv": (b"\xef\xbb\xbfa,b\r\n1,2\r\n", (["a", "b"], ",")),
    "c.csv.gz": (gzip.compress(b"a\tb\n1\t2\n"), (["a", "b"], "\t")),
    "d.csv": (b'"a b";"c"\n1;2', (["a b", "c"], ";")),
}


@pytest.mark.parametrize("name", HEADERS)
def test_the_columns_are_known_from_the_beginning_alone(tmp_path: Path, name) -> None:
    data, expected = HEADERS[name]
    path = tmp_path / name
    path.write_bytes(data)
    assert file_header(path) == expected


def test_the_columns_of_a_parquet_file_have_no_separator(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pl.DataFrame({"x": [1], "y": [2]}).write_parquet(path)
    assert file_header(path) == (["x", "y"], "")


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"", "source.empty"), (b" \n\n", "source.empty"), (b"PAR1rubbish", "source.truncated_archive"),
        (b"\x1f\x8brubbish", "source.truncated_archive"),
        (gzip.compress(b"a;b\n" * 9000, mtime=0)[:50], "source.truncated_archive"),
    ],
)  # fmt: skip
def test_a_beginning_that_is_no_table_is_refused(tmp_path: Path, data, key) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes(data)
    with pytest.raises(SourceError) as caught:
        file_header(path)
    assert caught.value.key == key
    assert "f.csv" in say(caught.value, "fr")


@pytest.mark.parametrize("call", [file_header, read_bytes])
def test_what_is_not_there_and_what_is_a_folder(tmp_path: Path, call) -> None:
    for path, key in ((tmp_path / "no.csv", "source.not_found"), (tmp_path, "source.folder")):
        with pytest.raises(SourceError) as caught:
            call(path)
        assert caught.value.key == key


def test_a_file_that_may_not_be_read_says_so(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "closed.csv"
    path.write_text(f"{FLUX}\n{GOOD}\n")

    def closed(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", closed)
    with pytest.raises(SourceError) as caught:
        install(path)
    assert caught.value.key == "source.unreadable"
    assert "closed.csv" in say(caught.value, "en")


@pytest.mark.parametrize("name", ["é è.csv", "a'b\"c.csv", "x" * 200 + ".csv", "$(rm).csv"])
def test_any_name_of_a_file_will_do(home: Path, tmp_path: Path, name) -> None:
    path = tmp_path / name
    path.write_text(f"{FLUX}\n{GOOD}\n")
    assert install(path).file_name == name


def test_two_files_of_one_kind_added_at_once_leave_one_whole(home: Path, tmp_path: Path) -> None:
    """Two agents add two years at the same moment: one of them stands, entire."""
    register()
    paths = []
    for value in range(8):
        path = tmp_path / f"{value}.csv"
        path.write_text(f"{FLUX}\n67462;A;67482;B;{value + 1}\n")
        paths.append(path)
    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(partial(attempted, install), paths))
    [item] = installed()
    assert item in outcomes
    assert read(item.id).frame["value"].to_list() == [int(item.file_name[0]) + 1]
    assert not [name for name in snapshot(home) if ".new" in name or "tmp" in name]
