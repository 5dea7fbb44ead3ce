"""The gap of public canteens to EGALIM in one region, closed at least kilometres.

``python examples/egalim/egalim.py egalim_cantines_2023.csv.gz [assumptions.toml]``

The file is that of *ma cantine* (declarations of 2023).  Canteens are added up by EPCI; each EPCI needs the value that its
canteens lack to reach 20 % organic and 50 % sustainable and quality products (law of 2018, art. L230-5-1 of the rural code), and
each EPCI of the region may bring what the assumptions say.  A match is sourcing: the purchase procedure comes first, and local
origin is never a criterion; kilometres count as a cost.
"""

from __future__ import annotations

import sys
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

import reciproque as rq
from reciproque.kernel import Need, Offer
from reciproque.vocabulary import say_number

HERE = Path(__file__).parent
ORGANIC, WHOLE = 0.20, 0.50


@dataclass(frozen=True)
class Outcome:
    """One kind of product at one level of supply: euros lacking and found, and kilometres to carry a kilogram."""

    kind: str
    supply: float
    lacking: float
    found: float
    km: float
    optimal: bool


def canteens(path: Path, region: str) -> pl.DataFrame:
    """One row an EPCI: ``epci, canteens, organic, quality``, the two shares each canteen lacks, added up.

    Canteens without an EPCI or without both ratios are left out; a canteen counts by its last declaration.
    """
    frame = pl.read_csv(path, infer_schema=False)
    organic, other = (
        pl.col(f"teledeclaration_ratio_{name}").cast(pl.Float64, strict=False) for name in ("bio", "egalim_hors_bio")
    )  # fmt: skip
    kept = frame.filter(pl.col("canteen_region") == region, pl.col("canteen_epci").is_not_null())
    kept = kept.sort("creation_date").unique("canteen_id", keep="last", maintain_order=True)
    lacks = kept.with_columns(
        bio=(ORGANIC - organic).clip(0, None), all=(WHOLE - organic - other).clip(0, None)
    )
    lacks = lacks.drop_nulls(["bio", "all"])
    # what is missing of organic counts in the whole too: the rest may be of any quality label
    return (
        lacks.group_by(epci="canteen_epci")
        .agg(canteens=pl.len(), organic=pl.col("bio").sum(), quality=(pl.col("all") - pl.col("bio")).clip(0, None).sum())
        .sort("epci")
    )  # fmt: skip


def problem(rows: pl.DataFrame, given: dict, kind: str) -> rq.Problem:
    """Needs and offers of one kind of product, in kilograms a year."""
    france = rq.load()
    spending = given["meals_a_year"] * given["euros_a_meal"]
    resource = "organic_food" if kind == "organic" else "food"
    needs, offers = [], []
    for row in rows.iter_rows(named=True):
        if row[kind] > 0 and france.knows(row["epci"]):
            t = france.territory(row["epci"])
            kg = row[kind] * spending / given["euros_a_kg"][kind]
            needs.append(
                Need(f"n-{t.code}", f"canteens-{t.code}", resource, kg, "kg", longitude=t.longitude, latitude=t.latitude,
                     within_km=given["within_km"], title=t.name, assumed=True)
            )  # fmt: skip
    for code in france.codes("epci"):
        t = france.territory(code)
        if t.region == given["region"] and t.population:
            kg = t.population * given["kg_an_inhabitant"][kind]
            offers.append(
                Offer(f"o-{code}", f"farms-{code}", resource, kg, "kg", longitude=t.longitude, latitude=t.latitude,
                      title=t.name, assumed=True)
            )  # fmt: skip
    return rq.Problem(tuple(needs), tuple(offers))


def outcomes(path: Path, given: dict) -> list[Outcome]:
    """Both kinds of products, with supply as assumed, then less and more."""
    rows = canteens(path, given["region"])
    found = []
    for kind in ("organic", "quality"):
        asked = problem(rows, given, kind)
        price = given["euros_a_kg"][kind]
        lacking = sum(n.quantity for n in asked.needs) * price
        for swing in (1.0, 1.0 - given["swing"], 1.0 + given["swing"]):
            offers = tuple(replace(o, quantity=o.quantity * swing) for o in asked.offers)
            matching = rq.volumes(replace(asked, offers=offers))
            kg = sum(a.quantity for a in matching.allocations)
            km = sum(a.quantity * (a.distance_km or 0.0) for a in matching.allocations)
            found.append(
                Outcome(kind, swing, lacking, kg * price, km / kg if kg else 0.0, matching.optimal)
            )
    return found


def main(path: str, assumptions: str = str(HERE / "bourgogne-franche-comte.toml")) -> None:
    given = tomllib.loads(Path(assumptions).read_text(encoding="utf-8"))
    print("| produits | offre | manque (€/an) | trouvé | km par kg |")
    print("|---|---|---|---|---|")
    for o in outcomes(Path(path), given):
        words = "bio" if o.kind == "organic" else "durables et de qualité"
        print(
            f"| {words} | {100 * o.supply:.0f} % | {say_number(o.lacking)} | "
            f"{100 * o.found / o.lacking:.0f} % | {say_number(o.km, 'fr', 1)} |"
        )


if __name__ == "__main__":
    main(*sys.argv[1:3])
