"""Runs that were killed: the next one finds out where they stood, and finishes. On every release. And what an interrupt leaves."""

from __future__ import annotations

import signal
from collections.abc import Callable

import pytest
from cases import PROJECTS, prepare
from migration_world import LUNS, add_lun, alike, leave_sign, replicate, sever

from playbooks import Stage, watching


def test_killed_while_the_last_update_was_sent(stage_of: Callable[[str], Stage]) -> None:
    stage = stage_of("2013.1")
    lab = stage.lab
    before = add_lun(lab)
    replicate(lab, hidden=True)

    with watching(lab):
        stage.migrate()

    assert lab.east.luns() == []
    assert lab.west.luns() == ["databases/redo-1"]
    alike(before, lab.west.lun("redo-1"))
    stage.nothing_left()


@pytest.mark.long
def test_killed_after_the_sever(stage_of: Callable[[str], Stage]) -> None:
    stage = stage_of("8.7")
    lab = stage.lab
    before = add_lun(lab)
    sever(lab, replicate(lab, hidden=True))

    with watching(lab):
        stage.migrate()

    assert lab.east.luns() == []
    assert lab.west.luns() == ["databases/redo-1"]
    alike(before, lab.west.lun("redo-1"))
    stage.nothing_left()


@pytest.mark.long
def test_killed_after_the_source_was_destroyed(stage: Stage) -> None:
    lab = stage.lab
    body = {"name": "redo-1", "volsize": "1g", "status": "offline", "initiatorgroup": ["ig-db"]}
    prepare(lab, (("west", "POST", LUNS, body),))
    leave_sign(lab)

    finished = stage.migrate()

    assert finished.changed > 0
    assert lab.west.lun("redo-1")["status"] == "online"
    assert lab.east.call("GET", f"{PROJECTS}/databases/luns")["luns"] == []
    stage.nothing_left()


@pytest.mark.long
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_while_the_update_is_sent_leaves_no_session(number: signal.Signals, stage: Stage) -> None:
    lab = stage.lab
    add_lun(lab)
    lab.fault({"replication": "stall"})

    def sends() -> bool:
        return any(action["state"] == "sending" for action in lab.east.state["actions"])

    stage.interrupt_when(sends, number, "zfssa.storage.migrate", stage.variables())

    assert lab.east.luns() == ["databases/redo-1"]
