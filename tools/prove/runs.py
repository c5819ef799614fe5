"""Runs of playbooks that may be killed."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tools import tree
from tools.prove.children import wait

# The labs and the runs are those of the end-to-end tests, which import what they prove.
sys.path.insert(0, str(tree.ROOT / "build/collections"))
sys.path.insert(0, str(tree.ROOT / "tests/support"))

from lab_appliances import Lab, Record

from playbooks import Play, environment

SECONDS = 900  # that one run may take on a busy machine


class Runs:
    """The runs of playbooks on a lab, one after the other.

    Args:
        lab: it.
        folder: for their files.
    """

    def __init__(self, lab: Lab, folder: Path) -> None:
        self._lab, self._folder = lab, folder
        self._count = 0

    def run(
        self, book: str, variables: Record, *arguments: str, kill: Callable[[int], None] | None = None
    ) -> Play | None:
        """Run a playbook.

        Args:
            book: its name, or path.
            variables: extra ones.
            arguments: further ones of ansible-playbook.
            kill: kills it as soon as the lab has met a fault; see `children`.

        Returns:
            What became of it; `None` when it was killed.
        """
        self._count += 1
        given, record, printed = (
            self._folder / f"{name}-{self._count}" for name in ("given.json", "record", "printed")
        )
        given.write_text(json.dumps(variables), encoding="utf-8")
        record.touch()
        since = self._lab.position()
        command = [str(Path(sys.executable).parent / "ansible-playbook"), book, "-e", f"@{given}"]
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
            met = (lambda: any(row["fault"] for row in self._lab.journal(since))) if kill else None
            if kill is not None and not wait(process, SECONDS, met):
                kill(process.pid)
                return None
            wait(process, SECONDS)
        tasks = [json.loads(line) for line in record.read_text(encoding="utf-8").splitlines()]
        return Play(process.returncode, printed.read_text(encoding="utf-8"), tasks, self._lab.journal(since))
