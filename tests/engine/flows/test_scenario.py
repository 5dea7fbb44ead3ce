"""Scenarios: what a lever changes, worked by hand, and what none may ever change."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reciproque.flows import Lever, Outlook, Scenario, ScenarioError, outlook, read_scenario
from reciproque.flows._scenario import factors_of
from reciproque.flows._scenario_levers import LEVERS, Journeys
from reciproque.flows._scenario_outlook import _totals
from reciproque.kernel import State, UnknownTerritory
from reciproque.sources import install
from reciproque.territories import Registry, great_circle_km, load
from reciproque.vocabulary import phrases, rows, say, table

EXAMPLES = Path(__file__).parents[3] / "examples" / "scenarios"
FACTORS = {
    "car_share": 0.5, "transit_share": 0.25, "occupancy": 1.0, "days": 200.0, "detour": 1.0, "car_co2": 0.2,
    "transit_co2": 0.04, "coach": 0.03, "bus": 0.1, "train": 0.02, "tramway": 0.0,
}  # fmt: skip
EVERY = np.array([True] * 4)


def journeys(workers: list[float], km: list[float]) -> Journeys:
    """Units 0 and 1, all four pairs: 0-0, 0-1, 1-0, 1-1."""

    def every(value: float) -> np.ndarray:
        return np.full(4, value)

    return Journeys(
        np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1]), np.array(workers), np.array(km),
        every(200.0), every(0.5), every(0.25), every(1.0), every(0.04),
    )  # fmt: skip


def members(name: str) -> np.ndarray:
    return np.array([name in ("zero", "both"), name in ("one", "both")])


START = journeys([60, 40, 10, 90], [2, 10, 10, 2])


def after(kind: str, now: Journeys = START, **values: float | str) -> Journeys:
    return LEVERS[kind](now, Lever(kind, values), members, FACTORS)


def test_a_year_of_commuting_by_hand() -> None:
    found = _totals(START, EVERY, FACTORS)
    # (60x2 + 40x10 + 10x10 + 90x2) x 2 journeys x 200 days
    assert found.km == 800 * 400
    assert found.car_km == 800 * 400 * 0.5
    assert found.tonnes == pytest.approx((160_000 * 0.2 + 320_000 * 0.25 * 0.04) / 1000)
    assert found.workers == 200


def test_telework_by_hand() -> None:
    found = _totals(after("telework", share=0.5, days=2), EVERY, FACTORS)
    assert found.km == pytest.approx(320_000 * 0.8)  # half of them, two days of five
    assert found.workers == 200


def test_everybody_at_home_travels_nothing() -> None:
    found = _totals(after("telework", share=1, days=5), EVERY, FACTORS)
    assert (found.km, found.car_km, found.tonnes) == (0, 0, 0)


def test_a_new_service_by_hand() -> None:
    service = {"from": "zero", "to": "one", "shift": 0.2, "mode": "coach"}
    now = after("service", **service)
    assert now.car.tolist() == pytest.approx([0.5, 0.4, 0.4, 0.5])
    assert now.transit.tolist() == pytest.approx([0.25, 0.35, 0.35, 0.25])
    before, found = _totals(START, EVERY, FACTORS), _totals(now, EVERY, FACTORS)
    # 50 workers x 10 km x 400 journeys x a tenth of all leave 0.2 kg a km for 0.03
    assert found.tonnes - before.tonnes == pytest.approx(-50 * 10 * 400 * 0.1 * (0.2 - 0.03) / 1000)
    assert found.km == before.km


def test_a_service_inside_one_pole_changes_nothing() -> None:
    now = after("service", **{"from": "both", "to": "both", "shift": 0.9, "mode": "bus"})
    assert now.car.tolist() == START.car.tolist()


def test_car_pooling_by_hand() -> None:
    now = after("carpool", occupancy=2.0, beyond_km=5)
    assert now.occupancy.tolist() == [1, 2, 2, 1]
    assert _totals(now, EVERY, FACTORS).car_km == (120 + 250 + 180) * 400 * 0.5


def test_car_pooling_never_empties_cars() -> None:
    full = replace(START, occupancy=np.full(4, 3.0))
    assert after("carpool", full, occupancy=2.0, beyond_km=0).occupancy.tolist() == [3, 3, 3, 3]


def test_the_growth_of_a_pole_by_hand() -> None:
    now = after("growth", pole="one", jobs=1.0)
    # home 0: 60 and 40x2 share its 100 workers; home 1: 10 and 90x2 share its 100
    assert now.workers.tolist() == pytest.approx([6000 / 140, 8000 / 140, 1000 / 190, 18000 / 190])
    assert now.workers.sum() == pytest.approx(200)


def test_a_pole_that_closes_sends_its_workers_to_where_others_go() -> None:
    now = after("growth", pole="one", jobs=-1.0)
    assert now.workers.tolist() == [100, 0, 100, 0]
    stuck = after("growth", pole="both", jobs=-1.0)
    assert stuck.workers.tolist() == START.workers.tolist()


SHARES = st.floats(0, 1)
LEVER = st.one_of(
    st.builds(lambda s, d: ("telework", {"share": s, "days": 5 * d}), SHARES, SHARES),
    st.builds(
        lambda s, m: ("service", {"from": "zero", "to": "one", "shift": s, "mode": m}),
        SHARES, st.sampled_from(["coach", "train", "tramway"]),
    ),
    st.builds(lambda o, k: ("carpool", {"occupancy": 1 + 3 * o, "beyond_km": 30 * k}), SHARES, SHARES),
    st.builds(lambda j: ("growth", {"pole": "one", "jobs": 2 * j - 1}), SHARES),
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(LEVER, max_size=5))
def test_no_lever_adds_or_loses_workers_and_shares_stay_shares(levers: list) -> None:
    now = START
    for kind, values in levers:
        now = after(kind, now, **values)
    assert now.workers.sum() == pytest.approx(200)
    assert np.bincount(now.home, now.workers).tolist() == pytest.approx([100, 100])
    assert ((now.car >= -1e-12) & (now.transit >= 0) & (now.car + now.transit <= 1)).all()
    assert (now.days >= -1e-9).all()
    if not any(kind == "growth" for kind, _ in levers):
        before, found = _totals(START, EVERY, FACTORS), _totals(now, EVERY, FACTORS)
        assert found.km <= before.km + 1e-6
        assert found.car_km <= before.car_km + 1e-6
        assert found.tonnes <= before.tonnes + 1e-9  # no mode here emits more than a car


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("telework", {"share": 0, "days": 5}), ("telework", {"share": 1, "days": 0}),
        ("service", {"from": "zero", "to": "one", "shift": 0, "mode": "bus"}),
        ("carpool", {"occupancy": 1, "beyond_km": 0}), ("growth", {"pole": "one", "jobs": 0}),
    ],
)  # fmt: skip
def test_a_lever_left_at_rest_changes_nothing(kind: str, values: dict) -> None:
    now = after(kind, **values)
    assert _totals(now, EVERY, FACTORS) == _totals(START, EVERY, FACTORS)


def test_the_table_of_levers_and_their_functions_are_the_same() -> None:
    assert set(table("levers")) == set(LEVERS)
    assert {row["lever"] for row in rows("lever_values")} == set(LEVERS)
    for kind in LEVERS:
        assert f"scenario.assume_{kind}" in phrases()


def test_every_factor_has_its_source_year_and_day_of_checking() -> None:
    for row in rows("travel_factors"):
        assert row["source"]
        assert 2000 < int(row["year"]) <= 2026
        assert row["checked_on"].startswith("2026-")
        assert float(row["least"]) <= float(row["value"]) <= float(row["most"])


FLUX = "CODGEO;LIBGEO;DCLT;L_DCLT;NBFLUX_C21_ACTOCC15P"


def of_selestat(folder: Path, *levers: Lever, **factors: float) -> tuple[Registry, Outlook]:
    path = folder / "flux.csv"
    path.write_text(f"{FLUX}\n67462;S;67462;S;900\n67462;S;67482;S;100\n", encoding="utf-8")
    install(path)
    registry = load()
    return registry, outlook(registry, Scenario("67462", levers, factors))


def test_a_territory_by_hand(own_home: Path, tmp_path: Path) -> None:
    registry, found = of_selestat(tmp_path, Lever("telework", {"share": 1, "days": 1}))
    units, at = registry.units, registry.unit_index
    here, there = at["67462"], at["67482"]
    far = float(
        great_circle_km(units.lon[here], units.lat[here], units.lon[there], units.lat[there])
    )
    own = 0.5 * float(np.sqrt(units.area_km2[here] / np.pi))
    km = (900 * own + 100 * far) * 1.3 * 2 * 218
    assert found.before.km == pytest.approx(km)
    assert found.before.car_km == pytest.approx(km * 0.7 / 1.1)
    assert found.before.tonnes == pytest.approx((km * 0.7 / 1.1 * 0.193 + km * 0.16 * 0.03) / 1000)
    assert found.change.tonnes == pytest.approx(-found.before.tonnes / 5)
    assert (found.state, found.flows_state, found.year) == (State.ESTIMATED, State.OBSERVED, "2021")
    assert found.pairs["destination_name"].to_list()[0] in ("Strasbourg", "Sélestat")
    assert found.pairs["tonnes"].sum() == pytest.approx(found.change.tonnes)


def test_no_lever_no_change(own_home: Path, tmp_path: Path) -> None:
    _, found = of_selestat(tmp_path)
    assert found.before == found.after
    assert found.pairs.is_empty()
    assert found.effects == ()


def test_effects_add_up_to_the_whole_change(own_home: Path, tmp_path: Path) -> None:
    _, found = of_selestat(
        tmp_path,
        Lever("telework", {"share": 0.5, "days": 2}),
        Lever("service", {"from": "67462", "to": "67482", "shift": 0.5, "mode": "train"}),
        Lever("carpool", {"occupancy": 2, "beyond_km": 0}),
    )
    assert sum(e.added.tonnes for e in found.effects) == pytest.approx(found.change.tonnes)
    assert found.effects[0].alone == found.effects[0].added
    assert all(e.alone.tonnes < 0 for e in found.effects)
    # two levers on the same kilometres save less together than apart
    assert sum(e.alone.tonnes for e in found.effects) < found.change.tonnes


def test_everything_said_can_be_said_in_both_languages(own_home: Path, tmp_path: Path) -> None:
    _, found = of_selestat(
        tmp_path,
        Lever("service", {"from": "67462", "to": "67482"}, why="enquête 2024", assumed=False),
        Lever("growth", {"pole": "67462"}, why="à débattre"),
        car_share=0.6,
    )
    french = [
        say(r) for r in (*found.assumptions, *found.limits, *(e.reason for e in found.effects))
    ]
    english = [say(r, "en") for r in (*found.assumptions, *found.limits)]
    assert any("0,60, choisi pour ce scénario" in s for s in french)
    assert any(s.startswith("Between Sélestat and Strasbourg") and "coach" in s for s in english)
    assert any("Hypothèse, non mesurée" in s and "à débattre" in s for s in french)
    assert any("D’où vient ce choix" in s and "enquête 2024" in s for s in french)
    assert any("24/11/2026" in s for s in french)
    assert not any(s.startswith("TER") for s in french)  # a mode that no lever uses


def test_a_scenario_on_estimated_flows_says_so(registry: Registry) -> None:
    found = outlook(registry, read_scenario(EXAMPLES / "nord-yonne.toml"))
    assert found.flows_state is State.ESTIMATED
    assert "scenario.limit_estimated" in {r.key for r in found.limits}
    assert found.before.workers > 10_000
    assert found.change.tonnes < 0


def test_isere_by_hand(own_home: Path, shared_data: Path) -> None:
    name = "base-flux-mobilite-domicile-lieu-travail-2017-isere.csv"
    install(shared_data / "flows" / name)
    registry = load()
    found = outlook(registry, read_scenario(EXAMPLES / "isere-2030.toml"))
    assert found.flows_state is State.OBSERVED
    assert any("Isère" in say(limit) and "surestimée" in say(limit) for limit in found.limits)
    assert found.before.workers == pytest.approx(444_656, abs=400)
    with (shared_data / "flows" / name).open(encoding="utf-8") as stream:
        raw = {
            (r["CODGEO"], r["DCLT"]): float(r["NBFLUX_C17_ACTOCC15P"])
            for r in csv.DictReader(stream, delimiter=";")
        }
    line = raw["38185", "38563"] + raw["38563", "38185"]
    at = registry.unit_index
    units = registry.units
    a, b = at["38185"], at["38563"]
    km = 1.3 * float(great_circle_km(units.lon[a], units.lat[a], units.lon[b], units.lat[b]))
    service = next(e for e in found.effects if e.lever.kind == "service")
    moved = 2 * 218 * line * km * 0.7 * 0.15
    assert service.alone.car_km == pytest.approx(-moved / 1.1)
    assert service.alone.tonnes == pytest.approx(moved * (0.0352 - 0.193 / 1.1) / 1000)
    telework = found.effects[0]
    assert telework.alone.km == pytest.approx(-found.before.km * 0.25 * 1.5 / 5)


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.toml")), ids=lambda p: p.stem)
def test_the_examples_say_where_their_values_come_from(path: Path) -> None:
    scenario = read_scenario(path)
    assert scenario.levers
    assert all(lever.why and lever.assumed for lever in scenario.levers)


HEAD = '[scenario]\nterritory = "67462"\n'


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[scenario", "case.toml_line"),
        ("", "scenario.no_territory"),
        ("[scenario]\nterritory = 3\n", "scenario.no_territory"),
        (HEAD + "[levier]\n", "scenario.no_table"),
        (HEAD + "[lever]\nkind='telework'\n", "scenario.no_table"),
        (HEAD + "[[lever]]\nkind='magie'\n", "scenario.no_lever"),
        (HEAD + "[[lever]]\nkind='telework'\npart=0.3\n", "scenario.no_setting"),
        (HEAD + "[[lever]]\nkind='telework'\nshare=30\n", "scenario.out_of_bounds"),
        (HEAD + "[[lever]]\nkind='telework'\nshare='beaucoup'\n", "scenario.out_of_bounds"),
        (HEAD + "[[lever]]\nkind='telework'\nshare=true\n", "scenario.out_of_bounds"),
        (HEAD + "[[lever]]\nkind='telework'\nshare=nan\n", "scenario.out_of_bounds"),
        (HEAD + "[[lever]]\nkind='service'\nfrom='67462'\n", "scenario.lacks"),
        (HEAD + "[[lever]]\nkind='service'\nfrom='a'\nto='b'\nmode='fusée'\n", "scenario.no_mode"),
        (HEAD + "[factors]\nvelo=1\n", "scenario.no_factor"),
        (HEAD + "[factors]\ndays=900\n", "scenario.factor_bounds"),
        (HEAD + "[factors]\ncar_share=0.9\ntransit_share=0.2\n", "scenario.shares"),
    ],
)
def test_a_bad_scenario_names_its_file_lever_and_remedy(
    tmp_path: Path, text: str, key: str
) -> None:
    path = tmp_path / "demain.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        read_scenario(path)
    assert caught.value.key == key
    for lang in ("fr", "en"):
        assert "demain.toml" in say(caught.value, lang)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        read_scenario(tmp_path / "absent.toml")
    assert "absent.toml" in say(caught.value)


def test_a_territory_that_is_none(registry: Registry) -> None:
    with pytest.raises(UnknownTerritory):
        outlook(registry, Scenario("nulle part du tout"))


def test_own_factors_replace_those_of_the_table() -> None:
    assert factors_of(Scenario("67462", factors={"days": 100}))["days"] == 100
    assert factors_of(Scenario("67462"))["days"] == 218
