"""The territories of the ten cooperations: handbook, register, difference and cause."""

from pathlib import Path

import polars as pl
import pytest

from reciproque.territories import shipped
from reciproque.vocabulary import rows

DOCS = Path(__file__).parents[3] / "docs" / "dix-territoires.md"
GAP = 0.05


def written(number: int | None) -> str:
    return "–" if number is None else f"{number:,}".replace(",", " ")


def gap(handbook: str, register: int | None) -> float | None:
    if not handbook or register is None:
        return None
    return register / int(handbook) - 1


def said(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:+.1f} %".replace(".", ",").replace("-", "−")


def table(registry) -> str:
    """The table of docs/dix-territoires.md, computed."""
    lines = [
        "| nº | territoire | communes, recueil | répertoire | habitants, recueil | répertoire | écart | cause |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in rows("handbook"):
        found = registry.territory(row["code"])
        people = int(row["handbook_population"]) if row["handbook_population"] else None
        difference = gap(row["handbook_population"], found.population)
        lines.append(
            f"| {row['cooperation']} | {row['handbook_name']} | {row['handbook_communes'] or '–'} | {found.communes} "
            f"| {written(people)} | {written(found.population)} | {said(difference)} | {row['cause_fr'] or '–'} |"
        )
    return "\n".join(lines)


@pytest.mark.parametrize("row", rows("handbook"), ids=lambda r: r["code"])
def test_a_gap_over_five_per_cent_has_its_cause(registry, row) -> None:
    found = registry.territory(row["code"])
    for handbook, register in (
        (row["handbook_population"], found.population),
        (row["handbook_communes"], found.communes),
    ):
        difference = gap(handbook, register)
        if difference is not None and abs(difference) > GAP:
            assert row["cause_fr"], f"{found.name}: {difference:+.1%} without a cause"
            assert row["cause_en"]


def test_the_table_of_the_docs_is_the_computed_one(registry) -> None:
    assert table(registry) in DOCS.read_text(encoding="utf-8")


def test_every_carrier_and_partner_of_the_ten_is_known_and_in_the_table(registry) -> None:
    told = {(row["cooperation"], row["code"]) for row in rows("handbook")}
    assert [row["id"] for row in rows("cooperations")] == [str(n) for n in range(1, 11)]
    for row in rows("cooperations"):
        for code in [row["carrier"], *row["partners"].split()]:
            assert registry.territory(code).communes >= 1
            assert (row["id"], code) in told


def test_the_definitions_of_petr_are_those_of_the_register(shared_data) -> None:
    register = pl.read_csv(shared_data / "registry" / "petr_epci.csv", infer_schema_length=0)
    for definition in shipped():
        if definition.kind == "petr":
            listed = register.filter(pl.col("territoire_siren") == definition.code)
            assert sorted(definition.members) == sorted(listed["epci_siren"]), definition.name


def test_the_gemeinden_are_those_of_the_legal_population_file(shared_data) -> None:
    published = pl.read_csv(
        shared_data / "cross_border" / "legal_population_germany.csv", infer_schema_length=0
    ).filter(pl.col("COM").str.starts_with("08316"))
    # a 12-digit key: district, association of municipalities, municipality
    expected = {
        f"DE:08316{key[-3:]}": int(people)
        for key, people in published.select("COM", "PTOT").iter_rows()
    }
    shipped_rows = [r for r in rows("foreign_units") if r["country"] == "DE"]
    assert {r["code"]: int(r["population"]) for r in shipped_rows} == expected


def test_every_shipped_definition_names_members_that_exist(registry) -> None:
    assert registry.unresolved() == {}
    for definition in shipped():
        assert registry.territory(definition.code).members == definition.members


def test_the_landkreis_has_its_24_gemeinden_and_166_850_inhabitants(registry) -> None:
    landkreis = registry.territory("DE:08316")
    assert (landkreis.communes, landkreis.population) == (24, 166_850)
    assert landkreis.country == "DE"
    assert registry.distance_km("67462", "DE:08316") == pytest.approx(31, abs=3)
