# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Carries out a plan: every step once and only once, whatever becomes of its answer."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Protocol

from ..client._wait import wait_until
from ..values._errors import (
    ApplianceError,
    Busy,
    CertificateRefused,
    ConfirmRequired,
    LostReply,
    NotFound,
    NotUnderstood,
    ObjectExists,
    PlanRefused,
    Unfinished,
    Unreachable,
    WaitTimeout,
    ZfssaError,
)
from ..values._wire import Wire
from ._plan import Item, Key, Log, Plan, Step, Wait
from ._preconditions import explained, require
from ._relations import Precondition
from ._types import Results

# Seconds without a readable answer after which a wait is given up: a cluster node may take that long to take over.
_PATIENCE = 300.0
# Seconds between two looks whether something was carried out.
_LOOK_INTERVAL = 5.0
_LOOKING = "looking whether it was carried out"


class Answer(Protocol):
    """What a writer gives back."""

    @property
    def body(self) -> Wire:
        """The JSON of the answer, empty when there was none."""


class Writer(Protocol):
    """What is needed of a client to apply a plan."""

    @property
    def log(self) -> Log:
        """The requests so far."""

    def get(self, path: str, params: dict[str, str] | None = None) -> Wire | None:
        """Read; `None` when the appliance says that it does not exist."""

    def send(self, method: str, path: str, body: Wire | None = None, params: dict[str, str] | None = None) -> Answer:
        """Write."""

    def tell(self, text: str) -> None:
        """Tell whoever waits how it goes."""


def apply(plan: Item, client: Writer) -> Results:
    """Carry out a plan: in its own way, or else its steps in order.

    Args:
        plan: what is to be done.
        client: reads and writes.

    Returns:
        The results as the appliance gave them, under the same keys as predicted.

    Raises:
        ZfssaError: a step failed; `steps_done` names those that had been carried out before it.
    """
    done: list[str] = []
    try:
        return _apply(plan, client, done)
    except ZfssaError as error:
        error.steps_done = tuple(done)
        raise


def _apply(plan: Item, client: Writer, done: list[str], *, judged: bool = False) -> Results:
    """Carry out a plan in its own way, or in order; `done` and `judged` as for `apply_in_order`."""
    if plan.carry_out is not None:
        return plan.carry_out(plan, client, done)
    return apply_in_order(plan, client, done, judged=judged)


def apply_in_order(plan: Item, client: Writer, done: list[str], *, judged: bool = False) -> Results:
    """Carry out the steps of a plan in order; arguments and result as for `apply`.

    Args:
        done: gets each step that was carried out.
        judged: whether its preconditions have been looked up already.
    """
    if plan.undo is None:
        return _in_order(plan, client, done, judged=judged)
    began = len(client.log)
    try:
        return _in_order(plan, client, done, judged=judged)
    except ZfssaError as error:
        plan.undo(error, client, client.log[began:], done)
        raise


def _in_order(plan: Item, client: Writer, done: list[str], *, judged: bool) -> Results:
    """Carry out the steps of a plan in order, and leave what is done when one fails."""
    results = dict(plan.after) if not plan.steps else dict(plan.before)
    for wait in plan.waits:
        _wait(wait, client)
    if len(plan.steps) > 1 and not judged:
        require(plan.preconditions, client)
    for planned in plan.steps:
        step = planned if planned.completed is None else planned.completed(results)
        if step.already_satisfied(results):
            continue
        body = _carry_out(step, client)
        done.append(str(step))
        refuse_unmet(step, body, client)
        if step.wait is not None:
            body = _wait(step.wait, client)
        results.update(_results_of(step, body, client))
    return results


def apply_plan(plan: Plan, client: Writer) -> dict[Key, Results]:
    """Carry out the plans for several objects in order.

    Returns:
        The results as the appliance gave them, by the objects that they are about.

    Raises:
        ZfssaError: a step failed; `steps_done` names those that had been carried out before it, and `finished` has the
            results of the objects that were finished.
    """
    finished: dict[Key, Results] = {}
    done: list[str] = []
    for item in plan.items:
        try:
            results = carry_out_item(item, client, finished)
        except ZfssaError as error:
            error.steps_done, error.finished = (*done, *error.steps_done), finished
            raise
        done += map(str, item.steps)
        if item.key is not None:
            finished[item.key] = results
    return finished


