"""Rows of the table of modules: what is there before, what a module is asked for, what must come of it."""

from __future__ import annotations

import time
import zlib
from dataclasses import dataclass, field
from typing import Any

import pytest
from lab_appliances import Lab, Record
from module_runner import Bench, Run
from prediction import unlike
from selection import ALL

MASK = "com.sun.ms.vss.hg.maskAll"
PROJECTS = "storage/v1/pools/tank/projects"
LUNS = f"{PROJECTS}/default/luns"
ACTIONS = "storage/v1/replication/actions"
SCHEMA = "storage/v1/schema"

Call = tuple[Any, ...]


@dataclass(frozen=True)
class Case:
    """One row: a module that changes something.

    Attributes:
        name: what the row shows.
        module, options, at: the task.
        before: REST calls that come first, (method, path, body), with "west" in front for the other appliance; {id} is
            the id of the replication action made last.
        expect: values that the object has in the end.
        gone: options that remove it again; the row ends with its removal.
        again: options of a second run, where they are not the same.
        releases: those on which it is gone through.
        writes: how many writes a real run makes, without those that the appliance wants confirmed.
        gone_writes: how many the removal makes.
    """

    name: str
    module: str
    options: Record
    before: tuple[Call, ...] = ()
    at: str = "east"
    expect: Record | None = field(default_factory=dict)
    gone: Record | None = None
    again: Record | None = None
    releases: tuple[str, ...] = ("8.8",)
    writes: int = 1
    gone_writes: int = 1


@dataclass(frozen=True)
class Refusal:
    """One row: a task that is refused, what is there before, and words of the message."""

    name: str
    module: str
    options: Record
    words: tuple[str, ...]
    before: tuple[Call, ...] = ()
    connection: Record = field(default_factory=dict)


def row_id(row: Any) -> str:
    """Name a row that has a name."""
    return str(row.name).replace(" ", "_")


def rows(cases: tuple[Case, ...]) -> list[Any]:
    """Return each case with each of its releases, for parametrize."""
    return [
        pytest.param(case, release, id=f"{case.module[6:]}-{case.name}-{release}".replace(" ", "_"))
        for case in cases
        for release in case.releases
    ]


def prepare(lab: Lab, calls: tuple[Call, ...], made: str = "") -> str:
    """Make REST calls; return the id of the replication action made last, by them or before them.

    What is to be destroyed is confirmed, because some labs ask.
    """
    for call in calls:
        side, rest = (call[0], call[1:]) if call[0] in ("east", "west") else ("east", call)
        method, path, body = (*rest, None)[:3]
        if method == "DELETE" and "?" not in path:
            path = f"{path}?confirm=true"
        answer = lab[side].call(
            method, path.replace("{id}", made), filled(body, made) if isinstance(body, dict) else body
        )
        made = answer.get("action", {}).get("id", made)
    return made


def filled(options: Record, action: str) -> Record:
    """Return options with {id} replaced."""
    return {key: value.replace("{id}", action) if isinstance(value, str) else value for key, value in options.items()}


def project(name: str = "proj-a", **more: Any) -> Call:
    """Make a project."""
    return ("POST", PROJECTS, {"name": name, **more})


def lun(name: str = "a", of: str = "default", **more: Any) -> Call:
    """Make a LUN of 1 GiB."""
    return ("POST", f"{PROJECTS}/{of}/luns", {"name": name, "volsize": "1g", **more})


def snapshot(name: str = "s1", of: str = "a") -> Call:
    """Take a snapshot of a LUN in project default."""
    return ("POST", f"{LUNS}/{of}/snapshots", {"name": name})


def clone(name: str = "c", of: str = "a", at: str = "s1") -> Call:
    """Clone a LUN of project default."""
    return ("PUT", f"{LUNS}/{of}/snapshots/{at}/clone", {"share": name})


