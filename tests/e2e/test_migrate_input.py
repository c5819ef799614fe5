"""What is given to a migration: refused as a whole before a login, taken as forms give it, and task files of the user."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from migration_world import add_lun

from playbooks import Stage, presented


def write(folder: Path, name: str, content: Any) -> str:
    """Write a YAML file, and return its path."""
    file = folder / name
    file.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    return str(file)


@pytest.mark.essential
def test_all_that_is_wrong_is_told_before_a_login(stage: Stage, tmp_path: Path) -> None:
    add_lun(stage.lab)
    broken = write(tmp_path, "verify.yml", [{"name": "Leave", "ansible.builtin.meta": "end_host"}])

    play = stage.fail(
        delete_sorce=False,
        moves=False,
        pool="",
        luns="redo-1,",
        cutover="maybe",
        poll_interval=0,
        source={**stage.lab.east.connection(), "pasword": "x"},
        verify_tasks=broken,
    )

    assert play.requests == []
    for words in (
        "migrate_lun_delete_sorce is not a variable of the role migrate_lun; did you mean migrate_lun_delete_source?",
        "migrate_lun_moves is not a variable of the role",
        "migrate_lun_pool is missing",
        "migrate_lun_luns has an empty name after 'redo-1'",
        "migrate_lun_cutover must be true or false, not 'maybe'",
        "migrate_lun_poll_interval must be a whole number of at least 1, not 0",
        "pasword is not one of its keys; did you mean password?",
        f"{broken}, line 1: meta: end_host is not permitted",
    ):
        assert words in play.message, play.message


@pytest.mark.long
def test_what_forms_leave_empty_is_not_given(stage: Stage) -> None:
    add_lun(stage.lab)
    add_lun(stage.lab, "redo-2", written=0)
    empty = dict.fromkeys(("target_project", "peer", "groups", "verify_tasks", "timeout", "cutover"), "")
    # Relative paths begin where Ansible was started.
    near = {"ca_path": stage.authority_at_hand("lab.pem"), "timeout": ""}
    ends = {"source": {**stage.lab.east.connection(), **near}, "target": {**stage.lab.west.connection(), **near}}

    play = stage.migrate(check=True, **{**empty, **ends, "luns": "redo-1\nredo-2\n", "poll_interval": "1"})

    assert [one for one in ("redo-1", "redo-2") if f"Would migrate LUN tank/databases/{one}" not in play.output] == []


def test_role_is_called_twice_and_misspelt_once(stage: Stage, tmp_path: Path) -> None:
    add_lun(stage.lab)
    role = {"ansible.builtin.include_role": {"name": "zfssa.storage.migrate_lun"}}
    misspelt = {**role, "vars": {"migrate_lun_names": ["redo-2"]}}
    play = write(tmp_path, "play.yml", [{"hosts": "localhost", "gather_facts": False, "tasks": [role, role, misspelt]}])

    done = stage.run(play, stage.variables(), "--check")

    assert done.status != 0
    assert done.output.count("Would migrate") == 2
    assert "migrate_lun_names is not a variable of the role" in done.message
    assert "?." not in done.message


def test_check_mode_of_the_play_counts_and_none_may_hide_that_of_the_command(stage: Stage, tmp_path: Path) -> None:
    lab = stage.lab
    before = add_lun(lab)
    play = {"hosts": "localhost", "gather_facts": False, "roles": ["zfssa.storage.migrate_lun"]}
    checks, writes = (write(tmp_path, f"{mode}.yml", [{**play, "check_mode": mode}]) for mode in (True, False))

    predicted = stage.run(checks, stage.variables(cutover=False))
    refused = stage.run(writes, stage.variables(), "--check")

    assert (predicted.status, "Would copy LUN tank/databases/redo-1 of east into" in predicted.output) == (0, True), (
        predicted.output
    )
    assert (
        "check_mode is false where the role is called, so that it would write although Ansible runs with --check"
        in refused.message
    )
    assert lab.east.lun("redo-1") == before
    assert (lab.east.state["actions"], lab.west.state["packages"]) == ([], [])


@pytest.mark.long
def test_hosts_whose_lists_overlap_are_rivals_and_others_are_not(stage: Stage, tmp_path: Path) -> None:
    inventory = {"all": {"hosts": {"one": {"luns": ["a", "b"]}, "two": {"luns": ["b", "c"]}, "three": {"luns": ["d"]}}}}
    play = {
        "hosts": "all",
        "connection": "local",
        "gather_facts": False,
        "vars": {"migrate_lun_luns": "{{ luns }}"},
        "tasks": [
            {
                "ansible.builtin.include_role": {"name": "zfssa.storage.migrate_lun"},
                "when": "inventory_hostname != left_out",
            },
        ],
    }
    variables = {name: value for name, value in stage.variables().items() if name != "migrate_lun_luns"}
    run = (write(tmp_path, "play.yml", [play]), "-i", write(tmp_path, "hosts.yml", inventory))
    add_lun(stage.lab, "d", written=0)

    both = stage.run(run[0], {**variables, "left_out": "none"}, "--check", *run[1:])

    refused = [task["result"]["msg"] for task in both.tasks if task["outcome"] == "failed"]
    assert len(refused) == 2
    for message, rival in zip(sorted(refused), ("two", "one"), strict=True):
        assert f"at the same time as {rival} (LUN tank/databases/b of 127.0.0.1:" in message
    assert "Would migrate LUN tank/databases/d" in both.output

    alone = stage.run(run[0], {**variables, "left_out": "two"}, "--check", *run[1:])

    assert "at the same time" not in alone.message
    assert "LUN tank/databases/a exists neither" in alone.message


@pytest.mark.long
def test_host_out_of_reach_in_a_file_of_the_user_is_a_failure(stage: Stage, tmp_path: Path) -> None:
    before = add_lun(stage.lab)
    ask = {
        "name": "Ask the hosts",
        "ansible.builtin.command": "true",
        "changed_when": False,
        "delegate_to": "127.0.0.1",
        "vars": {"ansible_connection": "ansible.builtin.ssh", "ansible_port": 1},
        "loop": ["db1"],
    }
    write(tmp_path, "ask.yml", [ask])
    # By a relative name, as somebody gives it who stands in its folder.
    write(tmp_path, "verify.yml", [{"block": [{"ansible.builtin.include_tasks": "ask.yml"}]}])

    play = stage.fail(verify_tasks="verify.yml")

    failed = f"Task 'Ask the hosts' of {tmp_path}/verify.yml failed for item db1: The host cannot be reached"
    assert f"failed at the step cleanup: {failed}" in play.message
    assert stage.lab.east.lun("redo-1") == before
    assert presented(before)
    stage.nothing_left()
