"""Packages that become local in another way: reversed, or cloned."""

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
    REPLICATION,
    ids,
    path_of,
    plan,
    receive,
    receiver,
    stop,
)

from ansible_collections.zfssa.storage.plugins.module_utils.engine._apply import apply
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import (
    ApplianceError,
    InvalidInput,
    PlanRefused,
)

ACTIONS = f"{REPLICATION}/actions"
NEW = f"{DR}/new"
# A clone is known by its origin, which an appliance tells in one of these ways.
OF_PACKAGE: dict[str, Any] = {"project": "proj-a", "share": "lun-a", "snapshot": "s"}


def reversible(release: str = "8.8", **more: Any) -> LabClient:
    """An appliance that has registered the source `east` under another name than its own."""
    west = receiver(release, **more)
    (east,) = [one for one in west.do("GET", f"{REPLICATION}/targets")["targets"] if one["label"] == "east"]
    west.do("PUT", east["href"], {"label": "to-east"})
    return west


def reversed_to_new() -> tuple[LabClient, str]:
    """An appliance that has reversed the package into project `new`, and the id that the package had."""
    west = reversible()
    ident = receive(west, lun="lun-a")
    apply(plan(west, ident, state="reversed", project="new"), west)
    west.log.clear()
    return west, ident


def actions(west: LabClient) -> list[dict[str, Any]]:
    """The actions of the appliance."""
    found: list[dict[str, Any]] = west.do("GET", ACTIONS)["actions"]
    return found


@pytest.mark.parametrize(("release", "word"), [("8.8", "pkgreverse"), ("8.7", "reverse")])
def test_reversal_has_a_word_of_its_own_on_each_release(release: str, word: str) -> None:
    west = reversible(release)
    ident = receive(west)
    path = path_of(west, ident)

    apply(plan(west, ident, state="reversed", project="new"), west)

    assert west.work == [("PUT", f"{path}/{word}", {"projname": "new"})]


def test_reversal_is_predicted_as_far_as_it_can_be() -> None:
    west = reversible()

    planned = plan(west, receive(west), state="reversed", project="new")

    known = {key: value for key, value in planned.after["action"].items() if value is not None}
    assert known == {"pool": "dr", "project": "new", "target": "to-east", "target_pool": "tank"}
    assert planned.after["package"] is None
    assert (planned.before["project"], planned.after["project"]) == (None, "new")


@pytest.mark.parametrize("tells", [True, False])
def test_prediction_does_not_guess_what_the_package_does_not_tell(tells: bool) -> None:
    west = reversible(tells=tells)
    ident = receive(west)
    # Nobody sends to it as far as it knows.
    west.edit(f"{REPLICATION}/sources", lambda page: page if tells else {"sources": []})

    planned = plan(west, ident, state="reversed", project="new")

    assert planned.changed
    assert (planned.after["action"]["target"] is None) is not tells


@pytest.mark.parametrize("silent", [False, True])
def test_new_action_is_told(silent: bool) -> None:
    west = reversible()
    ident, other = receive(west, lun="lun-a"), receive(west, "proj-b")
    apply(plan(west, other, state="reversed", project="x"), west)
    west.silent = silent

    results = apply(plan(west, ident, state="reversed", project="new"), west)

    (made,) = [one["id"] for one in actions(west) if one["project"] == "new"]
    assert results["action"].items() >= {"id": made, "target": "to-east", "lun": "lun-a"}.items()
    assert results["package"] is None


@pytest.mark.parametrize("source", [None, "east", "to-east"])
def test_package_reversed_before_is_known_by_its_action(source: str | None) -> None:
    west, ident = reversed_to_new()
    back = actions(west)[0]["id"]
    # One that goes elsewhere, and is listed first.
    west.do("POST", f"{NEW}/luns/lun-a/replication/actions", {"pool": "dr", "target": "north"})
    west.edit(ACTIONS, lambda page: {"actions": sorted(page["actions"], key=lambda one: one["id"] == back)})

    planned = plan(west, ident, state="reversed", project="new", source=source)

    assert not planned.changed
    assert planned.after["action"].items() >= {"id": back, "target": "to-east"}.items()


