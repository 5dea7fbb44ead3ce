"""Sentences and numbers as people say them."""

import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reciproque.kernel import Reason
from reciproque.vocabulary import (
    indicators,
    kinds,
    label,
    phrases,
    rows,
    say,
    say_number,
    say_round,
    say_share,
    say_source,
    table,
    themes,
)

NBSP = "\u00a0"


def test_numbers_are_written_as_each_language_does() -> None:
    assert say_number(19619) == f"19{NBSP}619"
    assert say_number(19619, "en") == "19,619"
    assert say_number(-0.25, "fr", 2) == "−0,25"
    assert say_number(-0.001, "fr", 1) == "0,0"


def test_numbers_are_rounded_as_people_say_them() -> None:
    assert say_round(3163) == f"3{NBSP}200"
    assert say_round(445059) == f"445{NBSP}000"
    assert say_round(87) == "87"
    assert say_round(0) == "0"


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0.25, "1 sur 4"),
        (0.39, "4 sur 10"),
        (0.333, "1 sur 3"),
        (0.004, "moins de 1 sur 100"),
        (1.0, "10 sur 10"),
    ],
)
def test_shares_are_told_as_one_in_so_many(share, said) -> None:
    assert say_share(share) == said


@given(st.floats(0.01, 0.99))
def test_a_share_told_is_near_the_share(share) -> None:
    top, bottom = say_share(share).split(" sur ")
    assert int(top) / int(bottom) == pytest.approx(share, abs=0.055)


def test_a_reason_speaks_both_languages_with_its_figures() -> None:
    reason = Reason("error.unknown_territory", "near", {"asked": "Xyz"})
    assert "«\u00a0Xyz\u00a0»" in say(reason)
    assert "“Xyz”" in say(reason, "en")


def test_a_figure_can_have_a_word_for_each_language() -> None:
    assert "eau" in say("error.unknown_territory", asked_fr="eau", asked_en="water")
    assert "water" in say("error.unknown_territory", "en", asked_fr="eau", asked_en="water")


def test_an_unfilled_blank_is_an_error_and_never_shows() -> None:
    with pytest.raises(KeyError):
        say("error.unknown_territory")


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "0 ligne vide laissée de côté."),
        (1, "1 ligne vide laissée de côté."),
        (2, "2 lignes vides laissées de côté."),
        (1200, "1\u00a0200 lignes vides laissées de côté."),
    ],
)
def test_words_agree_with_what_they_count(count, said) -> None:
    assert say("source.blank_rows", count=count) == said


def test_english_counts_nothing_in_the_plural() -> None:
    assert say("source.blank_rows", "en", count=0) == "0 blank rows left aside."
    assert say("source.not_only_work", "en", count=1).startswith("1 commune sends more")


def test_every_source_of_an_indicator_is_told_in_english() -> None:
    french = ("recensement", "calcul", "contours", "départements frontaliers", "légales", " et ")
    told = {say_source(row.source, "en") for row in indicators().values()}
    assert {s for s in told if any(word in s.replace("border d", "") for word in french)} == set()
    assert say_source("INSEE, recensement", "fr") == "INSEE, recensement"
    both = "INSEE, recensement de la population, modèle gravitaire sur les populations légales"
    expected = "INSEE, population census, gravity model on legal populations"
    assert say_source(both, "en") == expected


def test_no_number_can_break_over_two_lines() -> None:
    broken = re.compile(r"\d \d{3}(?!\d)")
    words = [row.label(lang) for row in indicators().values() for lang in ("fr", "en")]
    words += [w for row in indicators().values() for w in (row.exchange_fr, row.exchange_en)]
    units = table("indicator_units")
    words += [label("indicator_units", unit, lang) for unit in units for lang in ("fr", "en")]
    words += [say(key) for key, row in phrases().items() if "{" not in row["fr"]]
    assert [w for w in words if broken.search(w)] == []


def test_no_sentence_says_perhaps_one_perhaps_several() -> None:
    texts = (row[lang] for row in phrases().values() for lang in ("fr", "en"))
    assert [text for text in texts if "(s)" in text] == []


def test_every_phrase_stands_in_both_languages_with_the_same_blanks() -> None:
    def blanks(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    for row in phrases().values():
        assert row["fr"], row["key"]
        assert row["en"], row["key"]
        assert blanks(row["fr"]) == blanks(row["en"]), row["key"]


def test_every_unit_is_said_in_both_languages() -> None:
    said = {row["id"]: row["label_en"] for row in rows("indicator_units")}
    assert {row.unit for row in indicators().values()} == set(said)
    assert said["habitants"] == "inhabitants"


def test_every_indicator_is_whole() -> None:
    known = indicators()
    for row in known.values():
        assert row.label_fr, row.id
        assert row.label_en, row.id
        assert row.theme in themes(), row.id
        assert row.more_is in ("strength", "need", "neither"), row.id
        assert row.aggregation in ("sum", "mean", "approximate_mean", "shape", "max"), row.id
        assert row.source, row.id
        assert row.year, row.id
        if row.aggregation in ("mean", "approximate_mean"):
            assert known[row.weight].aggregation == "sum", row.id
        if row.exchange_fr:
            assert row.exchange_en, row.id
            assert row.usual_low is not None, row.id
            assert row.usual_high is not None, row.id
            assert row.usual_low < row.usual_high, row.id


def test_words_are_translated_on_display_and_unknown_codes_stand_as_they_are() -> None:
    assert label("kinds", "epci") == "intercommunalité"
    assert label("kinds", "epci", "en", "plural") == "intercommunalities (EPCI)"
    assert label("kinds", "new-kind") == "new-kind"
    assert "commune" in kinds()
    assert table("motives")["tied"]["label_fr"] == "lié"


@pytest.mark.parametrize(
    ("day", "fr", "en"),
    [
        ("2026-01-05", "05/01/2026", "5 January 2026"),
        ("2024-12-31", "31/12/2024", "31 December 2024"),
        ("tantôt", "tantôt", "tantôt"),  # what is no day stays as it is
    ],
)
def test_a_day_is_written_as_each_language_does(day: str, fr: str, en: str) -> None:
    found = [
        say("error.before_start", lang, what="X", day=day, start="2026-02-01")
        for lang in ("fr", "en")
    ]
    assert fr in found[0]
    assert "avant le début (01/02/2026)" in found[0]
    assert en in found[1]
    assert "before the start (1 February 2026)" in found[1]
