"""A callback that writes the result of every task, as JSON, into a file."""

from __future__ import annotations

import json
import os
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: record
type: notification
short_description: Writes results of tasks into a file
description: Writes the result of every task as a line of JSON into the file that RECORD_FILE in the environment names.
"""


class CallbackModule(CallbackBase):
    """Writes one line per result of a host."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "record"
    CALLBACK_NEEDS_ENABLED = True

    def _write(self, outcome: str, result: Any) -> None:
        # Attributes without underscore came with ansible-core 2.19.
        values = getattr(result, "result", None)
        task = getattr(result, "task", None)
        line = {
            "outcome": outcome,
            "task": (task if task is not None else result._task).get_name(),
            "result": dict(values if values is not None else result._result),
        }
        with open(os.environ["RECORD_FILE"], "a", encoding="utf-8") as file:
            file.write(json.dumps(line, default=str) + "\n")

    def v2_runner_on_ok(self, result: Any) -> None:
        """Write a success."""
        self._write("ok", result)

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        """Write a failure."""
        self._write("ignored" if ignore_errors else "failed", result)

    def v2_runner_on_unreachable(self, result: Any) -> None:
        """Write that a host could not be reached."""
        self._write("unreachable", result)

    def v2_runner_on_skipped(self, result: Any) -> None:
        """Write that a task was not needed."""
        self._write("skipped", result)
