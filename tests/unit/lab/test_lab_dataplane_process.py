"""A lab with a data plane as a process: what it leaves behind, and what it says when it cannot start."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import requests
from lab_hosts import needs_tgt

import zfssa_lab.__main__ as command_line
from zfssa_lab.dataplane import programs

LAB = Path(__file__).resolve().parents[2] / "lab" / "zfssa-lab"
PORTS = ["--appliance", "east=127.0.0.1:0", "--appliance", "west=127.0.0.1:0"]
SECONDS = 20


def _begin(state_dir: Path, *options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [str(LAB), "serve", *PORTS, "--data-plane", "files", "--state-dir", str(state_dir), *options],
        env={**os.environ, "ZFSSA_LAB_PYTHON": sys.executable},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _ready(lab: subprocess.Popen[str]) -> Any:
    assert lab.stdout is not None
    return json.loads(lab.stdout.readline())


def _tgtds(folder: Path) -> set[int]:
    """Return the ids of the tgtd processes that run in a folder."""
    found = set()
    for link in Path("/proc").glob("[0-9]*/cwd"):
        try:
            if link.resolve() == folder.resolve() and (link.parent / "comm").read_text() == "tgtd\n":
                found.add(int(link.parent.name))
        except OSError:
            continue
    return found


def _until_gone(folder: Path) -> None:
    """Wait until the kernel has ended them; a parent that is killed cannot wait for its children."""
    deadline = time.monotonic() + SECONDS
    while _tgtds(folder):
        assert time.monotonic() < deadline, "a tgtd outlives its lab"


def _finish(lab: subprocess.Popen[str], number: int) -> str:
    lab.send_signal(number)
    _output, errors = lab.communicate(timeout=SECONDS)
    return errors


def _use(ready: Any) -> None:
    """Make a target and a LUN, so that there is something to clean away."""
    east = ready["appliances"]["east"]
    with requests.Session() as http:
        http.trust_env = False
        http.verify, http.auth = ready["ca_file"], (east["username"], east["password"])
        luns = "storage/v1/pools/tank/projects/default/luns"
        for path, body in (("san/v1/iscsi/targets", {"alias": "t"}), (luns, {"name": "a", "volsize": "1m"})):
            assert http.post(f"{east['url']}/api/{path}", json=body, timeout=SECONDS).status_code == 201


@needs_tgt
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_end_leaves_no_process_and_no_bytes(tmp_path: Path, number: int) -> None:
    """Each appliance had a tgtd and a portal of its own."""
    lab = _begin(tmp_path / "s", "--control", "127.0.0.1:0")
    ready = _ready(lab)
    _use(ready)
    assert len({one["portal"] for one in ready["appliances"].values()}) == 2
    assert len(_tgtds(tmp_path / "s")) == 2
    assert len(list((tmp_path / "s" / "bytes").iterdir())) == 1
    assert _finish(lab, number) == ""
    assert lab.returncode == 0
    assert not _tgtds(tmp_path / "s")
    assert [entry.name for entry in (tmp_path / "s").iterdir()] == ["ca.pem"]


@needs_tgt
def test_a_lab_that_was_killed_does_not_disturb_the_next(tmp_path: Path) -> None:
    """Its tgtds die with it, and what it left in the folder is cleared away."""
    lab = _begin(tmp_path, "--control", "127.0.0.1:0")
    _use(_ready(lab))
    _finish(lab, signal.SIGKILL)
    _until_gone(tmp_path)
    lab = _begin(tmp_path, "--control", "127.0.0.1:0")
    _use(_ready(lab))
    assert len(list((tmp_path / "bytes").iterdir())) == 1
    assert _finish(lab, signal.SIGTERM) == ""


@needs_tgt
def test_failed_start_leaves_nothing(tmp_path: Path) -> None:
    """The control port is taken: no tgtd stays."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        lab = _begin(tmp_path, "--control", f"127.0.0.1:{taken.getsockname()[1]}")
        _output, errors = lab.communicate(timeout=SECONDS)
    assert lab.returncode == 1
    assert "cannot start" in errors
    assert not _tgtds(tmp_path)
    assert not (tmp_path / "bytes").exists()


@needs_tgt
def test_two_labs_cannot_share_a_folder(tmp_path: Path) -> None:
    """The second says so, and the first is not disturbed."""
    first = _begin(tmp_path, "--control", "127.0.0.1:0")
    ready = _ready(first)
    second = _begin(tmp_path, "--control", "127.0.0.1:0")
    _output, errors = second.communicate(timeout=SECONDS)
    assert (second.returncode, "another lab" in errors) == (1, True)
    _use(ready)
    assert _finish(first, signal.SIGTERM) == ""


def test_missing_programs_are_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """One sentence says what is missing and how it is installed, with status 2."""
    monkeypatch.setattr(programs, "find", lambda program: None if program == "tgtadm" else "/bin/true")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(SystemExit) as ended:
        command_line.main(["serve", "--data-plane", "files"])
    assert ended.value.code == 2
    message = capsys.readouterr().err
    assert "needs the program tgtadm and root's rights" in message
    assert "make setup-dataplane" in message
