# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tasks do with replication targets, the peers that replication can send to; API reference 10.1.

They are looked up in their list, before a write and after it: only some releases take a label in the path.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from ...engine._kind import Found, Kind, Request
from ...engine._outcome import Seen
from ...engine._plan import Item
from ...engine._planner import plan_removal
from ...engine._read import Reader, is_planning, items_in, read_list
from ...engine._types import Identity, Pages, Results
from ...values._errors import Conflict, PlanRefused
from ...values._names import segment, shown
from ...values._wire import Wire, count, found_by, is_clear, label_of, text
from ._planned import read_actions
from ._scope import TARGETS, Scope, known_as
from ._table import ACTION, PEER


class Peer(Kind):
    """Replication targets."""

    def find(self, reader: Reader, request: Request) -> Found:
        targets = read_list(reader, TARGETS, "targets")
        found = found_by(targets, {"label": (request.identity["label"],)}, PEER.title)
        if found:
            return Found(request.identity, PEER.normalise(found[0]), found[0])
        if not request.absent:
            _refuse_second_label(targets, request.wanted.get("hostname"))
        return Found(request.identity, None, {})

    def plan_new(self, reader: Reader, request: Request, identity: Identity) -> Item:
        # The password is for registering alone: whoever has registered the peer meanwhile has proved another one to it.
        return _looked_up(super().plan_new(reader, request, identity), TARGETS, request)

    def plan_changed(self, reader: Reader, request: Request, found: Found) -> Item:
        plan = super().plan_changed(reader, request, found)
        return _looked_up(plan, _path_of(reader, found.wire), request, asn=(found.record or {})["asn"])

    def plan_absent(self, reader: Reader, request: Request, found: Found) -> Item:
        label, path = request.identity["label"], TARGETS
        if found.record is not None:
            _refuse_used(reader, found.wire)
            path = _path_of(reader, found.wire)
        confirm = partial(_refuse_used_by_now, label=label)
        plan = plan_removal(PEER, path, PEER.label(request.identity), found.record, verb="remove", confirm=confirm)
        return _looked_up(plan, path, request)


def _target_labelled(targets: list[Wire], label: str) -> Wire | None:
    return next((wire for wire in targets if wire.get("label") == label), None)


def _path_of(reader: Reader, wire: Wire) -> str:
    """Path of a target that exists; old releases know it by its number (API reference 10.1)."""
    key = "label" if reader.release.has("targets_by_label") else "target"
    name = text(wire, key, label_of(wire, PEER.title)) or wire["label"]
    return f"{TARGETS}/{segment(name)}"


def _refuse_second_label(targets: list[Wire], hostname: str | None) -> None:
    for wire in targets:
        if hostname is None:
            return
        if text(wire, "hostname", label_of(wire, PEER.title)).lower() == hostname.lower():
            raise PlanRefused(
                f"{hostname} is registered already, as {wire.get('label')}",
                advice="use that label, or remove it first",
            )


def _refuse_used(pages: Pages, wire: Wire) -> None:
    """Refuse to remove a target that actions use (API reference 13)."""
    label = label_of(wire, PEER.title)
    # What the appliance counts are the actions before what is planned for several objects.
    told = None if wire.get("actions") is None or is_planning(pages) else count(wire, "actions", label)
    if told == 0:
        return
    actions = found_by(read_actions(pages), {"target": known_as(wire)}, ACTION.title)
    users = [_action_label(action) for action in actions]
    number = max(len(users), told or 0)
    if not number:
        return
    those = f", of {shown(users)}" if users else ""
    raise PlanRefused(
        f"replication target {wire.get('label')} has {number} action{'s' * (number > 1)}{those}",
        advice="remove them first with zfssa_replication and state=absent",
    )


def _refuse_used_by_now(pages: Pages, label: str) -> None:
    for wire in found_by(read_list(pages, TARGETS, "targets"), {"label": (label,)}, PEER.title):
        _refuse_used(pages, wire)


def _action_label(action: Wire) -> str:
    share = action.get("share")
    return Scope(str(action.get("pool")), str(action.get("project")), str(share) if share else None).label


def _looked_up(plan: Item, path: str, request: Request, *, asn: str | None = None) -> Item:
    """Let a plan write to a path, and look for what it has done in the list; with an ASN, it must be that appliance's."""
    label = request.identity["label"]
    read, judge = _target_results(label), _target_results(label, asn)

    def done(body: Wire | None) -> bool:
        there = read(body or {})
        if there is None or request.absent:
            return there is None and request.absent
        return not PEER.differences(there[PEER.kind], request.wanted)

    def giving(body: Wire) -> Results | None:
        # What was removed is not read.
        return {PEER.kind: None} if request.absent else judge(body)

    steps = (replace(step, path=path, outcome=Seen(TARGETS, done, giving)) for step in plan.steps)
    return replace(plan, steps=tuple(steps))


def _target_results(label: str, asn: str | None = None) -> Callable[[Wire], Results | None]:
    """Results of an answer that has the target alone, or among all; with an ASN, it must still be that appliance's."""

    def results(body: Wire) -> Results | None:
        wire = body.get("target") or _target_labelled(items_in(body, "targets"), label)
        if not isinstance(wire, dict):
            return None
        record = PEER.normalise(wire)
        if is_clear(asn) and is_clear(record["asn"]) and asn and record["asn"] and record["asn"] != asn:
            raise Conflict(
                f"replication target {label} leads to another appliance now, with ASN {record['asn']} instead of {asn}",
                advice="set hostname back, and register the other appliance under a label of its own",
            )
        return {PEER.kind: record}

    return results


PEERS = Peer(PEER, new_names={}, permissions=(), aliases=("name",))
