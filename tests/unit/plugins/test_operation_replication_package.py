"""The target side of a replication: packages, which can be severed into projects."""

from __future__ import annotations

from typing import Any

import pytest
from memory_appliance import Book

from ansible_collections.zfssa.storage.plugins.module_utils._apply import apply
from ansible_collections.zfssa.storage.plugins.module_utils._errors import (
    InvalidInput,
    LostReply,
    PlanRefused,
)
from ansible_collections.zfssa.storage.plugins.module_utils._plan import Plan
from ansible_collections.zfssa.storage.plugins.module_utils._release import Release
from ansible_collections.zfssa.storage.plugins.module_utils.operations._replication_package import (
    plan_package,
)

ROOT = "/api/storage/v1/replication"
FLAT = f"{ROOT}/packages/id-1"
SOURCES = f"{ROOT}/sources"
BELOW_EAST = f"{SOURCES}/zs-east/packages/id-1"
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


def plan(target: Book, **options: Any) -> Plan:
    """Plan for the package."""
    return plan_package(target, {"id": "id-1", "state": "present", **options})


def facts(plan: Plan) -> list[tuple[str, str, object]]:
    """What a plan sends."""
    return [(step.method, step.path, step.body) for step in plan.steps]


@pytest.mark.parametrize(("update", "path"), [(8, FLAT), (7, BELOW_WEST)])
@pytest.mark.parametrize(
    ("options", "method", "tail", "body"),
    [
        ({"enabled": False}, "PUT", "", {"enabled": False}),
        ({"state": "absent"}, "DELETE", "", None),
        ({"state": "severed", "project": "new"}, "PUT", "/sever", {"projname": "new"}),
    ],
)
def test_plan_goes_where_the_release_keeps_the_package(
    options: dict[str, Any], method: str, tail: str, body: object, update: int, path: str
) -> None:
    planned = plan(book(package(), update=update), **options)

    assert facts(planned) == [(method, path + tail, body)]


@pytest.mark.parametrize("source", [None, "zs-west", "asn-w"])
def test_package_is_found_below_its_source(source: str | None) -> None:
    assert plan(book(package(), update=7), source=source).after["package"]["id"] == "id-1"


def test_other_sources_are_left_alone() -> None:
    target = book(package(), update=7)

    with pytest.raises(PlanRefused, match="does not exist"):
        plan(target, source="zs-east")

    assert BELOW_WEST not in target.reads


@pytest.mark.parametrize(
    ("found", "options"),
    [
        (package(), {}),
        (package(), {"enabled": True}),
        (package(enabled="true"), {"enabled": True}),
        (None, {"state": "absent"}),
    ],
)
def test_package_that_is_as_wanted_is_left_alone(found: dict[str, Any] | None, options: dict[str, Any]) -> None:
    assert not plan(book(found), **options).changed


def test_record_has_no_name_and_understands_unknown_values() -> None:
    record = plan(book(package())).after["package"]

    assert "name" not in record
    assert record.items() >= {"last_sync": "2024-01-01T10:00:00Z", "last_try": None}.items()


def test_package_severed_before_is_known_by_its_project() -> None:
    assert not plan(book(None, "new"), state="severed", project="new").changed


@pytest.mark.parametrize(
    ("found", "projects", "said"),
    [
        (None, [], "neither replication package id-1 nor the project new"),
        (package(), ["new"], "there is a project of that name"),
        (package(state="receiving"), [], "is receiving an update"),
    ],
)
def test_sever_that_cannot_be_is_refused(found: dict[str, Any] | None, projects: list[str], said: str) -> None:
    with pytest.raises(PlanRefused, match=said):
        plan(book(found, *projects), state="severed", project="new")


def test_missing_package_cannot_be_made() -> None:
    with pytest.raises(PlanRefused, match="does not exist"):
        plan(book(None), enabled=False)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"state": "severed"}, "needs project"),
        ({"state": "severed", "project": "a/b"}, "project"),
        ({"id": "../x"}, "id"),
    ],
)
def test_options_that_can_never_be_right_are_refused(options: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        plan(book(package()), **options)


@pytest.mark.parametrize(
    ("options", "path", "undone", "done"),
    [
        ({"enabled": False}, FLAT, package(), package(enabled=False)),
        ({"state": "absent"}, FLAT, package(), None),
        (
            {"state": "severed", "project": "new"},
            PROJECTS,
            {"projects": [{"name": "default"}]},
            {"projects": [{"name": "default"}, {"name": "new"}]},
        ),
    ],
)
@pytest.mark.parametrize("carried_out", [True, False])
def test_lost_answer_is_looked_after(
    options: dict[str, Any], path: str, undone: Any, done: Any, carried_out: bool
) -> None:
    target = book(package())
    planned = plan(target, **options)
    target.pages[path] = done if carried_out else [undone, done]
    target.answers = [LostReply("lost")]

    assert apply(planned, target) == planned.after
    assert len(target.sent) == (1 if carried_out else 2)
