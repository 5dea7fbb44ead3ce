"""What a cooperation goes through: newcomers after the signature, leavers, an end, extreme days and figures."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from reciproque.kernel import ReciproqueError
from reciproque.web.accounts.models import Actor
from reciproque.web.cooperations import actions, agreements
from reciproque.web.cooperations.models import (
    Commitment,
    Cooperation,
    Expectation,
    Invitation,
    Party,
    Record,
    Version,
)
from reciproque.web.cooperations.overview import Overview
from reciproque.web.cooperations.snapshot import snapshot


def text(response) -> str:
    return response.content.decode().replace("\u00a0", " ")


def version(world, kind="first", **more) -> Version:
    last = world.c.versions.first()
    return agreements.new_version(
        world.c, form="charter", text=f"Texte {kind}", kind=kind,
        expected=last.number if last else 0, by=world.facilitator.person, **more,
    )  # fmt: skip


def signed_by(v: Version, *parties: Party, day=date(2026, 4, 1)) -> None:
    for party in parties:
        agreements.sign(v, party, by=None, name="Une élue", function="présidente", day=day)


@pytest.fixture
def signed(promised):
    promised.v = version(promised)
    signed_by(promised.v, promised.a, promised.b)
    return promised


@pytest.mark.parametrize(("since", "still"), [(1, True), (0, False)], ids=["later", "that day"])
def test_who_comes_after_a_signature_does_not_undo_it(signed, since, still) -> None:
    Party.objects.create(
        cooperation=signed.c, actor=Actor.objects.create(name="Île", kind="commune"),
        since=timezone.localdate() + timedelta(days=since),
    )  # fmt: skip
    assert bool(Version.objects.get().signed_on()) is still
    assert bool(snapshot(signed.c).agreement.signed) is still


def test_who_left_before_a_version_is_not_awaited_and_who_leaves_after_is_kept(signed) -> None:
    actions.leave(signed.b, by=signed.other.person, day=timezone.localdate())
    assert Version.objects.get().signed_on() == date(2026, 4, 1)
    later = version(signed, "withdrawal")
    Version.objects.filter(pk=later.pk).update(created=timezone.now() + timedelta(days=1))
    later.refresh_from_db()
    signed_by(later, signed.a, day=date(2026, 5, 1))
    assert later.signed_on() == date(2026, 5, 1)


def test_the_day_of_a_version_is_that_of_those_who_read_it(world) -> None:
    night = datetime(2026, 6, 30, 22, 30, tzinfo=UTC)  # half past midnight in Paris, on 1 July
    v = version(world)
    Version.objects.filter(pk=v.pk).update(created=night)
    Party.objects.filter(pk=world.b.pk).update(since=date(2026, 7, 1))
    v.refresh_from_db()
    signed_by(v, world.a)
    assert v.signed_on() is None
    signed_by(v, world.b)
    assert v.signed_on() == date(2026, 4, 1)


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        ("first", "agreed"),
        ("amendment", "agreed"),
        ("renewal", "agreed"),
        ("withdrawal", "agreed"),
        ("end", "proposed"),
    ],
)
def test_a_signed_version_agrees_what_was_proposed_and_an_end_agrees_nothing(
    promised, kind, state
) -> None:
    Commitment.objects.update(state="proposed")
    v = version(promised, kind)
    signed_by(v, promised.a)
    assert Commitment.objects.get().state == "proposed"
    signed_by(v, promised.b)
    assert Commitment.objects.get().state == state
    assert bool(Cooperation.objects.get().ended) is (kind == "end")


def test_what_had_ended_or_was_kept_is_not_agreed_again(promised) -> None:
    for state in ("ended", "kept"):
        Commitment.objects.update(state=state)
        signed_by(version(promised, "amendment"), promised.a, promised.b)
        assert Commitment.objects.get().state == state


def test_after_its_end_a_cooperation_asks_for_no_more_than_what_is_owed(signed) -> None:
    c = signed.c
    Expectation.objects.create(
        cooperation=c, party=signed.a, kind="hopes", text="x", since=date(2026, 1, 1)
    )
    later = timezone.localdate() + timedelta(days=900)
    before = {t.rule for t in Overview(c, later).told}
    assert {"late", "unanswered", "review_overdue", "forgotten", "nothing_done"} <= before
    Cooperation.objects.filter(pk=c.pk).update(ended=timezone.localdate())
    c.refresh_from_db()
    assert {t.rule for t in Overview(c, later).told} == {"late"}
    assert not [d for d in Overview(c).dates if "Réexamen" in d.title]


def test_a_record_is_corrected_though_its_commitment_ended_since(promised, note) -> None:
    note(quantity="40")
    wrong = Record.objects.get()
    Commitment.objects.update(state="ended")
    page = promised.contributor.post(
        f"{promised.url}faits/{wrong.pk}/correction/",
        {"quantity": "4", "note": "Une virgule oubliée", "once": ""},
    )
    assert page.status_code == 302
    assert [r.quantity for r in Record.objects.standing()] == [4]
    assert "terminé" in text(note())


@pytest.mark.parametrize("every", ["month", "quarter", "year"])
def test_a_commitment_until_the_end_of_the_calendar_breaks_no_page(promised, every) -> None:
    Commitment.objects.update(every=every, start=date(9990, 1, 1), due=date.max)
    for page in ("", "faits/", "accord/", "agenda.ics", "signaux/"):
        assert promised.reader.get(promised.url + page).status_code == 200


@pytest.mark.parametrize("quantity", ["1e308", "1e16", "9" * 30])
@pytest.mark.parametrize("unit", ["h", "day"])
def test_a_figure_beyond_all_measure_is_refused_and_stays_in_the_form(
    promised, note, quantity, unit
) -> None:
    page = note(quantity=quantity, unit=unit)
    assert page.status_code == 200
    assert "beaucoup trop" in text(page)
    assert f'value="{quantity}"' in text(page)
    assert not Record.objects.exists()
    values = {
        "title": "Appui", "giver": promised.a.pk, "receiver": promised.b.pk, "resource": "expertise",
        "quantity": quantity, "unit": unit, "every": "once", "state": "proposed",
    }  # fmt: skip
    page = promised.contributor.post(f"{promised.url}engagements/nouveau/", values)
    assert "beaucoup trop" in text(page)
    assert Commitment.objects.count() == 1
    with pytest.raises(ReciproqueError, match=r"error\.too_much"):
        actions.note_record(
            promised.c, by=None, for_party=None, giver=promised.a, receiver=promised.b,
            resource="expertise", quantity=float(quantity), unit=unit, day=date(2026, 3, 1),
        )  # fmt: skip


def test_a_correction_beyond_all_measure_changes_nothing(promised, note) -> None:
    note()
    address = f"{promised.url}faits/{Record.objects.get().pk}/correction/"
    page = promised.contributor.post(address, {"quantity": "1e300", "note": "x", "once": ""})
    assert page.status_code == 200
    assert [r.quantity for r in Record.objects.standing()] == [4]


@pytest.mark.parametrize("name", ["Deux\nrives", "Deux\r\nBcc: x@example.org\r\nrives"])
def test_a_line_break_in_a_name_never_reaches_the_head_of_a_letter(
    world, name, mailoutbox, django_capture_on_commit_callbacks
) -> None:
    Cooperation.objects.filter(pk=world.c.pk).update(name=name)
    with django_capture_on_commit_callbacks(execute=True):
        page = world.facilitator.post(
            f"{world.url}invitations/",
            {"party": world.b.pk, "email": "new@example.org", "role": "contributor"},
        )
    assert page.status_code == 302
    (letter,) = mailoutbox
    assert "\n" not in letter.subject
    assert letter.recipients() == ["new@example.org"]
    assert Invitation.objects.get().person.email == "new@example.org"


def late(told) -> list[str]:
    return [t.about for t in told if t.rule == "late"]


def test_what_is_late_wakes_again_when_another_promise_is_late_too(promised) -> None:
    c, first = promised.c, str(promised.m.pk)
    second = Commitment.objects.create(
        cooperation=c, title="Prêt", giver=promised.a, receiver=promised.b, resource="rooms",
        quantity=2, unit="day", due=date(2026, 9, 1), state="agreed",
    )  # fmt: skip
    actions.answer_signal(
        c, by=promised.contributor.person, rule="late", party_key=str(promised.a.pk), about=first,
        text="Vu", asleep_until=date(2026, 12, 1),
    )  # fmt: skip
    before = Overview(c, date(2026, 8, 1))
    assert (late(before.asleep), late(before.awake)) == ([first], [])
    seen = Overview(c, date(2026, 12, 1))
    assert (late(seen.asleep), late(seen.awake)) == ([first], [str(second.pk)])
    assert [t.answer for t in seen.told if t.rule == "late"] == ["Vu", ""]
    assert late(Overview(c, date(2026, 12, 2)).awake) == [first, str(second.pk)]


def test_a_correction_for_more_readers_than_its_commitment_is_refused_in_words(
    promised, note
) -> None:
    Commitment.objects.update(visibility="private")
    note(visibility="private")
    address = f"{promised.url}faits/{Record.objects.get().pk}/correction/"
    values = {"quantity": "3", "note": "Recompté", "once": "", "visibility": "public"}
    page = promised.contributor.post(address, values)
    assert page.status_code == 200
    assert "visible de moins de monde" in text(page) or "choix valide" in text(page)
    assert "Recompté" in text(page)
    assert [r.quantity for r in Record.objects.standing()] == [4]


@pytest.mark.parametrize(
    ("day", "what"),
    [(date(2025, 12, 31), False), (date(2026, 1, 1), True), (date(2026, 8, 1), True)],
)
def test_a_departure_is_not_before_the_arrival(world, day, what) -> None:
    if what:
        actions.leave(world.b, by=world.other.person, day=day, farewell="Merci")
    else:
        with pytest.raises(ReciproqueError, match=r"error\.before_start"):
            actions.leave(world.b, by=world.other.person, day=day)
    assert (Party.objects.get(pk=world.b.pk).until == day) is what


@pytest.mark.parametrize(("days", "here"), [(-1, False), (0, True), (1, True)])
def test_a_party_takes_part_up_to_its_last_day(promised, note, days, here) -> None:
    last = timezone.localdate() + timedelta(days=days)
    Party.objects.filter(pk=promised.b.pk).update(until=last)
    assert (promised.b in promised.c.present()) is here
    assert promised.other.get(f"{promised.url}faits/").status_code == (200 if here else 404)
    assert promised.other.get(f"{promised.url}attentes/nouveau/").status_code == (
        200 if here else 404
    )
    assert note().status_code == (302 if here else 200)


def test_the_words_and_the_ledger_of_who_left_stay_for_the_others(promised, note) -> None:
    promised.c.expectations.create(party=promised.b, kind="fears", text="Trop de réunions")
    note()
    actions.leave(promised.b, by=promised.other.person, day=date(2026, 3, 2), farewell="Merci")
    assert "Trop de réunions" in text(promised.reader.get(f"{promised.url}attentes/"))
    assert "Rive-Droite" in text(promised.reader.get(f"{promised.url}faits/"))
    assert snapshot(promised.c).records[0].quantity == 4
    assert snapshot(promised.c).parties[1].until == date(2026, 3, 2)


@pytest.mark.parametrize(
    "change",
    [
        {"text": "Autre"}, {"form": "framework"}, {"kind": "end"}, {"second_text": "Other"},
        {"second_language": "en"}, {"before_hash": "0" * 64}, {"hash": "0" * 64}, {"by": None},
        {"number": 9}, {"created": datetime(2026, 1, 1, tzinfo=UTC)},
    ],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
@pytest.mark.parametrize("which", [1, 2, 3])
def test_whatever_is_changed_in_a_version_the_chain_says_where(world, change, which) -> None:
    for kind in ("first", "amendment", "renewal"):
        version(world, kind)
    assert agreements.verify_chain(world.c) is None
    Version.objects.filter(number=which).update(**change)
    broken = agreements.verify_chain(world.c)
    # a version put after the others breaks the link of the one that followed it
    assert broken == ({1: 2, 2: 3, 3: 9}[which] if "number" in change else which)


@pytest.mark.parametrize("place", range(0, 60, 7))
def test_one_letter_changed_anywhere_in_the_text_is_seen(world, place) -> None:
    v = version(world)
    Version.objects.filter(pk=v.pk).update(text=("Deux rives, dix heures de savoir-faire. " * 2))
    v.refresh_from_db()
    Version.objects.filter(pk=v.pk).update(hash=v.computed_hash())
    assert agreements.verify_chain(world.c) is None
    letter = v.text[place]
    changed = v.text[:place] + ("x" if letter != "x" else "y") + v.text[place + 1 :]
    Version.objects.filter(pk=v.pk).update(text=changed)
    assert agreements.verify_chain(world.c) == 1


def test_a_version_taken_out_of_the_middle_is_seen(world) -> None:
    for kind in ("first", "amendment", "renewal"):
        version(world, kind)
    Version.objects.filter(number=2).delete()
    assert agreements.verify_chain(world.c) == 3


@pytest.mark.parametrize("expected", [0, 1, 3, 99])
def test_a_version_that_follows_another_than_it_read_is_not_kept(world, expected) -> None:
    version(world)
    version(world, "amendment")
    with pytest.raises(agreements.Overtaken):
        agreements.new_version(
            world.c, form="charter", text="x", kind="amendment", expected=expected, by=None
        )
    assert [v.number for v in world.c.versions.all()] == [2, 1]


@pytest.mark.parametrize("written", ["a\r\nb", "a\nb"])
def test_a_text_keeps_its_lines_whatever_the_browser_sends(world, written) -> None:
    v = agreements.new_version(
        world.c, form="charter", text=written, kind="first", expected=0, by=None, second_text=written
    )  # fmt: skip
    assert (v.text, v.second_text) == ("a\nb", "a\nb")
    assert agreements.verify_chain(world.c) is None
