"""A described cooperation enters whole, in whatever order and however little its file says."""

import tomllib
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from reciproque.reciprocity import CaseError, case_of
from reciproque.web.cooperations import actions, agreements
from reciproque.web.cooperations.descriptions import describe
from reciproque.web.cooperations.examples import load
from reciproque.web.cooperations.models import Cooperation, Record
from reciproque.web.cooperations.overview import Overview
from reciproque.web.cooperations.snapshot import snapshot

pytestmark = pytest.mark.django_db

HEAD = '[cooperation]\nkey = "rives"\nname = "Deux rives"\n'
STARTED = "started = 2026-01-01\n"
SIDES = """
[[actor]]
key = "a"
name = "Rive A"
kind = "epci"
[[actor]]
key = "b"
name = "Rive B"
kind = "association"
[[party]]
actor = "a"
[[party]]
actor = "b"
"""
PROMISE = """
[[commitment]]
key = "c"
giver = "a"
receiver = "b"
resource = "expertise"
quantity = 10
unit = "h"
"""
RECORD = """
[[record]]
key = "r"
giver = "a"
receiver = "b"
resource = "expertise"
quantity = 40
unit = "h"
day = 2026-02-01
"""
RIGHT = RECORD.replace('"r"', '"s"').replace("40", "4") + 'corrects = "r"\n'


def entered(text: str) -> Cooperation:
    return load(case_of(tomllib.loads(text), "rives.toml"))


def again(c: Cooperation) -> Cooperation:
    """Written to a file, and read back beside the first."""
    data = tomllib.loads(describe(c))
    data["cooperation"]["key"] = "copie"
    return load(case_of(data))


def test_the_points_of_each_resource_enter_and_come_back() -> None:
    c = entered(HEAD + STARTED + "[equivalences]\nexpertise = 2\nrooms = 0.5\n" + SIDES)
    table = c.equivalences.get()
    assert (table.number, table.points) == (1, {"expertise": 2, "rooms": 0.5})
    assert dict(snapshot(c).equivalences) == table.points
    assert again(c).equivalences.get().points == table.points


def test_without_points_no_table_is_agreed() -> None:
    assert not entered(HEAD + STARTED + SIDES).equivalences.exists()


def test_an_action_that_no_one_leads_is_refused_with_its_row_and_nothing_enters(tmp_path) -> None:
    led = '[[action]]\ntitle = "Marché"\nlead = "a"\n'
    text = HEAD + STARTED + SIDES + led + '[[action]]\ntitle = "Halle"\n'
    with pytest.raises(CaseError) as refusal:
        entered(text)
    assert refusal.value.figures["where"] == "[[action]] 2"
    assert "lead" in str(refusal.value.figures)
    assert not Cooperation.objects.exists()
    path = tmp_path / "halle.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CommandError, match=r"halle\.toml, \[\[action\]\] 2\s: .*lead.* manque"):
        call_command("import_cooperation", str(path))
    assert not Cooperation.objects.exists()


@pytest.mark.parametrize(
    ("more", "first"),
    [
        (RECORD, date(2026, 2, 1)),
        (RECORD + '[[meeting]]\ntitle = "x"\nday = 2025-12-03\n', date(2025, 12, 3)),
        ("[agreement]\nsigned = 2025-11-02\n", date(2025, 11, 2)),
        (PROMISE + "start = 2025-10-01\ndue = 2027-01-01\n", date(2025, 10, 1)),
    ],
)
def test_a_start_that_is_not_said_is_the_first_day_told(more, first) -> None:
    c = entered(HEAD + SIDES + more)
    assert c.started == first
    assert {p.since for p in c.parties.all()} == {first}
    assert again(c).started == first


@pytest.mark.parametrize("more", ["", '[[meeting]]\ntitle = "x"\nday = 9999-12-31\n'])
def test_a_start_that_nothing_tells_is_today(more) -> None:
    assert entered(HEAD + SIDES + more).started == timezone.localdate()


