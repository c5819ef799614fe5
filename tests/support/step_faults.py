"""Faults at each step of a migration, and what must be left when it has been undone."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from lab_appliances import Record
from migration_world import add_lun, take_snapshot
from selection import chosen

from playbooks import Stage, watching

TEMPORARY = "/projects/[0-9a-f]{8}-[0-9a-f-]{27}"
BUSY = {"status": 503}


@dataclass(frozen=True)
class StepFault:
    """One row: what fails, where, and words of the message.

    Attributes:
        step: the step that the message must name.
        action: of the fault; None where the variables alone make the step fail.
        at, which: the appliance, and method, path, nth and times.
        variables: further variables of the role.
        extra: whether it runs only when all rows do.
        essential: whether it runs on every Python and ansible-core.
    """

    name: str
    step: str
    action: Record | None
    words: str
    at: str = "east"
    which: Record = field(default_factory=dict)
    variables: Record = field(default_factory=dict)
    extra: bool = False
    essential: bool = False


def on(method: str, path: str, **more: Any) -> Record:
    """Say which request fails."""
    return {"method": method, "path": path, **more}


PLANNED = "planned by the lab"
LOST = "broke before"
EARLY = (
    StepFault("refused", "inheritance", {"status": 400}, PLANNED, which=on("PUT", "/replication$")),
    StepFault("error", "inheritance", {"status": 500}, PLANNED, which=on("PUT", "/replication$"), extra=True),
    StepFault("busy", "inheritance", BUSY, PLANNED, which=on("PUT", "/replication$", times=99), extra=True),
    StepFault("lost", "action", {"drop": "before"}, LOST, which=on("POST", "/actions$", times=99)),
    StepFault("refused", "action", {"status": 400}, PLANNED, which=on("POST", "/actions$"), extra=True),
    StepFault("error", "action", {"status": 500}, PLANNED, which=on("POST", "/actions$"), extra=True),
    StepFault("busy", "action", BUSY, PLANNED, which=on("POST", "/actions$", times=99), extra=True),
    StepFault("fails", "update", {"replication": "fail"}, "connection to the target was lost"),
    StepFault("refused", "update", {"status": 400}, PLANNED, which=on("PUT", "/sendupdate$"), extra=True),
    StepFault("busy", "update", BUSY, PLANNED, which=on("PUT", "/sendupdate$", times=99), extra=True),
    StepFault("lost", "update", {"drop": "before"}, LOST, which=on("PUT", "/sendupdate$", times=99), extra=True),
    StepFault("offline refused", "update", {"status": 400}, PLANNED, which=on("PUT", "/luns/redo-1$"), extra=True),
    StepFault("last one fails", "update", {"replication": "fail"}, "connection to the target was lost", which={"nth": 2}, extra=True),
    StepFault("stalls", "update", {"replication": "stall"}, "The update was cancelled; after that its action was idle",
              which={"nth": 2}, variables={"timeout": 2}),
)  # fmt: skip
LATE = (
    StepFault("error", "sever", {"status": 500}, PLANNED, "west", on("PUT", "/sever$"), essential=True),
    StepFault("refused", "sever", {"status": 400}, PLANNED, "west", on("PUT", "/sever$"), extra=True),
    StepFault("lost", "sever", {"drop": "before"}, LOST, "west", on("PUT", "/sever$", times=99), extra=True),
    StepFault("busy", "sever", BUSY, PLANNED, "west", on("PUT", "/sever$", times=99), extra=True),
    StepFault("move refused", "move", {"status": 400}, PLANNED, "west", on("PUT", f"{TEMPORARY}/luns/redo-1$"), extra=True),
    StepFault("properties refused", "move", {"status": 400}, PLANNED, "west", on("PUT", "pools/tank/projects/databases/luns/redo-1$")),
    StepFault("properties lost", "move", {"drop": "before"}, LOST, "west", on("PUT", "pools/tank/projects/databases/luns/redo-1$", times=2), extra=True),
    StepFault("project refused", "move", {"status": 400}, PLANNED, "west", on("DELETE", TEMPORARY), extra=True),
)  # fmt: skip
LAST = (
    StepFault("verify fails", "cleanup", None, "hosts do not see what they should", variables={"verify_tasks": "verify.yml"}),
    StepFault("action stays", "cleanup", {"status": 400}, PLANNED, which=on("DELETE", "/actions/"), extra=True),
    StepFault("source stays", "cleanup", {"status": 403}, PLANNED, which=on("DELETE", "/luns/zfssa-migration-removing-", times=99), extra=True),
    StepFault("source busy", "cleanup", BUSY, PLANNED, which=on("DELETE", "/luns/zfssa-migration-removing-", times=99), extra=True),
    StepFault("source lost", "cleanup", {"drop": "before"}, LOST, which=on("DELETE", "/luns/zfssa-migration-removing-", times=99), extra=True),
)  # fmt: skip
VERIFY = """---
- name: Look at the copy
  ansible.builtin.assert:
    that:
      - migrate_lun_copy.name == 'redo-1'
      - migrate_lun_lun.name == 'another'
    fail_msg: hosts do not see what they should
"""


def rows(table: tuple[StepFault, ...]) -> list[Any]:
    """Return the rows that shall run, for parametrize."""
    return [
        pytest.param(
            row,
            id=f"{row.step}-{row.name}".replace(" ", "_"),
            marks=[pytest.mark.essential] if row.essential else [],
        )
        for row in chosen(table)
    ]


def suffer(stage: Stage, row: StepFault, folder: Path) -> None:
    """Let a migration fail, and check that all is as it was before."""
    lab = stage.lab
    add_lun(lab, lunumber=5)
    take_snapshot(lab, "monday")
    before, snapshots = lab.east.lun("redo-1"), _snapshots(stage)
    variables = dict(row.variables)
    if "verify_tasks" in variables:
        (folder / "verify.yml").write_text(VERIFY, encoding="utf-8")
        variables["verify_tasks"] = str(folder / "verify.yml")
    if row.action is not None:
        lab.fault(row.action, row.at, **row.which)

    with watching(lab):
        play = stage.fail(**variables)

    assert f"failed at the step {row.step}" in play.message
    assert row.words in play.message
    assert "as it was before" in play.message
    # What is undone does not go on.
    assert "by itself" not in play.message
    assert lab.east.lun("redo-1") == before
    assert _snapshots(stage) == snapshots
    assert lab.west.luns() == []
    stage.nothing_left()


def _snapshots(stage: Stage) -> list[str]:
    return [one["name"] for one in stage.lab.east.state["snapshots"]]
