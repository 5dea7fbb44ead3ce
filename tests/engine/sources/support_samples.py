"""One small, well-made file for each published one, from its own columns."""

from collections.abc import Iterator

from reciproque.sources._reader import Reader
from reciproque.sources._readers import READERS

COMMUNES = ("67462", "67482", "67043", "38185")
EPCI = ("200040715", "246700967", "200018166", "200030526")
AREAS = ("67462", "67482", "38185", "38053")
CELLS = {
    "niveau_densite": "Petites villes",
    "niveau_ruralite": "Les ruralités productives agricoles",
    "niveau_centralite": "Communes non centre",
    "niveau_montagne": "05 - Massif des Vosges",
    "territoire_nature": "PETR",
    "territoire_siren": "200069680",
    "territoire_nom": "PETR Sélestat Alsace Centrale",
    "competence_scot": "1",
    "EPCI": "246700967",
    "siren": "246700967",
}
MEMBERS = {"epci_siren": EPCI, "membre_code": EPCI, "insee": COMMUNES}
DESTINATIONS = {"DCLT": COMMUNES, "dest": ("67", "38", "68", "21"), "bv22_to": AREAS}
ORIGINS = {"DCRAN": ("67482", "67043", "38185", "67462"), "orig": ("38", "67", "21", "68")}
ORIGINS["bv22_from"] = ("67482", "67462", "38053", "38185")
SAMPLED = (
    *("insee_comparateur", "insee_filosofi", "epci_profils", "bassins_de_vie", "anct_density"),
    *("anct_rurality", "anct_centrality", "anct_mountain", "insee_zonages", "banatic_unions"),
    *("banatic_scot", "banatic_epci", "insee_flux", "insee_flux_residentiel"),
    *("insee_flux_departements", "insee_demenagements"),
)


def reader(name: str) -> Reader:
    return next(r for r in READERS if r.id == name)


def columns_in(r: Reader, year: str = "20") -> list[str]:
    """Its published columns, in a year."""
    long = {"ptot_\\d{4}", "ZE\\d{4}", "AAV\\d{4}", "BV\\d{4}"}
    shown = [
        p.replace(r"\d{4}", f"20{year}" if p in long else f"15{year}").replace(r"\d\d", year)
        for p in r.columns
    ]
    if r.id == "insee_comparateur":
        shown.append(f"ETTOT{year}")
    if r.id == "bassins_de_vie":
        shown.append("n_equip_a1")
    return shown


def _cell(r: Reader, column: str, at: int) -> str:
    for known in (CELLS, MEMBERS, DESTINATIONS, ORIGINS):
        if column in known and not (column == "siren" and r.id == "banatic_scot"):
            found = known[column]
            return found if isinstance(found, str) else found[at]
    if column in ("CODGEO", "insee_com"):
        return COMMUNES[at]
    if column in ("code", "siren"):
        return EPCI[0 if column == "siren" else at]
    if column == "bv2022":
        return AREAS[at]
    if column.startswith(("nom", "raison", "membre_nom", "epci_nom")):
        return f"Nom accentué é {at}"
    return str(10 * (at + 1))


def sample(r: Reader, year: str = "20") -> list[list[str]]:
    """Header and four rows, as cells."""
    columns = columns_in(r, year)
    return [columns, *([_cell(r, c, at) for c in columns] for at in range(4))]


def text_of(cells: list[list[str]], separator: str = ";", end: str = "\n") -> str:
    return "".join(separator.join(row) + end for row in cells)


def samples() -> Iterator[Reader]:
    for name in SAMPLED:
        yield reader(name)
