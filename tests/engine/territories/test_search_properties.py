"""Whatever people type of a name leads to it: without accents, cut, mistyped, in another order."""

import unicodedata

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reciproque.kernel import AmbiguousTerritory, Definition, UnknownTerritory
from reciproque.territories._search import NameIndex, bare_key, key, tokens


def plain(text: str) -> str:
    text = unicodedata.normalize("NFD", text)
    return "".join(c for c in text if not unicodedata.combining(c))


@pytest.fixture(scope="module")
def communes(registry) -> list[tuple[str, str, int]]:
    """Code, name and population of 600 communes drawn once from all of France."""
    frame = registry.frame("commune")
    at = np.random.default_rng(11).choice(len(frame), 600, replace=False)
    return [(r["code"], r["name"], r["population"] or 0) for r in frame[at].iter_rows(named=True)]


TYPED = {
    "as it is": lambda name: name,
    "in capitals": str.upper,
    "in small letters": str.lower,
    "without accents": plain,
    "without accents, in capitals": lambda name: plain(name).upper(),
    "with spaces for hyphens": lambda name: name.replace("-", " ").replace("'", " "),
    "with hyphens for spaces": lambda name: name.replace(" ", "-"),
    "with spaces around": lambda name: f"  {name}\t",
    "with a typographic apostrophe": lambda name: name.replace("'", "’"),
    "with decomposed accents": lambda name: unicodedata.normalize("NFD", name),
    "with abbreviations": lambda name: (
        name.replace("Sainte-", "Ste ").replace("Saint-", "St ").replace("-sur-", " s/ ")
    ),
}


@pytest.mark.parametrize("how", TYPED)
def test_every_commune_is_found_by_its_name_however_it_is_written(registry, communes, how) -> None:
    """Homonyms may come before, the populous first: the code is then among those of that name."""
    lost = []
    for code, name, _ in communes:
        same = {t.code for t in registry.search(TYPED[how](name), 60, kinds=["commune"])}
        if code not in same:
            lost.append((code, TYPED[how](name)))
    assert lost == []


def test_an_exact_name_comes_before_longer_ones(registry, communes) -> None:
    for _, name, _ in communes[:200]:
        first = registry.search(name, 1)[0]
        assert key(first.name) == key(name) or bare_key(first.name) == key(name)


def test_the_beginning_of_a_name_is_enough_where_few_begin_so(registry, communes) -> None:
    missed = 0
    for code, name, _ in communes:
        typed = name[: max(6, int(0.75 * len(name)))]
        missed += code not in {t.code for t in registry.search(typed, 40, kinds=["commune"])}
    assert missed <= 0.03 * len(communes)


def mistyped(name: str, rng: np.random.Generator) -> str:
    at = int(rng.integers(1, len(name) - 1))
    match int(rng.integers(3)):
        case 0:
            return name[:at] + name[at + 1 :]
        case 1:
            return name[:at] + name[at] + name[at:]
        case _:
            return name[: at - 1] + name[at] + name[at - 1] + name[at + 1 :]


def test_one_slip_of_the_finger_still_leads_to_long_names(registry, communes) -> None:
    rng = np.random.default_rng(5)
    long = [(code, name) for code, name, _ in communes if len(name) >= 9]
    missed = sum(
        code not in {t.code for t in registry.search(mistyped(name, rng), 12)}
        for code, name in long
    )
    assert missed <= 0.12 * len(long)


def test_every_epci_is_found_by_the_whole_of_its_name(registry) -> None:
    frame = registry.frame("epci")
    at = np.random.default_rng(2).choice(len(frame), 300, replace=False)
    for row in frame[at].iter_rows(named=True):
        found = registry.search(row["name"], 8, kinds=["epci"])
        assert row["code"] in {t.code for t in found}, row["name"]


@pytest.mark.parametrize("kind", ["commune", "epci", "departement", "region", "landkreis"])
def test_every_code_leads_to_itself(registry, kind) -> None:
    codes = registry.codes(kind)
    for code in codes[:: max(1, len(codes) // 60)]:
        assert registry.find(code).code == code
        assert registry.search(code, 1)[0].code == code


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("2a", "DEP-2A"), ("2A", "DEP-2A"), (" 67 ", "DEP-67"), ("dep-67", "DEP-67"),
        ("de:08316", "DE:08316"), ("2a004", "2A004"), ("974", "DEP-974"), ("44", "DEP-44"),
        ("reg-44", "REG-44"),
    ],
)  # fmt: skip
def test_codes_are_read_in_any_case_and_departements_by_their_number(registry, typed, code) -> None:
    """44 is a département (Loire-Atlantique) and a région (Grand Est): the département is meant."""
    assert registry.find(typed).code == code


@pytest.mark.parametrize("nothing", ["", " ", "\t\n", "!?", "''", "\x00", "北京", "🙂"])
def test_nothing_typed_designates_nobody(registry, nothing) -> None:
    assert registry.search(nothing) == []
    with pytest.raises(UnknownTerritory) as caught:
        registry.find(nothing)
    assert caught.value.candidates == ()


