"""Whatever stands in for an appliance and however it spoils an answer: a task ends soon, with one clear sentence or none.

The tests try a fixed sample; `make prove` tries all.
"""

from __future__ import annotations

import json
import os
import ssl
import threading
import time
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from selection import ALL
from spoiling_server import TOKEN, SpoilingServer
from spoilings import Way, ways
from spoilt import QuietLab, checked

from ansible_collections.zfssa.storage.plugins.module_utils.client import _bounds
from ansible_collections.zfssa.storage.plugins.module_utils.client._client import Client, Connection
from ansible_collections.zfssa.storage.plugins.module_utils.run._perform import Mode, perform
from ansible_collections.zfssa.storage.plugins.module_utils.values._legible import legible
from ansible_collections.zfssa.storage.plugins.modules import zfssa_info, zfssa_lun, zfssa_rest
from zfssa_lab.lab import PASSWORD

LUN = {"pool": "tank", "project": "default", "name": "a"}
PATH = "/api/storage/v1/pools/tank/projects/default/luns"
# A second is long for a machine that has nothing else to do, and short for a test.
TIMEOUT = 1.0 if ALL else 0.4
# Of as much as is read at most, so that it comes to that.
HEAVY_TIMEOUT = 20.0 if ALL else TIMEOUT
TASKS: tuple[tuple[Any, Mapping[str, Any]], ...] = (
    (zfssa_lun, {**LUN, "size": "2G"}),
    (zfssa_info, {"gather_subset": ["luns"], "pool": "tank"}),
    (zfssa_rest, {"path": PATH}),
    (zfssa_lun, {**LUN, "state": "absent"}),
)
_ACTING = ("Cc", "Cf", "Cs", "Zl", "Zp")
# Python's own words, which nobody but a programmer understands.
_NOT_FOR_USERS = ("fault of the collection", "Traceback", "object at 0x", "HTTPSConnectionPool", "'NoneType'")


def made() -> QuietLab:
    """Make the lab whose answers are spoilt."""
    lab = QuietLab("8.8")
    lab.call("POST", "storage/v1/pools/tank/projects/default/luns", {"name": "a", "volsize": 1 << 30})
    return lab


LAB = made()
WAYS = [way for way in ways(LAB.page("east", f"{PATH}/a")[1]) if ALL or way.sample]


@pytest.fixture(scope="module")
def server(loopback_tls: ssl.SSLContext) -> Iterator[SpoilingServer]:
    """The server that spoils answers."""
    made = SpoilingServer(loopback_tls, LAB)
    yield made
    made.stop()


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_spoilt_answer(way: Way, server: SpoilingServer, ca_path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if way.heavy and not ALL:
        monkeypatch.setattr(_bounds, "MOST_BYTES", 1 << 20)
    server.spoil(way.stage, way.spoil)
    number = WAYS.index(way)
    tasks = TASKS[:1] if way.stage == "write" else [TASKS[number % len(TASKS)]]
    timeout = HEAVY_TIMEOUT if way.heavy else TIMEOUT
    for module, options in tasks:
        result, told, seconds, memory = attempt(server, ca_path, module, options, timeout)

        # No request is made again that took its time; a write is looked after once more, and the session is closed.
        assert seconds < 3 * _bounds.TIMES * timeout + 10, f"{way.name} held the task for {seconds:.0f} s"
        assert memory < 1536 << 20, f"{way.name} took {memory >> 20} MiB"
        judge(way, result, told)
        if way.name.startswith("endless"):
            sent = [request for request in server.requests if request[0] == way.stage]
            assert len(sent) == len(set(sent)), f"{way.name}: sent again: {server.requests}"


def attempt(
    server: SpoilingServer, ca_path: str, module: Any, options: Mapping[str, Any], timeout: float
) -> tuple[dict[str, Any], list[str], float, int]:
    """Run a task; return its result, what it told meanwhile, how long it took, and by how much the memory grew."""
    told: list[str] = []

    def client(connection: Connection) -> Client:
        here = replace(connection, host="127.0.0.1", port=server.port, ca_path=ca_path, timeout=timeout)
        return Client(here, sleep=lambda _seconds: None, tell=lambda text: told.append(legible(text)))

    before = _peak()
    with Held() as held:
        result = perform(module.TASK, checked(module, json.dumps(options)), Mode(diff=True), client)
    return result, told, held.seconds, _peak(reset=False) - before


class Held:
    """How long something held a task, without the time in which the machine let nobody run.

    Waiting is counted by the ticks of a thread, which stop when the machine does; what computes without letting that
    thread run is counted by the time of the processor.

    Attributes:
        seconds: how long it was, once it is over.
    """

    TICK = 0.05

    def __enter__(self) -> Held:
        self._over, self._ticks = threading.Event(), 0
        self._began = time.process_time()
        self._ticking = threading.Thread(target=self._tick, daemon=True)
        self._ticking.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self._ticking.join()
        self.seconds = max(self._ticks * self.TICK, time.process_time() - self._began)

    def _tick(self) -> None:
        while not self._over.wait(self.TICK):
            self._ticks += 1


def _peak(*, reset: bool = True) -> int:
    """Bytes of memory that this process has had at most since the last reset."""
    if not ALL or not os.access("/proc/self/clear_refs", os.W_OK):
        return 0
    if reset:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    status = Path("/proc/self/status").read_text(encoding="ascii").split("VmHWM:")[1]
    return int(status.split()[0]) << 10


def judge(way: Way, result: dict[str, Any], told: list[str]) -> None:
    """See that what a user reads is a sentence, and what a program reads is JSON."""
    sentences = [*result.get("warnings", []), *told, *([result["msg"]] if result.get("failed") else [])]
    failure = result.get("failure") or {}
    sentences += [str(failure.get(key)) for key in ("message", "fault", "request")]
    for sentence in sentences:
        acting = [one for one in sentence if unicodedata.category(one) in _ACTING]
        assert not acting, f"{way.name}: {acting} in {sentence!r}"
        assert len(sentence) < 3000, f"{way.name}: {len(sentence)} characters"
        assert not [word for word in _NOT_FOR_USERS if word in sentence], f"{way.name}: {sentence}"
    if result.get("failed"):
        assert result["msg"].endswith("."), f"{way.name}: {result['msg']}"
    shown = json.dumps(result, allow_nan=False, ensure_ascii=False)
    shown.encode()
    assert PASSWORD not in shown + str(told), way.name
    assert TOKEN not in shown + str(told), way.name
