"""A slow appliance: it goes on with a write when nobody waits for the answer any more, and the task ends well all the same.

Creating a LUN takes a real appliance up to 26 s (API reference 14.6), so the default time-out is far above that. Here the
time-out is 1 s and a write takes longer. The module must then look until it sees the work done, and never send it again.
"""

from __future__ import annotations

import re
import time

import pytest
from cases import filled, on_the_way, prepare
from lab_appliances import Lab, Record
from module_runner import MODULES, Bench, ModuleHost
from verbs import VERBS, WITHOUT, Verb, ids

from ansible_collections.zfssa.storage.plugins.module_utils.run._task import connection_spec

LONGEST = 26
DELAY_MS = 1500
# One kind of write of each module, and all that create, change and remove a LUN.
CHOSEN = (
    "create LUN", "change LUN", "rename LUN", "destroy LUN", "create project", "disable service", "create initiator",
    "add initiator", "create target", "create target group", "attach LUN", "create action", "send update",
    "sever package", "register peer", "take snapshot", "destroy snapshot", "define property", "change project",
    "claim LUN", "restore LUN", "create with a document",
)  # fmt: skip
ROWS = [verb for verb in VERBS if verb.name in CHOSEN]


def test_every_module_that_writes_is_here() -> None:
    assert {verb.module for verb in ROWS} == set(MODULES) - WITHOUT


def test_default_timeout_has_room_for_the_slowest_write() -> None:
    assert connection_spec()["timeout"]["default"] >= 4 * LONGEST


@pytest.fixture
def slow(labs: object, module_host: ModuleHost) -> Bench:
    """A bench of the newest release, in the controller's process: the engine that waits is the same both ways."""
    lab: Lab = labs("8.8")  # type: ignore[operator]
    return Bench(lab, module_host, "in-process")


@pytest.mark.parametrize("verb", ROWS, ids=ids)
def test_work_that_is_done_after_the_timeout_is_found_done(verb: Verb, slow: Bench) -> None:
    made = prepare(slow.lab, verb.before)
    on_the_way(slow.lab)
    options = filled(verb.options, made)
    slow.lab.fault({"delay_ms": DELAY_MS}, verb.side or verb.at, method=verb.method, path=verb.path)

    run = slow.change(verb.module, {**options, "timeout": 1}, verb.at)
    late = arrived(slow.lab, verb, run.requests[0]["n"])

    assert run.changed
    assert [row["status"] < 300 for row in late] == [True]
    if verb.repeats:
        assert not slow.change(verb.module, options, verb.at).changed


def arrived(lab: Lab, verb: Verb, since: int) -> list[Record]:
    """Wait until the appliance has gone through all that was sent, and return it."""
    deadline = time.monotonic() + 60
    while True:
        rows = [row for row in lab.journal(since) if row["method"] == verb.method and re.search(verb.path, row["path"])]
        if rows and all(row["t"] for row in rows) and not lab.faults():
            return rows
        assert time.monotonic() < deadline, f"the write never came: {rows}"