def test_homonyms_are_refused_populous_first_and_each_code_is_accepted(registry) -> None:
    with pytest.raises(AmbiguousTerritory) as caught:
        registry.find("Saint-Denis")
    people = [t.population for t in caught.value.candidates]
    assert people == sorted(people, reverse=True)
    assert len(people) == caught.value.figures["count"] > 2
    for one in caught.value.candidates:
        assert registry.find(one.code) == one


def test_a_composed_union_is_found_as_any_other_name_is(registry) -> None:
    """Without its accents and its article too."""
    registry.compose(Definition("u:essai", "L'Été des Vallées", ("67462", "67130")))
    try:
        for typed in ("l'été des vallées", "ETE DES VALLEES", "ete vallees", "u:essai"):
            assert registry.find(typed).code == "u:essai"
    finally:
        registry.forget("u:essai")
    with pytest.raises(UnknownTerritory):
        registry.find("u:essai")


def test_a_kind_filters_and_the_number_asked_for_is_the_most(registry) -> None:
    for n in (1, 3, 10):
        found = registry.search("saint", n, kinds=["commune"])
        assert len(found) == n
        assert {t.kind for t in found} == {"commune"}
    assert registry.search("saint", 5, kinds=[]) == []


WORDS = st.lists(
    st.sampled_from(["saint", "val", "pont", "mer", "sur", "bois", "haut", "ville"]),
    min_size=1, max_size=4,
).map("-".join)  # fmt: skip
LISTS = st.lists(
    st.tuples(WORDS, st.integers(0, 5).map(lambda k: k * 100)), min_size=1, max_size=60
)


@settings(deadline=None)
@given(LISTS, WORDS, st.integers(1, 8))
def test_ties_go_to_the_populous_then_to_the_first(found, asked, n) -> None:
    names = [name for name, _ in found]
    people = np.array([float(p) for _, p in found])
    index = NameIndex.build(names, people)
    same = [i for i, name in enumerate(names) if name == asked]
    expected = sorted(same, key=lambda i: (-people[i], i))[:n]
    assert index.search(asked, n)[: len(expected)] == expected


@settings(deadline=None)
@given(LISTS, WORDS, st.integers(1, 8))
def test_a_beginning_lists_the_populous_first_then_the_first(found, asked, n) -> None:
    """Many villages of one name and no figure: the order never depends on chance."""
    names = [f"{name}-x" for name, _ in found]
    people = np.array([float(p) for _, p in found])
    index = NameIndex.build(names, people)
    begin = [i for i, name in enumerate(names) if name.startswith(asked)]
    expected = sorted(begin, key=lambda i: (-people[i], i))[:n]
    assert index.search(asked, n)[: len(expected)] == expected


@settings(deadline=None)
@given(LISTS, st.text(max_size=20), st.integers(1, 10))
def test_any_text_gives_at_most_n_different_positions(found, asked, n) -> None:
    index = NameIndex.build([name for name, _ in found], np.zeros(len(found)))
    positions = index.search(asked, n)
    assert len(positions) == len(set(positions)) <= n
    assert all(0 <= i < len(found) for i in positions)


@given(st.text(max_size=40))
def test_a_key_is_its_own_key_and_bears_no_accent(text) -> None:
    assert key(key(text)) == key(text)
    assert key(text) == key(text.swapcase()) or not text.isascii()
    assert all(word.isascii() and word.isalnum() for word in tokens(text))


@given(st.text(st.characters(categories=("L",), max_codepoint=0x17F), min_size=1, max_size=30))
def test_accents_change_nothing(text) -> None:
    assert key(plain(text)) == key(text)


@pytest.mark.parametrize("seed", range(20))
def test_among_hundreds_of_one_beginning_the_order_is_exact(seed) -> None:
    """A partial sort used to leave a third of such lists to chance."""
    rng = np.random.default_rng(seed)
    size, n = int(rng.integers(40, 400)), int(rng.integers(1, 12))
    people = 100.0 * rng.integers(0, 3, size)
    index = NameIndex.build([f"saint-{i}" for i in range(size)], people)
    among = rng.random(size) < 0.5
    for kept in (None, among):
        wanted = [i for i in range(size) if kept is None or kept[i]]
        expected = sorted(wanted, key=lambda i: (-people[i], i))[:n]
        assert index.search("saint", n, kept) == expected


@pytest.mark.parametrize(
    ("typed", "kind", "code"),
    [
        ("saint", "epci", "244200770"),
        ("haut", "departement", "DEP-92"),
        ("grand", "region", "REG-44"),
        ("val", "region", "REG-24"),
        ("sel", "petr", "200069680"),
        ("nord", "petr", "200049286"),
        ("emmend", "landkreis", "DE:08316"),
    ],
)
def test_a_rare_kind_is_found_behind_hundreds_of_others(registry, typed, kind, code) -> None:
    """Only the first few of all kinds used to be looked at."""
    found = registry.search(typed, 1, kinds=[kind])
    assert [t.code for t in found] == [code]
    many = registry.search(typed, 2000, kinds=[kind])
    assert many[0] == found[0]
    assert {t.kind for t in many} == {kind}


def test_missing_populations_count_as_none() -> None:
    index = NameIndex.build(["Bourg", "Bourg"], np.array([np.nan, 5.0]))
    assert index.search("bourg") == [1, 0]
