"""Whatever is matched, the shell's JSON has the same shape and can be read back."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from reciproque.cli import app

EXAMPLES = Path(__file__).parents[3] / "examples" / "exchange"
SHAPE = {"allocations", "unmet", "unused", "objective", "bound", "optimal", "missing_links", "seconds"}  # fmt: skip
EACH = {"need", "offer", "quantity", "unit", "reasons"}


def told(*words: str):
    answer = CliRunner().invoke(app, ["match", *words, "--json"])
    assert answer.exit_code == 0, answer.output
    return json.loads(answer.stdout)


@pytest.mark.parametrize(
    ("name", "way"),
    [("01-agir-ensemble", "pairs"), ("04-vegetalpes", "volumes"), ("09-oenotourisme", "rounds")],
)
def test_pairs_volumes_and_rounds_answer_alike(registry, name, way) -> None:
    found = told(str(EXAMPLES / f"{name}.toml"), "--as", way)
    assert set(found) >= SHAPE
    assert found["allocations"]
    for a in found["allocations"]:
        assert set(a) >= EACH
        assert a["quantity"] > 0
        assert all(isinstance(r, str) and r for r in a["reasons"])
    assert isinstance(found["optimal"], bool)
    assert isinstance(found["unmet"], dict)


def test_a_round_says_how_far_from_the_best_it_may_be(registry) -> None:
    found = told(str(EXAMPLES / "09-oenotourisme.toml"))
    assert 0 < found["bound"] <= found["objective"] == found["km"] < found["alone_km"]
    served = {a["need"] for a in found["allocations"]}
    assert served == {v["stop"] for sheet in found["rounds"] for v in sheet["visits"]}
    assert served.isdisjoint(found["unmet"])
    assert {r["need"] for r in found["refusals"]} == set(found["unmet"])
    said = CliRunner().invoke(app, ["match", str(EXAMPLES / "09-oenotourisme.toml")])
    assert "Aucune tournée ne ferait moins de" in said.stdout.replace("\u00a0", " ")


def test_lots_say_channel_duties_and_reasons(registry) -> None:
    found = told(str(EXAMPLES / "05-ciel.toml"))
    assert len(found) == 15
    first = found[0]
    assert (first["lot"], first["channel"], first["waste"]) == ("lot-1", "local_refurbish", True)
    assert first["duties"] == ["contract", "erase"]
    assert len(first["reasons"]) == 3
