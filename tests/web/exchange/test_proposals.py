"""From what the engine proposes to what both sides agree; and what is never proposed."""

import re
from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support_pages import text

from reciproque.vocabulary import table
from reciproque.web.cooperations import actions as cooperations
from reciproque.web.cooperations.models import Commitment, Cooperation, Party
from reciproque.web.exchange.models import Matching, Proposal, Wish

TODAY = timezone.localdate()
RULE = float(table("safeguard_rules")["vetting_months"]["value"])
CONSENT, VETTED = TODAY - timedelta(30), TODAY - timedelta(30)


def ask(client, wish, way: str = "total") -> Matching:
    client.post(f"/echanges/{wish.pk}/propositions/", {"way": way})
    return Matching.objects.order_by("-created").first()


@pytest.fixture
def simple(world, wish):
    """The town seeks ten hours of help; the company offers six, the farm eight."""
    need = wish(world.town, "need", "Aide en informatique", quantity=10)
    six = wish(world.company, "offer", "Six heures", quantity=6)
    eight = wish(world.farm, "offer", "Huit heures", quantity=8)
    return {"need": need, "six": six, "eight": eight}


@pytest.fixture
def sent(world, simple):
    """Both are computed and proposed by the town."""
    asked = ask(world.contributor, simple["need"])
    drafts = asked.proposals.values_list("pk", flat=True)
    world.contributor.post(f"{asked.get_absolute_url()}envoyer/", {"proposition": list(drafts)})
    return Proposal.objects.get(offer=simple["six"])


def test_a_need_is_shared_between_those_who_can_bring_a_part(world, simple) -> None:
    asked = ask(world.contributor, simple["need"])
    assert (asked.state, asked.result["optimal"]) == ("done", True)
    found = {p.offer: p.quantity for p in asked.proposals.all()}
    assert sum(found.values()) == pytest.approx(10)
    assert set(found) == {simple["six"], simple["eight"]}
    assert all(found[o] <= o.quantity for o in found)
    page = text(world.contributor.get(asked.get_absolute_url()))
    assert "2 propositions" in page
    assert "Atelier-Témoin" in page
    assert all(p.reasons for p in asked.proposals.all())


def test_what_is_refused_says_its_first_reason(world, simple, wish) -> None:
    wish(world.company, "offer", "Trop tard", start=date(2031, 1, 1))
    simple["need"].end, simple["need"].quantity = date(2030, 1, 1), 30
    simple["need"].save()
    page = text(world.contributor.get(ask(world.contributor, simple["need"]).get_absolute_url()))
    assert "Trop tard" in page
    assert "Première raison" in page


def test_nothing_opposite_is_said_with_the_remedy(world, wish) -> None:
    asked = ask(world.contributor, wish(world.town, "need", quantity=3))
    assert asked.state == "failed"
    assert world.contributor.get(asked.get_absolute_url()).status_code == 200
    assert "errorlist" in text(world.contributor.get(asked.get_absolute_url()))


def test_who_does_not_write_for_it_asks_for_nothing(world, simple) -> None:
    for client in (world.reader, world.farmer, world.nobody):
        client.post(f"/echanges/{simple['need'].pk}/propositions/", {"way": "fair"})
    world.contributor.post(f"/echanges/{simple['need'].pk}/propositions/", {"way": "magic"})
    assert not Matching.objects.exists()


def test_both_sides_accept_and_it_is_a_commitment_with_its_reasons(world, sent, letters) -> None:
    assert sent.state == "sent"
    assert (sent.need_accepted is not None, sent.offer_accepted) == (
        True,
        None,
    )  # who proposes accepts
    address = sent.get_absolute_url()
    assert world.stranger.get(address).status_code == 404
    assert "Votre réponse" in text(world.worker.get(address))
    world.worker.post(address)
    sent.refresh_from_db()
    assert sent.state == "agreed"
    m = sent.commitment
    assert (m.state, m.quantity, m.unit, m.resource) == ("agreed", sent.quantity, "h", "expertise")
    assert (m.giver.actor, m.receiver.actor) == (world.company, world.town)
    assert sent.cooperation.present().count() == 2
    assert sent.cooperation.visibility == "parties"
    assert sent.reasons
    world.worker.post(address)  # a second click agrees on nothing more
    assert Commitment.objects.count() == 1


