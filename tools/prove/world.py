"""A lab of a row, the LUN that is migrated on it, and runs of the migration that may be killed."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tools import tree

# The labs, the LUNs and the runs are those of the end-to-end tests.
sys.path.insert(0, str(tree.ROOT / "tests/support"))

from lab_appliances import Lab, Record, running_lab
from migration_world import add_lun, build, take_snapshot

from playbooks import Play, Stage, environment

SECONDS = 900  # that one run may take on a busy machine
NAME, PROJECT = "redo-1", "databases"


@dataclass(frozen=True)
class Site:
    """What lab a row wants.

    Attributes:
        name: in ids of rows.
        options: for `zfssa-lab serve`.
        release: that its appliances imitate.
    """

    name: str
    options: tuple[str, ...] = ()
    release: str = "8.8"


class World:
    """A lab with a LUN that is to be migrated.

    Args:
        lab: it.
        folder: for files of runs.
        changes: variables of the role that differ from the usual.
    """

    def __init__(self, lab: Lab, folder: Path, **changes: object) -> None:
        build(lab)
        number = "lunnumber" if lab.release == "2013.1" else "lunumber"
        add_lun(lab, NAME, **{number: 5})
        take_snapshot(lab, "monday", NAME)
        self.lab = lab
        self.before = lab.east.lun(NAME)
        self.variables: Record = Stage(lab, folder).variables(**changes)
        self._folder = folder
        self._runs = 0
        lab.watch(NAME, PROJECT)

    @property
    def keeps_source(self) -> bool:
        """Whether the source stays in the end."""
        return not self.variables.get("migrate_lun_delete_source", True)

    def run(self, *arguments: str, kill: Callable[[int], None] | None = None) -> Play | None:
        """Run the migration.

        Args:
            arguments: further ones of ansible-playbook.
            kill: kills it as soon as the lab has met a fault; `kill_all` or `kill_controller`.

        Returns:
            What became of it; `None` when it was killed.
        """
        self._runs += 1
        given, record, printed = (self._folder / f"{name}-{self._runs}" for name in ("given.json", "record", "printed"))
        given.write_text(json.dumps(self.variables), encoding="utf-8")
        record.touch()
        since = self.lab.position()
        command = [str(Path(sys.executable).parent / "ansible-playbook"), "zfssa.storage.migrate", "-e", f"@{given}"]
        with (
            printed.open("w") as output,
            subprocess.Popen(
                [*command, *arguments],
                env=environment(self._folder, record),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self._folder,
            ) as process,
        ):
            killed = self._wait(process, since, kill)
        if killed:
            return None
        tasks = [json.loads(line) for line in record.read_text(encoding="utf-8").splitlines()]
        return Play(process.returncode, printed.read_text(encoding="utf-8"), tasks, self.lab.journal(since))

    def _wait(self, process: subprocess.Popen[bytes], since: int, kill: Callable[[int], None] | None) -> bool:
        deadline = time.monotonic() + SECONDS
        while process.poll() is None:
            if time.monotonic() > deadline:
                kill_all(process.pid)
                raise TimeoutError(f"the run was not done after {SECONDS} s")
            if kill and any(row["fault"] for row in self.lab.journal(since)):
                kill(process.pid)
                process.wait()
                return True
            time.sleep(0.01 if kill else 0.1)
        return False


def kill_controller(process: int) -> None:
    """Kill a process alone; the worker that has the task of the moment may go on to its end."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)


def kill_all(process: int) -> None:
    """Kill a process and all that it has started, which may be in sessions of their own: as a power failure does."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, signal.SIGSTOP)
        for child in _children(process):
            kill_all(child)
        os.kill(process, signal.SIGKILL)


def _children(process: int) -> list[int]:
    found: list[int] = []
    for file in Path(f"/proc/{process}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found += map(int, file.read_text().split())
    return found


@contextlib.contextmanager
def world(site: Site, **changes: object) -> Iterator[World]:
    """Start a lab, make the LUN on it, and end it."""
    tree.link()
    with tempfile.TemporaryDirectory(prefix="zfssa-prove-") as home:
        folder = Path(home)
        (folder / "ansible.cfg").touch()
        with running_lab(site.release, folder / "lab", *site.options) as lab:
            yield World(lab, folder, **changes)
