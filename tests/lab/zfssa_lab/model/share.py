"""What LUNs and filesystems have in common: name, inheritance, snapshots, space, removal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from zfssa_lab.model.errors import (
    Denied,
    InvalidArgument,
    StateConflict,
    already_exists,
    bad_value,
    expecting,
)
from zfssa_lab.model.kinship import EMPTY
from zfssa_lab.model.ledger import Parts
from zfssa_lab.model.properties import Table
from zfssa_lab.model.snapshot import Origin, Snapshot, check_clones, check_confirmed, check_held
from zfssa_lab.model.space import Blocks

if TYPE_CHECKING:
    from zfssa_lab.model.action import Action
    from zfssa_lab.model.plane import Plane
    from zfssa_lab.model.project import Project


class Change(NamedTuple):
    """A change of a share, taken apart: what to unset, the names it is to have, and the other values."""

    unset: list[str]
    name: str
    project: str
    values: dict[str, Any]


class Share:
    """A LUN or a filesystem.  ``local`` holds the inheritable properties set on the share itself."""

    kind: ClassVar[str] = "share"
    table: ClassVar[Table]

    def __init__(self, project: Project, name: str) -> None:
        appliance = project.pool.appliance
        self.project = project
        self.name = name
        self.id = appliance.identities.share_id()
        self.created = appliance.clock.now()
        self.values: dict[str, Any] = {}
        self.local: dict[str, Any] = {}
        # Of the local ones, those that came with a replica and were not set since (API reference 4).
        self.received: set[str] = set()
        self.custom: dict[str, Any] = {}
        self.snapshots: dict[str, Snapshot] = {}
        self.origin: Origin | None = None
        self.blocks = Blocks()
        self.content = EMPTY
        # Bytes that only snapshots hold; each snapshot keeps its own share in this sum up to date.
        self.snapshot_space = 0
        self.inherits_replication = True

    @property
    def path(self) -> str:
        """``project/name``, as messages show it."""
        return f"{self.project.name}/{self.name}"

    @property
    def plane(self) -> Plane:
        """Where the bytes of LUNs are."""
        return self.project.pool.appliance.fleet.plane

    @property
    def volume(self) -> str:
        """The name of its bytes in the data plane; none for a filesystem."""
        return ""

    @property
    def reserved(self) -> int:
        """Bytes reserved for the share."""
        return 0

    @property
    def parts(self) -> Parts:
        """What the pool gives up for the share (API reference 14.8)."""
        blocks = self.blocks
        return Parts(blocks.live - blocks.shared, self.snapshot_space, blocks.unused(self.reserved))

    @property
    def footprint(self) -> int:
        """Bytes that the pool gives up for the share."""
        return self.parts.total

    @property
    def settled(self) -> bool:
        """Say whether it is in its project's list, not in the making or destroyed."""
        return self.project.shares.get(self.name) is self

    def account(self) -> None:
        """Have project and pool measure the share anew: whoever changes what it takes calls this."""
        if self.settled:
            self.project.ledger.touch(self)

    def entered(self) -> None:
        """It came into the list of its project."""
        self.account()

    def left(self) -> None:
        """It left the list of its project."""

    @property
    def newest_snapshot(self) -> Snapshot | None:
        """The snapshot taken last."""
        return next(reversed(self.snapshots.values()), None)

    def setting(self, name: str) -> Any:
        """Return the effective value of an inheritable property (API reference 4.1)."""
        return self.local[name] if name in self.local else self.project.setting(name)

    def frozen_settings(self) -> dict[str, Any]:
        """Return what a rollback or a clone takes from a snapshot."""
        return {}

    def assign(self, arguments: dict[str, Any]) -> None:
        """Store checked arguments: inherited ones become local, ``None`` of custom ones unsets."""
        for name, value in arguments.items():
            if name.startswith("custom:"):
                self.custom[name] = value
            elif self.table.by_name[name].inherited:
                self.local[name] = value
                self.received.discard(name)
            else:
                self.values[name] = value
        self.account()

    def begin(self, arguments: dict[str, Any]) -> Change:
        """Take checked arguments apart; refuses a name that is taken, and to unset what is not inherited."""
        values = dict(arguments)
        change = Change(
            unset=values.pop("unset", []),
            name=values.pop("name", self.name),
            project=values.pop("project", self.project.name),
            values=values,
        )
        self.check_rename(change.name)
        self.check_unset(change.unset)
        return change

    def check_one_place(self, change: Change, what: str) -> None:
        """Refuse to rename and to move in one command."""
        if change.project != self.project.name and change.name != self.name:
            raise InvalidArgument(f"a {what} cannot be renamed and moved in one command")

    def carry_out(self, change: Change) -> None:
        """Do what was checked: move, unset, set, rename."""
        if change.project != self.project.name:
            self.move(change.project)
        self.unset(change.unset)
        self.assign(change.values)
        if change.name != self.name:
            self.rename(change.name)

    def check_unset(self, names: list[str]) -> None:
        """Refuse to unset what is not inherited."""
        for name in names:
            if not name.startswith("custom:") and name not in self.table.inherited:
                raise bad_value("unset", name, expecting(self.table.inherited))

    def unset(self, names: list[str]) -> None:
        """Go back to the inherited values of ``names``, checked before (API reference 4.1)."""
        for name in names:
            self.local.pop(name, None)
            self.received.discard(name)
            self.custom.pop(name, None)

    def own_actions(self) -> list[Action]:
        """Return the replication actions made on the share itself."""
        replication = self.project.pool.appliance.replication
        return [action for action in replication.actions.values() if action.share is self]

    def check_idle(self) -> None:
        """Refuse while a replication update reads the share."""
        for action in self.project.pool.appliance.replication.actions.values():
            if action.update is not None and self in action.shares():
                raise StateConflict(f'replication of "{self.path}" is in progress')

    def check_rename(self, name: str) -> None:
        """Refuse a taken name; filesystems and LUNs share one namespace (API reference 1.7)."""
        if name != self.name and name in self.project.shares:
            raise already_exists("share", name)

    def rename(self, name: str) -> None:
        """Give the share a new name."""
        self.check_rename(name)
        del self.project.shares[self.name]
        self.name = name
        self.project.shares[name] = self

    def move(self, project_name: str) -> None:
        """Move into another project of the same pool (API reference 5.2)."""
        projects = self.project.pool.projects
        if project_name not in projects:
            raise bad_value("project", project_name, expecting(list(projects)))
        target = projects[project_name]
        if target is self.project:
            return
        if self.name in target.shares:
            raise already_exists("share", self.name)
        if self.own_actions():
            raise StateConflict(f'"{self.path}" has replication actions of its own')
        self.check_idle()
        target.check_quota(self.footprint)
        source = self.project
        del source.shares[self.name]
        self.project = target
        target.shares[self.name] = self
        try:
            # What the old project has reserved stays reserved without the share.
            target.pool.check_room(0)
        except StateConflict:
            del target.shares[self.name]
            self.project = source
            source.shares[self.name] = self
            raise
        target.pool.appliance.replication.leave(self)
        for snapshot in self.snapshots.values():
            snapshot.project = target
            snapshot.leave_family()

    def take_snapshot(self, name: str, parent: Snapshot | None = None) -> Snapshot:
        """Make a snapshot; NoSpace when the reservation cannot cover the volume anew."""
        if name in self.snapshots:
            raise already_exists("snapshot", name)
        self.project.check_room(self.snapshot_cost)
        appliance = self.project.pool.appliance
        ident, now = appliance.identities.share_id(), appliance.clock.now()
        snapshot = Snapshot(name, ident, now, self.project, share=self, parent=parent)
        if self.volume:
            self.plane.copy(self.volume, snapshot.volume)
        self.snapshots[name] = snapshot
        self.blocks.fresh = 0
        self.account()
        return snapshot

    @property
    def snapshot_cost(self) -> int:
        """Bytes that a snapshot taken at this moment would cost."""
        return self.reserved - self.blocks.unused(self.reserved)

    def roll_back(self, snapshot: Snapshot, confirmed: bool) -> None:
        """Return to ``snapshot``; newer ones die, with their clones (API reference 7.4)."""
        self.check_idle()
        names = list(self.snapshots)
        newer = [self.snapshots[name] for name in names[names.index(snapshot.name) + 1 :]]
        check_held(newer)
        for victim in newer:
            check_clones(victim.all_clones(), f'snapshot "{victim.name}"')
        appliance = self.project.pool.appliance
        if newer:
            check_confirmed(appliance, confirmed, "rollback", f"destroys {len(newer)} newer snapshot(s)")
        self.project.check_room(self.rollback_cost(snapshot))
        if self.volume:
            self.plane.copy(snapshot.volume, self.volume)
        for victim in newer:
            if victim.system:
                appliance.replication.forget_base(self, victim.name)
            victim.remove()
        self.blocks.written += self.blocks.fresh
        self.blocks.live = snapshot.live
        self.blocks.fresh = 0
        snapshot.unique = 0
        self.values.update(snapshot.settings)
        self.account()
        self.returned(snapshot)

    def returned(self, snapshot: Snapshot) -> None:
        """It was rolled back."""

    def rollback_cost(self, _snapshot: Snapshot) -> int:
        """Bytes that a rollback to a snapshot needs beyond those that it frees."""
        return 0

    def remove_snapshots(self, prefix: str, keep: str = "") -> None:
        """Drop the snapshots whose names begin with ``prefix``, but not the one called ``keep``."""
        for name in [name for name in self.snapshots if name.startswith(prefix)]:
            if name != keep:
                self.snapshots[name].remove()

    def doomed_clones(self) -> list[Share]:
        """Return the shares that would die with this one."""
        return [clone for snap in self.snapshots.values() for clone in snap.all_clones()]

    def destroy(self, confirmed: bool) -> None:
        """Destroy the share, its snapshots and their clones (API reference 5.4)."""
        if self.values["nodestroy"]:
            raise Denied(f'"{self.path}" has nodestroy set')
        self.check_idle()
        check_held(self.snapshots.values())
        clones = self.doomed_clones()
        check_clones(clones, f'"{self.path}"')
        dependents = f"has {len(clones)} dependent clone(s)" if clones else ""
        check_confirmed(self.project.pool.appliance, confirmed, f'"{self.path}"', dependents)
        self.remove()

    def remove(self) -> None:
        """Drop the share without asking; a clone may be gone already, with its origin."""
        if self.project.shares.get(self.name) is not self:
            return
        replication = self.project.pool.appliance.replication
        for snapshot in list(self.snapshots.values()):
            for clone in list(snapshot.clones):
                clone.remove()
        for action in self.own_actions():
            replication.drop_action(action)
        if self.origin is not None:
            self.origin.forget_clone(self)
        for snapshot in self.snapshots.values():
            snapshot.leave_family()
        del self.project.shares[self.name]

    def copy_from(self, snapshot: Snapshot) -> None:
        """Become a clone of ``snapshot``: its settings, its blocks, none of its own."""
        source = snapshot.share
        if source is None:
            raise InvalidArgument("a project's snapshot cannot be cloned")
        self.values = dict(source.values, **snapshot.settings)
        self.local = dict(source.local)
        self.custom = dict(source.custom)
        self.origin = snapshot
        self.blocks = Blocks(live=snapshot.live, fresh=0, shared=snapshot.live)
