"""The lightest form: each row of the published table has the facts that call for it."""

from datetime import date, timedelta

import pytest

from reciproque.kernel import Action, Actor, Commitment, Cooperation, Party
from reciproque.reciprocity import check_is_old, conditions_in_words, facts_of, forms, legal_rule
from reciproque.vocabulary import rows, say, table

DAY = date(2026, 11, 24)
FACTS: dict[str, tuple[dict[str, float], dict[str, float]]] = {
    # rule: facts that call for it, and the change that no longer does
    "r01": ({}, {"commitments": 1}),
    "r02": ({"commitments": 1}, {"commitments": 0}),
    "r03": ({"commitments": 2, "mutual": 1, "axes": 2}, {"axes": 1}),
    "r04": ({"commitments": 2, "mutual": 1, "years": 2}, {"years": 1}),
    "r05": ({"grant_to_private": 23_001}, {"grant_to_private": 23_000}),
    "r06": ({"price": 1, "public_only": 1}, {"price": 0}),
    "r07": ({"price": 1, "private_supplier": 1}, {"private_supplier": 0}),
    "r08": ({"purchase_together": 1}, {"purchase_together": 0}),
    "r09": ({"shared_staff": 1, "epci_and_its_communes": 1}, {"epci_and_its_communes": 0}),
    "r10": ({"public_service": 1, "public_only": 1, "market_share": 19}, {"market_share": 20}),
    "r11": ({"foreign": 1, "commitments": 1}, {"foreign": 0}),
    "r12": ({"works": 1, "public_only": 1}, {"legal_person": 1}),
    "r13": ({"joint_body": 1, "private": 1}, {"staff": 1}),
    "r14": ({"pooled_gifts": 1}, {"pooled_gifts": 0}),
    "r15": (
        {"joint_body": 1, "private": 1, "staff": 1, "public_majority": 1},
        {"public_majority": 0},
    ),
    "r16": ({"joint_body": 1, "private": 1, "activity": 1, "kinds": 3}, {"activity": 0}),
    "r17": ({"joint_body": 1, "public_only": 1}, {"upper_level": 1}),
    "r18": ({"joint_body": 1, "public_only": 1, "upper_level": 1}, {"upper_level": 0}),
    "r19": (
        {"joint_body": 1, "public_only": 1, "project": 1, "contiguous": 1, "largest": 100_000},
        {"largest": 100_001},
    ),
    "r20": (
        {"joint_body": 1, "public_only": 1, "project": 1, "largest": 100_001},
        {"largest": 100_000},
    ),
    "r21": ({"joint_body": 1, "public_only": 1, "activity": 1}, {"activity": 0}),
    "r22": ({"joint_body": 1, "foreign": 1}, {"staff": 1}),
    "r23": ({"joint_body": 1, "foreign": 1, "staff": 1}, {"staff": 0}),
    "r24": ({"joint_body": 1, "foreign": 1, "european_money": 1}, {"european_money": 0}),
}


def test_each_row_of_the_table_has_its_test() -> None:
    assert [row["id"] for row in rows("form_rules")] == list(FACTS)


@pytest.mark.parametrize("row", rows("form_rules"), ids=lambda row: row["id"])
def test_a_row_fires_on_its_facts_and_not_a_step_below(row) -> None:
    facts, change = FACTS[row["id"]]
    first = forms(facts)[0]
    assert (first.form, first.rule) == (row["form"], row["id"])
    for lang in ("fr", "en"):
        assert say(first.reason, lang)
    assert row["id"] not in [p.rule for p in forms({**facts, **change})]


def test_the_heaviest_need_comes_first_and_lighter_complements_follow() -> None:
    found = forms(
        {"commitments": 3, "mutual": 1, "axes": 3, "foreign": 1, "grant_to_private": 50_000}
    )
    assert [p.form for p in found] == ["cross_border", "grant", "framework"]


def test_every_form_and_rule_says_its_basis_and_when_it_was_checked() -> None:
    for name in ("forms", "legal_rules"):
        for row in table(name).values():
            assert date.fromisoformat(row["checked_on"]) >= date(2026, 11, 24)
            assert row["status"] in ("v", "k", "c")
    assert legal_rule("grant_private") == 23_000