def test_action_that_has_kept_the_id_of_the_package_is_the_one() -> None:
    west, ident = reversed_to_new()
    other = west.do("POST", f"{NEW}/luns/lun-a/replication/actions", {"pool": "dr", "target": "north"})["id"]
    west.edit(
        ACTIONS,
        lambda page: {
            "actions": [{**one, "id": ident if one["id"] == other else one["id"]} for one in page["actions"]]
        },
    )

    planned = plan(west, ident, state="reversed", project="new")

    assert planned.after["action"].items() >= {"id": ident, "target": "north"}.items()


@pytest.mark.parametrize(("back", "source"), [(False, None), (True, "north")])
def test_action_that_leads_elsewhere_is_no_way_back(back: bool, source: str | None) -> None:
    west, ident = reversed_to_new()
    if not back:
        west.do("DELETE", f"{ACTIONS}/{actions(west)[0]['id']}?confirm=true")
        west.do("POST", f"{NEW}/luns/lun-a/replication/actions", {"pool": "dr", "target": "north"})

    with pytest.raises(PlanRefused, match="no action replicates the project new back"):
        plan(west, ident, state="reversed", project="new", source=source)


@pytest.mark.parametrize(
    ("course", "projects", "said"),
    [
        (None, [], f"neither replication package {NOT_THERE} nor the project new"),
        (None, ["new"], "no action replicates the project new back"),
        (ARRIVED, ["new"], "there is a project of that name"),
        (AGAIN, [], "is receiving an update"),
        (FIRST, [], "has not received a whole update"),
    ],
)
def test_reversal_that_cannot_be_is_refused(course: str | None, projects: list[str], said: str) -> None:
    west = receiver()
    ident = receive(west, course=course) if course else NOT_THERE
    if course == FIRST:
        stop(west, ident)
    for name in projects:
        west.add_project(name, "dr")

    with pytest.raises(PlanRefused, match=said):
        plan(west, ident, state="reversed", project="new")


def test_reversal_to_an_appliance_that_is_not_registered_is_refused() -> None:
    west = receiver()
    ident = receive(west, sender="north")
    (north,) = [one for one in west.do("GET", f"{REPLICATION}/targets")["targets"] if one["label"] == "north"]
    west.do("DELETE", north["href"])

    with pytest.raises(PlanRefused, match="north is not registered here"):
        plan(west, ident, state="reversed", project="new")


def cloned(west: LabClient) -> str:
    """Clone a package that has come into project `new`, and return its id."""
    ident = receive(west)
    apply(plan(west, ident, state="cloned", project="new"), west)
    return ident


def with_origin(west: LabClient, origin: dict[str, Any] | None) -> None:
    """Let the LUN in project `new` be read as if it came from there."""
    west.edit(f"{NEW}/luns", lambda page: {"luns": [{**one, "origin": origin} for one in page["luns"]]})


def test_clone_made_before_is_known_by_its_origin() -> None:
    west = receiver()
    ident = cloned(west)
    west.add_lun("new", "plain", "dr")

    planned = plan(west, ident, state="cloned", project="new")

    assert not planned.changed
    assert planned.after["project"] == "new"
    assert planned.after["package"]["id"] == ident


def test_clone_of_a_filesystem_is_known_as_well() -> None:
    west = receiver()
    east = west.peer("east")
    east.add_project("proj-a")
    east.do("POST", "/api/storage/v1/pools/tank/projects/proj-a/filesystems", {"name": "fs"})
    ident = receive(west, luns=())
    apply(plan(west, ident, state="cloned", project="new"), west)

    assert west.do("GET", f"{NEW}/luns")["luns"] == []
    assert not plan(west, ident, state="cloned", project="new").changed


@pytest.mark.parametrize(
    ("origin", "is_clone"),
    [
        (OF_PACKAGE, True),
        ({**OF_PACKAGE, "collection": "ID"}, True),
        (None, False),
        ({**OF_PACKAGE, "collection": NOT_THERE}, False),
        ({**OF_PACKAGE, "collection": "local"}, False),
        ({**OF_PACKAGE, "project": "proj-b"}, False),
    ],
)
def test_project_that_is_no_clone_of_the_package_is_in_the_way(origin: dict[str, Any] | None, is_clone: bool) -> None:
    west = receiver()
    ident = cloned(west)
    with_origin(west, origin and {key: ident if value == "ID" else value for key, value in origin.items()})

    if is_clone:
        assert not plan(west, ident, state="cloned", project="new").changed
    else:
        with pytest.raises(PlanRefused, match="there is a project of that name"):
            plan(west, ident, state="cloned", project="new")


