"""Find what one looks for, with the words one has; follow a search."""

from datetime import date, timedelta
from xml.etree import ElementTree

import pytest
from django.core.management import call_command
from django.utils import timezone
from support_pages import text

from reciproque.web.exchange.forms import SearchForm
from reciproque.web.exchange.models import FollowedSearch, Submission, Wish
from reciproque.web.exchange.search import search


@pytest.fixture
def several(world, wish):
    """Six needs and offers of different kinds, places and dates."""
    return {
        "vegetables": wish(world.farm, "offer", "Légumes de saison pour cantines", resource="organic_food", quantity=800, unit="kg", territory="67462"),
        "kits": wish(world.town, "offer", "Prêt de malles pédagogiques", resource="kits", quantity=4, unit="kit", territory="67462"),
        "bikes": wish(world.company, "need", "Ateliers de réparation de vélos", territory="67482"),
        "room": wish(world.town, "offer", "Salle de réunion", resource="rooms", quantity=20, unit="day", territory="34172", end=date(2030, 6, 30)),
        "mentors": wish(world.town, "need", "Mentorat en mathématiques", resource="mentoring", start=date(2030, 1, 1)),
        "over": wish(world.town, "need", "Ateliers finis", end=date(2020, 1, 1)),
    }  # fmt: skip


def found(**query) -> list[str]:
    return [h.wish.title for h in search(SearchForm(query).asked)]


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("légumes", "Légumes de saison pour cantines"),
        ("legume", "Légumes de saison pour cantines"),  # accent and plural
        ("cantine", "Légumes de saison pour cantines"),
        ("lgumes", "Légumes de saison pour cantines"),  # a letter forgotten
        ("canitne", "Légumes de saison pour cantines"),  # two letters swapped
        ("réparer des vélos", "Ateliers de réparation de vélos"),
        ("malle pedagogique", "Prêt de malles pédagogiques"),
        ("réunions", "Salle de réunion"),
        ("math", "Mentorat en mathématiques"),  # begun
        ("organic", "Légumes de saison pour cantines"),  # the other language
        ("Ferme-Témoin", "Légumes de saison pour cantines"),  # who
    ],
)
def test_words_are_found_as_people_write_them(several, words, title) -> None:
    assert found(q=words)[0] == title


def test_words_that_are_nowhere_find_nothing(several) -> None:
    assert found(q="hélicoptère") == []
    assert found(q="légumes hélicoptère") == []
    assert found(q="le de la") == []


def test_the_index_follows_what_changes(several) -> None:
    assert found(q="sarrasin") == []
    several["kits"].title = "Farine de sarrasin"
    several["kits"].save()
    assert found(q="sarrasin") == ["Farine de sarrasin"]
    several["kits"].state = "closed"
    several["kits"].save()
    assert found(q="sarrasin") == []


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ({"c": "need"}, {"bikes", "mentors"}),
        ({"quoi": "kits"}, {"kits"}),
        ({"sujet": "education"}, {"mentors"}),
        ({"qui": "farm"}, {"vegetables"}),
        ({"ou": "67462", "km": "30"}, {"vegetables", "kits", "mentors"}),
        ({"ou": "67462", "km": "60"}, {"vegetables", "kits", "mentors", "bikes"}),
        ({"du": "2030-07-01"}, {"vegetables", "kits", "bikes", "mentors"}),
        ({"au": "2029-12-31"}, {"vegetables", "kits", "bikes", "room"}),
    ],
)
def test_filters_keep_what_answers_them(several, query, keys) -> None:
    assert set(found(**query)) == {several[k].title for k in keys}


def test_around_a_place_the_nearest_comes_first(several) -> None:
    hits = search(SearchForm({"ou": "67482"}).asked)
    km = [h.km for h in hits if h.km is not None]
    assert hits[0].wish == several["bikes"]
    assert km == sorted(km)
    assert km[0] == 0
    assert 30 < km[1] < 60  # Strasbourg to Sélestat, as the crow flies


def test_what_concerns_a_minor_is_in_no_list_no_feed_no_file(world, several, wish) -> None:
    w = wish(world.school, "need", "Élève A, aide en mathématiques", resource="mentoring", age=15,
             consent=date(2026, 9, 1), setting="group")  # fmt: skip
    for client in (world.nobody, world.contributor, world.teacher, world.staff):
        for path in ("", "?q=élève", "flux.xml", "liste.csv"):
            assert "Élève A" not in text(client.get(f"/echanges/{path}"))
    for client in (world.nobody, world.contributor, world.farmer, world.staff):
        assert client.get(w.get_absolute_url()).status_code == 404
    assert "Élève A" in text(world.teacher.get(w.get_absolute_url()))


@pytest.mark.parametrize(
    "query",
    [
        "?ou=Nulle-Part",
        "?km=10",
        "?du=2030-02-01&au=2030-01-01",
        "?km=-3",
        "?quoi=or",
        "?page=99",
        "?q=" + "x" * 500,
    ],
)
def test_a_filter_that_is_wrong_is_said(several, world, query) -> None:
    page = world.nobody.get(f"/echanges/{query}")
    assert page.status_code == 200


