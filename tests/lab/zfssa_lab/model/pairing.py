"""How two appliances become one cluster, and two again: what they share in between (API reference 2.2)."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import TYPE_CHECKING

from zfssa_lab.model.cluster import Cluster, cluster_of
from zfssa_lab.model.errors import StateConflict

if TYPE_CHECKING:
    from zfssa_lab.model.appliance import Appliance


def pair(first: Appliance, second: Appliance) -> Cluster:
    """Make a cluster; the second head takes over the configuration of the first, as one that joins does.

    From then on both have the same users, services, SAN objects, custom properties and replication targets.
    """
    _check(first, second)
    first.cluster = second.cluster = Cluster(first, second)
    second.users = second.sessions.users = first.users
    second.services.share(first.services)
    second.schema = first.schema
    second.shelves = first.shelves
    second.san = first.san
    first.san.heads.append(second)
    _forget_each_other(first, second)
    second.replication.peers = first.replication.peers
    second.sessions.expire_all()
    return first.cluster


def _check(first: Appliance, second: Appliance) -> None:
    for head in (first, second):
        if head.cluster is not None:
            raise StateConflict(f'"{head.name}" is in a cluster already')
    same = [name for name in first.pools if name in second.pools]
    if same:
        raise StateConflict(
            f'both appliances have a pool "{same[0]}", and pools of a cluster have different names: start the lab with '
            f"--pool {first.name}/NAME:SIZE --pool {second.name}/OTHER:SIZE"
        )
    for action in first.replication.actions.values():
        if action.peer.appliance is second:
            raise StateConflict(f'"{first.name}" replicates to "{second.name}"')
    for package in first.replication.packages.values():
        if package.source is second:
            raise StateConflict(f'"{first.name}" holds a replica of "{second.name}"')
    if not second.is_blank:
        raise StateConflict(
            f'"{second.name}" has SAN objects, custom properties or replication of its own, which it would lose '
            f'when it joins "{first.name}": reset the lab first'
        )


def _forget_each_other(first: Appliance, second: Appliance) -> None:
    """The heads of one cluster are no replication targets of each other."""
    peers = first.replication.peers
    for label in [label for label, peer in peers.items() if peer.appliance is second]:
        del peers[label]


def part(cluster: Cluster) -> None:
    """Make two appliances of a cluster again: each with its own pools, and both with a copy of what they shared."""
    cluster.finish_failback()
    first, second = cluster.heads
    _stand_alone(cluster)
    second.users = second.sessions.users = first.users.copy()
    second.services.part()
    second.schema = copy.deepcopy(first.schema)
    second.shelves = copy.deepcopy(first.shelves)
    second.san = first.san.copy(second)
    first.san.heads = [first]
    second.replication.peers = {label: replace(peer) for label, peer in first.replication.peers.items()}
    for action in second.replication.actions.values():
        action.peer = second.replication.peers[action.peer.label]
    _introduce(first, second)
    # Its users are copies now, and a session belongs to a user.
    second.sessions.expire_all()


def dissolve(owner: Appliance) -> None:
    """End the cluster for good: ``owner``, who has taken over, keeps all, and the peer is as from the factory."""
    cluster = cluster_of(owner)
    cluster.check_owner(owner)
    peer = cluster.other(owner)
    _stand_alone(cluster)
    owner.san.heads = [owner]
    peer.configure()
    for other in owner.fleet.appliances.values():
        if other is not peer:
            _introduce(other, peer)
    peer.sessions.expire_all()


def _stand_alone(cluster: Cluster) -> None:
    for head in cluster.heads:
        head.cluster = None
        head.network.serve([one for one in head.network.ports.values() if not one.admin])


def _introduce(first: Appliance, second: Appliance) -> None:
    """Make each the other's replication target again, unless that label is taken."""
    for one, other in ((first, second), (second, first)):
        if other.name not in one.replication.peers:
            one.replication.add_peer(other)
