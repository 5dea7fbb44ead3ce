"""Who may see and do what: a table of role by page by verb."""

import pytest
from support_rights import PAGES, WRITES

WHO = ("nobody", "stranger", "reader", "contributor", "signatory", "facilitator", "other")
RANK = {
    "nobody": 0,
    "stranger": 0,
    "reader": 1,
    "contributor": 2,
    "signatory": 2,
    "facilitator": 3,
    "other": 3,
}


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize(("path", "needed"), PAGES)
def test_a_page_opens_for_those_who_may(world, who, path, needed) -> None:
    answer = getattr(world, who).get(world.url + path)
    if RANK[who] >= needed:
        assert answer.status_code == 200
    elif who == "nobody":
        assert answer.status_code == 302
        assert "/compte/login/" in answer["Location"]
    else:
        # who may not see does not learn that it exists; who may see learns what is missing
        assert answer.status_code == (404 if RANK[who] == 0 else 403)


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize(("path", "needed"), WRITES)
def test_a_write_is_taken_from_those_who_may(world, who, path, needed) -> None:
    answer = getattr(world, who).post(world.url + path, {})
    allowed = RANK[who] >= needed
    assert (
        answer.status_code in (200, 302) and "/login/" not in answer.get("Location", "")
    ) is allowed


def test_a_public_cooperation_shows_its_public_page_alone(world) -> None:
    world.c.visibility = "public"
    world.c.save()
    assert world.nobody.get(world.url, follow=True).redirect_chain[-1][0].endswith("/page/")
    assert "Deux rives" in world.nobody.get("/cooperations/").content.decode()
    assert world.nobody.get(world.url + "faits/").status_code == 302
    assert world.stranger.get(world.url + "faits/").status_code == 403


def test_a_private_cooperation_is_not_listed(world) -> None:
    assert "Deux rives" not in world.stranger.get("/cooperations/").content.decode()
    assert "Deux rives" in world.reader.get("/cooperations/").content.decode()


@pytest.mark.parametrize(
    ("visibility", "readers"),
    [
        ("private", {"reader", "contributor", "signatory", "facilitator"}),
        ("parties", {"reader", "contributor", "signatory", "facilitator", "other"}),
        ("public", {"reader", "contributor", "signatory", "facilitator", "other"}),
    ],
)
def test_an_expectation_is_read_by_whom_its_party_chose(world, visibility, readers) -> None:
    world.c.expectations.create(
        party=world.a, kind="fears", text="Trop de réunions", visibility=visibility
    )
    for who in ("reader", "contributor", "signatory", "facilitator", "other"):
        for path in ("attentes/", "", "journal/"):
            seen = "Trop de réunions" in getattr(world, who).get(world.url + path).content.decode()
            assert seen is (who in readers), (who, path)
    world.c.visibility = "public"
    world.c.save()
    shown = "Trop de réunions" in world.nobody.get(world.url + "page/").content.decode()
    assert shown is (visibility == "public")


def test_only_its_own_party_changes_an_expectation(world) -> None:
    e = world.c.expectations.create(party=world.a, kind="hopes", text="Des salles")
    assert world.contributor.get(f"{world.url}attentes/{e.pk}/").status_code == 200
    assert world.other.get(f"{world.url}attentes/{e.pk}/").status_code == 403


def test_a_mandate_that_ended_or_waits_opens_nothing(world) -> None:
    mandate = world.contributor.person.mandates.get()
    mandate.confirmed = None
    mandate.save()
    assert world.contributor.get(world.url + "faits/").status_code == 404
    mandate.confirmed, mandate.end = world.c.created, world.c.created.date().replace(year=2020)
    mandate.save()
    assert world.contributor.get(world.url + "faits/").status_code == 404
