"""A composed territory as a file that people share: read whole, or refused by name and in plain words."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reciproque.kernel import Definition, ReciproqueError
from reciproque.territories import dumps, load, loads, slug, write
from reciproque.territories._definitions import read_definition, shipped, written
from reciproque.vocabulary import composed_kinds, say

GOOD = 'name = "Ried"\nmembers = ["67462", "67130"]\n'

NAMES = st.text(
    st.characters(categories=("L", "N", "P", "Zs"), max_codepoint=0x24F), min_size=1, max_size=40
)
DEFINITIONS = st.builds(
    Definition,
    code=st.from_regex(r"u:[a-z0-9][a-z0-9-]{0,20}", fullmatch=True),
    name=NAMES.filter(str.strip),
    members=st.lists(st.sampled_from(["67462", "67130", "200040715"]), min_size=1).map(tuple),
    kind=st.sampled_from(composed_kinds()),
    valid_from=st.none() | st.dates(date(1990, 1, 1), date(2026, 1, 1)),
    valid_to=st.none() | st.dates(date(2026, 1, 1), date(2090, 1, 1)),
    source=st.text(st.characters(codec="utf-8", exclude_categories=("C",)), max_size=20),
    year=st.sampled_from(["", "2026"]),
)


@given(DEFINITIONS)
def test_what_is_written_is_read_back_the_same(definition) -> None:
    assert loads(dumps(definition)) == definition


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Pays de l'Ourcq", "u:pays-ourcq"),
        ("PAYS DE L’OURCQ", "u:pays-ourcq"),
        ("St-Dié & Ste-Marie", "u:saint-die-sainte-marie"),
        ("Cœur d'Ostrevent", "u:coeur-ostrevent"),
        ("Le", "u:le"),
        ("2050", "u:2050"),
    ],
)
def test_a_code_is_the_name_without_accents_articles_or_signs(name, code) -> None:
    assert slug(name) == code


@pytest.mark.parametrize("name", ["", "!!!", "—", "'", "北京"])
def test_a_name_without_a_letter_makes_no_code(name) -> None:
    """Two such names would have shared one empty code, the second taking the place of the first."""
    with pytest.raises(ReciproqueError) as caught:
        slug(name)
    assert caught.value.key == "error.definition_without_name"


@given(NAMES)
def test_a_code_is_always_one_that_a_file_may_bear(name) -> None:
    try:
        code = slug(name)
    except ReciproqueError:
        return
    assert loads(f'name = "x"\nmembers = ["67462"]\ncode = "{code}"').code == code


BAD = {
    "an official code": (GOOD + 'code = "67462"', "67462"),
    "another's code": (GOOD + 'code = "200040715"', "200040715"),
    "a way out of the folder": (GOOD + 'code = "u:../../x"', "u:../../x"),
    "capitals": (GOOD + 'code = "u:Ried"', "u:Ried"),
    "an official kind": (GOOD + 'kind = "commune"', "commune"),
    "a kind with a slash": (GOOD + 'kind = "a/b"', "a/b"),
    "an unknown kind": (GOOD + 'kind = "planet"', "planet"),
    "no name": ('members = ["67462"]', "nom"),
    "a blank name": ('name = "  "\nmembers = ["67462"]', "nom"),
    "no member": ('name = "Ried"', "aucun membre"),
    "an empty list": ('name = "Ried"\nmembers = []', "aucun membre"),
    "members as a text": ('name = "Ried"\nmembers = "67462"', "members"),
    "members as numbers": ('name = "Ried"\nmembers = [67462]', "members"),
    "dates that cross": (
        GOOD + "valid_from = 2026-05-01\nvalid_to = 2026-01-01",
        "finit avant de commencer",
    ),
    "a date that is none": (GOOD + 'valid_from = "demain"', "demain"),
    "a date as a number": (GOOD + "valid_from = 2026", "fromisoformat"),
    "no TOML": ("name = ", "Invalid value"),
    "a control character": ("\x00", ""),
}


@pytest.mark.parametrize("what", BAD)
def test_a_file_that_cannot_be_is_refused_with_its_name_and_the_remedy(what, tmp_path) -> None:
    text, said = BAD[what]
    path = tmp_path / "ried.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ReciproqueError) as caught:
        read_definition(path)
    french, english = say(caught.value, "fr"), say(caught.value, "en")
    assert said in french
    for sentence in (french, english):
        assert "ried.toml" in sentence
        assert 'members = ["code", …]' in sentence
        assert ".." not in sentence.replace("u:../../x", "")


@pytest.mark.parametrize(
    "data",
    ["name = 'Café'\nmembers = ['67462']".encode("latin-1"), b"\xff\xfe\x00", b"\x89PNG\r\n"],
)
def test_a_file_in_another_encoding_is_named(data, tmp_path) -> None:
    path = tmp_path / "cafe.toml"
    path.write_bytes(data)
    with pytest.raises(ReciproqueError) as caught:
        read_definition(path)
    assert "cafe.toml" in say(caught.value, "fr")
    assert "cafe.toml" in say(caught.value, "en")


def test_those_we_ship_have_official_codes_and_known_kinds() -> None:
    found = {d.code: d for d in shipped()}
    assert len(found) == len(shipped())
    assert "200069680" in found
    assert "DE:08316" in found
    assert all(d.members for d in found.values())


def test_writing_leaves_one_whole_file_and_nothing_beside(tmp_path) -> None:
    definition = loads(GOOD)
    first = write(definition, tmp_path)
    again = write(definition, tmp_path)
    assert first == again == tmp_path / "territories" / "u-ried.toml"
    assert [p.name for p in first.parent.iterdir()] == ["u-ried.toml"]
    assert written(tmp_path) == (definition,)


def test_nothing_composed_is_an_empty_list(tmp_path) -> None:
    assert written(tmp_path) == ()


@pytest.fixture
def kept(own_home: Path):
    """Drop files in the folder of composed territories, then open the registry."""

    def drop(**files: bytes):
        folder = own_home / "territories"
        folder.mkdir(exist_ok=True)
        for name, data in files.items():
            (folder / f"{name}.toml").write_bytes(data)
        return load()

    return drop


def test_a_bad_file_is_left_aside_and_said_and_the_good_one_beside_it_is_there(kept) -> None:
    known = kept(
        accents="name = 'Café'\nmembers = ['67462']".encode("latin-1"),
        hijack=b'name = "Faux"\nmembers = ["67130"]\ncode = "67462"',
        level=b'name = "Faux"\nmembers = ["67130"]\nkind = "commune"',
        slash=b'name = "Faux"\nmembers = ["67130"]\nkind = "a/b"',
        toml=b"name = ",
        ried=GOOD.encode(),
    )
    assert known.territory("u:ried").communes == 2
    assert known.territory("67462").name == "Sélestat"
    assert len(known.codes("commune")) == 34875
    files = {say(p, "fr").split(".toml")[0].split()[-1].strip("« \u00a0") for p in known.problems}
    assert files == {"accents", "hijack", "level", "slash", "toml"}


def test_a_member_that_nobody_knows_is_listed_and_the_others_count(kept) -> None:
    known = kept(ried=b'name = "Ried"\nmembers = ["67462", "99999"]')
    assert known.unresolved()["u:ried"] == ("99999",)
    assert known.territory("u:ried").population == known.territory("67462").population


def test_a_composed_territory_may_be_made_of_composed_ones_in_any_order(kept) -> None:
    known = kept(
        a=b'name = "Tout"\nmembers = ["u:deux", "67462"]',
        b=b'name = "Deux"\nmembers = ["67130", "u:un"]',
        c=b'name = "Un"\nmembers = ["67433"]',
    )
    assert sorted(known.units.code[known.units_of("u:tout")]) == ["67130", "67433", "67462"]
    assert {t.code for t in known.groups_of("u:deux")} >= {"u:tout", "DEP-67"}


def test_two_that_contain_each_other_do_not_hang(kept) -> None:
    known = kept(
        a=b'name = "Un"\nmembers = ["u:deux", "67462"]',
        b=b'name = "Deux"\nmembers = ["u:un", "67130"]',
    )
    assert {"u:un", "u:deux"} <= {c for kind in known.kinds() for c in known.codes(kind)}
    assert "67462" in known.units.code[known.units_of("u:un")]
