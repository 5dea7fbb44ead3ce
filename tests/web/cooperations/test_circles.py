"""Three parties: what two keep between them, what all know, what everyone reads; nothing leaks.

The table is role x object x verb. Every quantity is odd enough to be found wherever it would leak.
"""

import io
import re
import tomllib
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from odf.opendocument import load as load_ods
from odf.teletype import extractText
from support_people import acting

from reciproque.kernel import ReciproqueError
from reciproque.reciprocity import case_of
from reciproque.web.accounts.actions import new_token
from reciproque.web.accounts.models import Actor
from reciproque.web.cooperations import actions, documents
from reciproque.web.cooperations.descriptions import describe
from reciproque.web.cooperations.examples import load
from reciproque.web.cooperations.funding import funding_plan
from reciproque.web.cooperations.models import (
    Action,
    Commitment,
    Cooperation,
    CostLine,
    FundingSource,
    Party,
    Record,
)
from reciproque.web.cooperations.overview import Overview
from reciproque.web.cooperations.rules import may_change, may_read, readable
from reciproque.web.cooperations.snapshot import snapshot
from reciproque.web.cooperations.texts import draft

LEFT = {"reader", "contributor", "signatory", "facilitator"}
PARTIES = LEFT | {"other", "third"}
EVERYONE = PARTIES | {"stranger", "nobody"}
SECRET = "Convenu entre nous"
NOUNS = ("commitment", "record", "cost", "source")
PAGES = (
    "", "plan/", "faits/", "accord/", "accord/nouvelle/", "accord/reexamen/", "journal/",
    "equivalences/", "rencontres/", "faits/nouveau/", "engagements/nouveau/", "page/", "encart/",
)  # fmt: skip


@pytest.fixture
def trio(world):
    """A third party, and a public cooperation."""
    actor = Actor.objects.create(name="Rive-Amont", kind="commune")
    world.d = Party.objects.create(cooperation=world.c, actor=actor, since=date(2026, 1, 1))
    world.third = acting("third", actor, "facilitator")
    world.c.visibility = "public"
    world.c.save()
    return world


def make(world, noun: str, visibility: str):
    """One thing of the left and right banks (or written by the left bank's contributor)."""
    common = {"cooperation": world.c, "visibility": visibility, "by": world.contributor.person}
    sides = {"giver": world.a, "receiver": world.b, "resource": "lentils", "unit": "t"}
    due = timezone.localdate() + timedelta(days=5)
    if noun == "commitment":
        return Commitment.objects.create(
            title=SECRET, quantity=7351, state="agreed", due=due, **sides, **common
        )
    if noun == "record":
        return Record.objects.create(
            note=SECRET, quantity=7351, amount=7351, day=timezone.localdate(), place="Rouffach",
            entered_by_party=world.a, **sides, **common,
        )  # fmt: skip
    if noun == "cost":
        return CostLine.objects.create(label=SECRET, excluding_vat=7351, **common)
    return FundingSource.objects.create(label=SECRET, amount=7351, deadline=due, **common)


def who_reads(noun: str, visibility: str) -> set[str]:
    if visibility == "public":
        return EVERYONE
    if visibility == "parties":
        return PARTIES
    return LEFT | {"other"} if noun in ("commitment", "record") else {"contributor"}


@pytest.fixture
def unset(monkeypatch):
    """The words of a PDF before they are typeset."""
    monkeypatch.setattr(documents, "compile_dossier", lambda dossier: repr(dossier).encode())


def person_of(client):
    return client.get("/cooperations/").wsgi_request.user


@pytest.mark.parametrize("visibility", ["private", "parties", "public"])
@pytest.mark.parametrize("noun", NOUNS)
def test_the_rule_and_the_query_agree_for_every_role(trio, noun, visibility) -> None:
    thing = make(trio, noun, visibility)
    for who in sorted(EVERYONE):
        person = person_of(getattr(trio, who))
        expected = who in who_reads(noun, visibility)
        assert may_read(person, thing) is expected, who
        found = readable(person, trio.c, type(thing).objects.filter(cooperation=trio.c))
        assert (thing in found) is expected, who


