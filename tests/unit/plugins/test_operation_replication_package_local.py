"""Packages that become local in another way: reversed, or cloned; and clones that live on them."""

from __future__ import annotations

from typing import Any

import pytest
from book import Book
from package_pages import BELOW_WEST, FLAT, PROJECTS, ROOT, book, facts, package, plan

from ansible_collections.zfssa.storage.plugins.module_utils.engine._apply import apply
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import (
    ApplianceError,
    InvalidInput,
    LostReply,
    PlanRefused,
)

# What becomes local in another way: reversed, or cloned.


EAST = {"label": "to-east", "asn": "asn-e"}
BACK = {"id": "id-2", "pool": "dr", "project": "new", "share": "lun-a", "target": "asn-e", "target_pool": "tank"}
FROM_EAST = {"source_name": "zs-east", "source_asn": "asn-e", "source_pool": "tank", "target_pool": "dr"}


def reversible(found: dict[str, Any] | None, *projects: str, actions: tuple[Any, ...] = (), update: int = 8) -> Book:
    """A target on which the source is registered as a target, too."""
    target = book(found, *projects, update=update)
    target.pages.update({f"{ROOT}/targets": {"targets": [EAST]}, f"{ROOT}/actions": {"actions": list(actions)}})
    return target


@pytest.mark.parametrize(("update", "path"), [(8, f"{FLAT}/pkgreverse"), (7, f"{BELOW_WEST}/reverse")])
def test_reversal_has_a_word_of_its_own_on_each_release(update: int, path: str) -> None:
    target = reversible(package(source_asn="asn-e"), update=update)

    assert facts(plan(target, state="reversed", project="new")) == [("PUT", path, {"projname": "new"})]


def test_reversal_is_predicted_as_far_as_it_can_be() -> None:
    planned = plan(reversible(package(**FROM_EAST)), state="reversed", project="new")

    known = {key: value for key, value in planned.after["action"].items() if value is not None}
    assert known == {"pool": "dr", "project": "new", "target": "to-east", "target_pool": "tank"}
    assert planned.after["package"] is None
    assert (planned.before["project"], planned.after["project"]) == (None, "new")


def test_reversal_without_word_of_the_source_is_left_to_the_appliance() -> None:
    planned = plan(reversible(package()), state="reversed", project="new")

    assert planned.changed
    assert planned.after["action"]["target"] is None


@pytest.mark.parametrize("answer", [{"action": BACK}, {}])
def test_new_action_is_told(answer: dict[str, Any]) -> None:
    target = reversible(package(**FROM_EAST), actions=({**BACK, "id": "other", "project": "x"}, BACK))
    planned = plan(target, state="reversed", project="new")
    target.answers = [answer]

    results = apply(planned, target)

    assert results["action"].items() >= {"id": "id-2", "target": "to-east", "lun": "lun-a"}.items()
    assert results["package"] is None


# An action elsewhere, and one that has kept the id of the package.
ELSEWHERE, KEPT = {**BACK, "target": "asn-n"}, {**BACK, "id": "id-1", "target": "asn-n"}


@pytest.mark.parametrize(
    ("actions", "source", "found"),
    [
        ((ELSEWHERE, BACK), None, "id-2"),
        ((BACK,), "zs-east", "id-2"),
        ((BACK,), "to-east", "id-2"),
        ((BACK, KEPT), None, "id-1"),
    ],
)
def test_package_reversed_before_is_known_by_its_action(
    actions: tuple[dict[str, Any], ...], source: str | None, found: str
) -> None:
    planned = plan(reversible(None, "new", actions=actions), state="reversed", project="new", source=source)

    assert not planned.changed
    assert planned.after["action"]["id"] == found


@pytest.mark.parametrize(("action", "source"), [(ELSEWHERE, None), (BACK, "zs-west")])
def test_action_that_leads_elsewhere_is_no_way_back(action: dict[str, Any], source: str | None) -> None:
    target = reversible(None, "new", actions=(action,))

    with pytest.raises(PlanRefused, match="no action replicates the project new back"):
        plan(target, state="reversed", project="new", source=source)


# What lives on a package: a clone, whatever the release tells of its origin.


SNAPSHOT_OF = ".rr-id-1-4"
PLACE = "/api/storage/v1/pools/dr/projects/try/luns/lun-a"


def share(nodestroy: bool = False, **origin: Any) -> dict[str, Any]:
    """A LUN of the project `try`, as the list of all LUNs has it."""
    return {"pool": "dr", "project": "try", "name": "lun-a", "nodestroy": nodestroy, "origin": origin}


