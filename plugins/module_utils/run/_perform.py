# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A task from its options to its result, whoever runs it: read, plan, apply unless in check mode, report."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, replace
from typing import Any

from ..client._client import ACCESS, Client
from ..client._connection import Connection
from ..engine._plan import Item
from ..engine._preconditions import require
from ..engine._predicted import predicted_by, taken_as_texts
from ..engine._types import Results
from ..values._errors import PlanRefused, ZfssaError
from ..values._given import judged
from ..values._legible import legible_result
from ..values._mask import Mask, masking
from ..values._wire import Unreadable, brief, cleared
from ._task import Task, connection_of, peer_connection_of
from ._unclear import refuse_unclear

# What Ansible goes through in every result that has it, also of a task that failed.
_LOOPED = "results"
_WRITES_SHOWN_FROM = 1
_REQUESTS_SHOWN_FROM = 3

# Method, path and status of requests, in order.
Log = Sequence[tuple[str, str, Any]]
Clients = Callable[[Connection], AbstractContextManager[Client]]


@dataclass(frozen=True)
class Mode:
    """How a task is run: whether it may write, whether it shows differences, how much it tells."""

    check: bool = False
    diff: bool = False
    verbosity: int = 0


class _Logs:
    """The requests of one task; a client may have made others for the items before it.

    Attributes:
        clients: the clients of the task, each with the number of requests that it had made before.
    """

    def __init__(self) -> None:
        self.clients: list[tuple[Client, int]] = []

    def of(self, client: Client) -> Client:
        """Count the requests of a client from now on, and return it."""
        self.clients.append((client, len(client.log)))
        return client

    def all(self) -> Log:
        """The requests of all of them, appliance by appliance."""
        return [request for client, before in self.clients for request in client.log[before:]]


def perform(
    task: Task,
    options: Mapping[str, Any],
    mode: Mode,
    clients: Clients = Client,
    given: Mapping[str, Any] | None = None,
    mask: Mask | None = None,
) -> dict[str, Any]:
    """Do what a task asks for.

    Args:
        task: what the module does.
        options: its options, checked by Ansible.
        mode: how it is run.
        clients: makes a client for a connection; the client is closed, or goes on living, when its context ends.
        given: its options as the user wrote them, where they are known.
        mask: what takes the secrets of these options out, where the caller has made it already.

    Returns:
        The result as Ansible wants it: `changed`, the task's results, and `diff` where one is asked for. When it went
        wrong `failed`, `msg` and `failure`, with the same results as `None`.
    """
    mask = mask or task.mask(options)
    with masking(mask):
        result = _perform(task, options, mode, clients, given)
        if _LOOPED in task.results and result.get(_LOOPED) is None:
            result[_LOOPED] = []
        return legible_result(result, mask.text)


