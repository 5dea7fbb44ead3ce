"""How many workers live in each commune and how many jobs it has: counted by the census, else guessed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from reciproque.sources import Installed, installed, read
from reciproque.territories import Registry

WORKERS_PER_INHABITANT = 0.402
MASS_EXPONENT = 1.15
STAY_GUESSED = 0.25  # of min(workers, jobs): they work in their commune whatever is around
STAY_COUNTED = 0.28
CENSUS = "insee_comparateur"
EMPLOYED, JOBS = "rp_employed", "rp_jobs"


@dataclass(frozen=True)
class Margins:
    """Workers who live, and jobs that are, in each of N base units (float64, 0 where unknown).

    ``stay`` (N,): those who work in their own unit before the rest is shared out; ``counted``:
    whether the census tells workers and jobs (else both come from population).
    """

    workers: np.ndarray
    jobs: np.ndarray
    stay: np.ndarray
    counted: bool = False


def margins(
    population: np.ndarray, workers: np.ndarray | None = None, jobs: np.ndarray | None = None
) -> Margins:
    """Workers, jobs and those who work at home in each unit, (N,) each, nan = not known.

    From ``population`` alone, workers are 0.402 of it and jobs follow population^1.15, as many as
    workers in all; a quarter of min(workers, jobs) stays.  With ``workers`` and ``jobs``, they are
    taken as they are (population speaks where one is nan) and 28 % stays.

    >>> margins(np.array([1000.0]), np.array([450.0]), np.array([200.0])).stay.round(1).tolist()
    [56.0]
    """
    people = np.nan_to_num(population)
    guess = WORKERS_PER_INHABITANT * people
    mass = people**MASS_EXPONENT
    made = mass * (guess.sum() / mass.sum()) if mass.sum() else mass
    if workers is None or jobs is None:
        return Margins(guess, made, STAY_GUESSED * np.minimum(guess, made))
    told = np.isfinite(workers) & np.isfinite(jobs)
    living, working = np.where(told, workers, guess), np.where(told, jobs, made)
    return Margins(living, working, STAY_COUNTED * np.minimum(living, working), counted=True)


def census() -> Installed | None:
    """The installed table that counts workers and jobs by commune, if there is one."""
    return next((item for item in installed() if item.id == CENSUS), None)


def margins_of(registry: Registry) -> Margins:
    """:func:`margins` of a registry's base units, from the census where its table is installed."""
    if census() is None:
        return margins(registry.units.population)
    told = read(CENSUS).frame.filter(pl.col("indicator").is_in([EMPLOYED, JOBS]))
    table = told.pivot("indicator", index="code", values="value")
    units = pl.DataFrame({"code": registry.units.code})
    units = units.join(table, on="code", how="left", maintain_order="left")
    counts = (units[name].fill_null(np.nan).to_numpy() for name in (EMPLOYED, JOBS))
    return margins(registry.units.population, *counts)
