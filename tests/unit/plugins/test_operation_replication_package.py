"""The target side of a replication: packages, which can be severed into projects."""

from __future__ import annotations

from typing import Any

import pytest
from lab_client import AFTER, BEFORE, LabClient
from received import (
    AGAIN,
    ARRIVED,
    DR,
    FIRST,
    NOT_THERE,
    PROJECTS,
    SOURCES,
    ids,
    path_of,
    plan,
    receive,
    receiver,
    stop,
)

from ansible_collections.zfssa.storage.plugins.module_utils.engine._apply import apply
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import InvalidInput, PlanRefused


@pytest.mark.parametrize("release", ["8.8", "8.7"])
@pytest.mark.parametrize(
    ("options", "method", "tail", "body"),
    [
        ({"enabled": False}, "PUT", "", {"enabled": False}),
        ({"state": "absent"}, "DELETE", "", None),
        ({"state": "severed", "project": "new"}, "PUT", "/sever", {"projname": "new"}),
        ({"state": "cloned", "project": "new"}, "PUT", "/clone", {"target_project": "new"}),
    ],
)
def test_work_is_done_where_the_release_keeps_the_package(
    options: dict[str, Any], method: str, tail: str, body: object, release: str
) -> None:
    west = receiver(release)
    ident = receive(west)

    apply(plan(west, ident, **options), west)

    assert west.work == [(method, path_of(west, ident) + tail, body)]


@pytest.mark.parametrize("source", [None, "name", "asn"])
def test_package_is_found_below_its_source(source: str | None) -> None:
    west = receiver("8.7")
    ident = receive(west)
    (east,) = west.do("GET", SOURCES)["sources"]

    assert plan(west, ident, source=source and east[source]).after["package"]["id"] == ident


def test_other_sources_are_left_alone() -> None:
    west = receiver("8.7")
    ident = receive(west)
    receive(west, "proj-b", sender="north")

    with pytest.raises(PlanRefused, match="does not exist"):
        plan(west, ident, source="north")

    assert path_of(west, ident) not in west.reads


@pytest.mark.parametrize("options", [{}, {"enabled": True}])
@pytest.mark.parametrize("spelt", [True, "true"])
def test_package_that_is_as_wanted_is_left_alone(spelt: bool | str, options: dict[str, Any]) -> None:
    west = receiver()
    ident = receive(west)
    west.edit(path_of(west, ident), lambda page: {"package": {**page["package"], "enabled": spelt}})

    assert not plan(west, ident, **options).changed


def test_missing_package_is_left_alone_where_it_is_to_be_absent() -> None:
    assert not plan(receiver(), state="absent").changed


def test_record_has_no_name_and_understands_unknown_values() -> None:
    first, arrived = receiver(), receiver()

    record = plan(first, receive(first, course=FIRST)).after["package"]

    assert "name" not in record
    assert record.items() >= {"last_sync": None, "last_result": None}.items()
    assert plan(arrived, receive(arrived)).after["package"]["last_sync"].endswith("Z")


@pytest.mark.parametrize(("named_after_it", "warned"), [(True, False), (False, True)])
def test_package_severed_before_is_known_by_its_project(named_after_it: bool, warned: bool) -> None:
    west = receiver()
    ident = receive(west)
    name = ident if named_after_it else "new"
    apply(plan(west, ident, state="severed", project=name), west)

    planned = plan(west, ident, state="severed", project=name)

    assert not planned.changed
    assert bool(planned.warnings) is warned
    assert all(ident in warning and name in warning for warning in planned.warnings)


def test_project_that_is_named_after_a_package_needs_nothing_in_it() -> None:
    west = receiver()
    west.add_project(NOT_THERE, "dr")

    planned = plan(west, state="severed", project=NOT_THERE)

    assert not planned.changed and not planned.warnings


def test_project_of_another_pool_is_not_what_a_package_becomes() -> None:
    west = receiver()
    ident = receive(west)
    west.add_project("new", "tank")

    planned = plan(west, ident, state="severed", project="new")

    assert planned.changed
    assert not planned.steps[0].outcome.reached(west.get(PROJECTS))
    apply(planned, west)
    assert planned.steps[0].outcome.reached(west.get(PROJECTS))


@pytest.mark.parametrize(
    ("course", "projects", "said"),
    [
        (None, [], f"neither replication package {NOT_THERE} nor the project new"),
        (None, ["new"], f"{NOT_THERE} does not exist, and there is nothing in project new"),
        (ARRIVED, ["new"], "there is a project of that name"),
        (AGAIN, [], "is receiving an update"),
        (FIRST, [], "has not received a whole update"),
    ],
)
def test_sever_that_cannot_be_is_refused(course: str | None, projects: list[str], said: str) -> None:
    west = receiver()
    ident = receive(west, course=course) if course else NOT_THERE
    if course == FIRST:
        stop(west, ident)
    for name in projects:
        west.add_project(name, "dr")

    with pytest.raises(PlanRefused, match=said):
        plan(west, ident, state="severed", project="new")


def test_missing_package_cannot_be_made() -> None:
    with pytest.raises(PlanRefused, match="does not exist"):
        plan(receiver(), enabled=False)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"state": "severed"}, "needs project"),
        ({"state": "severed", "project": "a/b"}, "project"),
        ({"ident": "../x"}, "id"),
    ],
)
def test_options_that_can_never_be_right_are_refused(options: dict[str, Any], said: str) -> None:
    west = receiver()

    with pytest.raises(InvalidInput, match=said):
        plan(west, **options)

    assert west.log == []


def is_done(west: LabClient, ident: str, options: dict[str, Any]) -> bool:
    """Whether what a task asks for has come about."""
    if "project" in options:
        return ids(west) == [] and west.look(f"{DR}/{options['project']}/luns/lun-a") is not None
    return ids(west) == [] if options.get("state") == "absent" else not west.do("GET", path_of(west, ident))["enabled"]


@pytest.mark.parametrize(
    "options", [{"enabled": False}, {"state": "absent"}, {"state": "severed", "project": "new"}], ids=str
)
@pytest.mark.parametrize(("fate", "sent"), [(AFTER, 1), (BEFORE, 2)])
def test_lost_answer_is_looked_after(options: dict[str, Any], fate: str, sent: int) -> None:
    west = receiver()
    ident = receive(west)
    planned = plan(west, ident, **options)
    west.fates = [fate]

    assert apply(planned, west) == planned.after
    assert (len(west.sent), len(west.work)) == (sent, 1)
    assert is_done(west, ident, options)
