"""What someone types in a notebook, cell after cell."""

import inspect
import subprocess
import sys

import pytest

import reciproque as rq


def test_every_public_name_is_there_and_can_be_helped_with() -> None:
    for name in rq.__all__:
        assert (getattr(rq, name).__doc__ or "").strip(), name


def test_partners_answer_in_the_second_cell_as_in_the_first(registry) -> None:
    first = rq.partners(registry, "67462", n=2)
    rq.compare(registry, "67462", "DE:08316")
    assert rq.partners(registry, "67462", n=2) == first
    assert list(inspect.signature(rq.partners).parameters)[:2] == ["registry", "territory"]


def test_partners_answer_whatever_was_imported_before(registry) -> None:
    code = "import reciproque.partners, reciproque as rq; print(callable(rq.partners))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True"


def test_nothing_of_it_needs_django() -> None:
    code = "import sys, reciproque as rq; [getattr(rq, n) for n in rq.__all__]; print('django' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_an_error_speaks_in_plain_words(registry, monkeypatch) -> None:
    with pytest.raises(rq.AmbiguousTerritory) as caught:
        registry.find("Saint-Aubin")
    assert str(caught.value).startswith("«\u00a0Saint-Aubin\u00a0» désigne 10 territoires")
    assert "(39476)" in str(caught.value)
    assert str(caught.value).endswith("[error.ambiguous_territory]")
    monkeypatch.setenv("RECIPROQUE_LANG", "en")
    with pytest.raises(rq.ReciproqueError, match="is not a motive"):
        rq.partners(registry, "67462", seeking="love")


def test_the_registry_says_what_it_holds(registry) -> None:
    assert "34,875 commune" in repr(registry)
