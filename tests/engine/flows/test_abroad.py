"""Workers who cross the border are counted by country, and never lost."""

from pathlib import Path

from reciproque.flows import abroad, between, summary
from reciproque.sources import Choices, install, read
from reciproque.territories import load

FLUX = "CODGEO;LIBGEO;DCLT;L_DCLT;NBFLUX_C21_ACTOCC15P"


def installed_flux(folder: Path, *rows: str, **choices: str) -> None:
    path = folder / "flux.csv"
    path.write_text("\n".join((FLUX, *rows)) + "\n", encoding="utf-8")
    install(path, choices=Choices(**choices))  # type: ignore[arg-type]


def test_workers_abroad_by_country(own_home: Path, tmp_path: Path) -> None:
    installed_flux(
        tmp_path,
        "67462;S;67462;S;900",
        "67462;S;DE012;K;80",
        "67462;S;DE034;O;20",
        "67462;S;99140;Suisse;7",
        "67462;S;99999;Étranger;5",
        "67482;S;99109;Allemagne;1000",
    )
    registry = load()
    frame = abroad(registry, "67462")
    assert frame.select("country", "outgoing").rows() == [("DE", 100.0), ("CH", 7.0), ("ZZ", 5.0)]
    assert set(frame["year"]) == {"2021"}
    # links inside France see those who stay inside France, and their count is unchanged
    told = summary(registry, "67462")
    assert (told.workers, told.internal) == (900.0, 900.0)
    assert told.coverage["abroad"] == 1112.0


def test_nothing_is_told_where_no_file_covers(own_home: Path, tmp_path: Path) -> None:
    installed_flux(tmp_path, "67462;S;67462;S;900", "67462;S;DE012;K;80")
    assert abroad(load(), "38185").is_empty()
    assert abroad(load(), "67462", "moves").is_empty()


def test_a_known_foreign_municipality_keeps_its_own_code(own_home: Path, tmp_path: Path) -> None:
    installed_flux(tmp_path, "67462;S;67462;S;900", "67462;S;DE:08316011;E;12")
    assert ("67462", "DE:08316011", 12.0) in read("insee_flux_67").frame.rows()
    assert abroad(load(), "67462").select("country", "outgoing").rows() == [("DE", 12.0)]


def test_kept_arrondissements_still_speak_for_their_commune(own_home: Path, tmp_path: Path) -> None:
    installed_flux(tmp_path, "69381;L;69389;L;100", "69382;L;69266;V;40", arrondissements="keep")
    told = summary(load(), "69123")
    assert (told.workers, told.internal) == (140.0, 100.0)
    assert str(told.state) == "observed"


def test_isere_sees_no_worker_abroad_because_its_file_stops_at_its_edge(
    own_home: Path, shared_data: Path
) -> None:
    install(shared_data / "flows" / "base-flux-mobilite-domicile-lieu-travail-2017-isere.csv")
    assert abroad(load(), "DEP-38").is_empty()


def test_of_two_files_the_newer_speaks(own_home: Path, tmp_path: Path) -> None:
    installed_flux(tmp_path, "67462;S;67462;S;900", "67462;S;DE012;K;80")
    path = tmp_path / "FD_MOBPRO_2017.csv"
    path.write_text("COMMUNE;DCLT;IPONDI\n67462;67462;5\n67462;99140;2\n", encoding="utf-8")
    install(path)
    registry = load()
    assert (summary(registry, "67462").year, summary(registry, "67462").workers) == ("2021", 900.0)
    assert set(abroad(registry, "67462")["year"]) == {"2021"}


def test_moves_between_communes_are_links_and_moves_from_abroad_are_told(
    own_home: Path, tmp_path: Path
) -> None:
    path = tmp_path / "FD_MIGCOM_2020.csv"
    path.write_text(
        "COMMUNE;DCRAN;IPONDI;IRAN\n67462;67482;10;3\n67482;67462;4;3\n67462;99109;3;9\n",
        encoding="utf-8",
    )
    install(path)
    registry = load()
    there, back = (f for f in between(registry, "67462", "67482") if f.kind == "moves")
    assert (there.value, back.value, there.unit) == (4.0, 10.0, "people_per_year")
    assert abroad(registry, "67462", "moves").select("country", "incoming").rows() == [("DE", 3.0)]
