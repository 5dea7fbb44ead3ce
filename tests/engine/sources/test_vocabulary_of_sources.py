"""The indicator rows and the sentences of the readers hold together."""

import re
from pathlib import Path

import pytest

import reciproque.sources
from reciproque.sources._profile import Profile
from reciproque.sources._reader import find_columns
from reciproque.sources._readers import READERS, reader_of
from reciproque.vocabulary import indicators, phrases, themes

DATASETS = {reader.id for reader in READERS if reader.kind == "indicators"}
ROWS = [i for i in indicators().values() if i.dataset in DATASETS]
CODE = Path(reciproque.sources.__file__).parent


def test_each_dataset_has_its_indicators() -> None:
    assert {row.dataset for row in ROWS} == DATASETS
    assert len(ROWS) > 140


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_a_row_is_complete_and_can_be_aggregated(row) -> None:  # type: ignore[no-untyped-def]
    assert row.label_fr
    assert row.label_en
    assert row.source
    assert row.year
    assert row.theme in themes()
    assert row.more_is in ("strength", "need", "neither")
    assert row.aggregation in ("sum", "mean", "approximate_mean")
    level = next(reader.level for reader in READERS if reader.id == row.dataset)
    assert row.level == level
    if row.aggregation == "sum":
        assert level == "commune"  # a sum known for a wider area cannot be carried by its communes
    else:
        weight = indicators()[row.weight]
        assert weight.aggregation == "sum"
        assert weight.dataset in (row.dataset, "embedded")
    if row.exchangeable:
        assert row.exchange_en
        assert row.usual_low < row.usual_high


def test_every_sentence_used_is_written() -> None:
    used = set()
    for path in CODE.glob("_*.py"):
        pattern = r'"((?:source|coverage|progress)\.[a-z_0-9]+)"'
        used |= set(re.findall(pattern, path.read_text("utf-8")))
    assert len(used) > 50
    assert used <= set(phrases())


def test_both_languages_fill_the_same_blanks() -> None:
    for key, row in phrases().items():
        if key.startswith(("source.", "coverage.")):
            blanks = [set(re.findall(r"\{(\w+)", row[lang])) for lang in ("fr", "en")]
            assert blanks[0] == blanks[1], key


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.id)
def test_a_reader_knows_its_own_columns_and_no_other_does(reader) -> None:  # type: ignore[no-untyped-def]
    columns = [p.replace(r"\d\d", "20").replace(r"\d{4}", "2020") for p in reader.columns]
    assert not reader.lacking(columns)
    assert reader_of(columns) == reader
    others = {"ba_pendler_kreise", "ba_pendler_sommes", "flux_ajoute"}  # no French administration
    assert (reader.licence == "Licence Ouverte / Etalab 2.0") == (reader.id not in others)
    assert all(find_columns(mark, [*columns, "ETTOT20", "n_equip_a1"]) for mark in reader.marks)


def test_a_profile_says_which_columns_it_may_lack() -> None:
    profile = Profile(code="c", level="commune", columns={"a": "A"})
    assert list(profile.optional) == []