@pytest.mark.parametrize(
    ("noun", "visibility", "changers"),
    [
        ("commitment", "parties", {"contributor", "signatory", "facilitator", "other", "third"}),
        ("commitment", "private", {"contributor", "signatory", "facilitator", "other"}),
        ("cost", "parties", {"contributor", "signatory", "facilitator", "other", "third"}),
        ("cost", "private", {"contributor"}),
        ("source", "private", {"contributor"}),
    ],
)
def test_who_may_not_read_may_not_change(trio, noun, visibility, changers) -> None:
    thing = make(trio, noun, visibility)
    found = {w for w in EVERYONE if may_change(person_of(getattr(trio, w)), thing)}
    assert found == changers
    path = {"commitment": "engagements", "cost": "depenses", "source": "financements"}[noun]
    for who in PARTIES:
        answer = getattr(trio, who).get(f"{trio.url}{path}/{thing.pk}/")
        assert answer.status_code == (200 if who in changers else 403), who


def plain(text: str) -> str:
    return re.sub(r"(?<=\d)[\u00a0\u202f ](?=\d)", "", text)


def leaks(text: str) -> bool:
    figure = r"(?<![\w-])7351(?![\w-])"  # the figure alone, not the digits of a key or a token
    return SECRET in text or re.search(figure, plain(text)) is not None


@pytest.mark.parametrize("noun", NOUNS)
def test_what_two_parties_keep_shows_on_no_page_of_the_third(trio, noun) -> None:
    make(trio, noun, "private")
    for path in PAGES:
        assert not leaks(trio.third.get(trio.url + path).content.decode()), path
    assert not leaks(trio.third.get(trio.url + "agenda.ics").content.decode())
    page = "plan/" if noun in ("cost", "source") else "faits/"
    assert leaks(trio.contributor.get(trio.url + page).content.decode())


@pytest.mark.parametrize("noun", NOUNS)
@pytest.mark.parametrize("visibility", ["private", "parties"])
def test_nobody_outside_reads_what_is_not_public(trio, noun, visibility) -> None:
    make(trio, noun, visibility)
    for path in ("page/", "encart/"):
        for who in ("nobody", "stranger", "contributor"):  # a party sees what the public will see
            assert not leaks(getattr(trio, who).get(trio.url + path).content.decode()), (who, path)


@pytest.mark.parametrize("noun", NOUNS)
def test_what_is_public_is_on_the_public_page(trio, noun) -> None:
    make(trio, noun, "public")
    page = trio.nobody.get(trio.url + "page/").content.decode()
    assert leaks(page.replace(SECRET, ""))
    words = "rendues publiques" if noun in ("cost", "source") else "ont rendu public"
    assert words in page


@pytest.mark.parametrize("noun", NOUNS)
def test_no_endpoint_gives_the_third_what_two_keep(trio, noun) -> None:
    thing = make(trio, noun, "private")
    api = Client(headers={"Authorization": f"Bearer {new_token(trio.third.person, 'x')}"})
    base = f"/api/cooperations/{trio.c.slug}"
    for path in ("balance", "signals", "commitments", "records", "costs", "sources", "funding",
                 "journal", "description.toml"):  # fmt: skip
        assert not leaks(api.get(f"{base}/{path}").content.decode()), path
    if noun != "record":
        assert api.get(f"{base}/{noun}s/{thing.pk}").status_code == 404
    mine = Client(headers={"Authorization": f"Bearer {new_token(trio.contributor.person, 'x')}"})
    assert leaks(mine.get(f"{base}/{noun}s").content.decode())


def test_a_stranger_s_api_balance_counts_what_is_public(trio) -> None:
    make(trio, "record", "parties")
    api = Client(headers={"Authorization": f"Bearer {new_token(trio.stranger.person, 'x')}"})
    path = f"/api/cooperations/{trio.c.slug}/balance"
    assert api.get(path).json() == []
    make(trio, "record", "public")
    assert [line["unconfirmed"] for line in api.get(path).json()] == [7351]
    mine = Client(headers={"Authorization": f"Bearer {new_token(trio.third.person, 'x')}"})
    assert [line["unconfirmed"] for line in mine.get(path).json()] == [2 * 7351]


@pytest.mark.parametrize("noun", NOUNS)
def test_no_paper_for_all_quotes_what_some_keep(trio, noun, unset) -> None:
    make(trio, noun, "private")
    for who in ("third", "contributor"):  # whoever prints it, it lies on the table for all
        client = getattr(trio, who)
        assert not leaks(client.get(trio.url + "dossier.pdf").content.decode())
        for path in ("dossier.ods", "plan/financement.ods"):
            book = load_ods(io.BytesIO(client.get(trio.url + path).content))
            assert not leaks(extractText(book.spreadsheet)), path
    assert not leaks(draft(trio.c, "charter"))
    assert not leaks(describe(trio.c, shared_only=True))
    assert leaks(describe(trio.c))  # a whole export loses nothing