def test_a_cooperation_of_both_is_used_before_a_new_one_is_made(world, sent) -> None:
    c = cooperations.start(by=world.facilitator.person, actor=world.town, name="Déjà là")
    Party.objects.create(cooperation=c, actor=world.company)
    cooperations.start(by=world.facilitator.person, actor=world.town, name="Sans l’atelier")
    world.worker.post(sent.get_absolute_url(), {"within": c.pk})
    sent.refresh_from_db()
    assert sent.cooperation == c
    assert Cooperation.objects.count() == 2


def test_a_part_is_accepted_and_what_remains_stays_open(world, simple, sent) -> None:
    world.worker.post(sent.get_absolute_url())
    need = Wish.objects.get(pk=simple["need"].pk)
    assert (need.state, need.remaining()) == ("open", pytest.approx(10 - sent.quantity))
    other = Proposal.objects.get(offer=simple["eight"])
    world.farmer.post(other.get_absolute_url())
    need.refresh_from_db()
    assert (need.state, need.remaining()) == ("met", pytest.approx(0))


def test_two_promises_never_exceed_what_is_offered(world, simple, wish) -> None:
    other = wish(world.school, "need", "Aide au lycée", quantity=6)
    first, second = ask(world.contributor, simple["need"]), ask(world.teacher, other)
    for client, asked in ((world.contributor, first), (world.teacher, second)):
        keys = [p.pk for p in asked.proposals.filter(offer=simple["six"])]
        client.post(f"{asked.get_absolute_url()}envoyer/", {"proposition": keys})
    for p in Proposal.objects.filter(offer=simple["six"], state="sent"):
        world.worker.post(p.get_absolute_url())
    agreed = Proposal.objects.filter(offer=simple["six"], state="agreed")
    assert sum(p.quantity for p in agreed) <= 6 + 1e-9
    assert agreed.count() >= 1


def test_pin_forbid_weigh_and_compare(world, simple) -> None:
    first = ask(world.contributor, simple["need"])
    p = first.proposals.get(offer=simple["six"])
    world.contributor.post(f"{first.get_absolute_url()}ajuster/", {f"p-{p.pk}": "forbid"})
    again = Matching.objects.get(before=first)
    assert {x.offer for x in again.proposals.all()} == {simple["eight"]}
    assert again.proposals.get().quantity == pytest.approx(8)
    page = text(world.contributor.get(f"{again.get_absolute_url()}comparer/?avec={first.pk}"))
    assert "Paire par paire" in page
    assert "Six heures" in page
    cells = re.findall(r'<td class="num">([^<]+)</td>', page.split("Paire par paire")[-1])
    assert len(cells) >= 4  # two pairs, before and after, each with its unit
    assert all(cell == "–" or cell.endswith(" heures") for cell in cells)
    q = again.proposals.get()
    world.contributor.post(f"{again.get_absolute_url()}ajuster/", {f"p-{q.pk}": "pin"})
    third = Matching.objects.get(before=again)
    assert third.pairs("forbid") == {p.pair}  # what was asked before still holds
    assert third.pairs("pin") == {q.pair}
    for odd in ("x", str(sent_uuid())):
        assert (
            world.contributor.get(f"{again.get_absolute_url()}comparer/?avec={odd}").status_code
            == 404
        )
    assert world.farmer.get(again.get_absolute_url()).status_code == 404


def sent_uuid():
    import uuid

    return uuid.uuid4()


def test_refused_it_goes_to_the_next(world, simple, sent, wish) -> None:
    spare = wish(world.school, "offer", "Encore six heures", quantity=6)
    world.worker.post(f"{sent.get_absolute_url()}refus/")
    sent.refresh_from_db()
    assert (sent.state, sent.declined_by) == ("declined", world.company)
    after = Proposal.objects.filter(state="sent", matching__before=sent.matching)
    assert [p.offer.actor for p in after] != [world.company]
    assert all(p.need_accepted for p in after)  # the need had accepted already
    assert spare.pk in {p.offer_id for p in after} or after.count() == 1


