"""LUNs that are made as clones: what is sent, what is predicted, what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from lab_client import AFTER, BEFORE, LabClient

from ansible_collections.zfssa.storage.plugins.module_utils.engine._apply import apply
from ansible_collections.zfssa.storage.plugins.module_utils.engine._plan import Item
from ansible_collections.zfssa.storage.plugins.module_utils.engine._preconditions import require
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.lun._kind import LUN as LUN_KIND
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.lun._table import LUN
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.san._protocols import MASKED
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import LostReply, ObjectExists, PlanRefused

GIB = 1024**3
ROOT = "/api/storage/v1/pools/tank/projects"
ORIGIN = f"{ROOT}/proj-a/luns/lun-a"
CLONE = f"{ROOT}/proj-a/luns/c"
NAMES = {"pool": "tank", "project": "proj-a", "name": "c"}
SOURCE = {"lun": "lun-a", "snapshot": "s1", "project": None}
OPTIONS = {"state": "present", **NAMES, "source": SOURCE}
SNAPSHOT = {"pool": "tank", "project": "proj-a", "share": "lun-a", "snapshot": "s1"}


# What the appliance says of where the origin has its values from; of `secondarycache` it does not say it.
SOURCES = {"compression": "local", "logbias": "inherited", "checksum": "received", "copies": "default"}


def origin_at(release: str = "8.8", **values: Any) -> LabClient:
    """An appliance with the origin and its snapshot, and another project."""
    at = LabClient(release)
    at.add_groups()
    at.add_project("proj-a")
    at.add_project(
        "proj-b",
        checksum="sha256",
        logbias="throughput",
        copies=2,
        secondarycache="none",
        default_volblocksize=65536,
    )
    at.add_lun("proj-a", "lun-a", **{"volsize": GIB, "sparse": True, "compression": "gzip", **values})
    at.add_snapshot("proj-a", "lun-a", "s1")
    return at


def clone(at: LabClient, **values: Any) -> dict[str, Any]:
    """Make the clone as somebody else does, presented to nobody."""
    return at.do("PUT", f"{ORIGIN}/snapshots/s1/clone", {"share": "c", "initiatorgroup": MASKED, **values})


def says(at: LabClient, path: str, **values: Any) -> None:
    """Let the appliance say something else of a LUN."""
    at.edit(path, lambda page: {"lun": {**page["lun"], **values}})


def plan(reader: LabClient, **options: Any) -> Item:
    """Plan for the clone."""
    return LUN_KIND.plan(reader, {**OPTIONS, **options})


def test_body_has_the_place_and_only_what_was_given() -> None:
    step = plan(origin_at(), compression="off", volblocksize="8k", size="1G", initiator_groups=[]).steps[0]

    assert (step.method, step.path) == ("PUT", f"{ORIGIN}/snapshots/s1/clone")
    assert step.body == {
        "project": "proj-a",
        "share": "c",
        "compression": "off",
        "initiatorgroup": "com.sun.ms.vss.hg.maskAll",
    }


def test_number_is_spelled_as_the_release_does() -> None:
    body = plan(origin_at("2013.1"), lu_number="5", initiator_groups=["ig-a"]).steps[0].body

    assert body == {"project": "proj-a", "share": "c", "initiatorgroup": "ig-a", "lunnumber": 5}


@pytest.mark.parametrize("release", ["2013.1", "8.7", "8.8"])
def test_clone_is_presented_to_nobody_unless_the_user_says_to_whom(release: str) -> None:
    planned = plan(origin_at(release))

    assert planned.steps[0].body == {"project": "proj-a", "share": "c", "initiatorgroup": MASKED}
    assert planned.after["lun"]["initiator_groups"] == [] and planned.after["lun"]["lu_numbers"] == {}


def test_lost_answer_to_a_clone_is_judged_by_what_the_user_said() -> None:
    at = origin_at()
    unsaid, to_nobody = plan(at).steps[0], plan(at, initiator_groups=[]).steps[0]
    # Somebody else has made it with the same request, and presented it.
    made = {"lun": clone(at, initiatorgroup="ig-a")}

    assert unsaid.outcome.reached(made)
    assert not to_nobody.outcome.reached(made)


def test_prediction_in_the_same_project() -> None:
    after = plan(origin_at(nodestroy=True), initiator_groups=["ig-a"]).after["lun"]

    assert after["origin"] == SNAPSHOT
    assert after["name"] == "c"
    assert after["compression"] == "gzip" and after["sparse"] is True and after["nodestroy"] is True
    assert after["lu_numbers"] == {"ig-a": None} and after["lu_number"] is None
    assert [after[key] for key in ("size", "lunguid", "id", "creation", "space_data")] == [None] * 5
    assert set(after) == set(LUN.normalise({}))


def test_prediction_in_another_project() -> None:
    at = origin_at()
    says(at, ORIGIN, source=SOURCES)

    after = plan(at, project="proj-b", source={**SOURCE, "project": "proj-a"}, size="1G").after["lun"]

    own = {"compression": "gzip", "checksum": "fletcher4", "sparse": True, "volblocksize": 8192, "size": GIB}
    inherited = {"logbias": "throughput", "copies": 2}
    assert {key: after[key] for key in own} == own
    assert {key: after[key] for key in inherited} == inherited
    # The appliance does not say whose it is.
    assert after["secondarycache"] is None
    assert after["dedup"] is False


def test_what_nobody_says_the_source_of_is_not_predicted() -> None:
    at = origin_at()
    says(at, ORIGIN, source=None)

    after = plan(at, project="proj-b", source={**SOURCE, "project": "proj-a"}).after["lun"]

    assert after["compression"] is None


def test_clone_of_the_wanted_size_is_not_resized() -> None:
    at = origin_at()

    results = apply(plan(at, size="1G"), at)

    assert len(at.sent) == 1
    assert results["lun"]["size"] == GIB


@pytest.mark.parametrize("size", [GIB // 2, 2 * GIB])
def test_size_of_the_clone_is_that_of_the_snapshot(size: int) -> None:
    """What came smaller is grown, and what came larger is not cut without permission."""
    at = LabClient()
    at.add_project("proj-a")
    at.add_lun("proj-a", "lun-a", volsize=size)
    at.add_snapshot("proj-a", "lun-a", "s1")
    at.do("PUT", ORIGIN, {"volsize": GIB})
    planned = plan(at, size="1G")

    if size < GIB:
        apply(planned, at)
        assert at.work[1:] == [("PUT", CLONE, {"volsize": GIB})]
        return
    with pytest.raises(
        PlanRefused, match=r"would have 2G, the size of its snapshot, and 1G would truncate it"
    ) as caught:
        apply(planned, at)
    # It is removed again.
    assert caught.value.steps_done == () and at.luns() == ["proj-a/lun-a"]


def test_clone_that_came_larger_is_cut_where_that_is_allowed() -> None:
    at = origin_at()

    results = apply(plan(at, size="512M", allow_shrink=True), at)

    assert results["lun"]["size"] == GIB // 2


def test_clone_whose_answer_is_lost_is_not_made_again() -> None:
    at = origin_at()
    planned = plan(at)
    at.fates = [AFTER]

    apply(planned, at)

    assert len(at.sent) == 1


def test_clone_whose_request_is_lost_is_made() -> None:
    at = origin_at()
    planned = plan(at)
    at.fates = [BEFORE]

    apply(planned, at)

    assert (len(at.sent), len(at.work)) == (2, 1)


@pytest.mark.parametrize("other", ["another clone", "another LUN"])
def test_what_somebody_else_made_meanwhile_is_not_taken_for_the_clone(other: str) -> None:
    at = origin_at()
    planned = plan(at)
    if other == "another LUN":
        at.add_lun("proj-a", "c")
    else:
        at.add_snapshot("proj-a", "lun-a", "s2")
        at.do("PUT", f"{ORIGIN}/snapshots/s2/clone", {"share": "c"})
    at.fates = [BEFORE]

    with pytest.raises(ObjectExists):
        apply(planned, at)

    assert (len(at.sent), len(at.work)) == (2, 0)


@pytest.mark.parametrize(
    ("origin", "said"),
    [
        (None, "is no clone, so it cannot be a clone of tank/proj-a/lun-a@s1"),
        ({**SNAPSHOT, "snapshot": "s2"}, "is a clone of tank/proj-a/lun-a@s2, so"),
        ({**SNAPSHOT, "share": "lun-b"}, "is a clone of tank/proj-a/lun-b@s1, so"),
        ({"share": "lun-a", "snapshot": "s9"}, "is a clone of lun-a@s9, so"),
    ],
)
def test_lun_that_is_something_else_is_refused(origin: Any, said: str) -> None:
    at = origin_at()
    clone(at)
    says(at, CLONE, origin=origin)

    with pytest.raises(PlanRefused) as caught:
        plan(at)

    assert said in str(caught.value)


@pytest.mark.parametrize("origin", [SNAPSHOT, {"share": "lun-a", "snapshot": "s1"}])
def test_clone_that_is_there_is_left_alone(origin: dict[str, str]) -> None:
    at = origin_at()
    clone(at)
    says(at, CLONE, origin=origin)

    assert plan(at, size="1G").steps == ()
    assert at.reads == [CLONE]
    assert [step.body for step in plan(at, size="2G").steps] == [{"volsize": 2 * GIB}]


def test_source_means_nothing_when_the_lun_shall_go() -> None:
    at = origin_at()
    clone(at)

    assert [step.verb for step in plan(at, state="absent").steps] == ["destroy"]


# A name that a filesystem has

FILESYSTEM = f"{ROOT}/proj-a/filesystems/c"


def test_filesystem_of_that_name_is_named() -> None:
    at = origin_at()
    planned = plan(at)
    at.do("POST", f"{ROOT}/proj-a/filesystems", {"name": "c"})

    with pytest.raises(PlanRefused, match=r"^Cannot clone .*: there is a filesystem tank/proj-a/c"):
        require(planned.preconditions, at)
    with pytest.raises(PlanRefused, match=r"^Cannot clone .*: there is a filesystem tank/proj-a/c") as caught:
        apply(planned, at)
    assert caught.value.status == 409


@pytest.mark.parametrize("page", [None, {"lun": {"name": "c"}}, LostReply("lost")])
def test_appliances_own_reason_stays_when_it_is_no_filesystem(page: Any) -> None:
    """A path of filesystems may answer with a LUN (API reference 5.1)."""
    at = origin_at()
    planned = plan(at)
    at.do("POST", f"{ROOT}/proj-a/filesystems", {"name": "c"})

    def instead(_page: dict[str, Any]) -> Any:
        if isinstance(page, Exception):
            raise page
        return page

    at.edit(FILESYSTEM, instead)

    with pytest.raises(ObjectExists, match="already exists"):
        apply(planned, at)
