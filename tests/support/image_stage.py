"""A stage for the role image_cache with real bytes: runs that can be held in the middle of a fill, and killed there."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from gate import Gate
from image_lab import MIB, for_reader, read_back, variables, writer
from lab_appliances import Lab, Record, is_login

from playbooks import SECONDS, Play, PlaybookHost, Stage, command, environment

PLAY = """
- hosts: localhost
  gather_facts: false
  roles: [zfssa.storage.image_cache]
"""


class Images(Stage):
    """A stage for images.

    Args:
        lab: a lab with bytes.
        folder: for files of the runs.
        host: what runs playbooks.
    """

    def __init__(self, lab: Lab, folder: Path, host: PlaybookHost | None) -> None:
        super().__init__(lab, folder, host)
        self.folder = folder
        self.play = folder / "images.yml"
        self.play.write_text(PLAY, encoding="utf-8")

    def cache(
        self, image: Path | str, *luns: Record, check: bool = False, words: tuple[str, ...] = (), **changes: Any
    ) -> Play:
        """Run the role, which must succeed; `words` are further ones for ansible-playbook."""
        words = (*words, *(["--check"] if check else []))
        play = self.run(str(self.play), variables(self.lab, image, *luns, **changes), *words)
        assert play.status == 0, play.output
        return play

    def refuse(self, image: Path | str, **changes: Any) -> Play:
        """Run the role, which must fail in one sentence and leave nothing."""
        play = self.run(str(self.play), variables(self.lab, image, for_reader("vm"), **changes))
        assert play.status != 0, play.output
        self.nothing_left()
        return play

    def nothing_left(self) -> None:
        """Check that there is neither a LUN nor a file of a run."""
        assert self.lab.east.luns() == []
        assert not list(self.folder.glob("zfssa-image-*"))

    def disk(self, name: str) -> bytes:
        """Read a LUN as a host."""
        return read_back(self.lab, name, self.folder)

    def begun(self, given: Record, *arguments: str) -> subprocess.Popen[str]:
        """Begin a run of the role in a process of its own."""
        self._runs += 1
        file, record = self.folder / f"begun-{self._runs}.json", self.folder / f"begun-{self._runs}.jsonl"
        file.write_text(json.dumps(given), encoding="utf-8")
        record.touch()
        return subprocess.Popen(
            command(str(self.play), file, *arguments),
            env=environment(self.folder, record),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=self.folder,
            start_new_session=True,
        )

    def forget_sessions(self) -> None:
        """End the sessions of runs that were killed."""
        self.lab.fault({"expire_sessions": True}, "east")
        self.lab.east.call("GET", "storage/v1/pools")


def until(reached: Callable[[], Any], what: str) -> Any:
    """Wait until something has come; return it."""
    deadline = time.monotonic() + SECONDS
    while not (found := reached()):
        assert time.monotonic() < deadline, f"{what} does not come"
        time.sleep(0.01)
    return found


@contextmanager
def held(
    images: Images,
    gate: Gate,
    image: Path,
    *luns: Record,
    after: int = 2 * MIB,
    words: tuple[str, ...] = (),
    **changes: Any,
) -> Iterator[subprocess.Popen[str]]:
    """A run that is held in the middle of its fill."""
    gate.hold_after(after)
    given = variables(
        images.lab, image, *luns, **{"writer": writer(images.lab, portal=gate.address), "takeover_after": 60, **changes}
    )
    with images.begun(given, *words) as process:
        try:
            until(lambda: gate.held.is_set() or process.poll() is not None, "the fill")
            assert process.poll() is None, process.communicate()[0]
            yield process
        finally:
            kill(process)
            gate.release()


def kill(process: subprocess.Popen[str]) -> None:
    """Kill a run with all processes of Ansible, whose workers are in groups of their own; what writes is no such process."""
    if process.poll() is not None:
        return
    doomed = [process.pid]
    for pid in doomed:
        # A worker that is killed first begins nothing anew.
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            doomed += [int(child) for child in task.read_text(encoding="ascii").split() if int(child) not in writing()]
    for pid in doomed:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def writing() -> list[int]:
    """Return the processes that write images."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            words = file.read_bytes().split(b"\0")
            if words[0].endswith(b"qemu-img") and b"convert" in words:
                found.append(int(file.parent.name))
    return found


def budget(play: Play) -> list[str]:
    """Return the requests of a run besides login, logout, and those that a presentation needs."""
    rows = [row for row in play.requests if not is_login(row) and not row["path"].startswith("/api/san/")]
    return [f"{row['method']} {row['path']}" for row in rows]


def transfers(rows: list[Record]) -> int:
    """Count the cached LUNs that were made."""
    return sum(
        row["method"] == "POST" and row["path"].endswith("/projects/images/luns") and row["status"] == 201
        for row in rows
    )