MET = '[[meeting]]\ntitle = "x"\nday = 2026-02-01\nattended = ["a", "89387"]\n'
MEMBERS = '[facts.members]\n89387 = "Sens"\n71014 = "Autun"\n[facts.seen]\n71014 = 2026-03-05\n'


def forgotten(c: Cooperation, day: date) -> list[str]:
    return [t.party for t in Overview(c, day).told if t.rule == "forgotten"]


def test_a_member_that_is_no_party_is_seen_on_the_day_it_came() -> None:
    c = entered(HEAD + STARTED + SIDES + MEMBERS + MET)
    assert [a.party.actor.name for a in c.meetings.get().attendances.all()] == ["Rive A"]
    days = {"89387": date(2026, 2, 1), "71014": date(2026, 3, 5)}
    assert snapshot(c).facts["seen"] == days
    assert snapshot(c).facts["members"] == {"89387": "Sens", "71014": "Autun"}
    # 183 days without a trace: reached for one, not yet for the other
    usual = 183
    day = days["89387"] + timedelta(days=usual)
    c.thresholds = {"forgotten": usual}
    assert "89387" in forgotten(c, day)
    assert "71014" not in forgotten(c, day)
    assert "89387" not in forgotten(c, day - timedelta(days=1))
    assert dict(snapshot(again(c)).facts) == dict(snapshot(c).facts)


def test_a_meeting_to_come_is_no_trace_of_a_member() -> None:
    c = entered(HEAD + STARTED + SIDES + MEMBERS + MET.replace("2026-02-01", "2999-02-01"))
    assert snapshot(c).facts["seen"] == {"71014": date(2026, 3, 5)}


def test_days_of_members_whom_no_one_watches_are_not_kept() -> None:
    c = entered(HEAD + STARTED + SIDES + "[facts]\nyears = 3\nseen.71014 = 2026-03-05\n")
    assert dict(snapshot(c).facts) == {"years": 3}


def test_facts_said_later_leave_the_members_watched() -> None:
    c = entered(HEAD + STARTED + SIDES + MEMBERS)
    actions.note_facts(c, {"years": 2}, by=None, expected=c.version)
    c.refresh_from_db()
    assert snapshot(c).facts["years"] == 2
    assert set(snapshot(c).facts["members"]) == {"89387", "71014"}
    actions.note_facts(c, {}, by=None, expected=c.version)
    assert set(snapshot(c).facts) == {"members", "seen"}


@pytest.mark.parametrize("rows", [RECORD + RIGHT, RIGHT + RECORD], ids=["after", "before"])
def test_a_correction_keeps_its_link_wherever_it_stands(rows) -> None:
    c = entered(HEAD + STARTED + SIDES + PROMISE + rows)
    assert [r.quantity for r in c.records.standing()] == [4]
    right = Record.objects.get(quantity=4)
    assert right.corrects.quantity == 40
    copy = again(c)
    assert [r.quantity for r in copy.records.standing()] == [4]
    assert copy.records.get(quantity=4).corrects.quantity == 40


def test_a_chain_of_corrections_backwards_leaves_the_last() -> None:
    third = RIGHT.replace('"s"', '"t"').replace('"r"', '"s"').replace("= 4\n", "= 5\n")
    c = entered(HEAD + STARTED + SIDES + third + RIGHT + RECORD)
    assert [r.quantity for r in c.records.standing()] == [5]
    assert [r.quantity for r in again(c).records.standing()] == [5]


def test_what_was_done_for_an_ended_commitment_without_a_date_comes_back() -> None:
    text = HEAD + STARTED + SIDES + PROMISE + RECORD + 'commitment = "c"\n'
    c = entered(text)
    c.commitments.update(state="ended")
    copy = again(c)
    assert copy.commitments.get().state == "ended"
    assert copy.records.get().commitment == copy.commitments.get()


