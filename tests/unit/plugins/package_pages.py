"""What the tests of replication packages share: packages, and what plans do with them."""

from __future__ import annotations

from typing import Any

from book import Book

from ansible_collections.zfssa.storage.plugins.module_utils.engine._plan import Item
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.replication._package import (
    plan_package,
)
from ansible_collections.zfssa.storage.plugins.module_utils.values._release import Release

ROOT = "/api/storage/v1/replication"
FLAT = f"{ROOT}/packages/id-1"
SOURCES = f"{ROOT}/sources"
BELOW_WEST = f"{SOURCES}/zs-west/packages/id-1"
PROJECTS = "/api/storage/v1/projects"


def package(**values: Any) -> dict[str, Any]:
    """A package as the appliance gives it, in its envelope."""
    wire = {
        "id": "id-1",
        "project": "proj-a",
        "enabled": True,
        "state": "idle",
        "last_result": "success",
        "last_sync": "20240101T10:00:00",
        "last_try": "unknown",
    }
    return {"package": {**wire, **values}}


def book(found: dict[str, Any] | None = None, *projects: str, update: int = 8) -> Book:
    """A target with two sources and some projects; the package comes from `zs-west` if it exists."""
    pages: dict[str, Any] = {
        SOURCES: {"sources": [{"name": "zs-east", "asn": "asn-e"}, {"name": "zs-west", "asn": "asn-w"}]},
        PROJECTS: {"projects": [{"name": name} for name in ("default", *projects)]},
    }
    if found is not None:
        pages[FLAT if update >= 8 else BELOW_WEST] = found
    return Book(pages, Release(update))


def plan(target: Book, **options: Any) -> Item:
    """Plan for the package."""
    return plan_package(target, {"id": "id-1", "state": "present", **options})


def facts(plan: Item) -> list[tuple[str, str, object]]:
    """What a plan sends."""
    return [(step.method, step.path, step.body) for step in plan.steps]
