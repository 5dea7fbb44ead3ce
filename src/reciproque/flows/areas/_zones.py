"""Flows made ready for the loops: zones in order, each with its partners."""

from __future__ import annotations

from dataclasses import dataclass

import numba
import numpy as np
import polars as pl
from scipy.sparse import csr_array

from reciproque.kernel import ReciproqueError

Note = tuple[str, dict[str, object]]
LISTED = 10
Links = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
Arrays = tuple[np.ndarray, np.ndarray, np.ndarray]  # origin, destination, value


@dataclass(frozen=True)
class Zones:
    """The n zones of a set of flows, sorted by code (as numbers where all are).

    ``flows`` (n, n) sparse, row = origin; ``ptr, nbr, out, into, both``: for each zone, the others it is
    tied to, what goes there, what comes from there, the two together (never 0); ``sums`` (3, n): internal,
    residents, jobs.
    """

    codes: np.ndarray
    flows: csr_array
    ptr: np.ndarray
    nbr: np.ndarray
    out: np.ndarray
    into: np.ndarray
    both: np.ndarray
    sums: np.ndarray

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def links(self) -> Links:
        """``ptr, nbr, out, into``, as the loops take them."""
        return self.ptr, self.nbr, self.out, self.into

    @property
    def ties(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """``ptr, nbr, both``, for loops that need not tell the directions apart."""
        return self.ptr, self.nbr, self.both

    def sums_without(self, absent: np.ndarray) -> np.ndarray:
        """``sums`` once the zones of a mask (n,) and their flows are taken away."""
        sums = self.sums.copy()
        if absent.any():
            gone = absent.astype(float)
            sums[1] -= self.flows @ gone
            sums[2] -= gone @ self.flows
            sums[:, absent] = 0.0
        return sums

    def largest_tie(self, among: np.ndarray | None = None) -> np.ndarray:
        """(n,): the largest flow between each zone and another (of a mask), either way."""
        tied, top = np.flatnonzero(np.diff(self.ptr)), np.zeros(len(self))
        larger = np.maximum(self.out, self.into)
        if among is not None and not among.all():
            larger *= among[self.nbr]
        if len(tied):
            top[tied] = np.maximum.reduceat(larger, self.ptr[tied])
        return top


@numba.njit(cache=True)
def _partners(n, ptr, nbr, value, back_ptr, back_nbr, back_value):
    """Both directions side by side, from two matrices sorted by rows, the diagonal left out."""
    most = len(nbr) + len(back_nbr)
    starts, other = (
        np.zeros(n + 1, np.int64),
        np.empty(most, np.uint32),
    )  # unsigned: no index is negative
    out, into = np.zeros(most), np.zeros(most)
    at = 0
    for c in range(n):
        i, j = ptr[c], back_ptr[c]
        while i < ptr[c + 1] or j < back_ptr[c + 1]:
            there = nbr[i] if i < ptr[c + 1] else n
            here = back_nbr[j] if j < back_ptr[c + 1] else n
            x = min(there, here)
            if there == x:
                out[at] = value[i]
                i += 1
            if here == x:
                into[at] = back_value[j]
                j += 1
            if x != c:
                other[at] = x
                at += 1
            else:
                out[at] = into[at] = 0.0
        starts[c + 1] = at
    return starts, other[:at].copy(), out[:at].copy(), into[:at].copy()


def zones_of(codes: np.ndarray, flows: csr_array) -> Zones:
    """The zones of an (n, n) matrix of flows."""
    flows.sum_duplicates()
    flows.eliminate_zeros()
    flows.sort_indices()
    back = csr_array(flows.T)
    back.sort_indices()
    sides = (flows.indptr, flows.indices, flows.data, back.indptr, back.indices, back.data)
    sums = np.array(
        [
            flows.diagonal(),
            np.asarray(flows.sum(axis=1)).ravel(),
            np.asarray(flows.sum(axis=0)).ravel(),
        ]
    )
    ptr, nbr, out, into = _partners(len(codes), *sides)
    return Zones(codes, flows, ptr, nbr, out, into, out + into, sums)


def _numbered(origin: pl.Series, destination: pl.Series) -> tuple[np.ndarray, np.ndarray]:
    """Sorted codes (n,), and both ends (2, m) as positions among them."""
    if origin.dtype.is_integer() and destination.dtype.is_integer():
        both = np.concatenate([origin.to_numpy(), destination.to_numpy()]).astype(np.int64)
        low, high = int(both.min()), int(both.max())
        if high - low < 4 * len(both):  # a table of positions is quicker than sorting
            known = np.zeros(high - low + 1, bool)
            known[both - low] = True
            codes = np.flatnonzero(known) + low
            at = np.cumsum(known)[both - low] - 1
        else:
            codes, at = np.unique(both, return_inverse=True)
        return codes.astype(str), at.reshape(2, -1)
    names = pl.concat([origin.cast(pl.String), destination.cast(pl.String)]).unique().sort()
    numbers = names.cast(pl.Int64, strict=False)
    if not numbers.null_count():
        names = pl.DataFrame({"code": names, "number": numbers}).sort("number", "code")["code"]
    kind = pl.Enum(names)
    ends = [
        end.cast(pl.String).cast(kind).to_physical().to_numpy() for end in (origin, destination)
    ]
    return names.to_numpy().astype(str), np.array(ends)


def _wrong(frame: pl.DataFrame) -> dict[str, np.ndarray]:
    """By phrase, the rows (m,) that cannot be used, each under the first thing wrong with it."""
    value = frame["value"].to_numpy()
    one_end = np.zeros(len(value), bool)
    for end in ("origin", "destination"):
        if frame[end].null_count():
            one_end |= frame[end].is_null().to_numpy()
    strange = ~np.isfinite(value) & ~one_end
    negative = (value < 0) & ~one_end & ~strange
    found = {"one_end": one_end, "not_a_number": strange, "negative": negative}
    return {f"areas.{key}": rows for key, rows in found.items() if rows.any()}


def _cleaned(frame: pl.DataFrame) -> tuple[pl.DataFrame, list[Note]]:
    """Rows with both ends and a number of zero or more; what was left aside, counted and listed."""
    notes: list[Note] = []
    good = np.ones(frame.height, bool)
    for key, rows in _wrong(frame).items():
        pairs = frame.filter(rows).head(LISTED).select("origin", "destination").iter_rows()
        shown = ", ".join(
            f"{'?' if a is None else a} → {'?' if b is None else b}" for a, b in pairs
        )
        notes.append((key, {"count": int(rows.sum()), "list": shown}))
        good &= ~rows
    return (frame.filter(good) if notes else frame), notes


def read_zones(flows: pl.DataFrame | Arrays) -> tuple[Zones, tuple[Note, ...]]:
    """Zones of a frame ``origin, destination, value``, or of three arrays of the same length.

    Rows without both ends, and values that are negative or no number, are left aside; pairs given
    twice add up; all of it is told in notes, (phrase key, figures).  Raises
    :class:`ReciproqueError` where no flow remains.
    """
    if not isinstance(flows, pl.DataFrame):
        flows = pl.DataFrame(dict(zip(("origin", "destination", "value"), flows, strict=True)))
    value = flows["value"].cast(pl.Float64, strict=False).fill_null(np.nan)
    frame, notes = _cleaned(flows.select("origin", "destination").with_columns(value=value))
    if not frame.height or frame["value"].sum() <= 0:
        raise ReciproqueError("areas.no_flows")
    codes, ends = _numbered(frame["origin"], frame["destination"])
    n = len(codes)
    matrix = csr_array((frame["value"].to_numpy(), (ends[0], ends[1])), shape=(n, n))
    matrix.sum_duplicates()
    if matrix.nnz < frame.height:
        notes.append(("areas.doubled", {"count": frame.height - matrix.nnz}))
    matrix.eliminate_zeros()
    return zones_of(codes, matrix), tuple(notes)
