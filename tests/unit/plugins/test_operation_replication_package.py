"""The target side of a replication: packages, which can be severed into projects."""

from __future__ import annotations

from typing import Any

import pytest
from package_pages import BELOW_WEST, FLAT, PROJECTS, book, facts, package, plan

from ansible_collections.zfssa.storage.plugins.module_utils.engine._apply import apply
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import (
    InvalidInput,
    LostReply,
    PlanRefused,
)


@pytest.mark.parametrize(("update", "path"), [(8, FLAT), (7, BELOW_WEST)])
@pytest.mark.parametrize(
    ("options", "method", "tail", "body"),
    [
        ({"enabled": False}, "PUT", "", {"enabled": False}),
        ({"state": "absent"}, "DELETE", "", None),
        ({"state": "severed", "project": "new"}, "PUT", "/sever", {"projname": "new"}),
        ({"state": "cloned", "project": "new"}, "PUT", "/clone", {"target_project": "new"}),
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


@pytest.mark.parametrize(("name", "shares", "warned"), [("id-1", [], False), ("new", [{"name": "lun-a"}], True)])
def test_package_severed_before_is_known_by_its_project(name: str, shares: list[dict[str, Any]], warned: bool) -> None:
    target = book(None)
    target.pages[PROJECTS] = {"projects": [{"name": name, "pool": "dr"}]}
    target.pages[f"/api/storage/v1/pools/dr/projects/{name}/luns"] = {"luns": shares}

    planned = plan(target, state="severed", project=name)

    assert not planned.changed
    assert bool(planned.warnings) is warned
    assert all("id-1" in warning and name in warning for warning in planned.warnings)


def test_project_of_another_pool_is_not_what_a_package_becomes() -> None:
    target = book(package(target_pool="dr"))
    target.pages[PROJECTS] = elsewhere = {"projects": [{"name": "new", "pool": "tank"}]}
    planned = plan(target, state="severed", project="new")

    assert planned.changed
    assert not planned.steps[0].outcome.reached(elsewhere)


@pytest.mark.parametrize(
    ("found", "projects", "said"),
    [
        (None, [], "neither replication package id-1 nor the project new"),
        (None, ["new"], "id-1 does not exist, and there is nothing in project new"),
        (package(), ["new"], "there is a project of that name"),
        (package(state="receiving"), [], "is receiving an update"),
        (package(last_sync="<unknown>"), [], "has not received a whole update"),
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