def groups(*names: str) -> tuple[Call, ...]:
    """Make initiator groups with an initiator each."""
    calls: list[Call] = []
    for number, name in enumerate(names):
        iqn = f"iqn.2020-01.com.example:{name}-{number}"
        calls.append(("POST", "san/v1/iscsi/initiators", {"initiator": iqn}))
        body = {"name": name, "initiators": [iqn]}
        calls.append(("POST", "san/v1/iscsi/initiator-groups", body))
    return tuple(calls)


def target_group(name: str = "tg-a") -> tuple[Call, ...]:
    """Make a target group with a target."""
    iqn = f"iqn.1986-03.com.sun:02:{name}"
    target = {"alias": f"t-{name}", "iqn": iqn}
    return (
        ("POST", "san/v1/iscsi/targets", target),
        ("POST", "san/v1/iscsi/target-groups", {"name": name, "targets": [iqn]}),
    )


def own_replication(name: str = "a") -> Call:
    """Take a LUN out of its project's replication, by the path of every release."""
    return ("PUT", f"{PROJECTS}/default/filesystems/{name}/replication", {"inherited": False})


def action(share: str = "a", **more: Any) -> Call:
    """Make an action from a LUN of project default to west."""
    body = {"pool": "tank", "project": "default", "share": share, "target": "west"}
    return ("POST", ACTIONS, {**body, "target_pool": "tank", **more})


REPLICATED = (lun(), own_replication(), action())
SENT: tuple[Call, ...] = (*REPLICATED, ("PUT", f"{ACTIONS}/{{id}}/sendupdate"))

# The same with the marker of a migration.
MARKED = ("POST", f"{PROJECTS}/default/luns/a/snapshots", {"name": "zfssa-migration-{id}"})
SENT_MARKED: tuple[Call, ...] = (*REPLICATED, MARKED, SENT[-1])


def on_the_way(lab: Lab) -> None:
    """Wait until no update runs."""
    deadline = time.monotonic() + 20
    while any(action["state"] != "idle" for action in lab.east.state["actions"]):
        assert time.monotonic() < deadline, "an update does not end"


def is_predicted_again(case: Case) -> bool:
    """Tell whether check mode has to find nothing to do where a second run has found nothing: of a sample, for every third row."""
    return ALL or zlib.crc32(case.name.encode()) % 3 == 0


def play(bench: Bench, case: Case) -> Run:
    """Go through a row: predicted, done, done again, often predicted again, removed, removed again."""
    made = prepare(bench.lab, case.before)
    on_the_way(bench.lab)
    options = filled(case.options, made)

    predicted = bench.change(case.module, options, case.at, check=True, diff=True)
    real = bench.change(case.module, options, case.at, diff=True)

    assert predicted.changed and real.changed
    assert unlike(predicted, real) == []
    assert len([row for row in real.writes if row["status"] < 400]) == case.writes
    assert real.result["diff"]["before"] != real.result["diff"]["after"]
    if case.expect is None:
        assert real.value is None
    else:
        assert {key: real.value[key] for key in case.expect} == case.expect

    options = filled(case.again if case.again is not None else case.options, made)
    again = bench.change(case.module, options, case.at, diff=True)
    assert not again.changed
    assert not again.writes
    assert again.value == real.value
    assert again.result["diff"]["before"] == again.result["diff"]["after"]
    if is_predicted_again(case):
        assert unlike(bench.change(case.module, options, case.at, check=True, diff=True), again) == []

    if case.gone is not None:
        remove(bench, case, filled(case.gone, made))
    return real


def remove(bench: Bench, case: Case, options: Record) -> None:
    """Remove what a row has made: predicted, done, done again, often predicted again."""
    predicted, real, again = (
        bench.change(case.module, options, case.at, check=check, diff=True) for check in (True, False, False)
    )
    assert predicted.changed and not again.changed
    assert unlike(predicted, real) == []
    if is_predicted_again(case):
        assert unlike(bench.change(case.module, options, case.at, check=True, diff=True), again) == []
    assert real.value is None and again.value is None
    assert len([row for row in real.writes if row["status"] < 400]) == case.gone_writes
    assert not again.writes
