"""Snapshots of shares and projects, and the clones that hang on them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from zfssa_lab.model.errors import ConfirmRequired, Denied
from zfssa_lab.model.kinship import EMPTY

if TYPE_CHECKING:
    from zfssa_lab.model.appliance import Appliance
    from zfssa_lab.model.project import Project
    from zfssa_lab.model.share import Share

UNRETAINED, LOCKED = "off", "locked"
RETENTIONS = (UNRETAINED, "unlocked", LOCKED)


class Origin(ABC):
    """What clones live on: a snapshot, or a replica in a package.

    ``volume`` names its bytes in the data plane, which never change; it is empty where there are none.
    """

    volume: str

    def __init__(self) -> None:
        self.clones: list[Share] = []
        self._lagging: list[float] = []

    @property
    @abstractmethod
    def clone_origin(self) -> dict[str, Any]:
        """What its clones show as their origin (API reference 14.4)."""

    def forget_clone(self, clone: Share) -> None:
        """A clone is gone; the number of clones may lag behind that (API reference 1.9)."""
        self.clones.remove(clone)
        fleet = clone.project.pool.appliance.fleet
        if fleet.numclones_lag:
            self._lagging.append(fleet.clock.now() + fleet.numclones_lag)

    def count_clones(self, now: float) -> int:
        """Return the number of clones that the appliance shows."""
        return len(self.clones) + sum(when > now for when in self._lagging)


class Snapshot(Origin):
    """A snapshot; ``share`` is None on that of a project, ``parent`` its project's snapshot if any.

    ``kept_by`` names the schedules of automatic snapshots that want it; ``auto`` stays when none does any more.
    """

    def __init__(
        self,
        name: str,
        ident: str,
        created: float,
        project: Project,
        *,
        share: Share | None = None,
        parent: Snapshot | None = None,
    ) -> None:
        super().__init__()
        self.name = name
        self.id = ident
        self.created = created
        self.project = project
        self.share = share
        self.parent = parent
        # A replica is made of the bytes of a snapshot, and a severed one's snapshot has them, too.
        self.volume = f"snapshot-{ident}" if share is not None and share.volume else ""
        self.live = share.blocks.live if share else 0
        self._unique = 0
        self.fresh = share.blocks.fresh if share else 0
        self.settings: dict[str, Any] = share.frozen_settings() if share else {}
        self.content = share.content if share else EMPTY
        self.auto = False
        self.kept_by: set[str] = set()
        self.retention = UNRETAINED
        self._children: dict[str, Snapshot] = {}
        if parent is not None:
            parent._children[ident] = self

    @property
    def unique(self) -> int:
        """Bytes that would be free without it."""
        return self._unique

    @unique.setter
    def unique(self, count: int) -> None:
        if self.share is not None:
            self.share.snapshot_space += count - self._unique
            self.share.account()
        self._unique = count

    @property
    def system(self) -> bool:
        """Say whether it is one of replication's own (API reference 10.5)."""
        return self.name.startswith(".rr-")

    @property
    def held(self) -> bool:
        """Say whether a retention hold protects it (API reference 7.2)."""
        return self.retention != UNRETAINED

    @property
    def clone_origin(self) -> dict[str, Any]:
        """What its clones show as their origin (API reference 14.4)."""
        return {
            "pool": self.project.pool.name,
            "project": self.project.name,
            "share": self.owner.name,
            "snapshot": self.name,
            "collection": "local",
        }

    @property
    def numclones(self) -> int:
        """The number of clones that depend on it, those on its children included (API reference 7.2)."""
        now = self.project.pool.appliance.clock.now()
        return sum(member.count_clones(now) for member in self.family())

    def family(self) -> list[Snapshot]:
        """Return the snapshot and, of a project's, those that it made on the shares."""
        return [self, *self.children()]

    @property
    def owner(self) -> Share | Project:
        """The share or project whose list holds it."""
        return self.share or self.project

    def children(self) -> list[Snapshot]:
        """Return the snapshots that a project's snapshot made on its shares."""
        return list(self._children.values())

    def leave_family(self) -> None:
        """Be a snapshot of the share alone, no longer part of that of a project."""
        if self.parent is not None:
            del self.parent._children[self.id]
            self.parent = None

    def rename(self, name: str) -> None:
        """Give it a name of its own, and its place: the order of a share's snapshots is their age.

        An automatic one that a person names is theirs; one with another name than its project's is apart from it.
        """
        if name == self.name:
            return
        holder, old = self.owner, self.name
        self.name = name
        self.auto = False
        self.kept_by.clear()
        if self.parent is not None and self.parent.name != name:
            self.leave_family()
        holder.snapshots = {name if key == old else key: one for key, one in holder.snapshots.items()}

    def all_clones(self) -> list[Share]:
        """Return every share that lives on this snapshot, clones of clones included."""
        found: list[Share] = []
        for clone in self.clones:
            found.append(clone)
            for snapshot in clone.snapshots.values():
                found.extend(snapshot.all_clones())
        for child in self.children() if self.share is None else []:
            found.extend(child.all_clones())
        return found

    def remove(self) -> None:
        """Drop the snapshot without asking: its own blocks and its clones go with it."""
        for child in self.children() if self.share is None else []:
            child.remove()
        for clone in list(self.clones):
            clone.remove()
        self.leave_family()
        if self.share is not None:
            self._hand_on_blocks(self.share)
            self.unique = 0
        del self.owner.snapshots[self.name]

    def _hand_on_blocks(self, share: Share) -> None:
        """Give the blocks written before this snapshot to the next one, or to the live share."""
        names = list(share.snapshots)
        newer = names[names.index(self.name) + 1 :]
        blocks = share.blocks
        if newer:
            share.snapshots[newer[0]].fresh += self.fresh
        elif len(names) == 1:
            blocks.fresh = blocks.live - blocks.shared
        else:
            blocks.fresh = min(blocks.live - blocks.shared, blocks.fresh + self.fresh)


def check_held(snapshots: Iterable[Snapshot]) -> None:
    """Refuse when a snapshot that would die is under a retention hold (API reference 7.2)."""
    for snapshot in snapshots:
        if any(member.held for member in snapshot.family()):
            raise Denied(f'snapshot "{snapshot.owner.name}@{snapshot.name}" is under a retention hold')


def check_clones(clones: list[Share], what: str) -> None:
    """Refuse when a clone that would die is protected (API reference 7.4)."""
    for clone in clones:
        check_held(clone.snapshots.values())
        if clone.values["nodestroy"]:
            raise Denied(f'{what} has the dependent clone "{clone.path}", which has nodestroy set')
        clone.check_idle()


def check_confirmed(appliance: Appliance, confirmed: bool, what: str, dependents: str = "") -> None:
    """Refuse a destructive call without ``?confirm=true`` where the appliance demands it (API reference 1.8).

    ``what`` is to be destroyed, and with it its ``dependents``, in words; empty when it has none.
    """
    rule = appliance.fleet.switches["confirm-destroy"]
    demanded = bool(dependents) and appliance.release.demands_confirm if rule == "by-release" else rule == "always"
    if demanded and not confirmed:
        raise ConfirmRequired(f"{what} {dependents}" if dependents else f"{what} would be destroyed")
