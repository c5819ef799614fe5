"""The legs of the matrix: what each runs, that they run side by side, and that none is lost."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from tools import matrix, tree
from tools.matrix import Leg


@pytest.fixture
def reports(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Let the reports be in a folder of their own, which is returned."""
    monkeypatch.setattr(tree, "REPORTS", tmp_path / "reports")
    monkeypatch.setattr(matrix, "RESULTS", tmp_path / "reports/matrix.json")
    return tmp_path / "reports"


def test_legs_run_side_by_side_and_each_is_written_down_in_its_place(
    reports: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    together = threading.Barrier(2, timeout=30)

    def run_leg(_python: str, name: str, _core: str, beside: Any, common: str) -> Leg:
        together.wait()
        print(f"of {name}{common}", file=beside)
        return Leg(name, "ended", name, failed=name.endswith("newest"))

    monkeypatch.setattr(matrix.os, "cpu_count", lambda: 2)
    monkeypatch.setattr(matrix, "covered", lambda version, *_rest: version == "3.12")
    monkeypatch.setattr(matrix, "shared", lambda version, *_rest: ", python" if version == "3.11" else "")
    monkeypatch.setattr(matrix, "interpreter", lambda version: f"python{version}")
    monkeypatch.setattr(matrix, "run_leg", run_leg)

    assert matrix.legs() == 1

    names = [matrix.name_of(*place) for place in matrix.MATRIX]
    told = json.loads((reports / "matrix.json").read_text(encoding="utf-8"))
    assert [leg["name"] for leg in told] == names
    assert [leg["failed"] for leg in told] == [False, False, True]
    assert sorted(capsys.readouterr().out.split("\n")) == ["", f"of {names[0]}, python", f"of {names[2]}"]


def test_target_beside_the_legs_is_shown_and_written_down_with_them(
    reports: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[list[str]] = []

    def run(command: list[str]) -> tuple[int, str]:
        asked.append(command)
        return 2, "what it says\n"

    monkeypatch.setattr(matrix, "covered", lambda *_place: True)
    monkeypatch.setattr(matrix.checks, "run", run)

    assert matrix.legs("checks") == 1
    assert matrix.report(0) == 1

    (command,) = asked
    assert command[0] == "make" and "checks" in command
    told = json.loads((reports / "matrix.json").read_text(encoding="utf-8"))
    assert (told[-1]["name"], told[-1]["failed"]) == ("make checks", True)
    shown = capsys.readouterr().out
    assert shown.startswith("what it says\n")
    assert "make checks" in shown and "FAILED (make exited with 2)" in shown
    assert shown.endswith("0 passed, 1 failed\n")


@pytest.mark.parametrize(
    ("own", "common"),
    [
        ("py3.11-core2.19.14", ["python", "core", ""]),
        ("py3.13-core2.21.5", ["", "", "python"]),
        ("py3.11-core2.18.1", ["python", "", ""]),
        ("py3.14-core2.1.0", ["", "", ""]),
    ],
)
def test_what_a_leg_has_in_common_with_the_gate(own: str, common: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "leg", lambda: own)

    assert [matrix.shared(*place) for place in matrix.MATRIX] == common


def test_what_is_left_out_for_one_reason_is_run_for_the_other() -> None:
    assert {*matrix.BRIEF_SANITY["python"], *matrix.BRIEF_SANITY["core"]} == set(matrix.BRIEF_SANITY[""])


def test_python_that_is_missing_is_told(reports: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matrix, "covered", lambda *_place: False)
    monkeypatch.setattr(matrix, "interpreter", lambda _version: None)

    assert matrix.legs() == 0

    told = json.loads((reports / "matrix.json").read_text(encoding="utf-8"))
    assert all(leg["result"].startswith("NOT RUN") for leg in told)


@pytest.mark.parametrize("alone", [True, False])
def test_leg_alone_runs_all_sanity_tests_and_one_of_several_those_that_can_differ(
    alone: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands: list[list[str]] = []

    def run(command: list[str], **more: Any) -> subprocess.CompletedProcess[str]:
        assert (more["env"]["ZFSSA_TESTS"], more["env"]["ZFSSA_TESTS_SHARED"]) == ("few", "")
        commands.append(command[1:])
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(matrix.subprocess, "run", run)

    assert not matrix.run_leg("python", "a", "2.18", None if alone else sys.stdout).failed

    _setup, sanity, pytest_run = commands
    words = [word for test in matrix.BRIEF_SANITY[""] for word in ("--test", test)]
    assert sanity == ["-m", "tools.sanity", *([] if alone else words)]
    assert f"--workers={2 if alone else 1}" in pytest_run


def test_stage_that_fails_ends_the_leg(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        matrix.subprocess,
        "run",
        lambda command, **_more: subprocess.CompletedProcess(command, int("tools.sanity" in command)),
    )

    done = matrix.run_leg("python", "a", "2.18")

    assert done.failed and done.result == "FAILED in sanity"
