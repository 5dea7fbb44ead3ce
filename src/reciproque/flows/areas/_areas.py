"""Living areas drawn from flows: the European method for labour-market areas, in two modes."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from reciproque.flows.areas import _loops, _refine
from reciproque.flows.areas._refined import modularity, refined
from reciproque.flows.areas._zones import LISTED, Arrays, Note, Zones, read_zones
from reciproque.kernel import ReciproqueError

MODES = ("refined", "reference")


@dataclass(frozen=True)
class AreaCriteria:
    """When a living area is valid: its least and target size, and containment (0 to 1).

    Sizes count employed residents; containment is the smaller of the share of residents who work inside
    and the share of jobs held by residents.  By default those of Istat's reference results.
    Raises :class:`ReciproqueError` where a target is not above its least value.
    """

    min_size: float = 1000.0
    min_containment: float = 0.6667
    target_size: float = 10000.0
    target_containment: float = 0.75

    def __post_init__(self) -> None:
        sizes = 0 < self.min_size < self.target_size
        if not (sizes and 0 < self.min_containment <= self.target_containment <= 1):
            raise ReciproqueError("areas.bad_criteria")

    @property
    def array(self) -> np.ndarray:
        """(4,): min_size, min_containment, target_size, target_containment."""
        return np.array(
            [self.min_size, self.min_containment, self.target_size, self.target_containment]
        )


@dataclass(frozen=True)
class LivingAreas:
    """A partition of zones into living areas, and how well each holds.

    ``areas``, one row an area, most residents first: ``id`` (the code of its zone with most jobs), ``members``
    (codes), ``residents`` and ``jobs`` (workers who live and who work there), ``internal`` (who do both),
    ``supply_containment`` (internal / residents), ``demand_containment`` (internal / jobs), ``validity`` (1 or
    more is valid) and ``valid``.  ``zones`` are the codes of all zones, ``area_of`` (n,) the row of each
    one's area, -1 for those ``left_out``, ``residents_of`` (n,) its employed residents.  ``global_containment``: share of all workers who stay in their area;
    ``modularity``: see docs/methode-bassins.md; ``seconds``: the core computation.
    ``notes`` tell what was left aside or cannot be, as (phrase key, figures).
    """

    areas: pl.DataFrame
    zones: tuple[str, ...]
    area_of: np.ndarray
    residents_of: np.ndarray
    global_containment: float
    modularity: float
    criteria: AreaCriteria
    mode: str
    seconds: float
    notes: tuple[Note, ...]

    @property
    def invalid(self) -> tuple[str, ...]:
        """Ids of the areas that do not reach the criteria."""
        return tuple(self.areas.filter(~pl.col("valid"))["id"])

    @property
    def left_out(self) -> tuple[str, ...]:
        """Codes of the zones that are in no area (reference mode alone)."""
        return tuple(np.array(self.zones)[self.area_of < 0].tolist())

    def table(self, names: Sequence[str] | None = None) -> pl.DataFrame:
        """One row a zone: ``zone, area, name`` and the figures of its area; ``names`` by row of ``areas``."""
        areas = self.areas.drop("members").with_columns(
            name=pl.Series(list(names or self.areas["id"]), dtype=pl.String)
        )
        areas = areas.select(pl.col("id").alias("area"), "name", pl.exclude("id", "name"))
        at = pl.Series(self.area_of, dtype=pl.Int64).set(pl.Series(self.area_of < 0), None)
        rows = pl.DataFrame({"zone": list(self.zones), "row": at.cast(pl.UInt32)})
        found = areas.with_row_index("row")
        return rows.join(found, on="row", how="left", maintain_order="left").drop("row")

    def area(self, code: str) -> dict[str, object] | None:
        """The row of the area that holds a zone; ``None`` for an unknown or left out one."""
        at = self.area_of[self.zones.index(code)] if code in self.zones else -1
        return None if at < 0 else self.areas.row(int(at), named=True)


def _reference(zones: Zones, criteria: np.ndarray) -> np.ndarray:
    """(n,): the area of each zone as Istat's program draws it, -1 for zones without residents or jobs."""
    kept = (zones.sums[1] > 0) & (zones.sums[2] > 0)
    if not kept.any():
        raise ReciproqueError("areas.none_found")
    n, number = len(zones), np.arange(len(zones))
    sums = zones.sums_without(~kept)
    rank = np.empty(n, np.int64)
    rank[np.lexsort((number, -zones.largest_tie(kept)))] = number
    cl = np.where(kept, number, _loops.ABSENT)
    groups, reserve = _loops.dissolve(*zones.links, sums, rank, number, criteria, True, cl)
    waiting = np.sort(reserve)[::-1].copy()
    _loops.place(*zones.links, sums, number, criteria, cl, groups, waiting, False)
    result = np.full(n, -1)
    placed = cl >= 0
    result[placed] = np.unique(cl[placed], return_inverse=True)[1]
    return result


def _share(part: np.ndarray, whole: np.ndarray) -> list[float | None]:
    return [float(a / b) if b > 0 else None for a, b in zip(part, whole, strict=True)]