FOLLOWED = """
[[indicator]]
question = "Mange-t-on local ?"
name = "Lentilles servies"
unit = "kg"
target = 1200.5
source = "Cantines"
visibility = "public"
[[indicator.reading]]
day = 2026-03-31
value = 0
note = "Rien au début"
[[indicator.reading]]
day = 2026-06-30
value = 640.25

[[indicator]]
question = "Qui vient ?"
name = "Visites"
source = "Carnet"
"""


def followed(c: Cooperation) -> list[tuple[object, ...]]:
    """The indicators and their readings, in order."""
    names = ("question", "name", "unit", "target", "source", "visibility")
    return [
        (*(getattr(f, n) for n in names), list(f.readings.values_list("day", "value", "note")))
        for f in Cooperation.objects.get(pk=c.pk).followed.all()
    ]


def test_indicators_enter_with_their_readings_and_come_back() -> None:
    c = entered(HEAD + STARTED + SIDES + FOLLOWED)
    first, second = followed(c)
    assert first == (
        "Mange-t-on local ?", "Lentilles servies", "kg", 1200.5, "Cantines", "public",
        [(date(2026, 3, 31), 0, "Rien au début"), (date(2026, 6, 30), 640.25, "")],
    )  # fmt: skip
    assert second == ("Qui vient ?", "Visites", "", None, "Carnet", "parties", [])
    assert followed(again(c)) == [first, second]


def test_a_file_for_the_parties_leaves_out_an_indicator_kept_to_oneself() -> None:
    c = entered(HEAD + STARTED + SIDES + FOLLOWED)
    c.followed.filter(name="Visites").update(visibility="private")
    shared = tomllib.loads(describe(c, shared_only=True))
    assert [row["name"] for row in shared["indicator"]] == ["Lentilles servies"]
    assert len(tomllib.loads(describe(c))["indicator"]) == 2


def test_what_is_private_is_read_by_who_brought_the_file(world) -> None:
    """An indicator, a cost or a source belongs to no party: private, it is for its author."""
    private = 'visibility = "private"\n'
    money = '[[expense]]\ntitle = "Halle"\n' + private
    money += '[[source]]\nlabel = "Nous"\namount = 2\n' + private
    text = HEAD + STARTED + SIDES + FOLLOWED.replace('"Carnet"\n', '"Carnet"\n' + private) + money
    author, other = world.contributor.person, world.facilitator.person
    c = load(case_of(tomllib.loads(text)), by=author)
    for things in (c.followed.filter(name="Visites"), c.costs.all(), c.sources.all()):
        assert things.read_by(author, []).count() == 1
        assert things.read_by(other, []).count() == 0


@pytest.mark.parametrize(
    ("was", "now", "where", "word"),
    [
        ('question = "Qui vient ?"\n', "", "[[indicator]] 2", "question"),
        ('"Carnet"', '" "', "[[indicator]] 2", "source"),
        ("1200.5", '"beaucoup"', "[[indicator]] 1", "target"),
        ("1200.5", "inf", "[[indicator]] 1", "target"),
        ("640.25", "nan", "[[indicator]] 1", "value"),
        ("640.25", '"peu"', "[[indicator]] 1", "value"),
        ("day = 2026-06-30\n", "", "[[indicator]] 1", "day"),
        ("note =", "remark =", "[[indicator]] 1", "remark"),
        ("unit =", "units =", "[[indicator]] 1", "units"),
        ('"public"', '"secret"', "[[indicator]] 1", "secret"),
    ],
)
def test_an_indicator_that_is_wrong_is_refused_with_its_row(was, now, where, word) -> None:
    assert was in FOLLOWED
    with pytest.raises(CaseError) as refusal:
        entered(HEAD + STARTED + SIDES + FOLLOWED.replace(was, now))
    assert refusal.value.figures["where"] == where
    assert word in str(refusal.value.figures)
    assert not Cooperation.objects.exists()


