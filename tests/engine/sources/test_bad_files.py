"""What people really drop in: cut, doubled, foreign, garbled files. Each is refused in plain words."""

import gzip
import io
import random
import time
import zipfile
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support_sources import COMPARATEUR, FLUX, Write, snapshot

from reciproque.sources import Installed, SourceError, install, installed, recognise
from reciproque.vocabulary import say

GOOD = "67462;A;67482;B;31.5"
GRID = "insee_com,lib_com,niveau_densite"
CENTRE = "67462,Sélestat,Centres urbains intermédiaires"


def refused(path: Path) -> SourceError:
    """The error of a file, which must be sayable in both languages and name the file."""
    with pytest.raises(SourceError) as caught:
        install(path)
    for lang in ("fr", "en"):
        assert path.name in say(caught.value, lang)
    assert installed() == []
    return caught.value


def test_a_file_that_is_not_there(home: Path, tmp_path: Path) -> None:
    assert refused(tmp_path / "absent.csv").key == "source.not_found"
    assert refused(tmp_path).key == "source.folder"


@pytest.mark.parametrize("content", [b"", b"\n\n  \n", b"\xef\xbb\xbf"])
def test_an_empty_file(home: Path, write: Write, content: bytes) -> None:
    assert refused(write("empty.csv", data=content)).key in ("source.empty", "source.binary")


def test_columns_and_nothing_under(home: Path, write: Write) -> None:
    assert refused(write("flux.csv", FLUX)).key == "source.no_rows"


def test_another_kind_of_file_lists_what_is_known(home: Path, write: Write) -> None:
    error = refused(write("menus.csv", "plat,prix", "choucroute,15"))
    assert error.key == "source.unknown"
    assert "Comparateur de territoires" in say(error, "fr")
    assert "Comparator of territories" in say(error, "en")


def test_missing_columns_are_named(home: Path, write: Write) -> None:
    error = refused(write("flux.csv", "CODGEO;LIBGEO;NBFLUX_C17_ACTOCC15P", "67462;Sélestat;31.5"))
    assert error.key == "source.missing_columns"
    assert error.figures["columns"] == "DCLT"
    short = refused(write("base_cc.csv", COMPARATEUR.replace("P18_LOGVAC;", ""), "67462"))
    assert short.figures["columns"] == "P.._LOGVAC"
    assert "Comparateur" in say(short, "fr")


def test_a_broken_row_is_named(home: Path, write: Write) -> None:
    error = refused(write("flux.csv", FLUX, GOOD, "67462;A;67043;B;31.5;oups", GOOD))
    assert (error.key, error.figures["row"]) == ("source.broken_row", 3)


def test_a_csv_cut_in_the_middle_of_a_row(home: Path, write: Write) -> None:
    text = f"{FLUX}\n{GOOD}\n67462;A;670"
    error = refused(write("flux.csv", data=text.encode()))
    assert (error.key, error.figures["row"]) == ("source.truncated_row", 3)


def test_a_long_csv_cut_inside_its_last_figure(home: Path, write: Write) -> None:
    rows = "".join(f"67462;A;{code:05d};B;10\n" for code in range(68001, 68200))
    error = refused(write("flux.csv", data=f"{FLUX}\n{rows}67462;A;67482;B;3".encode()))
    assert (error.key, error.figures["row"]) == ("source.unfinished", 201)


def test_a_short_csv_without_a_last_line_break_is_taken_with_a_word(
    home: Path, write: Write
) -> None:
    item = install(write("flux.csv", data=f"{FLUX}\n{GOOD}".encode()))
    assert ("source.no_line_end", {}) in item.warnings


def test_a_csv_cut_inside_a_character(home: Path, write: Write) -> None:
    data = f"{FLUX}\n67462;Sélestat;67482;Sélestat".encode()
    error = refused(write("flux.csv", data=data[: data.rindex("é".encode()) + 1]))
    assert (error.key, error.figures["row"]) == ("source.unfinished", 2)


def test_a_damaged_character_is_not_taken_for_another_encoding(home: Path, write: Write) -> None:
    lines = [GRID, CENTRE, "67482,Éé,Grands centres urbains", "67043,Bénféld,Petites villes"]
    data = "\n".join(lines).encode().replace("Bén".encode(), b"B\xe9n") + b"\n"
    error = refused(write("grille.csv", data=data))
    assert (error.key, error.figures["row"]) == ("source.broken_character", 4)


def test_the_file_pasted_twice(home: Path, write: Write) -> None:
    error = refused(write("flux.csv", FLUX, GOOD, FLUX, GOOD))
    assert (error.key, error.figures["row"]) == ("source.doubled_header", 4 - 1)


def test_a_doubled_row(home: Path, write: Write) -> None:
    error = refused(
        write("grille.csv", GRID, CENTRE, "67482,Strasbourg,Grands centres urbains", CENTRE)
    )
    assert error.key == "source.doubled_row"
    assert (error.figures["row"], error.figures["first"]) == (4, 2)
    assert error.figures["code"] == "67462"


INCOMES = "CODGEO;NBMENFISC20;NBPERSMENFISC20;MED20;TP6020"


def test_a_doubled_commune_or_column(home: Path, write: Write) -> None:
    assert refused(write("grille.csv", GRID, CENTRE, CENTRE)).key == "source.doubled_row"
    twice = write("grille.csv", GRID + ",lib_com", CENTRE + ",x")
    assert refused(twice).key == "source.doubled_column"


