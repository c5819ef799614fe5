"""What facts about filesystems share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lab_facts import FS


def fs(name: str = "f", **more: Any) -> tuple[Any, ...]:
    """Create a filesystem in project default."""
    return ("POST", FS, {"name": name, **more})


def source(name: str, wanted: str) -> Callable[[Any], bool]:
    """Say whether a property of the filesystem in a body comes from there."""
    return lambda body: body["filesystem"]["source"][name] == wanted
