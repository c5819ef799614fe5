"""The command: ready line, refusals, and a clean end."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from zfssa_lab.model.space import POOL_METADATA

LAB = Path(__file__).resolve().parents[2] / "lab" / "zfssa-lab"
PORTS = ["--appliance", "east=127.0.0.1:0", "--appliance", "west=127.0.0.1:0", "--control", "127.0.0.1:0"]
Start = Callable[..., "Running"]


class Running:
    """A lab in a process of its own, and its ready line."""

    def __init__(self, *options: str) -> None:
        environment = {**os.environ, "ZFSSA_LAB_PYTHON": sys.executable}
        self.process = subprocess.Popen(
            [str(LAB), "serve", *PORTS, *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            text=True,
        )
        assert self.process.stdout is not None
        readable, _writable, _failed = select.select([self.process.stdout], [], [], 20)
        assert readable, "no ready line"
        self.ready: Any = json.loads(self.process.stdout.readline())
        self.east = self.ready["appliances"]["east"]

    def call(self, method: str, path: str, body: Any = None, session: str = "") -> requests.Response:
        """Call east, with a password or in a session."""
        with requests.Session() as http:
            http.trust_env = False
            http.verify = self.ready["ca_file"]
            if session:
                http.headers["X-Auth-Session"] = session
            else:
                http.auth = (self.east["username"], self.east["password"])
            return http.request(method, f"{self.east['url']}/api/{path}", json=body, timeout=30)

    def end(self, number: int = signal.SIGTERM) -> tuple[int, str]:
        """Send a signal; return exit status and standard error."""
        self.process.send_signal(number)
        # Half of what the slowest answer of these tests takes.
        _output, errors = self.process.communicate(timeout=30)
        return self.process.returncode, errors


@pytest.fixture
def start() -> Iterator[Start]:
    """Return a function that starts a lab; all are ended after the test."""
    running: list[Running] = []

    def begin(*options: str) -> Running:
        running.append(Running(*options))
        return running[-1]

    yield begin
    for one in running:
        if one.process.poll() is None:
            one.end()


def test_ready_line(start: Start, tmp_path: Path) -> None:
    """The line has all that a client needs, and the options are obeyed."""
    lab = start("--state-dir", str(tmp_path / "s"), "--release", "8.7", "--pool", "p:2g", "--seed", "3")
    assert lab.ready["ready"] is True
    assert lab.ready["ca_file"] == str(tmp_path / "s" / "ca.pem")
    assert set(lab.east) == {"host", "port", "url", "username", "password", "asn", "release", "monitor"}
    assert lab.east["release"] == "8.7"
    assert lab.call("GET", "system/v1/version").json()["version"]["asn"] == lab.east["asn"]
    pools = lab.call("GET", "storage/v1/pools").json()["pools"]
    assert [(one["name"], one["usage"]["total"]) for one in pools] == [("p", (2 << 30) + POOL_METADATA)]
    assert requests.get(lab.ready["control"], timeout=5).status_code == 200


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_clean_end_with_work_in_flight(start: Start, number: int) -> None:
    """A signal ends it at once, whatever is running, and its folder is gone."""
    lab = start("--bandwidth", "1", "--write-latency-ms", "0")
    made = [
        ("POST", "storage/v1/pools/tank/projects/default/luns", {"name": "a", "volsize": "1g"}),
        ("PUT", "storage/v1/pools/tank/projects/default/luns/a/replication", {"inherited": False}),
    ]
    for step in made:
        assert lab.call(*step).status_code < 300
    source = {"pool": "tank", "project": "default", "share": "a", "target": "west", "target_pool": "tank"}
    action = lab.call("POST", "storage/v1/replication/actions", source).json()["action"]["id"]
    assert lab.call("PUT", f"storage/v1/replication/actions/{action}/sendupdate").status_code == 202
    plan = {"action": {"delay_ms": 60000}, "path": "pools"}
    requests.post(lab.ready["control"] + "/faults", json=plan, timeout=5)
    outcome: list[object] = []

    def wait_for_answer() -> None:
        try:
            outcome.append(lab.call("GET", "storage/v1/pools").status_code)
        except requests.RequestException as error:
            outcome.append(error)

    client = threading.Thread(target=wait_for_answer)
    client.start()
    _until(lambda: not requests.get(lab.ready["control"] + "/faults", timeout=5).json()["faults"])
    status, errors = lab.end(number)
    client.join(10)
    assert (status, errors) == (0, "")
    assert isinstance(outcome[0], requests.RequestException)
    assert not Path(lab.ready["ca_file"]).exists()


def _until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_latencies(start: Start) -> None:
    """Reads, writes and logins take as long as they are told to (API reference 14.6)."""
    lab = start("--read-latency-ms", "40", "--write-latency-ms", "80", "--login-ms", "120")
    read = lab.call("GET", "storage/v1/pools").elapsed.total_seconds()
    write = lab.call("POST", "storage/v1/pools/tank/projects", {"name": "p"}).elapsed.total_seconds()
    login = lab.call("POST", "access/v1").elapsed.total_seconds()
    assert read >= 0.16
    assert write >= 0.2
    assert login >= 0.12


def test_end_of_a_session_is_no_write(start: Start) -> None:
    """A session is no configuration, so its end does not take as long as a write."""
    lab = start("--write-latency-ms", "600000")
    token = lab.call("POST", "access/v1").headers["X-Auth-Session"]
    assert lab.call("DELETE", "access/v1", session=token).status_code == 204


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--data-plane", "zfs"], "invalid choice"),
        (["--control", "0.0.0.0:0"], "loopback"),
        (["--appliance", "east"], "NAME=ADDR:PORT"),
        (["--appliance", "a=127.0.0.1:0", "--appliance", "a=127.0.0.1:0"], "given twice"),
        (["--pool", "tank"], "NAME:SIZE"),
        (["--pool", "a b:1t"], "'a b:1t' is not"),
        (["--release", "9"], "invalid choice"),
        (["--bandwidth", "0"], "positive"),
        (["--read-latency-ms", "-5"], "positive"),
    ],
)
def test_bad_command_lines(options: list[str], sentence: str) -> None:
    """A bad option ends with status 2 and a sentence that says why."""
    environment = {**os.environ, "ZFSSA_LAB_PYTHON": sys.executable}
    done = subprocess.run(
        [str(LAB), "serve", *options], capture_output=True, text=True, env=environment, timeout=20, check=False
    )  # fmt: skip
    assert done.returncode == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_taken_port(start: Start) -> None:
    """A port that is in use is told in one line."""
    lab = start()
    environment = {**os.environ, "ZFSSA_LAB_PYTHON": sys.executable}
    taken = f"east=127.0.0.1:{lab.east['port']}"
    done = subprocess.run(
        [str(LAB), "serve", "--appliance", taken, "--control", "127.0.0.1:0"],
        capture_output=True, text=True, env=environment, timeout=20, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.startswith("zfssa-lab: cannot start")


def test_missing_trustme(tmp_path: Path) -> None:
    """Without trustme there is one clear sentence."""
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" -S "$@"\n')
    python.chmod(0o755)
    environment = {**os.environ, "ZFSSA_LAB_PYTHON": str(python)}
    done = subprocess.run([str(LAB), "serve"], capture_output=True, text=True, env=environment, timeout=20, check=False)
    assert done.returncode == 2
    assert "'trustme' is missing" in done.stderr
    assert len(done.stderr.splitlines()) == 1
