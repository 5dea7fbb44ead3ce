"""What the scores find: real partners ranked among EPCI at a like distance (50 % is chance).

Real partners are EPCI of one PETR, and EPCI of one pôle métropolitain (BANATIC).  For each EPCI and
each of its real partners at distance d, all EPCI between d/1.5 and 1.5 d are ranked by a score; the
mean share of them ranked before the partner is printed.  The groupings under test are never used
as evidence.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from _shared import SHARED, full_home, line

BAND = 1.5
GOALS = {
    "ties": 30.0,
    "commuting": None,
    "moves": None,
    "alike": 43.0,
    "complementary": None,
    "overall": 30.0,
}


def percentile(scores: np.ndarray, pool: np.ndarray, partner: int) -> float:
    """Share of ``pool`` ranked before ``partner`` (ties count half), in percent."""
    values = np.nan_to_num(scores[pool], nan=-1.0)
    mine = np.nan_to_num(scores[partner], nan=-1.0)
    others = len(pool) - 1
    before = (values > mine).sum() + 0.5 * ((values == mine).sum() - 1)
    return 100.0 * before / others if others else np.nan


def partners_of(name: str, codes: tuple[str, ...]) -> list[tuple[int, int]]:
    """Ordered pairs of EPCI positions that belong to one grouping of a register."""
    at = {code: i for i, code in enumerate(codes)}
    frame = pl.read_csv(SHARED / "registry" / name, infer_schema_length=0)
    pairs = set()
    for _, group in frame.group_by("territoire_siren"):
        members = sorted({at[c] for c in group["epci_siren"] if c in at})
        pairs |= {(a, b) for a in members for b in members if a != b}
    return sorted(pairs)


def main() -> None:
    """Print the table for both registers."""
    full_home()
    from reciproque.partners._candidates import Candidates
    from reciproque.partners._partners import DEFAULT_WEIGHTS, MOTIVES, overall
    from reciproque.territories import load

    registry = load()
    codes = registry.codes("epci")
    print(
        "mean rank of real partners among EPCI at a like distance (50 % = chance, lower is better)"
    )
    for label, name in (("PETR", "petr_epci.csv"), ("pôles", "poles_metropolitains_epci.csv")):
        pairs = partners_of(name, codes)
        like: dict[str, list[float]] = {k: [] for k in GOALS}
        wide: dict[str, list[float]] = {"overall": [], "distance": [], "ties": []}
        for a in sorted({a for a, _ in pairs}):
            seen = Candidates(registry, registry.territory(codes[a]), "epci", ())
            scores = {m: seen.scores(m) for m in MOTIVES}
            ties = {t.flow: t.score for t in seen.ties}
            table = {
                "ties": scores["tied"],
                **{
                    flow: ties.get(flow, np.full(len(codes), np.nan))
                    for flow in ("commuting", "moves")
                },
                "alike": scores["alike"],
                "complementary": scores["complementary"],
                "overall": overall(scores, DEFAULT_WEIGHTS),
            }
            everyone = np.flatnonzero(seen.apart & np.isfinite(seen.km))
            for b in (b for x, b in pairs if x == a):
                near = (seen.km >= seen.km[b] / BAND) & (seen.km <= seen.km[b] * BAND)
                pool = np.flatnonzero(near & seen.apart)
                if len(pool) > 1:
                    for key, values in table.items():
                        like[key].append(percentile(values, pool, b))
                wide["overall"].append(percentile(table["overall"], everyone, b))
                wide["ties"].append(percentile(table["ties"], everyone, b))
                wide["distance"].append(percentile(-seen.km, everyone, b))
        print(f"\n{label}: {len(pairs)} ordered pairs of EPCI")
        for key, goal in GOALS.items():
            mean = float(np.mean(like[key]))
            line(
                f"  {key}, at a like distance",
                f"{mean:.1f} %",
                f"at most {goal:.0f} %" if goal else "",
                mean <= goal if goal else None,
            )
        distance = float(np.mean(wide["distance"]))
        line("  distance alone, among all EPCI", f"{distance:.2f} %")
        line("  ties, among all EPCI", f"{np.mean(wide['ties']):.2f} %")
        total = float(np.mean(wide["overall"]))
        line(
            "  overall, among all EPCI",
            f"{total:.2f} %",
            "no worse than distance",
            total <= distance,
        )


if __name__ == "__main__":
    main()