def _frame(
    zones: Zones, cl: np.ndarray, sums: np.ndarray, criteria: np.ndarray
) -> tuple[pl.DataFrame, np.ndarray]:
    """The table of areas, most residents first, and the number (K,) of each row in ``cl``."""
    kept = np.flatnonzero(cl >= 0)
    order = kept[np.lexsort((kept, -zones.sums[1, kept], -zones.sums[2, kept], cl[kept]))]
    starts = np.flatnonzero(np.diff(cl[order], prepend=-1))
    ids, parts = zones.codes[order[starts]], np.split(zones.codes[order], starts[1:])
    row = np.lexsort((ids, -sums[1]))
    internal, residents, jobs = sums[:, row]
    valid = [_loops.validity.py_func(sums[0, k], sums[1, k], sums[2, k], criteria) for k in row]
    frame = pl.DataFrame(
        {
            "id": ids[row],
            "members": pl.Series(
                [sorted(parts[k].tolist()) for k in row], dtype=pl.List(pl.String)
            ),
            "residents": residents,
            "jobs": jobs,
            "internal": internal,
            "supply_containment": pl.Series(_share(internal, residents), dtype=pl.Float64),
            "demand_containment": pl.Series(_share(internal, jobs), dtype=pl.Float64),
            "validity": valid,
            "valid": np.array(valid) >= 1.0,
        }
    )
    return frame, row


def _said(zones: Zones, areas: pl.DataFrame, cl: np.ndarray) -> list[Note]:
    """What the reader of the result must know: who is apart, and which areas fall short."""
    notes: list[Note] = []
    _, residents, jobs = zones.sums
    alone = zones.codes[(np.diff(zones.ptr) == 0) & (cl >= 0)]
    silent = zones.codes[(residents == 0) | (jobs == 0)]
    short = areas["id"].to_numpy()[~areas["valid"].to_numpy()]
    out = zones.codes[cl < 0]
    for key, codes in (
        ("areas.one_side", silent), ("areas.alone", alone), ("areas.left_out", out),
        ("areas.short", short),
    ):  # fmt: skip
        if len(codes):
            shown = ", ".join(codes[:LISTED]) + (", …" if len(codes) > LISTED else "")
            notes.append((key, {"count": len(codes), "list": shown}))
    return notes


def living_areas(
    flows: pl.DataFrame | Arrays, criteria: AreaCriteria | None = None, mode: str = "refined"
) -> LivingAreas:
    """Living areas from flows between zones, ``origin, destination, value``: a frame, or three arrays.

    ``refined`` (the default): the European method, then no area below validity where one can be reached, then
    borders and areas of better modularity.  ``reference``: as Istat's program draws them (the same on its Sardinia
    example; docs/methode-bassins.md tells the rest).  The result depends neither on the order of rows nor, in refined
    mode, on the codes.  Raises :class:`ReciproqueError` for another mode, or where there is no flow.

    Sources: Coombes and Bond, *Travel-to-Work Areas: the 2007 review*, ONS, 2008; Franconi, Ichim, D'Alò and
    Cruciani, *Guidelines for Labour Market Area delineation process*, Istat, 2017.

    >>> pairs = [("A", "A", 900), ("A", "B", 300), ("B", "B", 500), ("B", "A", 400), ("C", "C", 2000)]
    >>> found = living_areas(pl.DataFrame(pairs, ["origin", "destination", "value"], orient="row"))
    >>> found.areas.select("id", "members", "residents", "valid").rows()
    [('A', ['A', 'B'], 2100.0, True), ('C', ['C'], 2000.0, True)]
    """
    if mode not in MODES:
        raise ReciproqueError("areas.bad_mode", mode=mode, known=", ".join(MODES))
    zones, notes = read_zones(flows)
    return areas_of_zones(zones, criteria or AreaCriteria(), mode, notes)


def assign(zones: Zones, criteria: AreaCriteria, mode: str = "refined") -> np.ndarray:
    """The core of :func:`living_areas`: the area of each of n zones, numbered from 0, -1 for none."""
    method = refined if mode == "refined" else _reference
    return method(zones, criteria.array)


def areas_of_zones(
    zones: Zones, criteria: AreaCriteria, mode: str, notes: tuple[Note, ...] = ()
) -> LivingAreas:
    """:func:`living_areas` of zones already read."""
    start = time.perf_counter()
    cl = assign(zones, criteria, mode)
    seconds = time.perf_counter() - start
    return described(zones, cl, criteria, mode, seconds, notes)


def described(
    zones: Zones,
    cl: np.ndarray,
    criteria: AreaCriteria,
    mode: str,
    seconds: float,
    notes: tuple[Note, ...] = (),
) -> LivingAreas:
    """A partition (n,) of zones, numbered from 0, -1 for those in none, with its figures."""
    if cl.max() < 0:
        raise ReciproqueError("areas.none_found")
    kept = cl >= 0
    sums = _refine.add_up(
        zones.ptr, zones.nbr, zones.out, zones.sums, np.where(kept, cl, cl.max() + 1), cl.max() + 2
    )[:, :-1]
    frame, row = _frame(zones, cl, sums, criteria.array)
    place = np.full(len(row) + 1, -1)  # the last, for zones in no area
    place[row] = np.arange(len(row))
    return LivingAreas(
        areas=frame,
        zones=tuple(zones.codes.tolist()),
        area_of=place[cl],
        residents_of=zones.sums[1],
        global_containment=float(sums[0].sum() / zones.sums[1].sum()),
        modularity=modularity(sums),
        criteria=criteria,
        mode=mode,
        seconds=seconds,
        notes=(*notes, *_said(zones, frame, cl)),
    )


def warm_areas() -> None:
    """Compile the loops of both modes (some ten seconds, once for all) or read them from their cache.

    A server calls it as it starts.
    """
    towns = np.array([[1, 1, 2, 2, 3, 3, 4], [1, 2, 2, 1, 3, 1, 4], [9e3, 10, 8e3, 10, 900, 90, 5]])
    for mode in MODES:
        living_areas((towns[0].astype(int), towns[1].astype(int), towns[2]), mode=mode)
