"""Snapshots: their names, their records, which of them a retention keeps, and what is planned from what there is."""

from __future__ import annotations

from typing import Any

import pytest
from book import Book
from hypothesis import given
from hypothesis import strategies as st
from lab_client import AFTER, BEFORE, LabClient

from ansible_collections.zfssa.storage.plugins.module_utils.engine._apply import apply
from ansible_collections.zfssa.storage.plugins.module_utils.engine._plan import Item
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.snapshot._dependent_clones import read_clones, shown
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.snapshot._operations import plan_snapshot
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.snapshot._retention import Retention
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.snapshot._table import (
    OF_FILESYSTEM,
    OF_LUN,
    OF_PROJECT,
    check_snapshot,
    snapshots_of,
)
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import (
    BadReply,
    InvalidInput,
    NotUnderstood,
    PlanRefused,
)

PROJECT = "/api/storage/v1/pools/tank/projects/proj-a"
LUN = f"{PROJECT}/luns/lun-a"
LIST = f"{LUN}/snapshots"
NAMES = {"pool": "tank", "project": "proj-a", "lun": "lun-a"}
OPTIONS = {**NAMES, "state": "present", "force": False}


def wire(name: str, second: int = 0, **more: Any) -> dict[str, Any]:
    """A snapshot as the appliance gives it."""
    return {"name": name, "numclones": 0, "creation": f"20260101T00:00:{second:02}", "space_unique": 0, **more}


def book(*snapshots: dict[str, Any], **pages: Any) -> Book:
    """A LUN with snapshots."""
    singles = {f"{LIST}/{one['name']}": {"snapshot": one} for one in snapshots}
    return Book({LIST: {"snapshots": list(snapshots)}, LUN: {"lun": {"name": "lun-a"}}, **singles, **pages})


def lun_at(*snapshots: str) -> LabClient:
    """An appliance with the LUN, and snapshots of it, a minute after each other."""
    at = LabClient()
    at.add_project("proj-a")
    at.add_lun("proj-a", "lun-a")
    for name in snapshots:
        at.add_snapshot("proj-a", "lun-a", name)
        at.clock.advance(60)
    return at


def plan(reader: Book | LabClient, **options: Any) -> Item:
    """Plan for a snapshot of the LUN."""
    return plan_snapshot(reader, {**OPTIONS, **options})


# Names and records


@pytest.mark.parametrize("name", ["s1", "daily-2026.01.01:00", ".auto-1234", ".rr-1-2"])
def test_name_of_a_snapshot(name: str) -> None:
    assert check_snapshot("name", name) == name


@pytest.mark.parametrize("name", ["", ".", "..", "...", ".a/b", "a/b", "../x", ". ", "a b", "." + "n" * 300, "ü"])
def test_impossible_name(name: str) -> None:
    with pytest.raises(InvalidInput, match="is not a possible name"):
        check_snapshot("name", name)


@pytest.mark.parametrize(
    ("kind", "scope", "path", "label"),
    [
        (OF_PROJECT, {}, f"{PROJECT}/snapshots/s", "snapshot tank/proj-a@s"),
        (OF_LUN, {"lun": "l"}, f"{PROJECT}/luns/l/snapshots/s", "snapshot tank/proj-a/l@s"),
        (OF_FILESYSTEM, {"filesystem": "f"}, f"{PROJECT}/filesystems/f/snapshots/s", "snapshot tank/proj-a/f@s"),
    ],
)
def test_what_a_snapshot_is_of(kind: Any, scope: dict[str, str], path: str, label: str) -> None:
    identity = kind.identity({"pool": "tank", "project": "proj-a", "name": "s", **scope})

    assert snapshots_of({"lun": None, "filesystem": None, **scope}) is kind
    assert kind.path(identity) == path
    assert kind.label(identity) == label


def test_record_has_the_same_keys_of_whatever_it_is_a_snapshot() -> None:
    records = [kind.normalise(wire("s")) for kind in (OF_PROJECT, OF_LUN, OF_FILESYSTEM)]

    assert set(records[0]) == set(records[1]) == set(records[2]) == set(OF_LUN.predict(None, {**NAMES, "name": "s"}))
    assert records[0]["lun"] is None and records[0]["filesystem"] is None


