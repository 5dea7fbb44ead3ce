"""Sheets of meetings and reviews, the funding plan, the calendar one subscribes to."""

from datetime import timedelta
from io import BytesIO

import pikepdf
import pytest
from django.utils import timezone
from icalendar import Calendar
from python_calamine import CalamineWorkbook

from reciproque.web.cooperations import agreements, documents
from reciproque.web.cooperations.models import CostLine, Decision, FundingSource, Meeting
from reciproque.web.cooperations.overview import Overview


@pytest.fixture
def said(monkeypatch):
    """Read what a paper says before it is typeset."""

    def of(client, address: str) -> str:
        with monkeypatch.context() as patch:
            patch.setattr(documents, "compile_dossier", lambda dossier: repr(dossier).encode())
            return client.get(address).content.decode().replace("\u00a0", " ").replace("\\xa0", " ")

    return of


@pytest.fixture
def held(world):
    """A committee that met, with one who came and a decision."""
    world.meeting = Meeting.objects.create(
        cooperation=world.c, title="Comité", day="2026-03-12", lead=world.a, agenda="L’équilibre"
    )
    world.meeting.attendances.create(party=world.b, came=True)
    Decision.objects.create(
        cooperation=world.c, meeting=world.meeting, title="Ouvrir la salle", day="2026-03-12",
        way="majority", votes_for=3, votes_against=1, objections="Le coût", proxies="Lise pour Ali",
    )  # fmt: skip
    return world


def test_a_sheet_is_blank_or_filled(held, said) -> None:
    address = f"{held.url}rencontres/{held.meeting.pk}/feuille.pdf"
    assert "présente" in said(held.reader, address)
    assert "présente" not in said(held.reader, address + "?vierge=1")


def test_the_list_of_decisions_says_how_and_who_had_a_proxy(held, said) -> None:
    paper = said(held.reader, f"{held.url}rencontres/{held.meeting.pk}/releve.pdf")
    for part in (
        "Rive-Droite",
        "Ouvrir la salle",
        "majorité",
        "3 / 1 / 0",
        "Le coût",
        "Lise pour Ali",
    ):
        assert part in paper
    assert "Pouvoirs : Lise pour Ali" in held.reader.get(
        held.url + "rencontres/"
    ).content.decode().replace("\u00a0", " ")


def test_each_party_rates_each_expectation_and_the_sheet_tells_both(world, promised, said) -> None:
    hope = world.c.expectations.create(party=world.a, kind="hopes", text="Des salles")
    world.facilitator.post(world.url + "accord/reexamen/", {"ouvrir": "1"})
    review = world.c.reviews.get()
    for client, party, value in (
        (world.contributor, world.a, "partly"),
        (world.other, world.b, "met"),
    ):
        client.post(
            world.url + "accord/reexamen/",
            {"partie": party.pk, f"note-{hope.pk}": value, f"note-{promised.m.pk}": "not"},
        )
    assert review.ratings.filter(expectation=hope).count() == 2
    paper = said(world.reader, f"{world.url}accord/reexamen/{review.pk}.pdf")
    for part in (
        "Des salles",
        "Rive-Gauche : en partie",
        "Rive-Droite : atteint",
        "Appui",
        "pas atteint",
    ):
        assert part in paper
    agreements.close_review(review, "goes_on", by=world.facilitator.person)
    assert (
        f"reexamen/{review.pk}.pdf"
        in world.contributor.get(world.url + "accord/reexamen/").content.decode()
    )


def test_the_funding_plan_is_a_spreadsheet_with_its_totals(world) -> None:
    CostLine.objects.create(cooperation=world.c, label="Halle", nature="works", excluding_vat=1000)
    CostLine.objects.create(cooperation=world.c, label="Frais", nature="overheads", flat_rate=10)
    FundingSource.objects.create(cooperation=world.c, label="Nous", amount=132, own=True)
    FundingSource.objects.create(
        cooperation=world.c, label="Région", amount=1188, aid_basis="de minimis", state="granted"
    )
    content = world.reader.get(world.url + "plan/financement.ods").content
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    costs = book.get_sheet_by_name("Dépenses").to_python()
    assert [row[5] for row in costs[1:]] == [1200.0, 120.0]
    assert book.get_sheet_by_name("Financements").to_python()[2][6] == "de minimis"
    totals = {row[0]: row[1] for row in book.get_sheet_by_name("Totaux").to_python()[1:]}
    assert totals["Part propre, % des financements publics"] == 10
    assert any("il faut au moins" in str(key) for key in totals)


def test_the_own_share_is_asked_of_an_investment_alone(world) -> None:
    CostLine.objects.create(cooperation=world.c, label="Étude", nature="study", excluding_vat=1000)
    FundingSource.objects.create(cooperation=world.c, label="Région", amount=1200)
    assert "il faut au moins" not in world.reader.get(world.url + "plan/").content.decode()


def test_a_calendar_is_subscribed_to_without_signing_in(world) -> None:
    day = timezone.localdate() + timedelta(days=9)
    FundingSource.objects.create(cooperation=world.c, label="Appel LEADER", amount=1, deadline=day)
    address = f"/agenda/{world.reader.person.calendar_key}/{world.c.slug}.ics"
    feed = Calendar.from_ical(world.nobody.get(address).content)
    assert any("Appel LEADER" in e["summary"] for e in feed.walk("VEVENT"))
    other = f"/agenda/{world.stranger.person.calendar_key}/{world.c.slug}.ics"
    assert world.nobody.get(other).status_code == 404
    assert address in world.reader.get(world.url).content.decode()


@pytest.mark.parametrize(("kind", "seen"), [("epci", True), ("association", False)])
def test_the_calendar_knows_the_elections_of_each_kind_of_party(world, kind, seen) -> None:
    world.left.kind = kind
    world.left.save()
    day = timezone.localdate().replace(year=2030, month=6, day=1)
    titles = [d.title for d in Overview(world.c, day).dates]
    assert any("municipales (mars 2032" in t for t in titles) is seen


def test_the_archive_says_its_two_standards_in_full(held) -> None:
    content = held.reader.get(f"{held.url}rencontres/{held.meeting.pk}/releve.pdf").content
    with pikepdf.open(BytesIO(content)) as pdf, pdf.open_metadata() as meta:
        assert meta["pdfaid:part"] == "3"
        assert meta["pdfaid:conformance"] == "A"
        assert meta["pdfuaid:part"] == "1"
        assert bool(pdf.Root.MarkInfo.Marked)
