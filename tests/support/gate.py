"""A gate before a portal: what a host writes passes it, or waits there until a test lets it go."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator

_PIECE = 1 << 16


class Gate:
    """Forwards connections to a portal.

    Args:
        portal: ADDR:PORT of it.

    Attributes:
        address: where hosts find the gate.
        held: set as soon as something waits.
    """

    def __init__(self, portal: str) -> None:
        host, _colon, port = portal.rpartition(":")
        self._portal = (host, int(port))
        self._server = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._server.getsockname()[1]}"
        self.held = threading.Event()
        self._free = threading.Event()
        self._free.set()
        self._left: int | None = None
        self._lock = threading.Lock()
        self._sockets: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def hold_after(self, count: int) -> None:
        """Let that many bytes from hosts pass, and hold all that comes after them."""
        with self._lock:
            self._left = count
        self.held.clear()
        self._free.clear()

    def release(self) -> None:
        """Let all pass from now on."""
        with self._lock:
            self._left = None
        self._free.set()

    def close(self) -> None:
        """End it, and all connections."""
        self.release()
        for one in (self._server, *self._sockets):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near = self._server.accept()[0]
                far = socket.create_connection(self._portal)
                self._sockets += [near, far]
                threading.Thread(target=self._forward, args=(near, far, True), daemon=True).start()
                threading.Thread(target=self._forward, args=(far, near, False), daemon=True).start()

    def _forward(self, source: socket.socket, target: socket.socket, counted: bool) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(_PIECE):
                if counted:
                    self._pass(len(piece))
                target.sendall(piece)
        for one in (source, target):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def _pass(self, count: int) -> None:
        with self._lock:
            if self._left is None:
                return
            self._left -= count
            over = self._left < 0
        if over:
            self.held.set()
            self._free.wait()


@contextlib.contextmanager
def gate_before(portal: str) -> Iterator[Gate]:
    """Run a gate before a portal."""
    gate = Gate(portal)
    try:
        yield gate
    finally:
        gate.close()
