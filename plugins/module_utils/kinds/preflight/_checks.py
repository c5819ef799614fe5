# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All checks in their order; each reads what it needs, and none of them stops those after it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from ...client._client import Client
from ...engine._read import unwrap
from ...values._errors import ZfssaError
from ...values._wire import Wire
from ._account import judge_purpose, read_account
from ._asked import Asked
from ._finding import Finding, Verdict, judged, needed
from ._login import VERSION, judge_login, judge_release, was_let_in
from ._once import OnceWithFailures
from ._peers import judge_peer, judge_reach, peer_in, read_actions, read_peers
from ._pool import judge_cluster, judge_health, judge_pool, judge_served, pool_in, read_cluster, read_pools
from ._purposes import PURPOSES
from ._san import judge_group, judge_initiator, protocols_of, read_initiators
from ._schema import judge_property, read_schema
from ._services import judge_service, read_services
from ._space import Room, judge_project, judge_thick, judge_thin, read_project, room
from ._targets import (
    is_fc,
    judge_port,
    judge_portals,
    judge_target,
    read_interfaces,
    read_ports,
    read_targets,
    target_in,
)

Findings = Iterator[Finding]


def check_all(client: Client, asked: Asked) -> list[Finding]:
    """Look at everything that is asked for.

    Args:
        client: of the appliance.
        asked: what is to be looked at.

    Returns:
        A finding for each check, whatever the appliance does.
    """
    once = OnceWithFailures(client)
    found = [_login(client, once), judged("release", client.connection.host, lambda: _release(once))]
    found += [judged("service", name, partial(_service, once, name)) for name in asked.services]
    if asked.pool:
        found += _of_pool(client, once, asked.pool)
        found += _of_room(once, asked, asked.pool)
    found += _of_hosts(once, asked)
    for name in asked.targets:
        found += _of_target(once, name)
    for label in asked.peers:
        found += _of_peer(once, label)
    found += [judged("schema", name, partial(_property, once, name, kind)) for name, kind in asked.schema.items()]
    found += [judged("authorization", name, partial(_may, client, once, asked, name)) for name in asked.purposes]
    return found


def _login(client: Client, once: OnceWithFailures) -> Finding:
    """Log in, with the first request; where that fails, nothing else is tried."""
    connection, before = client.connection, len(client.log)
    failure: ZfssaError | None = None
    try:
        once.get(VERSION)
    except ZfssaError as error:
        if not was_let_in(client.log[before:], error):
            failure = error
            once.forget()
            once.stop("there is no login")
    return judged("login", connection.host, lambda: judge_login(_user(client), failure))


def _user(client: Client) -> str | None:
    """Who logs in; `None` where a session is given, which does not tell whose it is."""
    return None if client.connection.session else client.connection.username


def _release(once: OnceWithFailures) -> Verdict:
    return judge_release(unwrap(once.known(VERSION), "version", "its software"))


def _service(once: OnceWithFailures, name: str) -> Verdict:
    return judge_service(read_services(once), name)


# A pool and what is in it


def _of_pool(client: Client, once: OnceWithFailures, name: str) -> Findings:
    yield judged("cluster", client.connection.host, lambda: judge_cluster(read_cluster(once)))
    yield judged("pool", name, lambda: judge_pool(read_pools(once), name))
    yield judged("pool_health", name, lambda: judge_health(_pool(once, name)))
    yield judged("pool_served", name, lambda: judge_served(_pool(once, name), _cluster_told(once)))


def _pool(once: OnceWithFailures, name: str) -> Wire:
    """A pool; that it does not exist is a finding of its own."""
    return needed(lambda: pool_in(read_pools(once), name))


def _cluster_told(once: OnceWithFailures) -> Wire | None:
    """How the cluster stands, for what only names its nodes."""
    try:
        return read_cluster(once)
    except ZfssaError:
        return None


def _of_room(once: OnceWithFailures, asked: Asked, pool: str) -> Findings:
    place = f"{pool}/{asked.project}" if asked.project else pool
    if asked.project:
        yield judged("project", place, partial(_project, once, pool, asked.project))
    thick, thin = asked.thick, asked.thin
    if thick is not None:
        yield judged("space_thick", place, lambda: judge_thick(_room(once, pool, asked.project), thick))
    if thin is not None:
        yield judged("space_thin", place, lambda: judge_thin(_room(once, pool, asked.project), thin, thick or 0))


def _project(once: OnceWithFailures, pool: str, name: str) -> Verdict:
    return judge_project(_pool(once, pool), name, read_project(once, pool, name))


def _room(once: OnceWithFailures, pool: str, project: str | None) -> Room:
    return room(_pool(once, pool), project, read_project(once, pool, project) if project else None)


# Hosts, targets, peers


def _of_hosts(once: OnceWithFailures, asked: Asked) -> Findings:
    protocols = protocols_of(asked.initiators)
    for name in asked.initiators:
        yield judged("initiator", name, partial(_initiator, once, protocols, name))
    for name in asked.initiator_groups:
        yield judged("initiator_group", name, partial(judge_group, once, name))


def _initiator(once: OnceWithFailures, protocols: list[str], name: str) -> Verdict:
    return judge_initiator(read_initiators(once, protocols), name)


def _of_target(once: OnceWithFailures, name: str) -> Findings:
    if is_fc(name):
        yield judged("target", name, lambda: judge_port(read_ports(once), name))
        return
    yield judged("target", name, lambda: judge_target(read_targets(once), name))
    yield judged("portals", name, lambda: judge_portals(_target(once, name), read_interfaces(once)))


def _target(once: OnceWithFailures, name: str) -> dict[str, object]:
    return needed(lambda: target_in(read_targets(once), name))


def _of_peer(once: OnceWithFailures, label: str) -> Findings:
    yield judged("peer", label, lambda: judge_peer(read_peers(once), label))
    yield judged("peer_reached", label, lambda: _reach(once, label))


def _reach(once: OnceWithFailures, label: str) -> Verdict:
    return judge_reach(needed(lambda: peer_in(read_peers(once), label)), read_actions(once))


def _property(once: OnceWithFailures, name: str, kind: str | None) -> Verdict:
    return judge_property(read_schema(once), name, kind)


# The account


def _may(client: Client, once: OnceWithFailures, asked: Asked, name: str) -> Verdict:
    """What the account may do: for every service that is named, where it is about services."""
    account = read_account(once, _user(client))
    verdicts = [
        judge_purpose(
            account, PURPOSES[name], once.release, {"pool": asked.pool, "project": asked.project, "service": service}
        )
        for service in (asked.own_services if name == "services" and asked.own_services else [None])
    ]
    order = ("fail", "unknown", "pass")
    return min(verdicts, key=lambda verdict: order.index(verdict.outcome))
