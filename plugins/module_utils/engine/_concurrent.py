# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Carries out a plan for several objects, some of them at the same time."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

from ..values._errors import ZfssaError
from ._apply import carry_out_item
from ._batches import batches
from ._plan import Key
from ._types import Results
from ._unordered import Planned


@dataclass
class Carried:
    """What has become of the items of a plan.

    Attributes:
        finished: the results of those that are done, as the appliance gave them.
        failed: why others are not.
        done: the steps that were carried out, in the order in which they ended.
    """

    finished: dict[Key, Results] = field(default_factory=dict)
    failed: dict[Key, ZfssaError] = field(default_factory=dict)
    done: list[str] = field(default_factory=list)


def apply_concurrently(
    planned: Sequence[Planned],
    client: Any,
    *,
    concurrency: int,
    keep_going: bool,
    report: Callable[[Planned], None],
) -> Carried:
    """Carry out the items of a plan; those that need nothing of each other at the same time.

    Args:
        planned: the items in order.
        client: reads and writes; its session serves all.
        concurrency: how many are carried out at the same time at most.
        keep_going: whether to go on with others when one has failed. What is to be removed stays then: it may be all that is
            left of what should have been made in its place.
        report: is told of each item that is finished and has changed something.

    Returns:
        What has become of them. An item that is neither finished nor failed was not begun.
    """
    carried = Carried()
    for one in planned:
        if one.item.key is not None and not one.item.changed and one.item.reread is None:
            carried.finished[one.item.key] = one.item.after
    with _Workers(client, concurrency) as workers:
        for batch in batches(planned):
            begun = [one for one in batch if not (carried.failed and _destroys(one))]
            # No other removal is begun when one has failed.
            stop_early = not keep_going or any(map(_destroys, begun))
            for one, outcome in workers.results(begun, carried, stop_early=stop_early):
                _note(carried, one, outcome)
                if one.item.changed and not isinstance(outcome, ZfssaError):
                    report(one)
            if carried.failed and not keep_going:
                break
    return carried


def _destroys(one: Planned) -> bool:
    return any(step.method == "DELETE" for step in one.item.steps)


def _note(carried: Carried, one: Planned, outcome: Results | ZfssaError) -> None:
    key = one.item.key
    if key is None:
        return
    if isinstance(outcome, ZfssaError):
        carried.failed[key] = outcome
        carried.done.extend(outcome.steps_done)
    else:
        carried.finished[key] = outcome
        carried.done.extend(str(step) for step in one.item.steps)


class _Workers:
    """Threads with a client each; they are started when there is work for more than one.

    Args:
        client: the client of the task.
        concurrency: how many there are at most.
    """

    def __init__(self, client: Any, concurrency: int) -> None:
        self._client = client
        self._concurrency = concurrency
        self._own = threading.local()
        self._stack = ExitStack()
        self._pool: ThreadPoolExecutor | None = None

    def __enter__(self) -> _Workers:
        return self

    def __exit__(self, *_error: object) -> None:
        # What has not begun never will; what has begun comes to its end, so that nobody is left with the session.
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
        self._stack.close()

    def results(
        self, batch: Sequence[Planned], carried: Carried, *, stop_early: bool
    ) -> Iterator[tuple[Planned, Results | ZfssaError]]:
        """Carry out the items of a batch; give what becomes of each as it ends.

        Args:
            stop_early: whether none is begun any more when one has failed.
        """
        if self._concurrency == 1 or len(batch) == 1:
            for one in batch:
                outcome = _outcome_of(one, self._client, carried)
                yield one, outcome
                if stop_early and isinstance(outcome, ZfssaError):
                    return
            return
        with self._futures(batch, carried) as futures:
            for future in as_completed(futures):
                if future.cancelled():
                    continue
                outcome = future.result()
                if stop_early and isinstance(outcome, ZfssaError):
                    _cancel(futures)
                yield futures[future], outcome

    @contextmanager
    def _futures(
        self, batch: Iterable[Planned], carried: Carried
    ) -> Iterator[dict[Future[Results | ZfssaError], Planned]]:
        if self._pool is None:
            self._pool = ThreadPoolExecutor(self._concurrency)
        # What takes secrets out of texts belongs to the context of the task.
        futures = {self._pool.submit(contextvars.copy_context().run, self._work, one, carried): one for one in batch}
        try:
            yield futures
        finally:
            _cancel(futures)

    def _work(self, one: Planned, carried: Carried) -> Results | ZfssaError:
        if not hasattr(self._own, "client"):
            self._own.client = self._stack.enter_context(self._client.beside())
        return _outcome_of(one, self._own.client, carried)


def _cancel(futures: Iterable[Future[Any]]) -> None:
    for future in futures:
        future.cancel()


def _outcome_of(one: Planned, client: Any, carried: Carried) -> Results | ZfssaError:
    """Carry out an item; return its results, or why it failed."""
    try:
        return carry_out_item(one.item, client, carried.finished)
    except ZfssaError as error:
        return error
