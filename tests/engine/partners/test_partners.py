"""Ranked lists: who is in, in which order, why; the same question always gets the same answer."""

from pathlib import Path

import numpy as np
import pytest

from reciproque.kernel import Definition, Partner, ReciproqueError
from reciproque.partners import DEFAULT_WEIGHTS, MOTIVES, WHERE, partners
from reciproque.partners._partners import overall
from reciproque.sources import install
from reciproque.territories import load
from reciproque.vocabulary import phrases, say

GRENOBLE, GRESIVAUDAN, VOIRON = "200040715", "200018166", "243800984"


def codes(found: list[Partner]) -> list[str]:
    return [p.territory.code for p in found]


def test_grenoble_looks_first_to_its_neighbours(registry) -> None:
    found = partners(registry, GRENOBLE, n=5)
    assert {GRESIVAUDAN, VOIRON} <= set(codes(found))
    first = found[0]
    assert set(first.scores) == set(MOTIVES)
    assert [p.score for p in found] == sorted((p.score for p in found), reverse=True)
    assert any(r.key == "partner.contact" for r in first.reasons)


def test_the_overall_score_is_the_weighted_mean_of_the_four(registry) -> None:
    for weights in (None, {"tied": 1, "near": 1, "alike": 3, "complementary": 5}, {"near": 2}):
        used = DEFAULT_WEIGHTS if weights is None else weights
        for p in partners(registry, GRENOBLE, weights=weights, n=10):
            known = {m: w for m, w in used.items() if m in p.scores}
            mean = sum(w * p.scores[m] for m, w in known.items()) / sum(known.values())
            assert p.score == pytest.approx(mean, abs=1e-6)


def test_a_score_that_cannot_be_told_is_left_out_of_the_mean() -> None:
    scores = {"near": np.array([1.0, 1.0]), "alike": np.array([0.0, np.nan])}
    np.testing.assert_allclose(overall(scores, {"near": 1, "alike": 1}), [0.5, 1.0])


def test_ties_lead_the_overall_order() -> None:
    assert max(DEFAULT_WEIGHTS, key=lambda m: DEFAULT_WEIGHTS[m]) == "tied"
    assert min(DEFAULT_WEIGHTS, key=lambda m: DEFAULT_WEIGHTS[m]) == "complementary"


@pytest.mark.parametrize("seeking", MOTIVES)
def test_seeking_one_motive_ranks_by_it_and_tells_it_first(registry, seeking: str) -> None:
    found = partners(registry, GRENOBLE, seeking=seeking, n=12)
    assert found
    for p in found:
        assert p.score == pytest.approx(p.scores[seeking])
        assert p.score > 0
        assert p.reasons[0].motive == seeking
    assert [p.score for p in found] == sorted((p.score for p in found), reverse=True)


@pytest.mark.parametrize("n", [0, 1, 7, 5000])
def test_any_number_may_be_asked_for(registry, n: int) -> None:
    found = partners(registry, GRENOBLE, n=n)
    assert len(found) == min(n, len(registry.codes("epci")) - 1)
    assert codes(found)[:1] == codes(partners(registry, GRENOBLE, n=1))[: min(n, 1)]


def test_a_shorter_list_is_the_beginning_of_a_longer_one(registry) -> None:
    assert codes(partners(registry, GRENOBLE, n=40))[:11] == codes(
        partners(registry, GRENOBLE, n=11)
    )


def test_the_same_question_gets_the_same_answer(registry) -> None:
    kinds = ("epci", "commune")
    first = partners(registry, "67462", kinds=kinds, n=30)
    assert first == partners(registry, "67462", kinds=kinds, n=30)
    assert codes(first) == codes(partners(registry, "67462", kinds=kinds[::-1], n=30))


def test_equal_scores_go_by_code(registry) -> None:
    found = partners(registry, GRENOBLE, weights={"near": 1}, n=5000)
    pairs = [(-p.score, p.territory.code) for p in found]
    assert pairs == sorted(pairs)


def test_distances_filter_both_ways(registry) -> None:
    near = partners(registry, GRENOBLE, within_km=40, n=99)
    far = partners(registry, GRENOBLE, beyond_km=40, n=5000)
    assert near
    assert max(p.distance_km for p in near) <= 40
    assert min(p.distance_km for p in far) >= 40
    ring = partners(registry, GRENOBLE, beyond_km=100, within_km=130, n=99)
    assert all(100 <= p.distance_km <= 130 for p in ring)
    everyone = partners(registry, GRENOBLE, n=5000)
    assert not set(codes(near)) & set(codes(far))
    assert set(codes(near)) | set(codes(far)) == {
        p.territory.code for p in everyone if p.distance_km is not None
    }


