"""Two runs that meet at a LUN and its copy, with their requests interleaved in an order that a test chooses."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from cases import PROJECTS, prepare
from lab_appliances import Lab, Record
from migration_world import add_lun, build, replicate, sever

from ansible_collections.zfssa.storage.plugins.module_utils.client._client import ACCESS, Client, Connection
from ansible_collections.zfssa.storage.plugins.module_utils.run._perform import Mode, perform
from ansible_collections.zfssa.storage.plugins.modules.zfssa_lun_migration import TASK

SECONDS = 60
_BEFORE = {
    "status": "online",
    "initiator_groups": ["ig-app", "ig-db"],
    "target_group": "tg-db",
    "lu_number": None,
    "lu_numbers": {},
    "inherited": False,
}  # fmt: skip


class Run:
    """One task of a run, which waits before each of its requests until it may go on.

    Args:
        lab: the appliances.
        state: what the task asks for.
        options: further options of it.
    """

    def __init__(self, lab: Lab, state: str, **options: Any) -> None:
        self._lab = lab
        self._options = {**asked(lab, state), **options}
        self._permits = threading.Semaphore(0)
        self._events: queue.Queue[str] = queue.Queue()
        self.result: Record = {}
        self.over = False
        threading.Thread(target=self._work, daemon=True).start()
        self._wait()

    def step(self) -> None:
        """Let it make one request, the whole way up to the next one or to the end."""
        if not self.over:
            self._permits.release()
            self._wait()

    def finish(self) -> None:
        """Let it make all the requests that are left."""
        while not self.over:
            self.step()

    def _wait(self) -> None:
        self.over = self._events.get(timeout=SECONDS) == "over"

    def _work(self) -> None:
        try:
            self.result = perform(TASK, self._options, Mode(), self._client)
        finally:
            self._events.put("over")

    @contextmanager
    def _client(self, connection: Connection) -> Iterator[Client]:
        with Client(connection, sleep=lambda _seconds: None) as client:
            vars(client)["_exchange"] = self._gated(client._exchange)
            yield client

    def _gated(self, exchange: Callable[..., Any]) -> Callable[..., Any]:
        def one(method: str, path: str, *arguments: Any, **more: Any) -> Any:
            if path != ACCESS:
                self._events.put("waiting")
                assert self._permits.acquire(timeout=SECONDS), "nobody let the run go on"
            return exchange(method, path, *arguments, **more)

        return one


def asked(lab: Lab, state: str) -> Record:
    """All options of a task, as Ansible would give them."""
    connection = {"validate_certs": True, "timeout": 30, "session": None}
    defaults = {name: rules.get("default") for name, rules in TASK.spec.items()}
    return {
        **defaults,
        **connection,
        **lab.east.connection(),
        "target": {**connection, **lab.west.connection()},
        "state": state,
        "pool": "tank",
        "project": "databases",
        "luns": ["redo-1"],
        "target_pool": "tank",
        "target_project": "databases",
        "peer": "west",
        "before": _BEFORE,
        "source_name": "east",
        "target_name": "west",
    }


def two_sides(lab: Lab) -> str:
    """Make a LUN that is hidden on east, and its hidden copy in its place on west; return the id of the action."""
    lab.reset()
    build(lab)
    add_lun(lab, written=0)
    made = replicate(lab, hidden=True)
    sever(lab, made)
    copy, as_filesystem = (f"{PROJECTS}/{made}/{kind}/redo-1" for kind in ("luns", "filesystems"))
    prepare(
        lab,
        (
            ("west", "PUT", copy, {"status": "offline"}),
            # Old software moves a LUN as if it were a filesystem (API reference 5.1).
            ("west", "PUT", copy if lab.release == "8.8" else as_filesystem, {"project": "databases"}),
            ("west", "DELETE", f"{PROJECTS}/{made}"),
            ("DELETE", f"storage/v1/replication/actions/{made}"),
        ),
    )
    return made
