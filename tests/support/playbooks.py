"""Runs playbooks against two lab appliances, and checks of every run what must hold of all."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import urllib3
from lab_appliances import LIMIT, ROOT, Lab, Record, is_write

SUPPORT = Path(__file__).parent
MASK = "com.sun.ms.vss.hg.maskAll"
SECONDS = 120


@dataclass(frozen=True)
class Play:
    """What became of a run.

    Attributes:
        status: of ansible-playbook.
        output: all that it printed.
        tasks: the result of every task: outcome, task, result.
        requests: those of the run, from the journal.
    """

    status: int
    output: str
    tasks: list[Record]
    requests: list[Record]

    @property
    def changed(self) -> int:
        """How many tasks changed something."""
        return sum(task["outcome"] == "ok" and bool(task["result"].get("changed")) for task in self.tasks)

    @property
    def writes(self) -> list[Record]:
        """The requests that were meant to change something."""
        return [row for row in self.requests if is_write(row)]

    @property
    def message(self) -> str:
        """The message of the last failure, those of its items included, in one line."""
        failures = [task["result"] for task in self.tasks if task["outcome"] == "failed"]
        if not failures:
            return ""
        texts = [one.get("msg", "") for one in (failures[-1], *(failures[-1].get("results") or []))]
        return " ".join(" ".join(texts).split())


class Stage:
    """Two appliances on which playbooks run.

    Args:
        lab: the appliances.
        folder: for files of the runs.
        host: the process that runs playbooks; without one, the command ansible-playbook does.
    """

    def __init__(self, lab: Lab, folder: Path, host: PlaybookHost | None = None) -> None:
        self.lab = lab
        self._folder = folder
        self._host = host
        self._runs = 0
        self._meanwhile: dict[str, str] = {}
        (folder / "ansible.cfg").touch()

    def variables(self, *luns: str, **changes: Any) -> Record:
        """Return the variables of the role for a migration of LUNs in project databases from east to west."""
        given = {
            "source": self.lab.east.connection(),
            "target": self.lab.west.connection(),
            "pool": "tank",
            "project": "databases",
            "luns": list(luns or ("redo-1",)),
            "target_pool": "tank",
            "poll_interval": 1,
            "timeout": 60,
        }
        return {f"migrate_lun_{name}": value for name, value in {**given, **changes}.items()}

    def authority_at_hand(self, name: str) -> str:
        """Put the lab's certificate authority where playbooks are started, and return its relative path."""
        shutil.copy(self.lab.east.connection()["ca_path"], self._folder / name)
        return name

    def meanwhile(self, task: str, method: str, path: str, body: Record, *, nth: int = 1) -> None:
        """Let somebody else make a request to east, in all runs from now on, before a task begins for the nth time."""
        east = self.lab.east
        order = {
            "task": task,
            "nth": nth,
            "method": method,
            "url": f"{east.facts['url']}/api/{path}",
            "body": body,
            "headers": urllib3.make_headers(basic_auth=f"{east.facts['username']}:{east.facts['password']}"),
            "authority": self.lab.ca_file,
        }
        self._meanwhile = {"MEANWHILE": json.dumps(order)}

    def run(self, playbook: str, variables: Record, *arguments: str) -> Play:
        """Run a playbook, by FQCN or path, and check what must hold of every run."""
        self._runs += 1
        given = self._folder / f"variables-{self._runs}.json"
        record = self._folder / f"record-{self._runs}.jsonl"
        given.write_text(json.dumps(variables), encoding="utf-8")
        record.touch()
        self._watch(variables)
        since = self.lab.position()
        words = command(playbook, given, *arguments)
        variables_of_run = {**environment(self._folder, record), **self._meanwhile}
        begin = self._host.carry_out if self._host else carry_out
        status, output = begin(words, variables_of_run, self._folder)
        tasks = [json.loads(line) for line in record.read_text(encoding="utf-8").splitlines()]
        play = Play(status, output, tasks, self.lab.journal(since))
        self._check(play)
        return play

    def shown(self, playbook: str, variables: Record, *arguments: str) -> tuple[int, str, str]:
        """Run a playbook of which nothing but what it shows matters.

        Returns:
            The status of ansible-playbook, all that it printed, and the results of all tasks as JSON lines.
        """
        self._runs += 1
        given = self._folder / f"variables-{self._runs}.json"
        record = self._folder / f"record-{self._runs}.jsonl"
        given.write_text(json.dumps(variables), encoding="utf-8")
        record.touch()
        status, output = carry_out(
            command(playbook, given, *arguments), environment(self._folder, record), self._folder
        )
        return status, output, record.read_text(encoding="utf-8")

    def _watch(self, variables: Record) -> None:
        """Have the lab watch over the LUNs that a migration is to move."""
        wanted, project = variables.get("migrate_lun_luns"), variables.get("migrate_lun_project")
        wanted = wanted if isinstance(wanted, list) else [wanted]
        for lun in self.lab.east.state["luns"]:
            if lun["name"] in wanted and lun["project"] == project:
                self.lab.watch(lun["name"], project, pool=lun["pool"])

    def _check(self, play: Play) -> None:
        shown = play.output + json.dumps(play.tasks)
        assert "WARNING" not in play.output, play.output
        assert "Traceback" not in play.output, play.output
        assert "lab-password" not in shown, "the password is shown"
        for task in play.tasks:
            for notice in ("warnings", "deprecations"):
                assert not task["result"].get(notice), task
        assert self.lab.sessions() == 0, play.output
        assert self.lab.breaches() == [], play.output

    def kill_when(self, reached: Callable[[], bool], **changes: Any) -> None:
        """Run a migration, and kill it with all its processes as soon as the appliances are in some state."""
        self.kill(reached, "zfssa.storage.migrate", self.variables(**changes))

    def kill(self, reached: Callable[[], bool], playbook: str, variables: Record | None = None) -> None:
        """Run a playbook, and kill it with all its processes as soon as the appliances are in some state."""
        with self._until(reached, playbook, variables or {}) as process:
            _kill_all(process.pid)
        # Nobody ends the sessions of a run that was killed; what it had sent may still open one.
        deadline = time.monotonic() + LIMIT
        while self.lab.sessions():
            assert time.monotonic() < deadline, f"{self.lab.sessions()} sessions are left"
            for side in (self.lab.east, self.lab.west):
                self.lab.fault({"expire_sessions": True}, side.name, path="storage/v1/pools$")
                side.call("GET", "storage/v1/pools")

    def interrupt_when(
        self, reached: Callable[[], bool], number: signal.Signals, playbook: str, variables: Record | None = None
    ) -> None:
        """Run a playbook, send its process a signal as soon as the appliances are in some state, and wait until no session is left."""
        with self._until(reached, playbook, variables or {}) as process:
            process.send_signal(number)
            process.wait(timeout=SECONDS)
        # Workers end a moment later than the run.
        deadline = time.monotonic() + LIMIT
        while self.lab.sessions():
            assert time.monotonic() < deadline, f"{self.lab.sessions()} sessions are left"
            time.sleep(0.05)

    @contextmanager
    def _until(
        self, reached: Callable[[], bool], playbook: str, variables: Record
    ) -> Iterator[subprocess.Popen[bytes]]:
        """Run a playbook until the appliances are in some state, in which its process is given."""
        given, record = self._folder / "variables-broken-off.json", self._folder / "record"
        given.write_text(json.dumps(variables), encoding="utf-8")
        record.touch()
        with subprocess.Popen(
            command(playbook, given),
            env=environment(self._folder, record),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self._folder,
            start_new_session=True,
        ) as process:
            try:
                deadline = time.monotonic() + SECONDS
                while not reached():
                    assert process.poll() is None, "the run has ended before"
                    assert time.monotonic() < deadline, "the run does not come so far"
                yield process
            finally:
                # A run that hangs is a test that fails, and not one that hangs as well.
                if process.poll() is None:
                    process.kill()

    def migrate(self, *luns: str, check: bool = False, **changes: Any) -> Play:
        """Run a migration that must succeed."""
        play = self.run("zfssa.storage.migrate", self.variables(*luns, **changes), *(["--check"] if check else []))
        assert play.status == 0, play.output
        if check:
            assert play.writes == []
        return play

    def fail(self, *luns: str, check: bool = False, **changes: Any) -> Play:
        """Run a migration that must fail."""
        play = self.run("zfssa.storage.migrate", self.variables(*luns, **changes), *(["--check"] if check else []))
        assert play.status != 0, play.output
        return play

    def nothing_left(self) -> None:
        """Check that neither appliance keeps anything that only a migration needs."""
        for appliance in (self.lab.east, self.lab.west):
            state = appliance.state
            assert state["actions"] == [], appliance.name
            assert state["packages"] == [], appliance.name
            assert state["sessions"] == [], appliance.name
            assert appliance.projects() <= {"default", "databases", "archive"}, appliance.name
            assert not [one for one in state["snapshots"] if one["name"].startswith(".rr-")]


