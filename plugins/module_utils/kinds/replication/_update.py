# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`zfssa_replication_update`: an update sent, or cancelled; API reference 10.2."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

from ...engine._operation import Operation
from ...engine._outcome import Seen
from ...engine._plan import Item, Step, Wait, unchanged
from ...engine._read import Reader, unwrap
from ...engine._types import Record, Results
from ...values._errors import Absent, InvalidInput, NotUnderstood, PlanRefused, UpdateFailed
from ...values._names import check_name
from ...values._units import parse_time
from ...values._wire import Wire, brief, clear
from ..pool._pools import require_any_pool, require_pool
from ._route import find_action, find_route
from ._scope import IDLE, action_path
from ._table import ACTION, SUCCESS, record_of

# Present state (idle or not) x wanted -> what to send, and whether to let the running update end before that.
_COMMANDS: dict[tuple[bool, str], tuple[str | None, bool]] = {
    (True, "sent"): ("sendupdate", False),
    (False, "sent"): ("sendupdate", True),
    (True, "cancelled"): (None, False),
    (False, "cancelled"): ("cancelupdate", False),
}
_YEAR = 366 * 24 * 3600
# The option -> its least and its greatest value.
_RANGES = {"max_age": (0, _YEAR), "wait_timeout": (1, _YEAR), "poll_interval": (1, 3600)}
# What to do when an update that was cancelled has not ended in time; it does not go on.
_LATE = {"cancelled": "look on the appliance for the reason, and cancel it again"}
# An update that is over before the first look leaves no trace when it ended in the same second as the one before; then
# the action must have been idle for so many looks.
_QUIET_LOOKS = 3


class ClockedReader(Reader, Protocol):
    """A reader that knows what time it is."""

    @property
    def now(self) -> datetime:
        """The time on the appliance, as far as it is known."""


class Mark:
    """An action as it stood right before a command: what differs from that is the command's doing.

    Args:
        action: its record.
    """

    def __init__(self, action: Record) -> None:
        self.action = action

    def passed_by(self, action: Record) -> bool:
        """Whether an update has left its trace since."""
        return any(action[key] != self.action[key] for key in ("last_try", "last_sync", "last_result"))


def plan_update(reader: ClockedReader, options: Mapping[str, Any]) -> Item:
    """Plan for an action, given by `id` or by what it sends where, and `state`.

    Raises:
        InvalidInput: an option can never be right.
        PlanRefused: there is no such action, or it can send nothing now.
    """
    _check_numbers(options)
    before, label = _read_action(reader, options)
    if before is None and options.get("id"):
        # Which pool it would be in nobody knows.
        require_any_pool(reader)
    elif before is None:
        require_pool(reader, options["pool"])
    if before is None and options["state"] == "cancelled":
        return unchanged({"action": None})
    if before is None:
        raise Absent(f"there is no {label}", advice="make it with zfssa_replication")
    if options["state"] == "sent" and _fresh(before, options.get("max_age"), reader.now):
        return unchanged({"action": before})
    idle = _idles(before, label)
    command, after_the_running = _COMMANDS[idle, options["state"]]
    if command is None:
        return unchanged({"action": before})
    if after_the_running and not options["wait"]:
        raise PlanRefused(
            f"an update of the {label} is running, and another cannot start before it ends",
            advice="set wait to true, or give max_age if the running one is good enough",
        )
    if command == "sendupdate" and before["enabled"] is False:
        raise PlanRefused(f"the {label} is disabled", advice="set enabled to true with zfssa_replication")
    mark = Mark(before)
    waits = (_wait(before["id"], label, _is_idle(label, mark), options),) if after_the_running else ()
    step = _step(mark, label, command, options)
    return Item((step,), {"action": before}, _after(before, command, options), waits)


def _check_numbers(options: Mapping[str, Any]) -> None:
    for option, (least, most) in _RANGES.items():
        value = options.get(option)
        if value is not None and not least <= value <= most:
            raise InvalidInput(f"{option} {value} is out of range", advice=f"give seconds, from {least} to {most}")


def _read_action(reader: Reader, options: Mapping[str, Any]) -> tuple[Record | None, str]:
    """The record of the action that is meant, `None` when it does not exist, and its state, for messages."""
    if options.get("id"):
        body = reader.get(action_path(check_name("id", options["id"])))
        label = f"replication action {options['id']}"
        return None if body is None else _with_id(
            record_of(ACTION, unwrap(body, "action", label)), options["id"]
        ), label
    if not options.get("target"):
        raise InvalidInput(
            "no action is given",
            advice="give id, or pool, project, lun and target",
        )
    route = find_route(reader, options)
    action = find_action(reader, route)
    return None if action is None else _with_id(action, ""), route.label


def _with_id(action: Record, asked: str) -> Record:
    """The record of an action with its id, which its path has where the appliance does not tell it."""
    if not (action["id"] or asked):
        raise NotUnderstood("the appliance does not report the id of the action")
    return {**action, "id": action["id"] or asked}