@pytest.mark.parametrize("where", WHERE)
def test_whereabouts_filter(registry, where: str) -> None:
    here = registry.territory(GRENOBLE)
    relation, column = where.split("_", 1)
    found = partners(registry, GRENOBLE, kinds=("epci", "landkreis"), where=where, n=50)
    assert found
    for p in found:
        same = getattr(p.territory, column) == getattr(here, column)
        assert same == (relation == "same")


def test_size_filters(registry) -> None:
    found = partners(registry, GRENOBLE, population=(20_000, 60_000), n=50)
    assert found
    assert all(20_000 <= p.territory.population <= 60_000 for p in found)
    assert partners(registry, GRENOBLE, population=(10**8, None)) == []


def test_kinds_filter_and_mix(registry) -> None:
    found = partners(registry, GRENOBLE, kinds=("departement", "region"), n=200)
    assert {p.territory.kind for p in found} == {"departement", "region"}


def test_one_is_never_ones_own_partner_nor_ones_parts_nor_what_contains_one(registry) -> None:
    assert GRENOBLE not in codes(partners(registry, GRENOBLE, n=5000))
    inside = set(registry.units.code[registry.units_of(GRENOBLE)])
    communes = codes(partners(registry, GRENOBLE, kinds=("commune",), n=40_000))
    assert not inside & set(communes)
    assert "DEP-38" not in codes(partners(registry, GRENOBLE, kinds=("departement",), n=200))
    assert GRENOBLE not in codes(partners(registry, "38185", n=5000))  # the commune of Grenoble


def test_a_union_composed_on_the_spot_has_partners(registry) -> None:
    union = registry.compose(Definition("u:partners", "Les deux", (GRENOBLE, GRESIVAUDAN)))
    try:
        found = partners(registry, union, n=5)
        assert VOIRON in codes(found)
        assert not {GRENOBLE, GRESIVAUDAN} & set(codes(partners(registry, union, n=5000)))
    finally:
        registry.forget("u:partners")


def test_a_foreign_territory_has_partners_across_the_border(registry) -> None:
    found = partners(registry, "DE:08316", n=5)
    assert found
    assert found[0].distance_km < 60
    assert any(r.motive == "tied" and r.estimated for r in found[0].reasons)


@pytest.mark.parametrize(
    ("asked", "key"),
    [
        ({"seeking": "beautiful"}, "error.unknown_seeking"),
        ({"themes": ("magic",)}, "error.unknown_theme"),
        ({"kinds": ("planet",)}, "error.unknown_kind"),
        ({"where": "elsewhere"}, "error.unknown_where"),
        ({"within_km": 10, "beyond_km": 50}, "error.bad_distance"),
        ({"weights": {"near": -1}}, "error.bad_weights"),
        ({"weights": {"near": 0}}, "error.bad_weights"),
        ({"weights": {"near": float("nan")}}, "error.bad_weights"),
        ({"weights": {"pretty": 1}}, "error.bad_weights"),
    ],
)
def test_a_choice_that_does_not_exist_is_refused_in_plain_words(registry, asked, key) -> None:
    with pytest.raises(ReciproqueError) as caught:
        partners(registry, GRENOBLE, **asked)
    assert caught.value.key == key
    for lang in ("fr", "en"):
        assert "{" not in say(caught.value, lang)


@pytest.mark.parametrize("kind", ["epci", "commune", "departement", "landkreis"])
def test_every_reason_can_be_said_and_has_its_source_and_year(registry, kind: str) -> None:
    for seeking in ("all", "alike", "complementary"):
        for p in partners(registry, GRENOBLE, seeking=seeking, kinds=(kind,), n=15):
            for reason in p.reasons:
                assert reason.source, reason.key
                assert reason.year, reason.key
                assert 0 <= reason.strength <= 1
                for lang in ("fr", "en"):
                    text = say(reason, lang)
                    assert "{" not in text
                    assert "nan" not in text


def test_every_phrase_exists_in_both_languages() -> None:
    mine = {k: row for k, row in phrases().items() if k.startswith("partner.")}
    assert len(mine) > 10
    assert all(row["fr"] and row["en"] for row in mine.values())


