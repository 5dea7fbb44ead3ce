"""What flows there are between base units, observed or estimated, built once and kept."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import polars as pl
from scipy.sparse import csr_array, load_npz, save_npz

from reciproque.flows._gravity import of_registry, recipe
from reciproque.flows._margins import census
from reciproque.kernel import State
from reciproque.sources import Installed, installed, read, without_arrondissement
from reciproque.territories import Registry, built

FORMAT = 2  # raise it when what is written changes
FROM_POPULATION = ("modèle gravitaire sur les populations légales", "2017")
FROM_CENSUS = "modèle gravitaire sur les actifs et les emplois du recensement (INSEE, comparateur de territoires)"
COMMUTING, MOVES = "commuting", "moves"
LEVEL_KIND = {"bassin_de_vie": "bassin_de_vie", "departement": "departement"}
LEVEL_PREFIX = {"bassin_de_vie": "BV-", "departement": "DEP-"}
Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Layer:
    """One set of flows between zones.

    ``flows`` (z, z) origin -> destination and ``back``, its transpose, both by rows; ``zones``
    (z, N) of 0/1, which base units each zone covers, or ``None`` when the zones are the units;
    ``covered`` (N,) true where the flows of a unit's residents are in the file.
    """

    flow: str
    flows: csr_array
    back: csr_array
    zones: csr_array | None
    covered: np.ndarray
    state: State
    source: str
    year: str
    unit: str
    coverage_key: str
    coverage: dict[str, object]
    codes: frozenset[str] = frozenset()


def _silent(_key: str, _share: float) -> None:
    return None


def _folder(registry: Registry, name: str, build: Callable[[Path], None]) -> Path:
    return built(registry.cache_dir / f"flows-{FORMAT}-{name}", build)


def estimate_key() -> str:
    """The phrase that says what the estimate rests on: the census's margins, or population alone."""
    return "flows.coverage_estimated_census" if census() else "flows.coverage_estimated"


def estimated(registry: Registry, progress: Progress = _silent) -> Layer:
    """Commuting estimated between all base units, built once (a second or two).

    It rests on the census's workers and jobs where their table is installed, else on population
    alone; adding or removing that table makes another estimate.
    """
    known = census()
    mark = recipe() + (f"{known.sha256} {known.register}" if known else "")

    def build(folder: Path) -> None:
        progress("progress.flows_estimate", 0.0)
        flows = of_registry(registry)
        save_npz(folder / "flows.npz", flows, compressed=False)
        progress("progress.flows_estimate", 0.8)
        save_npz(folder / "back.npz", csr_array(flows.T), compressed=False)
        progress("progress.flows_estimate", 1.0)

    name = hashlib.sha256(mark.encode()).hexdigest()[:12]
    folder = _folder(registry, f"estimate-{name}", build)
    source, year = (FROM_CENSUS, known.year) if known else FROM_POPULATION
    return Layer(
        flow=COMMUTING,
        flows=csr_array(load_npz(folder / "flows.npz")),
        back=csr_array(load_npz(folder / "back.npz")),
        zones=None,
        covered=np.ones(len(registry.units), bool),
        state=State.ESTIMATED,
        source=source,
        year=year,
        unit="workers",
        coverage_key=estimate_key(),
        coverage={},
    )


def _pairs(frame: pl.DataFrame, position: dict[str, int], n: int) -> tuple[csr_array, np.ndarray]:
    """The (n, n) matrix of a frame of flows, and which rows have an origin in the file."""
    origin = np.array([position.get(c, -1) for c in frame["origin"]], np.int64)
    target = np.array([position.get(c, -1) for c in frame["destination"]], np.int64)
    kept = (origin >= 0) & (target >= 0)
    values = frame["value"].to_numpy()[kept].astype(np.float64)
    matrix = csr_array((values, (origin[kept], target[kept])), shape=(n, n))
    covered = np.zeros(n, bool)
    covered[origin[origin >= 0]] = True
    return matrix, covered


def _observed(registry: Registry, item: Installed) -> Layer | None:
    if item.level != "commune" and item.level not in LEVEL_KIND:
        return None  # between foreign districts: no territory of the registry to bring it to
    frame = read(item.id).frame
    if item.arrondissements == "keep":
        frame = frame.with_columns(without_arrondissement(end) for end in ("origin", "destination"))
    zones: csr_array | None = None
    if item.level == "commune":
        flows, covered = _pairs(frame, registry.unit_index, len(registry.units))
        codes = frozenset(registry.units.code[covered].tolist())
    else:
        kind, prefix = LEVEL_KIND[item.level], LEVEL_PREFIX[item.level]
        zone_codes = registry.codes(kind)
        if not zone_codes:
            return None
        position = {code.removeprefix(prefix): i for i, code in enumerate(zone_codes)}
        flows, zones_covered = _pairs(frame, position, len(zone_codes))
        zones = registry.incidence(kind)
        covered = (zones.T @ zones_covered.astype(float)) > 0
        codes = frozenset(zone_codes)
    return Layer(
        flow=item.flow_kind,
        flows=flows,
        back=csr_array(flows.T),
        zones=zones,
        covered=covered,
        state=State.OBSERVED,
        source=item.source,
        year=item.year,
        unit=item.unit,
        coverage_key=item.coverage_key,
        coverage=dict(item.coverage),
        codes=codes,
    )


@lru_cache(maxsize=4)
def layers(registry: Registry) -> tuple[Layer, ...]:
    """All sets of flows: observed ones, the finest and newest first, then the estimate."""
    items = [i for i in installed() if i.kind == "flows" and i.flow_kind in (COMMUTING, MOVES)]
    items.sort(key=lambda i: i.year, reverse=True)
    items.sort(key=lambda i: i.level != "commune")
    found = [layer for layer in (_observed(registry, item) for item in items) if layer is not None]
    return (*found, estimated(registry))


def needs_living_areas(registry: Registry) -> bool:
    """Whether moves of home are installed but the table of zonings that places them is not."""
    waiting = any(i.kind == "flows" and i.level == "bassin_de_vie" for i in installed())
    return waiting and not registry.codes("bassin_de_vie")


def warm(registry: Registry, progress: Progress = _silent) -> None:
    """Build what is missing (the estimate: a few seconds), telling ``progress(key, share)``."""
    estimated(registry, progress)