def test_unanswered_it_is_reminded_then_offered_to_the_next(
    world, simple, sent, wish, letters, settings, django_capture_on_commit_callbacks, capsys
) -> None:
    settings.PROPOSAL_DAYS = 5
    wish(world.school, "offer", "Encore dix heures", quantity=10)
    world.farmer.post(f"{Proposal.objects.get(offer=simple['eight']).get_absolute_url()}refus/")
    Proposal.objects.filter(pk=sent.pk).update(sent=timezone.now() - timedelta(days=6))
    with django_capture_on_commit_callbacks(execute=True):
        call_command("tick")
    sent.refresh_from_db()
    assert (sent.state, sent.reminded is not None) == ("sent", True)
    waits = text(world.contributor.get(sent.get_absolute_url()))
    assert "en attente de : Atelier-Témoin." in waits
    assert "Un rappel est parti le" in waits
    assert ["worker@example.org"] in [m.to for m in letters if "attend votre réponse" in m.subject]
    (reminder,) = [m for m in letters if m.to == ["worker@example.org"]]
    assert "attend encore votre réponse" in reminder.body  # it does not read as a first letter
    assert "Sans réponse d’ici 5 jours, il sera proposé à la structure suivante." in reminder.body
    letters.clear()
    call_command("tick")  # once
    assert not [m for m in letters if "attend votre réponse" in m.subject]
    Proposal.objects.filter(pk=sent.pk).update(reminded=timezone.now() - timedelta(days=6))
    call_command("tick")
    sent.refresh_from_db()
    assert sent.state == "lapsed"
    after = Proposal.objects.filter(matching__before=sent.matching, state="sent")
    assert world.school in {p.offer.actor for p in after}
    assert world.company not in {p.offer.actor for p in after}
    over = text(world.contributor.get(sent.get_absolute_url()))
    assert "Proposé ensuite :" in over
    assert f'href="{after.get(offer__actor=world.school).get_absolute_url()}"' in over
    lost = text(world.worker.get(sent.get_absolute_url()))
    assert "Lycée-Témoin" not in lost.split("<main")[1]  # who was passed over does not read to whom
    assert "Demander d’autres propositions" in lost


