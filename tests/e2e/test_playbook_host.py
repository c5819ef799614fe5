"""The process that runs the playbooks of most tests: a run in it is what a run of the command ansible-playbook is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from cases import lun, prepare

from playbooks import Play, PlaybookHost, Stage

LUN = {"pool": "tank", "project": "default", "name": "a"}
# What no two runs have in common.
_VARYING = re.compile(r"[0-9a-f]{32}|\d{8}T\d\d:\d\d:\d\d|\d{4}-\d\d-\d\d.\d\d:\d\d:\d\d(\.\d+)?|\d:\d\d:\d\d\.\d+")


def runs(stage: Stage, folder: Path, host: PlaybookHost, tasks: list[dict[str, Any]], *arguments: str) -> list[Play]:
    """Run tasks with the command and in the host, on appliances in the same state; return both runs."""
    east = stage.lab.east.connection()
    play = {"hosts": "localhost", "gather_facts": False, "module_defaults": {"group/zfssa.storage.zfssa": east}}
    file = folder / "play.yml"
    file.write_text(yaml.safe_dump([{**play, "tasks": tasks}], sort_keys=False), encoding="utf-8")
    done = []
    for name, runner in (("command", None), ("host", host)):
        stage.lab.reset()
        prepare(stage.lab, (lun(),))
        (folder / name).mkdir()
        done.append(Stage(stage.lab, folder / name, runner).run(str(file), {"seen": name}, *arguments))
    return done


@pytest.mark.command
@pytest.mark.parametrize("arguments", [(), ("--check", "--diff")], ids=["real", "check"])
def test_host_does_what_the_command_does(
    arguments: tuple[str, ...], stage: Stage, tmp_path: Path, playbook_host: PlaybookHost
) -> None:
    tasks = [
        {"zfssa.storage.zfssa_lun": {**LUN, "name": "{{ item }}", "size": "2G"}, "loop": ["a", "b"]},
        {"ansible.builtin.debug": {"msg": "{{ 'b' | zfssa.storage.legible }}"}},
        {"ansible.builtin.command": {"cmd": "pwd"}, "changed_when": False, "check_mode": False, "register": "here"},
        {"ansible.builtin.assert": {"that": ["here.stdout is search('test_host')", "seen in ['command', 'host']"]}},
        {"ansible.builtin.set_fact": {"seen": "neither"}},
        {"ansible.builtin.fail": {"msg": "in the end"}},
    ]

    by_command, in_host = runs(stage, tmp_path, playbook_host, tasks, *arguments)

    assert by_command.status == in_host.status == 2
    assert in_host.message == by_command.message == "in the end"
    assert outcomes(in_host) == outcomes(by_command)
    assert traffic(in_host) == traffic(by_command)
    assert comparable(in_host) == comparable(by_command)


@pytest.mark.command
def test_play_that_ansible_refuses_is_refused_by_both(
    stage: Stage, tmp_path: Path, playbook_host: PlaybookHost
) -> None:
    by_command, in_host = runs(stage, tmp_path, playbook_host, [{"zfssa.storage.no_such_module": {}}])

    assert in_host.status == by_command.status != 0
    assert "no_such_module" in in_host.output
    assert comparable(in_host) == comparable(by_command)


@pytest.mark.command
def test_run_leaves_nothing_to_the_next(stage: Stage, tmp_path: Path, playbook_host: PlaybookHost) -> None:
    for number in (1, 2):
        folder = tmp_path / f"run-{number}"
        folder.mkdir()
        tasks = [
            {"ansible.builtin.assert": {"that": ["left is undefined", f"given == {number}"]}},
            {"ansible.builtin.set_fact": {"left": number, "cacheable": True}},
        ]
        play = {"hosts": "localhost", "gather_facts": False, "tasks": tasks}
        (folder / "play.yml").write_text(yaml.safe_dump([play]), encoding="utf-8")

        done = Stage(stage.lab, folder, playbook_host).run("play.yml", {"given": number})

        assert done.status == 0, done.output


def outcomes(play: Play) -> list[tuple[str, str, Any]]:
    """Return what became of each task."""
    return [(task["task"], task["outcome"], task["result"].get("changed")) for task in play.tasks]


def traffic(play: Play) -> list[tuple[str, str, int]]:
    """Return the requests of a run."""
    return [(row["method"], row["path"], row["status"]) for row in play.requests]


def comparable(play: Play) -> str:
    """Return what a run printed, without what no two runs have in common."""
    return _VARYING.sub("VARYING", play.output.replace("/command/", "/host/").replace("command", "host"))
