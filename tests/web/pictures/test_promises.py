"""A promise fills from the top as it is kept; on paper as on screen."""

import re

import pytest

from reciproque.web.shared.pictures import Bar, Promise, for_print, promise_lane, timeline


def lane(promised: float, delivered: float, unconfirmed: float = 0.0, side: str = "a") -> str:
    return str(promise_lane(Promise("k", side, promised, delivered, unconfirmed, "Des lentilles")))


def depth(svg: str, css: str) -> float:
    """How far under its upper edge the filled part goes."""
    found = re.search(rf'class="rb a {css}" clip-path="url\(#k\)" d="M[\d.]+ ([\d.]+)', svg)
    assert found, svg
    return float(found[1]) - 6


def test_nothing_kept_is_an_outline_alone() -> None:
    svg = lane(10, 0)
    assert "solid" not in svg
    assert "out" in svg


def test_the_filled_part_is_in_proportion() -> None:
    half, quarter = depth(lane(10, 5), "solid"), depth(lane(10, 2.5), "solid")
    assert half == pytest.approx(2 * quarter)
    assert half == pytest.approx(20)


def test_what_waits_for_the_other_side_is_hatched_under_what_is_sure() -> None:
    svg = lane(10, 2, 3)
    assert depth(svg, "hatched") == pytest.approx(20)
    assert depth(svg, "solid") == pytest.approx(8)
    assert svg.index("hatched") < svg.index("solid")  # the sure part is drawn over it


def test_all_kept_or_more_fills_the_arrow_too() -> None:
    assert depth(lane(10, 10), "solid") > 40
    assert depth(lane(10, 12), "solid") > 40
    assert depth(lane(0, 3), "solid") > 40


def test_its_words_are_read_aloud() -> None:
    assert 'role="img" aria-label="Des lentilles"' in lane(10, 5)


def test_every_class_has_its_ink_on_paper() -> None:
    printed = for_print(lane(10, 2, 3, "b"))
    style = printed.split("</style>")[0]
    for css in set(re.findall(r'class="(rb [^"]+)"', printed)):
        assert "." + css.replace(" ", ".") in style or f".rb.{css.split()[-1]}" in style, css


def test_a_line_of_time_holds_today_and_a_mark_for_each_year() -> None:
    from datetime import date

    bars = [Bar("Annuaire", date(2024, 3, 1), date(2026, 6, 1), "ongoing")]
    svg = str(timeline(bars, date(2026, 11, 24), "Plan"))
    assert re.findall(r">(20\d\d)<", svg) == ["2025", "2026"]
    assert "Annuaire" in svg
    assert "<title>Plan</title>" in svg
    start, width = map(
        float,
        re.search(
            r'rect class="tl ongoing" x="([\d.]+)" y="[\d.]+" width="([\d.]+)"', svg
        ).groups(),
    )
    assert start == 8
    assert width == pytest.approx((720 - 16) * 822 / 998, abs=0.1)