def lived_on(*luns: dict[str, Any], **pages: Any) -> Book:
    """A target with the package, and some LUNs."""
    target = book(package(target_pool="dr"))
    target.pages["/api/storage/v1/luns"] = {"luns": list(luns)}
    target.pages.update(pages)
    return target


@pytest.mark.parametrize(
    "clone",
    [
        share(collection="id-1", project="proj-a"),
        share(project="proj-a", share="lun-a", snapshot="s"),
        share(project="other", snapshot=SNAPSHOT_OF),
    ],
)
def test_package_with_a_clone_goes_by_force_only(clone: dict[str, Any]) -> None:
    with pytest.raises(PlanRefused, match="has clones, which would be destroyed with it: LUN dr/try/lun-a"):
        plan(lived_on(clone), state="absent")

    assert plan(lived_on(clone), state="absent", force=True).changed


@pytest.mark.parametrize(
    "clone",
    [
        share(collection="local", project="proj-a"),
        share(project="proj-a", snapshot=".rr-id-9-1"),
        share(project="proj-b", snapshot="s"),
    ],
)
def test_package_on_which_nothing_lives_goes(clone: dict[str, Any]) -> None:
    assert plan(lived_on(clone), state="absent").changed


OURS = {"name": "dr", "status": "online"}
THEIRS = {"name": "dr", "status": "exported", "owner": "zs-2"}
POOLS = "/api/storage/v1/pools"


@pytest.mark.parametrize(("pools", "absent"), [([OURS, {**THEIRS, "name": "b"}], True), ([], True), ([THEIRS], False)])
def test_package_is_not_absent_where_the_other_node_has_all_pools(pools: list[Any], absent: bool) -> None:
    target = book()
    target.pages[POOLS] = {"pools": pools}

    if absent:
        assert not plan(target, state="absent").changed
    else:
        with pytest.raises(PlanRefused, match="all pools belong to zs-2 of this cluster; set host to zs-2"):
            plan(target, state="absent")


def test_destroyed_package_is_looked_for_in_its_pool_when_the_answer_is_lost() -> None:
    target = book(package(target_pool="dr"))
    planned = plan(target, state="absent")
    target.pages.update({FLAT: None, f"{POOLS}/dr": {"pool": THEIRS}})
    target.answers = [LostReply("lost")]

    with pytest.raises(LostReply, match="pool dr belongs to zs-2 of this cluster"):
        apply(planned, target)


def test_clone_of_a_clone_dies_as_well() -> None:
    second = f"{PLACE}/snapshots/s/dependents"
    pages = {
        f"{PLACE}/snapshots": {"snapshots": [{"name": "s", "numclones": 1}]},
        second: {"dependents": [{"project": "deep", "share": "x", "href": "/api/storage/v1/.../luns/x"}]},
    }

    with pytest.raises(PlanRefused, match="LUN dr/try/lun-a, LUN dr/deep/x"):
        plan(lived_on(share(collection="id-1"), **pages), state="absent")


@pytest.mark.parametrize(
    ("clone", "snapshot", "said"),
    [
        (share(nodestroy=True, collection="id-1"), {}, "protected by nodestroy: LUN dr/try/lun-a"),
        (share(collection="id-1"), {"retentionhold": "on"}, "retention hold"),
    ],
)
def test_clone_that_the_appliance_keeps_is_not_forced(clone: dict[str, Any], snapshot: Any, said: str) -> None:
    target = lived_on(clone, **{f"{PLACE}/snapshots": {"snapshots": [{"name": "s", **snapshot}] if snapshot else []}})

    with pytest.raises(PlanRefused, match=said):
        plan(target, state="absent", force=True)


@pytest.mark.parametrize(
    ("found", "projects", "said"),
    [
        (None, [], "neither replication package id-1 nor the project new"),
        (None, ["new"], "no action replicates the project new back"),
        (package(**FROM_EAST), ["new"], "there is a project of that name"),
        (package(state="receiving"), [], "is receiving an update"),
        (package(last_sync="<unknown>"), [], "has not received a whole update"),
        (package(source_name="zs-north", source_asn="asn-n"), [], "zs-north is not registered here"),
    ],
)
def test_reversal_that_cannot_be_is_refused(found: dict[str, Any] | None, projects: list[str], said: str) -> None:
    with pytest.raises(PlanRefused, match=said):
        plan(reversible(found, *projects), state="reversed", project="new")


def origin(**values: Any) -> dict[str, Any]:
    """A LUN that is a clone."""
    return {"name": "lun-a", "origin": {"project": "proj-a", "share": "lun-a", "snapshot": "s", **values}}


