# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lets a host that cannot be reached fail the task, in the worker process that is about to run it.

Ansible lets no rescue see a host that is unreachable: it ends the play for it on the spot. Whoever has to undo something
then, cannot. Each task runs in a worker process of its own, so that what is changed in there is changed for this task only.
"""

from __future__ import annotations

import functools
import multiprocessing
from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleConnectionFailure
from ansible.executor.process.worker import WorkerProcess
from ansible.plugins.action import ActionBase


def fail_when_unreachable() -> bool:
    """Turn what is unreachable into what has failed, for the rest of this worker; return whether this is a worker.

    A task that says itself that it ignores what is unreachable goes on to do so.
    """
    if not isinstance(multiprocessing.current_process(), WorkerProcess):
        return False
    original = ActionBase.__init__
    if not hasattr(original, "__wrapped__"):

        @functools.wraps(original)
        def initialise(self: ActionBase, *args: Any, **kwargs: Any) -> None:
            original(self, *args, **kwargs)
            # An action plugin may run others and look after what they cannot reach: only the outermost is heard.
            if not _Depth.inside and not self._task.ignore_unreachable:
                self.run = _failing(self.run)  # type: ignore[method-assign]

        ActionBase.__init__ = initialise  # type: ignore[method-assign]
    return True


class _Depth:
    """Whether an action plugin is running."""

    inside = False


def _failing(run: Callable[..., Any]) -> Callable[..., Any]:
    def run_or_fail(*args: Any, **kwargs: Any) -> Any:
        _Depth.inside = True
        try:
            result = run(*args, **kwargs)
        except AnsibleConnectionFailure as error:
            return {"failed": True, "msg": f"The host cannot be reached: {error}"}
        finally:
            _Depth.inside = False
        if isinstance(result, dict) and result.pop("unreachable", False):
            result["failed"] = True
            result["msg"] = f"The host cannot be reached: {result.get('msg', 'no reason was given')}"
        return result

    return run_or_fail
