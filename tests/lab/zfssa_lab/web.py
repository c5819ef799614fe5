"""HTTP as both kinds of port speak it: keep-alive, bounded bodies, whole answers."""

from __future__ import annotations

import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

BODY_LIMIT = 1 << 20
IDLE_SECONDS = 120.0


class BadBody(Exception):
    """A body that is refused before it is read: fault name and detail."""

    def __init__(self, fault: str, detail: str) -> None:
        super().__init__(detail)
        self.fault = fault
        self.detail = detail


class JsonHandler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    # A line that is no request gets a whole answer, too, not the bare body of HTTP/0.9.
    default_request_version = "HTTP/1.1"
    timeout = IDLE_SECONDS
    disable_nagle_algorithm = True
    wbufsize = 1 << 16

    def version_string(self) -> str:
        """API reference 14.1."""
        return "TwistedWeb/10.1.0"

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the journal is the log."""

    def read_body(self) -> bytes:
        """Return the body; BadBody for one without a length, or too long."""
        if "Transfer-Encoding" in self.headers:
            raise BadBody("ERR_LENGTH_REQUIRED", "chunked bodies are not taken")
        text = self.headers.get("Content-Length", "0").strip()
        if not (text.isascii() and text.isdigit()):
            raise BadBody("ERR_INVALID_ARG", "malformed Content-Length")
        if len(text) > 12 or int(text) > BODY_LIMIT:
            raise BadBody("ERR_OVER_LIMIT", f"the body is longer than {BODY_LIMIT} bytes")
        body = self.rfile.read(int(text))
        if len(body) < int(text):
            raise ConnectionError("the client went away within its body")
        return body

    def send_json(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        """Send an answer, pretty-printed (API reference 14.1); ``body`` None means none."""
        text = b"" if body is None else json.dumps(body, indent=1).encode() + b"\n"
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(text)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD" and status != 204:
            self.wfile.write(text)
        self.wfile.flush()

    def handle_one_request(self) -> None:
        """Serve a request; a client that goes away only ends its own connection."""
        try:
            super().handle_one_request()
        except OSError:
            self.close_connection = True

    def cut(self) -> None:
        """Cut the connection without a word."""
        self.close_connection = True
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


class Server(ThreadingHTTPServer):
    """A listening port; each connection has its own thread, and all end with ``stop``."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def __init__(self, address: tuple[str, int], handler: type[JsonHandler]) -> None:
        self._connections: set[socket.socket] = set()
        self._guard = threading.Lock()
        self._thread: threading.Thread | None = None
        super().__init__(address, handler)

    @property
    def port(self) -> int:
        """The port that is bound."""
        return int(self.server_address[1])

    def server_bind(self) -> None:
        """Bind without asking a name server for the host's name."""
        super(ThreadingHTTPServer, self).server_bind()
        self.server_name, self.server_port = "localhost", self.port

    def get_request(self) -> tuple[socket.socket, Any]:
        """Accept a connection and remember it."""
        connection, address = super().get_request()
        with self._guard:
            self._connections.add(connection)
        return connection, address

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve one connection."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self.forget(request)

    def forget(self, connection: socket.socket) -> None:
        """Drop a connection that has ended."""
        with self._guard:
            self._connections.discard(connection)

    def adopt(self, connection: socket.socket) -> None:
        """Remember a connection, to be cut when the lab ends."""
        with self._guard:
            self._connections.add(connection)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: what goes wrong on a connection ends that connection."""

    def start(self) -> None:
        """Serve in a thread of its own."""
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop listening and cut every connection."""
        if self._thread is not None:
            self.shutdown()
            self._thread.join(2)
        self.server_close()
        with self._guard:
            connections = list(self._connections)
        for connection in connections:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
