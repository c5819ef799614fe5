"""An appliance of the lab, in process, of which one value in the answers is spoilt, and that only notes what is written.

It answers as the lab does, so that a task can be run against it again and again: nothing changes by a write, whose answer is
empty, and what the collection then reads is what was there before.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from types import ModuleType
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.zfssa.storage.plugins.module_utils.client._client import Client, Reply
from ansible_collections.zfssa.storage.plugins.module_utils.run._perform import Mode, perform
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import from_reply
from ansible_collections.zfssa.storage.plugins.module_utils.values._release import Release, parse_release
from zfssa_lab.api.dispatch import Request
from zfssa_lab.clock import ManualClock
from zfssa_lab.lab import PASSWORD, USERNAME, Lab, Settings

Wire = dict[str, Any]
_BASIC = "Basic " + base64.b64encode(f"{USERNAME}:{PASSWORD}".encode()).decode()
_HEADERS = {"authorization": _BASIC, "content-type": "application/json"}
_CONNECTION = {"host": "lab", "username": USERNAME, "password": PASSWORD}


class QuietLab:
    """Two appliances whose time stands still, and the pages that were read since the last change.

    Args:
        release: of both.
    """

    def __init__(self, release: str) -> None:
        self.clock = ManualClock()
        appliances = {"east": "127.0.0.1", "west": "127.0.0.2"}
        self._lab = Lab(Settings(appliances=appliances, release=release), self.clock)
        self._pages: dict[tuple[str, str], tuple[int, Wire, str]] = {}

    def call(self, method: str, path: str, body: Wire | None = None, at: str = "east") -> Wire:
        """Make one call that must succeed; the path stands below /api/."""
        self._pages.clear()
        request = Request(method, f"/api/{path}", _HEADERS, b"" if body is None else json.dumps(body).encode())
        reply = self._lab.exchange(at, request)
        assert reply is not None and reply.status < 300, f"{method} {path}: {reply}"
        return dict(reply.body or {})

    def page(self, at: str, path: str) -> tuple[int, Wire, str]:
        """Read a page: its status, its JSON, and the version of the software."""
        if (at, path) not in self._pages:
            reply = self._lab.exchange(at, Request("GET", path, _HEADERS))
            assert reply is not None
            self._pages[at, path] = (reply.status, reply.body or {}, reply.headers["X-Zfssa-Version"])
        return self._pages[at, path]


@dataclass
class SpoiltAppliance:
    """What a client is to the engine.

    Attributes:
        lab, at: where it is.
        spoil: makes another answer of the path and the JSON of one, which stays as it is.
        writes: methods and paths of the writes that came.
    """

    lab: QuietLab
    at: str
    spoil: Callable[[str, Wire], Wire]
    writes: list[tuple[str, str]] = field(default_factory=list)
    log: list[tuple[str, str, int | None]] = field(default_factory=list)
    peer: Any = None
    _version: str = ""

    @property
    def release_known(self) -> bool:
        """Whether an answer has told the release."""
        return bool(self._version)

    @property
    def release(self) -> Release:
        """The release."""
        return parse_release(self.lab.page(self.at, "/api/access/v1")[2])

    @property
    def now(self) -> datetime:
        """The time."""
        return datetime.now(tz=UTC)

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Wire | None:
        """Read as a client does."""
        status, body, self._version = self.lab.page(self.at, path)
        self.log.append(("GET", path, status))
        if status == 404:
            return None
        if status >= 300:
            raise from_reply(status, body, f"GET {path}")
        return self.spoil(path, body)

    def send(self, method: str, path: str, body: Any = None, params: Mapping[str, str] | None = None) -> Reply:
        """Note a write."""
        self.writes.append((method, path))
        self.log.append((method, path, 202))
        return Reply(202, {}, {})

    def tell(self, text: str) -> None:
        """Nobody listens."""


@dataclass(frozen=True)
class Outcome:
    """What became of a task: its result, and the writes that it made."""

    result: Wire
    writes: tuple[tuple[str, str], ...]

    @property
    def failed(self) -> bool:
        """Whether it failed."""
        return bool(self.result.get("failed"))


@cache
def checked(module: ModuleType, options: str) -> Mapping[str, Any]:
    """Check the options of a module as Ansible does."""
    result = ArgumentSpecValidator(module.TASK.argument_spec()).validate({**_CONNECTION, **json.loads(options)})
    assert not result.error_messages, result.error_messages
    return dict(result.validated_parameters)


def run_spoilt(
    lab: QuietLab,
    module: ModuleType,
    options: Mapping[str, Any],
    spoil: Callable[[str, Wire], Wire],
    *,
    at: str = "east",
    check: bool = False,
) -> Outcome:
    """Run the task of a module against an appliance whose answers are spoilt, and those of its peer, which is host `west`."""
    task = module.TASK
    writes: list[tuple[str, str]] = []

    @contextmanager
    def clients(connection: Any) -> Iterator[Client]:
        client: Any = SpoiltAppliance(lab, "west" if connection.host == "west" else at, spoil, writes)
        yield client

    result = perform(task, checked(module, json.dumps(options)), Mode(check=check, diff=True), clients)
    return Outcome(result, tuple(writes))
