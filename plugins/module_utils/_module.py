# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The life of a module: options in, one engine, one exit.

A module is its documentation and one call of `run()`; everything that modules have in common is here.
"""

from __future__ import annotations

import os
import re
import signal
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from ansible.module_utils.basic import AnsibleModule, missing_required_lib
from ansible.module_utils.common.parameters import env_fallback

from ._apply import apply
from ._client import HAS_REQUESTS, REQUESTS_IMPORT_ERROR, Client, Connection
from ._errors import InvalidInput, ZfssaError
from ._plan import Plan, Results
from ._read import require_references

_HOST = re.compile(r"^[A-Za-z0-9_.:\-]+$")
_REQUESTS_SHOWN_FROM = 3


@dataclass(frozen=True)
class Task:
    """What one module does.

    Attributes:
        spec: its options, without those of the connection.
        plan: reads and plans.
        results: keys of its results, present on every path.
        act: does what is planned; the engine's own way, save for what is no configuration.
        rules: further arguments for `AnsibleModule`, such as `required_if`.
        diff: whether a difference can be shown.
    """

    spec: Mapping[str, Any]
    plan: Callable[[Client, Mapping[str, Any]], Plan]
    results: tuple[str, ...]
    act: Callable[[Plan, Client, Mapping[str, Any]], Results] = lambda plan, client, _options: apply(plan, client)
    rules: Mapping[str, Any] | None = None
    diff: bool = True


def connection_spec() -> dict[str, Any]:
    """The options of the documentation fragment `connection`."""

    def option(name: str, **spec: Any) -> dict[str, Any]:
        return {**spec, "fallback": (env_fallback, [f"ZFSSA_{name.upper()}"])}

    return {
        "host": option("host", type="str", required=True),
        "port": option("port", type="int", default=215),
        "username": option("username", type="str"),
        "password": option("password", type="str", no_log=True),
        "session": option("session", type="str", no_log=True),
        "validate_certs": option("validate_certs", type="bool", default=True),
        "ca_path": option("ca_path", type="path"),
        "timeout": option("timeout", type="int", default=120),
    }


def connection_of(options: Mapping[str, Any]) -> Connection:
    """Make a checked connection of a module's options.

    Raises:
        InvalidInput: one of them can never be right.
    """
    host = str(options["host"]).strip()
    if not _HOST.match(host):
        raise InvalidInput(
            f"host {host!r} is not a host name or address",
            advice="give it without https:// and path",
        )
    if not 0 < options["port"] < 65536:
        raise InvalidInput(f"port {options['port']} is out of range", advice="the appliance's is 215")
    if options["timeout"] < 1:
        raise InvalidInput(f"timeout {options['timeout']} is out of range", advice="give seconds, at least 1")
    ca_path = options.get("ca_path")
    if ca_path and not os.path.exists(ca_path):
        raise InvalidInput(
            f"ca_path {ca_path} does not exist",
            advice="give the file with the certificate authority of the appliance",
        )
    if not options.get("session") and not (options.get("username") and options.get("password")):
        raise InvalidInput(
            f"there is no way to log in to {host}",
            advice="give username and password (or ZFSSA_USERNAME and ZFSSA_PASSWORD), or the token of zfssa_session",
        )
    return Connection(
        host=host,
        port=options["port"],
        username=options.get("username"),
        password=options.get("password"),
        session=options.get("session"),
        validate_certs=options["validate_certs"],
        ca_path=ca_path,
        timeout=float(options["timeout"]),
    )


def run(task: Task) -> NoReturn:
    """Run a module from its options to its exit: read, plan, apply unless in check mode, report."""
    module = AnsibleModule(
        argument_spec={**connection_spec(), **task.spec},
        supports_check_mode=True,
        **dict(task.rules or {}),
    )
    if not HAS_REQUESTS:
        module.fail_json(msg=missing_required_lib("requests"), exception=REQUESTS_IMPORT_ERROR)
    # Whoever ends a task early, by a time limit for one, must not leave its session on the appliance.
    signal.signal(signal.SIGTERM, _end)
    client: Client | None = None
    try:
        with Client(connection_of(module.params)) as client:
            plan = task.plan(client, module.params)
            if module.check_mode:
                require_references(client, plan.references)
                results = plan.after
            else:
                results = task.act(plan, client, module.params)
    except ZfssaError as error:
        _fail(module, task, client, error)
    exit_with: dict[str, Any] = {
        **dict.fromkeys(task.results),
        **results,
        **_requests(module, client),
    }
    if task.diff and module._diff:
        exit_with["diff"] = {
            "before": _shown(plan.before),
            "after": _shown({**plan.before, **results}),
        }
    module.exit_json(changed=plan.changed, **exit_with)


def _fail(module: AnsibleModule, task: Task, client: Client | None, error: ZfssaError) -> NoReturn:
    report: dict[str, Any] = {
        **dict.fromkeys(task.results),
        **_requests(module, client),
        "msg": str(error),
        "failure": error.failure(),
        "changed": bool(error.steps_done),
    }
    if module._verbosity >= _REQUESTS_SHOWN_FROM:
        report["exception"] = traceback.format_exc()
    module.fail_json(**report)


def _requests(module: AnsibleModule, client: Client | None) -> dict[str, int]:
    if client is None or module._verbosity < _REQUESTS_SHOWN_FROM:
        return {}
    return {"requests": len(client.log)}


def _shown(results: Results) -> Any:
    """What a difference shows: the object itself when there is one only."""
    values = list(results.values())
    return (values[0] if len(values) == 1 else results) or {}


def _end(_signal: int, _frame: object) -> NoReturn:
    raise SystemExit(1)
