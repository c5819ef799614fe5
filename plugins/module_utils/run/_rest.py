# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`zfssa_rest`: one raw call; API reference 0.2 and 1.8."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from ..client._client import Client
from ..engine._operation import Operation
from ..engine._outcome import Seen
from ..engine._plan import Item, Step, unchanged
from ..engine._types import Results
from ..values._errors import InvalidInput

METHODS = ("GET", "POST", "PUT", "DELETE")
_PATH = re.compile(r"/api/[^\s?#\\]+")


def plan_call(client: Client, options: Mapping[str, Any]) -> Item:
    """Make a call that only reads; plan one that may write.

    Raises:
        InvalidInput: the path or the body cannot be right.
    """
    method, path = options["method"], options["path"]
    if not _PATH.fullmatch(path) or ".." in unquote(path).split("/"):
        raise InvalidInput(
            f"path {path!r} is no path of the REST API", advice="give it from /api/ on, without the query"
        )
    if options.get("body") is not None and method in ("GET", "DELETE"):
        raise InvalidInput(f"{method} takes no body", advice="leave body out, or put it into query")
    if method == "GET":
        return unchanged(_call(client, options))
    # What such a call does is for the user to know: there is nothing to look after it with.
    step = Step(
        verb=method,
        label=path,
        method=method,
        path=path,
        body=options.get("body"),
        outcome=Seen(probe=path, done=lambda _body: False),
    )
    return Item((step,), {"response": None}, {"response": None})


def act_on_call(plan: Item, client: Client, options: Mapping[str, Any]) -> Results:
    """Make the call, unless planning has made it."""
    return _call(client, options) if plan.changed else plan.after


def _call(client: Client, options: Mapping[str, Any]) -> Results:
    query = {name: _written(value) for name, value in (options.get("query") or {}).items()}
    reply = client.send(options["method"], options["path"], options.get("body"), query)
    return {"response": {"status": reply.status, "body": reply.body}}


def _written(value: Any) -> str:
    """A value as the appliance reads it in a query."""
    return str(value).lower() if isinstance(value, bool) else str(value)


_SPEC: dict[str, Any] = {
    "method": {"type": "str", "choices": list(METHODS), "default": "GET"},
    "path": {"type": "str", "required": True},
    "query": {"type": "dict"},
    "body": {"type": "dict"},
}
OPERATION = Operation(
    spec=_SPEC, plan=plan_call, act=act_on_call, results=("response",), diff=False, open_options=("query", "body")
)
