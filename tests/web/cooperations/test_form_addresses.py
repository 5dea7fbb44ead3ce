"""Addresses that are no pages: what a person who opens them reads, and where they go next."""

import pytest

FORMS = ["signaux/reponse/", "etape/", "accord/reexamen/cloture/"]


@pytest.mark.parametrize("path", FORMS)
def test_the_address_of_a_form_opened_as_a_page_says_so(world, path: str) -> None:
    answer = world.facilitator.get(world.url + path)
    assert answer.status_code == 405
    assert "Il n’y a rien à lire à cette adresse" in answer.content.decode()


def test_it_says_so_in_the_reader_s_language(world) -> None:
    answer = world.facilitator.get("/en" + world.url + "etape/")
    assert "There is nothing to read at this address" in answer.content.decode()


def test_a_program_keeps_the_bare_answer(world) -> None:
    answer = world.facilitator.put(world.url + "etape/")
    assert (answer.status_code, answer.content) == (405, b"")
