"""The checks that `make test` makes side by side: nothing printed is lost, and no failure is overlooked."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tools.checks import side_by_side


def python(text: str, *arguments: str) -> list[str]:
    """Return a command that runs some Python."""
    return [sys.executable, "-c", f"import sys\n{text}", *arguments]


def test_those_that_fail_are_named_and_all_is_printed(capfd: pytest.CaptureFixture[str]) -> None:
    commands = {
        "good": python("print('all is well')"),
        "bad": python("print('out'); print('err', file=sys.stderr); sys.exit(3)"),
    }

    assert side_by_side(commands) == ["bad"]
    assert sorted(capfd.readouterr().out.split("\n")) == ["", "all is well", "err", "out"]


def test_they_run_at_the_same_time(tmp_path: Path) -> None:
    meeting = tmp_path / "meeting"
    os.mkfifo(meeting)
    # Neither end of it can be opened before the other one is.
    commands = {mode: python("open(sys.argv[1], sys.argv[2]).close()", str(meeting), mode) for mode in "rw"}

    assert side_by_side(commands) == []


def test_job_slots_of_another_make_are_not_handed_down(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MAKEFLAGS", "-j --jobserver-auth=3,4")

    assert side_by_side({"one": python("import os; print(os.environ.get('MAKEFLAGS'))")}) == []
    assert capfd.readouterr().out == "None\n"
