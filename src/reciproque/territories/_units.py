"""The base units as arrays."""

from __future__ import annotations

import numpy as np
import polars as pl

UNIT_KINDS = ("commune", "gemeinde", "foreign_commune")


class Units:
    """The N base units (communes and foreign municipalities) as arrays, in one order.

    ``code``, ``name``, ``kind``, ``departement``, ``region``, ``epci``, ``country``: text (N,);
    ``population`` (inhabitants), ``area_km2``, ``lon``, ``lat`` (degrees): float64 (N,), nan =
    missing.
    """

    def __init__(self, frame: pl.DataFrame) -> None:
        self.frame = frame

        def text(name: str) -> np.ndarray:
            return frame[name].to_numpy()

        def number(name: str) -> np.ndarray:
            return frame[name].fill_null(np.nan).to_numpy()

        self.code, self.name, self.kind = text("code"), text("name"), text("kind")
        self.departement, self.region = text("departement"), text("region")
        self.epci, self.country = text("epci"), text("country")
        self.population, self.area_km2 = number("population"), number("area_km2")
        self.lon, self.lat = number("longitude"), number("latitude")

    def __len__(self) -> int:
        return len(self.code)
