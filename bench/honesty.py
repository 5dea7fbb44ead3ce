"""What the scores find: real partners ranked among EPCI at a like distance (50 % is chance).

Real partners are EPCI of one PETR, and EPCI of one pôle métropolitain (BANATIC).  For each EPCI and
each of its real partners at distance d, all EPCI between d/1.5 and 1.5 d are ranked by a score; the
mean share of them ranked before the partner is printed.  No grouping of the kinds under test, nor
SCoT (many are carried by a PETR), is used as evidence by any score.
"""

from __future__ import annotations

import sys
import warnings

import numpy as np
import polars as pl
from _shared import SHARED, full_home, line

BAND = 1.5
GOALS = {
    "ties (flows, same département and région)": 30.0,
    "  commuting alone (estimated)": None,
    "  moves of home alone (observed)": None,
    "  same département and région alone": None,
    "alike": 43.0,
    "complementary": None,
    "overall": 30.0,
    "  overall with four equal weights": None,
    "  near alone": None,
}
WIDE = ("overall", "ties (flows, same département and région)")


def percentile(scores: np.ndarray, pool: np.ndarray, partner: int) -> float:
    """Share of ``pool`` ranked before ``partner`` (ties count half), in percent."""
    values = np.nan_to_num(scores[pool], nan=-1.0)
    mine = np.nan_to_num(scores[partner], nan=-1.0)
    others = len(pool) - 1
    before = (values > mine).sum() + 0.5 * ((values == mine).sum() - 1)
    return 100.0 * before / others if others else np.nan


def partners_of(name: str, codes: tuple[str, ...]) -> dict[int, list[int]]:
    """For each EPCI, by position, the other EPCI that share a grouping of a register with it."""
    at = {code: i for i, code in enumerate(codes)}
    frame = pl.read_csv(SHARED / "registry" / name, infer_schema_length=0)
    pairs: dict[int, set[int]] = {}
    for _, group in frame.group_by("territoire_siren"):
        members = {at[c] for c in group["epci_siren"] if c in at}
        for a in members:
            pairs.setdefault(a, set()).update(members - {a})
    return {a: sorted(others) for a, others in sorted(pairs.items()) if others}


def scores_of(seen) -> dict[str, np.ndarray]:  # type: ignore[no-untyped-def]
    """Every line of the table for one EPCI, (n,) each."""
    from reciproque.partners._partners import DEFAULT_WEIGHTS, MOTIVES, overall
    from reciproque.partners._tied import belonging

    scores = {motive: seen.scores(motive) for motive in MOTIVES}
    unknown = np.full(len(seen.codes), np.nan)
    flows = {"commuting": unknown, "moves": unknown} | {t.flow: t.score for t in seen.ties}
    lines = (
        scores["tied"],
        flows["commuting"],
        flows["moves"],
        belonging(seen.registry, seen.territory, seen.kind),
        scores["alike"],
        scores["complementary"],
        overall(scores, DEFAULT_WEIGHTS),
        overall(scores, dict.fromkeys(MOTIVES, 1.0)),
        scores["near"],
    )
    return dict(zip(GOALS, lines, strict=True))


def study(registry, pairs: dict[int, list[int]]) -> tuple[dict[str, float], dict[str, float]]:  # type: ignore[no-untyped-def]
    """Mean rank in percent by line, among EPCI at a like distance and among all."""
    from reciproque.partners._candidates import Candidates

    codes = registry.codes("epci")
    like: dict[str, list[float]] = {key: [] for key in GOALS}
    wide: dict[str, list[float]] = {key: [] for key in (*WIDE, "distance alone")}
    for a, others in pairs.items():
        seen = Candidates(registry, registry.territory(codes[a]), "epci", ())
        table = scores_of(seen)
        everyone = np.flatnonzero(seen.apart & np.isfinite(seen.km))
        for b in others:
            near = (seen.km >= seen.km[b] / BAND) & (seen.km <= seen.km[b] * BAND)
            pool = np.flatnonzero(near & seen.apart)
            if len(pool) > 1:
                for key, values in table.items():
                    like[key].append(percentile(values, pool, b))
            for key in WIDE:
                wide[key].append(percentile(table[key], everyone, b))
            wide["distance alone"].append(percentile(-seen.km, everyone, b))
    return tuple({k: float(np.mean(v)) for k, v in d.items()} for d in (like, wide))  # type: ignore[return-value]


def main() -> int:
    """Print the table for both registers; 1 when a goal is missed."""
    warnings.simplefilter("ignore", RuntimeWarning)
    if full_home() is None:
        return 0
    from reciproque.territories import load

    registry = load()
    missed = 0
    print("mean rank of real partners (50 % = chance, lower is better)")
    for label, name in (("PETR", "petr_epci.csv"), ("pôles", "poles_metropolitains_epci.csv")):
        pairs = partners_of(name, registry.codes("epci"))
        like, wide = study(registry, pairs)
        print(f"\n{label}: {sum(map(len, pairs.values()))} ordered pairs of EPCI")
        print("  among EPCI at a like distance")
        for key, goal in GOALS.items():
            met = None if goal is None else like[key] <= goal
            missed += met is False
            wanted = "" if goal is None else f"at most {goal:.0f} %"
            line(f"    {key}", f"{like[key]:.1f} %", wanted, met)
        print("  among all EPCI")
        distance = wide["distance alone"]
        for key, value in wide.items():
            met = None if key != "overall" else value <= distance
            missed += met is False
            wanted = "" if met is None else "no worse than distance"
            line(f"    {key}", f"{value:.2f} %", wanted, met)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
