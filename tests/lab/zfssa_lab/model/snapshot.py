"""Snapshots of shares and projects, and the clones that hang on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zfssa_lab.model.errors import ConfirmRequired, Denied

if TYPE_CHECKING:
    from zfssa_lab.model.project import Project
    from zfssa_lab.model.share import Share


class Snapshot:
    """A snapshot; ``share`` is None on that of a project, ``parent`` its project's snapshot if any."""

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
        self.name = name
        self.id = ident
        self.created = created
        self.project = project
        self.share = share
        self.parent = parent
        self.live = share.blocks.live if share else 0
        self.unique = 0
        self.fresh = share.blocks.fresh if share else 0
        self.settings: dict[str, Any] = share.frozen_settings() if share else {}
        self.clones: list[Share] = []

    @property
    def system(self) -> bool:
        """Say whether the appliance itself made it (a leading dot, API reference 14.4)."""
        return self.name.startswith(".")

    @property
    def owner(self) -> Share | Project:
        """The share or project whose list holds it."""
        return self.share or self.project

    def children(self) -> list[Snapshot]:
        """Return the snapshots that a project's snapshot made on its shares."""
        return [
            snapshot
            for share in self.project.shares.values()
            for snapshot in share.snapshots.values()
            if snapshot.parent is self
        ]

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
        if self.share is not None:
            self._hand_on_blocks(self.share)
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


def check_clones(clones: list[Share], what: str) -> None:
    """Refuse when a clone that would die is protected (API reference 7.4)."""
    for clone in clones:
        if clone.values["nodestroy"]:
            raise Denied(f'{what} has the dependent clone "{clone.path}", which has nodestroy set')
        clone.check_idle()


def check_confirmed(demanded: bool, confirmed: bool, why: str) -> None:
    """Refuse a destructive call without ``?confirm=true`` where the release demands it."""
    if demanded and not confirmed:
        raise ConfirmRequired(why)