@pytest.mark.parametrize("indicator", ["Lentilles", ["Lentilles"], [{"reading": "640"}]])
def test_indicators_that_are_no_rows_are_refused_in_words(indicator) -> None:
    data = tomllib.loads(HEAD + STARTED + SIDES) | {"indicator": indicator}
    with pytest.raises(CaseError) as refusal:
        case_of(data, "rives.toml")
    assert refusal.value.figures["where"].startswith("[[indicator]]")


def texts(c: Cooperation) -> list[tuple[object, ...]]:
    """The versions of an agreement, first to last, with who signed and when."""
    return [
        (
            v.number, v.form, v.kind, v.text, v.created, v.second_language, v.second_text,
            sorted((s.party.actor.name, s.day) for s in v.signatures.all()),
        )
        for v in c.versions.order_by("number")
    ]  # fmt: skip


def test_the_versions_of_an_agreement_come_back_with_their_signatures_and_their_chain(
    world,
) -> None:
    by = world.facilitator.person
    first = agreements.new_version(
        world.c, form="charter", text="Un\ndeux « trois »", kind="first", expected=0, by=by,
        second_text="One", second_language="en",
    )  # fmt: skip
    agreements.new_version(
        world.c, form="framework", text="Quatre", kind="amendment", expected=1, by=by
    )
    for party, day in ((world.a, date(2026, 3, 1)), (world.b, date(2026, 3, 9))):
        agreements.sign(first, party, by=by, name="Une élue", function="présidente", day=day)
    text = describe(world.c)
    assert "Une élue" not in text
    copy = again(world.c)
    assert texts(copy) == texts(world.c)
    assert agreements.verify_chain(copy) is None
    assert snapshot(copy).agreement == snapshot(world.c).agreement
    assert snapshot(copy).agreement.signed == date(2026, 3, 9)


def test_a_cooperation_that_ended_has_ended_in_its_copy(world) -> None:
    world.c.ended = date(2026, 8, 1)
    world.c.save()
    assert again(world.c).ended == date(2026, 8, 1)


VERSION = """
[[version]]
form = "charter"
text = "Nous nous parlons."
written = 2026-02-01T10:00:00
[[version.signature]]
party = "a"
day = 2026-02-03
"""


def test_a_text_that_not_all_signed_is_not_an_agreement_and_keeps_its_hour() -> None:
    c = entered(HEAD + STARTED + SIDES + VERSION)
    version = c.versions.get()
    assert version.signed_on() is None
    assert timezone.localtime(version.created).hour == 10
    assert [s.name for s in version.signatures.all()] == ["–"]
    assert texts(again(c)) == texts(c)


@pytest.mark.parametrize(
    ("was", "now", "word"),
    [
        ('"charter"', '"pacte"', "pacte"),
        ("2026-02-01T10:00:00", '"hier"', "written"),
        ("2026-02-01T10:00:00", "2026-02-01", "written"),
        ("text =", "texte =", "texte"),
        ('party = "a"', 'party = "z"', "z"),
        ("day = 2026-02-03", 'day = "demain"', "day"),
        ("day = 2026-02-03", 'day = 2026-02-03\nname = "Ada"', "name"),
        (
            "[[version.sig",
            '[[version.signature]]\nparty = "a"\nday = 2026-02-02\n[[version.sig',
            "a",
        ),
        ("form =", 'second_language = "xx"\nform =', "xx"),
        ("form =", 'kind = "third"\nform =', "third"),
    ],
)
def test_a_text_that_is_wrong_is_refused_with_its_row(was, now, word) -> None:
    assert was in VERSION
    with pytest.raises(CaseError) as refusal:
        entered(HEAD + STARTED + SIDES + VERSION.replace(was, now, 1))
    assert refusal.value.figures["where"] == "[[version]] 1"
    assert word in str(refusal.value.figures)
    assert not Cooperation.objects.exists()
