"""Things lent: one loan at a time, out and back, in what condition, and what is late."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from django.utils.formats import date_format
from icalendar import Calendar
from support_pages import text

from reciproque.web.exchange.loans import month
from reciproque.web.exchange.models import Item, Loan

TODAY = timezone.localdate()


def on(days: int):
    return TODAY + timedelta(days)


@pytest.fixture
def kit(world):
    return Item.objects.create(
        actor=world.town, title="Malle de jeux", resource="kits", territory="67462", most_days=20
    )


@pytest.fixture
def borrow(world, kit):
    """Ask for the kit in the name of the school."""

    def ask(start: int, end: int, client=None, **change):
        values = {"borrower": world.school.pk, "start": on(start), "end": on(end), **change}
        return (client or world.teacher).post(kit.get_absolute_url(), values)

    return ask


def step(client, loan, state: str, **more):
    return client.post(f"/echanges/emprunts/{loan.pk}/", {"etape": state, **more}, follow=True)


def test_a_thing_is_lent_from_the_page(world) -> None:
    values = {
        "actor": world.town.pk,
        "title": "Remorque",
        "resource": "items",
        "condition": "good",
        "most_days": 7,
        "lent": "on",
        "place": "",
    }
    world.contributor.post("/echanges/prets/nouveau/", values)
    item = Item.objects.get()
    assert (item.title, item.territory) == ("Remorque", "67462")
    assert "Remorque" in text(world.nobody.get("/echanges/prets/"))
    assert world.farmer.post(f"{item.get_absolute_url()}modifier/", values).status_code == 403
    assert world.reader.get("/echanges/prets/nouveau/").status_code == 302
    assert "expertise" not in text(
        world.contributor.get("/echanges/prets/nouveau/")
    )  # no lending of hours


def test_from_asked_to_back_with_its_condition(world, kit, borrow) -> None:
    assert borrow(2, 5, use="Kermesse").status_code == 302
    loan = Loan.objects.get()
    assert loan.state == "asked"
    step(world.contributor, loan, "agreed")
    step(world.contributor, loan, "out", condition="good")
    step(world.contributor, loan, "back", condition="broken", note="Il manque deux dés")
    loan.refresh_from_db()
    kit.refresh_from_db()
    assert (loan.state, loan.condition_out, loan.condition_back, loan.back) == (
        "back",
        "good",
        "broken",
        TODAY,
    )
    assert kit.condition == "broken"
    assert [h.state for h in loan.history.order_by("history_date")] == [
        "asked",
        "agreed",
        "out",
        "back",
    ]
    assert "Il manque deux dés" in text(world.teacher.get(kit.get_absolute_url()))


@pytest.mark.parametrize(
    ("start", "end", "free"),
    [(1, 4, False), (5, 6, False), (10, 12, False), (1, 2, True), (11, 13, True), (3, 10, False)],
)
def test_two_loans_never_share_a_day(world, kit, borrow, start, end, free) -> None:
    borrow(3, 10)
    step(world.contributor, Loan.objects.get(), "agreed")
    page = borrow(start, end)
    assert (page.status_code == 302) is free
    if not free:
        assert "n’est pas libre du" in text(page)
    assert Loan.objects.count() == 1 + free


def test_days_are_told_as_french_writes_them(world, kit, borrow) -> None:
    day = timezone.localdate().replace(day=10) + timedelta(days=40)
    Loan.objects.create(item=kit, borrower=world.farm, start=day, end=day, state="agreed")
    gap = (day - TODAY).days
    told = text(borrow(gap, gap))
    assert f"du {date_format(day, 'j F Y')} au {date_format(day, 'j F Y')}" in told
    assert day.isoformat() not in told.split("Choisissez d’autres jours")[0]


def test_what_is_late_may_be_asked_for_later_but_not_handed_out_before_it_is_back(
    world, kit, borrow
) -> None:
    late = Loan.objects.create(
        item=kit, borrower=world.farm, start=on(-9), end=on(-2), state="out", out=on(-9)
    )
    assert borrow(3, 5).status_code == 302  # the calendar shows these days as free
    loan = Loan.objects.get(borrower=world.school)
    step(world.contributor, loan, "agreed")
    assert "n’est pas encore de retour" in text(step(world.contributor, loan, "out"))
    loan.refresh_from_db()
    assert loan.state == "agreed"
    step(world.contributor, late, "back")
    step(world.contributor, loan, "out")
    loan.refresh_from_db()
    assert loan.state == "out"


def test_the_page_of_a_thing_names_each_loan_by_who_borrows(world, kit, borrow) -> None:
    borrow(2, 3, use="Kermesse")
    shown = text(world.contributor.get(kit.get_absolute_url()))
    assert shown.count("Malle de jeux</a>") == 0  # it does not lead to itself
    assert '<th scope="row">Lycée-Témoin' in shown
    assert "Malle de jeux</a></th>" in text(world.contributor.get("/echanges/prets/"))


def test_of_two_that_asked_for_the_same_days_one_is_booked(world, kit, borrow) -> None:
    borrow(3, 6)
    borrow(5, 8)
    first, second = Loan.objects.order_by("start")
    step(world.contributor, first, "agreed")
    assert "n’est pas libre du" in text(step(world.contributor, second, "agreed"))
    second.refresh_from_db()
    assert second.state == "asked"


def test_too_long_past_or_backwards_is_refused_in_words(borrow) -> None:
    assert "20 jours au plus" in text(borrow(1, 30))
    assert "Ce jour est passé" in text(borrow(-3, 2))
    assert "La fin précède le début" in text(borrow(5, 2))
    assert not Loan.objects.exists()


def test_steps_go_in_order_and_belong_to_who_lends(world, kit, borrow) -> None:
    borrow(0, 2)
    loan = Loan.objects.get()
    step(world.contributor, loan, "out")  # not booked yet
    assert step(world.reader, loan, "agreed").status_code == 403
    assert step(world.teacher, loan, "agreed").status_code == 403
    assert step(world.farmer, loan, "agreed").status_code == 404  # does not concern the farm
    loan.refresh_from_db()
    assert loan.state == "asked"
    step(world.teacher, loan, "declined")  # who asked may take it back
    loan.refresh_from_db()
    assert loan.state == "declined"


def test_who_has_it_is_said_to_both_sides_alone(world, kit, borrow) -> None:
    borrow(0, 2, use="Kermesse")
    step(world.contributor, Loan.objects.get(), "agreed")
    for client, seen in (
        (world.teacher, True),
        (world.contributor, True),
        (world.farmer, False),
        (world.nobody, False),
    ):
        assert ("Kermesse" in text(client.get(kit.get_absolute_url()))) is seen
    feed = world.nobody.get(f"/echanges/prets/{kit.pk}.ics")
    assert "Lycée" not in text(feed)
    event = Calendar.from_ical(feed.content).walk("VEVENT")[0]
    assert (event["dtstart"].dt, event["dtend"].dt) == (TODAY, on(3))


def test_the_calendar_shows_the_days_taken(world, kit, borrow) -> None:
    borrow(0, 2)
    step(world.contributor, Loan.objects.get(), "agreed")
    days = {d.day: d.taken for w in month(kit, TODAY.year, TODAY.month) for d in w}
    assert days[TODAY] is True
    assert sum(days.values()) == sum(d in days for d in (TODAY, on(1), on(2)))
    for odd in ("2026-13", "x", "9999-12", "0001-01"):
        assert world.nobody.get(f"{kit.get_absolute_url()}?mois={odd}").status_code == 200


def test_what_is_late_is_told_once_a_week_and_still_holds_the_thing(
    world, kit, borrow, letters, capsys
) -> None:
    borrow(0, 2)
    loan = Loan.objects.get()
    step(world.contributor, loan, "agreed")
    step(world.contributor, loan, "out")
    Loan.objects.update(start=on(-6), end=on(-2))
    assert "en retard de 2 jours" in text(world.teacher.get("/echanges/prets/"))
    assert "n’est pas encore de retour" in text(borrow(0, 1))
    for _ in range(2):
        call_command("tick")
    late = [m.to[0] for m in letters if "rendu" in m.subject]
    assert sorted(late) == [
        "contributor@example.org",
        "facilitator@example.org",
        "signatory@example.org",
        "teacher@example.org",
    ]
    Loan.objects.update(told_late=on(-8))
    call_command("tick")
    assert len([m for m in letters if "rendu" in m.subject]) == 8
