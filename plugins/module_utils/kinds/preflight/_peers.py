# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether peers are registered, and what the appliance tells of the way to them: API reference 10.1, 10.2."""

from __future__ import annotations

from collections.abc import Sequence

from ...values._errors import Absent
from ...values._wire import Wire, clear, found_by, named
from ..replication._scope import ACTIONS, TARGETS, known_as
from ..replication._table import ACTION, PEER, SUCCESS, told_of
from ._finding import FAILED, UNKNOWN, Verdict, good
from ._once import OnceWithFailures


def read_peers(once: OnceWithFailures) -> list[Wire]:
    """Read the registered peers."""
    return once.listed(TARGETS, "targets")


def read_actions(once: OnceWithFailures) -> list[Wire]:
    """Read the replication actions, which tell of the last updates."""
    return once.listed(ACTIONS, "actions")


def peer_in(peers: Sequence[Wire], label: str) -> Wire:
    """A peer, by its label.

    Raises:
        PlanRefused: it is not registered.
    """
    found = found_by(peers, {"label": (label,)}, PEER.title)
    if found:
        return dict(found[0])
    there = f", or use one of: {', '.join(named(peers, 'label'))}" if peers else ""
    raise Absent(
        f"replication target {label} does not exist", advice=f"register it with zfssa_replication_target{there}"
    )


def judge_peer(peers: Sequence[Wire], label: str) -> Verdict:
    """Whether a peer is registered."""
    record = PEER.told(peer_in(peers, label))
    where = clear(record["hostname"]) or clear(record["address"]) or "a host that it does not tell"
    return good(f"replication target {label} is registered, as {where}")


def judge_reach(peer: Wire, actions: Sequence[Wire]) -> Verdict:
    """Whether the last update to a peer has reached it, which is all that an appliance tells of the way to it.

    Args:
        peer: as the appliance gives it.
        actions: all replication actions, as the appliance gives them.
    """
    label = peer["label"]
    sent = [told_of(ACTION, wire) for wire in actions if wire.get("target") in known_as(peer)]
    tried = [one for one in sent if clear(one["last_result"]) and clear(one["last_try"] or one["last_sync"])]
    if not tried:
        return Verdict(
            UNKNOWN,
            f"nothing has been sent to {label} yet, and only an update tells whether it can be reached",
            f"see that the network lets TCP port 216 through to {label}",
        )
    last = max(tried, key=lambda one: str(one["last_try"] or one["last_sync"]))
    when = last["last_try"] or last["last_sync"]
    if last["last_result"] == SUCCESS:
        return good(f"the last update to {label}, at {when}, succeeded")
    return Verdict(
        FAILED,
        f"the last update to {label}, at {when}, ended with {last['last_result']}",
        f"look at action {clear(last['id'])}, at the network to {label} (TCP port 216), and at its replication service",
    )
