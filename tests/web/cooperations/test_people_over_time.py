"""People come, hand over, are forgotten: what opens to them that day, and what still leaves for them."""

from datetime import date, datetime, timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command
from django.utils import timezone
from icalendar import Calendar

from reciproque.web.accounts.actions import erase, hand_over
from reciproque.web.accounts.models import Mandate, Person
from reciproque.web.cooperations import agreements, invitations, tasks
from reciproque.web.cooperations.models import Cooperation, Invitation, Meeting

PAGE = "http://testserver/invitations/"


def text(response) -> str:
    return response.content.decode().replace("\u00a0", " ")


@pytest.fixture
def invited(world, django_capture_on_commit_callbacks):
    """Someone with a link to act for the right bank; ``link`` is what the letter says."""
    cache.clear()  # links are tried so many times an hour, whatever the test
    with django_capture_on_commit_callbacks(execute=True):
        world.invitation = invitations.invite(
            world.b,
            "new@example.org",
            by=world.facilitator.person,
            role="contributor",
            address=PAGE,
        )
    world.link = next(w for w in mail.outbox.pop().body.split() if w.startswith(PAGE))
    world.new = world.acting("someone", None)
    return world


def entered(world):
    world.new.force_login(
        world.invitation.person, backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    return world.new


def aged(invitation: Invitation, days: int) -> None:
    past = timezone.now() - timedelta(days=days)
    Invitation.objects.filter(pk=invitation.pk).update(sent=past, expires=past + invitations.LASTS)


def test_a_link_opens_once_for_the_one_invited(invited) -> None:
    client = entered(invited)
    assert invited.stranger.post(invited.link).status_code == 200  # another's: shown, not taken
    assert not Mandate.objects.filter(actor=invited.right, confirmed=None).exists()
    assert client.post(invited.link).status_code == 302
    assert client.post(invited.link).status_code == 404  # a double submit
    assert Mandate.objects.filter(person=invited.invitation.person).count() == 1


@pytest.mark.parametrize(("days", "opens"), [(13, True), (14, False), (400, False)])
def test_a_link_opens_for_fourteen_days(invited, days, opens) -> None:
    aged(invited.invitation, days)
    assert entered(invited).get(invited.link).status_code == (200 if opens else 404)


@pytest.mark.parametrize("end", ["", "x", "/../", "x" * 400])
def test_a_forged_link_opens_nothing(invited, end) -> None:
    link = f"{invited.link[:-2]}{end}/"
    assert entered(invited).get(link).status_code == 404


@pytest.mark.parametrize(
    ("days", "change", "letters"),
    [
        (6, {}, 0), (7, {}, 1), (13, {}, 1), (15, {}, 0),
        (8, {"accepted": timezone.now()}, 0), (8, {"withdrawn": timezone.now()}, 0),
        (8, {"reminded": timezone.now()}, 0),
    ],
)  # fmt: skip
def test_a_reminder_leaves_once_after_a_week_to_who_still_may_come(
    invited, days, change, letters, django_capture_on_commit_callbacks
) -> None:
    aged(invited.invitation, days)
    Invitation.objects.filter(pk=invited.invitation.pk).update(**change)
    for _again in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            tasks.remind()
    assert [m.to for m in mail.outbox] == [["new@example.org"]] * letters


def test_no_reminder_leaves_for_someone_who_asked_to_be_forgotten(
    invited, django_capture_on_commit_callbacks
) -> None:
    erase(invited.invitation.person)
    aged(invited.invitation, 8)
    with django_capture_on_commit_callbacks(execute=True):
        assert tasks.remind() == 0
    assert not mail.outbox
    assert not Invitation.objects.get().open
    assert "None" not in text(invited.facilitator.get(f"{invited.url}parties/"))


@pytest.mark.parametrize("role", ["reader", "contributor", "signatory", "facilitator"])
def test_who_is_forgotten_opens_nothing_from_that_minute(world, role) -> None:
    client = getattr(world, role)
    person, feed = client.person, f"/agenda/{client.person.calendar_key}/{world.c.slug}.ics"
    assert world.nobody.get(feed).status_code == 200
    erase(person)
    person.refresh_from_db()
    assert world.nobody.get(feed).status_code == 404
    assert world.nobody.get(f"/agenda/{person.calendar_key}.ics").status_code == 404
    assert "/login/" in client.get(world.url)["Location"]
    for right in ("see", "take_part", "write", "facilitate"):
        assert not person.has_perm(f"cooperations.{right}", world.c)


def test_nothing_is_written_to_who_is_forgotten(world) -> None:
    world.c.expectations.create(party=world.a, kind="hopes", text="Des salles")
    erase(world.contributor.person)
    call_command("tick", "--digests")
    assert mail.outbox
    assert all("@" in m.to[0] and m.to != ["contributor@example.org"] for m in mail.outbox)
    assert tasks.send_digest.func(str(world.contributor.person.pk)) is False


@pytest.mark.parametrize("field", ["digest", "is_active"])
def test_who_wants_no_digest_or_has_no_account_gets_none(world, field) -> None:
    world.c.expectations.create(party=world.a, kind="hopes", text="Des salles")
    person = world.contributor.person
    assert tasks.send_digest.func(str(person.pk)) is True
    Person.objects.filter(pk=person.pk).update(**{field: False})
    assert tasks.send_digest.func(str(person.pk)) is False


def test_nothing_new_and_nothing_amiss_is_no_letter(world) -> None:
    model = type(world.c)
    model.objects.filter(pk=world.c.pk).update(started=timezone.localdate())
    old = timezone.now() - timedelta(days=8)
    for party in world.c.parties.all():
        party.history.update(history_date=old)
    world.c.parties.update(since=timezone.localdate())
    assert tasks.send_digest.func(str(world.contributor.person.pk)) is False
    assert not mail.outbox


@pytest.mark.parametrize(("ahead", "before", "after"), [(0, 1, 0), (1, 0, 1)])
def test_a_successor_begins_the_day_after(world, ahead, before, after) -> None:
    mandate = world.signatory.person.mandates.get()
    heir = world.stranger.person
    hand_over(mandate, to=heir, by=world.signatory.person)
    day = timezone.localdate() + timedelta(days=ahead)
    assert world.signatory.person.mandates.current(day).count() == before
    assert heir.mandates.current(day).count() == after
    assert heir.mandates.get().role == "signatory"


def test_what_a_predecessor_did_keeps_their_name(world) -> None:
    person = world.contributor.person
    thing = world.c.expectations.create(party=world.a, kind="hopes", text="Des salles", by=person)
    hand_over(person.mandates.get(), to=world.stranger.person, by=person)
    thing.refresh_from_db()
    assert thing.by == person


@pytest.mark.parametrize(
    ("start", "end", "opens"),
    [
        (None, None, True), (0, None, True), (1, None, False), (-9, -1, False), (-9, 0, True),
        (None, 5, True), (2, 5, False),
    ],
)  # fmt: skip
@pytest.mark.parametrize("role", ["reader", "facilitator"])
def test_a_mandate_opens_from_its_first_day_to_its_last(world, role, start, end, opens) -> None:
    def day(n):
        return None if n is None else timezone.localdate() + timedelta(days=n)

    client = getattr(world, role)
    client.person.mandates.update(start=day(start), end=day(end))
    for path in ("", "faits/", "journal/", "agenda.ics"):
        assert client.get(world.url + path).status_code == (200 if opens else 404)


@pytest.mark.parametrize(
    ("visibility", "seen"), [("private", False), ("parties", True), ("public", True)]
)
@pytest.mark.parametrize("whole", ["/agenda/{key}.ics", "/agenda/{key}/{slug}.ics"])
def test_a_feed_is_read_by_a_calendar_and_tells_what_all_parties_may_read(
    world, visibility, seen, whole
) -> None:
    day = timezone.localdate() + timedelta(days=3)
    Meeting.objects.create(
        cooperation=world.c, title="Comité\nde pilotage; des rives, à midi", kind="steering", day=day,
        lead=world.a, visibility=visibility, hour=datetime(2026, 1, 1, 18, 30).time(), place="Mairie",
    )  # fmt: skip
    key = world.contributor.person.calendar_key
    content = world.nobody.get(whole.format(key=key, slug=world.c.slug)).content
    feed = Calendar.from_ical(content)
    found = [e for e in feed.walk("VEVENT") if "pilotage" in str(e["summary"])]
    assert bool(found) is seen
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    uids = [str(e["uid"]) for e in feed.walk("VEVENT")]
    assert len(set(uids)) == len(uids)
    for event in found:
        assert timezone.localtime(event["dtstart"].dt).strftime("%H:%M") == "18:30"
        assert event["dtstart"].dt.date() == day
        assert str(event["location"]) == "Mairie"


@pytest.mark.parametrize("path", ["agenda/{}.ics", "agenda/{}/deux-rives.ics"])
def test_a_feed_of_nobody_is_no_feed(world, path) -> None:
    for key in ("00000000-0000-0000-0000-000000000000", world.contributor.person.pk):
        assert world.nobody.get("/" + path.format(key)).status_code == 404


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("reader", 403), ("contributor", 403), ("signatory", 302), ("facilitator", 302),
        ("other", 403), ("stranger", 404), ("nobody", 302),
    ],
)  # fmt: skip
def test_a_party_s_signature_is_its_signatory_s(world, who, status) -> None:
    agreements.new_version(world.c, form="charter", text="Texte", kind="first", expected=0, by=None)
    address = f"{world.url}accord/1/signature/{world.a.pk}/"
    values = {"name": "Une élue", "function": "présidente", "day": "2026-04-10"}
    page = getattr(world, who).post(address, values)
    assert page.status_code in ((status, 404) if who == "nobody" else (status,))
    signed = world.c.versions.get().signatures.count()
    assert signed == int(who in ("signatory", "facilitator"))