@pytest.mark.parametrize("looking", ["need", "offer"])
def test_who_left_one_unanswered_is_not_asked_again_with_another_notice(
    world, wish, settings, capsys, looking
) -> None:
    """The company has two notices and is silent; the school, which has one, is next."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    other = "offer" if looking == "need" else "need"
    mine = wish(world.town, looking, "Six heures", quantity=6)
    first = wish(world.company, other, "Les premières", quantity=6)
    wish(world.company, other, "Les secondes", quantity=6)
    m = Matching.objects.create(wish=mine, way="total", by=world.contributor.person)
    pair = {looking: mine, other: first}
    now = timezone.now()
    silent = Proposal.objects.create(
        matching=m, quantity=6, unit="h", state="sent", sent=now, reminded=now - timedelta(days=30),
        **pair, **{f"{looking}_accepted": now},
    )  # fmt: skip
    wish(world.school, other, "Celles du lycée", quantity=6, territory="67348")  # farther
    call_command("tick")
    silent.refresh_from_db()
    assert silent.state == "lapsed"
    after = Proposal.objects.filter(matching__before=m, state="sent").with_sides()
    assert [getattr(p, other).actor for p in after] == [world.school]


def test_while_one_side_waits_its_page_says_for_whom(world, sent) -> None:
    """No dead end: who is awaited, and what comes next, before any reminder."""
    shown = text(world.contributor.get(sent.get_absolute_url()))
    assert "en attente de : Atelier-Témoin." in shown
    assert "Sans réponse, un rappel part" in shown
    assert "en attente de" not in text(world.worker.get(sent.get_absolute_url()))  # they answer


@pytest.fixture
def bought(world, wish):
    """The town would buy carrots from the farm."""
    need = wish(
        world.town,
        "need",
        "Carottes",
        resource="organic_food",
        quantity=100,
        unit="kg",
        terms="price",
    )
    wish(
        world.farm,
        "offer",
        "Carottes de plein champ",
        resource="organic_food",
        quantity=100,
        unit="kg",
        terms="price",
        cost=1.5,
    )
    asked = ask(world.contributor, need)
    proposal = asked.proposals.get()
    world.contributor.post(f"{asked.get_absolute_url()}envoyer/", {"proposition": proposal.pk})
    return proposal


def test_a_public_body_names_its_procedure_before_anything_is_agreed(world, bought) -> None:
    address = bought.get_absolute_url()
    bought.refresh_from_db()
    assert "La même ressource" in text(world.farmer.get(address))
    assert "km" not in str(bought.reasons)  # nearness is no reason to buy
    assert bought.distance_km is None
    assert bought.sourcing
    assert bought.need_accepted is None  # proposing is not buying
    world.farmer.post(address)
    bought.refresh_from_db()
    assert (bought.state, bought.offer_accepted is not None) == ("sent", True)
    assert "sourcing" in text(world.contributor.get(address))
    assert "obligatoire" in text(world.contributor.post(address))
    bought.refresh_from_db()
    assert bought.state == "sent"
    world.contributor.post(address, {"procedure": "direct"})
    bought.refresh_from_db()
    assert bought.state == "agreed"
    assert "sans publicité" in bought.commitment.procedure


def test_local_origin_is_no_criterion_of_a_purchase(world, wish) -> None:
    from reciproque.web.exchange.engine import noun

    need = wish(world.town, "need", resource="organic_food", unit="kg", terms="price", within_km=10)
    assert noun(need).within_km is None
    gift = wish(world.town, "need", resource="organic_food", unit="kg", terms="gift", within_km=10)
    assert noun(gift).within_km == 10


def test_what_is_for_payment_is_not_proposed_to_who_foresees_none(world, wish) -> None:
    need = wish(world.town, "need", "Gratuit seulement")
    wish(world.company, "offer", "Payant", terms="price", cost=50)
    asked = ask(world.contributor, need)
    assert not asked.proposals.exists()
    page = text(world.contributor.get(asked.get_absolute_url()))
    assert "ne prévoit pas de paiement" in page


def test_for_a_theme_and_for_a_cooperation(world, simple, wish) -> None:
    c = cooperations.start(by=world.facilitator.person, actor=world.town, name="Ensemble")
    Party.objects.create(cooperation=c, actor=world.company)
    world.contributor.post("/echanges/propositions/", {"way": "fair", "cooperation": c.pk})
    between = Matching.objects.get(cooperation=c)
    assert {p.offer.actor for p in between.proposals.all()} == {world.company}
    assert 'name="theme"' not in text(world.contributor.get("/echanges/propositions/"))
    world.contributor.post("/echanges/propositions/", {"way": "fair", "theme": "services"})
    assert not Matching.objects.exclude(theme="").exists()
    world.facilitator.post("/echanges/propositions/", {"way": "fair", "theme": "services"})
    whole = Matching.objects.get(theme="services")
    assert {p.offer.actor for p in whole.proposals.all()} == {world.company, world.farm}
    assert "Choisissez" in text(world.facilitator.post("/echanges/propositions/", {"way": "fair"}))


# -- minors ---------------------------------------------------------------------------------------
SAFE = {"age": 15, "consent": CONSENT, "setting": "group"}
MENTOR = {"vetted": VETTED, "vetting": "record_3", "setting": "group"}


@pytest.fixture
def pupil(world, wish):
    """A pupil's need, and a mentor whose vetting is on file."""

    def make(minor: dict, adult: dict) -> tuple[Wish, Wish]:
        need = wish(world.school, "need", "Élève A", resource="mentoring", **{**SAFE, **minor})
        vetted_by = {"vetted_by": world.company} if {**MENTOR, **adult}.get("vetted") else {}
        offer = wish(
            world.company,
            "offer",
            "Mentorat",
            resource="mentoring",
            **{**MENTOR, **vetted_by, **adult},
        )
        return need, offer

    return make


UNSAFE = [
    ({}, {"vetted": None, "vetting": ""}),
    ({}, {"vetted": TODAY - timedelta(1300)}),
    ({}, {"setting": "private"}),
    ({"setting": "private"}, {}),
    ({"consent": None}, {}),
    ({"age": 9}, {}),
    ({}, {"age": 17, "consent": CONSENT}),
]  # fmt: skip


def test_a_safe_pair_is_proposed_to_the_school(world, pupil) -> None:
    need, offer = pupil({}, {})
    asked = ask(world.teacher, need)
    assert [p.offer for p in asked.proposals.all()] == [offer]
    keys = [p.pk for p in asked.proposals.all()]
    world.teacher.post(f"{asked.get_absolute_url()}envoyer/", {"proposition": keys})
    proposal = Proposal.objects.get()
    page = text(world.worker.get(proposal.get_absolute_url()))
    assert "personne mineure" in page
    assert "15 ans" not in page  # not the age
    assert world.farmer.get(proposal.get_absolute_url()).status_code == 404
    world.worker.post(proposal.get_absolute_url())
    proposal.refresh_from_db()
    assert proposal.state == "agreed"
    assert proposal.commitment.title == "Mentorat"  # others of the cooperation read no "Élève A"


