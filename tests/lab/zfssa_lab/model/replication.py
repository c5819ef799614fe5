"""Replication of one appliance: its targets, actions, sources and packages (API reference 10)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zfssa_lab.model.action import ACTION_SETTINGS, CANCELLED, SUCCESS, UNKNOWN, Action, Peer
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
from zfssa_lab.model.shelf import named
from zfssa_lab.model.transfer import start_update

if TYPE_CHECKING:
    from zfssa_lab.model.appliance import Appliance
    from zfssa_lab.model.project import Project

RETRY_AFTER = 5.0  # seconds until a continuous action tries again after a failure
PAUSE = 1.0  # seconds from the end of one of its updates to the next

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
        heads = self.appliance.heads
        if any(action.peer is peer for head in heads for action in head.replication.actions.values()):
            raise StateConflict(f'target "{peer.label}" has replication actions')
        del self.peers[peer.label]

    def create_action(self, project: Project, share: Share | None, arguments: dict[str, Any]) -> Action:
        """Make an action from checked arguments; ``target`` is a label (API reference 10.2)."""
        label, pool = arguments["target"], arguments["target_pool"]
        if label not in self.peers:
            raise bad_value("target", label, expecting(list(self.peers)))
        peer = self.peers[label]
        if pool not in peer.appliance.pools:
            raise bad_value("target_pool", pool, expecting(list(peer.appliance.pools)))
        if share is not None and share.inherits_replication:
            raise StateConflict(f'"{share.path}" inherits the replication of its project')
        for action in self.actions.values():
            if (action.project, action.share, action.peer) == (project, share, peer):
                raise already_exists("action", action.id)
        settings = ACTION_SETTINGS.on(self.appliance.release).defaults()
        settings.update({key: value for key, value in arguments.items() if key in settings})
        ident = self.appliance.identities.uuid()
        action = Action(ident, project, share, peer=peer, target_pool=pool, settings=settings)
        action.check_settings(settings)
        self.actions[action.id] = action
        peer.appliance.replication.add_package(Package(action, peer.appliance.pools[pool]))
        self.keep_going(action)
        return action

    def add_package(self, package: Package) -> None:
        """Take in the empty package of a new action, made on its source (API reference 15.1)."""
        self.packages[package.id] = package
        self.sources[package.source.name] = package.source

    def modify_action(self, action: Action, arguments: dict[str, Any]) -> None:
        """Change settings of an action; a new max_bandwidth has effect at once (API reference 10.2)."""
        action.check_settings(arguments)
        action.settings.update(arguments)
        self.keep_going(action)

    def action(self, ident: str) -> Action:
        """Return the action with that id; NotFound."""
        return named(self.actions, ident)

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
        if self.appliance.fleet.switches["offline-update"] == "refused":
            _check_online(action)
        start_update(self.appliance, action)

    def cancel(self, action: Action) -> None:
        """Break off a running update; nothing happens when there is none."""
        if action.update is not None:
            action.update.end(CANCELLED)

    def keep_going(self, action: Action) -> None:
        """Let a continuous action that is idle begin its next update by itself (API reference 10.2)."""
        if action.restart is not None:
            action.restart.cancel()
        settings = action.settings
        if action.update is None and settings["continuous"] and settings["enabled"]:
            now = self.appliance.clock.now()
            rest = {UNKNOWN: 0.0, SUCCESS: PAUSE}.get(action.last_result, RETRY_AFTER)
            self._begin_again(action, now + rest)

    def _begin_again(self, action: Action, when: float) -> None:
        fleet = self.appliance.fleet
        when = fleet.restart_time(action.id, when)
        action.restart = fleet.agenda.put(when, lambda: self._restart(action))

    def _restart(self, action: Action) -> None:
        try:
            self.start(action)
        except StateConflict:
            self._begin_again(action, self.appliance.clock.now() + RETRY_AFTER)

    def delete_action(self, action: Action) -> None:
        """Remove an action; its package stays on the target (API reference 10.2)."""
        if action.update is not None:
            raise StateConflict("an update of this action is in progress")
        self.drop_action(action)

    def drop_action(self, action: Action) -> None:
        """Remove an action and the snapshots that it keeps on the source."""
        if action.update is not None:
            action.update.end(CANCELLED)
        if action.restart is not None:
            action.restart.cancel()
        for schedule in action.schedules.values():
            schedule.appointment.cancel()
        del self.actions[action.id]
        for share in action.shares():
            share.remove_snapshots(action.base_prefix)

    def leave(self, share: Share) -> None:
        """A share leaves its project's replication: nothing of it stays on the share."""
        for action in self.actions.values():
            if action.share is None:
                action.marks.pop(share.id, None)
                share.remove_snapshots(action.base_prefix)

    def forget_base(self, share: Share, snapshot: str) -> None:
        """A rollback destroyed the base of the next increment: it must send all again."""
        for action in self.actions.values():
            if snapshot.startswith(action.base_prefix):
                action.marks.pop(share.id, None)

    def source(self, name: str) -> Appliance:
        """Return the source called ``name``; NotFound."""
        return named(self.sources, name)

    def package(self, ident: str) -> Package:
        """Return the package with that id; NotFound."""
        return named(self.packages, ident)


def _check_online(action: Action) -> None:
    """Refuse to send a LUN that is offline."""
    for share in action.shares():
        if share.values.get("status") == "offline":
            raise StateConflict(f'"{share.path}" is offline')
