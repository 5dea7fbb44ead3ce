"""A description that cannot be read: which file, which line, what to do."""

import pytest

from reciproque.flows import ScenarioError, read_scenario
from reciproque.kernel import ReciproqueError
from reciproque.matching import MatchFileError, read_match
from reciproque.reciprocity import CaseError, read_case
from reciproque.vocabulary import read_toml, say

READERS = ((read_case, CaseError), (read_match, MatchFileError), (read_scenario, ScenarioError))


@pytest.mark.parametrize(("reader", "error"), READERS)
def test_each_reader_says_that_a_file_is_not_there(reader, error, tmp_path) -> None:
    with pytest.raises(error) as told:
        reader(tmp_path / "nulle-part.toml")
    assert say(told.value, "fr").replace("\u00a0", " ") == (
        "Le fichier « nulle-part.toml » n’existe pas : vérifiez le chemin."
    )
    assert "nulle-part.toml" in say(told.value, "en")


@pytest.mark.parametrize(("reader", "error"), READERS)
def test_each_reader_names_the_line_that_cannot_be_read(reader, error, tmp_path) -> None:
    path = tmp_path / "abimé.toml"
    path.write_text('[matching]\nname = "a"\nname "b"\n', encoding="utf-8")
    with pytest.raises(error) as told:
        reader(path)
    assert told.value.figures == {"file": "abimé.toml", "line": 3}
    assert "abimé.toml, ligne 3" in say(told.value, "fr")


@pytest.mark.parametrize("content", [b"\xff\xfe\x00bad", b"\x89PNG\r\n\x1a\n", b"a = '\xe9'"])
def test_what_is_not_text_is_named(content, tmp_path) -> None:
    path = tmp_path / "x.toml"
    path.write_bytes(content)
    with pytest.raises(ReciproqueError) as told:
        read_toml(path)
    assert told.value.figures["file"] == "x.toml"


def test_a_folder_is_no_file(tmp_path) -> None:
    with pytest.raises(ReciproqueError) as told:
        read_toml(tmp_path)
    assert told.value.key == "case.unreadable"


def test_a_file_cut_short_names_its_last_line(tmp_path) -> None:
    path = tmp_path / "x.toml"
    path.write_text("a = 1\nb = [1,\n", encoding="utf-8")
    with pytest.raises(ReciproqueError) as told:
        read_toml(path)
    assert told.value.key == "case.toml_line"
    assert told.value.figures["line"] == 2


def test_what_is_well_written_is_read(tmp_path) -> None:
    path = tmp_path / "x.toml"
    path.write_text("[a]\nb = 1\n[[c]]\nd = 2026-11-25\n", encoding="utf-8")
    assert read_toml(path)["a"] == {"b": 1}
