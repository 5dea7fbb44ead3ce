"""What a scenario changes: workers, kilometres, CO2, lever by lever, with its assumptions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy.sparse import csr_array

from reciproque.flows._scenario import MODES, Lever, Scenario, checked, factors_of
from reciproque.flows._scenario_levers import LEVERS, Journeys
from reciproque.flows._select import chosen
from reciproque.flows._store import COMMUTING, Layer, layers
from reciproque.kernel import Reason, State
from reciproque.territories import Registry, great_circle_km
from reciproque.vocabulary import rows, say_number, table

BIGGEST = 10
OWN_AREA_KM2 = 15.0  # where the area of a commune is unknown: that of a common one


@dataclass(frozen=True)
class Totals:
    """A year of commuting: ``workers``; ``km`` travelled by people, all modes; ``car_km`` driven by cars;
    ``tonnes`` of CO2 equivalent.
    """

    workers: float
    km: float
    car_km: float
    tonnes: float

    def minus(self, other: Totals) -> Totals:
        return Totals(
            self.workers - other.workers,
            self.km - other.km,
            self.car_km - other.car_km,
            self.tonnes - other.tonnes,
        )


@dataclass(frozen=True)
class Effect:
    """What one lever changes: ``alone``, and ``added`` to those before it (the latter sum to the whole)."""

    lever: Lever
    alone: Totals
    added: Totals
    reason: Reason


@dataclass(frozen=True)
class Outlook:
    """What a scenario changes in a year of commuting with at least one end in a territory.

    ``before`` and ``after`` and their difference by lever; ``pairs``: the pairs of communes whose CO2 changes
    most (``origin, origin_name, destination, destination_name, workers_before, workers_after, car_km, tonnes``: changes for the
    last two).  Always estimated, whatever the flows behind it (``flows_state``, source, year).
    ``assumptions`` and ``limits`` are sentences to show with it.
    """

    scenario: Scenario
    before: Totals
    after: Totals
    effects: tuple[Effect, ...]
    pairs: pl.DataFrame
    flows_state: State
    source: str
    year: str
    assumptions: tuple[Reason, ...]
    limits: tuple[Reason, ...]
    state: State = State.ESTIMATED

    @property
    def change(self) -> Totals:
        return self.after.minus(self.before)


def _said(key: str, figures: Mapping[str, object]) -> Reason:
    return Reason(key, "outlook", figures, estimated=True)


def _journeys(
    registry: Registry, layer: Layer, units: np.ndarray, factors: Mapping[str, float]
) -> tuple[Journeys, np.ndarray, float]:
    """Whole rows of every home tied to the units; which pairs touch them (P,); workers without a known place."""
    n = len(registry.units)
    mine = np.zeros(n, bool)
    mine[units] = True
    homes = np.union1d(units, csr_array(layer.back[units]).indices)
    part = csr_array(layer.flows[homes]).tocoo()
    home, work = homes[part.coords[0]], part.coords[1].astype(np.int64)
    workers = part.data.astype(np.float64)
    lon, lat = registry.units.lon, registry.units.lat
    straight = great_circle_km(lon[home], lat[home], lon[work], lat[work])
    area = np.nan_to_num(registry.units.area_km2, nan=OWN_AREA_KM2)
    own = 0.5 * np.sqrt(area / np.pi)
    km = np.where(home == work, own[home], straight) * factors["detour"]
    touching = mine[home] | mine[work]
    unplaced = ~np.isfinite(km)
    lost = float(workers[unplaced & touching].sum())

    def every(value: float) -> np.ndarray:
        return np.full(len(home), value)

    journeys = Journeys(
        home,
        work,
        workers,
        np.where(unplaced, 0.0, km),
        every(factors["days"]),
        every(factors["car_share"]),
        every(factors["transit_share"]),
        every(factors["occupancy"]),
        every(factors["transit_co2"]),
    )
    return journeys, touching, lost


def _by_pair(
    now: Journeys, factors: Mapping[str, float]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Person-km, car-km and tonnes of CO2 a year of each pair (P,)."""
    people = 2 * now.workers * now.km * now.days
    car = people * now.car / now.occupancy
    tonnes = (car * factors["car_co2"] + people * now.transit * now.transit_co2) / 1000
    return people, car, tonnes


def _totals(now: Journeys, touching: np.ndarray, factors: Mapping[str, float]) -> Totals:
    people, car, tonnes = (values[touching].sum() for values in _by_pair(now, factors))
    return Totals(float(now.workers[touching].sum()), float(people), float(car), float(tonnes))


