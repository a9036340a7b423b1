"""What holds for all tests: reproducible properties, and oracles that may be absent."""

import importlib.util
from collections.abc import Callable
from functools import cache, partial

import pytest
from hypothesis import settings

import fullrate as fr
from published import plan_of, shared

# `make test` draws the same examples every time; `make test-all` explores new ones. No deadlines:
# a loaded machine must not turn a property into a timing test.
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("explore", deadline=None, max_examples=500)
settings.load_profile("same")

ORACLES = ("linopy",)


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], fr.Plan]:
    """The plan of an example by name; the same value each time."""
    return cache(partial(plan_of, folder=shared(tmp_path_factory.getbasetemp())))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Plan whole examples first, so that no worker is left with one at the end; skip oracles that are absent.

    Tests marked `oracle` are skipped where its packages are not installed, saying so.
    """
    items.sort(key=lambda item: "published" not in getattr(item, "fixturenames", ()))
    absent = [name for name in ORACLES if importlib.util.find_spec(name) is None]
    if not absent:
        return
    skip = pytest.mark.skip(reason=f"needs {', '.join(absent)}: `make test-all` installs it")
    for item in items:
        if item.get_closest_marker("oracle"):
            item.add_marker(skip)