def _perform(
    task: Task, options: Mapping[str, Any], mode: Mode, clients: Clients, given: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Do it, in whatever words."""
    logs = _Logs()
    try:
        notes = judged(task.argument_spec(), given or {})
        judged(task.argument_spec(), {option: options.get(option) for option in task.open_options})
        with ExitStack() as stack:
            client = logs.of(stack.enter_context(clients(connection_of(options))))
            client.peer = (
                logs.of(stack.enter_context(clients(peer_connection_of(options, task.peer)))) if task.peer else None
            )
            began = time.monotonic()
            plan = task.plan(client, options)
            plan = replace(plan, took=time.monotonic() - began)
            refuse_unclear(plan)
            _refuse_hidden(task, plan, options)
            if mode.check:
                require(plan.preconditions, client)
                results = predicted_by(client, plan)
            else:
                results = task.act(plan, client, options)
            doubts: list[Unreadable] = []
            results = task.shown_results(cleared(results, doubts))
            before_it = task.shown_results(cleared(plan.before, []))
    except ZfssaError as error:
        return _failure(task, mode, error, _requests(mode, logs))
    except Exception as error:
        return _unexpected(task, error, logs.all())
    changed = plan.changed and not _all_refused(logs.all())
    if task.told_by_writes and not mode.check:
        changed = changed and bool(_writes(logs.all()))
    before_it = before_it if changed else results
    result: dict[str, Any] = {
        "changed": changed,
        **dict.fromkeys(task.results),
        **results,
        **_requests(mode, logs),
    }
    if mode.check and mode.verbosity >= _WRITES_SHOWN_FROM and plan.steps:
        result["writes"] = [f"{step}: {step.request}" for step in plan.steps]
    warnings = [
        *notes,
        *taken_as_texts(options, results),
        *_unverified(task, options),
        *plan.warnings,
        *(_in_doubt(doubt) for doubt in doubts if doubt.required),
    ]
    if warnings:
        result["warnings"] = list(dict.fromkeys(warnings))
    if task.diff and mode.diff:
        if task.differences is not None:
            result["diff"] = task.differences(plan, results) if changed else []
        else:
            result["diff"] = {
                "before": _shown(before_it),
                "after": _shown({**before_it, **results}),
            }
    return result


def _refuse_hidden(task: Task, plan: Item, options: Mapping[str, Any]) -> None:
    """Refuse what others would go by, when a secret of the task is a part of it and hides it, before anything is written.

    Raises:
        PlanRefused: it is.
    """
    if options.get("state") not in task.legible:
        return
    found = cleared(plan.after, [], as_it_came=True)
    if task.mask(options).value(found) != found:
        raise PlanRefused(
            "a password, or a secret in the environment, is a part of a name that was found and hides it in the results, which "
            "whoever runs this task depends on",
            advice="change that password",
        )


def _unverified(task: Task, options: Mapping[str, Any]) -> list[str]:
    """Say which appliances may be somebody else."""
    peer = [options[task.peer]] if task.peer else []
    return [
        f"Nothing verifies that {connection['host']} is the appliance, because validate_certs is false: whoever answers there gets "
        "the password; give its certificate authority with ca_path."
        for connection in (options, *peer)
        if not connection["validate_certs"]
    ]


def _in_doubt(doubt: Unreadable) -> str:
    """Say of a result that it is missing because nobody understands what the appliance gave after a write."""
    return f"{doubt.what} of {doubt.label} is given as null, because {brief(doubt.raw)} cannot be understood."


def _failure(task: Task, mode: Mode, error: ZfssaError, requests: dict[str, int]) -> dict[str, Any]:
    result: dict[str, Any] = {
        **dict.fromkeys(task.results),
        **task.shown_results(cleared(dict(error.results), [])),
        **requests,
        "failed": True,
        "msg": _sentence(error, rehearsed=mode.check),
        "failure": {**_errors(task), **error.failure()},
        "changed": bool(error.steps_done),
    }
    if mode.verbosity >= _REQUESTS_SHOWN_FROM:
        result["exception"] = traceback.format_exc()
    return result


def _errors(task: Task) -> dict[str, Any]:
    """What the facts of a failure have besides, where a task judges a whole document: its errors, of which there may be none."""
    return {"errors": []} if task.inner else {}


def _sentence(error: ZfssaError, *, rehearsed: bool) -> str:
    """The sentence of a failure; in check mode no task before this one has made what it lacks."""
    said = str(error)
    if not (rehearsed and error.may_be_made):
        return said
    return f"{said.removesuffix('.')}; in check mode this also fails when an earlier task of the play is what makes it."


def _writes(log: Log) -> Log:
    """Those of some requests that were meant to change something; a login is not."""
    return [request for request in log if request[0] != "GET" and request[1] != ACCESS]


def _unexpected(task: Task, error: Exception, log: Log) -> dict[str, Any]:
    """The result of a task that met a fault of this collection; Ansible's keywords hold for it as for any failure."""
    written = [f"{method} {path}" for method, path, status in _writes(log) if status]
    text = f"{type(error).__name__}: {error}"
    return {
        **dict.fromkeys(task.results),
        "failed": True,
        "msg": f"this is a fault of the collection zfssa.storage, please report it with what -vvv shows: {text}",
        "failure": {
            **_errors(task),
            "status": None,
            "fault": None,
            "message": text,
            "request": f"{log[-1][0]} {log[-1][1]}" if log else None,
            "steps_done": written,
        },
        "changed": bool(written),
        "exception": traceback.format_exc(),
    }


def _requests(mode: Mode, logs: _Logs) -> dict[str, int]:
    """How many requests it took. A login counts for no task: the items of a loop may share it."""
    if not logs.clients or mode.verbosity < _REQUESTS_SHOWN_FROM:
        return {}
    return {"requests": sum(path != ACCESS for _method, path, _status in logs.all())}


def _all_refused(log: Log) -> bool:
    """Whether the appliance has refused all writes of a task: where it succeeds all the same, others have done its work."""
    writes = _writes(log)
    return bool(writes) and all(status is not None and 400 <= status < 500 for _method, _path, status in writes)


def _shown(results: Results) -> Any:
    """What a difference shows: the object itself when there is one only."""
    values = list(results.values())
    return (values[0] if len(values) == 1 else results) or {}
