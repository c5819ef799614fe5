"""The action plugin in real plays: which way a task goes, what it keeps open, and that Ansible's keywords mean the same."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from cases import lun, prepare
from lab_appliances import Lab, is_login

from playbooks import Play, Stage, environment

# What a plugin can do and must do differs most between versions of Ansible.
pytestmark = [pytest.mark.essential, pytest.mark.command]

Task = dict[str, Any]
LUN = {"pool": "tank", "project": "default", "name": "a"}
# What shows at -vvv when an ordinary module is run, and in no other case here.
STARTED = "> EXEC /bin/sh"
# A connection that is not the local one, and yet leads here.
ELSEWHERE = '''
from ansible.plugins.connection.local import Connection as Local

DOCUMENTATION = """
name: elsewhere
short_description: the controller, as if it were another host
description: [the controller, as if it were another host]
author: nobody
extends_documentation_fragment: [connection_pipelining]
"""


class Connection(Local):
    transport = "elsewhere"
'''


def zfssa_lun(**options: Any) -> Task:
    """A task on a LUN that is there already."""
    return {"zfssa.storage.zfssa_lun": {**LUN, **options}}


def run(stage: Stage, folder: Path, *tasks: Task, arguments: tuple[str, ...] = (), **play: Any) -> Play:
    """Run a play whose tasks get the connection to east by module_defaults."""
    east = stage.lab.east.connection()
    whole = {
        "hosts": "localhost",
        "gather_facts": False,
        "module_defaults": {"group/zfssa.storage.zfssa": {name: f"{{{{ east.{name} }}}}" for name in east}},
        "tasks": [{"name": f"task {number}", **task} for number, task in enumerate(tasks)],
        **play,
    }
    file = folder / "play.yml"
    file.write_text(yaml.safe_dump([whole], sort_keys=False), encoding="utf-8")
    return stage.run(str(file), {"east": east}, *arguments)


def test_a_loop_keeps_one_session(stage: Stage, tmp_path: Path) -> None:
    prepare(stage.lab, (lun(),))

    play = run(stage, tmp_path, {**zfssa_lun(size="1G"), "loop": list(range(20))}, arguments=("-vvv",))

    assert play.status == 0, play.output
    assert STARTED not in play.output
    assert [(row["method"], row["status"]) for row in play.requests] == [
        ("POST", 201),
        *[("GET", 200)] * 20,
        ("DELETE", 204),
    ]
    assert len({row["session"] for row in play.requests}) == 1
    assert len({row["peer"] for row in play.requests}) == 1, "more than one connection"


def test_a_loop_over_appliances_keeps_a_session_on_each(stage: Stage, tmp_path: Path) -> None:
    task = {
        "zfssa.storage.zfssa_info": {
            "gather_subset": ["system"],
            "port": "{{ item }}",
            "query": "system.nodename",
        },
        "loop": [stage.lab.east.facts["port"], stage.lab.west.facts["port"]] * 3,
    }

    play = run(stage, tmp_path, task)

    assert [one["queried"] for one in play.tasks[-1]["result"]["results"]] == ["east", "west"] * 3
    assert len([row for row in play.requests if row["method"] == "POST"]) == 2


@pytest.mark.parametrize(
    ("keywords", "started"),
    [
        ({}, False),
        ({"connection": "local"}, False),
        ({"vars": {"ansible_connection": "elsewhere"}}, True),
        ({"vars": {"ansible_connection": "elsewhere"}, "delegate_to": "localhost"}, True),
        ({"async": 60, "poll": 1}, True),
        ({"become": True}, True),
    ],
    ids=["implicit localhost", "local", "another host", "delegated to another host", "async", "become"],
)
def test_way(keywords: Task, started: bool, stage: Stage, tmp_path: Path) -> None:
    prepare(stage.lab, (lun(),))
    plugins = tmp_path / "connection_plugins"
    plugins.mkdir()
    (plugins / "elsewhere.py").write_text(ELSEWHERE, encoding="utf-8")

    play = run(stage, tmp_path, {**zfssa_lun(size="2G"), **keywords}, arguments=("-vvv",))

    assert play.status == 0, play.output
    assert (STARTED in play.output) is started
    assert play.tasks[-1]["result"]["lun"]["size"] == 2 << 30
    assert len(play.writes) == 1


def test_delegation_to_the_controller_is_local(stage: Stage, tmp_path: Path) -> None:
    prepare(stage.lab, (lun(),))
    far = {"name": "far", "ansible_host": "192.0.2.1", "ansible_connection": "ssh"}

    play = run(
        stage,
        tmp_path,
        {"ansible.builtin.add_host": far},
        {**zfssa_lun(size="2G"), "delegate_to": "localhost"},
        arguments=("-vvv",),
    )

    assert play.status == 0, play.output
    assert STARTED not in play.output


def test_keywords(stage: Stage, tmp_path: Path) -> None:
    """failed_when, changed_when, until, ignore_errors, no_log, environment and check_mode mean what they always mean."""
    prepare(stage.lab, (lun(),))
    tasks = (
        {**zfssa_lun(), "failed_when": "result.lun.size == 1073741824", "register": "result", "ignore_errors": True},
        {**zfssa_lun(size="2G"), "check_mode": True},
        {**zfssa_lun(), "changed_when": True},
        {
            **zfssa_lun(),
            "until": "result.lun.size == 1",
            "retries": 2,
            "delay": 0,
            "register": "result",
            "ignore_errors": True,
        },
        {**zfssa_lun(), "no_log": True},
        {**zfssa_lun(password="wrong-password"), "ignore_errors": True},
        {
            "zfssa.storage.zfssa_lun": {**LUN, "password": "{{ omit }}"},
            "environment": {"ZFSSA_PASSWORD": "{{ east.password }}"},
        },
        {**zfssa_lun(nme="b"), "ignore_errors": True},
    )

    play = run(stage, tmp_path, *tasks)

    failed, checked, changed, tried, hidden, refused, inherited, unknown = (one["result"] for one in play.tasks)
    assert play.status == 0, play.output
    assert failed["failed_when_result"] is True
    assert checked["changed"] and checked["lun"]["size"] == 2 << 30
    assert changed["changed"]
    assert tried["attempts"] == 2
    assert "lun" not in hidden and "censored" in hidden
    assert refused["failure"]["status"] == 401
    assert inherited["lun"]["name"] == "a"
    assert unknown["msg"].startswith("Unsupported parameters for (zfssa.storage.zfssa_lun) module: nme.")
    assert play.writes == []


def test_words_of_an_appliance_are_neither_worked_out_nor_obeyed(stage: Stage, tmp_path: Path) -> None:
    """A name may be a template, a control sequence and a line that looks like Ansible's own."""
    alias = "{{ lookup('ansible.builtin.pipe', 'touch made') }}\x1b[2K\rlocalhost : ok=9 failed=0\u202e\x9b31m"
    shown = "{{ lookup('ansible.builtin.pipe', 'touch made') }}" + r"\x1b[2K\rlocalhost : ok=9 failed=0\u202e\x9b31m"
    initiator = {"initiator": "iqn.2020-01.com.example:host", "alias": alias}
    prepare(stage.lab, (("POST", "san/v1/iscsi/initiators", initiator),))
    names = "{{ found.initiators | map(attribute='alias') | join }}"
    tasks = (
        {"zfssa.storage.zfssa_info": {"gather_subset": ["initiators"]}, "register": "found"},
        {"ansible.builtin.set_fact": {"alias_of_it": names}},
        {"ansible.builtin.debug": {"msg": "{{ alias_of_it | zfssa.storage.legible }}"}},
        {
            "ansible.builtin.debug": {
                "msg": "{% filter zfssa.storage.legible -%}\nName " + names + "\n{%- endfilter %}",
            },
        },
        {
            "zfssa.storage.zfssa_initiator": {"initiator": f"{initiator['initiator']}-2", "alias": "{{ alias_of_it }}"},
            "ignore_errors": True,
        },
    )

    play = run(stage, tmp_path, *tasks)

    found, _kept, said, framed, refused = (one["result"] for one in play.tasks)
    assert play.status == 0, play.output
    assert alias in [one["alias"] for one in found["initiators"]]
    assert (said["msg"], framed["msg"]) == (shown, f"Name {shown}")
    assert r"\x1b[2K\rlocalh" in refused["msg"]
    assert not [one for one in play.output if not one.isprintable() and one != "\n"]
    assert not list(tmp_path.rglob("made")) and not Path("made").exists()


