"""Pictures tell quantities by width, directions by place, and escape every name."""

import re

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from reciproque.web.shared.pictures import (
    Arc,
    Lane,
    Pin,
    duo_bars,
    flow_map,
    for_print,
    france_map,
    lane,
    mini,
    peer,
    plain_map,
    score_bar,
)
from reciproque.web.shared.pictures._ribbons import THINNEST, widths

SQUARE = shapely.box(5.0, 45.0, 5.5, 45.4)
BESIDE = shapely.box(5.5, 45.0, 6.0, 45.4)
HOSTILE = '<img src=x onerror="x">'


@given(st.floats(1, 1e6), st.floats(1, 1e6))
def test_widths_are_in_proportion_to_quantities(there, back) -> None:
    one, other = widths(there, back, 46.0)
    assert max(one, other) == pytest.approx(46.0)
    if min(one, other) > THINNEST:
        assert one / other == pytest.approx(there / back)


def test_what_is_not_known_or_nothing_draws_no_ribbon() -> None:
    drawn = lane(Lane("x", None, 0.0, True, "rien"))
    assert "rb " not in drawn
    assert mini(Lane("x", 0.0, None, True, "rien")) == ""


def test_observed_is_solid_and_estimated_is_hatched() -> None:
    assert "rb a solid" in lane(Lane("x", 5, 2, True, "d"))
    assert "rb b hatched" in lane(Lane("x", 5, 2, False, "d"))


def test_the_thinner_ribbon_passes_over() -> None:
    drawn = lane(Lane("x", 10, 2, True, "d"))
    assert drawn.index("rb a") < drawn.index("rb b")


def test_each_side_leaves_from_the_top_of_its_bank_and_lands_at_the_foot_of_the_other() -> None:
    paths = {
        side: [float(n) for n in re.findall(r"-?\d+\.?\d*", d)]
        for side, d in re.findall(
            r'class="rb (a|b) solid" d="([^"]+)"', lane(Lane("x", 5, 5, True, "d"))
        )
    }
    green, ochre = paths["a"], paths["b"]
    assert green[0] < 20 < 600 < ochre[0]  # where each begins
    assert green[1] == ochre[1] < 20  # at the top
    tip = green[8:12]
    assert max(tip) > 100  # ends low


def test_names_are_escaped() -> None:
    assert "<img" not in lane(Lane("x", 1, 1, True, HOSTILE))
    arcs = [Arc(HOSTILE, BESIDE, 5.7, 45.2, 10, 5)]
    drawn = flow_map(HOSTILE, SQUARE, (5.2, 45.2), arcs, [SQUARE], HOSTILE, HOSTILE, False)
    assert "<img" not in drawn
    assert "&lt;img" in drawn


def test_a_map_draws_both_directions_and_the_thicker_for_more() -> None:
    arcs = [Arc("Voisin", BESIDE, 5.7, 45.2, 100, 10)]
    drawn = flow_map("Ici", SQUARE, (5.2, 45.2), arcs, [], "t", "d", hatched=True)
    assert drawn.count("rb a hatched") == drawn.count("rb b hatched") == 1
    assert "Voisin" in drawn
    assert " km</text>" in drawn


def test_a_territory_without_outline_stands_as_its_mark() -> None:
    named = [("A", 5.2, 45.2), ("B", 6.5, 45.2)]
    drawn = plain_map(SQUARE, None, [], named, "t", "d")
    assert "mk-b" in drawn
    assert ">B</text>" in drawn


def test_france_has_its_pins_and_its_overseas() -> None:
    drawn = france_map(
        [SQUARE], [("Guadeloupe", BESIDE)], [], [Pin("1", 5.2, 45.2, ((5.6, 45.2),))], "t", "d"
    )
    assert ">1</text>" in drawn
    assert "Guadeloupe" in drawn
    assert 'class="arc"' in drawn


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.floats(0, 1))
def test_small_figures_stay_inside_their_frame(value, median, score) -> None:
    low, high = min(value, median), max(value, median)
    for text in (
        peer(value, median, low, high),
        score_bar(score),
        duo_bars(abs(value), abs(median), max(abs(value), abs(median))),
    ):
        for number in re.findall(r'"(-?\d+\.?\d*)%"', text):
            assert 0 <= float(number) <= 100


def test_a_picture_for_print_stands_alone() -> None:
    printed = for_print(str(lane(Lane("x", 5, 2, False, "d"))))
    assert printed.startswith("<svg xmlns=")
    assert "<style>" in printed
    assert 'id="h-a"' in printed
    assert "var(" not in printed
