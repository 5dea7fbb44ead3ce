"""What engine tests share: the registry of the embedded data, built once."""

import pytest

from reciproque.territories import Registry, load


@pytest.fixture(scope="session")
def registry() -> Registry:
    return load()
