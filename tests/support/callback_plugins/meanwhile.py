"""A callback that makes a request when a task begins, as somebody else would who works at the same time."""

from __future__ import annotations

import json
import os
import ssl
import urllib.request
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: meanwhile
type: notification
short_description: Makes a request when a task begins
description:
  - Makes a request before a task begins. MEANWHILE in the environment has, as JSON, the end of the name of the C(task), which C(nth)
    of these it is, and the C(method), C(url), C(body) and C(headers) of the request, and the C(authority) that is trusted.
  - Without it, nothing is done.
"""


class CallbackModule(CallbackBase):
    """Makes one request in a run. A task is not handed out before its callbacks have ended."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "meanwhile"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        self._order = json.loads(os.environ.get("MEANWHILE", "{}"))
        self._seen = 0

    def v2_playbook_on_task_start(self, task: Any, is_conditional: bool) -> None:
        """Make the request when it is time."""
        if not self._order or not task.get_name().endswith(self._order["task"]):
            return
        self._seen += 1
        if self._seen == self._order["nth"]:
            self._send()

    def _send(self) -> None:
        order = self._order
        request = urllib.request.Request(  # noqa: S310
            order["url"],
            data=json.dumps(order["body"]).encode(),
            headers={**order["headers"], "Content-Type": "application/json"},
            method=order["method"],
        )
        trusted = ssl.create_default_context(cafile=order["authority"])
        with urllib.request.urlopen(request, context=trusted, timeout=30):  # noqa: S310
            pass
