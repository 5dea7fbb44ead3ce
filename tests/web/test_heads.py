"""The head of a table, written once."""

import re

import pytest
from django.template import Context, Template


def head(tag: str, **context) -> str:
    return Template("{% load i18n %}" + tag).render(Context(context))


def test_each_column_has_its_scope_and_numbers_stand_on_the_right() -> None:
    html = head('{% heads _("Engagement") _("Quantité") _("État") num="2" %}')
    assert re.findall(r'<th scope="col"( class="num")?>([^<]+)</th>', html) == [
        ("", "Engagement"), (' class="num"', "Quantité"), ("", "État")
    ]  # fmt: skip


@pytest.mark.parametrize("may", [True, False])
def test_what_one_can_do_is_a_column_for_those_who_may(may) -> None:
    html = head('{% heads _("Engagement") act=may_write %}', may_write=may)
    assert html.count("<th ") == 1 + may
    assert ("Ce que vous pouvez faire" in html) is may


def test_a_name_in_a_head_is_shown_and_not_obeyed() -> None:
    assert "<script>" not in head("{% heads name %}", name="<script>")
