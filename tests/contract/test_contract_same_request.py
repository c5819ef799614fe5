"""Two tasks with one request at the same moment: both have read before either writes, and both are well, one without a change."""

from __future__ import annotations

import os
import random

import pytest
from cases import SCHEMA, Call, clone, groups, lun, own_replication, prepare, project, snapshot, target_group
from lab_appliances import Record
from module_runner import WITHOUT_DIFF, Bench, Order, Run
from verbs import MIGRATION, SIGNED

PLACE = {"pool": "tank", "project": "default"}
A = {**PLACE, "lun": "a"}
LUN = {**PLACE, "name": "a"}
GONE = {"state": "absent"}
HOST = {"initiator": "iqn.2020-01.com.example:host"}
KNOWN = ("POST", "san/v1/iscsi/initiators", HOST)
IN_GROUP = {"name": "ig-a", "initiators": [HOST["initiator"]]}
TAKEN = (lun(), snapshot())
ROUTE = {**A, "target": "west", "target_pool": "tank"}
SIZED = {**LUN, "size": "1G"}

# The module, its options, and what comes first.
SAME: tuple[tuple[str, Record, tuple[Call, ...]], ...] = (
    ("zfssa_lun", SIZED, ()),
    ("zfssa_lun", {**LUN, **GONE}, (lun(),)),
    ("zfssa_lun", {**LUN, "new_name": "b"}, (lun(),)),
    ("zfssa_lun", {**LUN, "new_project": "proj-a"}, (project(), lun())),
    ("zfssa_lun", {**PLACE, "name": "c", "source": {"lun": "a", "snapshot": "s1"}}, TAKEN),
    ("zfssa_project", {"pool": "tank", "name": "proj-a"}, ()),
    ("zfssa_project", {"pool": "tank", "name": "proj-a", **GONE}, (project(),)),
    ("zfssa_snapshot", {**A, "name": "s1"}, (lun(),)),
    ("zfssa_snapshot", {**A, "name": "s1", **GONE}, TAKEN),
    ("zfssa_snapshot", {**A, "keep_last": 1, "match": "s*"}, (*TAKEN, snapshot("s2"))),
    ("zfssa_schema", {"name": "tag"}, ()),
    ("zfssa_schema", {"name": "tag", **GONE}, (("POST", SCHEMA, {"property": "tag"}),)),
    ("zfssa_initiator", HOST, ()),
    ("zfssa_initiator", {**HOST, **GONE}, (KNOWN,)),
    ("zfssa_initiator_group", IN_GROUP, (KNOWN,)),
    ("zfssa_initiator_group", {"name": "ig-a", **GONE}, groups("ig-a")),
    ("zfssa_target", {"alias": "t-a"}, ()),
    ("zfssa_target_group", {"name": "tg-a", **GONE}, target_group()),
    ("zfssa_replication", ROUTE, (lun(), own_replication())),
    ("zfssa_replication_target", {"label": "west", **GONE}, ()),
    ("zfssa_lun_migration", {**MIGRATION, "state": "claimed"}, (lun(),)),
    ("zfssa_lun_migration", {**MIGRATION, "state": "released"}, (lun(), SIGNED)),
)


# So long a write is under way before it is carried out that two tasks have read before that.
DELAY_MS = 1000
# In long tests their requests come in any order.
UNDER_WAY_MS = random.Random(os.environ["ZFSSA_ROUND"]).randrange(1, 300) if "ZFSSA_ROUND" in os.environ else DELAY_MS  # noqa: S311


def at_once(bench: Bench, *orders: Order, delay_ms: int = DELAY_MS) -> list[Run]:
    """Run tasks at the same time; the first write of each comes when all have read."""
    for method in ("POST", "PUT", "DELETE"):
        bench.lab.fault({"delay_ms": delay_ms}, method=method, path="/api/(storage|san)/", times=len(orders))
    return bench.run_all(list(orders))


@pytest.mark.parametrize(("module", "options", "before"), SAME)
def test_two_with_one_request_both_succeed(
    module: str, options: Record, before: tuple[Call, ...], bench: Bench
) -> None:
    prepare(bench.lab, before)

    runs = at_once(bench, *[Order(module, options, diff=True)] * 2, delay_ms=UNDER_WAY_MS)

    assert [run.msg for run in runs] == ["", ""]
    # Who is told so has not written: the appliance has refused it, and what is there is as wanted.
    assert sorted(run.changed for run in runs) == [False, True]
    idle = next(run for run in runs if not run.changed)
    if module not in WITHOUT_DIFF:
        assert idle.result["diff"]["before"] == idle.result["diff"]["after"]
    assert runs[0].value == runs[1].value


# The module, two requests that do not agree, what comes first, and what the second is told.
RIVALS: tuple[tuple[str, Record, Record, tuple[Call, ...], str], ...] = (
    ("zfssa_lun", SIZED, {**LUN, "size": "2G"}, (), "create LUN tank/default/a"),
    ("zfssa_lun", {**LUN, "new_name": "z"}, {**PLACE, "name": "b", "new_name": "z"}, (lun(), lun("b")), "rename LUN"),
    (
        "zfssa_lun", {**PLACE, "name": "z", "source": {"lun": "a", "snapshot": "s1"}},
        {**PLACE, "name": "z", "source": {"lun": "c", "snapshot": "s1"}},
        (*TAKEN, clone(), snapshot(of="c")), "clone snapshot",
    ),
    # Nobody can see whether the secret that is there is the one that is wanted.
    (
        "zfssa_initiator", {**HOST, "chap_user": "db", "chap_secret": "a-secret-of-one"},
        {**HOST, "chap_user": "db", "chap_secret": "a-secret-of-two"}, (), "create initiator",
    ),
)  # fmt: skip


@pytest.mark.parametrize(("module", "one", "other", "before", "told"), RIVALS)
def test_second_of_two_with_other_requests_is_refused(
    module: str, one: Record, other: Record, before: tuple[Call, ...], told: str, bench: Bench
) -> None:
    prepare(bench.lab, before)

    runs = at_once(bench, Order(module, one), Order(module, other))

    refused, done = sorted(runs, key=lambda run: not run.failed)
    assert done.changed and not done.failed
    assert f"Cannot {told}" in refused.msg
    assert not refused.changed


def test_filesystem_that_takes_the_name_meanwhile_is_no_lun(bench: Bench) -> None:
    prepare(bench.lab, (("POST", "storage/v1/pools/tank/projects/default/filesystems", {"name": "a"}),))

    run = bench.refuse("zfssa_lun", SIZED)

    assert "there is a filesystem tank/default/a" in run.msg
