"""An answer has an end in time and in size, wherever in it whoever sends it goes on without one."""

from __future__ import annotations

import gzip
import io
import socket
import zlib
from collections.abc import Iterable
from typing import Any

import pytest

from ansible_collections.zfssa.storage.plugins.module_utils.client import _bounds
from ansible_collections.zfssa.storage.plugins.module_utils.client._bounds import (
    Bounds,
    NotDecoded,
    TookTooLong,
    TooLarge,
    _Answer,
    read_body,
)

HEADER = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEADER + b"Transfer-Encoding: chunked\r\n\r\n"
SMALL = 1 << 20


class Dripping(io.RawIOBase):
    """A stream that gives a piece with each read, and lets some seconds go by."""

    def __init__(self, pieces: Iterable[bytes], wire: Wire) -> None:
        super().__init__()
        self._pieces, self._wire, self._left = iter(pieces), wire, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._wire.now += self._wire.pause
        if self._wire.limit is not None and self._wire.pause > self._wire.limit:
            raise TimeoutError
        piece = self._left or next(self._pieces, b"")
        self._left = piece[len(buffer) :]
        buffer[: len(piece[: len(buffer)])] = piece[: len(buffer)]
        return len(piece[: len(buffer)])


class Wire:
    """A socket that has what somebody sends.

    Attributes:
        pause: seconds between two pieces.
        now: the time.
        limit: seconds that a read may take.
    """

    def __init__(self, pieces: Iterable[bytes], pause: float = 0.0, limit: float = 2.0) -> None:
        self.pause, self.now = pause, 0.0
        self.limit: float | None = limit
        self.stream = Dripping(pieces, self)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(self.stream)

    def gettimeout(self) -> float | None:
        return self.limit

    def settimeout(self, seconds: float | None) -> None:
        self.limit = seconds


class Raw:
    """What urllib3 makes of an answer."""

    def __init__(self, answer: _Answer) -> None:
        self._answer = answer

    def read(self, amount: int, decode_content: bool) -> bytes:
        assert not decode_content
        return self._answer.read(amount)


def read(wire: Wire, encoding: str = "", timeout: float = 2.0) -> bytes:
    """Read an answer as the client does."""
    bounds = Bounds(lambda: wire.now)
    bounds.begin(timeout)
    answer = _Answer(bounds, wire, method="GET")
    answer.begin()
    return bytes(read_body(Raw(answer), encoding))


def forever(*pieces: bytes) -> Iterable[bytes]:
    """Give some pieces, and the last one again and again."""
    yield from pieces
    while True:
        yield pieces[-1]


ENDLESS = {
    "header line": [b"H"],
    "header": [HEADER, b"X: y\r\n"],
    "continues": [b"HTTP/1.1 100 Continue\r\n\r\n"],
    "chunks": [CHUNKED, b"1\r\nx\r\n"],
    "one chunk": [CHUNKED + b"7FFFFFFF\r\n", b"x"],
    "chunk without an end": [CHUNKED + b"-1\r\n", b"x"],
    "length of a chunk": [CHUNKED, b"0"],
    "trailers": [CHUNKED + b"0\r\n", b"X: y\r\n"],
    "length": [HEADER + b"Content-Length: 999999999\r\n\r\n", b" "],
    "no length": [HEADER + b"\r\n", b" "],
}


@pytest.mark.parametrize("name", ENDLESS)
def test_answer_without_an_end_ends_after_five_times_the_timeout(name: str) -> None:
    wire = Wire(forever(*ENDLESS[name]), pause=0.5)

    with pytest.raises(Exception) as caught:
        read(wire)

    # A line that is longer than any in HTTP ends it before.
    assert isinstance(caught.value, TookTooLong), caught.value
    assert 10 <= wire.now <= 10.5


@pytest.mark.parametrize(
    "name", [name for name in ENDLESS if name not in ("header line", "header", "length of a chunk")]
)
def test_answer_that_comes_fast_ends_at_its_size(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_bounds, "MOST_BYTES", SMALL)
    first, *last = ENDLESS[name]
    wire = Wire(forever(first, *(piece * 1000 for piece in last)))

    with pytest.raises(TooLarge):
        read(wire)


def test_one_read_may_take_the_timeout_and_no_more() -> None:
    wire = Wire(forever(HEADER + b"\r\n", b"x"), pause=2.5)

    with pytest.raises(TimeoutError):
        read(wire)

    assert wire.now == 2.5


def test_read_at_the_end_of_the_time_is_cut_short() -> None:
    wire = Wire(forever(HEADER + b"\r\n", b"x"), pause=1.9)

    with pytest.raises(TookTooLong):
        read(wire)

    # The sixth read would end after 11.4 s, and the time was over at 10.
    assert wire.now < 11.5


def test_socket_has_its_timeout_again_when_the_answer_is_read() -> None:
    wire = Wire([HEADER + b"Content-Length: 2\r\n\r\n", b"ok"], pause=1.5, limit=2.0)

    assert read(wire, timeout=0.8) == b"ok"
    assert wire.limit == 2.0


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip", "deflate", " GZIP "])
@pytest.mark.parametrize("streams", [1, 3])
def test_compressed_body_is_read(encoding: str, streams: int) -> None:
    body = b'{"luns": []}' * 40_000
    packed = zlib.compress(body) if encoding == "deflate" else gzip.compress(body, mtime=0)
    sent = HEADER + b"\r\n" + packed * streams

    wire = Wire([sent[start : start + 999] for start in range(0, len(sent), 999)])

    assert read(wire, encoding) == body * streams


def test_bomb_is_not_decompressed_beyond_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_bounds, "MOST_BYTES", SMALL)
    taken = []
    decompress = zlib.decompressobj

    class Watched:
        def __init__(self, bits: int) -> None:
            self._stream = decompress(bits)

        def decompress(self, piece: bytes, most: int) -> bytes:
            taken.append(self._stream.decompress(piece, most))
            return taken[-1]

        def __getattr__(self, name: str) -> Any:
            return getattr(self._stream, name)

    monkeypatch.setattr(_bounds.zlib, "decompressobj", Watched)

    with pytest.raises(TooLarge):
        read(Wire([HEADER + b"\r\n" + gzip.compress(bytes(64 << 20), mtime=0)]), "gzip")

    assert sum(map(len, taken)) <= SMALL + (1 << 18)


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", b"{}"),
        ("gzip", gzip.compress(b"{}" * 99, mtime=0)[:-9]),
        ("gzip", gzip.compress(b"{}", mtime=0) + b"more"),
        ("gzip, gzip", gzip.compress(gzip.compress(b"{}", mtime=0), mtime=0)),
        ("br", b"\x8b\x00\x80{}\x03"),
        ("zstd", b"{}"),
    ],
)
def test_body_that_is_not_compressed_as_it_says(encoding: str, body: bytes) -> None:
    with pytest.raises(NotDecoded):
        read(Wire([HEADER + b"\r\n" + body]), encoding)


def test_empty_body_may_be_called_compressed() -> None:
    assert read(Wire([HEADER + b"Content-Length: 0\r\n\r\n"]), "gzip") == b""


def test_real_socket_is_closed_with_its_answer() -> None:
    here, there = socket.socketpair()
    with there:
        there.sendall(HEADER + b"Connection: close\r\n\r\n{}")
        there.shutdown(socket.SHUT_WR)
        bounds = Bounds()
        bounds.begin(5)
        answer = _Answer(bounds, here, method="GET")
        answer.begin()
        here.close()

        assert read_body(Raw(answer), "") == b"{}"
        assert there.recv(1) == b""
