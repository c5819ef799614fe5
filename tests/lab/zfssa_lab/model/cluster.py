"""Two appliances as the heads of one cluster: who serves what (API reference 2.2, 3 and 12.11)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zfssa_lab.model.errors import StateConflict, bad_value, expecting, not_found
from zfssa_lab.model.logs import MAJOR

if TYPE_CHECKING:
    from zfssa_lab.model.action import Action
    from zfssa_lab.model.agenda import Appointment
    from zfssa_lab.model.appliance import Appliance
    from zfssa_lab.model.network import Interface
    from zfssa_lab.model.project import Pool

NO_PEER = "00000000-0000-0000-0000-000000000000"
FAILBACK_SECONDS = 10.0

UNCONFIGURED = "AKCS_UNCONFIGURED"
CLUSTERED = "AKCS_CLUSTERED"
OWNER = "AKCS_OWNER"
STRIPPED = "AKCS_STRIPPED"

DESCRIPTIONS = {
    UNCONFIGURED: "Clustering is not configured",
    CLUSTERED: "Active",
    OWNER: "Active (takeover completed)",
    STRIPPED: "Ready (waiting for failback)",
}


@dataclass(frozen=True)
class Resource:
    """A pool or an interface as the cluster sees it: ``owner`` is the head it belongs to, whoever serves it."""

    path: str
    owner: Appliance
    item: Pool | Interface
    private: bool = False


class Cluster:
    """Two heads.  Each serves its own pools and interfaces, or one serves all, and the other nothing.

    ``stripped`` is the head that serves nothing; ``_owners`` says to whom a resource goes back, by its path.
    """

    def __init__(self, first: Appliance, second: Appliance) -> None:
        self.heads = (first, second)
        self.stripped: Appliance | None = None
        self._failback: Appointment | None = None
        self._owners = {f"zfs/{name}": head for head in self.heads for name in head.pools}
        data = [name for name in first.network.ports if not first.network.ports[name].admin]
        self._owners.update({f"net/{name}": self.heads[number % 2] for number, name in enumerate(data)})
        for head in self.heads:
            head.network.serve([head.network.ports[name] for name in data if self._owners[f"net/{name}"] is head])

    def other(self, head: Appliance) -> Appliance:
        """Return the peer of ``head``."""
        return self.heads[self.heads[0] is head]

    def state(self, head: Appliance) -> str:
        """Return the state of a head."""
        if self.stripped is None:
            return CLUSTERED
        return STRIPPED if head is self.stripped else OWNER

    def owner(self, path: str, otherwise: Appliance) -> Appliance:
        """Return the head to which a resource belongs; one that is new belongs to the head that serves it."""
        return self._owners.get(path, otherwise)

    def take_over(self, winner: Appliance) -> None:
        """``winner`` takes all that its peer serves; the peer restarts, so its sessions end (12.11)."""
        self.check_settled()
        loser = self.other(winner)
        if loser is self.stripped:
            raise StateConflict(f'"{winner.name}" has taken over already')
        self._note_owners(loser)
        for pool in list(loser.pools.values()):
            hand_over(pool, winner)
        taken = self._served()
        loser.network.serve([])
        winner.network.serve(taken)
        loser.sessions.expire_all()
        winner.logs.alert(f"Cluster: {winner.name} has taken over from {loser.name}", MAJOR)
        self.stripped = loser

    def begin_failback(self, head: Appliance) -> None:
        """``head`` gives back what belongs to its peer, some seconds from now (API reference 1.9)."""
        self.check_owner(head)
        agenda, clock = head.fleet.agenda, head.clock
        self._failback = agenda.put(clock.now() + FAILBACK_SECONDS, self.finish_failback)

    def check_owner(self, head: Appliance) -> None:
        """Refuse what only the head that has taken over can do."""
        self.check_settled()
        if self.state(head) != OWNER:
            raise StateConflict(f'"{head.name}" has not taken over')

    def check_settled(self) -> None:
        """Refuse while a failback is on its way."""
        if self._failback is not None:
            raise StateConflict("a failback is in progress")

    def finish_failback(self) -> None:
        """The stripped head serves again what belongs to it."""
        if self._failback is not None:
            self._failback.cancel()
            self._failback = None
        if self.stripped is None:
            return
        back, giver = self.stripped, self.other(self.stripped)
        self._note_owners(giver)
        for pool in list(giver.pools.values()):
            if self._owners[f"zfs/{pool.name}"] is back:
                hand_over(pool, back)
        served = self._served()
        for head in self.heads:
            head.network.serve([one for one in served if self._owners[f"net/{one.name}"] is head])
        self.stripped = None

    def _served(self) -> list[Interface]:
        """Return the data interfaces of both heads."""
        return [one for head in self.heads for one in head.network.interfaces.values() if not one.admin]

    def _note_owners(self, head: Appliance) -> None:
        """Remember to whom the pools belong that were made since, before they move."""
        for name in head.pools:
            self._owners.setdefault(f"zfs/{name}", head)

    def assign(self, head: Appliance, path: str, name: str) -> None:
        """Give a resource to the head called ``name``; it moves there with the next failback."""
        names = [one.name for one in self.heads]
        if name not in names:
            raise bad_value("owner", name, expecting(names))
        self.check_owner(head)
        self._owners[path] = self.heads[names.index(name)]


def hand_over(pool: Pool, winner: Appliance) -> None:
    """Let ``winner`` serve a pool, with its projects, replication actions and packages; updates break off."""
    loser = pool.appliance
    source, target = loser.replication, winner.replication
    reason = f'failed: pool "{pool.name}" was taken over by the other head'
    for action in list(source.actions.values()):
        if action.project.pool is pool:
            if action.update is not None:
                action.update.end(reason)
            if action.restart is not None:
                action.restart.cancel()
            target.actions[action.id] = source.actions.pop(action.id)
    for package in list(source.packages.values()):
        if package.pool is pool:
            sender = package.action
            if sender is not None and sender.update is not None:
                sender.update.end(reason)
            target.packages[package.id] = source.packages.pop(package.id)
            target.sources[package.source.name] = package.source
    winner.pools[pool.name] = loser.pools.pop(pool.name)
    pool.appliance = winner
    for action in target.actions.values():
        if action.project.pool is pool:
            target.keep_going(action)


def resources(appliance: Appliance) -> list[Resource]:
    """Return what the cluster of ``appliance`` serves, or the appliance alone; interfaces first."""
    cluster = appliance.cluster
    found: list[Resource] = []
    for head in sorted(appliance.heads, key=lambda one: one.name):
        for interface in head.network.interfaces.values():
            # A management interface stays with its head: the peer has another of that name.
            if not (interface.admin and head is not appliance):
                path = f"net/{interface.name}"
                owner = cluster.owner(path, head) if cluster else head
                private = interface.admin and cluster is not None
                found.append(Resource(path, head if private else owner, interface, private))
    for head in sorted(appliance.heads, key=lambda one: one.name):
        for pool in head.pools.values():
            found.append(Resource(f"zfs/{pool.name}", owner_of(pool), pool))
    return sorted(found, key=lambda one: one.path)


def find_resource(appliance: Appliance, path: str) -> Resource:
    """Return the resource with that path; NotFound."""
    for found in resources(appliance):
        if found.path == path:
            return found
    raise not_found(path)


def owner_of(pool: Pool) -> Appliance:
    """Return the head to which a pool belongs, even while its peer serves it (API reference 2.2)."""
    appliance = pool.appliance
    return appliance.cluster.owner(f"zfs/{pool.name}", appliance) if appliance.cluster else appliance


def state_of(appliance: Appliance) -> str:
    """Return the cluster state of an appliance (API reference 2.2)."""
    return appliance.cluster.state(appliance) if appliance.cluster else UNCONFIGURED


def take_over_if_possible(winner: Appliance) -> None:
    """Take over as a head does whose peer has died; nothing happens where a command would be refused."""
    try:
        cluster_of(winner).take_over(winner)
    except StateConflict:
        return


def cluster_of(appliance: Appliance) -> Cluster:
    """Return the cluster of an appliance; StateConflict when it stands alone."""
    if appliance.cluster is None:
        raise StateConflict(DESCRIPTIONS[UNCONFIGURED])
    return appliance.cluster


def find_action(source: Appliance, ident: str) -> Action | None:
    """Return an action of ``source``, or of the other head of its cluster: it is where its pool is."""
    found = (head.replication.actions.get(ident) for head in source.heads)
    return next((action for action in found if action is not None), None)


def find_pool(appliance: Appliance, name: str) -> Pool | None:
    """Return a pool that ``appliance`` or the other head of its cluster serves; None when the pool has left them."""
    return next((head.pools[name] for head in appliance.heads if name in head.pools), None)
