"""Programs: calls, pots, gifts and figures, with the rights of the person whose token they hold."""

import uuid

import pytest
from django.test import Client
from django.utils import timezone
from support_gifts import called, opened
from support_people import programs

from reciproque.web.exchange.models import Pot, PotGift, SupportCall

YEAR = timezone.localdate().year


@pytest.fixture
def api(p):
    return programs(p, "/api/exchange")


def test_without_a_token_nothing_opens(p) -> None:
    for path in ("/calls", "/pots"):
        assert Client().get(f"/api/exchange{path}").status_code == 401


def test_a_call_is_published_once_read_and_changed_by_its_own(p, api) -> None:
    body = {
        "actor": p.kitchen.pk, "title": "Repas", "theme": "revenus", "money": 3000, "money_least": 500,
        "days": 2, "eligibility": "stated", "once": str(uuid.uuid4()),
    }  # fmt: skip
    made = [api("cook", "post", "/calls", body) for _twice in range(2)]
    assert [m.status_code for m in made] == [201, 201]
    assert SupportCall.objects.count() == 1
    told = made[0].json()
    assert [(s["resource"], s["quantity"], s["least"]) for s in told["sought"]] == [("money", 3000, 500), ("expertise", 2, 0)]  # fmt: skip
    url = f"/calls/{told['key']}"
    assert api("stranger", "get", url).json()["fields"]["title"] == "Repas"
    assert api("planter", "patch", url, {"version": 1, "changes": {"title": "X"}}).status_code == 403  # fmt: skip
    done = api("cook", "patch", url, {"version": 1, "changes": {"title": "Repas du soir"}})
    assert (done.status_code, done.json()["fields"]["title"]) == (200, "Repas du soir")
    late = api("cook", "patch", url, {"version": 1, "changes": {"title": "Repas du midi"}})
    assert (late.status_code, late.json()["fields"]["title"]) == (409, "Repas du soir")
    bad = api("cook", "post", "/calls", {**body, "money": -3, "once": ""})
    assert (bad.status_code, list(bad.json()["fields"])) == (422, ["money", "money_least"])
    assert len(api("stranger", "get", "/calls").json()) == 1
    SupportCall.objects.update(state="closed")
    assert api("stranger", "get", url).status_code == 404
    assert api("stranger", "get", "/calls").json() == []


def test_a_pot_from_its_opening_to_a_sharing(p, api) -> None:
    called(p.cook, p.kitchen, "Repas partagés")
    called(p.planter, p.hedges, "Haies", theme="environnement")
    pot = api("holder", "post", "/pots", {"actor": p.foundation.pk, "title": "Automne", "eligibility": "stated"}).json()  # fmt: skip
    gifts = f"/pots/{pot['key']}/gifts"
    small = {"amount": 1500, "givers": 30, "day": "2026-11-20", "themes": ["revenus"]}
    assert api("holder", "post", gifts, small).status_code == 201
    bad = api("holder", "post", gifts, {**small, "amount": -1})
    assert (bad.status_code, list(bad.json()["fields"])) == (422, ["amount"])
    assert api("stranger", "post", gifts, small).status_code == 403
    own = {"amount": 500, "giver": p.company.pk, "day": "2026-11-20"}
    assert api("worker", "post", gifts, own).json()["total"] == 1500
    announced = PotGift.objects.get(state="announced")
    assert api("cook", "post", f"/gifts/{announced.pk}/received").status_code == 404
    assert api("worker", "post", f"/gifts/{announced.pk}/received").status_code == 403
    told = api("holder", "post", f"/gifts/{announced.pk}/received").json()
    assert (told["total"], told["givers"], told["left"]) == (2000, 31, 2000)
    assert {g["giver"] for g in told["gifts"]} == {"", "Atelier-Témoin"}
    seen = api("cook", "get", f"/pots/{pot['key']}").json()
    assert {g["giver"] for g in seen["gifts"]} == {""}
    run = api("holder", "post", f"/wishes/{told['offer']}/matchings?way=pools")
    assert (run.status_code, run.json()["state"]) == (201, "done")
    assert sorted(x["quantity"] for x in run.json()["proposals"]) == [500, 1500]
    Pot.objects.update(state="closed")
    shut = api("holder", "post", gifts, small)
    assert (shut.status_code, shut.json()["key"]) == (422, "error.pot_closed")


def test_a_gift_is_taken_back_by_who_holds_the_pot(p, api) -> None:
    pot = opened(p.holder, p.foundation)
    api("holder", "post", f"/pots/{pot.pk}/gifts", {"amount": 10, "givers": 1, "day": "2026-11-20"})
    gift = PotGift.objects.get()
    assert api("cook", "post", f"/gifts/{gift.pk}/withdrawn").status_code == 403
    assert api("holder", "post", f"/gifts/{gift.pk}/withdrawn").json()["total"] == 0


def test_figures_for_receipts_are_for_their_organisation(p, api) -> None:
    pot = opened(p.holder, p.foundation)
    api("worker", "post", f"/pots/{pot.pk}/gifts", {"amount": 800, "giver": p.company.pk, "day": timezone.localdate()})  # fmt: skip
    api("holder", "post", f"/gifts/{PotGift.objects.get().pk}/received")
    (told,) = api("worker", "get", f"/receipts/{p.company.pk}?year={YEAR}").json()
    assert (told["total"], told["basis"], told["checked_on"]) == (800, "CGI art. 238 bis", "2026-11-24")  # fmt: skip
    assert told["lines"][0]["eligibility"] == "stated"
    assert "no tax advice" in told["note"] or "pas un conseil fiscal" in told["note"]
    assert api("holder", "get", f"/receipts/{p.company.pk}?year={YEAR}").status_code == 404
    assert api("worker", "get", f"/receipts/{p.company.pk}?year=20260").status_code == 422
    assert api("worker", "get", f"/receipts/{p.company.pk}?year=2015").json() == []
