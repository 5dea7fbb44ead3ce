"""A server that has just opened answers itself once, so that nobody waits for it."""

import pytest
from django.core.handlers.wsgi import WSGIHandler

from reciproque.web.shared.first_page import first_page


@pytest.mark.django_db
@pytest.mark.parametrize("hosts", [["localhost"], ["*"], ["pays.example.org"], [".example.org"]])
def test_the_home_page_is_answered_whatever_the_host_is_called(settings, hosts) -> None:
    settings.ALLOWED_HOSTS = hosts
    assert first_page(WSGIHandler()) == "200 OK"
