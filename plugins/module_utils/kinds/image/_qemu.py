# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs `qemu-img` on what strangers have made: limited, without a name of a file, and never longer than somebody watches it.

A program on the way to it sets the limits: memory, time of the processor, and that no file of this host can be written. The same program
sees to it that it ends with this process, whatever ends that. The image is handed over as an open file, so that no name of it,
however it looks, is ever read as something else, and it is the file that was looked at.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import selectors
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any

from ...values._errors import PlanRefused, ZfssaError

PROGRAM = "qemu-img"
_MEMORY = 2 << 30
_SECONDS_TO_LOOK = 30
# Of the processor, for a transfer: what is compressed takes long.
_SECONDS_PER_GIB = 600
_PATH = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/local/bin", "/usr/bin"))
_PERCENT = re.compile(rb"\(\s*([0-9]+(?:\.[0-9]+)?)/100%\)")
_KEPT = 4000
_PIECE = 1 << 16
# That it tells of any image.
_MOST_TOLD = 4 << 20
# What it says of a target whose list of LUNs has changed.
_DISTURBED = b"UNIT_ATTENTION"
# What it says of a target that it does not see, or on which a LUN is not there for it.
_NOT_SEEN = re.compile(rb"target not found|logical_unit_not_supported|lun not supported", re.IGNORECASE)
_REFUSED = re.compile(rb"authenticat|authoriz|chap", re.IGNORECASE)
# How it calls what it was given.
_GIVEN = re.compile(r"'(?:driver=|json:)[^']*'")
_TICK = 0.5
# Arguments: the parent, memory, seconds, then the program. A file of size 0 is all that may be written.
_LEASH = """
import ctypes, os, resource, signal, sys
try:
    ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)
except (AttributeError, OSError):
    pass
if os.getppid() != int(sys.argv[1]):
    sys.exit(70)
for limit, most in (("RLIMIT_AS", sys.argv[2]), ("RLIMIT_CPU", sys.argv[3]), ("RLIMIT_FSIZE", 0), ("RLIMIT_CORE", 0)):
    resource.setrlimit(getattr(resource, limit), (int(most), int(most)))
os.execv(sys.argv[4], sys.argv[4:])
"""


@dataclass(frozen=True)
class Target:
    """Where an image is written to: a LUN by iSCSI.

    Attributes:
        portal: ADDR:PORT.
        iqn: name of the target.
        number: LU number.
        initiator: the name under which this host logs in.
        user, secret: its CHAP account; empty where the target wants none.
        timeout: seconds that one command may take.
    """

    portal: str
    iqn: str
    number: int
    initiator: str
    user: str = ""
    secret: str = ""
    timeout: int = 60

    def options(self) -> str:
        """It as QEMU's options of a target, `key=value`; the secret is not in it."""
        parts = {"driver": "raw", **{f"file.{key}": value for key, value in self._file().items()}}
        # A comma in a value is doubled.
        return ",".join(f"{key}={value.replace(',', ',,')}" for key, value in parts.items())

    def source(self) -> str:
        """It as QEMU reads from it; the secret is not in it."""
        return _structured({"driver": "raw", "file": self._file()})

    def _file(self) -> dict[str, str]:
        return {
            "driver": "iscsi",
            "transport": "tcp",
            "portal": self.portal,
            "target": self.iqn,
            "lun": str(self.number),
            "initiator-name": self.initiator,
            "timeout": str(self.timeout),
            **({"user": self.user, "password-secret": "chap"} if self.user else {}),
        }


def _structured(options: dict[str, Any]) -> str:
    """Options of QEMU as a name that it reads as such."""
    return f"json:{json.dumps(options)}"


def image_source(descriptor: int, fmt: str) -> str:
    """An open image as QEMU reads it: with its format, and with no backing file, whatever is written in it by then.

    That a backing file is none can be said in this form alone.
    """
    return _structured(
        {"driver": fmt, "backing": None, "file": {"driver": "file", "filename": f"/dev/fd/{descriptor}"}}
    )


def find_program() -> str:
    """Where the program is.

    Raises:
        PlanRefused: it is not on this host.
    """
    found = shutil.which(PROGRAM, path=_PATH)
    if not found:
        raise PlanRefused(
            f"the program {PROGRAM} is not on the host that writes",
            advice="install it there (Debian: qemu-utils and qemu-block-extra; Red Hat: qemu-img and qemu-block-iscsi)",
        )
    return found


class Failed(ZfssaError):
    """The program has ended with a fault, or was ended."""


class Disturbed(Failed):
    """A transfer was broken off because other LUNs came or went on the same target, which QEMU takes for a fault of the disk."""


def look(words: Sequence[str], descriptor: int, accepted: Sequence[int] = (0,)) -> bytes:
    """Run it to look at an image; return what it printed.

    Args:
        words: its arguments.
        descriptor: the open image.
        accepted: statuses that are no fault.

    Raises:
        Failed: it could not, or took too much.
    """
    with _running(words, _SECONDS_TO_LOOK, (descriptor,)) as process:
        printed, errors = _heard(process, 2 * _SECONDS_TO_LOOK)
    if process.returncode not in accepted:
        raise Failed(_reason(process.returncode, errors), advice="the image may be damaged, or hostile")
    return printed


