"""What page tests share: a client, and the registry already open."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation

from reciproque.territories import Registry, load


@pytest.fixture(scope="session")
def registry() -> Registry:
    return load()


@pytest.fixture(autouse=True)
def _in_french() -> Iterator[None]:
    """The language that an earlier test asked for is not the next one's."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture
def page(client: Client, db: None, registry: Registry):
    """Get a page that must answer 200; returns its text."""

    def get(address: str, status: int = 200) -> str:
        response = client.get(address)
        assert response.status_code == status, address
        return response.content.decode()

    return get
