"""The process that a run belongs to: which ones have ended for certain, and which ones nobody can tell."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ansible_collections.zfssa.storage.plugins.module_utils.values import _owner
from ansible_collections.zfssa.storage.plugins.module_utils.values._owner import NOBODY, Owner, this_run


def process() -> Owner:
    """This process as an owner, such as its workers see it."""
    return Owner(_owner._controller(), os.getpid(), _owner._started(os.getpid()))


@pytest.fixture
def ended() -> Owner:
    """A process of this controller that has ended."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        owner = Owner(_owner._controller(), child.pid, _owner._started(child.pid))
        assert not owner.has_ended
    return owner


def test_process_that_runs_has_not_ended() -> None:
    assert not process().has_ended


def test_process_that_is_gone_has_ended(ended: Owner) -> None:
    assert ended.has_ended
    assert ended != this_run()


def test_later_process_of_the_same_number_is_another_one() -> None:
    earlier = Owner(_owner._controller(), os.getpid(), "1")

    assert earlier.has_ended


@pytest.mark.parametrize(
    "owner",
    [
        Owner("elsewhere+0b2cf5c6+4026531836", 1, "1"),
        # The same machine, another boot of it or another container on it.
        Owner(_owner._controller().replace("+", "+0"), 1, "1"),
        Owner(_owner._controller(), 0, "-"),
        Owner(_owner._controller(), os.getpid(), "-"),
    ],
)
def test_of_what_cannot_be_seen_from_here_nobody_says_that_it_has_ended(owner: Owner) -> None:
    assert not owner.has_ended


def test_nobody_has_ended_and_is_not_me() -> None:
    assert NOBODY.has_ended
    assert NOBODY != this_run()


def _report(queue: multiprocessing.Queue[Owner]) -> None:
    queue.put(this_run())


def test_workers_of_a_run_have_one_owner() -> None:
    context = multiprocessing.get_context("fork")
    queue: multiprocessing.Queue[Owner] = context.Queue()
    for _count in range(2):
        worker = context.Process(target=_report, args=(queue,))
        worker.start()
        assert queue.get(timeout=30) == process()
        worker.join()


def test_task_that_is_no_worker_has_an_unknown_process() -> None:
    code = f"from {_owner.__name__} import this_run; run = this_run(); print(run.process, run.started, run.has_ended)"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}

    told = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)

    assert told.stdout.split() == ["0", "-", "False"]


def test_without_proc_nobody_is_said_to_have_ended(
    ended: Owner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_owner, "_PROC", tmp_path)

    assert _owner._started(os.getpid()) == "-"
    # The controller has another name now, because what tells boots apart is in there as well.
    assert not ended.has_ended
    assert not Owner(_owner._controller(), ended.process, ended.started).has_ended
    assert not this_run().has_ended


def test_name_of_a_program_may_hold_anything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_owner, "_PROC", tmp_path)
    (tmp_path / "self").mkdir()
    (tmp_path / "self/stat").touch()
    (tmp_path / "7").mkdir()
    fields = " ".join(str(number) for number in range(4, 53))

    (tmp_path / "7/stat").write_text(f"7 (a) b (c)) S {fields}\n", encoding="utf-8")

    # The start is the 22nd field (proc_pid_stat(5)).
    assert _owner._started(7) == "22"
    assert _owner._started(8) == ""


@pytest.mark.parametrize(
    ("owner", "said"),
    [
        (NOBODY, "a run that has ended"),
        (Owner("zebra+0b2cf5c6+40", 12, "99"), "a run on zebra (process 12)"),
        (Owner("zebra", 0, "-"), "a run on zebra"),
    ],
)
def test_owner_in_a_message(owner: Owner, said: str) -> None:
    assert str(owner) == said