def test_the_papers_say_who_reads_each_line(trio) -> None:
    for noun in NOUNS:
        make(trio, noun, "public")
    book = load_ods(io.BytesIO(trio.third.get(trio.url + "dossier.ods").content))
    said = extractText(book.spreadsheet)
    assert said.count("Visible par") == 5  # commitments, records, actions, costs, sources
    assert said.count("tout le monde") == 4


@pytest.mark.parametrize(
    ("circle", "delivered", "promised"), [("public", 0.0, 0.0), ("parties", 4.0, 10.0)]
)
def test_each_circle_has_its_own_balance(trio, circle, delivered, promised) -> None:
    sides = {"giver": trio.a, "receiver": trio.b, "resource": "expertise", "unit": "h"}
    common = {"cooperation": trio.c, "confirmed_flag": True, "day": date(2026, 3, 1), **sides}
    Record.objects.create(quantity=4, amount=4, visibility="parties", **common)
    Record.objects.create(quantity=90, amount=90, visibility="private", **common)
    for quantity, visibility in ((10, "parties"), (800, "private")):
        Commitment.objects.create(
            cooperation=trio.c, title="Appui", quantity=quantity, state="agreed",
            visibility=visibility, **sides,
        )  # fmt: skip
    seen = Overview(trio.c, date(2026, 4, 1), circle=circle)
    assert sum(x.delivered for x in seen.balance.lines) == delivered
    assert sum(x.promised for x in seen.balance.lines) == promised


def test_who_leaves_sees_also_what_it_owes_in_private(trio) -> None:
    m = make(trio, "commitment", "private")
    Commitment.objects.filter(pk=m.pk).update(due=date(2026, 2, 1))
    address = f"{trio.url}parties/{trio.a.pk}/depart/"
    assert leaks(trio.signatory.get(address).content.decode())
    owes = snapshot(trio.c, also=[trio.a]).commitments
    assert [x.quantity for x in owes] == [7351]
    assert snapshot(trio.c, also=[trio.d]).commitments == ()


def test_the_totals_of_the_plan_leave_drafts_out_and_say_so(trio) -> None:
    make(trio, "cost", "private")
    CostLine.objects.create(cooperation=trio.c, label="Étude", excluding_vat=100, vat_rate=0)
    assert funding_plan(trio.c).costs == 100
    assert funding_plan(trio.c, "public").costs == 0
    page = trio.contributor.get(trio.url + "plan/").content.decode()
    assert "sans les brouillons" in page
    assert "visible par moi (brouillon)" in page


MARK = "visible par"


@pytest.mark.parametrize("noun", ["commitment", "record", "action", "cost", "source"])
@pytest.mark.parametrize("circle", ["parties", "public"])
def test_a_row_says_who_reads_it_only_where_it_is_not_as_the_cooperation(
    trio, noun, circle
) -> None:
    Cooperation.objects.filter(pk=trio.c.pk).update(visibility=circle)
    tab = "faits/" if noun in ("commitment", "record") else "plan/"
    common = {"cooperation": trio.c, "visibility": circle}
    if noun == "action":
        thing = Action.objects.create(title="Visites", lead=trio.a, **common)
    else:
        thing = make(trio, noun, circle)
    said = trio.contributor.get(trio.url + tab).content.decode()
    who = {"parties": "les parties", "public": "tout le monde"}
    assert said.count(MARK) == 1  # once for the page, on no row
    assert f"Sauf mention contraire sur sa ligne, tout ici est visible par {who[circle]}." in said
    other = {"parties": "public", "public": "parties"}[circle]
    type(thing).objects.filter(pk=thing.pk).update(visibility=other)
    said = trio.contributor.get(trio.url + tab).content.decode()
    assert said.count(f"{MARK} {who[other]}</span>") == 1


def test_the_public_page_says_of_no_row_who_reads_it(trio) -> None:
    make(trio, "cost", "public")
    Cooperation.objects.filter(pk=trio.c.pk).update(visibility="public")
    assert MARK not in trio.nobody.get(trio.url + "page/").content.decode()


