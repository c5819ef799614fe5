"""A listening port and the threads behind it."""

from __future__ import annotations

import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple


class Limits(NamedTuple):
    """Seconds that a connection may take: silent between requests, and from a request's first byte to its last."""

    idle: float = 120.0
    request: float = 30.0
    # A refused client goes on sending for a while; what it sends is dropped, so that it can read the refusal.
    linger: float = 5.0


class Server(ThreadingHTTPServer):
    """A listening port; each connection has its own thread, and all end with ``stop``."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 256
    limits = Limits()

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        self._connections: set[socket.socket] = set()
        self._guard = threading.Lock()
        self._thread: threading.Thread | None = None
        super().__init__(address, handler)

    @property
    def port(self) -> int:
        """The port that is bound."""
        return int(self.server_address[1])

    @property
    def connections(self) -> int:
        """How many connections are open."""
        with self._guard:
            return len(self._connections)

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