def test_what_is_estimated_is_said_so(registry) -> None:
    reasons = [r for p in partners(registry, GRENOBLE, n=20) for r in p.reasons]
    assert all(r.estimated for r in reasons if r.key.startswith("partner.tied"))
    assert all(r.estimated for r in reasons if r.key == "partner.distance")
    assert not any(r.estimated for r in reasons if r.key == "partner.contact")


def test_the_road_is_not_invented_across_the_sea(registry) -> None:
    corsica = partners(registry, GRENOBLE, beyond_km=200, where="other_region", n=5000)
    keys = {p.territory.region: {r.key for r in p.reasons} for p in corsica}
    assert "partner.distance_sea" in keys["94"]
    assert "partner.distance" not in keys["94"]


def test_the_rank_of_a_profile_counts_neither_oneself_nor_ones_parts(registry) -> None:
    first = partners(registry, GRENOBLE, seeking="alike", n=1)[0]
    reason = next(r for r in first.reasons if r.motive == "alike")
    assert reason.key == "partner.alike_first"
    assert reason.figures["rank"] == 1
    assert reason.figures["total"] <= len(registry.codes("epci")) - 1


def test_likeness_is_the_same_from_either_side(registry) -> None:
    for p in partners(registry, GRENOBLE, n=8):
        back = partners(registry, p.territory, n=5000)
        mine = next(b for b in back if b.territory.code == GRENOBLE)
        for motive in ("alike", "complementary", "near"):
            assert mine.scores[motive] == pytest.approx(p.scores[motive], abs=1e-4)
        assert mine.scores["tied"] == pytest.approx(p.scores["tied"], abs=1e-3)


def test_with_official_files_moves_are_told_and_groupings_recalled(
    own_home, shared_data: Path
) -> None:
    for name in (
        "registry/petr_epci.csv",
        "registry/zonages_communes_2024.csv.gz",
        "flows/residential_moves_bassins_de_vie_2021.parquet",
    ):
        install(shared_data / name)
    registry = load()
    sens = registry.find("CA du Grand Sénonais")
    found = partners(registry, sens, n=8)
    reasons = [r for p in found for r in p.reasons]
    assert any(r.key == "partner.moves" and r.figures["total"] > 100 for r in reasons)
    group = next(r for r in reasons if r.key == "partner.together")
    assert "Yonne" in str(group.figures["group"])


def test_isere_commuting_is_told_as_observed(own_home, shared_data: Path) -> None:
    install(shared_data / "flows/base-flux-mobilite-domicile-lieu-travail-2017-isere.csv")
    found = partners(load(), GRENOBLE, n=6)
    told = next(
        r
        for p in found
        if p.territory.code == GRESIVAUDAN
        for r in p.reasons
        if r.key == "partner.tied_theirs"
    )
    assert not told.estimated
    assert round(told.figures["incoming"]) == 19619
    assert "20\u00a0000 personnes" in say(told)


def test_abroad_there_is_no_departement_to_share(registry) -> None:
    kinds = ("epci", "gemeinde")
    assert partners(registry, "DE:08316", kinds=kinds, where="same_departement") == []
    german = partners(registry, "DE:08316", kinds=kinds, where="same_country", n=50)
    assert all(p.territory.country == "DE" for p in german)


DIRECTIONS = {
    "they": {"partner.they_give", "partner.they_give_none"},
    "we": {"partner.we_give", "partner.we_give_none"},
}


@pytest.mark.parametrize("asked", [GRENOBLE, GRESIVAUDAN, "200049286", "DE:08316"])
def test_who_looks_for_a_complement_reads_both_directions_each_time(registry, asked) -> None:
    for p in partners(registry, asked, seeking="complementary", n=15):
        said = [r for r in p.reasons if r.motive == "complementary"]
        assert len(said) == 2
        for keys in DIRECTIONS.values():
            assert len([r for r in said if r.key in keys]) == 1
        for r in said:
            assert all((r.source, r.year, r.figures))
            assert all(say(r, lang) for lang in ("fr", "en"))


def test_a_direction_without_anything_counts_what_was_compared_and_moves_no_score(registry) -> None:
    found = partners(registry, "200049286", seeking="complementary", n=1)[0]
    none = next(r for r in found.reasons if r.key == "partner.they_give_none")
    assert none.figures == {"count": 3}  # land, town services, markets: the embedded data
    assert none.strength == 0
    usual = partners(registry, "200049286", n=50)
    assert not any(r.key.endswith("_none") for p in usual for r in p.reasons)
