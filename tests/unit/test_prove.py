"""The bookkeeping of `make prove`: what a fault is planned for, what is kept of results, and the table."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tools.prove.children import Stopped, kill_all, stopping, wait
from tools.prove.judge import words
from tools.prove.requests import template, wanted
from tools.prove.row import FAILED, PASSED, Row, Verdict, verdict
from tools.prove.store import Store
from tools.prove.sweep import sample
from tools.prove.table import report

# isort: split
from playbooks import Play

ACTION = "9cce12d5-0bbb-4ca2-95f9-be231426f0fb"


def request(path: str, method: str = "GET") -> dict[str, Any]:
    """Return a row of the journal."""
    return {"appliance": "east", "method": method, "path": path, "status": 200}


def test_requests_are_counted_by_what_is_the_same_in_each_run() -> None:
    poll = f"/api/storage/v1/replication/actions/{ACTION}"
    found = wanted([request("/api/a"), request(poll), request(poll), request("/api/a"), request(poll)])

    assert [one.name for one in found] == [
        "east.GET.a#1",
        "east.GET.storage/v1/replication/actions/ACTION#1",
        "east.GET.a#2",
        "east.GET.storage/v1/replication/actions/ACTION#3",
    ]


@pytest.mark.parametrize(
    "path",
    [
        f"/api/storage/v1/replication/actions/{ACTION}/sendupdate",
        "/api/storage/v1/pools/tank/projects/p/luns/zfssa-migration-removing-3d7b94751c55-8c362b77771c711e",
        f"/api/storage/v1/pools/tank/projects/p/luns/a/snapshots/zfssa-migration-{ACTION}",
        "/api/storage/v1/pools/tank/projects/p/luns?depth=1",
    ],
)
def test_fault_hits_the_request_that_it_is_for(path: str) -> None:
    (one,) = wanted([request(path)])

    assert re.search(one.which["path"], path)
    assert not re.search(one.which["path"], f"{path}/x")
    assert ACTION not in template(path)


def test_results_are_kept_for_the_same_tree_only(tmp_path: Path) -> None:
    file = tmp_path / "results.jsonl"
    row = Row("a/1", "a", lambda: Verdict(PASSED))
    Store("one", file).add(row, Verdict(FAILED, "so"), 1.25)
    with file.open("a", encoding="utf-8") as handle:
        handle.write('{"fingerprint": "one", "id": "a/2", "outc')

    assert Store("one", file).results == {"a/1": Verdict(FAILED, "so")}
    assert Store("two", file).results == {}
    assert json.loads(file.read_text(encoding="utf-8").splitlines()[0])["seconds"] == 1.2


def test_table_has_a_line_for_each_group_and_each_failure() -> None:
    rows = [Row(f"{group}/{number}", group, lambda: Verdict(PASSED)) for group in "ab" for number in range(2)]

    shown = report(rows, {"a/0": Verdict(PASSED), "b/1": verdict(["this", "that\nand more", "this"])})

    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in shown.splitlines() if line.startswith("| ")]
    assert cells == [
        ["group", "rows", "passed", "refused", "failed", "not met", "not run"],
        ["a", "2", "1", "0", "0", "0", "1"],
        ["b", "2", "0", "0", "1", "0", "1"],
        ["all", "4", "1", "0", "1", "0", "2"],
    ]
    assert shown.endswith("1 failed:\nb/1: this; that and more")


def test_words_that_nobody_should_read_are_found() -> None:
    failed = {"outcome": "failed", "task": "t", "result": {"msg": "LUN None is not there"}}

    found = words(Play(2, "'x' is undefined", [failed], []))

    assert found == ["it shows 'is undefined'", "a message has 'None': LUN None is not there"]


def test_sample_names_rows_of_the_sweep() -> None:
    assert [row.id.split("/")[1] for row in sample()] == ["unheard", "killed"]


@pytest.fixture
def family() -> Iterator[subprocess.Popen[bytes]]:
    """A process with a child in a session of its own, whose number it prints."""
    child = "import time; time.sleep(600)"
    parent = (
        "import subprocess, sys; "
        f"one = subprocess.Popen([sys.executable, '-c', {child!r}], start_new_session=True); print(one.pid, flush=True); one.wait()"
    )
    with subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE) as process:
        yield process
        process.kill()


def test_killed_run_leaves_no_worker(family: subprocess.Popen[bytes]) -> None:
    assert family.stdout is not None
    child = int(family.stdout.readline())

    kill_all(family.pid)

    assert family.wait(timeout=30) == -9
    deadline = time.monotonic() + 30
    while is_alive(child):
        assert time.monotonic() < deadline


def test_stop_ends_what_is_waited_for(family: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    assert family.stdout is not None
    family.stdout.readline()
    assert wait(family, 30, lambda: True) is False
    monkeypatch.setattr(stopping, "is_set", lambda: True)

    with pytest.raises(Stopped):
        wait(family, 30)

    assert family.returncode == -9


def test_row_whose_process_a_stop_ended_first_says_nothing(
    family: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert family.stdout is not None
    family.stdout.readline()
    family.terminate()
    family.wait(timeout=30)
    # The stop comes only when the process is known to be dead.
    monkeypatch.setattr(stopping, "wait", lambda _seconds: True)

    with pytest.raises(Stopped):
        wait(family, 30)


def is_alive(process: int) -> bool:
    """Tell whether a process runs; one that has ended stays in the table until somebody has waited for it."""
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
