"""What a package holds of a share: its state at the update's snapshot, and the snapshots that came along."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from zfssa_lab.model.kinship import EMPTY, Content
from zfssa_lab.model.lun import Lun
from zfssa_lab.model.snapshot import Origin, Snapshot
from zfssa_lab.model.space import Blocks, reservation

if TYPE_CHECKING:
    from zfssa_lab.model.action import Action
    from zfssa_lab.model.share import Share


@dataclass
class FrozenSnapshot:
    """A snapshot of the source as the replica holds it; ``id`` and ``parent`` are ids of the source."""

    id: str
    name: str
    created: float
    live: int
    unique: int
    fresh: int
    auto: bool
    parent: str | None
    kept_by: frozenset[str] = frozenset()
    volume: str = ""
    settings: dict[str, Any] = field(default_factory=dict)
    content: Content = EMPTY

    @classmethod
    def of(cls, snapshot: Snapshot) -> FrozenSnapshot:
        """Return ``snapshot`` as it is now."""
        return cls(
            snapshot.id,
            snapshot.name,
            snapshot.created,
            snapshot.live,
            snapshot.unique,
            snapshot.fresh,
            snapshot.auto,
            snapshot.parent.id if snapshot.parent else None,
            frozenset(snapshot.kept_by),
            snapshot.volume,
            dict(snapshot.settings),
            snapshot.content,
        )

    def copy(self) -> FrozenSnapshot:
        """Return another one that can change by itself."""
        return replace(self, settings=dict(self.settings))


@dataclass
class ProjectState:
    """The replicated project, or as much of it as comes along with a share."""

    name: str
    settings: dict[str, Any]
    custom: dict[str, Any]
    snapshots: list[FrozenSnapshot]

    @classmethod
    def of(cls, action: Action) -> ProjectState:
        """Return what an update of ``action`` brings of the project."""
        project, share = action.project, action.share
        # Where a project is mounted travels with it, although nobody may have set it (API reference 16.0).
        local = {**project.local, "mountpoint": project.mountpoint}
        if share is not None:
            # Only what the share inherits comes along, not the quota or the custom values of its project.
            settings = {key: value for key, value in local.items() if key in share.table.inherited}
            return cls(project.name, settings, {}, [])
        snapshots = project.snapshots.values() if action.settings["include_snaps"] else ()
        frozen = [FrozenSnapshot.of(snapshot) for snapshot in snapshots]
        return cls(project.name, local, dict(project.custom), frozen)


class Replica(Origin):
    """A share as it was when the update's snapshot ``base`` was taken.

    ``share_id`` is the share's id on the source: under it the replica is known whatever the share is called.
    ``changed`` counts the bytes that the update brought.  ``clones`` are local shares made of the replica,
    ``held`` the bytes that only they need once a newer update has taken its place.
    """

    def __init__(self, share: Share, base: Snapshot, include_snaps: bool, changed: int) -> None:
        super().__init__()
        self.share_id = share.id
        self.name = share.name
        self.is_lun = isinstance(share, Lun)
        self.table = share.table
        self.guid = share.guid if isinstance(share, Lun) else ""
        self.family = share.family if isinstance(share, Lun) else None
        self.content = base.content
        self.values = {**share.values, **base.settings}
        self.local = dict(share.local)
        self.custom = dict(share.custom)
        self.base = base.name
        self.volume = base.volume
        self.base_time = base.created
        self.changed = changed
        older = list(share.snapshots.values())
        older = older[: older.index(base)]
        wanted = [snap for snap in older if not snap.system and include_snaps]
        self.snapshots = [FrozenSnapshot.of(snap) for snap in wanted]
        fresh = base.live - wanted[-1].live if wanted else base.live
        self.blocks = Blocks(live=base.live, fresh=max(0, fresh))
        self.held = 0
        self.place: dict[str, Any] = {}

    @property
    def reserved(self) -> int:
        """Bytes reserved for the share that it is to become."""
        if self.is_lun:
            return 0 if self.values["sparse"] else reservation(self.values["volsize"])
        return int(self.values["reservation"])

    @property
    def footprint(self) -> int:
        """Bytes that the target's pool gives up for the replica."""
        return self.blocks.footprint(self.snapshots, self.reserved)

    @property
    def clone_origin(self) -> dict[str, Any]:
        """What its clones show as their origin (API reference 14.4)."""
        return {**self.place, "share": self.name, "snapshot": self.base}

    def find(self, name: str) -> FrozenSnapshot | None:
        """Return its snapshot called ``name``, if there is one."""
        return next((snap for snap in self.snapshots if snap.name == name), None)

    def drop(self, snapshot: FrozenSnapshot) -> None:
        """Destroy a snapshot: what was written before it belongs to the next one."""
        place = self.snapshots.index(snapshot)
        del self.snapshots[place]
        if place < len(self.snapshots):
            self.snapshots[place].fresh += snapshot.fresh
        else:
            self.blocks.fresh = min(self.blocks.live, self.blocks.fresh + snapshot.fresh)

    def adopt(self, snapshot: FrozenSnapshot, later: set[str]) -> None:
        """Keep a snapshot of the replica before, which the source no longer has; ``later`` are ids of newer ones."""
        newer = (number for number, one in enumerate(self.snapshots) if one.id in later)
        self.snapshots.insert(next(newer, len(self.snapshots)), snapshot.copy())
