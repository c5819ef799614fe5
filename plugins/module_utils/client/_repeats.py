# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a request may be made once more, and after how long: only where repeating is safe."""

from __future__ import annotations

import random

from ..values._errors import ApplianceError, Busy, LostReply, Unfinished, Unreachable, ZfssaError

MOST_TRIES = 5
_TRIES = 3
FIRST_PAUSE = 0.5


def tries(error: ZfssaError, harmless: bool) -> int:
    """How often a request may be made in all that has met this error.

    Args:
        error: what became of it.
        harmless: whether it changes nothing, however often it is carried out.
    """
    if isinstance(error, Busy):
        return MOST_TRIES
    if isinstance(error, Unreachable):
        return _TRIES if error.fleeting else 1
    if isinstance(error, Unfinished):
        # It would hold the task, or fill the memory, once more.
        return 1
    answerless = isinstance(error, LostReply) or (isinstance(error, ApplianceError) and (error.status or 0) >= 500)
    return _TRIES if harmless and answerless else 1


def pause(attempt: int) -> float:
    """Seconds before the next try; they grow, and differ a little, so that many clients do not come back at once.

    Args:
        attempt: how many there were.
    """
    return FIRST_PAUSE * float(2 ** (attempt - 1)) * random.uniform(0.75, 1.25)  # noqa: S311
