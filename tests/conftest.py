"""In one process the quick tests come first and those marked ``long`` last: what is broken shows early. Side by side the files with
long ones come first, so that no process is left with them when the others have ended."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from kejin_sim.lang import set_language


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the order within both groups."""
    side_by_side = "PYTEST_XDIST_WORKER" in os.environ
    items.sort(key=lambda item: (item.get_closest_marker("long") is None) == side_by_side)


@pytest.fixture
def chinese() -> Iterator[None]:
    """What is said is said in Chinese, whatever the machine's language."""
    set_language("zh")
    yield
    set_language("auto")
