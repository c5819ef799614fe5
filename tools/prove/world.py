"""A lab of a row, the LUN that is migrated on it, and runs of the migration that may be killed."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tools import tree

# This one makes the modules of the tests known.
from tools.prove.runs import Runs

# isort: split
from lab_appliances import Lab, Record, running_lab
from migration_world import add_lun, build, take_snapshot

from playbooks import Play, Stage

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

    Attributes:
        before: the LUN before any run.
        variables: those of the role.
        found_actions: whether there was a replication action when the last run began.
    """

    def __init__(self, lab: Lab, folder: Path, **changes: object) -> None:
        build(lab)
        number = "lunnumber" if lab.release == "2013.1" else "lunumber"
        add_lun(lab, NAME, **{number: 5})
        take_snapshot(lab, "monday", NAME)
        self.lab = lab
        self.before = lab.east.lun(NAME)
        self.variables: Record = Stage(lab, folder).variables(**changes)
        self._runs = Runs(lab, folder)
        self.found_actions = False
        lab.watch(NAME, PROJECT)

    @property
    def keeps_source(self) -> bool:
        """Whether the source stays in the end."""
        return not self.variables.get("migrate_lun_delete_source", True)

    def run(self, *arguments: str, kill: Callable[[int], None] | None = None) -> Play | None:
        """Run the migration.

        Args:
            arguments: further ones of ansible-playbook.
            kill: kills it as soon as the lab has met a fault; see `children`.

        Returns:
            What became of it; `None` when it was killed.
        """
        self.found_actions = bool(self.lab.east.state["actions"])
        return self._runs.run("zfssa.storage.migrate", self.variables, *arguments, kill=kill)


@contextlib.contextmanager
def world(site: Site, **changes: object) -> Iterator[World]:
    """Start a lab, make the LUN on it, and end it."""
    tree.link()
    with tempfile.TemporaryDirectory(prefix="zfssa-prove-") as home:
        folder = Path(home)
        (folder / "ansible.cfg").touch()
        with running_lab(site.release, folder / "lab", *site.options) as lab:
            yield World(lab, folder, **changes)
