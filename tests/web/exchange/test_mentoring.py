"""A pair that was agreed: its hours confirmed by both, its review, its end, and what went wrong."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from support_pages import text

from reciproque.web.cooperations import actions as cooperations
from reciproque.web.cooperations.models import Commitment, Party, Record
from reciproque.web.exchange.models import Incident, Matching, Mentoring, Proposal

TODAY = timezone.localdate()


@pytest.fixture
def pair(world, wish):
    """The company mentors a pupil of the school; agreed, ten hours; the town facilitates."""
    c = cooperations.start(
        by=world.facilitator.person, actor=world.town, name="Ensemble", started=date(2026, 1, 1)
    )
    giver, receiver = (
        Party.objects.create(cooperation=c, actor=a, since=c.started)
        for a in (world.company, world.school)
    )
    need = wish(
        world.school,
        "need",
        "Élève A",
        resource="mentoring",
        age=15,
        consent=date(2026, 9, 1),
        setting="group",
    )
    offer = wish(world.company, "offer", "Mentorat", resource="mentoring")
    m = Commitment.objects.create(
        cooperation=c,
        title="Mentorat",
        giver=giver,
        receiver=receiver,
        resource="mentoring",
        quantity=10,
        unit="h",
        state="agreed",
        start=c.started,
    )
    return Proposal.objects.create(
        matching=Matching.objects.create(wish=need, way="fair"), need=need, offer=offer, quantity=10,
        unit="h", state="agreed", cooperation=c, commitment=m,
    )  # fmt: skip


@pytest.fixture
def followed(world, pair):
    world.teacher.post(f"/echanges/proposition/{pair.pk}/suivi/")
    return Mentoring.objects.get()


def session(client, m, **change):
    values = {"day": TODAY, "quantity": "1,5", "note": "Fractions", "once": "", **change}
    return client.post(m.get_absolute_url(), values)


def test_only_an_agreed_accompaniment_is_followed_and_once(world, pair) -> None:
    address = f"/echanges/proposition/{pair.pk}/suivi/"
    assert world.farmer.post(address).status_code == 404
    for client in (world.teacher, world.worker):
        client.post(address)
    assert Mentoring.objects.count() == 1
    Mentoring.objects.all().delete()
    Proposal.objects.update(state="sent")
    assert world.teacher.post(address).status_code == 404
    Proposal.objects.update(state="agreed")
    pair.need.resource = "kits"
    pair.need.save()
    assert world.teacher.post(address).status_code == 404


def test_hours_are_records_that_the_other_side_confirms(world, followed) -> None:
    session(world.worker, followed)
    record = Record.objects.get()
    assert (record.quantity, record.unit, record.commitment) == (
        1.5,
        "h",
        followed.proposal.commitment,
    )
    assert (record.giver.actor, record.receiver.actor) == (world.company, world.school)
    assert record.entered_by_party.actor == world.company
    assert record.confirmed_flag is False
    c = followed.cooperation
    confirm = f"{c.get_absolute_url()}faits/{record.pk}/confirmation/"
    world.worker.post(confirm)
    record.refresh_from_db()
    assert record.confirmed_flag is False  # not by who wrote it
    world.teacher.post(confirm)
    record.refresh_from_db()
    assert record.confirmed_flag is True
    assert "1,5 h sur 10 heures" in text(world.teacher.get(followed.get_absolute_url()))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"quantity": "0"}, "supérieure ou égale à 0.1"),
        ({"quantity": "30"}, "Une séance dure 24 heures au plus"),
        ({"day": TODAY + timedelta(2)}, "pas encore venu"),
    ],
)
def test_a_session_that_makes_no_sense_is_refused(world, followed, change, words) -> None:
    assert words in text(session(world.worker, followed, **change))
    assert not Record.objects.exists()


def test_a_stranger_notes_and_reads_nothing(world, followed) -> None:
    for client in (world.farmer, world.nobody):
        assert session(client, followed).status_code in (302, 404)
    assert not Record.objects.exists()


def test_a_review_then_an_end_kept_with_their_history(world, followed) -> None:
    address = f"{followed.get_absolute_url()}suite/"
    first = {"start": "2026-09-10", "review": "2026-11-01", "version": "1"}
    assert world.worker.post(address, first).status_code == 302
    assert "reste à faire" in text(world.teacher.get(followed.get_absolute_url()))
    late = text(
        world.teacher.post(address, {"start": "2026-09-10", "end": "2026-11-20", "version": "1"})
    )
    assert "Quelqu’un vient de changer" in late
    world.teacher.post(
        address,
        {"start": "2026-09-10", "end": "2026-11-20", "end_note": "Confiance", "version": "2"},
    )
    followed.refresh_from_db()
    assert (followed.end, followed.version) == (date(2026, 11, 20), 3)
    assert followed.history.count() == 3
    page = text(world.worker.get(followed.get_absolute_url()))
    assert "Confiance" in page
    assert 'id="seance"' not in page  # it is over
    assert 'href="#seance"' not in page  # and nothing leads there
    early = {"start": "2026-09-10", "review": "2026-09-01", "version": "3"}
    refused = text(world.teacher.post(address, early))
    assert "Le point précède le début." in refused
    assert "La fin précède" not in refused
    assert "La fin précède" in text(
        world.teacher.post(address, {"start": "2026-09-10", "end": "2026-01-01", "version": "3"})
    )


def test_what_went_wrong_is_read_by_whoever_facilitates_and_by_nobody_else(
    world, followed, letters, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        world.worker.post(
            f"{followed.get_absolute_url()}signalement/", {"text": "Un mot déplacé", "once": ""}
        )
    told = sorted(m.to[0] for m in letters)
    assert told == ["facilitator@example.org", "teacher@example.org"]
    assert not any("Un mot déplacé" in m.body for m in letters)
    for client, seen in (
        (world.facilitator, True), (world.teacher, True), (world.worker, False),
        (world.contributor, False), (world.staff, False), (world.farmer, False), (world.nobody, False),
    ):  # fmt: skip
        assert (
            "Un mot déplacé" in text(client.get(followed.get_absolute_url(), follow=True))
        ) is seen
    for path in ("journal/", "", "faits/"):
        page = world.worker.get(followed.cooperation.get_absolute_url() + path)
        assert "Un mot déplacé" not in text(page)
    incident = Incident.objects.get()
    assert (
        world.worker.post(f"/echanges/signalements/{incident.pk}/", {"suite": "x"}).status_code
        == 404
    )
    world.facilitator.post(f"/echanges/signalements/{incident.pk}/", {"suite": "Vu ensemble"})
    incident.refresh_from_db()
    assert (incident.handled, incident.handled_note) == (TODAY, "Vu ensemble")