def _heard(process: subprocess.Popen[bytes], seconds: float) -> tuple[bytes, bytes]:
    """What a program prints, and the last that it says of faults, of which an image may make it say any number."""
    printed, faults = _pipes(process)
    kept = {printed: b"", faults: b""}
    deadline = time.monotonic() + seconds
    with selectors.DefaultSelector() as selector:
        for stream in kept:
            selector.register(stream, selectors.EVENT_READ)
        while selector.get_map():
            if time.monotonic() > deadline or len(kept[printed]) > _MOST_TOLD:
                raise Failed(f"{PROGRAM} does not come to an end with the image", advice="the image may be hostile")
            for key, _events in selector.select(_TICK):
                stream = printed if key.fileobj is printed else faults
                piece = os.read(stream.fileno(), _PIECE)
                if not piece:
                    selector.unregister(stream)
                kept[stream] = (kept[stream] + piece)[-_KEPT:] if stream is faults else kept[stream] + piece
    process.wait(seconds)
    return kept[printed], kept[faults]


def transfer(
    words: Sequence[str],
    descriptor: int,
    target: Target,
    *,
    gibibytes: int,
    still: float,
    step: Callable[[float], None],
    accepted: Sequence[int] = (0,),
) -> int:
    """Run it with an image and a LUN, as long as it gets on.

    Args:
        words: its arguments, without `-p` and the object that has the secret.
        descriptor: the open image.
        target: the LUN.
        gibibytes: the size, by which the time of the processor is limited.
        still: seconds for which it may stay at the same percentage.
        step: is called about twice a second with the percentage; what it raises ends the transfer.
        accepted: statuses that are no fault.

    Returns:
        Its status.

    Raises:
        Failed: it failed, or has not got on.
    """
    with contextlib.ExitStack() as stack:
        files, secret = [descriptor], []
        if target.user:
            # A pipe: the secret is in no file, on no command line and in no environment.
            files.append(stack.enter_context(_piped(target.secret)))
            secret = ["--object", f"secret,id=chap,file=/dev/fd/{files[-1]}"]
        whole = [words[0], "-p", *secret, *words[1:]]
        process = stack.enter_context(_running(whole, _SECONDS_TO_LOOK + _SECONDS_PER_GIB * gibibytes, tuple(files)))
        errors = _watch(process, still, step)
    if process.returncode not in accepted and _DISTURBED in errors:
        raise Disturbed(
            _reason(process.returncode, errors), advice="run it again when no LUNs come or go for the host that writes"
        )
    if process.returncode not in accepted:
        raise Failed(_reason(process.returncode, errors), advice=_cure(errors))
    return int(process.returncode)


def _watch(process: subprocess.Popen[bytes], still: float, step: Callable[[float], None]) -> bytes:
    """Follow a transfer to its end; return what it said of faults."""
    printed, faults = _pipes(process)
    pieces = {printed: b"", faults: b""}
    percent, since = 0.0, time.monotonic()
    with selectors.DefaultSelector() as selector:
        for stream in pieces:
            os.set_blocking(stream.fileno(), False)
            selector.register(stream, selectors.EVENT_READ)
        while selector.get_map():
            for key, _events in selector.select(_TICK):
                stream = printed if key.fileobj is printed else faults
                piece = stream.read()
                if piece == b"":
                    selector.unregister(stream)
                pieces[stream] = (pieces[stream] + (piece or b""))[-_KEPT:]
            now = percent_in(pieces[printed])
            if now is not None and now > percent:
                percent, since = now, time.monotonic()
            step(percent)
            if time.monotonic() - since > still:
                raise Failed(
                    f"the transfer stays at {percent:.0f} % for {still:.0f} s: {_last_line(pieces[faults]) or 'no fault was told'}",
                    advice="see that the portal can be reached and the CHAP secret is right, and run it again",
                )
    process.wait()
    return pieces[faults]


def _pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    """What a program prints, and what it says of faults."""
    if process.stdout is None or process.stderr is None:
        raise Failed(f"{PROGRAM} has no output")
    return process.stdout, process.stderr


def percent_in(printed: bytes) -> float | None:
    """The last percentage in what it has drawn; `None` where there is none yet."""
    found = _PERCENT.findall(printed)
    return min(100.0, float(found[-1])) if found else None


@contextlib.contextmanager
def _piped(secret: str) -> Iterator[int]:
    """The reading end of a pipe that holds a secret."""
    reading, writing = os.pipe()
    try:
        try:
            os.write(writing, secret.encode())
        finally:
            os.close(writing)
        yield reading
    finally:
        os.close(reading)


@contextlib.contextmanager
def _running(words: Sequence[str], seconds: int, files: tuple[int, ...]) -> Iterator[subprocess.Popen[bytes]]:
    """The running program; it is killed with all that it has started where this is left early."""
    leash = [sys.executable, "-I", "-S", "-c", _LEASH, str(os.getpid()), str(_MEMORY), str(seconds)]
    process = subprocess.Popen(
        [*leash, find_program(), *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        pass_fds=files,
        env={"PATH": _PATH, "LC_ALL": "C"},
        cwd="/",
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for stream in (process.stdout, process.stderr):
            if stream:
                stream.close()


def _reason(status: int, errors: bytes) -> str:
    if status in (-signal.SIGXCPU, -signal.SIGKILL):
        return f"{PROGRAM} took more time of the processor than an image may, or was killed"
    return f"{PROGRAM} failed: {_last_line(errors) or f'status {status}'}"


def _cure(errors: bytes) -> str:
    """What is to be done about a transfer that has failed."""
    if _NOT_SEEN.search(errors):
        return (
            "see that no LUNs of other hosts are on that target, or give the host that writes a target group of its own"
        )
    if _REFUSED.search(errors):
        return "correct chap_user and chap_secret of the host that writes"
    return "see that the host that writes reaches the portal, and run it again"


def _last_line(errors: bytes) -> str:
    """The last that it says, in which the LUN and the image are called so."""
    lines = errors.decode("utf-8", "replace").strip().splitlines()
    last = lines[-1].removeprefix(f"{PROGRAM}: ") if lines else ""
    return _GIVEN.sub(lambda found: "the LUN" if "iscsi" in found[0] else "the image", last)