class PlaybookHost:
    """The process that runs playbooks."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def carry_out(self, words: list[str], variables: dict[str, str], folder: Path) -> tuple[int, str]:
        """Run the command of some words in a folder with an environment; return its status and what it printed."""
        output = folder / "output"
        output.write_bytes(b"")
        order = {
            "arguments": words[1:],
            "environment": variables,
            "folder": str(folder),
            "output": str(output),
            "seconds": SECONDS,
        }
        assert self._process.stdin and self._process.stdout
        print(json.dumps(order), file=self._process.stdin, flush=True)
        line = self._process.stdout.readline()
        assert line, "the process that runs playbooks has ended"
        status, printed = int(line), output.read_text(encoding="utf-8")
        assert status != -signal.SIGKILL, f"killed after {SECONDS} seconds: {printed}"
        return status, printed


@contextmanager
def running_playbook_host(folder: Path) -> Iterator[PlaybookHost]:
    """Run the process that runs playbooks, with a folder for its own files; it ends with this context, or with the tests."""
    # How often a run looks for results: the time of the processor matters more here than that of a task.
    (folder / "ansible.cfg").write_text("[defaults]\ninternal_poll_interval = 0.005\n", encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, str(SUPPORT / "playbook_host.py"), str(ROOT / "plugins")],
        env=environment(folder, folder / "record"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield PlaybookHost(process)
        finally:
            if process.stdin:
                process.stdin.close()
            process.wait(timeout=LIMIT)


def carry_out(words: list[str], variables: dict[str, str], folder: Path) -> tuple[int, str]:
    """Run a command in a folder with an environment; return its status and what it printed."""
    done = subprocess.run(
        words,
        env=variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
        cwd=folder,
    )
    return done.returncode, done.stdout + done.stderr


def command(playbook: str, given: Path, *arguments: str) -> list[str]:
    """Return the command that runs a playbook with the variables of a file."""
    return [str(Path(sys.executable).parent / "ansible-playbook"), playbook, "-e", f"@{given}", *arguments]


def environment(home: Path, record: Path) -> dict[str, str]:
    """Return the environment of a run."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("ANSIBLE_", "ZFSSA_"))}
    return {
        **kept,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{kept.get('PATH', os.defpath)}",
        "LC_ALL": "C.UTF-8",
        "ANSIBLE_HOME": str(home / "ansible"),
        "ANSIBLE_CONFIG": str(home / "ansible.cfg"),
        "ANSIBLE_COLLECTIONS_PATH": str(ROOT / "build/collections"),
        "ANSIBLE_CALLBACK_PLUGINS": str(SUPPORT / "callback_plugins"),
        "ANSIBLE_CALLBACKS_ENABLED": "record,meanwhile",
        "RECORD_FILE": str(record),
        "ANSIBLE_PIPELINING": "true",
        "ANSIBLE_NOCOLOR": "true",
        "ANSIBLE_DEPRECATION_WARNINGS": "true",
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
    }


