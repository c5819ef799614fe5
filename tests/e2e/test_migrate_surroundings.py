"""What surrounds a migration: the calling play, the command line, and people who do things meanwhile."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from cases import prepare
from migration_world import LUNS, add_lun, replicate, sever

from playbooks import Stage, presented


def play_file(folder: Path, **play: Any) -> str:
    """Write a play that runs the role, and return its path."""
    file = folder / "play.yml"
    whole = {
        "hosts": "localhost",
        "connection": "local",
        "gather_facts": False,
        "roles": ["zfssa.storage.migrate_lun"],
        **play,
    }
    file.write_text(yaml.safe_dump([whole], sort_keys=False), encoding="utf-8")
    return str(file)


def verifying(folder: Path, *tasks: dict[str, Any]) -> str:
    """Write a file of verify tasks, and return its path."""
    file = folder / "verify.yml"
    file.write_text(yaml.safe_dump(list(tasks), sort_keys=False), encoding="utf-8")
    return str(file)


@pytest.mark.long
def test_defaults_of_the_calling_play_send_no_task_elsewhere(stage: Stage, tmp_path: Path) -> None:
    lab = stage.lab
    before = add_lun(lab)
    elsewhere = {**lab.east.connection(), "force": True}
    defaults = {f"zfssa.storage.zfssa_{name}": elsewhere for name in ("lun", "project", "info")}
    lab.fault({"status": 400}, "west", method="PUT", path="pools/tank/projects/databases/luns/redo-1$")

    play = stage.run(play_file(tmp_path, module_defaults=defaults), stage.variables())

    assert "failed at the step move" in play.message
    assert lab.east.lun("redo-1") == before
    assert lab.west.luns() == []
    stage.nothing_left()


@pytest.mark.parametrize("option", ["migrate_lun_cutover", "migrate_lun_delete_source"])
def test_false_from_the_command_line_is_false(option: str, stage: Stage) -> None:
    add_lun(stage.lab)

    play = stage.run(
        "zfssa.storage.migrate", stage.variables(), "-e", f"{option}=false", "-e", "migrate_lun_luns=redo-1"
    )

    assert play.status == 0, play.output
    assert stage.lab.east.luns() == ["databases/redo-1"]


@pytest.mark.long
def test_lun_that_took_the_name_meanwhile_is_not_undone(stage: Stage) -> None:
    lab = stage.lab
    before = add_lun(lab)
    # Time for somebody else, while the last update is sent.
    lab.fault({"delay_ms": 1500}, method="PUT", path="/sendupdate$", nth=2)
    stranger = _when_offline(stage, {"name": "redo-1", "volsize": "1g", "sparse": True, "initiatorgroup": "default"})

    play = stage.fail()

    stranger.join(timeout=60)
    assert "failed at the step move" in play.message
    assert lab.east.lun("redo-1") == before
    assert lab.west.luns() == ["databases/redo-1"]
    assert presented(lab.west.lun("redo-1"))


def _when_offline(stage: Stage, body: dict[str, Any]) -> threading.Thread:
    """Make a LUN on west as soon as the one on east is offline."""

    def watch() -> None:
        deadline = time.monotonic() + 60
        while stage.lab.east.lun("redo-1")["status"] == "online":
            assert time.monotonic() < deadline
        prepare(stage.lab, (("west", "POST", LUNS, body),))

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    return thread


def test_copy_that_is_older_than_the_lun_is_not_taken_up(stage: Stage) -> None:
    lab = stage.lab
    add_lun(lab)
    made = replicate(lab)
    sever(lab, made)
    lab.write("redo-1", 1 << 20, "databases")

    play = stage.fail()

    assert "may be older" in play.message
    assert play.writes == []
    assert presented(lab.east.lun("redo-1"))


@pytest.mark.long
def test_source_that_is_shown_to_hosts_while_it_is_verified_is_kept(stage: Stage, tmp_path: Path) -> None:
    lab = stage.lab
    before = add_lun(lab)
    # It is hidden in one of two ways: it is offline, or presented to nobody.
    place = {"pool": "tank", "project": "databases", "name": "redo-1"}
    shown = {
        "name": "Show the source to its hosts again",
        "module_defaults": {"group/zfssa.storage.zfssa": "{{ migrate_lun_source }}"},
        "zfssa.storage.zfssa_lun": {**place, "status": "online", "initiator_groups": ["ig-db"]},
    }

    play = stage.fail(verify_tasks=verifying(tmp_path, shown))

    assert "hosts can see LUN tank/databases/redo-1 on east again, so that the copy may be older" in play.message
    assert lab.east.lun("redo-1") == before
    assert lab.west.luns() == []
    stage.nothing_left()


@pytest.mark.long
def test_what_is_otherwise_and_what_stays_is_said_after_a_failure(stage: Stage, tmp_path: Path) -> None:
    lab = stage.lab
    add_lun(lab)
    grow = {
        "name": "Grow the source",
        "module_defaults": {"group/zfssa.storage.zfssa": "{{ migrate_lun_source }}"},
        "zfssa.storage.zfssa_lun": {"pool": "tank", "project": "databases", "name": "redo-1", "size": "2G"},
    }
    lab.fault({"status": 400}, method="DELETE", path="/actions/", times=9)

    play = stage.fail(verify_tasks=verifying(tmp_path, grow))

    assert "as it was before" not in play.message
    assert "The LUN is on east, but its size is 2G, and was 1G. There stays: replication action " in play.message
    assert presented(lab.east.lun("redo-1"))


@pytest.mark.long
def test_source_that_is_out_of_reach_for_a_moment_is_put_online_again(stage: Stage) -> None:
    lab = stage.lab
    before = add_lun(lab)
    lab.fault({"status": 400}, "west", method="PUT", path="/sever$")
    lab.fault({"status": 500}, method="GET", path="/luns/redo-1$", nth=8, times=4)

    stage.fail()

    assert lab.east.lun("redo-1") == before
    stage.nothing_left()


@pytest.mark.long
def test_copy_that_could_not_be_presented_is_presented_by_the_next_run(stage: Stage) -> None:
    lab = stage.lab
    add_lun(lab)
    lab.fault({"status": 400}, "west", method="PUT", path="pools/tank/projects/databases/luns/redo-1$", nth=2)

    play = stage.fail()

    assert "is whole on west" in play.message and "Run the role again" in play.message
    assert lab.east.luns() == []
    stage.migrate()
    assert presented(lab.west.lun("redo-1"))
    stage.nothing_left()


def test_two_hosts_of_a_play_do_not_migrate_the_same(stage: Stage, tmp_path: Path) -> None:
    add_lun(stage.lab)

    play = stage.run(play_file(tmp_path, hosts="all"), stage.variables(), "-i", "one,two,")

    assert play.status != 0
    assert "at the same time" in play.message
    assert play.requests == []


@pytest.mark.long
def test_continuous_action_is_not_taken_up(stage: Stage) -> None:
    lab = stage.lab
    add_lun(lab)
    made = replicate(lab, send=False)
    prepare(lab, (("PUT", f"storage/v1/replication/actions/{made}", {"continuous": True}),))

    play = stage.fail()

    assert "is continuous" in play.message
    assert play.writes == []
    assert presented(lab.east.lun("redo-1"))
