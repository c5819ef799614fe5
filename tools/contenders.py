"""What benchmarks are made of: contenders that take turns, what each of them costs, and the goals."""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tools import tree
from tools.demo import DemoError, Lab

# Seconds after which a contender is ended.
_LONGEST = 900


@dataclass
class Contender:
    """One way to do it.

    Attributes:
        name: what the report calls it.
        command: what is run.
        number: how often it does it, in words.
        seconds: of each round, by the clock.
        busy: of each round, of processors; the lab's are not among them.
        peak: MiB that its largest process had in memory at once, in the largest round.
        changes: whether it is to change something.
        requests, connections: of the last round, from the lab's journal.
    """

    name: str
    command: list[str]
    number: str = ""
    seconds: list[float] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)
    peak: float = 0.0
    changes: bool = False
    requests: int = 0
    connections: int = 0

    @property
    def median(self) -> float:
        """The median of its rounds."""
        return statistics.median(self.seconds)

    @property
    def median_busy(self) -> float:
        """The same of processors."""
        return statistics.median(self.busy)

    def forget(self) -> None:
        """Forget all rounds."""
        self.seconds.clear()
        self.busy.clear()
        self.peak = 0.0


@dataclass(frozen=True)
class Goal:
    """What is to be reached.

    Attributes:
        what: what the report calls it.
        ratio: reached.
        wanted: the bound.
        at_least: whether it is the least, and not the most.
    """

    what: str
    ratio: float
    wanted: float
    at_least: bool = False

    def __str__(self) -> str:
        reached = self.ratio >= self.wanted if self.at_least else self.ratio <= self.wanted
        bound = f"{'>=' if self.at_least else '<='} {self.wanted:g}"
        return f"| {self.what} | {self.ratio:.2f} | {bound} | {'reached' if reached else 'MISSED'} |"


def play(folder: Path, name: str, tasks: Sequence[dict[str, Any]], hosts: str = "localhost") -> list[str]:
    """Write a playbook and return the command that runs it."""
    book = [
        {
            "name": name,
            "hosts": hosts,
            "connection": "local",
            "gather_facts": False,
            "tasks": [{"name": f"Task {number}", **task} for number, task in enumerate(tasks)],
        }
    ]
    file = folder / f"{name.replace(' ', '-')}.yml"
    file.write_text(json.dumps(book, indent=2), encoding="utf-8")
    return [str(Path(sys.executable).parent / "ansible-playbook"), str(file)]


def environment(folder: Path, lab: Lab) -> dict[str, str]:
    """Return the environment of every contender."""
    kept = {key: value for key, value in tree.environment().items() if not key.startswith(("ANSIBLE_", "ZFSSA_"))}
    config = folder / "ansible.cfg"
    config.touch()
    return {
        **kept,
        **{f"ZFSSA_{name.upper()}": str(value) for name, value in lab.connection("east").items()},
        "ANSIBLE_COLLECTIONS_PATH": str(tree.link()),
        "ANSIBLE_HOME": str(folder / "ansible"),
        "ANSIBLE_CONFIG": str(config),
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        "ANSIBLE_NOCOLOR": "true",
    }


def measure(contender: Contender, lab: Lab, variables: dict[str, str]) -> None:
    """Run a contender once."""
    since = max((row["n"] for row in lab.control("/journal")), default=0)
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
        begin = time.perf_counter()
        process = subprocess.Popen(
            contender.command, env=variables, cwd=tree.ROOT, stdout=output, stderr=subprocess.STDOUT, text=True
        )
        alarm = threading.Timer(_LONGEST, process.kill)
        alarm.start()
        # It tells what this process used, and all that it has waited for, and not those of the rounds before.
        _pid, status, used = os.wait4(process.pid, 0)
        contender.seconds.append(time.perf_counter() - begin)
        alarm.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        said = output.read()
    contender.busy.append(used.ru_utime + used.ru_stime)
    contender.peak = max(contender.peak, used.ru_maxrss / 1024)
    if process.returncode or (not contender.changes and re.search(r"changed=[1-9]", said)):
        raise DemoError(f"{contender.name} did not do what it should:\n{said[-3000:]}")
    rows = lab.control(f"/journal?since={since}")
    contender.requests = len(rows)
    contender.connections = len({row["peer"] for row in rows})


def in_turn(contenders: Sequence[Contender], lab: Lab, variables: dict[str, str], rounds: int) -> None:
    """Run contenders in turn."""
    for number in range(rounds):
        for one in contenders:
            print(f"round {number + 1} of {rounds}: {one.name}", end="", file=sys.stderr, flush=True)
            measure(one, lab, variables)
            print(f" {one.seconds[-1]:.2f} s", file=sys.stderr, flush=True)
