"""Scenarios as data: which levers, on which territory, under which assumptions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from reciproque.kernel import ReciproqueError
from reciproque.vocabulary import read_toml, rows, table

MODES = tuple(row["id"] for row in rows("travel_factors") if row["mode"])


class ScenarioError(ReciproqueError):
    """A scenario that cannot be computed: file, lever and remedy."""


@dataclass(frozen=True)
class Lever:
    """One thing that may change: its kind (``vocabulary/levers.csv``) and the values of its settings.

    ``why`` says in plain words where the values come from; ``assumed`` that nobody measured them.
    """

    kind: str
    values: Mapping[str, float | str] = field(default_factory=dict)
    why: str = ""
    assumed: bool = True

    def number(self, name: str) -> float:
        return float(self.values[name])

    def text(self, name: str) -> str:
        return str(self.values[name])


@dataclass(frozen=True)
class Scenario:
    """A territory, levers in the order they act, and factors that replace those of the vocabulary."""

    territory: str
    levers: tuple[Lever, ...] = ()
    factors: Mapping[str, float] = field(default_factory=dict)
    name: str = ""
    note: str = ""


def factors_of(scenario: Scenario) -> Mapping[str, float]:
    """Every factor by id: the scenario's own, else that of ``vocabulary/travel_factors.csv``."""
    known = {name: float(row["value"]) for name, row in table("travel_factors").items()}
    return MappingProxyType({**known, **scenario.factors})


def checked(scenario: Scenario, file: str = "–") -> Scenario:
    """The same with defaults filled in; raises :class:`ScenarioError` for what is unknown or out of bounds."""
    for name, value in scenario.factors.items():
        row = table("travel_factors").get(name)
        if row is None:
            known = ", ".join(table("travel_factors"))
            raise ScenarioError("scenario.no_factor", file=file, name=name, known=known)
        _within(value, row, file, name, 0)
    if float(factors_of(scenario)["car_share"]) + float(factors_of(scenario)["transit_share"]) > 1:
        raise ScenarioError("scenario.shares", file=file)
    levers = tuple(_lever(lever, at + 1, file) for at, lever in enumerate(scenario.levers))
    return Scenario(
        scenario.territory, levers, dict(scenario.factors), scenario.name, scenario.note
    )


def _lever(lever: Lever, at: int, file: str) -> Lever:
    if lever.kind not in table("levers"):
        known = ", ".join(table("levers"))
        raise ScenarioError("scenario.no_lever", file=file, at=at, kind=lever.kind, known=known)
    settings = {row["name"]: row for row in rows("lever_values") if row["lever"] == lever.kind}
    for name in lever.values:
        if name not in settings:
            known = ", ".join(settings)
            raise ScenarioError("scenario.no_setting", file=file, at=at, name=name, known=known)
    values: dict[str, float | str] = {}
    for name, row in settings.items():
        value = lever.values.get(name, row["default"])
        if row["kind"] == "number":
            values[name] = _within(value, row, file, name, at)
        elif row["kind"] == "mode" and value not in MODES:
            raise ScenarioError(
                "scenario.no_mode", file=file, at=at, value=value, known=", ".join(MODES)
            )
        elif value == "":
            raise ScenarioError("scenario.lacks", file=file, at=at, name=name)
        else:
            values[name] = str(value)
    return Lever(lever.kind, values, lever.why, lever.assumed)


def _within(value: object, row: Mapping[str, str], file: str, name: str, at: int) -> float:
    least, most = float(row["least"]), float(row["most"])
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        number = float("nan")
    if isinstance(value, bool) or not least <= number <= most:
        raise ScenarioError(
            "scenario.out_of_bounds" if at else "scenario.factor_bounds",
            file=file,
            at=at,
            name=name,
            value=str(value),
            least=least,
            most=most,
        )
    return number


def _tables(
    data: Mapping[str, Any], file: str
) -> tuple[Mapping[str, Any], Sequence[Mapping[str, Any]]]:
    head, levers = data.get("scenario"), data.get("lever", [])
    if not isinstance(head, Mapping) or not isinstance(head.get("territory"), str):
        raise ScenarioError("scenario.no_territory", file=file)
    unknown = sorted({*data} - {"scenario", "factors", "lever"})
    if unknown or not isinstance(levers, list) or not isinstance(data.get("factors", {}), Mapping):
        raise ScenarioError("scenario.no_table", file=file, name=", ".join(unknown) or "lever")
    return head, levers


def read_scenario(path: Path | str) -> Scenario:
    """A scenario described in TOML: ``[scenario]`` (name, territory, note), ``[factors]``, ``[[lever]]``.

    Raises :class:`ScenarioError` naming the file, the lever and the remedy.

    >>> import pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "s.toml"
    >>> _ = file.write_text('[scenario]\\nterritory = "DEP-38"\\n[[lever]]\\nkind = "telework"\\nshare = 0.3\\n')
    >>> read_scenario(file).levers[0].values["days"]
    2.0
    """
    path = Path(path)
    data = read_toml(path, ScenarioError)
    head, tables = _tables(data, path.name)
    levers = []
    for row in tables:
        values = {k: v for k, v in row.items() if k not in ("kind", "why", "assumed")}
        levers.append(
            Lever(
                str(row.get("kind", "")),
                values,
                str(row.get("why", "")),
                bool(row.get("assumed", True)),
            )
        )
    scenario = Scenario(
        head["territory"],
        tuple(levers),
        data.get("factors", {}),
        str(head.get("name", "")),
        str(head.get("note", "")),
    )
    return checked(scenario, path.name)
