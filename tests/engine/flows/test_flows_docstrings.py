"""The examples of the docstrings do what they say."""

import doctest
import importlib
import pkgutil

import pytest

from reciproque import flows

MODULES = [f"reciproque.flows.{found.name}" for found in pkgutil.iter_modules(flows.__path__)]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_run(name) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0
