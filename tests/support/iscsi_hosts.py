"""Hosts that keep a session with a LUN of a lab, and read from it over and over, with qemu's initiator."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import pytest

from zfssa_lab.dataplane.programs import CLIENT_PROGRAMS, SERVER_PROGRAMS, missing

LIMIT = 30
_ABSENT = missing(SERVER_PROGRAMS + CLIENT_PROGRAMS)
needs_data_plane = pytest.mark.skipif(
    bool(_ABSENT),
    reason=f"lacks {_ABSENT}: `make setup-dataplane` installs tgt, libiscsi-bin, qemu-utils and qemu-block-extra",
)


class TurnedAway(Exception):
    """The target does not let the host in, or shows it no such LUN."""


@dataclass(frozen=True)
class Disk:
    """A LUN as one host sees it: what the module `zfssa_lun_mapping` tells, and the secret that only the host knows."""

    initiator: str
    portal: str
    target: str
    number: int
    user: str = ""
    secret: str = ""

    @property
    def _options(self) -> list[str]:
        image = f"driver=iscsi,transport=tcp,portal={self.portal},target={self.target},lun={self.number}"
        image += f",initiator-name={self.initiator}"
        if not self.user:
            return ["--image-opts", image]
        secret = ["--object", f"secret,id=s0,data={self.secret}"]
        return [*secret, "--image-opts", f"{image},user={self.user},password-secret=s0"]

    def program(self) -> list[str]:
        """Return the command that opens the LUN and then does what it reads from its input."""
        return ["qemu-io", *self._options]

    def look(self) -> str:
        """Log in anew and return what the LUN says of itself."""
        account = f"{self.user}%{self.secret}@" if self.user else ""
        url = f"iscsi://{account}{self.portal}/{self.target}/{self.number}"
        done = subprocess.run(
            ["iscsi-inq", "-i", self.initiator, url], capture_output=True, text=True, timeout=LIMIT, check=False
        )
        if done.returncode:
            raise TurnedAway(done.stderr.strip() or done.stdout.strip())
        return done.stdout


class Reader:
    """One session with a LUN, in which the same bytes are read over and over.

    Attributes:
        count: how often they were read, and were right.
        failures: what went wrong.
    """

    def __init__(self, process: subprocess.Popen[str], order: str) -> None:
        self._process = process
        self._order = order
        self._over = threading.Event()
        self._news = threading.Condition()
        self.count = 0
        self.failures: list[str] = []
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def _work(self) -> None:
        while not self._over.is_set():
            said = self._carry_out(self._order)
            with self._news:
                if said is None:
                    return
                self.count += "failed" not in said
                self.failures += [said] if "failed" in said else []
                self._news.notify_all()

    def _carry_out(self, order: str) -> str | None:
        """Give one order and return what comes of it; `None` when the program has been ended."""
        assert self._process.stdin and self._process.stdout
        try:
            print(order, file=self._process.stdin, flush=True)
        except OSError:
            return None
        lines = []
        for line in self._process.stdout:
            lines.append(line.strip())
            # The last line of an order that was carried out, and the only one of others.
            if "ops;" in line or "read failed" in line:
                return " ".join(lines)
        return None

    def more(self, number: int) -> bool:
        """Wait until the bytes have been read some times more; tell whether they were."""
        with self._news:
            goal = self.count + number
            return self._news.wait_for(lambda: self.count >= goal or bool(self.failures), LIMIT) and not self.failures

    def stop(self) -> None:
        """End it, whatever it waits for."""
        self._over.set()
        self._process.kill()
        self._thread.join(LIMIT)
        # What was not written any more when it was killed cannot be written now.
        with suppress(OSError):
            if self._process.stdin:
                self._process.stdin.close()


@contextmanager
def reading(disk: Disk, size: int, pattern: int) -> Iterator[Reader]:
    """Read the first bytes of a LUN in one session, as long as this context lasts; each must have the value given."""
    with subprocess.Popen(
        [disk.program()[0], "-r", *disk.program()[1:]],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        reader = Reader(process, f"read -P {pattern} 0 {size}")
        try:
            yield reader
        finally:
            reader.stop()


def write(disk: Disk, size: int, pattern: int, offset: int = 0) -> None:
    """Fill a part of a LUN with a value, and see that it has arrived."""
    orders = ["-c", f"write -P {pattern} {offset} {size}", "-c", "flush"]
    done = subprocess.run([*disk.program(), *orders], capture_output=True, text=True, timeout=LIMIT, check=False)
    if done.returncode or "failed" in done.stdout + done.stderr:
        raise TurnedAway((done.stdout + done.stderr).strip())
