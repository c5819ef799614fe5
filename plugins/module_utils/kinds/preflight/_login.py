# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether an account may log in, and whether the appliance's software is one that the collection knows: API reference 1.3, 2.1."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Union

from ...client._client import ACCESS
from ...values._errors import NotAuthorized, ZfssaError
from ...values._release import NEWEST, known_release
from ...values._wire import Wire, text
from ._finding import FAILED, UNKNOWN, Verdict, good

VERSION = "/api/system/v1/version"
_YEAR = re.compile(r"(\d{4})\.\d\d\.\d\d\.")
_FIRST_YEAR = 2013
_UPDATE = "update the software of the appliance to OS8"

# Method, path and status of requests, in order.
Log = Sequence[tuple[str, str, Union[int, None]]]  # noqa: UP007 - ansible-test does not know the other form here


def was_let_in(log: Log, error: ZfssaError | None) -> bool:
    """Whether an account has got as far as asking for something, whatever became of that.

    Args:
        log: the requests so far.
        error: what became of the first one, `None` when it succeeded.
    """
    if error is None or isinstance(error, NotAuthorized):
        return True
    granted = any(path == ACCESS and status is not None and 200 <= status < 300 for _method, path, status in log)
    answered = any(path != ACCESS and status not in (None, 401) for _method, path, status in log)
    return granted or answered


def judge_login(user: str | None, error: ZfssaError | None) -> Verdict:
    """Whether the login succeeds.

    Args:
        user: who; `None` with the token of a session.
        error: why it does not; `None` when it does.
    """
    if error is not None:
        return Verdict(FAILED, error.reason, error.advice)
    return good(f"the appliance accepts the login of user {user!r}" if user else "the appliance accepts the session")


def judge_release(version: Wire) -> Verdict:
    """Whether the collection knows the release of the appliance's software.

    Args:
        version: what the appliance tells of itself.
    """
    said = text(version, "version", "the appliance")
    name = text(version, "ak_release", "the appliance") or said
    release = known_release(said)
    if release is not None and release <= NEWEST:
        return good(
            f"its software is {name}, which is supported" if name != said else f"its software is {release} ({said})"
        )
    year = _YEAR.match(said)
    if release is None and year and int(year.group(1)) < _FIRST_YEAR:
        return Verdict(FAILED, f"its software is {said}, which is older than any that has this REST API", _UPDATE)
    if release is not None:
        return Verdict(
            UNKNOWN,
            f"its software is {name}, which is newer than {NEWEST}, the newest that the collection knows",
            "try it with check mode and on something that you can spare first",
        )
    return Verdict(UNKNOWN, f"its software calls itself {said!r}, which no guide lists", "look at it on the appliance")