def _fresh(action: Record, max_age: int | None, now: datetime) -> bool:
    """Whether the last successful update is young enough; of one in the future nobody knows how old it is."""
    last = parse_time(action["last_sync"])
    if max_age is None or last is None:
        return False
    return timedelta(0) <= now - last < timedelta(seconds=max_age)


def _after(before: Record, command: str, options: Mapping[str, Any]) -> Results:
    """The action as it will be; when something happens, and how much of it, only the appliance knows."""
    unknown = dict.fromkeys(
        (
            "state_description",
            "last_sync",
            "last_try",
            "bytes_sent",
            "estimated_size",
            "average_throughput",
        )
    )
    if not options["wait"]:
        state, result = ("sending" if command == "sendupdate" else None), before["last_result"]
    else:
        state, result = IDLE, (SUCCESS if command == "sendupdate" else None)
    return {"action": {**before, **unknown, "state": state, "last_result": result}}


def _step(mark: Mark, label: str, command: str, options: Mapping[str, Any]) -> Step:
    before = mark.action
    path = action_path(before["id"])
    sending = command == "sendupdate"

    def results(body: Wire) -> Results | None:
        wire = body.get("action")
        return {"action": {**record_of(ACTION, wire), "target": before["target"]}} if isinstance(wire, dict) else None

    def done(body: Wire | None) -> bool:
        record = record_of(ACTION, unwrap(body, "action", label)) if body else None
        if record is None:
            return False
        return (not _idles(record, label)) == sending or mark.passed_by(record)

    judge = _is_sent(mark, label) if sending else _is_idle(label, mark)
    return Step(
        verb="send update of" if sending else "cancel update of",
        label=label,
        method="PUT",
        path=f"{path}/{command}",
        body=None,
        outcome=Seen(probe=path, done=done, giving=results),
        wait=_wait(before["id"], label, judge, options) if options["wait"] else None,
    )


def _wait(action_id: str, label: str, done: Callable[[Wire | None], bool], options: Mapping[str, Any]) -> Wait:
    return Wait(
        path=action_path(action_id),
        done=done,
        what=f"the update of the {label}",
        describe=_describe,
        timeout=options["wait_timeout"],
        interval=options["poll_interval"],
        advice=_LATE.get(options["state"]),
    )


def _describe(body: Wire | None) -> str:
    if body is None:
        return "the action is gone"
    action = body.get("action")
    if not isinstance(action, dict):
        return f"no action, but {brief(body)}"
    told = {prop.option: clear(prop.from_wire(action, "")) for prop in ACTION.properties}
    return (
        f"state {told['state']}, {told['bytes_sent']} of {told['estimated_size']} bytes sent, "
        f"last result {told['last_result']}"
    )


def _existing(body: Wire | None, label: str) -> Record:
    if body is None:
        raise UpdateFailed(f"the {label} was removed while its update was waited for", advice="make it again")
    return record_of(ACTION, unwrap(body, "action", label))


def _idles(action: Record, label: str) -> bool:
    """Whether no update of an action is running."""
    if not action["state"]:
        raise NotUnderstood(f"the appliance does not report the state of the {label}")
    return bool(action["state"] == IDLE)


def _is_idle(label: str, mark: Mark) -> Callable[[Wire | None], bool]:
    """A judge that tells whether no update is running, and moves the mark to that moment."""

    def judge(body: Wire | None) -> bool:
        action = _existing(body, label)
        if not _idles(action, label):
            return False
        mark.action = action
        return True

    return judge


def _is_sent(mark: Mark, label: str) -> Callable[[Wire | None], bool]:
    """A judge that tells whether the update that was ordered has ended, and raises unless with success.

    The last result of an earlier update stays while a new one runs, so it counts only when the action has been seen
    busy, or has a new trace (API reference 10.2).
    """
    busy_seen, quiet = False, 0

    def judge(body: Wire | None) -> bool:
        nonlocal busy_seen, quiet
        action = _existing(body, label)
        if not _idles(action, label):
            busy_seen = True
            return False
        if not busy_seen and not mark.passed_by(action):
            quiet += 1
            if quiet < _QUIET_LOOKS:
                return False
        if action["last_result"] != SUCCESS:
            raise UpdateFailed(
                f"the update of the {label} ended with: {action['last_result'] or 'no result'}",
                advice="fix what the appliance reports, look at the logs of both appliances, and send it again",
            )
        return True

    return judge


_SPEC: dict[str, Any] = {
    "state": {"type": "str", "choices": ["sent", "cancelled"], "default": "sent"},
    "id": {"type": "str"},
    "pool": {"type": "str"},
    "project": {"type": "str"},
    "lun": {"type": "str"},
    "target": {"type": "str"},
    "target_pool": {"type": "str"},
    "max_age": {"type": "int"},
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 3600},
    "poll_interval": {"type": "int", "default": 10},
}
_RULES = {
    "required_one_of": [("id", "pool")],
    "mutually_exclusive": [("id", "pool")],
    "required_together": [("pool", "project", "target")],
}
OPERATION = Operation(spec=_SPEC, plan=plan_update, results=("action",), rules=_RULES)
