# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`zfssa_session`: opens a session that several tasks share, and ends it; API reference 1.3."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..client._client import Client
from ..engine._operation import Operation
from ..engine._plan import Item, unchanged
from ..engine._types import Results
from ..values._errors import Busy, InvalidInput, LostReply, ZfssaError


def plan_session(_client: Client, options: Mapping[str, Any]) -> Item:
    """Say what there will be. A session is no configuration, so nothing counts as a change.

    In check mode no session is opened: the token is `None`, and tasks that get it log in for themselves.
    """
    if options["state"] == "absent":
        if not options.get("session"):
            raise InvalidInput(
                "state=absent needs the session to end",
                advice="give its token with session",
            )
        return unchanged({"session": None})
    if not options.get("username") or not options.get("password"):
        raise InvalidInput("to open a session, username and password are needed", advice="give both")
    return unchanged({"session": {"token": None, "username": options["username"], "host": options["host"]}})


def act_on_session(plan: Item, client: Client, options: Mapping[str, Any]) -> Results:
    """Open the session, or end it; one that is over already is not an error."""
    if options["state"] == "absent":
        _end(client, options["session"])
        return plan.after
    token = client.open()
    client.release_token(lasting=bool(options.get("keep")))
    return {"session": {**plan.after["session"], "token": token}}


def _end(client: Client, token: str) -> None:
    try:
        client.end(token, patiently=True)
    except ZfssaError as error:
        if isinstance(error, (Busy, LostReply)):
            error.advice = (
                "run the task again; a session that is still open ends by itself when it has not been used for a while"
            )
        raise error.during("end the session") from None


_SPEC: dict[str, Any] = {
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "keep": {"type": "bool", "default": False},
}
OPERATION = Operation(
    spec=_SPEC,
    plan=plan_session,
    act=act_on_session,
    results=("session",),
    diff=False,
    own_client=True,
    reveals=("session", "token"),
)
