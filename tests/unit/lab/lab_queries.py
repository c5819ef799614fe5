"""What facts about queries share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def get(path: str, query: str = "") -> tuple[str, str]:
    """Read a path with a query."""
    return ("GET", f"{path}?{query}" if query else path)


def names(*wanted: str) -> Callable[[Any], bool]:
    """Say whether the list in a body has just these names."""
    return lambda body: [one["name"] for one in next(iter(body.values()))] == list(wanted)
