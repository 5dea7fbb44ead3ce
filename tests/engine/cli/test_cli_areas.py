"""``reciproque areas``, as typed."""

import json
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from reciproque.cli import app

SMALL = ("--min-size", "10", "--target-size", "100")


@pytest.fixture
def run():
    runner = CliRunner()
    return lambda *words: runner.invoke(app, ["areas", *words])


@pytest.fixture
def flows(tmp_path: Path) -> str:
    path = tmp_path / "flows.csv"
    path.write_text(
        "origin,destination,value\n"
        "T1,T1,80\nT2,T1,30\nT2,T2,20\nF1,F1,60\nF1,T1,2\nF1,T2,oups\n,F1,3\nT1,T2,-4\n"
    )
    return str(path)


def test_json_has_areas_figures_parameters_and_what_was_left_aside(run, flows) -> None:
    found = json.loads(run("--flows", flows, *SMALL, "--json").stdout)
    assert [a["members"] for a in found["areas"]] == [["T1", "T2"], ["F1"]]
    first = found["areas"][0]
    assert (first["id"], first["name"], first["residents"], first["jobs"]) == ("T1", "T1", 130, 132)
    assert set(first) == {
        *("id", "name", "members", "residents", "jobs", "internal", "supply_containment"),
        *("demand_containment", "validity", "valid"),
    }
    assert found["global_containment"] == pytest.approx(190 / 192)
    assert found["invalid"] == []
    assert found["parameters"] == {
        "mode": "refined", "min_size": 10, "target_size": 100,
        "min_containment": 0.6667, "target_containment": 0.75,
    }  # fmt: skip
    assert found["seconds"] > 0
    assert len(found["notes"]) == 3


def test_areas_are_written_as_csv_one_row_a_zone(run, flows, tmp_path) -> None:
    out = tmp_path / "areas.csv"
    assert run("--flows", flows, *SMALL, "--out", str(out)).exit_code == 0
    table = pl.read_csv(out)
    assert table["zone"].to_list() == ["F1", "T1", "T2"]
    assert table["area"].to_list() == ["F1", "T1", "T1"]
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def test_a_second_opinion_tells_how_far_it_agrees(run, flows) -> None:
    found = json.loads(run("--flows", flows, *SMALL, "--method", "leiden", "--json").stdout)
    assert set(found["agreement"]) == {"adjusted_rand", "mutual_information"}
    assert found["parameters"]["mode"] == "leiden"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--flows", "nowhere.csv"), "nowhere.csv"),
        (("--flows", "{flows}", "--mode", "best"), "refined, reference"),
        (("--flows", "{flows}", "--method", "louvain"), "european, leiden"),
        (("--flows", "{flows}", "--out", "areas.txt"), ".csv, .geojson"),
        (("--flows", "{flows}", "--min-size", "20000"), "Seuils impossibles"),
        (("--flows", "{flows}", "--out", "{folder}/no/areas.csv", *SMALL), "Impossible d’écrire"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(run, flows, tmp_path, words, told) -> None:
    typed = [w.format(flows=flows, folder=tmp_path) for w in words]
    result = run(*typed)
    assert result.exit_code == 2
    assert told in result.stderr


def test_zones_without_known_outlines_are_refused_on_the_map(
    registry, run, flows, tmp_path
) -> None:
    out = tmp_path / "areas.geojson"
    result = run("--flows", flows, *SMALL, "--out", str(out))
    assert result.exit_code == 2
    assert "contour" in result.stderr
    assert not out.exists()


def test_without_installed_journeys_one_is_told_how_to_add_them(own_home, run) -> None:
    result = run("--flows", "installed")
    assert result.exit_code == 2
    assert "reciproque data add" in result.stderr


def test_isere_installed_is_drawn(own_home, run, shared_data, tmp_path) -> None:
    from reciproque.sources import install

    install(shared_data / "flows/base-flux-mobilite-domicile-lieu-travail-2017-isere.csv")
    out = tmp_path / "isere.geojson"
    found = json.loads(run("--flows", "installed", "--out", str(out), "--json").stdout)
    assert found["areas"][0]["name"] == "Grenoble"
    assert "Isère" in found["notes"][0]
    drawn = json.loads(out.read_text(encoding="utf-8"))
    assert len(drawn["features"]) == len(found["areas"])
