"""The quick tests first, those marked ``long`` at the end: what is broken shows early."""

from __future__ import annotations

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the order within both groups."""
    items.sort(key=lambda item: item.get_closest_marker("long") is not None)