@pytest.mark.parametrize("missing", ["name", "function", "day"])
def test_a_signature_says_who_as_what_and_when(world, missing) -> None:
    agreements.new_version(world.c, form="charter", text="Texte", kind="first", expected=0, by=None)
    values = {"name": "Une élue", "function": "présidente", "day": "2026-04-10", missing: ""}
    page = world.signatory.post(f"{world.url}accord/1/signature/{world.a.pk}/", values)
    assert page.status_code == 200
    assert not world.c.versions.get().signatures.exists()
    for name, value in values.items():
        if value and name != "day":
            assert value in text(page)


def test_a_party_of_elsewhere_signs_nothing_here(world) -> None:
    from reciproque.web.cooperations import actions

    there = actions.start(
        by=world.facilitator.person, actor=world.left, name="Ailleurs", started=date(2026, 1, 1)
    )
    agreements.new_version(world.c, form="charter", text="Texte", kind="first", expected=0, by=None)
    values = {"name": "Une élue", "function": "présidente", "day": "2026-04-10"}
    address = f"{world.url}accord/1/signature/{there.parties.get().pk}/"
    assert world.facilitator.post(address, values).status_code == 404
    assert Cooperation.objects.count() == 2


def test_links_are_tried_so_many_times_an_hour(invited) -> None:
    answers = [invited.nobody.get(f"{PAGE}{n}/").status_code for n in range(61)]
    cache.clear()
    assert (set(answers[:60]), answers[60]) == ({404}, 403)


def test_invitations_leave_so_many_an_hour_for_one_person_and_not_for_another(invited) -> None:
    def post(client, n):
        values = {"party": invited.b.pk, "email": f"p{n}@example.org", "role": "reader"}
        return client.post(f"{invited.url}invitations/", values).status_code

    answers = [post(invited.facilitator, n) for n in range(31)]
    assert (set(answers[:30]), answers[30]) == ({302}, 403)
    assert post(invited.other, 40) == 302
    assert Invitation.objects.count() == 32
