# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sessions that stay open when their task ends, because other tasks share them: somebody must know of them until then."""

from __future__ import annotations

import contextlib
from dataclasses import replace

from ..values._errors import ZfssaError
from ._client import Client
from ._connection import Connection

# Seconds for the answer to the end of a session that nobody will end any more.
PATIENCE = 10.0


class UntilTold:
    """Keeps the sessions of a task until its result has been told: a token that nobody gets can be used, and ended, by nobody."""

    def __init__(self) -> None:
        self._sessions: dict[str, Connection] = {}

    def keep(self, connection: Connection, token: str, *, lasting: bool = False) -> bool:
        """Take a session over."""
        self._sessions[token] = connection
        return True

    def ended(self, token: str) -> None:
        """Forget a session that is over."""
        self._sessions.pop(token, None)

    def end(self) -> None:
        """End all of them. No trouble with it raises."""
        while self._sessions:
            token, connection = self._sessions.popitem()
            end_session(connection, token)


def end_session(connection: Connection, token: str) -> bool:
    """End a session in a conversation of its own, without a thread, as in a process that is about to end.

    Args:
        connection: to its appliance.
        token: of the session.

    Returns:
        Whether it is over.
    """
    brief = replace(connection, session=token, timeout=min(connection.timeout, PATIENCE))
    with contextlib.suppress(ZfssaError, OSError), Client(brief) as client:
        client.end(token)
        return True
    return False
