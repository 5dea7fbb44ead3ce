"""Living areas on a map: all are drawn, the boundaries on top, words for who does not see it."""

import re

import pytest
import shapely

from reciproque.web.shared.pictures import Drawn, areas_map


def square(west: float, south: float, side: float = 1.0) -> shapely.Polygon:
    return shapely.box(west, south, west + side, south + side)


def two() -> list[Drawn]:
    return [Drawn("Ouest", square(0, 45), 0.5, 45.5), Drawn("Est", square(1, 45), 1.5, 45.5)]


def test_each_area_is_drawn_with_its_name_and_the_boundaries_come_on_top() -> None:
    svg = areas_map(two(), [], [square(0.5, 45)], None, "Deux bassins", "Ouest et Est.", framed=2)
    assert svg.index('class="area"') < svg.index('class="over"') < svg.index("Ouest</text>")
    assert len(re.findall(r'<path class="t\d"', svg)) == 2
    assert "<title>Deux bassins</title><desc>Ouest et Est.</desc>" in svg
    assert "Est</text>" in svg


def test_a_name_cannot_bring_markup() -> None:
    svg = areas_map([Drawn("<b>", square(0, 45), 0.5, 45.5)], [], [], None, "t", "d")
    assert "<b>" not in svg
    assert "&lt;b&gt;" in svg


def test_an_area_without_outline_is_left_to_the_table() -> None:
    svg = areas_map([*two(), Drawn("Nulle part", None, 0, 0)], [], [], None, "t", "d", framed=2)
    assert "Nulle part" not in svg


def test_the_territory_asked_about_is_in_view_whole() -> None:
    svg = areas_map(two()[:1], [], [], square(0, 44, 3), "t", "d")
    outline = re.search(r'class="around"><path d="M([^"]+)Z"', svg)
    assert outline is not None
    points = [tuple(map(float, p.split())) for p in outline[1].split("L")]
    assert all(0 <= x <= 720 and 0 <= y <= 560 for x, y in points)


@pytest.mark.parametrize(("count", "strong"), [(4, 4), (20, 20), (25, 6)])
def test_a_crowded_map_keeps_a_few_names_for_phones(count: int, strong: int) -> None:
    row = [
        Drawn(f"B{i}", square(2.0 * i, 45 + 2 * (i % 5)), 2.0 * i + 0.5, 45.5 + 2 * (i % 5))
        for i in range(count)
    ]
    svg = areas_map(row, [], [], None, "t", "d", framed=count)
    assert svg.count('class="m-n strong"') == strong
    assert svg.count('class="m-n minor"') == count - strong
