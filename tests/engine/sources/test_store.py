"""Installed whole or not at all; the earlier data stay in use until the last step."""

import dataclasses
import json
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support_sources import COMPARATEUR, FLUX, Write, flows_of, snapshot, values_of

from reciproque import sources
from reciproque.sources import (
    Installed,
    SourceError,
    fingerprint,
    install,
    installed,
    outdated,
    read,
    remove,
)
from reciproque.sources import _store as store
from reciproque.vocabulary import phrases, say

OLD = "67462;A;67482;B;31.5"
NEW = "67462;A;67482;B;99"


def test_the_home_is_where_one_says(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert sources.home() == home
    monkeypatch.delenv("RECIPROQUE_HOME")
    assert sources.home().name == "reciproque"


def test_an_empty_home_has_nothing(home: Path) -> None:
    assert installed() == []
    assert not home.exists()


def test_what_is_installed_says_where_it_comes_from(home: Path, write: Write) -> None:
    item = install(write("flux_alsace.csv", FLUX, OLD))
    assert installed() == [item]
    assert item.file_name == "flux_alsace.csv"
    assert item.source.startswith("INSEE")
    assert "Etalab" in item.licence
    assert item.rows == read(item.id).frame.height == 1
    assert len(item.sha256) == 64
    assert item.label("en") != item.label("fr")


def test_adding_the_same_file_again_does_nothing(home: Path, write: Write) -> None:
    path = write("flux.csv", FLUX, OLD)
    first = install(path)
    before = snapshot(home)
    assert install(path) == first
    assert snapshot(home) == before


def test_a_newer_file_takes_the_place_of_the_older(home: Path, write: Write) -> None:
    first = install(write("a.csv", FLUX, OLD))
    mark = fingerprint()
    second = install(write("b.csv", FLUX, NEW))
    assert first.id == second.id
    assert installed() == [second]
    assert flows_of(second) == {("67462", "67482"): 99.0}
    assert fingerprint() != mark
    assert len(list((home / "installed" / second.id).iterdir())) == 2


def test_removing(home: Path, write: Write) -> None:
    nothing = fingerprint()
    item = install(write("a.csv", FLUX, OLD))
    remove(item.id)
    assert installed() == []
    assert fingerprint() == nothing
    for call in (remove, read):
        with pytest.raises(SourceError) as caught:
            call(item.id)
        assert caught.value.key == "source.not_installed"
        assert item.id in say(caught.value)


def test_progress_is_told_from_start_to_end(home: Path, write: Write) -> None:
    told: list[tuple[str, float]] = []
    path = write("a.csv", FLUX, OLD)
    install(path, progress=lambda key, share: told.append((key, share)))
    shares = [share for _, share in told]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    assert all(key in phrases() for key, _ in told)


class PowerCut(BaseException):
    """Stops everything, as a cut of the power would."""


@pytest.mark.parametrize("moment", ["write_parquet", "first replace", "second replace", "full"])
def test_a_stop_at_any_moment_leaves_the_earlier_data(
    home: Path, write: Write, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    first = install(write("a.csv", FLUX, OLD))
    before = snapshot(home)
    calls = 0
    replace = Path.replace

    def stop_at_replace(self: Path, target: Path) -> Path:
        nonlocal calls
        calls += 1
        if calls == (1 if moment == "first replace" else 2):
            raise PowerCut
        return replace(self, target)

    def stop(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device") if moment == "full" else PowerCut

    with monkeypatch.context() as patch:
        if "replace" in moment:
            patch.setattr(Path, "replace", stop_at_replace)
        else:
            patch.setattr(pl.DataFrame, "write_parquet", stop)
        with pytest.raises(SourceError if moment == "full" else PowerCut):
            install(write("b.csv", FLUX, NEW))
    assert snapshot(home) == before
    assert installed() == [first]
    assert flows_of(first) == {("67462", "67482"): 31.5}


def test_a_stop_during_the_first_install_leaves_nothing(
    home: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise PowerCut

    with monkeypatch.context() as patch:
        patch.setattr(pl.DataFrame, "write_parquet", stop)
        with pytest.raises(PowerCut):
            install(write("a.csv", FLUX, OLD))
    assert installed() == []
    assert snapshot(home) == {}


def test_what_a_killed_process_left_behind_is_ignored_then_swept(home: Path, write: Write) -> None:
    first = install(write("a.csv", FLUX, OLD))
    folder = home / "installed" / first.id
    (folder / ".new-abc").write_bytes(b"half")
    (folder / "data-0000.parquet").write_bytes(b"half")
    assert flows_of(installed()[0]) == {("67462", "67482"): 31.5}
    install(write("b.csv", FLUX, NEW))
    assert len(list(folder.iterdir())) == 2


def test_a_description_that_cannot_be_read_counts_for_nothing(home: Path, write: Write) -> None:
    path = write("a.csv", FLUX, OLD)
    item = install(path)
    meta = home / "installed" / item.id / "meta.json"
    for content in ("{", "[]", '{"id": "x"}'):
        meta.write_text(content, encoding="utf-8")
        assert installed() == []
    assert install(path).sha256 == item.sha256
    assert len(installed()) == 1


def test_data_lost_on_disk_are_asked_for_again(home: Path, write: Write) -> None:
    path = write("a.csv", FLUX, OLD)
    item = install(path)
    next((home / "installed" / item.id).glob("*.parquet")).write_bytes(b"?")
    with pytest.raises(SourceError) as caught:
        read(item.id)
    assert caught.value.key == "source.damaged"
    assert "a.csv" in say(caught.value)


def test_data_of_an_earlier_version_wait_to_be_added_again_and_stop_nothing(
    home: Path, write: Write
) -> None:
    path = write("a.csv", FLUX, OLD)
    item = install(path)
    meta = home / "installed" / item.id / "meta.json"
    meta.write_text(dataclasses.replace(item, format=item.format - 1).to_json(), encoding="utf-8")
    assert installed() == []
    assert [(o.id, o.file_name) for o in outdated()] == [(item.id, "a.csv")]
    install(path)
    assert outdated() == []
    assert [i.id for i in installed()] == [item.id]


def test_a_newer_register_makes_the_same_file_be_read_again(
    home: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write("a.csv", FLUX, OLD)
    first, mark = install(path), fingerprint()
    newer = dataclasses.replace(store.register(), version="9.9")
    monkeypatch.setattr(store, "register", lambda: newer)
    again = install(path)
    assert again.register == "9.9" != first.register
    assert fingerprint() != mark


@given(
    st.dictionaries(st.text(max_size=8), st.integers() | st.floats(allow_nan=False) | st.text()),
    st.lists(st.text(max_size=6)),
)
def test_a_description_comes_back_as_it_was_written(
    figures: dict[str, object], codes: list[str]
) -> None:
    item = Installed(
        id="x",
        kind="flows",
        label_fr="é",
        label_en="e",
        year="2020",
        source="INSEE",
        licence="L",
        level="commune",
        rows=1,
        coverage_key="coverage.flows",
        coverage=figures,
        warnings=(("source.unmapped", figures),),
        unmapped=tuple(codes),
        file_name="f",
        sha256="0",
        installed_at="2026-01-01",
        reader="x",
    )
    assert Installed.from_json(item.to_json()) == item


ROWS = st.dictionaries(
    st.sampled_from(["67462", "67482", "38185", "75056", "01033", "13055"]),
    st.tuples(*[st.integers(1, 10_000)] * 15),
    min_size=1,
)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(ROWS)
def test_install_then_read_is_identity(
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    rows: dict[str, tuple[int, ...]],
) -> None:
    folder = tmp_path_factory.mktemp("identity")
    monkeypatch.setenv("RECIPROQUE_HOME", str(folder / "home"))
    lines = [";".join([code, *map(str, figures)]) for code, figures in rows.items()]
    path = folder / "comparateur.csv"
    path.write_text("\n".join([COMPARATEUR, *lines]) + "\n", encoding="utf-8")
    found = values_of(install(path))
    columns = {"rp_population": 0, "rp_area": 2, "rp_vacant_homes": 8, "rp_establishments": 13}
    for code, figures in rows.items():
        for indicator, at in columns.items():
            assert found[code, indicator] == figures[at]


def test_every_installed_file_can_say_what_it_covers(home: Path, shared_data: Path) -> None:
    refused: list[str] = []
    for path in sorted(shared_data.glob("*/*")):
        try:
            item = install(path)
        except SourceError as error:
            refused.append(say(error, "fr") + say(error, "en"))
            continue
        for lang in ("fr", "en"):
            assert say(item.coverage_key, lang, **item.coverage)
            assert all(say(key, lang, **figures) for key, figures in item.warnings)
        written = json.loads((home / "installed" / item.id / "meta.json").read_text("utf-8"))
        assert written["sha256"] == item.sha256
    kinds = {item.kind for item in installed()}
    assert kinds == {"indicators", "flows", "memberships", "zoning"}
    assert len(installed()) == 18
    assert all("ne ressemble à aucun fichier connu" in said or "labels" in said for said in refused)
