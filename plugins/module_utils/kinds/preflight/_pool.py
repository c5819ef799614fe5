# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a pool is there, is well, and is served by the node that was asked: API reference 2.2 and 3."""

from __future__ import annotations

from collections.abc import Sequence

from ...engine._read import unwrap
from ...values._wire import Wire, found_by, text
from ..pool._pools import POOLS, is_exported, no_such_pool, peer_has
from ._finding import FAILED, UNKNOWN, Verdict, good, refused
from ._once import OnceWithFailures

CLUSTER = "/api/hardware/v1/cluster"
_ONLINE, _DEGRADED = "online", "degraded"
# States of a cluster and what each means for who talks to this node (API reference 2.2).
_ALONE, _BOTH, _TOOK_OVER, _STRIPPED = "AKCS_UNCONFIGURED", "AKCS_CLUSTERED", "AKCS_OWNER", "AKCS_STRIPPED"


def read_pools(once: OnceWithFailures) -> list[Wire]:
    """Read the pools that the appliance knows, those of the other node among them."""
    return once.listed(POOLS, "pools")


def read_cluster(once: OnceWithFailures) -> Wire:
    """Read how the cluster stands; an appliance that stands alone says so."""
    return unwrap(once.known(CLUSTER), "cluster", "the cluster")


def pool_in(pools: Sequence[Wire], name: str) -> Wire:
    """A pool out of the list.

    Raises:
        PlanRefused: it does not exist.
    """
    found = found_by(pools, {"name": (name,)}, "pool")
    if not found:
        raise no_such_pool(name, pools)
    return dict(found[0])


def judge_pool(pools: Sequence[Wire], name: str) -> Verdict:
    """Whether a pool exists."""
    pool_in(pools, name)
    return good(f"pool {name} exists")


def judge_health(pool: Wire) -> Verdict:
    """Whether a pool is well; one that is degraded can be written, and the next fault may be its last."""
    name, status = pool["name"], text(pool, "status", f"pool {pool['name']}")
    if status == _ONLINE:
        return good(f"pool {name} is online")
    if is_exported(pool):
        return Verdict(
            UNKNOWN, f"pool {name} belongs to the other node, which alone knows how it is", "ask the other node"
        )
    if status == _DEGRADED:
        return Verdict(
            FAILED,
            f"pool {name} is degraded: it can be read and written, but has lost some of its redundancy",
            "replace what has failed (BUI Maintenance > Hardware), and wait until the pool has recovered",
        )
    if not status:
        return Verdict(UNKNOWN, f"pool {name} does not tell its state", "look at it on the appliance")
    return Verdict(
        FAILED, f"pool {name} is {status}", "look at its devices on the appliance (BUI Maintenance > Hardware)"
    )


def judge_served(pool: Wire, cluster: Wire | None) -> Verdict:
    """Whether the node that was asked serves a pool.

    Args:
        pool: as the appliance gives it.
        cluster: how the cluster stands; `None` where that cannot be read.
    """
    name = pool["name"]
    if is_exported(pool):
        peer = text(cluster or {}, "peer_hostname", "the cluster")
        return refused(peer_has(name, {**pool, "owner": pool.get("owner") or peer}))
    owner = text(pool, "owner", f"pool {name}")
    return good(f"pool {name} is served by this node{f', {owner}' if owner else ''}")


def judge_cluster(cluster: Wire) -> Verdict:
    """Whether the node that was asked is one that serves anything."""
    state = text(cluster, "state", "the cluster")
    peer = text(cluster, "peer_hostname", "the cluster") or "the other node"
    if state == _ALONE:
        return good("the appliance is in no cluster")
    if state == _BOTH:
        return good(f"both nodes of the cluster are active, this one and {peer}")
    if state == _TOOK_OVER:
        return good(f"this node has taken over from {peer}, and a failback would interrupt what runs")
    if state == _STRIPPED:
        return Verdict(
            FAILED, f"this node serves nothing, because {peer} has taken over", f"set host to {peer}, or fail back"
        )
    return Verdict(
        UNKNOWN, f"the cluster is in the state {state or 'that it does not tell'}", "look at it on the appliance"
    )
