"""The shell on trips, scenarios and files with columns of their own."""

import json
from pathlib import Path

from typer.testing import CliRunner

from reciproque.cli import app
from reciproque.sources import installed, read_od

run = CliRunner().invoke
TRIPS = "date,origin,destination,count\n2024-01-01,67462,67482,3\n2024-01-02,67462,67482,4\n2024-01-02,67482,67462,x\n"


def test_trips_are_added_up_to_a_file(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(TRIPS)
    out = tmp_path / "od.parquet"
    result = run(app, ["trips", str(tmp_path / "t.csv"), "--out", str(out), "--json"])
    assert result.exit_code == 0, result.output
    answer = json.loads(result.stdout)
    assert (answer["pairs"], answer["trips"], answer["records"], answer["left"]) == (1, 7.0, 3, 1)
    assert len(answer["warnings"]) == 1
    assert read_od(out)[0].rows() == [("67462", "67482", 7.0)]


def test_trips_by_epci_and_period(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(TRIPS)
    out = tmp_path / "od.csv"
    arguments = ["trips", str(tmp_path / "t.csv"), "--out", str(out), "--to", "epci"]
    result = run(app, [*arguments, "--since", "2024-01-02"])
    assert result.exit_code == 0, result.output
    frame = read_od(out)[0]
    assert frame["value"].to_list() == [4.0]
    assert all(len(code) == 9 for code in (*frame["origin"], *frame["destination"]))


def test_a_day_or_an_engine_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(TRIPS)
    arguments = ["trips", str(tmp_path / "t.csv"), "--out", str(tmp_path / "od.csv")]
    for more in (["--since", "hier"], ["--engine", "abaque"], ["--to", "planète"]):
        result = run(app, [*arguments, *more])
        assert result.exit_code == 2
        assert more[1] in result.stderr
    assert not (tmp_path / "od.csv").exists()


def test_a_scenario_in_words_and_in_json(tmp_path: Path) -> None:
    path = tmp_path / "s.toml"
    path.write_text(
        '[scenario]\nname = "Demain"\nterritory = "67462"\n[[lever]]\nkind = "telework"\n'
    )
    result = run(app, ["scenario", str(path)])
    assert result.exit_code == 0, result.output
    assert "Demain [estimation]" in result.stdout
    assert "Télétravail" in result.stdout
    assert "20" in result.stdout
    answer = json.loads(run(app, ["scenario", str(path), "--json"]).stdout)
    assert answer["state"] == "estimated"
    assert answer["levers"][0]["values"] == {"share": 0.2, "days": 2.0}
    assert answer["change"]["tonnes"] < 0
    assert answer["assumptions"]
    assert answer["limits"]
    path.write_text("[scenario]\n")
    bad = run(app, ["scenario", str(path)])
    assert bad.exit_code == 2
    assert "s.toml" in bad.stderr


def test_a_file_with_columns_of_ones_own_is_added(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "enquete_2023.csv"
    path.write_text("de,vers,nb\n67462,67482,30\n")
    arguments = [
        "data",
        "add",
        str(path),
        "--origin",
        "de",
        "--destination",
        "vers",
        "--value",
        "nb",
    ]
    result = run(app, [*arguments, "--flow", "mobility", "--arrondissements", "keep"])
    assert result.exit_code == 0, result.output
    assert [(i.id, i.flow_kind, i.arrondissements) for i in installed()] == [
        ("flux_enquete_2023", "mobility", "keep")
    ]
    assert run(app, [*arguments, "--arrondissements", "autre"]).exit_code == 2


def test_workers_abroad_are_told_by_country(own_home: Path, tmp_path: Path) -> None:
    path = tmp_path / "flux.csv"
    path.write_text(
        "CODGEO;LIBGEO;DCLT;L_DCLT;NBFLUX_C21_ACTOCC15P\n67462;S;67462;S;900\n67462;S;DE012;K;80\n"
    )
    assert run(app, ["data", "add", str(path)]).exit_code == 0
    shown = run(app, ["flows", "67462"])
    assert "Actifs qui travaillent à l’étranger : Allemagne 80." in shown.stdout.replace(
        "\u00a0", " "
    )
    answer = json.loads(run(app, ["flows", "67462", "--json"]).stdout)
    assert [(row["country"], row["outgoing"]) for row in answer["abroad"]] == [("DE", 80.0)]