@pytest.mark.parametrize(
    ("given", "held"), [({}, False), ({"retentionhold": "off"}, False), ({"retentionhold": "on"}, True)]
)
def test_retention_hold(given: dict[str, str], held: bool) -> None:
    assert OF_LUN.normalise(wire("s", **given))["held"] is held


# Retention

PATTERNS = st.sampled_from(["*", "d-*", "d-?", "x", ".*", ".rr-*", ".auto-*"])
SNAPSHOT_NAMES = st.sampled_from([".auto-1", ".auto-2", ".rr-1", "d-1", "d-2", "d-3", "d-44", "x", "y"])


@given(
    names=st.lists(SNAPSHOT_NAMES, unique=True),
    keep=st.integers(1, 5),
    match=PATTERNS,
    name=st.none() | SNAPSHOT_NAMES,
)
def test_retention_keeps_what_it_must(names: list[str], keep: int, match: str, name: str | None) -> None:
    snapshots = [wire(one) for one in names]
    retention = Retention(keep, match)

    gone = [one["name"] for one in retention.superfluous(snapshots, name)]

    matching = [one for one in [*names, *([name] if name and name not in names else [])] if retention._matches(one)]
    assert set(gone) <= set(matching)
    assert name not in gone
    assert not any(one.startswith(".rr-") for one in gone)
    assert match.startswith(".") or not any(one.startswith(".") for one in gone)
    # The newest are kept, and no more than these and the one that is asked for.
    assert not set(matching[-keep:]) & set(gone)
    assert set(matching) - set(gone) == set(matching[-keep:]) | ({name} & set(matching))


def test_retention_of_snapshots_that_are_taken_and_pruned_again_and_again() -> None:
    names: list[str] = []
    for number in range(10):
        taken = f"d-{number}"
        gone = [one["name"] for one in Retention(3, "d-*").superfluous([wire(one) for one in names], taken)]
        names = [one for one in [*names, taken] if one not in gone]

    assert names == ["d-7", "d-8", "d-9"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"keep_last": 0, "match": "*"}, "would leave no snapshot"),
        ({"keep_last": 1, "match": ""}, "match is empty"),
        ({"keep_last": 1, "match": "*", "state": "absent"}, "state=absent"),
    ],
)
def test_impossible_retention(options: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        Retention.of({"state": "present", **options})


def test_age_counts_and_not_the_order_of_the_list() -> None:
    # The lab lists them in the order of their ages.
    reader = book(wire("c", 3), wire("a", 1), wire("b", 2))

    assert plan(reader, keep_last=1, match="*").after["pruned"] == ["a", "b"]


@pytest.mark.parametrize("creation", ["<unknown>", None, 7, ["x"]])
def test_snapshot_without_a_readable_time_neither_goes_nor_counts(creation: object) -> None:
    reader = book(wire("odd", creation=creation), wire("a", 1), wire("b", 2))

    # It may be older than the others, and then "b" is the one that is to be kept.
    assert plan(reader, keep_last=1, match="*").after["pruned"] == ["a"]


def test_rollback_is_refused_when_nobody_can_tell_what_is_newer() -> None:
    reader = book(wire("odd", creation="soon"), wire("a", 1), wire("b", 2))

    with pytest.raises(NotUnderstood, match=r"creation of snapshot .*@odd is \"soon\", which cannot be understood"):
        plan(reader, name="b", state="restored", force=True)


# What is planned


def test_taking_reads_what_it_is_of() -> None:
    reader = lun_at()

    planned = plan(reader, name="s1")

    assert [(step.method, step.path, step.body) for step in planned.steps] == [("POST", LIST, {"name": "s1"})]
    assert reader.reads == [f"{LIST}/s1", LUN]
    assert planned.before == {"snapshot": None, "pruned": []}
    assert planned.after["snapshot"]["name"] == "s1"
    assert planned.after["snapshot"]["creation"] is None


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"lun": "lun-x"}, "LUN tank/proj-a/lun-x does not exist; use one of project tank/proj-a: lun-a, lun-b."),
        (
            {"lun": None, "filesystem": "fs"},
            "filesystem tank/proj-a/fs does not exist; use one of project tank/proj-a: there is none.",
        ),
        ({"project": "proj-x"}, "project tank/proj-x does not exist"),
    ],
)
def test_what_is_missing_is_named(options: dict[str, Any], said: str) -> None:
    reader = lun_at()
    reader.add_lun("proj-a", "lun-b")

    with pytest.raises(PlanRefused) as caught:
        plan(reader, name="s1", **options)

    assert said in str(caught.value)


