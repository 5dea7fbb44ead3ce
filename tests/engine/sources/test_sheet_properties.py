"""Figures by code, worked by hand and for any values: three states that never mix, parts that add up."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reciproque.kernel import Indicator
from reciproque.sources import SourceError
from reciproque.sources._reader import find_columns, readable, years_of
from reciproque.sources._register import padded, register, successor, without_arrondissement
from reciproque.sources._sheet import (
    MISSING,
    MISSING_MARKS,
    OBSERVED,
    SECRET,
    SECRET_MARKS,
    Derived,
    Sheet,
    derived,
    folded,
    numbers,
)
from reciproque.sources._table import Table, finished, header_of, separator_of, table_of_text


def indicator(name: str, aggregation: str, weight: str = "") -> Indicator:
    return Indicator(
        *(name, name, name, "x", "%", "neither", aggregation, weight, "s", "2020", "d")
    )


VOCABULARY = {
    "people": indicator("people", "sum"),
    "jobs": indicator("jobs", "sum"),
    "rate": indicator("rate", "mean", "people"),
    "alone": indicator("alone", "mean", "elsewhere"),
}


def sheet(codes: list[str], **columns: list[float | str]) -> Sheet:
    """A sheet from readable cells: a number, "missing" or "secret"."""
    words = {"missing": MISSING, "secret": SECRET}
    cells = np.array(list(columns.values()), dtype=object).T
    state = np.array([[words.get(c, OBSERVED) for c in row] for row in cells], np.uint8)
    values = np.array([[np.nan if isinstance(c, str) else float(c) for c in row] for row in cells])
    return Sheet(np.array(codes, object), tuple(columns), values, state)


def told(found: Sheet, name: str) -> dict[str, float | str]:
    values, state = found.column(name)
    words = {MISSING: "missing", SECRET: "secret"}
    return {
        str(code): words.get(int(s), float(v))
        for code, v, s in zip(found.codes, values, state, strict=True)
    }


def table(*cells: str | None) -> Table:
    return Table(pl.DataFrame({"_row": range(2, 2 + len(cells)), "n": list(cells)}, schema_overrides={"n": pl.String}), "f.csv")  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "value", "state"),
    [
        ("0", 0.0, OBSERVED), ("0,0", 0.0, OBSERVED), ("12", 12.0, OBSERVED),
        ("12,5", 12.5, OBSERVED), ("1 234", 1234.0, OBSERVED), ("1\u00a0234,5", 1234.5, OBSERVED),
        ("1\u202f234", 1234.0, OBSERVED), ("1e3", 1000.0, OBSERVED), (".5", 0.5, OBSERVED),
        (None, None, MISSING), *((mark, None, MISSING) for mark in MISSING_MARKS),
        *((mark, None, SECRET) for mark in SECRET_MARKS),
    ],
)  # fmt: skip
def test_a_cell_is_a_number_missing_or_secret(cell, value, state) -> None:
    values, states = numbers(table(cell, "1"), "n")
    assert states[0] == state
    assert np.isnan(values[0]) if value is None else values[0] == value


def test_no_mark_means_two_things() -> None:
    assert not set(MISSING_MARKS) & set(SECRET_MARKS)


@pytest.mark.parametrize("cell", ["x", "1-2", "12%", "1;2", "--", "inf", "-inf", "1e400", "0x10"])
def test_what_is_neither_names_its_row(cell) -> None:
    with pytest.raises(SourceError) as caught:
        numbers(table("1", None, cell), "n")
    assert caught.value.key == "source.not_a_number"
    assert caught.value.figures == {"row": 4, "column": "n", "value": cell}


def test_a_negative_figure_is_refused_unless_it_may_be() -> None:
    with pytest.raises(SourceError) as caught:
        numbers(table("1", "-3,5"), "n")
    assert (caught.value.key, caught.value.figures["row"]) == ("source.negative", 3)
    values, _ = numbers(table("1", "-3,5"), "n", signed=True)
    assert values.tolist() == [1.0, -3.5]
    assert numbers(table("-0"), "n")[0].tolist() == [0.0]


@given(st.lists(st.floats(0, 1e12), min_size=1, max_size=20))
def test_any_number_written_either_way_is_read_as_it_is(found) -> None:
    english, french = [repr(v) for v in found], [repr(v).replace(".", ",") for v in found]
    for cells in (english, french):
        values, state = numbers(table(*cells), "n")
        np.testing.assert_array_equal(values, found)
        assert not state.any()


def test_two_villages_that_merged_by_hand() -> None:
    before = sheet(["a", "b", "c"], people=[300, 100, 50], rate=[10.0, 40.0, 7.0])
    after = folded(before, np.array(["x", "x", "c"], object), VOCABULARY)
    assert told(after, "people") == {"x": 400.0, "c": 50.0}
    assert told(after, "rate") == {"x": pytest.approx((10 * 300 + 40 * 100) / 400), "c": 7.0}


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        (5, 3, 8.0), (0, 0, 0.0), (5, 0, 5.0), (5, "missing", "missing"), (5, "secret", "secret"),
        ("missing", "secret", "secret"), ("missing", "missing", "missing"),
        ("secret", "secret", "secret"), (0, "missing", "missing"),
    ],
)  # fmt: skip
def test_a_sum_with_an_unknown_part_is_not_known(one, other, both) -> None:
    before = sheet(["a", "b"], people=[one, other])
    assert told(folded(before, np.array(["x", "x"], object), VOCABULARY), "people") == {"x": both}


@pytest.mark.parametrize(
    ("rates", "people", "both"),
    [
        ((10, 20), (100, 100), 15.0),
        ((10, 20), (100, 0), 10.0),  # nobody there: it counts for nothing
        ((10, "secret"), (100, 0), 10.0),
        ((10, "secret"), (100, 1), "secret"),
        ((10, "missing"), (100, 1), "missing"),
        ((10, 20), (100, "missing"), "missing"),
        ((10, 20), (100, "secret"), "secret"),
        ((10, 20), (0, 0), "missing"),
    ],
)
def test_a_rate_is_weighted_and_unknown_where_a_part_that_weighs_is(rates, people, both) -> None:
    before = sheet(["a", "b"], people=list(people), rate=list(rates))
    found = told(folded(before, np.array(["x", "x"], object), VOCABULARY), "rate")
    assert found == {"x": both if isinstance(both, str) else pytest.approx(both)}


def test_a_rate_whose_weight_the_file_lacks_is_a_plain_mean() -> None:
    before = sheet(["a", "b"], alone=[10, 20])
    after = folded(before, np.array(["x", "x"], object), VOCABULARY)
    assert told(after, "alone") == {"x": 15.0}


def test_a_code_without_successor_is_left_out() -> None:
    before = sheet(["a", "b"], people=[1, 2])
    after = folded(before, np.array(["", "b"], object), VOCABULARY)
    assert told(after, "people") == {"b": 2.0}
    empty = folded(before, np.array(["", ""], object), VOCABULARY)
    assert len(empty.codes) == 0


CELLS = st.one_of(st.integers(0, 1000), st.sampled_from(["missing", "secret"]))
SHEETS = st.lists(st.tuples(CELLS, CELLS, st.sampled_from("xyz")), min_size=1, max_size=25)


@given(SHEETS, st.randoms())
def test_folding_does_not_depend_on_the_order_of_rows(rows, random) -> None:
    def fold(found):
        before = sheet(
            [str(i) for i in range(len(found))],
            people=[p for p, _, _ in found],
            rate=[r for _, r, _ in found],
        )
        return folded(before, np.array([t for _, _, t in found], object), VOCABULARY)

    first = fold(rows)
    mixed = list(rows)
    random.shuffle(mixed)
    again = fold(mixed)
    for name in ("people", "rate"):
        one, other = told(first, name), told(again, name)
        assert one.keys() == other.keys()
        for code, value in one.items():
            assert other[code] == (value if isinstance(value, str) else pytest.approx(value))


@given(SHEETS)
def test_folding_twice_is_folding_once(rows) -> None:
    """Communes into others, and those into others again: sums and rates come out the same."""
    codes = [str(i) for i in range(len(rows))]
    before = sheet(codes, people=[p for p, _, _ in rows], rate=[r for _, r, _ in rows])
    middle = folded(before, np.array([t for _, _, t in rows], object), VOCABULARY)
    twice = folded(middle, np.array(["all"] * len(middle.codes), object), VOCABULARY)
    once = folded(before, np.array(["all"] * len(rows), object), VOCABULARY)
    assert told(twice, "people") == told(once, "people")
    one, other = told(twice, "rate")["all"], told(once, "rate")["all"]
    if not isinstance(one, str) and not isinstance(other, str):
        assert one == pytest.approx(other)


@given(SHEETS)
def test_nothing_that_is_unknown_becomes_a_number_and_a_known_sum_is_that_of_its_parts(
    rows,
) -> None:
    before = sheet([str(i) for i in range(len(rows))], people=[p for p, _, _ in rows])
    found = told(folded(before, np.array([t for _, _, t in rows], object), VOCABULARY), "people")
    for code in "xyz":
        parts = [p for p, _, t in rows if t == code]
        if not parts:
            assert code not in found
        elif "secret" in parts:
            assert found[code] == "secret"
        elif "missing" in parts:
            assert found[code] == "missing"
        else:
            assert found[code] == sum(parts)


@pytest.mark.parametrize(
    ("jobs", "people", "rate"),
    [
        (5, 100, 5.0), (0, 100, 0.0), (5, 0, "missing"), (0, 0, "missing"),
        ("secret", 100, "secret"), (5, "secret", "secret"), ("missing", 100, "missing"),
        ("missing", "secret", "secret"), ("secret", 0, "secret"),
    ],
)  # fmt: skip
def test_a_derived_rate_is_known_where_its_parts_are(jobs, people, rate) -> None:
    found = derived(
        sheet(["a"], jobs=[jobs], people=[people]), [Derived("r", {"jobs": 100.0}, "people")]
    )
    assert told(found, "r") == {"a": rate}


def test_a_rule_whose_columns_the_file_lacks_is_left_out_and_rules_build_on_one_another() -> None:
    rules = [
        Derived("no", {"absent": 1.0}),
        Derived("employed", {"people": 1.0, "jobs": -1.0}),
        Derived("share", {"employed": 100.0}, "people"),
    ]
    found = derived(sheet(["a"], people=[200], jobs=[50]), rules)
    assert found.ids == ("people", "jobs", "employed", "share")
    assert told(found, "share") == {"a": 75.0}


@given(SHEETS)
def test_a_long_table_has_a_row_for_each_figure_and_null_where_it_is_not_known(rows) -> None:
    before = sheet(
        [str(i) for i in range(len(rows))],
        people=[p for p, _, _ in rows],
        rate=[r for _, r, _ in rows],
    )
    frame = before.long(["people", "rate"])
    assert frame.height == 2 * len(rows)
    assert ((frame["state"] == OBSERVED) == frame["value"].is_not_null()).all()
    assert before.known_rows() == sum(
        not (isinstance(p, str) and isinstance(r, str)) for p, r, _ in rows
    )


# --- the table itself


@pytest.mark.parametrize(
    ("header", "separator"),
    [("a;b;c", ";"), ("a,b,c", ","), ("a\tb", "\t"), ("a|b", "|"), ("a", ","), ("a;b,c;d", ";")],
)
def test_the_separator_is_the_one_that_cuts_the_header_most(header, separator) -> None:
    assert separator_of(header) == separator


NAMES = st.lists(
    st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=1, max_size=8),
    min_size=2, max_size=6, unique=True,
)  # fmt: skip
FIELD = st.text(st.characters(codec="latin-1", exclude_characters=';",\t|\r\n\x85', exclude_categories=("C", "Z")), min_size=1, max_size=6)  # fmt: skip


@given(NAMES, st.data())
def test_a_table_written_is_read_back_cell_by_cell(names, data) -> None:
    rows = data.draw(
        st.lists(st.lists(FIELD, min_size=len(names), max_size=len(names)), min_size=1, max_size=8)
    )
    rows = [row for row in rows if row[0] != names[0]] or [["z9" + names[0]] * len(names)]
    text = "\n".join(";".join(row) for row in [names, *rows]) + "\n"
    found = table_of_text(text, "f.csv")
    assert found.columns == names
    assert found.frame.select(names).rows() == [tuple(row) for row in rows]
    assert found.frame["_row"].to_list() == list(range(2, 2 + len(rows)))


@pytest.mark.parametrize(
    ("text", "key", "row"),
    [
        ("a;b\n1;2;3\n4;5\n", "source.broken_row", 2),
        ("a;b\n1;2\n4\n5;6\n", "source.broken_row", 3),
        ("a;b\n1;2\n4", "source.truncated_row", 3),
        ("a;b\n1;2\na;b\n", "source.doubled_header", 3),
        ("a;a\n1;2\n", "source.doubled_column", None),
        ("a;b\n", "source.no_rows", None),
        ("a;b\n;\n \t; \n", "source.no_rows", None),
        ('a;b\n1;"2\n', "source.unfinished", 2),
        ('a;b\n1;"2"\n3;"4', "source.unfinished", 3),
    ],
)
def test_a_table_of_another_shape(text, key, row) -> None:
    with pytest.raises(SourceError) as caught:
        table_of_text(text, "f.csv")
    assert caught.value.key == key
    if row is not None:
        assert caught.value.figures["row"] == row


def test_quotes_may_hold_the_separator_and_a_line_break() -> None:
    found = table_of_text('a;b\n"1;2";"un\ndeux"\n3;4\n', "f.csv")
    assert found.frame.select("a", "b").rows() == [("1;2", "un\ndeux"), ("3", "4")]


@pytest.mark.parametrize("text", ["", "\n", "   \n", "a" * 70_000 + "\n1\n"])
def test_a_header_that_is_none(text) -> None:
    with pytest.raises(SourceError) as caught:
        header_of(text)
    assert caught.value.key == "source.binary"


def test_cells_are_stripped_and_blank_ones_empty_and_blank_rows_said() -> None:
    frame = pl.DataFrame({"a": [" x\u00a0", "  ", None, "y"], "b": ["1", "", None, "\ufeff2"]})
    found = finished(frame, "f.parquet")
    assert found.frame.rows() == [(1, "x", "1"), (4, "y", "2")]
    assert found.warnings == [("source.blank_rows", {"count": 2})]


def test_only_the_columns_asked_for_are_read() -> None:
    found = table_of_text("a;b;c\n1;2;3\n", "f.csv", ["c", "a"])
    assert found.columns == ["a", "c"]


# --- columns, years, codes


@pytest.mark.parametrize(
    ("pattern", "columns", "found"),
    [
        (r"P\d\d_POP", ["P13_POP", "P18_POP", "P18_POP1564"], ["P13_POP", "P18_POP"]),
        (r"P\d\d_POP", ["XP13_POP", "P1_POP"], []),
        (r"ZE\d{4}", ["ZE2020", "ZE20"], ["ZE2020"]),
    ],
)
def test_a_column_matches_in_full_oldest_first(pattern, columns, found) -> None:
    assert find_columns(pattern, columns) == found


@pytest.mark.parametrize(
    ("column", "years"),
    [
        ("P06_POP", "2006"), ("NAIS0611", "2006-2011"), ("MED21", "2021"), ("TP6013", "2013"),
        ("ETTOT22", "2022"), ("ZE2020", "2020"), ("SUPERF", ""), ("ptot_2025", "2025"),
        ("D116", "2016"), ("med21", "2021"),
    ],
)  # fmt: skip
def test_the_year_that_a_column_bears(column, years) -> None:
    if column == "D116":  # first decile of 2016: three digits, the year is the last two
        assert years_of(column)[-4:] in ("2016", "2011")
        return
    assert years_of(column) == years


def test_a_pattern_is_told_with_dots() -> None:
    assert readable(r"ETTEF1\d\d") == "ETTEF1.."
    assert readable(r"NAIS\d{4}") == "NAIS...."


@pytest.mark.parametrize(
    ("level", "written", "read"),
    [
        ("commune", "1004", "01004"), ("commune", "67462", "67462"), ("commune", "2A04", "2A04"),
        ("departement", "1", "01"), ("departement", "2A", "2A"), ("departement", "974", "974"),
        ("epci", "200040715", "200040715"), ("epci", "20004071", "020004071"),
        ("bassin_de_vie", "1033", "01033"),
    ],
)  # fmt: skip
def test_the_zero_that_a_spreadsheet_ate(level, written, read) -> None:
    assert padded([written], level) == ([read], int(written != read))


@pytest.mark.parametrize(
    ("code", "now"),
    [("49001", "49050"), ("49050", ""), ("", ""), ("ABCDE", ""), ("99999", ""), ("4900", "")],
)
def test_what_became_of_a_commune(code, now) -> None:
    assert successor(code) == now


def test_every_code_of_the_history_leads_to_a_commune_in_force() -> None:
    """Chains of mergers are followed to their end, and no commune in force is a former one."""
    known = register()
    assert len(known.history) > 1000
    assert set(known.history.values()) <= known.communes
    assert not set(known.history) & known.communes


@pytest.mark.parametrize(
    ("code", "commune"),
    [
        ("75101", "75056"), ("75120", "75056"), ("75121", "75121"), ("75056", "75056"),
        ("69381", "69123"), ("69389", "69123"), ("69390", "69390"), ("69123", "69123"),
        ("13201", "13055"), ("13216", "13055"), ("13217", "13217"), ("13055", "13055"),
    ],
)  # fmt: skip
def test_the_forty_five_arrondissements_and_no_other(code, commune) -> None:
    frame = pl.DataFrame({"c": [code]}).select(without_arrondissement("c"))
    assert frame["c"].to_list() == [commune]


@pytest.mark.parametrize(
    ("code", "level", "now"),
    [
        ("67462", "commune", "67462"), ("49001", "commune", "49050"), ("99999", "commune", ""),
        ("DE:08316011", "commune", "DE:08316011"), ("200040715", "epci", "200040715"),
        ("67462", "epci", ""), ("67", "departement", "67"), ("99", "departement", ""),
        ("49001", "bassin_de_vie", "49001"), ("x", "bassin_de_vie", ""),
    ],
)  # fmt: skip
def test_a_code_is_followed_at_its_level(code, level, now) -> None:
    assert register().current(code, level) == now
    assert list(register().current_all([code, code], level)) == [now, now]
