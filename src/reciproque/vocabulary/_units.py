"""Quantities in the unit of their resource."""

from __future__ import annotations

from collections.abc import Mapping

from reciproque.kernel import ReciproqueError
from reciproque.vocabulary._tables import table

MOST = 1e12


def _row(name: str, key: str, field: str) -> Mapping[str, str]:
    found = table(name).get(key)
    if found is None:
        raise ReciproqueError(
            "error.unknown_row", value=key, field=field, choices=", ".join(table(name))
        )
    return found


def unit_of(resource: str) -> str:
    """The unit in which a resource is told; raises for an unknown resource."""
    return _row("resources", resource, "resource")["unit"]


def in_own_unit(quantity: float, unit: str, resource: str) -> float:
    """A quantity in the resource's own unit; raises ``error.unit`` for kilos of money.

    Raises ``error.too_much`` beyond a million millions: sums of it would be no number any more.

    >>> in_own_unit(500, "kg", "lentils")
    0.5
    """
    own = _row("units", unit_of(resource), "unit")
    given = _row("units", unit, "unit")
    if own["dimension"] != given["dimension"]:
        what = table("resources")[resource]
        raise ReciproqueError(
            "error.unit",
            what_fr=what["label_fr"],
            what_en=what["label_en"],
            expected_fr=own["label_fr"],
            expected_en=own["label_en"],
            unit_fr=given["label_fr"],
            unit_en=given["label_en"],
        )
    found = quantity * float(given["factor"]) / float(own["factor"])
    if not abs(found) <= MOST or not abs(quantity) <= MOST:
        raise ReciproqueError("error.too_much", quantity=quantity)
    return found


def units_for(resource: str) -> list[str]:
    """The units in which one may count a resource, its own first."""
    own = unit_of(resource)
    dimension = table("units")[own]["dimension"]
    others = [key for key, row in table("units").items() if row["dimension"] == dimension]
    return [own, *(key for key in others if key != own)]
