"""Who may do what in patronage: one table of role, object and verb; the deeds of others are refused."""

import pytest
from rules import has_perm
from support_gifts import called, gave, opened

from reciproque.web.exchange.models import PotGift

# the foundation's pot and the kitchen's call; "worker" writes for the company
PEOPLE = ("nobody", "stranger", "reader", "holder", "helper", "cook", "planter", "worker")
ALL = set(PEOPLE)
TABLE = [
    ("see_call", "open", ALL),
    ("see_call", "closed", {"cook"}),
    ("change_call", "open", {"cook"}),
    ("hold", "pot", {"holder"}),
    ("give", "pot", {"cook", "planter", "worker"}),
    ("give", "closed_pot", set()),
    ("read_gift", "small", ALL),
    ("read_gift", "named", {"holder", "helper", "worker"}),
    ("read_receipts", "foundation", {"holder", "helper"}),
    ("say_costs", "foundation", {"holder"}),
]


@pytest.mark.parametrize(("verb", "noun", "who"), TABLE)
def test_a_right_is_given_to_those_of_the_table_and_to_nobody_else(
    started, verb, noun, who
) -> None:
    from django.contrib.auth.models import AnonymousUser

    p, pot, meals, _hedges = started
    gave(p.holder, pot, "10")
    gave(p.worker, pot, "500", giver=p.company.pk)
    closed = called(p.cook, p.kitchen, "Fini")
    p.cook.post(f"{closed.get_absolute_url()}etat/", {"etat": "closed"})
    closed.refresh_from_db()
    shut = opened(p.holder, p.foundation, "Fermée")
    p.holder.post(f"{shut.get_absolute_url()}etat/", {"etat": "closed"})
    shut.refresh_from_db()
    things = {
        "open": meals, "closed": closed, "pot": pot, "closed_pot": shut, "foundation": p.foundation,
        "small": PotGift.objects.get(giver=None), "named": PotGift.objects.get(giver=p.company),
    }  # fmt: skip
    people = {name: getattr(getattr(p, name), "person", AnonymousUser()) for name in PEOPLE}
    allowed = {
        n for n, person in people.items() if has_perm(f"exchange.{verb}", person, things[noun])
    }
    assert allowed == who


def test_deeds_of_others_are_refused(started) -> None:
    p, pot, *_ = started
    gave(p.worker, pot, "500", giver=p.company.pk)
    gift = PotGift.objects.get()
    step = f"/echanges/mecenat/dons/{gift.pk}/"
    assert p.cook.post(step, {"etape": "received"}).status_code == 404
    assert p.worker.post(step, {"etape": "received"}).status_code == 403
    assert p.nobody.post(step, {"etape": "received"}).status_code == 302
    assert p.cook.post(f"{pot.get_absolute_url()}etat/", {"etat": "closed"}).status_code == 403
    assert p.cook.get(f"{pot.get_absolute_url()}modifier/").status_code == 403
    gift.refresh_from_db()
    assert gift.state == "announced"
    p.worker.post(step, {"etape": "withdrawn"})  # its giver takes back what was only announced
    gift.refresh_from_db()
    assert gift.state == "withdrawn"
    other = gave(p.worker, pot, "5", giver=p.kitchen.pk)  # not one's own organisation
    assert other.status_code == 200
    assert PotGift.objects.count() == 1
