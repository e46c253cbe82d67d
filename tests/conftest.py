"""In one process the quick tests come first and those marked ``long`` last: what is broken shows early. Side by side the files with
long ones come first, so that no process is left with them when the others have ended."""

from __future__ import annotations

import os

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the order within both groups."""
    side_by_side = "PYTEST_XDIST_WORKER" in os.environ
    items.sort(key=lambda item: (item.get_closest_marker("long") is None) == side_by_side)
