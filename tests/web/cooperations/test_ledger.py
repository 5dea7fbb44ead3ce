"""Commitments and records: noted by one side, confirmed by the other, corrected by a new row."""

import uuid
from datetime import date

import pytest

from reciproque.web.cooperations.models import Commitment, Record
from reciproque.web.cooperations.overview import Overview


def text(response) -> str:
    return response.content.decode().replace("\u00a0", " ")


def test_a_record_is_noted_then_confirmed_by_the_other_side(promised, note) -> None:
    assert note().status_code == 302
    record = Record.objects.get()
    assert (record.entered_by_party, record.confirmed_flag) == (promised.a, False)
    page = text(promised.other.get(promised.url + "faits/"))
    assert "à confirmer" in page
    address = f"{promised.url}faits/{record.pk}/confirmation/"
    promised.contributor.post(address)  # its own side cannot
    record.refresh_from_db()
    assert record.confirmed_flag is False
    promised.other.post(address)
    record.refresh_from_db()
    assert (record.confirmed_flag, record.confirmed_by) == (True, promised.other.person)


def test_the_balance_shows_both_and_can_leave_the_unconfirmed_out(promised, note) -> None:
    note()
    seen = Overview(promised.c, date(2026, 4, 1))
    assert seen.balance.amount(str(promised.a.pk), str(promised.b.pk), "expertise") == 4
    sure = Overview(promised.c, date(2026, 4, 1), sure_only=True)
    assert sure.balance.amount(str(promised.a.pk), str(promised.b.pk), "expertise") == 0
    assert "hatched" in str(seen.lanes[0].picture)
    page = text(promised.reader.get(promised.url))
    assert "4 heures" in page
    assert "promis : 10 heures" in page
    assert "0 heure" in text(promised.reader.get(promised.url + "?sur=1"))


def test_a_correction_is_a_new_row_and_the_first_stays_readable(promised, note) -> None:
    note(quantity="40")
    wrong = Record.objects.get()
    address = f"{promised.url}faits/{wrong.pk}/correction/"
    promised.contributor.post(address, {"quantity": "4", "note": "faute de frappe"})
    assert Record.objects.count() == 2
    assert Record.objects.standing().get().quantity == 4
    assert "corrigé par une ligne plus récente" in text(
        promised.reader.get(promised.url + "faits/")
    )
    promised.contributor.post(address, {"quantity": "5", "note": "encore"})  # already corrected
    assert Record.objects.count() == 2


def test_a_cancelled_record_counts_for_nothing(promised, note) -> None:
    note()
    address = f"{promised.url}faits/{Record.objects.get().pk}/correction/"
    promised.contributor.post(address, {"quantity": "0", "note": "n’a pas eu lieu"})
    seen = Overview(promised.c, date(2026, 4, 1))
    assert seen.balance.amount(str(promised.a.pk), str(promised.b.pk), "expertise") == 0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"unit": "kg"}, "pas en kg"),
        ({"day": "2025-12-31"}, "avant le début"),
        ({"quantity": "-3"}, "plus grand que zéro"),
        ({"quantity": "beaucoup"}, "nombre"),
        ({"resource": "money", "unit": "eur"}, "ne va pas du même donneur"),
        ({"giver": str(uuid.uuid4())}, "pas une partie de cette coopération"),
        ({"day": "31/02/2026"}, "date"),
    ],
)
def test_what_makes_no_sense_is_refused_and_the_form_keeps_what_was_typed(
    promised, note, change, words
) -> None:
    answer = note(note="Bon 12", **change)
    assert answer.status_code == 200
    assert words in text(answer)
    assert 'value="Bon 12"' in text(answer)
    assert Record.objects.count() == 0


def test_a_record_for_an_ended_commitment_is_refused(promised, note) -> None:
    Commitment.objects.update(state="ended")
    page = text(note(note="Bon 12"))
    assert "Cet engagement est terminé" in page
    assert 'value="Bon 12"' in page
    assert Record.objects.count() == 0


@pytest.mark.parametrize("written", ["4,5", "4.5"])
def test_a_quantity_is_written_with_a_comma_or_a_point(promised, note, written) -> None:
    note(quantity=written)
    assert Record.objects.get().quantity == 4.5


def test_a_double_submit_is_one_record(promised, note) -> None:
    once = str(uuid.uuid4())
    assert [note(once=once).status_code, note(once=once).status_code] == [302, 302]
    assert Record.objects.count() == 1


def test_html_in_a_name_is_shown_and_not_obeyed(promised, note) -> None:
    note(note="<script>alert(1)</script>")
    page = text(promised.reader.get(promised.url + "faits/"))
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_a_commitment_in_the_wrong_unit_is_refused(world) -> None:
    values = {
        "title": "Lentilles", "giver": world.a.pk, "receiver": world.b.pk, "resource": "lentils",
        "quantity": "3", "unit": "eur", "every": "once", "state": "proposed",
    }  # fmt: skip
    page = world.contributor.post(world.url + "engagements/nouveau/", values)
    assert "Lentilles bio » se compte en t" in text(page)
    page = world.contributor.post(
        world.url + "engagements/nouveau/", {**values, "unit": "t", "receiver": world.a.pk}
    )
    assert "sont la même partie" in text(page)
    world.contributor.post(world.url + "engagements/nouveau/", {**values, "unit": "t"})
    assert Commitment.objects.get().for_engine().state == "proposed"


def test_equivalences_are_versioned_and_only_then_is_there_a_total(promised, note) -> None:
    note()
    assert Overview(promised.c).overall is None
    address = promised.url + "equivalences/"
    for number, points in enumerate(("1", "2,5", "")):
        promised.facilitator.post(address, {"expertise": points, "version": number})
    refused = text(promised.facilitator.post(address, {"expertise": "rien", "version": 3}))
    assert "Écrivez un nombre, par exemple 2,5." in refused
    assert 'value="rien"' in refused
    assert Overview(promised.c).overall is None  # the last table gives no points
    promised.contributor.post(promised.url + "equivalences/", {"expertise": "9"})  # may not
    promised.facilitator.post(address, {"expertise": "2", "version": 3})
    assert Overview(promised.c).overall == 0.0
    assert [e.points for e in promised.c.equivalences.all()] == [
        {"expertise": 2.0}, {}, {"expertise": 2.5}, {"expertise": 1.0},
    ]  # fmt: skip
