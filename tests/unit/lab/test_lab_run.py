"""``zfssa-lab run``: a command with a lab around it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

LAB = Path(__file__).resolve().parents[2] / "lab" / "zfssa-lab"
LOOK = """
import json, os, requests
lab = json.loads(os.environ["ZFSSA_LAB"])
http = requests.Session()
http.trust_env = False
http.verify = os.environ["ZFSSA_CA_PATH"]
http.auth = (os.environ["ZFSSA_USERNAME"], os.environ["ZFSSA_PASSWORD"])
found = http.get(f"https://{os.environ['ZFSSA_HOST']}:{os.environ['ZFSSA_PORT']}/api/system/v1/version").json()
other = http.get(lab["appliances"]["west"]["url"] + "/api/system/v1/version").json()
print(json.dumps([found["version"]["nodename"], other["version"]["nodename"], "ZFSSA_SESSION" in os.environ]))
"""
WAIT = """
import signal, sys
def end(*_told):
    print("told")
    sys.exit(3)
signal.signal(signal.SIGTERM, end)
print("ready")
signal.pause()
"""


def start(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    """Start ``zfssa-lab run``."""
    return subprocess.Popen(
        [str(LAB), "run", *arguments],
        env={**os.environ, "ZFSSA_LAB_PYTHON": sys.executable, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_the_command_finds_the_lab() -> None:
    """The environment leads to the first appliance and, by the ready line, to all; an old session is forgotten."""
    output, errors = start("--", sys.executable, "-c", LOOK, ZFSSA_SESSION="old").communicate(timeout=60)
    assert json.loads(output) == ["east", "west", False], errors


@pytest.mark.parametrize(
    ("command", "status", "message"),
    [
        (["true"], 0, ""),
        (["sh", "-c", "exit 7"], 7, ""),
        (["sh", "-c", "kill -9 $$"], 137, ""),
        (["no-such-command"], 127, "zfssa-lab: there is no command 'no-such-command'.\n"),
        (["/"], 126, "zfssa-lab: cannot run '/': Permission denied.\n"),
    ],
)
def test_status(command: list[str], status: int, message: str) -> None:
    """Its status is the command's, as a shell gives it."""
    process = start("--", *command)
    _output, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (status, message)


def test_a_signal_reaches_the_command(tmp_path: Path) -> None:
    """Who stops the run stops the command, and the lab ends after it."""
    process = start("--state-dir", str(tmp_path), "--", sys.executable, "-uc", WAIT)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGTERM)
    output, _errors = process.communicate(timeout=60)
    assert (process.returncode, output) == (3, "told\n")


def test_a_command_is_wanted() -> None:
    """Without a command there is nothing to run."""
    process = start()
    _output, errors = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "COMMAND" in errors