def _kill_all(run: int) -> None:
    """Kill the process of a run and all that it has begun.

    Workers of newer versions of Ansible lead sessions of their own, so that a signal to the group does not reach them: they would
    go on, log in anew, and write into what the next test has made.
    """
    os.kill(run, signal.SIGSTOP)
    family = [run]
    for parent in family:
        # What is stopped begins no others.
        children = _children(parent)
        for child in children:
            _signal(child, signal.SIGSTOP)
        family += children
    for one in family:
        _signal(one, signal.SIGKILL)


def _children(parent: int) -> list[int]:
    """The processes that a process has begun and that have not ended."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            # The name, in parentheses, may have spaces; the state and the parent follow it.
            state, its_parent = status.read_text(encoding="utf-8").rpartition(")")[2].split()[:2]
            if int(its_parent) == parent and state not in "ZX":
                found.append(int(status.parent.name))
    return found


def _signal(process: int, number: signal.Signals) -> None:
    """Send a signal to a process that may have ended."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, number)


def presented(lun: Record) -> bool:
    """Tell whether hosts can reach a LUN."""
    groups = lun["initiatorgroup"]
    groups = [groups] if isinstance(groups, str) else groups
    return lun["status"] == "online" and bool(groups) and MASK not in groups


@contextmanager
def watching(lab: Lab, name: str = "redo-1") -> Iterator[None]:
    """Have the lab watch over a LUN of project databases, and check at the end that it was never lost nor shown twice."""
    lab.watch(name, "databases")
    yield
    assert lab.breaches() == []
