# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs work to its end even when the task that waits for it is interrupted.

A signal, a time limit of a task or Ctrl-C raises an exception in the main thread, wherever that happens to be. Where it
waits for an answer, the answer is lost with it - and with the answer to a login, the token that alone ends the session.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def unbroken(work: Callable[[], T], patience: float) -> T:
    """Do some work in a thread of its own, out of the way of what interrupts this one.

    Args:
        work: what is to be done. It keeps by itself what must not be lost.
        patience: seconds for which an interruption is held back until the work has ended; a second one is not.

    Returns:
        What the work returns.

    Raises:
        BaseException: what the work raised, or the interruption.
    """
    results: list[T] = []
    errors: list[BaseException] = []
    ended = threading.Event()

    def go() -> None:
        try:
            results.append(work())
        except BaseException as error:
            errors.append(error)
        finally:
            ended.set()

    try:
        threading.Thread(target=go, daemon=True).start()
        # Not join(): of a thread whose join was interrupted Python believes that it has ended.
        ended.wait()
    except BaseException:
        ended.wait(patience)
        raise
    if errors:
        raise errors[0]
    return results[0]