def write(client, url: str, **change):
    return client.post(f"{url}faits/nouveau/", {
        "resource": "expertise", "quantity": "4", "unit": "h", "day": "2026-03-01", "once": "",
        "commitment": "", **change,
    })  # fmt: skip


def test_a_record_is_for_the_readers_of_its_commitment_and_never_for_more(promised) -> None:
    m = promised.m
    Commitment.objects.filter(pk=m.pk).update(visibility="private")
    sides = {"giver": m.giver_id, "receiver": m.receiver_id, "commitment": m.pk}
    refused = write(promised.contributor, promised.url, visibility="public", note="Bon 12", **sides)
    assert "visible de moins de monde" in refused.content.decode()
    assert 'value="Bon 12"' in refused.content.decode()
    m.refresh_from_db()
    actions.note_record(
        promised.c, by=promised.contributor.person, for_party=promised.a, commitment=m,
        giver=m.giver, receiver=m.receiver, resource="expertise", quantity=1.0, unit="h",
        day=date(2026, 3, 1),
    )  # fmt: skip
    assert Record.objects.get().visibility == "private"  # not said: as its commitment
    with pytest.raises(ReciproqueError) as refusal:
        actions.note_record(
            promised.c, by=promised.contributor.person, for_party=promised.a, commitment=m,
            giver=m.giver, receiver=m.receiver, resource="expertise", quantity=1.0, unit="h",
            day=date(2026, 3, 1), visibility="parties",
        )  # fmt: skip
    assert refusal.value.key == "error.wider_than_commitment"


def test_a_commitment_made_private_takes_its_records_along(promised, note) -> None:
    note(visibility="parties")
    note(visibility="public", commitment="")
    m = promised.m
    page = promised.contributor.get(f"{promised.url}engagements/{m.pk}/").content.decode()
    assert "les deux parties concernées" in page
    promised.contributor.post(
        f"{promised.url}engagements/{m.pk}/",
        {
            "title": m.title, "giver": m.giver_id, "receiver": m.receiver_id, "unit": "h",
            "resource": m.resource, "quantity": 10, "every": "once", "due": "2026-06-01",
            "state": "agreed", "visibility": "private", "version": m.version,
        },
    )  # fmt: skip
    found = {r.commitment_id: r.visibility for r in Record.objects.all()}
    assert found == {m.pk: "private", None: "public"}


def test_a_correction_may_change_for_whom_the_row_is_with_the_row_it_corrects(
    promised, note
) -> None:
    note(visibility="public", commitment="")
    wrong = Record.objects.get()
    address = f"{promised.url}faits/{wrong.pk}/correction/"
    assert 'value="public" selected' in promised.contributor.get(address).content.decode()
    promised.contributor.post(
        address, {"quantity": "4", "note": "entre nous", "visibility": "private"}
    )
    assert set(Record.objects.values_list("visibility", "replaced")) == {
        ("private", True), ("private", False)
    }  # fmt: skip


def test_what_was_written_in_private_stays_so_in_the_journal(trio) -> None:
    m = make(trio, "commitment", "private")
    m.title, m.visibility = "Appui ouvert", "parties"
    m.save()
    page = trio.third.get(trio.url + "journal/").content.decode()
    assert "Appui ouvert" in page
    assert SECRET not in page
    assert SECRET in trio.contributor.get(trio.url + "journal/").content.decode()
    m.delete()  # taken away, its past is no more open
    assert SECRET not in trio.third.get(trio.url + "journal/").content.decode()


def test_a_review_shows_a_private_commitment_to_its_sides_alone(trio, unset) -> None:
    m = make(trio, "commitment", "private")
    trio.contributor.post(trio.url + "accord/reexamen/", {"ouvrir": "1"})
    trio.c.reviews.get().ratings.create(
        party=trio.a, commitment=m, value="partly", change="à revoir"
    )
    for client, seen in ((trio.third, False), (trio.other, True)):
        page = client.get(trio.url + "accord/reexamen/").content.decode()
        assert leaks(page) is seen
        assert ("à revoir" in page) is seen
        sheet = client.get(f"{trio.url}accord/reexamen/{trio.c.reviews.get().pk}.pdf")
        assert (SECRET in sheet.content.decode()) is seen
    trio.c.reviews.update(closed=timezone.localdate())
    assert "à revoir" not in draft(trio.c, "charter")