def test_items_of_a_loop_fail_and_are_tried_each_for_itself(stage: Stage, tmp_path: Path) -> None:
    prepare(stage.lab, (lun(),))
    names = {"name": "{{ item }}", "size": "{{ omit }}"}

    play = run(
        stage,
        tmp_path,
        {**zfssa_lun(**names), "loop": ["a", "b", "a"], "ignore_errors": True},
        {
            **zfssa_lun(),
            "loop": [1, 2],
            "until": "result.attempts == 2",
            "retries": 3,
            "delay": 0,
            "register": "result",
        },
    )

    failing, tried = (one["result"]["results"] for one in play.tasks)
    assert play.status == 0, play.output
    assert ["failure" in item for item in failing] == [False, True, False]
    assert failing[1]["msg"].startswith("LUN tank/default/b does not exist"), failing[1]["msg"]
    assert [item["attempts"] for item in tried] == [2, 2]
    assert len([row for row in play.requests if row["method"] == "POST"]) == 2, "more than one session a task"


@pytest.mark.long
def test_a_task_in_the_background_is_asked_for_its_result(stage: Stage, tmp_path: Path) -> None:
    prepare(stage.lab, (lun(),))

    play = run(
        stage,
        tmp_path,
        {**zfssa_lun(size="2G"), "async": 60, "poll": 0, "register": "job"},
        {
            "ansible.builtin.async_status": {"jid": "{{ job.ansible_job_id }}"},
            "register": "done",
            "until": "done.finished in [1, true]",
            "retries": 100,
            "delay": 0.1,
        },
    )

    assert play.status == 0, play.output
    assert play.tasks[-1]["result"]["lun"]["size"] == 2 << 30