FORMS = [
    "none",
    "charter",
    "framework",
    "grant",
    "paid_services",
    "shared_staff",
    "joint_purchasing",
    "public_public",
    "contract",
    "cross_border",
    "entente",
    "association",
    "fund",
    "gip",
    "scic",
    "spl",
    "closed_syndicate",
    "open_syndicate",
    "petr",
    "pole",
    "glct",
    "gect",
]


def test_every_form_says_who_votes_signs_and_approves_how_long_and_why() -> None:
    assert list(table("forms")) == FORMS
    for row in table("forms").values():
        told = ("votes", "signs", "approval", "length", "trigger")
        for column in ("basis", "source", *(f"{c}_{lang}" for c in told for lang in ("fr", "en"))):
            assert row[column].strip(), (row["id"], column)
        if row["valid_from"]:
            assert date.fromisoformat(row["valid_from"]) < date(2026, 11, 24)
        assert (row["votes_fr"] == "–") == (row["votes_en"] == "–")


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ("petr", "L5741-1"), ("scic", "50 %"), ("cross_border", "Bayonne 1995"), ("gip", "2011-525"),
        ("closed_syndicate", "L5214-27"), ("entente", "L5815-1 (à vérifier)"),
    ],
)  # fmt: skip
def test_a_form_names_its_text(form, words) -> None:
    assert words in table("forms")[form]["basis"]


def test_the_rules_that_the_examples_meet_are_dated_rows() -> None:
    assert legal_rule("egalim_meat_fish") == 60
    assert table("legal_rules")["egalim_meat_fish"]["valid_from"] == "2024-01-01"
    assert legal_rule("patronage_person_aid") == 75
    assert table("legal_rules")["patronage_person_aid"]["valid_from"] == "2025-10-14"
    assert (legal_rule("minor_hours"), legal_rule("minor_rest")) == (7, 14)
    assert (legal_rule("own_share"), legal_rule("pole_population_border")) == (20, 50_000)


@pytest.mark.parametrize("row", rows("form_rules"), ids=lambda row: row["id"])
def test_the_conditions_of_a_row_are_told_in_words(row) -> None:
    for lang in ("fr", "en"):
        told = conditions_in_words(row["conditions"], lang)
        assert len(told) == len(row["conditions"].split())
        assert not any("=" in words or "@" in words for words in told)


def test_a_threshold_is_told_with_the_figure_of_the_law() -> None:
    assert conditions_in_words("grant_to_private>@grant_private") == [
        "Subvention à un organisme privé (€)\u00a0: plus de 23\u00a0000"
    ]
    assert conditions_in_words("foreign=0") == ["pas\u00a0: Une partie est étrangère"]


def test_a_check_over_a_year_old_says_so() -> None:
    assert not check_is_old("2026-11-24", date(2027, 11, 24))
    assert check_is_old("2026-11-24", date(2027, 11, 25))


def test_facts_come_from_what_is_on_record() -> None:
    what = Cooperation(
        "x",
        actors=(
            Actor("a", "A", "petr"),
            Actor("b", "B", "association"),
            Actor("k", "K", "landkreis", country="DE"),
        ),
        parties=(Party("a"), Party("b"), Party("k", until=date(2025, 1, 1))),
        actions=(Action("1", "x", axis="eau"), Action("2", "y", axis="bois")),
        commitments=(
            Commitment("1", "a", "b", "grant", 30_000, "eur", date(2024, 1, 1), date(2026, 6, 1)),
            Commitment("2", "b", "a", "expertise", 3, "h"),
        ),
        facts={"price": 10},
    )
    facts = facts_of(what, DAY)
    assert facts["grant_to_private"] == 30_000
    assert (facts["mutual"], facts["axes"], facts["years"], facts["price"]) == (1, 2, 2, 10)
    assert (facts["private"], facts["public_only"], facts["foreign"]) == (1, 0, 0)
    assert [p.form for p in forms(facts)] == ["grant", "framework"]


@pytest.mark.parametrize(("days", "here"), [(-1, False), (0, True), (1, True)])
def test_who_is_to_leave_counts_up_to_its_last_day(days, here) -> None:
    what = Cooperation(
        "x",
        actors=(Actor("a", "A", "epci"), Actor("k", "K", "landkreis", country="DE")),
        parties=(Party("a"), Party("k", until=DAY + timedelta(days=days))),
    )
    facts = facts_of(what, DAY)
    assert facts["foreign"] == here
    assert facts["parties"] == 1 + here
    assert ("cross_border" in [p.form for p in forms({**facts, "commitments": 1})]) is here