@pytest.mark.parametrize(
    ("value", "key"),
    [
        ("beaucoup", "source.not_a_number"),
        ("-3", "source.negative"),
        ("inf", "source.not_a_number"),
    ],
)
def test_figures_that_are_none(home: Path, write: Write, value: str, key: str) -> None:
    error = refused(write("f.csv", INCOMES, "67462;9;20;22000;9", f"67043;9;20;{value};9"))
    assert error.key == key
    assert error.figures["row"] == 3
    assert error.figures["column"] == "MED20"
    assert value.lstrip("-") in say(error, "fr")


def test_row_numbers_count_blank_rows(home: Path, write: Write) -> None:
    error = refused(write("f.csv", INCOMES, "67462;9;20;22000;9", "", "67043;9;20;x;9"))
    assert error.figures["row"] == 4


def test_a_row_without_code(home: Path, write: Write) -> None:
    error = refused(write("f.csv", INCOMES, "67462;9;20;22000;9", ";9;20;21000;9"))
    assert (error.key, error.figures["row"]) == ("source.no_code", 3)


def test_a_class_that_is_not_published(home: Path, write: Write) -> None:
    error = refused(write("grille.csv", GRID, CENTRE, "67482,Strasbourg,Très grande ville"))
    assert (error.key, error.figures["row"]) == ("source.unknown_class", 3)


def test_the_same_columns_at_another_level(home: Path, write: Write) -> None:
    error = refused(write("cc_filosofi_2020_EPCI.csv", INCOMES, "246700967;15000;36000;22000;9"))
    assert error.key == "source.wrong_codes"


def test_ten_megabytes_of_garbage_are_refused_at_once(home: Path, write: Write) -> None:
    garbage = random.Random(1).randbytes(10_000_000)
    start = time.perf_counter()
    assert refused(write("garbage.csv", data=garbage)).key == "source.binary"
    assert refused(write("line.csv", data=b"a" * 10_000_000)).key == "source.binary"
    letters = ("lorem ipsum dolor\n" * 600_000).encode()
    assert refused(write("letters.csv", data=letters)).key == "source.unknown"
    assert time.perf_counter() - start < 5


def _archives() -> dict[str, bytes]:
    text = "\n".join([GRID, *(f"67{n:03d},X,Petites villes" for n in range(500))]).encode()
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("grille.csv", text)
    parquet = io.BytesIO()
    pl.DataFrame({"bv22_from": ["01004"], "bv22_to": ["01033"], "flow_pop21": [7.0]}).write_parquet(
        parquet
    )
    return {
        "g.csv.gz": gzip.compress(text),
        "g.zip": memory.getvalue(),
        "g.parquet": parquet.getvalue(),
    }


@pytest.mark.parametrize("name", ["g.csv.gz", "g.zip", "g.parquet"])
@pytest.mark.parametrize("part", [0.3, 0.6, 0.95])
def test_a_truncated_archive(home: Path, write: Write, name: str, part: float) -> None:
    data = _archives()[name]
    error = refused(write(name, data=data[: int(len(data) * part)]))
    assert error.key == "source.truncated_archive"


def test_archives_of_something_else(home: Path, tmp_path: Path) -> None:
    for inside, key in (
        ("photo.jpg", "source.archive_without_table"),
        ("[Content_Types].xml", "source.spreadsheet"),
    ):
        path = tmp_path / "archive.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(inside, "x")
        assert refused(path).key == key


def test_the_table_of_labels_points_to_its_data(home: Path, write: Write) -> None:
    header = "indicator,theme,label,long_label,unit,polarity,source,definition"
    assert refused(write("labels.csv", header, "a,b,c,d,e,1,f,g")).key == "source.labels"


def test_recognising_reads_columns_not_names(home: Path, write: Write) -> None:
    assert recognise(write("photo.txt", FLUX, GOOD)) == "insee_flux"
    assert recognise(write("flux.csv", GRID, CENTRE)) == "anct_density"
    with pytest.raises(SourceError):
        recognise(write("base-flux-mobilite.csv", "a;b", "1;2"))


BASE = "\n".join([FLUX, GOOD, "67462;Sélestat;67043;Benfeld;12", "38185;Grenoble;38185;G;7"]) + "\n"


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_whatever_happens_to_a_file_the_store_is_whole(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, data: st.DataObject
) -> None:
    """Any damage: either it installs, or a SourceError that can be said and an untouched store."""
    folder = tmp_path_factory.mktemp("damage")
    monkeypatch.setenv("RECIPROQUE_HOME", str(folder / "home"))
    first = folder / "first.csv"
    first.write_text(BASE, encoding="utf-8")
    before_item = install(first)
    before = snapshot(folder / "home")
    content = bytearray(BASE.encode())
    at = data.draw(st.integers(0, len(content) - 1))
    match data.draw(st.sampled_from(["cut", "byte", "insert", "double"])):
        case "cut":
            content = content[:at]
        case "byte":
            content[at] = data.draw(st.integers(0, 255))
        case "insert":
            content[at:at] = data.draw(st.binary(min_size=1, max_size=20))
        case _:
            content = content + content[:at]
    damaged = folder / "damaged.csv"
    damaged.write_bytes(bytes(content))
    outcome: Installed | SourceError
    try:
        outcome = install(damaged)
    except SourceError as error:
        outcome = error
    if isinstance(outcome, Installed):
        assert outcome in installed()
    else:
        assert "damaged.csv" in say(outcome, "fr")
        assert "damaged.csv" in say(outcome, "en")
        assert snapshot(folder / "home") == before
        assert installed() == [before_item]
