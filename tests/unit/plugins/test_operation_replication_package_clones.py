"""What lives on a package, a clone and its own clones, dies with it: only when that is asked for, or not at all."""

from __future__ import annotations

from typing import Any

import pytest
from lab_client import AFTER, ROOT, LabClient
from received import DR, NOT_THERE, ids, plan, receive, receiver

from ansible_collections.zfssa.storage.plugins.module_utils.engine._apply import apply
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import LostReply, PlanRefused

TRY = f"{DR}/try"
ALL_LUNS = f"{ROOT}luns"


def with_clone() -> tuple[LabClient, str]:
    """An appliance with a package and its clone in project `try`, and the id of the package."""
    west = receiver()
    ident = receive(west)
    apply(plan(west, ident, state="cloned", project="try"), west)
    west.work.clear()
    return west, ident


def told(west: LabClient, **origin: str) -> None:
    """Let the list of all LUNs tell the origin of those in project `try` in these words."""

    def change(page: dict[str, Any]) -> dict[str, Any]:
        return {"luns": [{**one, "origin": origin} if one["project"] == "try" else one for one in page["luns"]]}

    west.edit(ALL_LUNS, change)


@pytest.mark.parametrize(
    "origin",
    [
        None,
        {"collection": "ID", "project": "proj-a"},
        {"project": "proj-a", "share": "lun-a", "snapshot": "s"},
        {"project": "other", "snapshot": ".rr-ID-4"},
    ],
    ids=["as the lab tells it", "collection", "project", "snapshot"],
)
def test_package_with_a_clone_goes_by_force_only(origin: dict[str, str] | None) -> None:
    west, ident = with_clone()
    if origin:
        told(west, **{key: value.replace("ID", ident) for key, value in origin.items()})

    with pytest.raises(PlanRefused, match="has clones, which would be destroyed with it: LUN dr/try/lun-a"):
        plan(west, ident, state="absent")

    apply(plan(west, ident, state="absent", force=True), west)
    assert (ids(west), west.luns()) == ([], [])


@pytest.mark.parametrize(
    "origin",
    [
        {"collection": "local", "project": "proj-a"},
        {"project": "proj-a", "snapshot": f".rr-{NOT_THERE}-1"},
        {"project": "proj-b", "snapshot": "s"},
    ],
)
def test_package_on_which_nothing_lives_goes(origin: dict[str, str]) -> None:
    west = receiver()
    ident = receive(west)
    west.add_project("try", "dr")
    west.add_lun("try", "lun-a", "dr")
    told(west, **origin)

    apply(plan(west, ident, state="absent"), west)

    assert (ids(west), west.luns()) == ([], ["try/lun-a"])


def test_clone_of_a_clone_dies_as_well() -> None:
    west, ident = with_clone()
    west.add_project("deep", "dr")
    west.do("POST", f"{TRY}/luns/lun-a/snapshots", {"name": "s"})
    west.do("PUT", f"{TRY}/luns/lun-a/snapshots/s/clone", {"share": "x", "project": "deep"})

    with pytest.raises(PlanRefused, match="LUN dr/try/lun-a, LUN dr/deep/x"):
        plan(west, ident, state="absent")


def test_protected_clone_is_not_forced() -> None:
    west, ident = with_clone()
    west.do("PUT", f"{TRY}/luns/lun-a", {"nodestroy": True})

    with pytest.raises(PlanRefused, match="protected by nodestroy: LUN dr/try/lun-a"):
        plan(west, ident, state="absent", force=True)


def test_clone_whose_snapshot_is_held_is_not_forced() -> None:
    west, ident = with_clone()
    path = f"{TRY}/luns/lun-a/snapshots"
    west.do("POST", path, {"name": "s"})
    west.do("PUT", f"{path}/s", {"retentionpolicy": "locked"})

    with pytest.raises(PlanRefused, match="retention hold"):
        plan(west, ident, state="absent", force=True)


def clustered(*served: str) -> LabClient:
    """A head of a cluster that has these pools; the other head has all others of `a` and `b`."""
    pools = {"a": 1 << 50, "b": 1 << 50}
    own = {name: size for name, size in pools.items() if name in served}
    rest = {name: size for name, size in pools.items() if name not in served}
    head = LabClient(pools={}, own_pools={"east": own, "west": rest}, appliances=("east", "west"))
    head.pair()
    return head


@pytest.mark.parametrize(
    ("head", "absent"), [(clustered("a"), True), (LabClient(pools={}), True), (clustered(), False)]
)
def test_package_is_not_absent_where_the_other_node_has_all_pools(head: LabClient, absent: bool) -> None:
    if absent:
        assert not plan(head, state="absent").changed
    else:
        with pytest.raises(PlanRefused, match="all pools belong to west of this cluster; set host to west"):
            plan(head, state="absent")


def test_destroyed_package_is_looked_for_in_its_pool_when_the_answer_is_lost() -> None:
    west = receiver()
    ident = receive(west)
    planned = plan(west, ident, state="absent")
    # A takeover came meanwhile.
    west.edit(f"{ROOT}pools/dr", lambda page: {"pool": {**page["pool"], "status": "exported", "owner": "zs-2"}})
    west.fates = [AFTER]

    with pytest.raises(LostReply, match="pool dr belongs to zs-2 of this cluster"):
        apply(planned, west)