def test_the_map_and_the_list_tell_the_same_places(world, several) -> None:
    page = text(world.nobody.get("/echanges/?sujet=agriculture"))
    assert page.count('class="mk-a"') == 1
    assert page.count('class="mk-b"') == 0
    assert "Sélestat" in page


def test_a_followed_search_writes_once_of_what_is_new(
    world, several, wish, letters, capsys
) -> None:
    world.farmer.post("/echanges/recherches/", {"recherche": "q=vélos&page=3&km="})
    followed = FollowedSearch.objects.get()
    assert followed.query == "q=v%C3%A9los"
    call_command("tick")
    assert letters == []  # what stood already is not new
    w = wish(world.town, "need", "Vélos à remettre en état")
    wish(world.farm, "need", "Vélos pour nous")  # one's own is no news
    wish(world.town, "need", "Tout autre chose")
    Wish.objects.update(created=timezone.now() + timedelta(seconds=2))
    call_command("tick")
    letter = next(m for m in letters if "recherches" in m.subject)
    assert letter.to == ["farmer@example.org"]
    assert "Vélos à remettre en état" in letter.body
    assert "Vélos pour nous" not in letter.body
    assert w.get_absolute_url() in letter.body
    FollowedSearch.objects.update(seen=timezone.now() + timedelta(seconds=3))
    call_command("tick")
    assert len([m for m in letters if "recherches" in m.subject]) == 1
    world.farmer.post("/echanges/recherches/", {"arreter": followed.pk})
    assert not FollowedSearch.objects.exists()


def test_following_is_for_people_and_each_stops_only_their_own(world) -> None:
    assert "/login/" in world.nobody.post("/echanges/recherches/", {"recherche": "q=x"})["Location"]
    world.farmer.post("/echanges/recherches/", {"recherche": "q=x"})
    key = FollowedSearch.objects.get().pk
    assert world.worker.post("/echanges/recherches/", {"arreter": key}).status_code == 404


def test_the_feed_holds_what_the_page_holds(world, several) -> None:
    feed = text(world.nobody.get("/echanges/flux.xml?q=vélos"))
    assert "Ateliers de réparation de vélos" in feed
    assert "Salle de réunion" not in feed
    assert several["bikes"].get_absolute_url() in feed
    assert several["room"].get_absolute_url() not in feed
    parsed = ElementTree.fromstring(feed)
    own = parsed.find("{*}link[@rel='self']").get("href")
    assert own.endswith(
        "/echanges/flux.xml?q=v%C3%A9los"
    )  # a reader that follows it keeps the search
    (entry,) = parsed.findall("{*}entry")
    assert entry.findtext("{*}summary").startswith("Appui technique, 10 heures, gratuit, ")


@pytest.mark.parametrize("wrong", ["km=abc&ou=67462", "ou=Nulle-Part-sur-Rien", "quoi=or"])
def test_a_search_that_is_wrong_is_neither_followed_nor_taken_as_everything(
    world, several, wrong
) -> None:
    answer = world.farmer.post("/echanges/recherches/", {"recherche": wrong})
    assert not FollowedSearch.objects.exists()
    assert "Un filtre à corriger" in text(world.farmer.get(answer["Location"]))
    assert "Suivre cette recherche" not in text(world.farmer.get(f"/echanges/?{wrong}"))
    assert world.nobody.get(f"/echanges/flux.xml?{wrong}").status_code == 404
    for kind in ("csv", "xlsx"):
        assert world.nobody.get(f"/echanges/liste.{kind}?{wrong}").status_code == 302


def test_what_is_wrong_is_said_with_the_name_of_its_filter(world, several) -> None:
    assert "À moins de (km) : Saisissez un nombre." in text(world.nobody.get("/echanges/?km=abc"))


def test_nothing_found_is_said_as_french_says_it(world, several) -> None:
    assert "Aucune annonce" in text(world.nobody.get("/echanges/?q=hélicoptère"))


@pytest.mark.parametrize("waits", ["draft", "form"])
def test_what_waited_to_be_published_is_still_news_that_day(
    world, typed, letters, capsys, waits
) -> None:
    """Written before the search was last told, published after."""
    world.farmer.post("/echanges/recherches/", {"recherche": "q=vélos"})
    if waits == "draft":
        world.contributor.post(
            "/echanges/nouveau/besoin/", typed(world.town, title="Vélos à réparer", brouillon="1")
        )
    else:
        more = {"organisation": "Club", "kind": "association", "email": "club@example.org"}
        world.nobody.post(
            "/echanges/nouveau/besoin/", typed(None, title="Vélos à réparer", place="67462", **more)
        )
        Submission.objects.update(confirmed=timezone.now())
    call_command("tick")
    assert not [m for m in letters if "recherches" in m.subject]
    wish = Wish.objects.get()
    if waits == "draft":
        world.contributor.post(f"{wish.get_absolute_url()}etat/", {"etat": "open"})
    else:
        key = Submission.objects.get().pk
        world.staff.post("/moderation/", {"file": "annonces", "annonce": key, "publier": "1"})
    call_command("tick")
    (letter,) = [m for m in letters if "recherches" in m.subject]
    assert "Vélos à réparer" in letter.body
