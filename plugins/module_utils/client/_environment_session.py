# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the token in ZFSSA_SESSION may go: to the appliance that the environment names, from a task without credentials.

A token is as good as a password. A task that names another appliance must not send it there.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from ._proxy import proxy_passwords

_USUAL_PORT = 215


def without_foreign_session(
    given: Mapping[str, Any], options: Mapping[str, Any], *, with_credentials: bool = False
) -> dict[str, Any]:
    """Take the environment's token out of the options of a task that it is not meant for.

    Args:
        given: the options as the user wrote them.
        options: the same, completed from the environment and by defaults.
        with_credentials: whether the token may stay although the task has credentials of its own.
    """
    settled = dict(options)
    if "session" in given or not options.get("session"):
        return settled
    own = bool(given.get("username") or given.get("password"))
    can_log_in = bool(options.get("username") and options.get("password"))
    if not _is_environments(options) or (own and can_log_in and not with_credentials):
        settled["session"] = None
    return settled


def has_session() -> bool:
    """Whether there is a token in the environment."""
    return bool(os.environ.get("ZFSSA_SESSION", "").strip())


def environment_secrets() -> set[str]:
    """The secrets in the environment, whether the task uses them or not."""
    own = {os.environ.get(name, "") for name in ("ZFSSA_PASSWORD", "ZFSSA_SESSION")}
    # What is blank counts as not set, and would hide the space between any two words.
    return {secret for secret in own | proxy_passwords() if secret.strip()}


def _is_environments(options: Mapping[str, Any]) -> bool:
    """Whether the task is for the appliance that the environment names."""
    host = os.environ.get("ZFSSA_HOST", "").strip().lower()
    port = os.environ.get("ZFSSA_PORT", "").strip() or str(_USUAL_PORT)
    return bool(host) and (str(options.get("host")).strip().lower(), str(options.get("port"))) == (host, port)