def test_a_private_decision_or_meeting_does_not_show_through_the_other(trio) -> None:
    held = trio.c.meetings.create(title="Réunion ouverte", day=date(2026, 3, 1))
    trio.c.decisions.create(title=SECRET, meeting=held, party=trio.a, visibility="private")
    hidden = trio.c.meetings.create(
        title="Tête-à-tête discret", day=date(2026, 3, 2), lead=trio.a, visibility="private"
    )
    trio.c.decisions.create(title="Décision ouverte", meeting=hidden)
    page = trio.third.get(trio.url + "rencontres/").content.decode()
    assert SECRET not in page
    assert "Tête-à-tête discret" not in page
    assert "Décision ouverte" in page
    form = trio.third.get(trio.url + "decisions/nouveau/").content.decode()
    assert "Tête-à-tête discret" not in form
    assert "Tête-à-tête discret" in trio.reader.get(trio.url + "rencontres/").content.decode()


def test_signals_and_dates_speak_of_what_all_may_read(trio) -> None:
    expense = make(trio, "cost", "private")
    CostLine.objects.filter(pk=expense.pk).update(engaged=date(2026, 1, 5))
    make(trio, "source", "private")
    seen = Overview(trio.c)
    assert SECRET not in " ".join(f"{t.title} {t.text}" for t in seen.told)
    assert SECRET not in " ".join(d.title for d in seen.dates)
    CostLine.objects.update(visibility="parties")
    assert SECRET in " ".join(t.text for t in Overview(trio.c).told)


def test_a_file_keeps_who_reads_each_row(trio) -> None:
    make(trio, "commitment", "private")
    make(trio, "record", "parties")
    make(trio, "cost", "parties")
    data = tomllib.loads(describe(trio.c))
    assert [data[n][0]["visibility"] for n in ("commitment", "record", "expense")] == [
        "private", "parties", "parties"
    ]  # fmt: skip
    data["cooperation"]["key"] = "une-copie"
    copy = load(case_of(data))
    assert copy.commitments.get().visibility == "private"
    assert copy.records.get().visibility == "parties"
    assert copy.costs.get().visibility == "parties"
    data["record"][0]["visibility"] = "secret"
    with pytest.raises(ReciproqueError) as refusal:
        case_of(data, "coop.toml")
    assert refusal.value.figures["where"] == "[[record]] 1"


def test_a_file_that_opens_a_record_wider_than_its_commitment_is_narrowed(trio) -> None:
    m = make(trio, "commitment", "private")
    r = make(trio, "record", "private")
    Record.objects.filter(pk=r.pk).update(commitment=m)
    data = tomllib.loads(describe(trio.c))
    data["record"][0]["visibility"] = "public"
    data["cooperation"]["key"] = "une-autre-copie"
    assert load(case_of(data)).records.get().visibility == "private"


def test_what_a_public_page_showed_goes_on_being_shown(trio) -> None:
    from importlib import import_module

    from django.apps import apps

    from reciproque.web.cooperations.models import Cooperation

    mine = make(trio, "commitment", "parties"), make(trio, "record", "parties")
    cost = make(trio, "cost", "parties")
    closed = Cooperation.objects.create(slug="fermee", name="Fermée", started=date(2026, 1, 1))
    a = Party.objects.create(cooperation=closed, actor=trio.left)
    b = Party.objects.create(cooperation=closed, actor=trio.right)
    other = Commitment.objects.create(
        cooperation=closed, title="x", giver=a, receiver=b, resource="lentils", quantity=1, unit="t"
    )
    step = import_module("reciproque.web.cooperations.migrations.0003_each_its_visibility")
    step.keep_public(apps, None)
    for thing, visible in (
        (mine[0], "public"),
        (mine[1], "public"),
        (cost, "parties"),
        (other, "parties"),
    ):
        thing.refresh_from_db()
        assert thing.visibility == visible


@pytest.mark.parametrize(
    "noun",
    [
        "attentes",
        "actions",
        "depenses",
        "financements",
        "engagements",
        "rencontres",
        "decisions",
        "faits",
    ],
)
def test_a_new_thing_is_for_the_parties_unless_one_chooses(world, noun) -> None:
    page = world.contributor.get(f"{world.url}{noun}/nouveau/").content.decode()
    listed = page.split('name="visibility"')[1].split("</select>")[0]
    assert re.findall(r'value="(\w+)" selected', listed) == ["parties"]
