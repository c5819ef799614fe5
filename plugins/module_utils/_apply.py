# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Carries out a plan: every step once and only once, whatever becomes of its answer."""

from __future__ import annotations

from typing import Protocol

from ._errors import (
    ApplianceError,
    Busy,
    ConfirmRequired,
    LostReply,
    ZfssaError,
)
from ._plan import Plan, Results, Step, Wait
from ._resource import Wire
from ._wait import wait_until


class Answer(Protocol):
    """What a writer gives back."""

    @property
    def body(self) -> Wire:
        """The JSON of the answer, empty when there was none."""


class Writer(Protocol):
    """What is needed of a client to apply a plan."""

    def get(self, path: str, params: dict[str, str] | None = None) -> Wire | None:
        """Read; `None` when the appliance says that it does not exist."""

    def send(self, method: str, path: str, body: Wire | None = None, params: dict[str, str] | None = None) -> Answer:
        """Write."""


def apply(plan: Plan, client: Writer) -> Results:
    """Carry out the steps in order.

    Returns:
        The results as the appliance gave them, under the same keys as predicted.

    Raises:
        ZfssaError: a step failed; `steps_done` names those that had been carried out before it.
    """
    results = dict(plan.after) if not plan.steps else dict(plan.before)
    done: list[str] = []
    try:
        for wait in plan.waits:
            _wait(wait, client)
        for step in plan.steps:
            body = _carry_out(step, client)
            done.append(str(step))
            if step.wait is not None:
                body = _wait(step.wait, client)
            results.update(_results(step, body, client))
    except ZfssaError as error:
        error.steps_done = tuple(done)
        raise
    return results


def _carry_out(step: Step, client: Writer) -> Wire:
    """Send the request of a step; after a lost answer look first, and repeat only what was not done.

    Returns:
        The answer, or what was seen where there was none.
    """
    try:
        return _send(step, client)
    except LostReply as lost:
        # A lost answer is not a lost request.
        seen = client.get(step.probe)
        if step.done(seen):
            return seen or {}
        return _repeat(step, client, lost)
    except ApplianceError as error:
        # An error of the server itself says nothing of how far the work has come.
        if (error.status or 0) >= 500 and not isinstance(error, Busy):
            seen = client.get(step.probe)
            if step.done(seen):
                return seen or {}
        raise error.during(str(step)) from None
    except ZfssaError as error:
        raise error.during(str(step)) from None


def _repeat(step: Step, client: Writer, lost: LostReply) -> Wire:
    """Send a request again of which nothing was to be seen, and look again if that is refused or lost as well.

    The first one may have been under way still, and then the second finds its work done.
    """
    try:
        return _send(step, client)
    except ZfssaError as error:
        seen = client.get(step.probe)
        if step.done(seen):
            return seen or {}
        raise (lost if isinstance(error, LostReply) else error).during(str(step)) from None


def _results(step: Step, body: Wire, client: Writer) -> Results:
    """The results of a step, read anew where its answer does not have them."""
    results = step.results(body)
    if results is None:
        results = step.results(client.get(step.reread or step.probe) or {})
    return results or {}


def _send(step: Step, client: Writer) -> Wire:
    try:
        return client.send(step.method, step.path, step.body).body
    except ConfirmRequired:
        if not step.confirmed:
            raise
        return client.send(step.method, step.path, step.body, {"confirm": "true"}).body


def _wait(wait: Wait, client: Writer) -> Wire:
    state = wait_until(
        lambda: client.get(wait.path),
        wait.done,
        what=wait.what,
        describe=wait.describe,
        timeout=wait.timeout,
        interval=wait.interval,
    )
    return state or {}