@pytest.mark.parametrize(("minor", "adult"), UNSAFE)
def test_an_unsafe_pair_is_neither_proposed_nor_sent_nor_accepted(
    world, pupil, minor, adult
) -> None:
    need, offer = pupil(minor, adult)
    asked = ask(world.teacher, need)
    assert not asked.proposals.exists()
    # written by other means, it is still neither sent nor accepted
    forced = Proposal.objects.create(matching=asked, need=need, offer=offer, quantity=1, unit="h")
    world.teacher.post(f"{asked.get_absolute_url()}envoyer/", {"proposition": forced.pk})
    forced.refresh_from_db()
    assert forced.state == "draft"
    Proposal.objects.filter(pk=forced.pk).update(state="sent", need_accepted=timezone.now())
    page = world.worker.post(forced.get_absolute_url())
    forced.refresh_from_db()
    assert (page.status_code, forced.state) == (200, "sent")
    assert not Commitment.objects.exists()


def test_a_pair_that_is_no_longer_safe_is_not_accepted(world, pupil) -> None:
    need, offer = pupil({}, {})
    asked = ask(world.teacher, need)
    proposal = asked.proposals.get()
    world.teacher.post(f"{asked.get_absolute_url()}envoyer/", {"proposition": proposal.pk})
    offer.vetted = TODAY - timedelta(1300)
    offer.save()
    assert "errorlist" in text(world.worker.post(proposal.get_absolute_url()))
    proposal.refresh_from_db()
    assert proposal.state == "sent"


def test_a_minor_goes_into_no_run_that_another_asks_for(world, pupil) -> None:
    need, offer = pupil({}, {})
    c = cooperations.start(by=world.facilitator.person, actor=world.town, name="Ensemble")
    for actor in (world.school, world.company):
        Party.objects.create(cooperation=c, actor=actor)
    ask(world.worker, offer)
    world.worker.post("/echanges/propositions/", {"way": "fair", "cooperation": c.pk})
    world.facilitator.post("/echanges/propositions/", {"way": "fair", "theme": "education"})
    assert Matching.objects.count() == 3
    assert not Proposal.objects.exists()
    assert str(need.pk) not in str(list(Matching.objects.values_list("result", flat=True)))
    world.teacher.post("/echanges/propositions/", {"way": "fair", "cooperation": c.pk})
    assert Proposal.objects.get().need == need


guards = st.fixed_dictionaries(
    {},
    optional={
        "age": st.integers(5, 25), "consent": st.sampled_from([None, CONSENT]),
        "vetted": st.sampled_from([None, VETTED, TODAY - timedelta(1300), TODAY + timedelta(3)]),
        "setting": st.sampled_from(["", "group", "public_place", "private"]),
    },
)  # fmt: skip


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(minor=guards, adult=guards)
def test_no_unsafe_pair_ever(world, wish, minor, adult) -> None:
    """Whatever is said of both sides, a pair with a minor has consent, a vetting, a safe place."""
    from reciproque.web.exchange.engine import best

    need = wish(world.school, "need", "Élève A", resource="mentoring", **minor)
    offer = wish(world.company, "offer", "Mentorat", resource="mentoring", **adult)
    found = best(Matching(wish=need, way="total"), [need, offer])
    Wish.objects.filter(pk__in=(need.pk, offer.pk)).delete()
    if not found.allocations:
        return
    ages = [w.age for w in (need, offer) if w.age is not None and w.age < 18]
    assert len(ages) <= 1
    for side, opposite in ((need, offer), (offer, need)):
        if side.age is not None and side.age < 18:
            assert side.age >= float(table("safeguard_rules")["youngest"]["value"])
            assert side.consent
            assert opposite.vetted
            assert TODAY - timedelta(31 * RULE) <= opposite.vetted <= TODAY
            assert "private" not in (need.setting, offer.setting)
            assert {"group", "public_place"} & {need.setting, offer.setting}
