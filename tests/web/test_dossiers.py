"""The dossiers: a PDF for the table of a meeting, and for those who do not see it."""

import io

import pikepdf
import pytest

from reciproque.web.registry import dossiers


def tree(node: pikepdf.Object, depth: int = 0) -> list[str]:
    """The kinds of structure elements of a tagged PDF."""
    found = []
    if depth > 40:
        return found
    if isinstance(node, pikepdf.Array):
        for child in node:
            found += tree(child, depth + 1)
    elif isinstance(node, pikepdf.Dictionary):
        if "/S" in node:
            found.append(str(node["/S"]))
        if "/K" in node:
            found += tree(node["/K"], depth + 1)
    return found


@pytest.fixture(scope="module")
def territory_pdf(registry) -> bytes:
    return dossiers.territory_dossier(registry, registry.territory("200069680"), "fr")


@pytest.fixture(scope="module")
def pair_pdf(registry) -> bytes:
    a, b = registry.territory("67462"), registry.territory("DE:08316")
    return dossiers.pair_dossier(registry, a, b, "en")


@pytest.mark.parametrize(
    ("name", "language", "title"),
    [("territory_pdf", "fr", "Sélestat"), ("pair_pdf", "en", "Landkreis")],
)
def test_a_dossier_is_archived_and_accessible(request, name, language, title) -> None:
    with pikepdf.open(io.BytesIO(request.getfixturevalue(name))) as pdf:
        with pdf.open_metadata() as meta:
            assert meta.get("pdfaid:part") == "3"
            assert meta.get("pdfaid:conformance") == "A"
            assert meta.get("pdfuaid:part") == "1"
            assert title in str(meta.get("dc:title"))
        assert str(pdf.Root.Lang).startswith(language)
        assert pdf.Root.MarkInfo.Marked
        kinds = tree(pdf.Root.StructTreeRoot["/K"])
        assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/Figure"} <= set(kinds)


def test_every_picture_has_words(territory_pdf) -> None:
    with pikepdf.open(io.BytesIO(territory_pdf)) as pdf:
        figures = [
            o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and o.get("/S") == "/Figure"
        ]
        assert figures
        assert all(str(f.get("/Alt", "")) for f in figures)


def test_a_dossier_comes_from_its_page_in_the_reader_s_language(client, db, registry) -> None:
    french = client.get("/territoires/67462/dossier.pdf")
    assert french["Content-Type"] == "application/pdf"
    assert french.content.startswith(b"%PDF")
    english = client.get("/en/face-a-face/67462/DE:08316/dossier.pdf")
    with pikepdf.open(io.BytesIO(english.content)) as pdf:
        assert str(pdf.Root.Lang).startswith("en")


def test_a_pair_that_overlaps_has_a_dossier_too(registry) -> None:
    a, b = registry.territory("67462"), registry.territory("246700967")
    assert dossiers.pair_dossier(registry, a, b, "fr").startswith(b"%PDF")
