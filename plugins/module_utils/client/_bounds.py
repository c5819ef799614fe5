# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long an answer may take, and how large it may be, whoever sends it.

The time-out of a socket bounds one read. An answer of many small ones, or a line of its header without an end, would hold a task
for as long as it lasts, so each read here has no more time than the whole answer has left.
"""

from __future__ import annotations

import contextlib
import io
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse, LineTooLong
from typing import Any

# An answer may take this many times as long as may pass without a byte of it.
TIMES = 5
# Bytes of an answer, as they come and once more when they are decompressed.
MOST_BYTES = 256 << 20
# What decompresses both of what is asked for: gzip, and deflate with the header of zlib.
_EITHER = 32 + zlib.MAX_WBITS
ENCODINGS = "gzip, deflate"
_PIECE = 1 << 18


class TookTooLong(Exception):
    """The answer has not ended in the time that it has."""


class TooLarge(Exception):
    """The answer has more bytes than anybody can want; the text says what of it, if it is not the whole."""


class NotConnected(Exception):
    """No connection came about in time, so that nothing was sent.

    Args:
        by_proxy: whether a proxy was to make it.
    """

    def __init__(self, by_proxy: bool) -> None:
        super().__init__()
        self.by_proxy = by_proxy


class NotDecoded(Exception):
    """The body is not compressed as its header says."""


@dataclass
class Bounds:
    """The end of the answer that is waited for; the connections of one client share it.

    Attributes:
        clock: tells the time in seconds.
        ends: when the answer must have ended.
    """

    clock: Callable[[], float] = time.monotonic
    ends: float = 0.0

    def begin(self, timeout: float) -> None:
        """Set the end for the next request.

        Args:
            timeout: seconds that may pass without a byte.
        """
        self.ends = self.clock() + TIMES * timeout


class _Received(io.RawIOBase):
    """What comes of one answer, read no longer and no more than it may take.

    Args:
        raw: the stream of the socket.
        sock: the socket, whose time-out is that of one read.
        bounds: when the answer must have ended.
    """

    def __init__(self, raw: Any, sock: Any, bounds: Bounds) -> None:
        super().__init__()
        self._raw, self._sock = raw, sock
        self._clock, self._ends = bounds.clock, bounds.ends
        self._patience: float | None = sock.gettimeout()
        self._count = 0

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int | None:
        """Read once, as long as there is time."""
        left = self._ends - self._clock()
        if left <= 0:
            raise TookTooLong
        self._sock.settimeout(left if self._patience is None else min(self._patience, left))
        try:
            count: int | None = self._raw.readinto(buffer)
        except TimeoutError:
            if self._clock() >= self._ends:
                raise TookTooLong from None
            raise
        self._count += count or 0
        if self._count > MOST_BYTES:
            raise TooLarge
        return count

    def close(self) -> None:
        """Leave the socket to the next request as it was."""
        if not self.closed:
            with contextlib.suppress(OSError):
                self._sock.settimeout(self._patience)
            self._raw.close()
        super().close()


class _Answer(HTTPResponse):
    """An answer, or that of a proxy, which is read within bounds from its first byte on."""

    def __init__(self, bounds: Bounds, sock: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        stream: Any = self.fp
        self.fp = io.BufferedReader(_Received(stream.detach(), sock, bounds))

    def begin(self) -> None:
        """Read the header; whatever Python makes of a senseless one, it is no answer."""
        try:
            super().begin()
        except LineTooLong:
            raise TooLarge("has a header line without an end") from None
        except HTTPException as error:
            # Python has no class of its own for a header of too many lines.
            if error.__class__ is HTTPException:
                raise TooLarge("has a header without an end") from None
            raise
        except (OSError, TookTooLong, TooLarge):
            raise
        except Exception as error:
            raise HTTPException(f"senseless header: {error}") from error


def bounded(pools: Any, bounds: Bounds) -> None:
    """Let a pool manager of urllib3 make connections whose answers are bounded.

    Args:
        pools: the manager, of a proxy perhaps.
        bounds: of the answers.
    """
    pool_class: Any = pools.pool_classes_by_scheme["https"]

    def answer(*args: Any, **kwargs: Any) -> _Answer:
        return _Answer(bounds, *args, **kwargs)

    class Connection(pool_class.ConnectionCls):  # type: ignore[misc]
        """A connection with bounds."""

        response_class = staticmethod(answer)

        def connect(self) -> None:
            """Connect; what is read before that is the answer of a proxy, and what TLS begins with."""
            try:
                super().connect()
            except (TookTooLong, TooLarge, TimeoutError):
                raise NotConnected(bool(getattr(self, "_tunnel_host", None))) from None

    class Pool(pool_class):  # type: ignore[misc]
        """Connections with bounds."""

        ConnectionCls = Connection

    pools.pool_classes_by_scheme = {**pools.pool_classes_by_scheme, "https": Pool}


def read_body(raw: Any, encoding: str) -> bytearray:
    """Read the body of an answer in pieces, and decompress it.

    Args:
        raw: the answer of urllib3.
        encoding: what its header says of compression.

    Raises:
        TookTooLong, TooLarge: it goes beyond the bounds.
        NotDecoded: it is not compressed as its header says.
        Exception: of urllib3, or of what it is made of.
    """
    body = bytearray()
    add = _adder(body, encoding.strip().lower())
    while piece := raw.read(_PIECE, decode_content=False):
        add(piece)
        if len(body) > MOST_BYTES:
            raise TooLarge
    add(b"")
    return body


def _adder(body: bytearray, encoding: str) -> Callable[[bytes], None]:
    """What adds a piece of what came to a body; an empty piece is the end."""
    if encoding in ("", "identity"):
        return body.extend
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise NotDecoded
    return _Inflating(body).add


class _Inflating:
    """Adds to a body what compressed pieces hold, and never much more than it may have."""

    def __init__(self, body: bytearray) -> None:
        self._body = body
        self._stream = zlib.decompressobj(_EITHER)
        self._empty = True

    def add(self, piece: bytes) -> None:
        """Add a piece; an empty one is the end."""
        try:
            if not piece and not self._empty and not self._stream.eof:
                raise NotDecoded
            while piece:
                piece = self._inflated(piece)
        except zlib.error:
            raise NotDecoded from None

    def _inflated(self, piece: bytes) -> bytes:
        """Add what is in a piece, and return what of it is left to be looked at."""
        if self._stream.eof:
            # Several streams in a row are one body.
            self._stream = zlib.decompressobj(_EITHER)
        self._empty = False
        self._body += self._stream.decompress(piece, _PIECE)
        if len(self._body) > MOST_BYTES:
            raise TooLarge
        return self._stream.unused_data if self._stream.eof else self._stream.unconsumed_tail
