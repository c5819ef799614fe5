# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`zfssa_replication_target`: a peer that replication can send to; API reference 10.1."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from ...engine._outcome import Seen
from ...engine._plan import Plan, Step, unchanged
from ...engine._read import Reader, items_in, read_list
from ...engine._types import Identity, Pages, Record, Results
from ...values._errors import Conflict, Incomplete, InvalidInput, PlanRefused
from ...values._names import segment, shown
from ...values._wire import Wire, count, found_by, is_clear, label_of, text
from ._table import ACTION, ACTIONS, PEER, TARGETS, Scope, known_as

_CERTIFICATE = ("host_match", "auto_accept_cert")


def plan_target(reader: Reader, options: Mapping[str, Any]) -> Plan:
    """Plan for `label`, `hostname`, `root_password`, `host_match`, `auto_accept_cert` and `state`.

    Raises:
        InvalidInput: an option can never be right on this release, or one is missing that registering takes.
        PlanRefused: actions use what is to go, or the peer is registered under another label.
    """
    identity = PEER.identity(options)
    wanted = PEER.wanted(options)
    # The list, because only some releases take a label in the path.
    targets = read_list(reader, TARGETS, "targets")
    found = found_by(targets, {"label": (identity["label"],)}, PEER.title)
    wire = found[0] if found else None
    if options["state"] == "absent":
        if wire is None:
            return unchanged({"target": None})
        _refuse_used(reader, wire)
        return _plan_removal(identity["label"], _path_of(reader, wire), wire)
    _check_release(reader, wanted)
    if wire is None:
        _refuse_second_label(targets, wanted.get("hostname"))
        return _plan_create(identity, wanted)
    return _plan_update(identity, _path_of(reader, wire), wire, wanted)


def _find(targets: list[Wire], label: str) -> Wire | None:
    return next((wire for wire in targets if wire.get("label") == label), None)


def _path_of(reader: Reader, wire: Wire) -> str:
    """Path of a target that exists; old releases know it by its number (API reference 10.1)."""
    key = "label" if reader.release.has("targets_by_label") else "target"
    name = text(wire, key, label_of(wire, PEER.title)) or wire["label"]
    return f"{TARGETS}/{segment(name)}"


def _check_release(reader: Reader, wanted: Record) -> None:
    given = [option for option in _CERTIFICATE if option in wanted]
    if given and not reader.release.has("target_certificates"):
        raise InvalidInput(
            f"{' and '.join(given)} cannot be set: this appliance's software does not look at the peer's certificate",
            advice="leave it out, or update the appliance to OS8.8",
        )


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
    """Guard against the removal of a target that actions use (API reference 13)."""
    label = label_of(wire, PEER.title)
    told = None if wire.get("actions") is None else count(wire, "actions", label)
    if told == 0:
        return
    users = [_action_label(action) for action in _actions_to(pages, wire)]
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


def _actions_to(pages: Pages, wire: Wire) -> list[Wire]:
    return found_by(read_list(pages, ACTIONS, "actions"), {"target": known_as(wire)}, ACTION.title)


def _action_label(action: Wire) -> str:
    share = action.get("share")
    return Scope(str(action.get("pool")), str(action.get("project")), str(share) if share else None).label


def _plan_create(identity: Identity, wanted: Record) -> Plan:
    label = PEER.label(identity)
    missing = [option for option in PEER.required_to_create if option not in wanted]
    if missing:
        raise Incomplete(
            f"{label} does not exist, and to register it {' and '.join(missing)} is missing", advice="add it"
        )
    step = Step(
        verb="register",
        label=label,
        method="POST",
        path=TARGETS,
        body={"label": identity["label"], **PEER.payload(wanted)},
        outcome=Seen(probe=TARGETS, done=_has(identity["label"], wanted), giving=_results(identity["label"])),
    )
    after = PEER.predict(None, {**identity, **wanted})
    return Plan((step,), {"target": None}, {"target": after})


def _plan_update(identity: Identity, path: str, wire: Wire, wanted: Record) -> Plan:
    current = PEER.normalise(wire)
    changes = PEER.differences(current, wanted)
    if not changes:
        return unchanged({"target": current})
    step = Step(
        verb="update",
        label=f"{PEER.label(identity)} ({', '.join(changes)})",
        method="PUT",
        path=path,
        body=PEER.payload(changes),
        outcome=Seen(
            probe=TARGETS, done=_has(identity["label"], changes), giving=_results(identity["label"], current["asn"])
        ),
    )
    return Plan((step,), {"target": current}, {"target": PEER.predict(current, changes)})


def _plan_removal(label: str, path: str, wire: Wire) -> Plan:
    step = Step(
        verb="remove",
        label=f"{PEER.title} {label}",
        method="DELETE",
        path=path,
        body=None,
        outcome=Seen(
            probe=TARGETS,
            done=lambda body: _find(items_in(body, "targets"), label) is None,
            giving=lambda _body: {"target": None},
        ),
        confirm=partial(_refuse_used_by_now, label=label),
    )
    return Plan((step,), {"target": PEER.normalise(wire)}, {"target": None})


def _has(label: str, wanted: Record) -> Callable[[Wire | None], bool]:
    def done(body: Wire | None) -> bool:
        wire = _find(items_in(body, "targets"), label)
        return wire is not None and not PEER.differences(PEER.normalise(wire), wanted)

    return done


def _results(label: str, asn: str | None = None) -> Callable[[Wire], Results | None]:
    """Results of an answer that has the target alone, or among all; with an ASN, it must still be that appliance's."""

    def results(body: Wire) -> Results | None:
        wire = body.get("target") or _find(items_in(body, "targets"), label)
        if not isinstance(wire, dict):
            return None
        record = PEER.normalise(wire)
        if is_clear(asn) and is_clear(record["asn"]) and asn and record["asn"] and record["asn"] != asn:
            raise Conflict(
                f"replication target {label} leads to another appliance now, with ASN {record['asn']} instead of {asn}",
                advice="set hostname back, and register the other appliance under a label of its own",
            )
        return {"target": record}

    return results
