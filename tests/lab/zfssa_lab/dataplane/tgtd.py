"""The tgtd of one appliance: start, commands, end."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

from zfssa_lab.dataplane import leash, programs

_CONTROL = "1"
_START_SECONDS = 10.0
_COMMAND_SECONDS = 20.0
_BUSY_SECONDS = 5.0
_PORT_TRIES = 5


class PlaneError(Exception):
    """The data plane did not do what it was told."""


class PortTaken(PlaneError):
    """tgtd does not listen where it should: it has ended, or taken the standard port instead."""


class Tgtd:
    """A tgtd of one's own at ``portal``; it dies with the thread that made it, at the latest.

    Its socket lies in ``folder`` under ``name``, so other instances and the system's one are not disturbed. Both
    programs run in that folder with relative names: the path of a socket must be short, and tgtadm knows no commas.
    """

    def __init__(self, address: str, folder: Path, name: str) -> None:
        self._folder = folder
        self._socket = f"tgt-{name}"
        self._process: subprocess.Popen[bytes] | None = None
        try:
            self.portal = self._start(address)
        except BaseException:
            self.stop()
            raise

    def _start(self, address: str) -> str:
        for _attempt in range(_PORT_TRIES):
            portal = f"{address}:{_free_port(address)}"
            self._launch(portal)
            try:
                self._wait(portal)
            except PortTaken:
                self._kill()
            else:
                return portal
        raise PlaneError(f"tgtd does not begin to listen on {address}")

    def _launch(self, portal: str) -> None:
        program = programs.find("tgtd") or "tgtd"
        words = [program, "-f", "-t", "2", "-C", _CONTROL, "--iscsi", f"portal={portal}"]
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", leash.__file__, str(os.getpid()), *words],
            cwd=self._folder,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            # A Ctrl-C in the terminal is for the lab, which ends tgtd when the last host is cut off.
            start_new_session=True,
        )

    def _environment(self) -> dict[str, str]:
        return {"PATH": os.environ.get("PATH", os.defpath), "TGT_IPC_SOCKET": self._socket}

    def _wait(self, portal: str) -> None:
        """Wait until tgtd answers; PortTaken when another program was quicker to take the port."""
        deadline = time.monotonic() + _START_SECONDS
        while not self._answers():
            if self._process is None or self._process.poll() is not None:
                raise PortTaken
            if time.monotonic() > deadline:
                raise PlaneError(f"tgtd did not answer within {_START_SECONDS:.0f} s")
            time.sleep(0.005)
        shown = self._tgtadm(("--mode", "portal", "--op", "show"))
        portals = [line.removeprefix("Portal: ").rpartition(",")[0] for line in shown.stdout.split("\n") if line]
        if portals != [portal]:
            raise PortTaken

    def _answers(self) -> bool:
        return self._tgtadm(("--mode", "system", "--op", "show")).returncode == 0

    def _tgtadm(self, words: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
        program = programs.find("tgtadm") or "tgtadm"
        try:
            return subprocess.run(
                [program, "-C", _CONTROL, "--lld", "iscsi", *words],
                cwd=self._folder,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=_COMMAND_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            # The exception would show the words, and a secret may be one of them.
            raise PlaneError("tgtadm hangs") from None

    def run(self, words: tuple[str, ...], what: str) -> None:
        """Run one command of tgtadm; PlaneError says ``what`` failed, never with which words."""
        deadline = time.monotonic() + _BUSY_SECONDS
        while True:
            done = self._tgtadm(words)
            if done.returncode == 0:
                return
            message = done.stderr.strip().removeprefix("tgtadm: ")
            # A unit cannot go while a host's command is on its way through it.
            if "active" not in message or time.monotonic() > deadline:
                raise PlaneError(f"tgt refuses to {what}: {message or f'status {done.returncode}'}")
            time.sleep(0.005)

    def cut_off(self, tid: int, but: frozenset[str], what: str) -> None:
        """End the sessions that a target has with others than some initiators; those of these go on."""
        for connection in self.connections(tid, what):
            if connection["Initiator"] not in but:
                # One that has ended by itself meanwhile is none to complain of.
                place = ("--tid", str(tid), "--sid", connection["Session"], "--cid", connection["Connection"])
                self._tgtadm(("--mode", "conn", "--op", "delete", *place))

    def connections(self, tid: int, what: str) -> list[dict[str, str]]:
        """Return the connections of a target by tgt's words: Session, Connection, Initiator; PlaneError as of `run`."""
        shown = self._tgtadm(("--mode", "conn", "--op", "show", "--tid", str(tid)))
        if shown.returncode:
            raise PlaneError(f"tgt refuses to {what}: {shown.stderr.strip()}")
        return _connections(shown.stdout)

    def stop(self) -> None:
        """End it at once: what hosts wrote is in the files already."""
        self._kill()
        for ending in ("", ".lock"):
            (self._folder / f"{self._socket}.{_CONTROL}{ending}").unlink(missing_ok=True)

    def _kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


def _connections(shown: str) -> list[dict[str, str]]:
    """Return the connections that tgtadm lists, each with its session and its initiator."""
    found: list[dict[str, str]] = []
    session = ""
    for line in shown.splitlines():
        key, _colon, value = line.strip().partition(": ")
        if key == "Session":
            session = value
        elif key == "Connection":
            found.append({"Session": session, "Connection": value})
        elif found:
            found[-1][key] = value
    return [one for one in found if "Initiator" in one]


def _free_port(address: str) -> int:
    with socket.socket() as probe:
        probe.bind((address, 0))
        return int(probe.getsockname()[1])
