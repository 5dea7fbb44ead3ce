"""What page tests share: a client, and the registry already open."""

import pytest
from django.test import Client

from reciproque.territories import Registry, load


@pytest.fixture(scope="session")
def registry() -> Registry:
    return load()


@pytest.fixture
def page(client: Client, db: None, registry: Registry):
    """Get a page that must answer 200; returns its text."""

    def get(address: str, status: int = 200) -> str:
        response = client.get(address)
        assert response.status_code == status, address
        return response.content.decode()

    return get
