"""Snapshots of LUNs, filesystems and projects, rollbacks, retention, and LUNs made as clones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from cases import (
    LUNS,
    PROJECTS,
    Call,
    Case,
    action,
    clone,
    lun,
    on_the_way,
    own_replication,
    play,
    prepare,
    project,
    rows,
    snapshot,
)
from lab_appliances import RELEASES, Record
from module_runner import Bench
from snapshot_calls import CLONE, LUN, OF_LUN, PLACE, S1, SOURCE, filesystem, names


def whole(name: str = "s1") -> Call:
    """Take a snapshot of project default."""
    return ("POST", f"{PROJECTS}/default/snapshots", {"name": name})


SNAPSHOT_CASES = (
    Case(
        "taken of a LUN",
        "zfssa_snapshot",
        S1,
        (lun(),),
        expect={**S1, "filesystem": None, "numclones": 0, "isauto": False, "held": False},
        gone={**S1, "state": "absent"},
        releases=RELEASES,
    ),
    Case(
        "taken of a filesystem",
        "zfssa_snapshot",
        {**PLACE, "filesystem": "fs", "name": "s1"},
        (filesystem(),),
        expect={"lun": None, "filesystem": "fs"},
        gone={**PLACE, "filesystem": "fs", "name": "s1", "state": "absent"},
        releases=RELEASES,
    ),
    Case(
        "taken of a project",
        "zfssa_snapshot",
        {**PLACE, "name": "s1"},
        (lun(), filesystem()),
        expect={"project": "default", "lun": None, "filesystem": None, "name": "s1"},
        gone={**PLACE, "name": "s1", "state": "absent"},
        releases=RELEASES,
    ),
    Case(
        "renamed",
        "zfssa_snapshot",
        {**S1, "new_name": "s2"},
        (lun(), snapshot()),
        expect={"name": "s2", "lun": "a"},
        gone={**OF_LUN, "name": "s2", "state": "absent"},
        releases=RELEASES,
    ),
    Case(
        "renamed with its project",
        "zfssa_snapshot",
        {**PLACE, "name": "s1", "new_name": "s2"},
        (lun(), whole()),
        expect={"name": "s2", "lun": None},
    ),
    Case(
        "destroyed with a clone",
        "zfssa_snapshot",
        {**S1, "state": "absent", "force": True},
        (lun(), snapshot(), clone()),
        expect=None,
        releases=RELEASES,
    ),
    Case(
        "pruned",
        "zfssa_snapshot",
        {**OF_LUN, "keep_last": 1, "match": "d-*"},
        (lun(), *(snapshot(name) for name in ("d-1", "d-2", "other", "d-3"))),
        expect=None,
        writes=2,
        releases=RELEASES,
    ),
    Case(
        "taken and pruned",
        "zfssa_snapshot",
        {**OF_LUN, "name": "d-3", "keep_last": 2, "match": "d-*"},
        (lun(), *(snapshot(name) for name in ("d-1", "d-2"))),
        expect={"name": "d-3"},
        writes=2,
        releases=RELEASES,
    ),
    Case(
        "project's pruned",
        "zfssa_snapshot",
        {**PLACE, "name": "d-3", "keep_last": 1, "match": "d-*"},
        (lun(), whole("d-1"), whole("d-2")),
        expect={"name": "d-3"},
        writes=3,
    ),
)


@pytest.mark.parametrize(("case", "release"), rows(SNAPSHOT_CASES))
def test_case(case: Case, release: str, bench_of: Callable[[str], Bench]) -> None:
    play(bench_of(release), case)


def test_snapshot_of_a_project_is_on_its_shares(bench: Bench) -> None:
    prepare(bench.lab, (lun(), filesystem()))

    bench.change("zfssa_snapshot", {**PLACE, "name": "s1"})

    assert names(bench) == names(bench, "fs") == names(bench, None) == ["s1"]


def test_new_name_that_is_there_already_is_enough(bench: Bench) -> None:
    prepare(bench.lab, (lun(), snapshot("s2")))

    assert not bench.change("zfssa_snapshot", {**S1, "new_name": "s2"}).changed


def test_number_of_clones_that_lags_is_not_believed(bench: Bench) -> None:
    bench.lab.control("POST", "/settings", {"numclones_lag_s": 3600})
    prepare(bench.lab, (lun(), snapshot(), clone(), ("DELETE", f"{LUNS}/c")))

    run = bench.change("zfssa_snapshot", {**S1, "state": "absent"})

    assert run.changed


# Retention


def pruned(bench: Bench, options: Record) -> list[str]:
    """Prune, as predicted, and return what was pruned."""
    predicted = bench.change("zfssa_snapshot", options, check=True).result["pruned"]
    real = bench.change("zfssa_snapshot", options).result["pruned"]
    assert predicted == real
    return list(real)


DAYS = (lun(), snapshot("d-1"), snapshot("d-2"), snapshot("d-3"))


@pytest.mark.parametrize(
    ("options", "gone"),
    [
        ({"keep_last": 3, "match": "d-*"}, []),
        ({"keep_last": 2, "match": "d-*"}, ["d-1"]),
        ({"keep_last": 1, "match": "d-[12]"}, ["d-1"]),
        ({"keep_last": 1, "match": "*"}, ["d-1", "d-2"]),
        ({"keep_last": 1, "match": "D-*"}, []),
        # One that is there already counts, and stays although it is the oldest.
        ({"name": "d-1", "keep_last": 1, "match": "d-*"}, ["d-2"]),
        # One that does not match does not count.
        ({"name": "once", "keep_last": 1, "match": "d-*"}, ["d-1", "d-2"]),
        ({"name": "d-4", "keep_last": 1, "match": "d-*"}, ["d-1", "d-2", "d-3"]),
        ({"name": "d-4", "keep_last": 3, "match": "d-*"}, ["d-1"]),
    ],
)
def test_what_is_pruned(options: Record, gone: list[str], bench: Bench) -> None:
    prepare(bench.lab, DAYS)

    assert pruned(bench, {**OF_LUN, **options}) == gone
    assert not set(gone) & set(names(bench))
    assert not bench.change("zfssa_snapshot", {**OF_LUN, **options}).changed


@pytest.mark.parametrize(
    ("protected", "force", "gone"),
    [(False, False, ["d-2"]), (False, True, ["d-1", "d-2"]), (True, True, ["d-2"])],
)
def test_snapshots_with_clones_are_pruned_by_force_only(
    protected: bool, force: bool, gone: list[str], bench: Bench
) -> None:
    prepare(bench.lab, (*DAYS, clone(at="d-1"), ("PUT", f"{LUNS}/c", {"nodestroy": protected})))

    assert pruned(bench, {**OF_LUN, "keep_last": 1, "match": "d-*", "force": force}) == gone


def test_held_snapshots_are_not_pruned(bench: Bench) -> None:
    hold = ("PUT", f"{LUNS}/a/snapshots/d-1", {"retentionpolicy": "unlocked"})
    prepare(bench.lab, (*DAYS, hold))

    assert pruned(bench, {**OF_LUN, "keep_last": 1, "match": "d-*"}) == ["d-2"]


REPLICATED = (own_replication(), action(), ("PUT", "storage/v1/replication/actions/{id}/sendupdate"))


def test_snapshots_of_replication_are_never_pruned(bench: Bench) -> None:
    prepare(bench.lab, (*DAYS[:2], *REPLICATED))
    on_the_way(bench.lab)

    for match in ("*", ".*", ".rr-*"):
        assert pruned(bench, {**OF_LUN, "keep_last": 1, "match": match}) == []
    assert len(names(bench)) == 2


def test_pruning_that_fails_says_what_was_done(bench: Bench) -> None:
    prepare(bench.lab, DAYS)
    bench.lab.fault({"status": 403}, method="DELETE", nth=2)

    run = bench.refuse("zfssa_snapshot", {**OF_LUN, "name": "d-4", "keep_last": 1, "match": "d-*"})

    assert run.changed
    assert [step.split(" ")[0] for step in run.result["failure"]["steps_done"]] == ["create", "prune"]
    assert "prune snapshot tank/default/a@d-2" in run.msg


# Refusals


@dataclass(frozen=True)
class Refusal:
    """One row: a task, what is there before, and words of the message."""

    name: str
    module: str
    options: Record
    words: tuple[str, ...]
    before: tuple[Call, ...] = ()


def ids(row: Any) -> str:
    """Name a row."""
    return str(row.name).replace(" ", "_")


PROTECT = ("PUT", f"{LUNS}/c", {"nodestroy": True})
HOLD = ("PUT", f"{LUNS}/a/snapshots/s1", {"retentionpolicy": "locked"})
ABSENT = {**S1, "state": "absent"}
RESTORED = {**S1, "state": "restored"}
KEEP = {**OF_LUN, "match": "*"}
TWO = (lun(), snapshot(), snapshot("s2"))

IMPOSSIBLE = (
    Refusal("name of replication renamed", "zfssa_snapshot", {**OF_LUN, "name": ".rr-1", "new_name": "x"}, ("replication",)),
    Refusal("name of replication destroyed", "zfssa_snapshot", {**ABSENT, "name": ".rr-1"}, ("replication", ".rr-1")),
    Refusal("name of replication cloned", "zfssa_lun", {**LUN, "source": {"lun": "a", "snapshot": ".rr-1"}}, ("replication",)),
    Refusal("project rolled back", "zfssa_snapshot", {**PLACE, "name": "s1", "state": "restored"}, ("tank/default", "lun or filesystem")),
    Refusal("snapshot with slash", "zfssa_snapshot", {**S1, "name": "a/b"}, ("'a/b'",)),
    Refusal("snapshot that climbs", "zfssa_snapshot", {**S1, "name": ".."}, ("'..'",)),
    Refusal("snapshot with no name", "zfssa_snapshot", {**S1, "name": ""}, ("''",)),
    Refusal("snapshot of a LUN with no name", "zfssa_snapshot", {**S1, "lun": ""}, ("lun ''",)),
    Refusal("new name with a dot", "zfssa_snapshot", {**S1, "new_name": ".x"}, ("new_name '.x'",)),
    Refusal("new name of what shall go", "zfssa_snapshot", {**ABSENT, "new_name": "x"}, ("new_name", "state=absent")),
    Refusal("nothing kept", "zfssa_snapshot", {**KEEP, "keep_last": 0}, ("keep_last 0",)),
    Refusal("negative number kept", "zfssa_snapshot", {**KEEP, "keep_last": -1}, ("keep_last -1",)),
    Refusal("pattern of nothing", "zfssa_snapshot", {**OF_LUN, "keep_last": 1, "match": ""}, ("match",)),
    Refusal("retention with rollback", "zfssa_snapshot", {**RESTORED, "keep_last": 1, "match": "*"}, ("keep_last", "restored")),
    Refusal("source with slash", "zfssa_lun", {**LUN, "source": {"lun": "a/b", "snapshot": "s"}}, ("source.lun 'a/b'",)),
    Refusal("source that climbs", "zfssa_lun", {**LUN, "source": {"lun": "a", "snapshot": "../s"}}, ("source.snapshot '../s'",)),
)  # fmt: skip

UNSAFE = (
    Refusal("LUN that is not there", "zfssa_snapshot", S1, ("LUN tank/default/a does not exist", "b"), (lun("b"),)),
    Refusal("filesystem that is not there", "zfssa_snapshot", {**PLACE, "filesystem": "x", "name": "s"}, ("filesystem tank/default/x",)),
    Refusal("project that is not there", "zfssa_snapshot", {**S1, "project": "x"}, ("project tank/x", "default")),
    Refusal("pool that is not there", "zfssa_snapshot", {**PLACE, "pool": "x", "name": "s"}, ("pool x", "tank")),
    Refusal("pruning of what is not there", "zfssa_snapshot", {**KEEP, "keep_last": 1}, ("LUN tank/default/a",)),
    Refusal("name of the system", "zfssa_snapshot", {**S1, "name": ".auto-1"}, ("'.auto-1'",), (lun(),)),
    Refusal("rename of nothing", "zfssa_snapshot", {**S1, "new_name": "s2"}, ("neither", "@s1", "@s2"), (lun(),)),
    Refusal("name that is taken", "zfssa_snapshot", {**S1, "new_name": "s2"}, ("cannot become", "a@s2"), TWO),
    Refusal("clones that would be destroyed", "zfssa_snapshot", ABSENT, ("LUN tank/default/c", "force"), (lun(), snapshot(), clone())),
    Refusal(
        "clones on a project's snapshot", "zfssa_snapshot", {**PLACE, "name": "s1", "state": "absent"},
        ("LUN tank/default/c", "force"), (lun(), whole(), clone()),
    ),
    Refusal("protected clone", "zfssa_snapshot", {**ABSENT, "force": True}, ("LUN tank/default/c", "nodestroy"), (lun(), snapshot(), clone(), PROTECT)),
    Refusal(
        "protected clone of a clone", "zfssa_snapshot", {**ABSENT, "force": True}, ("LUN tank/default/d", "nodestroy"),
        (lun(), snapshot(), clone(), snapshot("s9", "c"), clone("d", "c", "s9"), ("PUT", f"{LUNS}/d", {"nodestroy": True})),
    ),
    Refusal("held snapshot", "zfssa_snapshot", {**ABSENT, "force": True}, ("retention hold",), (lun(), snapshot(), HOLD)),
    Refusal("rollback past newer ones", "zfssa_snapshot", RESTORED, ("snapshot s2", "force"), TWO),
    Refusal("rollback past clones", "zfssa_snapshot", RESTORED, ("s2", "LUN tank/default/c", "force"), (*TWO, clone(at="s2"))),
    Refusal("rollback past a protected clone", "zfssa_snapshot", {**RESTORED, "force": True}, ("tank/default/c", "nodestroy"), (*TWO, clone(at="s2"), PROTECT)),
    Refusal(
        "rollback past a held one", "zfssa_snapshot", {**RESTORED, "force": True}, ("@s2", "retention hold"),
        (*TWO, ("PUT", f"{LUNS}/a/snapshots/s2", {"retentionpolicy": "locked"})),
    ),
    Refusal("rollback to nothing", "zfssa_snapshot", {**RESTORED, "name": "x"}, ("@x does not exist", "s1"), (lun(), snapshot())),
    Refusal("rollback of nothing", "zfssa_snapshot", RESTORED, ("LUN tank/default/a does not exist",)),
    Refusal(
        "LUN with a protected clone", "zfssa_lun", {**PLACE, "name": "a", "state": "absent", "force": True},
        ("tank/default/c", "nodestroy"), (lun(), snapshot(), clone(), PROTECT),
    ),
    Refusal("clone of no LUN", "zfssa_lun", CLONE, ("LUN tank/default/a does not exist", "b"), (lun("b"),)),
    Refusal("clone of no snapshot", "zfssa_lun", CLONE, ("a@s1 does not exist", "s2"), (lun(), snapshot("s2"))),
    Refusal("clone from no project", "zfssa_lun", {**LUN, "source": {**SOURCE, "project": "x"}}, ("project tank/x", "default")),
    Refusal(
        "clone into no project", "zfssa_lun", {**CLONE, "project": "x", "source": {**SOURCE, "project": "default"}},
        ("project tank/x",), (lun(), snapshot()),
    ),
    Refusal("clone with other blocks", "zfssa_lun", {**CLONE, "volblocksize": "64k"}, ("64K", "8K"), (lun(), snapshot())),
    Refusal(
        "clone of something else", "zfssa_lun", {**LUN, "source": {"lun": "a", "snapshot": "s2"}},
        ("is a clone of tank/default/a@s1", "a clone of tank/default/a@s2"), (*TWO, clone()),
    ),
    Refusal("LUN that is no clone", "zfssa_lun", {**PLACE, "name": "a", "source": {"lun": "b", "snapshot": "s"}}, ("no clone", "tank/default/b@s"), (lun(),)),
)  # fmt: skip


@pytest.mark.parametrize("row", IMPOSSIBLE, ids=ids)
def test_what_can_never_be_right_is_refused_unsent(row: Refusal, bench: Bench) -> None:
    run = bench.refuse(row.module, row.options)

    assert all(word in run.msg for word in row.words), run.msg
    assert run.requests == []


@pytest.mark.parametrize("row", UNSAFE, ids=ids)
@pytest.mark.parametrize("check", [True, False], ids=["check", "real"])
def test_what_is_not_possible_is_refused_unwritten(check: bool, row: Refusal, bench: Bench) -> None:
    prepare(bench.lab, row.before)

    run = bench.refuse(row.module, row.options, check=check)

    assert all(word in run.msg for word in row.words), run.msg
    assert not run.changed
    assert run.writes == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({**S1, "filesystem": "fs"}, "mutually exclusive"),
        ({**S1, "new_name": "x", "keep_last": 1, "match": "*"}, "mutually exclusive"),
        (OF_LUN, "one of the following is required"),
        ({**OF_LUN, "keep_last": 1}, "keep_last, match"),
        ({**OF_LUN, "keep_last": 1, "match": "*", "state": "absent"}, "name"),
        ({**S1, "state": "cloned"}, "state"),
    ],
)
def test_options_are_checked(options: Record, words: str, bench: Bench) -> None:
    run = bench.run("zfssa_snapshot", options)

    assert run.failed
    assert words in run.msg
    assert run.requests == []


# A name that a filesystem has. A real run leaves it to the appliance to say so, which costs no request.
TAKEN = (
    Refusal("create", "zfssa_lun", {**PLACE, "name": "fs", "size": "1G"}, ("create LUN tank/default/fs", "filesystem tank/default/fs"), (filesystem(),)),
    Refusal("clone", "zfssa_lun", {**CLONE, "name": "fs"}, ("filesystem tank/default/fs",), (filesystem(), lun(), snapshot())),
    Refusal("rename", "zfssa_lun", {**PLACE, "name": "a", "new_name": "fs"}, ("rename", "filesystem tank/default/fs"), (filesystem(), lun())),
    Refusal(
        "move", "zfssa_lun", {**PLACE, "name": "a", "project": "proj-a", "new_project": "default"},
        ("move", "filesystem tank/default/a"), (filesystem("a"), project(), lun(of="proj-a")),
    ),
)  # fmt: skip


@pytest.mark.parametrize("row", TAKEN, ids=ids)
@pytest.mark.parametrize("check", [True, False], ids=["check", "real"])
def test_name_that_a_filesystem_has_is_refused(check: bool, row: Refusal, bench: Bench) -> None:
    prepare(bench.lab, row.before)

    run = bench.refuse(row.module, row.options, check=check)

    assert all(word in run.msg for word in row.words), run.msg
    assert not run.changed
    assert run.result["failure"]["fault"] == (None if check else "ERR_OBJECT_EXISTS")


@pytest.mark.parametrize("release", RELEASES)
def test_lun_is_destroyed_with_the_clones_of_its_snapshots(release: str, bench_of: Callable[[str], Bench]) -> None:
    bench = bench_of(release)
    prepare(bench.lab, (lun(), snapshot(), clone()))

    refused = bench.refuse("zfssa_lun", {**PLACE, "name": "a", "state": "absent"})
    bench.change("zfssa_lun", {**PLACE, "name": "a", "state": "absent", "force": True})

    assert "snapshot s1 with 1 clone" in refused.msg
    assert bench.lab.east.luns() == []


@pytest.mark.parametrize("trouble", [{"status": 500}, {"status": 503}, {"drop": "before"}])
@pytest.mark.parametrize(
    ("module", "options"),
    [
        ("zfssa_snapshot", S1),
        ("zfssa_snapshot", ABSENT),
        ("zfssa_snapshot", RESTORED),
        ("zfssa_snapshot", {**KEEP, "keep_last": 1}),
        ("zfssa_lun", CLONE),
    ],
)
def test_sick_appliance_is_not_read_as_absence(module: str, options: Record, trouble: Record, bench: Bench) -> None:
    bench.lab.fault(trouble, method="GET", path="/api/storage/", times=999)

    run = bench.refuse(module, options)

    assert run.result["failure"]["status"] == trouble.get("status")
    assert not run.changed and run.writes == []