def cloned(*luns: dict[str, Any], filesystems: tuple[Any, ...] = (), **values: Any) -> Book:
    """A target with the package, and a project of the name that its clone is to have."""
    target = book(package(target_pool="dr", **values))
    place = "/api/storage/v1/pools/dr/projects/new"
    target.pages.update(
        {
            PROJECTS: {"projects": [{"name": "new", "pool": "dr"}, {"name": "other", "pool": "dr"}]},
            f"{place}/luns": {"luns": list(luns)},
            f"{place}/filesystems": {"filesystems": list(filesystems)},
        }
    )
    return target


@pytest.mark.parametrize(
    "target",
    [
        cloned({"name": "plain"}, origin(collection="id-1")),
        cloned(filesystems=(origin(collection="id-1"),)),
        cloned(origin()),
    ],
)
def test_clone_made_before_is_known_by_its_origin(target: Book) -> None:
    planned = plan(target, state="cloned", project="new")

    assert not planned.changed
    assert planned.after["project"] == "new"
    assert planned.after["package"]["id"] == "id-1"


@pytest.mark.parametrize(
    "target",
    [
        cloned(),
        cloned({"name": "lun-a"}),
        cloned(origin(collection="id-9")),
        cloned(origin(collection="local")),
        cloned(origin(project="proj-b")),
    ],
)
def test_project_that_is_no_clone_of_the_package_is_in_the_way(target: Book) -> None:
    with pytest.raises(PlanRefused, match="there is a project of that name"):
        plan(target, state="cloned", project="new")


def test_project_of_another_pool_is_not_in_the_way() -> None:
    target = cloned()
    target.pages[PROJECTS] = {"projects": [{"name": "new", "pool": "tank"}]}

    assert plan(target, state="cloned", project="new").changed


@pytest.mark.parametrize(
    ("found", "pages", "said"),
    [
        (None, {}, "does not exist"),
        (package(last_sync="unknown"), {}, "has not received a whole update"),
        (
            package(),
            {f"{FLAT}/clone/conflicts": {"conflicts": [{"share": "fs", "property": "mountpoint", "value": "/x"}]}},
            "mountpoint /x of fs is taken",
        ),
        (package(), {f"{FLAT}/clone/conflicts": {"conflicts": ["/x", 7]}}, "/x, 7 is taken"),
        (
            package(),
            {f"{FLAT}/clone/conflicts": {"conflicts": "The mount point /x\n  of fs is in use.\n"}},
            "into project new: The mount point /x of fs is in use; ",
        ),
    ],
)
def test_clone_that_cannot_be_is_refused(found: Any, pages: dict[str, Any], said: str) -> None:
    target = book(found)
    target.pages.update(pages)

    with pytest.raises(PlanRefused, match=said):
        plan(target, state="cloned", project="new")


@pytest.mark.parametrize(
    "answer",
    [
        {"conflicts": []},
        {"conflicts": "There are no conflicts.\n"},
        {"conflicts": ""},
        {"conflicts": None},
        {},
        None,
        ApplianceError("no such method", status=405),
    ],
)
def test_conflicts_are_none_or_not_told(answer: Any) -> None:
    target = book(package())
    target.pages[f"{FLAT}/clone/conflicts"] = answer

    assert plan(target, state="cloned", project="new").changed
    assert plan(target, state="cloned", project="new").after["package"]["id"] == "id-1"


def test_trouble_with_the_conflicts_is_trouble() -> None:
    target = book(package())
    target.pages[f"{FLAT}/clone/conflicts"] = ApplianceError("sick", status=500)

    with pytest.raises(ApplianceError, match="sick"):
        plan(target, state="cloned", project="new")


@pytest.mark.parametrize("state", ["reversed", "cloned"])
def test_project_is_needed(state: str) -> None:
    with pytest.raises(InvalidInput, match=f"state={state} needs project"):
        plan(book(package()), state=state)


@pytest.mark.parametrize("state", ["reversed", "cloned"])
@pytest.mark.parametrize("carried_out", [True, False])
def test_lost_answer_to_what_makes_a_project_is_looked_after(carried_out: bool, state: str) -> None:
    target = reversible(package(**FROM_EAST), actions=(BACK,))
    planned = plan(target, state=state, project="new")
    done = {"projects": [{"name": "new", "pool": "dr"}]}
    target.pages[PROJECTS] = done if carried_out else [{"projects": []}, done]
    target.answers = [LostReply("lost")]

    results = apply(planned, target)

    assert results["project"] == "new"
    assert len(target.sent) == (1 if carried_out else 2)
