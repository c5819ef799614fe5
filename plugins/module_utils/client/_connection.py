# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How an appliance is reached, and who takes over the sessions that stay open there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class Connection:
    """How to reach one appliance and who one is there.

    Attributes:
        host: name or address, without scheme and port.
        port: TCP port, 215 on an appliance.
        username, password: credentials; needed unless `session` is given.
        session: token of an open session.
        validate_certs: whether the certificate must verify.
        ca_path: file or folder of certificate authorities; `None` for the system's own.
        timeout: seconds to wait for the answer to one request.
    """

    host: str
    port: int = 215
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    session: str | None = field(default=None, repr=False)
    validate_certs: bool = True
    ca_path: str | None = None
    timeout: float = 120.0

    @property
    def url(self) -> str:
        """The base of every URL."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"https://{host}:{self.port}"


class Keeper(Protocol):
    """Knows the sessions that stay open."""

    def keep(self, connection: Connection, token: str, *, lasting: bool = False) -> bool:
        """Take a session over.

        Args:
            connection: to its appliance.
            token: of the session.
            lasting: whether it is to outlive the run of Ansible.

        Returns:
            Whether it may stay open; if not, its task ends it.
        """

    def ended(self, token: str) -> None:
        """Forget a session that is over."""
