"""HTTP as both kinds of port speak it: keep-alive, bounded requests, whole answers."""

from __future__ import annotations

import io
import socket
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import urlsplit

from zfssa_lab.listener import Limits, Server
from zfssa_lab.pretty import pretty

BODY_LIMIT = 1 << 20
LINGER_BYTES = 64 << 20
_CHUNK = 1 << 16
_QUIET = 0.5


class BadBody(Exception):
    """A body that is refused before it is read: fault name and detail."""

    def __init__(self, fault: str, detail: str) -> None:
        super().__init__(detail)
        self.fault = fault
        self.detail = detail


class TooSlow(Exception):
    """The time for a request is over."""


class Reader(io.RawIOBase):
    """The bytes of a connection; each request has its time, however slowly its bytes drip."""

    def __init__(self, connection: socket.socket, limits: Limits) -> None:
        self._connection = connection
        self._limits = limits
        self._deadline = 0.0
        self._patience = float("inf")
        self.begun = False
        self.expect()

    def expect(self) -> None:
        """Wait for a new request."""
        self.begun = False
        self._deadline = time.monotonic() + self._limits.idle

    def linger(self) -> None:
        """Read the last that comes, for as long as it goes on coming."""
        self._deadline = time.monotonic() + self._limits.linger
        self._patience = _QUIET

    def readable(self) -> bool:
        """Say that one can read from it."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read some bytes; TooSlow."""
        remaining = self._deadline - time.monotonic()
        try:
            if remaining <= 0:
                raise TimeoutError
            self._connection.settimeout(min(remaining, self._patience))
            count = self._connection.recv_into(buffer)
        except TimeoutError:
            raise TooSlow from None
        if not self.begun:
            self.begun = True
            self._deadline = time.monotonic() + self._limits.request
        return count


class JsonHandler(BaseHTTPRequestHandler):
    """One connection."""

    server: Server
    raw_requestline: bytes
    protocol_version = "HTTP/1.1"
    # A line that is no request gets a whole answer, too, not the bare body of HTTP/0.9.
    default_request_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 1 << 16

    def setup(self) -> None:
        """Read through a reader that watches the time."""
        super().setup()
        self.rfile.close()
        self._reader = Reader(self.connection, self.server.limits)
        self.rfile = io.BufferedReader(self._reader, _CHUNK)
        self.unread = 0

    def version_string(self) -> str:
        """API reference 14.1."""
        return "TwistedWeb/10.1.0"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing: the journal is the log."""

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the journal is the log."""

    def parse_request(self) -> bool:
        """Parse the head; what is not plain HTTP/1 is refused before anything is made of it."""
        if not self.raw_requestline.strip():
            # An empty line between two requests is no harm.
            self.close_connection = False
            return False
        if len(self.raw_requestline.split()) == 2:
            self.requestline, self.command, self.request_version = "", "", ""
            self.send_error(400, "HTTP/0.9 is not spoken")
            return False
        if not super().parse_request():
            return False
        if self.headers.defects or any(name != name.strip() for name in self.headers):
            self.send_error(400, "malformed header")
            return False
        if not _is_target(self.path):
            self.send_error(400, "malformed request target")
            return False
        return True

    def handle_expect_100(self) -> bool:
        """Leave the answer to ``read_body``: only a body that is wanted is asked for."""
        return True

    def read_body(self) -> bytes:
        """Return the body; BadBody for one without a length, or too long."""
        if "Transfer-Encoding" in self.headers:
            self.unread = LINGER_BYTES
            raise BadBody("ERR_LENGTH_REQUIRED", "chunked bodies are not taken")
        lengths = {text.strip() for text in self.headers.get_all("Content-Length", ["0"])}
        text = lengths.pop()
        if lengths or not (text.isascii() and text.isdigit()):
            self.unread = LINGER_BYTES
            raise BadBody("ERR_INVALID_ARG", "malformed Content-Length")
        if len(text) > 12 or int(text) > BODY_LIMIT:
            self.unread = LINGER_BYTES if len(text) > 12 else int(text)
            raise BadBody("ERR_OVER_LIMIT", f"the body is longer than {BODY_LIMIT} bytes")
        if int(text) and self.headers.get("Expect", "").lower() == "100-continue":
            self.send_response_only(100)
            self.end_headers()
            self.wfile.flush()
        body = self.rfile.read(int(text))
        if len(body) < int(text):
            raise ConnectionError("the client went away within its body")
        return body

    def send_json(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        """Send an answer, pretty-printed (API reference 14.1); ``body`` None means none."""
        text = b"" if body is None else pretty(body).encode() + b"\n"
        self.send_head(status, len(text), headers)
        self.send_text(text)

    def send_head(self, status: int, length: int, headers: dict[str, str] | None = None) -> None:
        """Send status and headers of an answer whose body has ``length`` bytes."""
        self.connection.settimeout(self.server.limits.idle)
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(length))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()

    def send_text(self, text: bytes, pieces: int = 1, pause: Callable[[], object] = lambda: None) -> None:
        """Send the body in that many pieces, with a pause after each."""
        if self.command == "HEAD":
            text = b""
        step = max(1, -(-len(text) // pieces))
        for start in range(0, len(text), step):
            self.wfile.write(text[start : start + step])
            if pieces > 1:
                self.wfile.flush()
                pause()
        self.wfile.flush()

    def handle_one_request(self) -> None:
        """Serve a request; a client that goes away, or dawdles, only ends its own connection."""
        self._reader.expect()
        try:
            super().handle_one_request()
            self.wfile.flush()
        except TooSlow:
            self.close_connection = True
            if self._reader.begun:
                self._refuse_slow()
        except OSError:
            self.close_connection = True
        if self.close_connection and self.unread:
            self._drop_unread()

    def _refuse_slow(self) -> None:
        """Tell a client whose request has not come whole in its time (API reference 1.6)."""
        self.command, self.request_version, self.requestline = "", "", ""
        try:
            self.send_error(408, "the request did not come whole in time")
            self.wfile.flush()
        except OSError:
            return

    def _drop_unread(self) -> None:
        """Read what a refused client still sends: a connection closed before that would lose it the refusal."""
        self._reader.linger()
        left = min(self.unread, LINGER_BYTES)
        try:
            while left > 0:
                dropped = len(self.rfile.read1(min(left, _CHUNK)))
                left = left - dropped if dropped else 0
        except (TooSlow, OSError):
            return

    def cut(self) -> None:
        """Cut the connection without a word."""
        self.close_connection = True
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def _is_target(target: str) -> bool:
    """Say whether a request target is a path, or an absolute URL of which the path counts."""
    try:
        url = urlsplit(target)
    except ValueError:
        return False
    return url.path.startswith("/") and url.scheme in ("", "http", "https")
