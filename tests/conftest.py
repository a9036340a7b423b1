"""What holds for all tests: reproducible properties, and oracles that may be absent."""

import importlib.util

import pytest
from hypothesis import settings

# `make test` draws the same examples every time; `make test-all` explores new ones. No deadlines:
# a loaded machine must not turn a property into a timing test.
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("explore", deadline=None, max_examples=500)
settings.load_profile("same")

ORACLES = ("linopy",)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip tests marked `oracle` where its packages are not installed, saying so."""
    absent = [name for name in ORACLES if importlib.util.find_spec(name) is None]
    if not absent:
        return
    skip = pytest.mark.skip(reason=f"needs {', '.join(absent)}: `make test-all` installs it")
    for item in items:
        if item.get_closest_marker("oracle"):
            item.add_marker(skip)
