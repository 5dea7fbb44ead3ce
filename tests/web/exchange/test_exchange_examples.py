"""The shipped exchanges in the database: what the files say, seen by who may see it."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from support_pages import text
from support_people import acting

from reciproque.matching import MatchFileError, pairs, read_match
from reciproque.web.accounts.models import Actor
from reciproque.web.cooperations.models import Cooperation
from reciproque.web.exchange.examples import FOLDER, load, load_shipped
from reciproque.web.exchange.models import Item, Loan, Step, Wish

pytestmark = pytest.mark.django_db
DESCRIBED = ["01-agir-ensemble", "04-vegetalpes", "05-ciel", "09-oenotourisme"]


def file(name: str) -> Path:
    return next(FOLDER.glob(f"{name}*.toml"))


@pytest.mark.parametrize("name", DESCRIBED)
def test_nothing_of_a_file_is_lost_and_all_that_is_supposed_says_so(name) -> None:
    data = read_match(file(name))
    made = load(data)
    problem = data.problem
    told = (problem.needs, problem.offers, problem.steps) if problem else ((), (), ())
    kept = (Wish.objects.filter(side="need"), Wish.objects.filter(side="offer"), Step.objects.all())
    assert [sorted(x.title for x in rows) for rows in kept] == [
        sorted(x.title for x in rows) for rows in told
    ]
    assert made.assumed
    for rows in (*kept, Item.objects.all(), Loan.objects.all()):
        assert all(row.assumed for row in rows)
    assert {p.actor.name for p in made.parties.all()} == {a.name for a in data.actors}
    assert all(a.territory for a in data.actors)


def test_the_engine_finds_in_the_database_what_it_finds_in_the_file() -> None:
    data = read_match(file("01"))
    load(data)
    found = pairs(data.problem, "fair")
    titles = {w.key: w.title for w in (*data.problem.needs, *data.problem.offers)}
    from reciproque.matching import Problem

    needs = tuple(w.for_engine() for w in Wish.objects.filter(side="need"))
    offers = tuple(w.for_engine() for w in Wish.objects.filter(side="offer"))
    again = pairs(Problem(needs, offers, today=data.problem.today), "fair")
    by_key = {w.key: w.title for w in (*needs, *offers)}
    assert {(by_key[a.need], by_key[a.offer]) for a in again.allocations} == {
        (titles[a.need], titles[a.offer]) for a in found.allocations
    }


def test_pupils_are_seen_by_their_school_alone(client, registry) -> None:
    load(read_match(file("01")))
    school = Actor.objects.get(kind="school")
    club = Actor.objects.get(name="Gravelle Entreprendre")
    teacher, member = acting("teacher", school, "reader"), acting("member", club, "facilitator")
    pupil = Wish.objects.get(title="Élève A")
    for reader, status in ((teacher, 200), (member, 404), (client, 404)):
        assert reader.get(pupil.get_absolute_url()).status_code == status
        listed = text(reader.get("/echanges/?quoi=mentoring"))
        assert "Mentor 1" in listed
        assert "Élève A" not in listed
    assert "Élève A" in text(teacher.get("/echanges/miens/"))
    assert "Élève A" not in text(member.get("/echanges/miens/"))


def test_plants_are_sold_and_hours_are_given() -> None:
    for name, terms in (("04", {"price"}), ("01", {"gift"})):
        load(read_match(file(name)))
        assert set(Wish.objects.values_list("terms", flat=True)) == terms
        Wish.objects.all().delete()


def test_a_bag_has_been_out_and_is_back() -> None:
    load(read_match(file("09")))
    bag = Item.objects.get(title="Sac Le Comporte n° 1")
    gone = bag.loans.get(state="back")
    assert (gone.out, gone.back, gone.condition_back) == (gone.start, gone.end, "good")
    assert bag.loans.filter(state="agreed").count() == 1
    assert not Loan.objects.overdue().exists()


def test_loading_twice_changes_nothing() -> None:
    call_command("demo_exchange")  # the calls and pots of patronage too
    first = load_shipped()
    counts = [m.objects.count() for m in (Cooperation, Actor, Wish, Step, Item, Loan)]
    call_command("demo_exchange")
    assert load_shipped() == first
    assert [m.objects.count() for m in (Cooperation, Actor, Wish, Step, Item, Loan)] == counts
    assert {c.slug for c in first} >= {"agir-ensemble", "vegetalpes", "le-comporte"}


def test_the_pages_of_the_demo_open(client, registry) -> None:
    for made in load_shipped():
        assert client.get(made.get_absolute_url(), follow=True).status_code == 200
    for path in ("/echanges/", "/echanges/prets/", "/echanges/?ou=05023&km=60"):
        assert client.get(path).status_code == 200


ACTOR = '[[actor]]\nkey="y"\nname="Y"\nkind="farm"\n'
WISH = '[[{side}]]\nkey="{actor}-{side}"\nactor="{actor}"\nresource="food"\nquantity=1\nunit="kg"\n'
SOUND = (
    '[cooperation]\nname="Essai"\nstarted=2026-01-01\n' + ACTOR
    + WISH.format(side="offer", actor="y") + WISH.format(side="need", actor="y")
)  # fmt: skip
LOAN = '[[loan]]\nitem="k"\nborrower="y"\nstart=2026-01-01\nend=2026-01-02\n'
WRONG = {
    WISH.format(side="need", actor="z"): r"\[\[actor\]\].*«.z.»",
    '[[party]]\nactor="y"\nrank=3\n': "party.rank",
    '[[item]]\nkey="k"\nactor="y"\n': "item.title",
    LOAN: r"\[\[loan\]\].*«.k.»",
    '[[item]]\nkey="k"\nactor="w"\ntitle="K"\n': "«.w.»",
}


@pytest.mark.parametrize("row", WRONG, ids=lambda r: r.split("]")[0].strip("[") + r[-8:-2])
def test_a_wrong_file_says_what_to_change_and_leaves_nothing(row, tmp_path) -> None:
    file = tmp_path / "bad.toml"
    file.write_text(SOUND + row)
    with pytest.raises(CommandError, match=WRONG[row]) as told:
        call_command("import_exchange", str(file))
    assert str(told.value).startswith("bad.toml, ")
    assert not Cooperation.objects.exists()
    assert not Wish.objects.exists()
    file.write_text(SOUND)
    call_command("import_exchange", str(file))
    assert Wish.objects.count() == 2


def test_a_file_without_a_cooperation_is_refused(tmp_path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text(SOUND.split("\n", 3)[3])
    with pytest.raises(MatchFileError, match="cooperation"):
        load(read_match(bad))
