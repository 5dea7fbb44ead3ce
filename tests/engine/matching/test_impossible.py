"""What cannot be met: the sentence says what to change, at once, and the most that can be is given."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from reciproque.kernel import Need, Offer, ReciproqueError
from reciproque.matching import Problem, _volumes, read_tables, volumes
from reciproque.matching._network import network
from reciproque.matching._programme import solve
from reciproque.vocabulary import say

TODAY = date(2026, 11, 25)
SAME = {"resource": "lentils", "unit": "t"}
HEAD = "key,actor,resource,quantity,unit\n"
WINTER, SPRING = (
    {"start": date(2026, 1, 1), "end": date(2026, 2, 1)},
    {"start": date(2026, 5, 1), "end": date(2026, 6, 1)},
)


def need(key: str, quantity: float = 5.0, **more) -> Need:
    return Need(**{"key": key, "actor": key, "quantity": quantity, **SAME, **more})


def offer(key: str, quantity: float = 5.0, **more) -> Offer:
    return Offer(**{"key": key, "actor": key, "quantity": quantity, **SAME, **more})


def asked(needs, offers) -> Problem:
    return Problem(tuple(needs), tuple(offers), today=TODAY)


@pytest.mark.parametrize(
    ("lang", "remedy"), [("fr", "Élargissez l’une des deux"), ("en", "Widen one of the two")]
)
def test_periods_that_never_meet_are_named_and_proven_without_waiting(lang, remedy) -> None:
    found = volumes(asked([need("winter", **WINTER)], [offer("spring", **SPRING)]))
    assert (found.allocations, found.unmet) == ((), {"winter": 5.0})
    assert remedy in say(found.refusals[0].reason, lang)
    assert (found.optimal, found.gap, found.bound) == (True, 0.0, 0.0)
    assert {r.key for r in found.notes} == {"match.sourcing"}
    assert found.missing_links == (), "there is an offer: it only stands at another time"


def test_who_is_met_is_not_told_why_others_were_refused() -> None:
    found = volumes(
        asked([need("near"), need("late", **WINTER)], [offer("spring", 20.0, **SPRING)])
    )
    assert set(found.unmet) == {"late"}
    assert {r.need for r in found.refusals} == {"late"}


@pytest.mark.parametrize("empty", ["needs", "offers"])
def test_the_file_without_rows_is_named_and_where_the_first_goes(tmp_path: Path, empty) -> None:
    for name in ("needs", "offers"):
        row = "" if name == empty else "k,a,lentils,1,t\n"
        (tmp_path / f"{name}.csv").write_text(HEAD + row, encoding="utf-8")
    with pytest.raises(ReciproqueError) as error:
        read_tables(tmp_path / "needs.csv", tmp_path / "offers.csv")
    told = say(error.value, "fr")
    assert told.startswith(f"{empty}.csv, 2\N{NO-BREAK SPACE}: ")
    assert told.endswith(
        "Ajoutez-en un au moins." if empty == "needs" else "Ajoutez-en une au moins."
    )


@pytest.mark.parametrize("seed", range(8))
def test_where_supply_does_not_suffice_the_quick_way_gives_as_much_at_as_few_kilometres(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    dice = np.random.default_rng(seed)

    def place() -> dict:
        return {"longitude": 2 + dice.random(), "latitude": 48 + dice.random(), "within_km": 60.0}

    problem = asked(
        [need(f"n{i}", float(dice.integers(3, 20)), **place()) for i in range(12)],
        [offer(f"o{j}", float(dice.integers(1, 9)), **place()) for j in range(9)],
    )
    monkeypatch.setattr(_volumes, "QUICK_FROM", 1)
    quick, net = volumes(problem), network(problem)
    slow = solve(net, 60.0)
    km = sum(a.quantity * (a.distance_km or 0.0) for a in quick.allocations)
    assert "match.quick" in {r.key for r in quick.notes}
    assert quick.objective == pytest.approx(slow.supplied, abs=0.05)
    assert km == pytest.approx(float(slow.flow @ net.km), rel=2e-3, abs=0.5)
    for wish in problem.needs:
        got = sum(a.quantity for a in quick.allocations if a.need == wish.key)
        assert got <= wish.quantity + 1e-6
    for wish in problem.offers:
        assert (
            sum(a.quantity for a in quick.allocations if a.offer == wish.key)
            <= wish.quantity + 1e-6
        )
