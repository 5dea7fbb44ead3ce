"""The fifteen companies of the example enter a cooperation, and go where the file says they go."""

from collections import Counter

from reciproque.matching import read_match
from reciproque.web.exchange import lots
from reciproque.web.exchange.examples import load
from reciproque.web.exchange.lot_figures import figures
from reciproque.web.exchange.lots_examples import CIEL, load_lots
from reciproque.web.exchange.models import Lot


def test_the_example_enters_once_with_its_companies(world) -> None:
    data = read_match(CIEL)
    first, again = load_lots(data, world.c), load_lots(data, world.c)
    assert first == again
    assert Lot.objects.count() == 15
    assert len({x.holder for x in first}) == 15
    assert {x.holder.cooperation for x in first} == {world.c}
    assert all(x.assumed and x.longitude is not None and x.territory for x in first)
    assert sum(x.steps.count() for x in first) == 15
    # a company known here already is the same one
    assert first[0].holder == world.firm


def test_its_lots_are_routed_as_the_file_expects(world) -> None:
    data = read_match(CIEL)
    kept = load_lots(data, world.c)
    assert [x.for_engine().weight for x in kept] == [x.weight for x in data.lots]
    channels = Counter(x.routing().channel for x in kept)
    assert dict(channels) == dict(data.expected["lots"])
    for one in kept:
        if one.routing().channel != "hold":
            lots.route(one, by=world.lead.person)
    announced = {x.channel or "hold": x.announced for x in figures(Lot.objects.all()).channels}
    assert announced == dict(data.expected["kilograms"])


def test_a_company_known_by_its_key_is_that_one(world) -> None:
    kept = load_lots(read_match(CIEL), world.c, {"entreprise-3": world.other.actor})
    assert kept[2].holder == world.other
    assert kept[3].holder.actor.name == "Entreprise 4"


def test_the_demo_brings_the_pole_with_its_lots_once(db, client) -> None:
    for _ in range(2):
        made = load(read_match(CIEL))
    assert (made.slug, made.lots.count(), made.parties.count()) == ("ciel", 15, 20)
    assert {x.holder.actor.kind for x in made.lots.all()} == {"company"}
    carrier = made.parties.get(role="carrier")
    assert carrier.actor.name == "PETR du Gâtinais-Montargois"
    assert client.get("/cooperations/ciel/page/").status_code == 200
    assert client.get("/echanges/lots/ciel/").status_code == 302  # lots are for its parties
