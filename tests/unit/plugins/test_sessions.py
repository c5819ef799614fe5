"""Sessions in Ansible's own process: closed in the environment of their task, and ended with the run when no task ends them."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from lab_appliances import ROOT
from scripted_appliance import (
    CUT,
    GIVEN_TOKEN,
    PASSWORD,
    SECOND_TOKEN,
    TOKEN,
    USERNAME,
    Exchange,
    ScriptedAppliance,
    login,
    logout,
)

from ansible_collections.zfssa.storage.plugins.module_utils.client._client import Client, Connection
from ansible_collections.zfssa.storage.plugins.plugin_utils._run_sessions import RunSessions
from ansible_collections.zfssa.storage.plugins.plugin_utils._sessions import Sessions
from ansible_collections.zfssa.storage.plugins.plugin_utils._shared_table import SharedTable

POOLS = "/api/storage/v1/pools"


@pytest.fixture
def connection(appliance: ScriptedAppliance, ca_path: str) -> Connection:
    """To the scripted appliance."""
    return appliance.connection(ca_path=ca_path)


def forked(work: Callable[[], object]) -> None:
    """Do some work in a process that is forked from this one, as a worker is."""
    process = multiprocessing.get_context("fork").Process(target=work)
    process.start()
    process.join(30)
    assert process.exitcode == 0


def test_environment_of_a_task_holds_for_its_logout(
    appliance: ScriptedAppliance, connection: Connection, monkeypatch: pytest.MonkeyPatch, closed_port: int
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{closed_port}")
    appliance.play(login(), Exchange("GET", POOLS), logout())
    sessions = Sessions()

    with sessions.guarded({"NO_PROXY": appliance.host}), sessions.client(connection) as client:
        client.get(POOLS)
    sessions.close()

    assert client.log[-1] == ("DELETE", "/api/access/v1", 204)
    assert "NO_PROXY" not in os.environ


def test_session_that_a_worker_leaves_is_ended_by_the_first_process(
    appliance: ScriptedAppliance, connection: Connection
) -> None:
    appliance.play(login(), logout())
    run = RunSessions()

    def work() -> None:
        with Client(connection, keeper=run) as client:
            client.open()
            client.release_token()
        run.end_all()

    forked(work)
    run.end_all()


def test_session_that_a_task_has_ended_is_not_ended_again(appliance: ScriptedAppliance, connection: Connection) -> None:
    appliance.play(logout(GIVEN_TOKEN))
    run = RunSessions()
    run.keep(connection, GIVEN_TOKEN)

    with Client(connection, keeper=run) as client:
        client.end(GIVEN_TOKEN)
    run.end_all()


def test_session_whose_end_was_lost_is_ended_with_the_run(appliance: ScriptedAppliance, connection: Connection) -> None:
    appliance.play(logout(GIVEN_TOKEN).but(fate=CUT), logout(GIVEN_TOKEN))
    run = RunSessions()
    run.keep(connection, GIVEN_TOKEN)

    with pytest.raises(Exception, match="broke"), Client(connection, keeper=run) as client:
        client.end(GIVEN_TOKEN)
    run.end_all()


def test_session_that_is_to_outlive_the_run_stays_open(appliance: ScriptedAppliance, connection: Connection) -> None:
    appliance.play(login())
    run = RunSessions()

    with Client(connection, keeper=run) as client:
        client.open()
        client.release_token(lasting=True)
    run.end_all()


def test_session_that_comes_too_late_is_ended_by_its_task(appliance: ScriptedAppliance, connection: Connection) -> None:
    appliance.play(login(), logout())
    run = RunSessions()
    run.end_all()

    with Client(connection, keeper=run) as client:
        client.open()
        client.release_token()


def test_worker_that_is_interrupted_ends_what_it_has_opened(
    appliance: ScriptedAppliance, connection: Connection
) -> None:
    appliance.play(logout(SECOND_TOKEN), logout(TOKEN))
    run = RunSessions()
    forked(lambda: run.keep(connection, TOKEN))

    run.keep(connection, SECOND_TOKEN)
    run.end_own()
    run.end_all()


def test_environment_holds_for_the_end_with_the_run(
    appliance: ScriptedAppliance, connection: Connection, monkeypatch: pytest.MonkeyPatch, closed_port: int
) -> None:
    appliance.play(logout(GIVEN_TOKEN))
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{closed_port}")
    run = RunSessions()
    with monkeypatch.context() as task:
        task.setenv("NO_PROXY", appliance.host)
        run.keep(connection, GIVEN_TOKEN)

    run.end_all()


# A run that watches over its sessions, has a worker that leaves one, and does what is asked for.
RUN = """
import json, multiprocessing, os, signal, sys, time
from ansible_collections.zfssa.storage.plugins.module_utils.client._client import Client, Connection
before = sys.argv[2]
if before == "interrupt":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))
from ansible_collections.zfssa.storage.plugins.action import zfssa_session
from ansible_collections.zfssa.storage.plugins.plugin_utils._run_sessions import run_sessions

def work():
    with Client(Connection(**json.loads(sys.argv[1])), keeper=run_sessions()) as client:
        client.open()
        client.release_token()

context = multiprocessing.get_context("fork")
begun = context.Event()

def be_busy():
    begun.set()
    time.sleep(20)

worker = context.Process(target=work)
worker.start()
worker.join()
busy = context.Process(target=be_busy)
busy.start()
begun.wait()
print("ready", flush=True)
if before == "end":
    busy.kill()
    busy.join()
    sys.exit(3)
time.sleep(20)
"""


@pytest.mark.parametrize(
    ("number", "before", "status"),
    [
        (signal.SIGINT, "", -signal.SIGINT),
        (signal.SIGTERM, "", -signal.SIGTERM),
        (signal.SIGTERM, "interrupt", 7),
        (signal.SIGHUP, "", -signal.SIGHUP),
        (None, "end", 3),
    ],
)
def test_run_that_ends_or_is_ended_leaves_no_session(
    number: signal.Signals | None, before: str, status: int, appliance: ScriptedAppliance, ca_path: str
) -> None:
    appliance.play(login(), logout())
    place: dict[str, Any] = {"host": appliance.host, "port": appliance.port, "ca_path": ca_path}
    given = json.dumps({**place, "username": USERNAME, "password": PASSWORD})
    with subprocess.Popen(
        [sys.executable, "-c", RUN, given, before],
        env={**os.environ, "PYTHONPATH": str(ROOT / "build/collections")},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout
        process.stdout.readline()
        if number:
            process.send_signal(number)
        # The worker has the other end of the pipe, too: it has ended as well when nothing more comes.
        process.communicate(timeout=10)

    assert process.returncode == status


def test_table_is_shared_with_forked_processes_and_takes_nothing_once_closed() -> None:
    table = SharedTable()
    forked(lambda: table.add({"a": 1}))

    assert table.add({"a": 2})
    assert table.take(lambda row: bool(row["a"] == 1)) == [{"a": 1}]
    forked(table.close)
    assert not table.add({"a": 3})
    assert table.take(lambda _row: True) == [{"a": 2}]
    assert table.take(lambda _row: True) == []


def test_table_that_is_full_takes_rows_again_when_there_is_room() -> None:
    table = SharedTable()
    for number in range(600):
        assert table.add({"a": number})

    assert table.add({"a": "x" * 5000})
    taken = table.take(lambda _row: True)
    assert [row["a"] for row in taken] == list(range(len(taken)))
    assert len(taken) > 500
    assert table.add({"a": "again"})
    assert table.take(lambda _row: True) == [{"a": "again"}]
