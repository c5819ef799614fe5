"""LUNs that are made as clones: what is sent, what is predicted, what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from memory_appliance import Book

from ansible_collections.zfssa.storage.plugins.module_utils.engine._apply import apply
from ansible_collections.zfssa.storage.plugins.module_utils.engine._plan import Plan
from ansible_collections.zfssa.storage.plugins.module_utils.engine._preconditions import require
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.lun._kind import LUN as LUN_KIND
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.lun._lu_numbers import MASKED
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.lun._table import LUN
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import LostReply, ObjectExists, PlanRefused
from ansible_collections.zfssa.storage.plugins.module_utils.values._release import Release

GIB = 1024**3
ROOT = "/api/storage/v1/pools/tank/projects"
ORIGIN = f"{ROOT}/proj-a/luns/lun-a"
NAMES = {"pool": "tank", "project": "proj-a", "name": "c"}
SOURCE = {"lun": "lun-a", "snapshot": "s1", "project": None}
OPTIONS = {"state": "present", **NAMES, "source": SOURCE}
SNAPSHOT = {"pool": "tank", "project": "proj-a", "share": "lun-a", "snapshot": "s1"}


def lun(**more: Any) -> dict[str, Any]:
    """The origin as the appliance gives it."""
    return {
        "pool": "tank",
        "project": "proj-a",
        "name": "lun-a",
        "volsize": GIB,
        "volblocksize": 8192,
        "sparse": True,
        "compression": "gzip",
        "checksum": "fletcher4",
        "copies": 1,
        "dedup": False,
        "logbias": "latency",
        "secondarycache": "all",
        "initiatorgroup": ["ig-a"],
        "assignednumber": [3],
        "targetgroup": "default",
        "lunumber": "auto",
        "source": {"compression": "local", "logbias": "inherited", "checksum": "received", "copies": "default"},
        **more,
    }


def book(**more: Any) -> Book:
    """An appliance with the origin and its snapshot, and another project."""
    return Book(
        {
            ORIGIN: {"lun": lun(**more)},
            f"{ORIGIN}/snapshots/s1": {"snapshot": {"name": "s1"}},
            f"{ROOT}/proj-b": {
                "project": {
                    "pool": "tank",
                    "name": "proj-b",
                    "compression": "lz4",
                    "checksum": "sha256",
                    "logbias": "throughput",
                    "copies": 2,
                    "secondarycache": "none",
                    "dedup": False,
                    "default_sparse": False,
                    "default_volblocksize": 65536,
                }
            },
        }
    )


def plan(reader: Book, **options: Any) -> Plan:
    """Plan for the clone."""
    return LUN_KIND.plan(reader, {**OPTIONS, **options})


def test_body_has_the_place_and_only_what_was_given() -> None:
    step = plan(book(), compression="off", volblocksize="8k", size="1G", initiator_groups=[]).steps[0]

    assert (step.method, step.path) == ("PUT", f"{ORIGIN}/snapshots/s1/clone")
    assert step.body == {
        "project": "proj-a",
        "share": "c",
        "compression": "off",
        "initiatorgroup": "com.sun.ms.vss.hg.maskAll",
    }


def test_number_is_spelled_as_the_release_does() -> None:
    reader = book()
    reader.release = Release(2)

    body = plan(reader, lu_number="5", initiator_groups=["ig-a"]).steps[0].body

    assert body == {"project": "proj-a", "share": "c", "initiatorgroup": "ig-a", "lunnumber": 5}


@pytest.mark.parametrize("update", [2, 7, 8])
def test_clone_is_presented_to_nobody_unless_the_user_says_to_whom(update: int) -> None:
    reader = book()
    reader.release = Release(update)
    planned = plan(reader)

    assert planned.steps[0].body == {"project": "proj-a", "share": "c", "initiatorgroup": MASKED}
    assert planned.after["lun"]["initiator_groups"] == [] and planned.after["lun"]["lu_numbers"] == {}


def test_lost_answer_to_a_clone_is_judged_by_what_the_user_said() -> None:
    made = {**lun(), "name": "c", "origin": SNAPSHOT}

    # Somebody else has made it with the same request, and presented it.
    assert plan(book()).steps[0].outcome.reached({"lun": {**made, "initiatorgroup": ["ig-a"], "assignednumber": [1]}})
    assert (
        not plan(book(), initiator_groups=[])
        .steps[0]
        .outcome.reached({"lun": {**made, "initiatorgroup": ["ig-a"], "assignednumber": [1]}})
    )


def test_prediction_in_the_same_project() -> None:
    after = plan(book(nodestroy=True), initiator_groups=["ig-a"]).after["lun"]

    assert after["origin"] == SNAPSHOT
    assert after["name"] == "c"
    assert after["compression"] == "gzip" and after["sparse"] is True and after["nodestroy"] is True
    assert after["lu_numbers"] == {"ig-a": None} and after["lu_number"] is None
    assert [after[key] for key in ("size", "lunguid", "id", "creation", "space_data")] == [None] * 5
    assert set(after) == set(LUN.normalise(lun()))


def test_prediction_in_another_project() -> None:
    after = plan(book(), project="proj-b", source={**SOURCE, "project": "proj-a"}, size="1G").after["lun"]

    own = {"compression": "gzip", "checksum": "fletcher4", "sparse": True, "volblocksize": 8192, "size": GIB}
    inherited = {"logbias": "throughput", "copies": 2}
    assert {key: after[key] for key in own} == own
    assert {key: after[key] for key in inherited} == inherited
    # The appliance does not say whose it is.
    assert after["secondarycache"] is None
    assert after["dedup"] is False


def test_what_nobody_says_the_source_of_is_not_predicted() -> None:
    reader = book(source=None)

    after = plan(reader, project="proj-b", source={**SOURCE, "project": "proj-a"}).after["lun"]

    assert after["compression"] is None


def test_clone_of_the_wanted_size_is_not_resized() -> None:
    reader = book()
    planned = plan(reader, size="1G")
    made = {**lun(), "name": "c", "origin": SNAPSHOT}
    reader.answers = [{"lun": made}]

    results = apply(planned, reader)

    assert len(reader.sent) == 1
    assert results["lun"]["size"] == GIB


def test_clone_that_came_smaller_is_grown() -> None:
    reader = book()
    planned = plan(reader, size="1G")
    made = {**lun(), "name": "c", "origin": SNAPSHOT}
    reader.answers = [{"lun": {**made, "volsize": GIB // 2}}, {"lun": made}]

    apply(planned, reader)

    assert reader.sent[1] == ("PUT", f"{ROOT}/proj-a/luns/c", {"volsize": GIB})


def test_clone_that_came_larger_is_not_cut() -> None:
    reader = book()
    planned = plan(reader, size="1G")
    reader.answers = [{"lun": {**lun(), "name": "c", "volsize": 2 * GIB, "origin": SNAPSHOT}}]

    with pytest.raises(PlanRefused, match=r"has 2G, the size of its snapshot.*done before that: clone") as caught:
        apply(planned, reader)

    assert len(caught.value.steps_done) == 1


@pytest.mark.parametrize(
    ("there", "writes"),
    [(None, 2), ({"origin": SNAPSHOT}, 1), ({"origin": {**SNAPSHOT, "snapshot": "s2"}}, 2), ({}, 2)],
    ids=["nothing", "the clone", "another clone", "another LUN"],
)
def test_clone_whose_answer_is_lost(there: dict[str, Any] | None, writes: int) -> None:
    reader = book()
    planned = plan(reader)
    made = {**lun(), "name": "c"}
    if there is not None:
        reader.pages[f"{ROOT}/proj-a/luns/c"] = {"lun": {**made, **there}}
    reader.answers = [LostReply("lost", request="PUT"), {"lun": {**made, "origin": SNAPSHOT}}]

    apply(planned, reader)

    assert len(reader.sent) == writes


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
    reader = Book({f"{ROOT}/proj-a/luns/c": {"lun": {**lun(), "name": "c", "origin": origin}}})

    with pytest.raises(PlanRefused) as caught:
        plan(reader)

    assert said in str(caught.value)


@pytest.mark.parametrize("origin", [SNAPSHOT, {"share": "lun-a", "snapshot": "s1"}])
def test_clone_that_is_there_is_left_alone(origin: dict[str, str]) -> None:
    reader = Book({f"{ROOT}/proj-a/luns/c": {"lun": {**lun(), "name": "c", "origin": origin}}})

    assert plan(reader, size="1G").steps == ()
    assert [step.body for step in plan(reader, size="2G").steps] == [{"volsize": 2 * GIB}]
    assert len(reader.reads) == 2


def test_source_means_nothing_when_the_lun_shall_go() -> None:
    reader = Book(
        {
            f"{ROOT}/proj-a/luns/c": {"lun": {**lun(), "name": "c", "nodestroy": False}},
            f"{ROOT}/proj-a/luns/c/snapshots": {"snapshots": []},
        }
    )

    assert [step.verb for step in plan(reader, state="absent").steps] == ["destroy"]


# A name that a filesystem has

FILESYSTEM = f"{ROOT}/proj-a/filesystems/c"


def test_filesystem_of_that_name_is_named() -> None:
    reader = book()
    planned = plan(reader)
    reader.pages[FILESYSTEM] = {"filesystem": {"name": "c"}}
    reader.answers = [ObjectExists("taken", status=409, fault="ERR_OBJECT_EXISTS")]

    with pytest.raises(PlanRefused, match=r"^Cannot clone .*: there is a filesystem tank/proj-a/c"):
        require(planned.preconditions, reader)
    with pytest.raises(PlanRefused, match=r"^Cannot clone .*: there is a filesystem tank/proj-a/c") as caught:
        apply(planned, reader)
    assert caught.value.status == 409


@pytest.mark.parametrize("page", [None, {"lun": {"name": "c"}}, LostReply("lost")])
def test_appliances_own_reason_stays_when_it_is_no_filesystem(page: Any) -> None:
    """A path of filesystems may answer with a LUN (API reference 5.1)."""
    reader = book()
    planned = plan(reader)
    reader.pages[FILESYSTEM] = page
    reader.answers = [ObjectExists("taken", status=409, fault="ERR_OBJECT_EXISTS")]

    with pytest.raises(ObjectExists, match="taken"):
        apply(planned, reader)
