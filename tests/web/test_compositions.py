"""Composing a territory: no account, an address that only its author keeps, nothing half-kept."""

import re

import pytest
from django.db import connection

from reciproque.kernel import ReciproqueError
from reciproque.territories import Registry, load, loads
from reciproque.web.registry import actions
from reciproque.web.registry.models import Composition, Territory

MEMBERS = ["200030526", "246700777"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def registry() -> Registry:
    """The one that pages use now: what another test installed may have replaced it."""
    return load()


@pytest.fixture
def composition(registry) -> Composition:
    return actions.compose(registry, name="Ried et Villé", members=MEMBERS)


def test_the_database_is_the_one_that_was_asked_for() -> None:
    import os

    wanted = os.environ.get("RECIPROQUE_DATABASE", "sqlite")
    assert connection.vendor == wanted


def test_anyone_composes_names_dates_and_gets_a_portrait(client, registry) -> None:
    data = {
        "name": "Ried et Villé",
        "kind": "pays",
        "membre": MEMBERS,
        "valid_from": "2026-01-01",
        "shared": "on",
        "garder": "1",
    }
    response = client.post("/territoires/composer/", data, follow=True)
    text = response.content.decode()
    assert "Ried et Villé" in text
    assert "Depuis le" in text
    kept = Composition.objects.get()
    assert kept.members == MEMBERS
    assert response.redirect_chain[0][0] == f"/territoires/u:ried-et-ville/?cle={kept.edit_key}"
    people = sum(registry.territory(c).population for c in MEMBERS)
    assert registry.territory(kept.code).population == people


def test_members_are_added_and_removed_without_script(client, registry) -> None:
    text = client.post(
        "/territoires/composer/", {"q": "selestat", "chercher": "1"}
    ).content.decode()
    assert 'name="membre" value="67462"' in text
    text = client.post(
        "/territoires/composer/", {"membre": ["67462", "246700777"], "retirer": "67462"}
    ).content.decode()
    assert "1 membre choisi" in text


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"name": "Vide"}, "Ajoutez au moins un membre"),
        ({"name": "", "membre": MEMBERS}, "Ce champ est obligatoire"),
        (
            {"name": "x", "membre": MEMBERS, "valid_from": "2026-05-01", "valid_to": "2026-01-01"},
            "La fin précède le début",
        ),
        ({"name": "x", "membre": ["99999"]}, "99999"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(client, registry, data, said) -> None:
    text = client.post("/territoires/composer/", {**data, "garder": "1"}).content.decode()
    assert said in text
    if data["name"]:
        assert f'value="{data["name"]}"' in text
    assert not Composition.objects.exists()


def test_an_unknown_member_keeps_nothing(registry) -> None:
    with pytest.raises(ReciproqueError):
        actions.compose(registry, name="Faux", members=["99999"])
    assert not Composition.objects.exists()


def test_two_of_the_same_name_have_two_addresses(registry, composition) -> None:
    other = actions.compose(registry, name="Ried et Villé", members=MEMBERS[:1])
    assert other.slug == "ried-et-ville-2"


@pytest.mark.parametrize(("key", "status"), [("", 403), ("wrong", 403), (None, 200)])
def test_only_the_key_opens_it_to_change(client, composition, key, status) -> None:
    key = composition.edit_key if key is None else key
    response = client.get(f"/territoires/{composition.code}/modifier/", {"cle": key})
    assert response.status_code == status


def test_a_change_with_the_key_is_kept_and_the_code_stays(client, registry, composition) -> None:
    data = {"name": "Ried seul", "membre": MEMBERS[:1], "cle": composition.edit_key, "garder": "1"}
    client.post(f"/territoires/{composition.code}/modifier/", data)
    composition.refresh_from_db()
    assert (composition.name, composition.members) == ("Ried seul", MEMBERS[:1])
    assert composition.code == "u:ried-et-ville"
    assert not composition.shared


def test_a_change_without_the_key_changes_nothing(client, composition) -> None:
    data = {"name": "Volé", "membre": MEMBERS[:1], "cle": "wrong", "garder": "1"}
    assert client.post(f"/territoires/{composition.code}/modifier/", data).status_code == 403
    composition.refresh_from_db()
    assert composition.name == "Ried et Villé"


def test_one_that_is_not_shared_is_open_to_its_address_but_not_in_the_search(
    client, registry
) -> None:
    hidden = actions.compose(registry, name="Discret", members=MEMBERS, shared=False)
    assert client.get(hidden.get_absolute_url()).status_code == 200
    assert "u:discret" not in client.get("/territoires/?q=discret").content.decode()


def test_the_definition_is_a_file_that_the_shell_reads(client, composition) -> None:
    text = client.get(f"/territoires/{composition.code}/definition.toml").content.decode()
    assert loads(text) == composition.definition()
    assert composition.edit_key not in text


def test_the_portrait_never_gives_the_key_away(client, composition) -> None:
    text = client.get(composition.get_absolute_url()).content.decode()
    assert composition.edit_key not in text


def test_a_hostile_name_is_shown_as_text(client, registry) -> None:
    kept = actions.compose(registry, name="<b onclick=x>Pays</b>", members=MEMBERS)
    text = client.get(kept.get_absolute_url()).content.decode()
    assert "<b onclick" not in text
    assert re.search(r"&lt;b onclick", text)


def test_every_official_code_has_a_row_to_refer_to_and_loading_twice_changes_nothing(
    registry,
) -> None:
    first = actions.load_territories(registry)
    assert first == len(registry.frame()) == Territory.objects.count()
    assert Territory.objects.get(code="67462").name == "Sélestat"
    assert actions.load_territories(registry) == 0


def test_a_change_of_members_changes_the_figures_and_the_outline_at_once(client, registry) -> None:
    """Those of the former members used to stay until the server started again."""
    kept = actions.compose(registry, name="Ried et Villé", members=MEMBERS)
    before = client.get(f"/territoires/{kept.code}/chiffres.csv").content.decode("utf-8-sig")
    outline = client.get(f"/territoires/{kept.code}/contour.geojson").content
    data = {"name": "Ried et Villé", "membre": MEMBERS[:1], "cle": kept.edit_key, "garder": "1"}
    client.post(f"/territoires/{kept.code}/modifier/", data)
    after = client.get(f"/territoires/{kept.code}/chiffres.csv").content.decode("utf-8-sig")
    alone = client.get(f"/territoires/{MEMBERS[0]}/chiffres.csv").content.decode("utf-8-sig")
    assert after != before

    def population(text: str) -> str:
        return next(line for line in text.splitlines() if line.startswith("population;")).split(
            ";"
        )[3]

    assert population(after) == population(alone) == str(registry.territory(MEMBERS[0]).population)
    assert client.get(f"/territoires/{kept.code}/contour.geojson").content != outline


def test_a_member_that_left_the_register_is_said_and_the_rest_can_be_kept(client, registry) -> None:
    kept = actions.compose(registry, name="Ried", members=MEMBERS)
    Composition.objects.filter(pk=kept.pk).update(members=[*MEMBERS, "99999"])
    registry.forget(kept.code)
    address = f"/territoires/{kept.code}/modifier/"
    text = client.get(address, {"cle": kept.edit_key}).content.decode()
    assert "99999" in text
    assert "n’existe pas" in text
    data = {"name": "Ried", "membre": MEMBERS, "cle": kept.edit_key, "garder": "1"}
    assert client.post(address, data).status_code == 302
    assert client.get(kept.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("key", ["é", "\u4e2d", "x" * 5000, "'"])
def test_any_text_may_be_tried_as_a_key(client, composition, key) -> None:
    response = client.get(f"/territoires/{composition.code}/modifier/", {"cle": key})
    assert response.status_code == 403
