"""A reversed replication: the old target replicates back to the old source (API reference 10.5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zfssa_lab.model.action import Action, Peer
from zfssa_lab.model.errors import Denied, StateConflict
from zfssa_lab.model.project import DEFAULT_PROJECT
from zfssa_lab.model.replica import ProjectState, Replica

if TYPE_CHECKING:
    from zfssa_lab.model.appliance import Appliance
    from zfssa_lab.model.package import Package
    from zfssa_lab.model.project import Project
    from zfssa_lab.model.share import Share
    from zfssa_lab.model.snapshot import Snapshot


@dataclass(frozen=True)
class Reversal:
    """Where the content of a reversed action came from: shares by name, with their ids on the old source."""

    action_id: str
    appliance: Appliance
    pool: str
    shares: dict[str, str]

    @property
    def action(self) -> Action | None:
        """The old action on the old source, if it still exists."""
        found = (head.replication.actions.get(self.action_id) for head in self.appliance.heads)
        return next((action for action in found if action is not None), None)

    def bases(self) -> dict[str, tuple[Share, Snapshot]]:
        """Return the old shares that still have the state which both sides know, by their names here."""
        found = {}
        for share in self.action.shares() if self.action else []:
            newest = [snap for name, snap in share.snapshots.items() if name.startswith(f".rr-{self.action_id}-")]
            for name, ident in self.shares.items():
                if ident == share.id and newest:
                    found[name] = (share, newest[-1])
        return found


def reversed_action(project: Project, of_share: bool, peer: Peer, reversal: Reversal, enabled: bool) -> Action:
    """Make the action that replicates ``project`` back; its first increment begins at the reversal."""
    replication = project.pool.appliance.replication
    share = next(iter(project.shares.values())) if of_share else None
    if share is not None:
        share.inherits_replication = False
    wanted = {"target": peer.label, "target_pool": reversal.pool, "enabled": enabled}
    action = replication.create_action(project, share, wanted)
    action.reversal = reversal
    for member in action.shares():
        member.take_snapshot(f"{action.base_prefix}0")
        action.marks[member.id] = member.blocks.written
    return action


def check_old_source(action: Action) -> str | None:
    """Return why the first update may not take the old source's shares, if so: none is destroyed unasked."""
    reversal = action.reversal
    if reversal is None:
        return None
    old = reversal.action
    try:
        if old is not None and old.share is None and old.project.setting("nodestroy"):
            raise Denied(f'project "{old.project.name}" has nodestroy set')
        for share, _base in reversal.bases().values():
            _check_share(share, reversal)
    except (Denied, StateConflict) as refusal:
        return f"the old source cannot take it back: {refusal.detail}"
    return None


def _check_share(share: Share, reversal: Reversal) -> None:
    if share.values["nodestroy"]:
        raise Denied(f'"{share.path}" has nodestroy set')
    if share.doomed_clones():
        raise StateConflict(f'"{share.path}" has dependent clones')
    if any(snapshot.held for snapshot in share.snapshots.values()):
        raise Denied(f'"{share.path}" has a snapshot under a retention hold')
    if any(action.id != reversal.action_id for action in share.own_actions()):
        raise StateConflict(f'"{share.path}" has other replication actions')
    share.check_idle()


def take_back(action: Action, package: Package) -> None:
    """Make the old source's shares the content of ``package``, as they were at the last common snapshot.

    They are no local shares any more, and what was written to them since is lost.  Shares that have no
    common snapshot stay as they are, and are sent in full into the package.
    """
    reversal = action.reversal
    action.reversal = None
    if reversal is None:
        return
    bases = reversal.bases()
    for share in action.shares():
        if share.name not in bases:
            action.marks.pop(share.id, None)
    old = reversal.action
    if old is None or not bases:
        return
    by_name = {share.name: share for share in action.shares()}
    received = {}
    for name, (share, base) in bases.items():
        replica = Replica(share, base, include_snaps=True, changed=0)
        # From now on the replica is known by the id of the share that replicates into it.
        replica.share_id = by_name[name].id if name in by_name else share.id
        replica.name = name
        received[name] = replica
    state = ProjectState.of(old)
    _remove_old(old, [share for share, _base in bases.values()])
    package.keep_replicas(received, state)
    package.last_sync = old.last_sync
    package.replica_time = old.replica_time


def _remove_old(old: Action, shares: list[Share]) -> None:
    project, whole = old.project, old.share is None
    old.source.replication.drop_action(old)
    for share in shares:
        share.remove()
    if whole and not project.shares and project.name != DEFAULT_PROJECT:
        for action in project.actions():
            old.source.replication.drop_action(action)
        del project.pool.projects[project.name]
