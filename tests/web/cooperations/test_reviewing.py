"""The form of a review: what was said comes back in it, and nothing typed is lost."""

import re

import pytest

from reciproque.web.cooperations import agreements
from reciproque.web.cooperations.models import Expectation, Rating


@pytest.fixture
def review(promised):
    """A review that the right bank opened, with a hope of its own."""
    promised.hope = Expectation.objects.create(
        cooperation=promised.c, party=promised.b, kind="hopes", text="Des salles"
    )
    promised.review = agreements.open_review(promised.c, by=promised.other.person)
    promised.path = f"{promised.url}accord/reexamen/"
    return promised


def send(world, client, **rows):
    """Post ``thing=(rating, words[, as it was read])`` for the party of that client."""
    party = world.b if client is world.other else world.a
    values = {"partie": str(party.pk)}
    for name, (value, words, *before) in rows.items():
        key = getattr(world, name).pk
        values |= {f"note-{key}": value, f"change-{key}": words}
        if before:
            values[f"avant-{key}"] = before[0]
    return client.post(world.path, values)


def shown(page: str, world, name: str) -> tuple[str, str]:
    """The rating chosen and the words in the form, for a thing."""
    key = getattr(world, name).pk
    chosen = re.search(rf'name="note-{key}".*?</select>', page, re.S)[0]
    value = re.search(r'value="(\w+)" selected', chosen)
    return value[1] if value else "", re.search(rf'name="change-{key}"[^>]* value="([^"]*)"', page)[
        1
    ]


def test_what_a_party_said_stands_in_its_form_when_it_comes_back(review) -> None:
    assert send(review, review.other, hope=("partly", "plus tôt"), m=("met", "")).status_code == 302
    page = review.other.get(review.path).content.decode()
    assert shown(page, review, "hope") == ("partly", "plus tôt")
    assert shown(page, review, "m") == ("met", "")
    # the form of the other party does not speak for it
    assert shown(review.contributor.get(review.path).content.decode(), review, "hope") == ("", "")


def test_words_without_a_rating_come_back_and_the_other_rows_are_kept(review) -> None:
    answer = send(review, review.other, hope=("", "les salles sont loin"), m=("met", ""))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert shown(page, review, "hope") == ("", "les salles sont loin")
    assert "Choisissez une évaluation" in page
    assert Rating.objects.get().commitment == review.m


def test_a_word_is_changed_and_taken_back(review) -> None:
    send(review, review.other, hope=("partly", "plus tôt", "|"))
    send(review, review.other, hope=("met", "plus tôt", "partly|plus tôt"))
    assert Rating.objects.get().value == "met"
    send(review, review.other, hope=("", "", "met|plus tôt"))
    assert not Rating.objects.exists()


def test_two_people_of_one_party_the_second_sees_the_first(review) -> None:
    send(review, review.contributor, hope=("met", "bien", "|"))
    answer = send(review, review.signatory, hope=("not", "trop loin", "|"), m=("met", "", "|"))
    page = answer.content.decode()
    assert "entre-temps" in page
    assert "bien" in page
    assert shown(page, review, "hope") == ("not", "trop loin")
    assert Rating.objects.get(expectation=review.hope).value == "met"
    assert Rating.objects.get(commitment=review.m).value == "met"
    before = re.search(rf'name="avant-{review.hope.pk}" value="([^"]*)"', page)[1]
    assert send(review, review.signatory, hope=("not", "trop loin", before)).status_code == 302
    assert Rating.objects.get(expectation=review.hope).value == "not"


def test_a_row_left_as_it_was_read_does_not_undo_what_another_wrote(review) -> None:
    send(review, review.contributor, hope=("met", "bien", "|"))
    assert send(review, review.signatory, hope=("", "", "|"), m=("met", "", "|")).status_code == 302
    assert Rating.objects.get(expectation=review.hope).change == "bien"


def test_a_form_sent_after_the_end_shows_what_was_typed(review) -> None:
    agreements.close_review(review.review, "goes_on", by=review.other.person)
    answer = send(review, review.other, hope=("partly", "<b>plus tôt</b>"))
    page = answer.content.decode()
    assert "clos pendant que vous écriviez" in page
    assert "&lt;b&gt;plus tôt&lt;/b&gt;" in page
    assert not Rating.objects.exists()