def test_destruction_names_the_clones_of_a_lun() -> None:
    reader = lun_at("s1")
    reader.do("PUT", f"{LIST}/s1/clone", {"share": "c"})
    reader.do("POST", f"{PROJECT}/luns/c/snapshots", {"name": "t1"})
    reader.do("PUT", f"{PROJECT}/luns/c/snapshots/t1/clone", {"share": "d", "project": "default"})

    with pytest.raises(PlanRefused, match=r"LUN tank/proj-a/c, LUN tank/default/d; .*force"):
        plan(reader, name="s1", state="absent")
    apply(plan(reader, name="s1", state="absent", force=True), reader)
    assert reader.luns() == ["proj-a/lun-a"]


def test_destruction_names_clones_and_clones_of_clones() -> None:
    # The path of a clone in odd letters, which the lab does not give.
    clone = f"{PROJECT}/luns/c"
    reader = book(
        wire("s1", numclones=1),
        **{
            f"{LIST}/s1/dependents": {"dependents": [{"project": "proj-a", "share": "c", "href": clone}]},
            clone: {"lun": {"name": "c"}},
            f"{clone}/snapshots": {"snapshots": [wire("t1", numclones=1)]},
            f"{clone}/snapshots/t1/dependents": {
                "dependents": [{"project": "proj-b", "share": "d", "href": "/storage/v1//filesystems/d"}]
            },
        },
    )

    with pytest.raises(PlanRefused, match=r"LUN tank/proj-a/c, filesystem tank/proj-b/d; .*force"):
        plan(reader, name="s1", state="absent")
    assert [step.verb for step in plan(reader, name="s1", state="absent", force=True).steps] == ["destroy"]


def test_clones_that_the_appliance_does_not_name_count_all_the_same() -> None:
    reader = book(wire("s1", numclones=2))

    with pytest.raises(PlanRefused, match="2 that the appliance does not name"):
        plan(reader, name="s1", state="absent")
    assert plan(reader, keep_last=1, match="*", name="s2").after["pruned"] == []


def test_clones_that_cannot_be_read_are_no_absence() -> None:
    with pytest.raises(BadReply):
        read_clones(Book({"/s/dependents": {"luns": []}}), "tank", "/s", {"numclones": 1})


@pytest.mark.parametrize(("count", "words"), [(1, "1"), (5, "1, 2, 3, 4, 5"), (7, "1, 2, 3, 4, 5 and 2 more")])
def test_of_many_the_first_are_named(count: int, words: str) -> None:
    assert shown(range(1, count + 1)) == words


# Rollback


@pytest.mark.parametrize(
    ("snapshots", "written", "fate", "writes"),
    [
        pytest.param(("s1", "s2"), 0, AFTER, 1, id="newer ones are gone"),
        pytest.param(("s1", "s2"), 0, BEFORE, 2, id="newer ones are there"),
        pytest.param(("s1",), 1 << 19, AFTER, 1, id="nothing is its own any more"),
        pytest.param(("s1",), 1 << 19, BEFORE, 2, id="something is its own"),
        pytest.param(("s1",), 0, AFTER, 2, id="nothing tells"),
    ],
)
def test_rollback_whose_answer_is_lost(snapshots: tuple[str, ...], written: int, fate: str, writes: int) -> None:
    at = lun_at()
    at.lab.write(at.at, "tank", "proj-a", "lun-a", 1 << 20)
    for name in snapshots:
        at.add_snapshot("proj-a", "lun-a", name)
        at.clock.advance(60)
    if written:
        at.lab.write(at.at, "tank", "proj-a", "lun-a", written)
    planned = plan(at, name="s1", state="restored", force=True)
    at.lab.switches.put("confirm-destroy", "never")
    at.fates = [fate]

    results = apply(planned, at)

    assert len(at.sent) == writes
    assert results["snapshot"]["name"] == "s1"
    assert results["pruned"] == list(snapshots[1:])
    assert [one["name"] for one in at.do("GET", LIST)["snapshots"]] == ["s1"]


def test_those_of_the_same_second_stay_as_the_appliance_has_them() -> None:
    reader = book(wire("b"), wire("a"))

    with pytest.raises(PlanRefused, match="snapshot a"):
        plan(reader, name="b", state="restored")
    assert plan(reader, name="a", state="restored").after["pruned"] == []