def _biggest(
    registry: Registry,
    before: Journeys,
    after: Journeys,
    touching: np.ndarray,
    factors: Mapping[str, float],
) -> pl.DataFrame:
    _, car_0, tonnes_0 = _by_pair(before, factors)
    _, car_1, tonnes_1 = _by_pair(after, factors)
    change = np.where(touching, tonnes_1 - tonnes_0, 0.0)
    order = np.lexsort((before.work, before.home, -np.abs(change)))[:BIGGEST]
    order = order[np.abs(change[order]) > 1e-9]
    home, work = before.home[order], before.work[order]
    names, codes = registry.units.name, registry.units.code
    return pl.DataFrame(
        {
            "origin": codes[home].astype(str),
            "origin_name": names[home].astype(str),
            "destination": codes[work].astype(str),
            "destination_name": names[work].astype(str),
            "workers_before": before.workers[order],
            "workers_after": after.workers[order],
            "car_km": car_1[order] - car_0[order],
            "tonnes": change[order],
        }
    )


def _figures(registry: Registry, lever: Lever) -> dict[str, object]:
    """The values of a lever as its sentences say them: shares in percent, territories by name."""
    figures: dict[str, object] = {}
    for row in rows("lever_values"):
        if row["lever"] != lever.kind:
            continue
        name, value = row["name"], lever.values[row["name"]]
        if row["kind"] == "territory":
            figures[name] = registry.find(str(value)).name
        elif row["kind"] == "mode":
            factor = table("travel_factors")[str(value)]
            figures |= {f"{name}_fr": factor["label_fr"], f"{name}_en": factor["label_en"]}
        else:
            figures[name] = float(value)
            figures[f"{name}_percent"] = 100 * float(value)
    return figures


def _factor(name: str, value: float, own: bool) -> Reason:
    row = table("travel_factors")[name]
    figures: dict[str, object] = {"source": row["source"], "year": row["year"]}
    for lang in ("fr", "en"):
        number = say_number(value, lang, int(row["decimals"]))
        figures[f"value_{lang}"] = f"{number} {row[f'unit_{lang}']}".strip()
        figures[f"label_{lang}"] = row[f"label_{lang}"][:1].upper() + row[f"label_{lang}"][1:]
    figures["checked"] = row["checked_on"]
    key = "own" if own else ("assumed" if row["assumed"] else "known")
    return _said(f"scenario.factor_{key}", figures)


def _assumptions(registry: Registry, scenario: Scenario) -> tuple[Reason, ...]:
    said = []
    for lever in scenario.levers:
        said.append(_said(f"scenario.assume_{lever.kind}", _figures(registry, lever)))
        if lever.why:
            key = "scenario.why_assumed" if lever.assumed else "scenario.why"
            said.append(_said(key, {"why": lever.why}))
    factors = factors_of(scenario)
    used = {lever.text("mode") for lever in scenario.levers if "mode" in lever.values}
    said += [
        _factor(name, factors[name], name in scenario.factors)
        for name in table("travel_factors")
        if name not in MODES or name in used
    ]
    return tuple(said)


def _limits(registry: Registry, layer: Layer, lost: float) -> tuple[Reason, ...]:
    said = [_said("scenario.limit_modes", {}), _said("scenario.limit_rebound", {})]
    if layer.coverage_key:
        said.insert(0, _said(layer.coverage_key, layer.coverage))
    if layer.state is State.ESTIMATED:
        said.append(_said("scenario.limit_estimated", {}))
    if lost:
        said.append(_said("scenario.limit_unplaced", {"workers": lost}))
    return tuple(said)


def outlook(registry: Registry, scenario: Scenario) -> Outlook:
    """What a scenario changes in the commuting of a territory: those who live there and those who come to work.

    Kilometres of a pair: 2 x workers x days x distance by road (as the crow flies x detour; own commune:
    half the square root of area / pi).  CO2: car-km x factor + passenger-km of public transport x factor.
    Levers act in their order; each is also computed alone.  See docs/methode-scenarios.md.  Raises
    :class:`ScenarioError` for a bad lever, ``UnknownTerritory`` for a name that is none.
    """
    scenario = checked(scenario, scenario.name or scenario.territory)
    factors = factors_of(scenario)
    units = registry.units_of(registry.find(scenario.territory))
    at = chosen(registry, COMMUTING, units)
    assert at is not None  # the estimate covers everybody
    layer = layers(registry)[at]
    start, touching, lost = _journeys(registry, layer, units, factors)

    def members(name: str) -> np.ndarray:
        mask = np.zeros(len(registry.units), bool)
        mask[registry.units_of(registry.find(name))] = True
        return mask

    before = _totals(start, touching, factors)
    now, last, effects = start, before, []
    for lever in scenario.levers:
        act = LEVERS[lever.kind]
        alone = _totals(act(start, lever, members, factors), touching, factors).minus(before)
        now = act(now, lever, members, factors)
        reached = _totals(now, touching, factors)
        figures = _figures(registry, lever) | {"tonnes": alone.tonnes, "car_km": alone.car_km / 1e6}
        effects.append(Effect(lever, alone, reached.minus(last), _said("scenario.effect", figures)))
        last = reached
    return Outlook(
        scenario=scenario,
        before=before,
        after=last,
        effects=tuple(effects),
        pairs=_biggest(registry, start, now, touching, factors),
        flows_state=layer.state,
        source=layer.source,
        year=layer.year,
        assumptions=_assumptions(registry, scenario),
        limits=_limits(registry, layer, lost),
    )
