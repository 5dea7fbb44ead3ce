"""What the sheets of every kind share: numbers as written, rows signed, files written, places found."""

from io import BytesIO

import pytest
from django.core import signing
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from reciproque.web.registry.places import PlaceField, find_place
from reciproque.web.shared.sheets import Row, number, packed, read, unpacked, written


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12", 12.0),
        ("1 250,5", 1250.5),
        ("1\u202f250,5", 1250.5),
        ("-3", -3.0),
        ("", None),
        ("douze", None),
        ("nan", None),
        ("inf", None),
        ("1e999", None),
    ],
)
def test_a_number_is_read_as_people_write_it_or_not_at_all(text, expected) -> None:
    assert number(text) == expected


@given(st.text(max_size=20))
def test_no_text_becomes_a_number_without_a_size(text) -> None:
    found = number(text)
    assert found is None or abs(found) < float("inf")


def test_only_good_rows_come_back_and_only_as_they_were_shown() -> None:
    good, known, bad = (
        Row(2, {"title": "Vélos"}),
        Row(3, {"title": "Bois"}, known="Bois"),
        Row(4, {}, ["le titre manque"]),
    )
    text = packed([good, known, bad], "essai")
    assert unpacked(text, "essai") == [good, Row(3, {"title": "Bois"})]
    for wrong, salt in ((text[:-2] + "xx", "essai"), (text, "autre"), ("", "essai")):
        with pytest.raises(signing.BadSignature):
            unpacked(wrong, salt)
    assert packed([], "essai") == ""


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_written_sheet_is_read_back(kind) -> None:
    data, mime = written([["titre", "poids"], ["Vélos ; à réparer", 12.5]], kind, "lots")
    assert mime.startswith("text/csv" if kind == "csv" else "application/vnd.openxml")
    rows = read({"title": ("titre",), "weight": ("poids",)}, ("title",), f"x.{kind}", data)
    assert [r.values for r in rows] == [{"title": "Vélos ; à réparer", "weight": "12.5"}]
    if kind == "xlsx":
        assert load_workbook(BytesIO(data)).sheetnames == ["lots"]


def test_a_place_is_found_by_name_or_code_or_refused_with_what_is_near(registry) -> None:
    assert find_place(" Sélestat ").code == find_place("67462").code == "67462"
    assert PlaceField(required=False).clean("  ") == ""
    assert PlaceField().clean("Sélestat") == "67462"
    with pytest.raises(ValidationError):
        PlaceField().clean("")
    for near in (1, 3):
        with pytest.raises(ValidationError) as error:
            find_place("Saint-Martin", near)
        assert error.value.messages[0].count(" (") <= near