def test_empty_project_is_in_the_way() -> None:
    west = receiver()
    ident = receive(west)
    west.add_project("new", "dr")

    with pytest.raises(PlanRefused, match="there is a project of that name"):
        plan(west, ident, state="cloned", project="new")


def test_project_of_another_pool_is_not_in_the_way() -> None:
    west = receiver()
    ident = receive(west)
    west.add_project("new", "tank")

    assert apply(plan(west, ident, state="cloned", project="new"), west)["project"] == "new"
    assert west.look(f"{NEW}/luns/lun-a") is not None


@pytest.mark.parametrize(("course", "said"), [(None, "does not exist"), (FIRST, "has not received a whole update")])
def test_clone_of_nothing_is_refused(course: str | None, said: str) -> None:
    west = receiver()
    ident = receive(west, course=course) if course else NOT_THERE
    if course:
        stop(west, ident)

    with pytest.raises(PlanRefused, match=said):
        plan(west, ident, state="cloned", project="new")


@pytest.mark.parametrize(
    ("conflicts", "said"),
    [
        ([{"share": "fs", "property": "mountpoint", "value": "/x"}], "mountpoint /x of fs is taken"),
        (["/x", 7], "/x, 7 is taken"),
        (
            "The mount point /x\n  of fs is in use.\n",
            "into project new: The mount point /x of fs is in use; ",
        ),
    ],
)
def test_clone_with_conflicts_is_refused(conflicts: Any, said: str) -> None:
    west = receiver()
    ident = receive(west)
    west.edit(f"{path_of(west, ident)}/clone/conflicts", lambda _page: {"conflicts": conflicts})

    with pytest.raises(PlanRefused, match=said):
        plan(west, ident, state="cloned", project="new")


@pytest.mark.parametrize(
    "answer",
    [
        {"conflicts": []},
        {"conflicts": "There are no conflicts.\n"},
        {"conflicts": ""},
        {"conflicts": None},
        {},
        None,
    ],
)
def test_conflicts_are_none_or_not_told(answer: dict[str, Any] | None) -> None:
    west = receiver()
    ident = receive(west)
    west.edit(f"{path_of(west, ident)}/clone/conflicts", lambda _page: answer)

    planned = plan(west, ident, state="cloned", project="new")

    assert planned.changed
    assert planned.after["package"]["id"] == ident


def test_appliance_without_a_list_of_conflicts_has_none() -> None:
    west = receiver()
    ident = receive(west)
    west.fault({"status": 405}, path="/clone/conflicts$")

    assert plan(west, ident, state="cloned", project="new").changed


def test_trouble_with_the_conflicts_is_trouble() -> None:
    west = receiver()
    ident = receive(west)
    west.fault({"status": 500}, path="/clone/conflicts$")

    with pytest.raises(ApplianceError) as sick:
        plan(west, ident, state="cloned", project="new")

    assert sick.value.status == 500


@pytest.mark.parametrize("state", ["reversed", "cloned"])
def test_project_is_needed(state: str) -> None:
    with pytest.raises(InvalidInput, match=f"state={state} needs project"):
        plan(receiver(), state=state)


@pytest.mark.parametrize("state", ["reversed", "cloned"])
@pytest.mark.parametrize(("fate", "sent"), [(AFTER, 1), (BEFORE, 2)])
def test_lost_answer_to_what_makes_a_project_is_looked_after(fate: str, sent: int, state: str) -> None:
    west = receiver()
    ident = receive(west)
    planned = plan(west, ident, state=state, project="new")
    west.fates = [fate]

    results = apply(planned, west)

    assert results["project"] == "new"
    assert (len(west.sent), len(west.work)) == (sent, 1)
    assert west.look(f"{NEW}/luns/lun-a") is not None
    assert ids(west) == ([] if state == "reversed" else [ident])