def carry_out_item(item: Item, client: Writer, finished: Mapping[Key, Results]) -> Results:
    """Carry out one item of a plan for several objects.

    Args:
        item: what is to be done.
        client: reads and writes.
        finished: the results of the items before it.

    Returns:
        Its results as the appliance gave them.

    Raises:
        ZfssaError: a step failed; `steps_done` names those of this item that had been carried out before it.
    """
    done: list[str] = []
    try:
        results = _apply(_completed(item, finished), client, done, judged=True)
        return results if item.reread is None else {**results, **item.reread(client)}
    except ZfssaError as error:
        error.steps_done = tuple(done)
        raise


def _completed(item: Item, finished: Mapping[Key, Results]) -> Item:
    """An item with all that it sends, where it awaited what the appliance has chosen for those before it."""
    if item.completed is None:
        return item
    whole = item.completed(finished)
    return replace(item, steps=whole.steps, after=whole.after, completed=None)


def _carry_out(step: Step, client: Writer) -> Wire:
    """Send the request of a step; after a lost answer look first, and repeat only what was not done.

    Returns:
        The answer, or what was seen where there was none.
    """
    try:
        return _send_and_look(step, client)
    except ApplianceError as error:
        # What is not found may be with the other node.
        preconditions = (
            (*step.outcome.found_where, *step.preconditions) if isinstance(error, NotFound) else step.preconditions
        )
        raise explained(error, preconditions, client).during(str(step)) from None
    except ZfssaError as error:
        raise error.during(str(step)) from None


def _send_and_look(step: Step, client: Writer) -> Wire:
    try:
        return _send(step, client)
    except Unfinished as lost:
        return _watch(step, client, lost)
    except LostReply as lost:
        # A lost answer is not a lost request.
        seen = _look(step, client, lost)
        return _repeat(step, client, lost) if seen is None else seen
    except ApplianceError as error:
        seen = _look_after(error, step, client)
        if seen is None:
            raise
        return seen


def _watch(step: Step, client: Writer, lost: Unfinished) -> Wire:
    """Look for some time whether a step was carried out whose answer has not ended: a slow appliance may still be at it.

    Returns:
        What was seen when it was.

    Raises:
        Unfinished: it was not, and it is not sent again.
        LostReply: a look failed, so that nobody knows.
    """
    client.tell(f"{lost.reason}; {_LOOKING}")
    try:
        seen = wait_until(
            lambda: _seen(step, client, lost),
            lambda seen: seen is not None,
            what=str(step),
            describe=lambda _seen: "nothing of it",
            timeout=lost.patience,
            interval=_LOOK_INTERVAL,
            tell=client.tell,
        )
    except WaitTimeout:
        lost.reason += ", and a look afterwards did not show that it was done"
        raise lost from None
    return seen or {}


def _look_after(error: ApplianceError, step: Step, client: Writer) -> Wire | None:
    """Look whether all is as wanted in spite of an error.

    Returns:
        What was seen when it is, `None` when it is not.
    """
    if error.repeated or ((error.status or 0) >= 500 and not isinstance(error, Busy)):
        # An error of the server itself says nothing of how far the work has come, and a refusal of what was sent twice may
        # mean that it was done the first time.
        return _look(step, client, error)
    if isinstance(error, (NotFound, ObjectExists)) and step.outcome.conclusive:
        # Somebody else may have had the same request at the same moment.
        try:
            return _look(step, client, error)
        except LostReply:
            return None
    return None


def _repeat(step: Step, client: Writer, lost: LostReply) -> Wire:
    """Send a request again of which nothing was to be seen, and look again if that is refused or lost as well.

    The first one may have been under way still, and then the second finds its work done.
    """
    try:
        return _send(step, client)
    except ZfssaError as error:
        seen = _look(step, client, error)
        if seen is None:
            raise (lost if isinstance(error, LostReply) else error) from None
        return seen