def test_hosts_at_the_same_time_have_sessions_of_their_own(stage: Stage, tmp_path: Path) -> None:
    prepare(stage.lab, (lun(),))
    task = {**zfssa_lun(size="2G"), "delegate_to": "localhost"}

    play = run(stage, tmp_path, task, hosts="all", arguments=("-i", "db1,db2,db3,", "-vvv"))

    assert play.status == 0, play.output
    assert STARTED not in play.output
    assert [one["result"]["lun"]["size"] for one in play.tasks] == [2 << 30] * 3
    assert len([row for row in play.requests if row["method"] == "DELETE"]) == 3


def test_difference_is_shown(stage: Stage, tmp_path: Path) -> None:
    prepare(stage.lab, (lun(),))

    play = run(stage, tmp_path, zfssa_lun(size="2G"), arguments=("--check", "--diff"))

    assert '-    "size": 1073741824' in play.output
    assert '+    "size": 2147483648' in play.output
    assert play.writes == []


@pytest.mark.python
def test_a_task_out_of_time_logs_out(stage: Stage, tmp_path: Path) -> None:
    stage.lab.fault({"delay_ms": 3000}, method="GET")
    position = stage.lab.position()

    play = run(stage, tmp_path, {**zfssa_lun(), "timeout": 1, "ignore_errors": True})

    assert any(words in play.output.lower() for words in ("timed out", "timeout", "expected time frame"))
    assert [row["method"] for row in play.requests if row["method"] != "GET"] == ["POST", "DELETE"]
    _until_carried_out(stage.lab, position)


def test_a_relative_authority_is_beside_the_playbook(stage: Stage, tmp_path: Path) -> None:
    prepare(stage.lab, (lun(),))
    # Plays are run from another folder.
    plays = tmp_path / "plays"
    plays.mkdir()
    shutil.copy(stage.lab.east.connection()["ca_path"], plays / "ours.pem")

    play = run(stage, plays, zfssa_lun(ca_path="ours.pem"))

    assert play.status == 0, play.output


