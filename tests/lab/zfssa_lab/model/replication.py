"""Replication as a source sees it: targets and actions (API reference 10.1 to 10.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from zfssa_lab.model.errors import (
    InvalidArgument,
    StateConflict,
    already_exists,
    bad_value,
    expecting,
    not_found,
)
from zfssa_lab.model.package import Package
from zfssa_lab.model.properties import Property, Table
from zfssa_lab.model.share import Share
from zfssa_lab.model.transfer import Update, start_update

if TYPE_CHECKING:
    from zfssa_lab.model.appliance import Appliance
    from zfssa_lab.model.project import Project

UNKNOWN = "<unknown>"
RETRY_AFTER = 5.0

TARGET = Table(
    Property("hostname", "string", required=True),
    Property("root_password", "string", required=True, modify=False),
    Property("label", "name", required=True),
    read_only=("address", "asn", "actions", "target", "href"),
)
TARGET_WITH_CERTIFICATE = Table(
    *TARGET.by_name.values(),
    Property("host_match", "boolean", True),
    Property("auto_accept_cert", "boolean", False),
    read_only=TARGET.read_only,
)

_ACTION_SETTINGS = (
    Property("enabled", "boolean", True),
    Property("continuous", "boolean", False),
    Property("include_snaps", "boolean", True),
    Property("retain_user_snaps_on_target", "boolean", False),
    Property("max_bandwidth", "size", 0),
    Property("use_ssl", "boolean", True),
    Property("compression", "on_off", "on"),
    Property("dedup", "boolean", False),
    Property("include_clone_origin_as_data", "boolean", False),
    Property("export_path", "string", ""),
    Property("recovery_point_objective", "integer", 0),
    Property("replica_lag_warning_alert", "integer", 0),
    Property("replica_lag_error_alert", "integer", 0),
)
_ACTION_READ_ONLY = (
    "id", "href", "bytes_sent", "estimated_size", "estimated_time_left", "average_throughput", "state",
    "state_description", "last_sync", "last_try", "last_result", "next_update", "replication_of",
    "collection", "replica_data_timestamp", "replica_lag",
)  # fmt: skip

ACTION_SETTINGS = Table(
    *_ACTION_SETTINGS,
    read_only=(*_ACTION_READ_ONLY, "pool", "project", "share", "target", "target_pool"),
)
# The flat form names the source by pool, project and share (API reference 10.2) ...
ACTION = Table(
    Property("pool", "name", required=True, modify=False),
    Property("project", "name", required=True, modify=False),
    Property("share", "name", "", modify=False),
    Property("target", "string", required=True, modify=False),
    Property("target_pool", "name", required=True, modify=False),
    *_ACTION_SETTINGS,
    read_only=_ACTION_READ_ONLY,
)
# ... the contextual form has it in the path, and `pool` is the target's (API reference 14.7).
CONTEXT_ACTION = Table(
    Property("pool", "name", required=True, modify=False),
    Property("target", "string", required=True, modify=False),
    *_ACTION_SETTINGS,
    read_only=_ACTION_READ_ONLY,
)


@dataclass
class Peer:
    """A replication target: another appliance under a label."""

    label: str
    hostname: str
    appliance: Appliance
    number: int
    host_match: bool = True
    auto_accept_cert: bool = False


class Action:
    """A replication action on a project, or on one share of it."""

    def __init__(
        self,
        ident: str,
        project: Project,
        share: Share | None,
        *,
        peer: Peer,
        target_pool: str,
        settings: dict[str, Any],
    ) -> None:
        self.id = ident
        self.share = share
        self._project = project
        self.peer = peer
        self.target_pool = target_pool
        self.settings = settings
        self.update: Update | None = None
        self.last_update: Update | None = None
        self.updates_started = 0
        self.package_made = False
        self.marks: dict[str, int] = {}
        self.last_try: float | None = None
        self.last_sync: float | None = None
        self.last_result = UNKNOWN

    @property
    def project(self) -> Project:
        """The project that is replicated, or that holds the share that is."""
        return self.share.project if self.share else self._project

    def shares(self) -> list[Share]:
        """Return the shares that an update sends (API reference 10.3)."""
        if self.share is not None:
            return [self.share]
        return [share for share in self.project.shares.values() if share.inherits_replication]


class Replication:
    """Targets, actions, sources and packages of one appliance."""

    def __init__(self, appliance: Appliance) -> None:
        self.appliance = appliance
        self.peers: dict[str, Peer] = {}
        self.actions: dict[str, Action] = {}
        self.sources: dict[str, Appliance] = {}
        self.packages: dict[str, Package] = {}

    def add_peer(self, other: Appliance, label: str = "", hostname: str = "") -> Peer:
        """Register ``other`` as a target, under its own name unless a label is given."""
        label = label or other.name
        if label in self.peers:
            raise already_exists("target", label)
        if any(peer.appliance is other for peer in self.peers.values()):
            raise already_exists("target", other.name)
        number = 1 + max((peer.number for peer in self.peers.values()), default=-1)
        self.peers[label] = Peer(label, hostname or other.name, other, number)
        return self.peers[label]

    def create_peer(self, arguments: dict[str, Any]) -> Peer:
        """Register a target from checked arguments (API reference 10.1)."""
        other = self._reach(arguments["hostname"])
        if arguments["root_password"] != other.password:
            raise InvalidArgument("the target refused the root password")
        peer = self.add_peer(other, arguments["label"], arguments["hostname"])
        peer.host_match = arguments.get("host_match", True)
        peer.auto_accept_cert = arguments.get("auto_accept_cert", False)
        return peer

    def _reach(self, hostname: str) -> Appliance:
        other = self.appliance.fleet.find(hostname)
        if other is None or other is self.appliance:
            names = [name for name in self.appliance.fleet.appliances if name != self.appliance.name]
            raise bad_value("hostname", hostname, expecting(names) if names else "a reachable appliance")
        return other

    def find_peer(self, selector: str) -> Peer:
        """Return the target by its label, host name or number (API reference 10.1); NotFound."""
        for peer in self.peers.values():
            names = (
                peer.label,
                peer.hostname,
                f"hostname={peer.hostname}",
                f"target-{peer.number:03}",
            )
            if selector in names:
                return peer
        raise not_found(selector)

    def modify_peer(self, peer: Peer, arguments: dict[str, Any]) -> None:
        """Rename or re-address a target."""
        label = arguments.get("label", peer.label)
        if label != peer.label and label in self.peers:
            raise already_exists("target", label)
        if "hostname" in arguments and self._reach(arguments["hostname"]) is not peer.appliance:
            raise StateConflict("that host is another appliance")
        del self.peers[peer.label]
        vars(peer).update(arguments)
        self.peers[label] = peer

    def delete_peer(self, peer: Peer) -> None:
        """Forget a target; refused while actions use it."""
        if any(action.peer is peer for action in self.actions.values()):
            raise StateConflict(f'target "{peer.label}" has replication actions')
        del self.peers[peer.label]

    def create_action(self, project: Project, share: Share | None, arguments: dict[str, Any]) -> Action:
        """Make an action from checked arguments; ``target`` is a label (API reference 10.2)."""
        label, pool = arguments["target"], arguments["target_pool"]
        if label not in self.peers:
            known = list(self.peers)
            raise bad_value("target", label, expecting(known) if known else "a defined one; there is none")
        peer = self.peers[label]
        if pool not in peer.appliance.pools:
            raise bad_value("target_pool", pool, expecting(list(peer.appliance.pools)))
        if share is not None and share.inherits_replication:
            raise StateConflict(f'"{share.path}" inherits the replication of its project')
        for action in self.actions.values():
            if (action.project, action.share, action.peer) == (project, share, peer):
                raise already_exists("action", action.id)
        settings = ACTION_SETTINGS.defaults()
        settings.update({key: value for key, value in arguments.items() if key in settings})
        ident = self.appliance.identities.uuid()
        action = Action(ident, project, share, peer=peer, target_pool=pool, settings=settings)
        self.actions[action.id] = action
        return action

    def action(self, ident: str) -> Action:
        """Return the action with that id; NotFound."""
        if ident not in self.actions:
            raise not_found(ident)
        return self.actions[ident]

    def actions_of(self, project: Project, share: Share | None) -> list[Action]:
        """Return the actions of a project, or of a share: its own or those it inherits."""
        if share is not None and not share.inherits_replication:
            return share.own_actions()
        return [action for action in self.actions.values() if action.share is None and action.project is project]

    def set_inherited(self, share: Share, inherited: bool) -> None:
        """Let a share take part in its project's replication, or not (API reference 10.3)."""
        if inherited and share.own_actions():
            raise StateConflict(f'"{share.path}" has replication actions of its own')
        share.check_idle()
        if not inherited:
            self.leave(share)
        share.inherits_replication = inherited

    def start(self, action: Action) -> None:
        """Begin an update (API reference 10.5); StateConflict when it cannot begin."""
        if action.update is not None:
            raise StateConflict("an update of this action is in progress")
        if not action.settings["enabled"]:
            raise StateConflict("the action is disabled")
        for side, appliance in (("source", self.appliance), ("target", action.peer.appliance)):
            if not appliance.services.online("replication"):
                raise StateConflict(f"the replication service of the {side} is disabled")
        start_update(self.appliance, action)

    def cancel(self, action: Action) -> None:
        """Break off a running update; nothing happens when there is none."""
        if action.update is not None:
            action.update.end("cancelled")

    def continue_updates(self) -> None:
        """Begin the next update of every continuous action that is idle."""
        now = self.appliance.clock.now()
        for action in list(self.actions.values()):
            rested = action.last_result in (UNKNOWN, "success") or now - (action.last_try or 0) > RETRY_AFTER
            if action.settings["continuous"] and action.update is None and rested:
                try:
                    self.start(action)
                except StateConflict:
                    continue

    def delete_action(self, action: Action) -> None:
        """Remove an action; its package stays on the target (API reference 10.2)."""
        if action.update is not None:
            raise StateConflict("an update of this action is in progress")
        self.drop_action(action)

    def drop_action(self, action: Action) -> None:
        """Remove an action and the snapshots that it keeps on the source."""
        if action.update is not None:
            action.update.end("cancelled")
        del self.actions[action.id]
        for share in action.shares():
            share.remove_snapshots(f".rr-{action.id}-")

    def leave(self, share: Share) -> None:
        """A share leaves its project's replication: nothing of it stays on the share."""
        for action in self.actions.values():
            if action.share is None:
                action.marks.pop(share.id, None)
                share.remove_snapshots(f".rr-{action.id}-")

    def forget_base(self, share: Share, snapshot: str) -> None:
        """A rollback destroyed the base of the next increment: it must send all again."""
        for action in self.actions.values():
            if snapshot.startswith(f".rr-{action.id}-"):
                action.marks.pop(share.id, None)

    def source(self, name: str) -> Appliance:
        """Return the source called ``name``; NotFound."""
        if name not in self.sources:
            raise not_found(name)
        return self.sources[name]

    def package(self, ident: str) -> Package:
        """Return the package with that id; NotFound."""
        if ident not in self.packages:
            raise not_found(ident)
        return self.packages[ident]