def _look(step: Step, client: Writer, trouble: ZfssaError) -> Wire | None:
    """Look whether a step was carried out in spite of the trouble with its answer.

    Returns:
        What was seen when it was, `None` when it was not.

    Raises:
        LostReply: the look failed as well, so that nobody knows.
    """
    client.tell(f"{trouble.reason}; {_LOOKING}")
    return _seen(step, client, trouble)


def _seen(step: Step, client: Writer, trouble: ZfssaError) -> Wire | None:
    """Look as `_look` does, without a word."""
    try:
        seen = client.get(step.outcome.probe)
        done = step.outcome.reached(seen)
        if done and seen is None:
            for precondition in step.outcome.found_where:
                precondition(client)
    except ZfssaError as error:
        raise LostReply(
            f"{trouble.reason}, and it could not be determined whether it was carried out ({error.reason})",
            status=trouble.status,
            fault=trouble.fault,
            request=trouble.request,
        ) from None
    return (seen or {}) if done else None


def refuse_unmet(step: Step, body: Wire, client: Writer) -> None:
    """Look whether the appliance has done what it has accepted.

    Args:
        step: what was carried out.
        body: its answer.

    Raises:
        PlanRefused: it has not, and one of the step's preconditions says why.
        ZfssaError: it has not.
    """
    if _trouble(step.outcome.unmet, body) is None:
        return
    # An answer may come before all is done, or without it.
    seen = client.get(step.outcome.probe)
    # What others have destroyed meanwhile is not judged here.
    trouble = None if seen is None else _trouble(step.outcome.unmet, seen)
    if trouble is not None and not isinstance(trouble, NotUnderstood):
        require(((str(step), precondition) for precondition in step.preconditions), client)
        raise trouble.during(str(step))


def _trouble(unmet: Callable[[Wire], ZfssaError | None], body: Wire) -> ZfssaError | None:
    """What an answer says against it; where nobody can tell, the appliance is believed that has accepted it."""
    try:
        return unmet(body)
    except NotUnderstood as error:
        return error


def _results_of(step: Step, body: Wire, client: Writer) -> Results:
    """The results of a step, read anew where its answer does not have them."""
    results = step.outcome.results(body)
    if results is None:
        results = step.outcome.results(client.get(step.outcome.reread) or {})
    return results or {}


def _send(step: Step, client: Writer) -> Wire:
    try:
        return client.send(step.method, step.path, step.body).body
    except ConfirmRequired as question:
        # Some releases ask for the sake of what may have come since the plan was made, others before every destruction.
        if step.confirm is None:
            raise
        _judge_anew(step.confirm, question, client)
    # Only who asks knows the parameter: sent unasked, an older release may refuse it (API reference 1.8, 12.8).
    return client.send(step.method, step.path, step.body, {"confirm": "true"}).body


def _judge_anew(confirm: Precondition, question: ConfirmRequired, client: Writer) -> None:
    try:
        confirm(client)
    except PlanRefused as refusal:
        refusal.status, refusal.fault, refusal.request = question.status, question.fault, question.request
        raise


def _wait(wait: Wait, client: Writer) -> Wire:
    """Wait for what a step has begun. It goes on while the appliance cannot be read for a moment, and so does the wait."""
    trouble_since: float | None = None

    def fetch() -> Wire | ZfssaError | None:
        nonlocal trouble_since
        try:
            state = client.get(wait.path)
        except (Unreachable, LostReply, ApplianceError) as error:
            now = time.monotonic()
            trouble_since = now if trouble_since is None else trouble_since
            passing = (error.status or 500) >= 500 and not isinstance(error, CertificateRefused)
            if not passing or now - trouble_since > _PATIENCE:
                raise
            return error
        trouble_since = None
        return state

    try:
        state = wait_until(
            fetch,
            lambda state: not isinstance(state, ZfssaError) and wait.done(state),
            what=wait.what,
            describe=lambda state: state.reason if isinstance(state, ZfssaError) else wait.describe(state),
            timeout=wait.timeout,
            interval=wait.interval,
            tell=client.tell,
        )
    except WaitTimeout as late:
        late.advice = wait.advice or late.advice
        raise
    return state if isinstance(state, dict) else {}