def test_a_module_may_have_another_name_elsewhere(stage: Stage, tmp_path: Path) -> None:
    prepare(stage.lab, (lun(),))
    meta = tmp_path / "collections/ansible_collections/acme/disks/meta"
    meta.mkdir(parents=True)
    routing = {"plugin_routing": {"modules": {"volume": {"redirect": "zfssa.storage.zfssa_lun"}}}}
    (meta / "runtime.yml").write_text(yaml.safe_dump(routing), encoding="utf-8")

    play = run(stage, tmp_path, {"acme.disks.volume": {**LUN, **stage.lab.east.connection()}})

    assert play.status == 0, play.output
    assert play.tasks[0]["result"]["lun"]["name"] == "a"


def test_items_that_wait_differently_share_a_session(stage: Stage, tmp_path: Path) -> None:
    prepare(stage.lab, (lun(),))

    play = run(stage, tmp_path, {**zfssa_lun(timeout="{{ item }}"), "loop": [30, 60, 90]})

    assert play.status == 0, play.output
    assert [row["method"] for row in play.requests] == ["POST", "GET", "GET", "GET", "DELETE"]


def test_what_a_task_waits_for_is_shown_while_it_does(stage: Stage, tmp_path: Path) -> None:
    lab = stage.lab
    prepare(lab, (lun(),))
    for nth in (1, 3):
        lab.fault({"status": 503}, method="GET", path="/luns/a", nth=nth)

    play = run(stage, tmp_path, zfssa_lun(), {**zfssa_lun(), "no_log": True})

    shown = [line for line in play.output.splitlines() if line.startswith("WAITING: ")]
    assert play.status == 0, play.output
    assert len(shown) == 1, play.output
    assert shown[0].startswith(
        f"WAITING: [localhost]: https://127.0.0.1:{lab.east.connection()['port']} says to GET /api/"
    ), shown
    assert shown[0].endswith("; trying again"), shown
    assert lab.faults() == [], "the second one was for the task that is not to be seen"


# What the interrupted task is doing: a fault that keeps it there, and what more the task says.
INTERRUPTED = {
    "login": ({"method": "POST", "path": "/access/"}, {}),
    "request": ({"method": "GET", "path": "/luns/a"}, {}),
    "pause between two items": (None, {"loop": [1, 2], "loop_control": {"pause": 20}}),
}


@pytest.mark.python
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("where", INTERRUPTED)
def test_an_interrupted_play_logs_out(where: str, number: signal.Signals, stage: Stage, tmp_path: Path) -> None:
    lab = stage.lab
    prepare(lab, (lun(),))
    fault, keywords = INTERRUPTED[where]
    if fault:
        lab.fault({"delay_ms": 3000}, **fault)
    position = lab.position()
    task = {"name": "look", "zfssa.storage.zfssa_lun": {**LUN, **lab.east.connection()}, **keywords}
    file = tmp_path / "play.yml"
    file.write_text(yaml.safe_dump([{"hosts": "localhost", "gather_facts": False, "tasks": [task]}]), encoding="utf-8")
    record = tmp_path / "record"
    record.touch()
    with subprocess.Popen(
        [str(Path(sys.executable).parent / "ansible-playbook"), str(file)],
        env=environment(tmp_path, record),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        _until(lambda: not lab.faults() if fault else lab.journal(position)[1:])
        os.kill(process.pid, number)
        process.wait(timeout=60)
    _until(lambda: [row["method"] for row in lab.journal(position) if is_login(row)] == ["POST", "DELETE"])
    assert lab.sessions() == 0
    if where == "request":
        _until_carried_out(lab, position)


def _until_carried_out(lab: Lab, position: int) -> None:
    """Wait for the request that nobody waits for any more: it must not be taken for one of the next test."""
    _until(lambda: any(row["method"] == "GET" for row in lab.journal(position)))


def _until(true: Any, limit: float = 60.0) -> None:
    end = time.monotonic() + limit
    while not true():
        assert time.monotonic() < end, "it did not come about"
