"""The way back at the top of a page: shared/_trail.html."""

from __future__ import annotations

import pytest
from django.template import Context, Template

TRAIL = '{% steps "Territoires" "/territoires/" name as trail %}{% include "shared/_trail.html" %}'


def shown(source: str, **given: object) -> str:
    return Template(source).render(Context(given))


def test_each_step_leads_back_and_the_last_is_the_page_itself() -> None:
    html = shown(TRAIL, name="Sélestat")
    assert html.count("<li") == 3  # the home page comes first of itself
    assert '<li><a href="/territoires/">Territoires</a></li>' in html
    assert '<li aria-current="page">Sélestat</li>' in html


def test_a_name_is_written_as_text() -> None:
    html = shown(TRAIL, name="<b>L’Isle & Cie</b>")
    assert "&lt;b&gt;L’Isle &amp; Cie&lt;/b&gt;" in html
    assert "<b>" not in html


def test_a_list_made_elsewhere_will_do() -> None:
    html = shown('{% include "shared/_trail.html" %}', trail=[("Un", "/un/"), ("Deux", "")])
    assert '<a href="/un/">Un</a>' in html
    assert html.count('aria-current="page"') == 1


def test_where_every_step_has_its_address_none_is_the_page_itself() -> None:
    html = shown(
        '{% steps "Un" "/un/" "Deux" "/deux/" as trail %}{% include "shared/_trail.html" %}'
    )
    assert html.count("<a href") == 3
    assert "aria-current" not in html


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "steps"),
    [
        ("/territoires/", ["Accueil", "Territoires"]),
        ("/territoires/composer/", ["Accueil", "Territoires", "Composer"]),
    ],
)
def test_a_page_says_how_one_came_to_it(page, address: str, steps: list[str]) -> None:
    trail = page(address).split('<nav class="trail"')[1].split("</nav>")[0]
    said = [step.split("</li>")[0] for step in trail.split("<li")[1:]]
    assert [step.replace("</a>", "").rsplit(">", 1)[1].strip() for step in said] == steps
