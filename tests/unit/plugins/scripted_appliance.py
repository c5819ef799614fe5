"""An HTTPS server that plays a script: it expects these requests in this order, and no others."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from ansible_collections.zfssa.storage.plugins.module_utils.client._client import ACCESS, Connection

USERNAME = "robot"
PASSWORD = "pass-WORD-9c1f"
TOKEN = "token-OWN-51aa"
SECOND_TOKEN = "token-SECOND-72bb"
GIVEN_TOKEN = "token-GIVEN-83cc"
SECRETS = (PASSWORD, TOKEN, SECOND_TOKEN, GIVEN_TOKEN)
BASIC = "Basic " + base64.b64encode(f"{USERNAME}:{PASSWORD}".encode()).decode()
VERSION = {"X-Zfssa-Version": "ak/SUNW,ankimo@2013.06.05.8.28,1-1.3"}

ANSWER = "answer"
CUT = "cut the connection instead of answering"
HALF = "cut the connection in the middle of the answer"
NOISE = "send bytes that are no TLS record"
RUBBISH = "send bytes that are no HTTP"
SILENCE = "never answer"

# What marks a request body that the script does not care about.
ANY: Any = object()


@dataclass(frozen=True)
class Exchange:
    """One request that must come, and what is done with it.

    Attributes:
        method, path: of the request; the path with its query.
        status, body: of the answer; the body is JSON, or sent as it is when it is bytes.
        headers: of the answer, beside those of every appliance.
        appliance: whether the answer bears the marks of an appliance.
        expects: headers that the request must have; `None` for those that it must not have.
        sends: the JSON that the request must hold.
        fate: what becomes of the answer.
        meanwhile: what happens between the request and the answer.
    """

    method: str
    path: str
    status: int = 200
    body: Any = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    appliance: bool = True
    expects: Mapping[str, str | None] = field(default_factory=dict)
    sends: Any = ANY
    fate: str = ANSWER
    meanwhile: Callable[[], object] = lambda: None

    def but(self, **changes: Any) -> Exchange:
        """The same exchange with other values."""
        return replace(self, **changes)


def login(token: str = TOKEN) -> Exchange:
    """The opening of a session."""
    return Exchange(
        "POST",
        ACCESS,
        201,
        {"access": {"services": []}},
        headers={"X-Auth-Session": token},
        expects={"Authorization": BASIC, "X-Auth-Session": None},
    )


def logout(token: str = TOKEN) -> Exchange:
    """The end of a session."""
    return Exchange("DELETE", ACCESS, 204, b"", expects={"X-Auth-Session": token})


def fault(status: int, name: str, message: str) -> dict[str, Any]:
    """The status and body of an answer that is not success, as keyword arguments of an `Exchange`."""
    return {
        "status": status,
        "body": {"fault": {"message": message, "code": status, "name": name}},
    }


class ScriptedAppliance:
    """A server on a loopback port that plays one script.

    Attributes:
        port: the TCP port.
        connections: how many TCP connections were made.
        date: the header `Date` of its answers; that of the system's clock when empty.
    """

    def __init__(self, tls: ssl.SSLContext, family: socket.AddressFamily = socket.AF_INET) -> None:
        self.tls = tls
        self.connections = 0
        self.date = ""
        self.over = threading.Event()
        self._script: list[Exchange] = []
        self._complaints: list[str] = []
        kind = type("Server", (ThreadingHTTPServer,), {"address_family": family})
        host = "::1" if family == socket.AF_INET6 else "127.0.0.1"
        self._server = kind((host, 0), type("Handler", (_Handler,), {"appliance": self}), bind_and_activate=True)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self.host = host
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    def play(self, *exchanges: Exchange) -> None:
        """Set what must come next."""
        self._script.extend(exchanges)

    def connection(self, **values: Any) -> Connection:
        """A connection to this server, with a password unless a session is given."""
        given = {"host": self.host, "port": self.port, "timeout": 5.0, **values}
        if "session" not in given:
            given = {"username": USERNAME, "password": PASSWORD, **given}
        return Connection(**given)

    def take(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Exchange:
        """Compare a request with the script, and give the exchange that it belongs to."""
        if not self._script:
            self._complaints.append(f"extra request: {method} {path}")
            return Exchange(method, path, 418)
        expected = self._script.pop(0)
        if (expected.method, expected.path) != (method, path):
            self._complaints.append(f"{method} {path} came instead of {expected.method} {expected.path}")
        for name, value in expected.expects.items():
            if headers.get(name) != value:
                self._complaints.append(f"{method} {path}: {name} is {headers.get(name)!r} instead of {value!r}")
        if expected.sends is not ANY:
            sent = json.loads(body) if body else None
            if sent != expected.sends:
                self._complaints.append(f"{method} {path} sent {sent!r}")
        return expected

    def stop(self) -> None:
        """Stop serving; idempotent."""
        self.over.set()
        self._server.shutdown()
        self._server.server_close()

    def verify(self) -> None:
        """Fail when the conversation was not the script's."""
        missing = [f"{exchange.method} {exchange.path}" for exchange in self._script]
        assert not self._complaints, self._complaints
        assert not missing, f"these requests never came: {missing}"


class _Handler(BaseHTTPRequestHandler):
    """One connection; a request is answered as the script of the appliance has it."""

    appliance: ScriptedAppliance
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def __init__(self, *args: Any) -> None:
        # A client that refuses the certificate ends the handshake.
        with contextlib.suppress(OSError):
            super().__init__(*args)

    def date_time_string(self, timestamp: float | None = None) -> str:
        return self.appliance.date or super().date_time_string(timestamp)

    def setup(self) -> None:
        self.appliance.connections += 1
        # In the connection's own thread, so that a refused handshake does not hold up the others.
        self.request = self.appliance.tls.wrap_socket(self.request, server_side=True)
        super().setup()

    def handle(self) -> None:
        with contextlib.suppress(OSError):
            super().handle()

    def handle_any(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        received = self.rfile.read(length)
        exchange = self.appliance.take(self.command, self.path, dict(self.headers), received)
        exchange.meanwhile()
        if exchange.fate == ANSWER:
            self.answer(exchange, cut=False)
            return
        self.close_connection = True
        if exchange.fate == HALF:
            self.answer(exchange, cut=True)
        elif exchange.fate == NOISE:
            with socket.socket(fileno=os.dup(self.request.fileno())) as plain:
                plain.sendall(b"this is no TLS record" * 9)
        elif exchange.fate == RUBBISH:
            self.wfile.write(b"this is no HTTP\r\n\r\n")
        elif exchange.fate == SILENCE:
            self.appliance.over.wait(10)

    do_GET = do_POST = do_PUT = do_DELETE = handle_any

    def answer(self, exchange: Exchange, *, cut: bool) -> None:
        body = exchange.body if isinstance(exchange.body, bytes) else json.dumps(exchange.body, indent=1).encode()
        self.send_response(exchange.status)
        for name, value in {
            **(VERSION if exchange.appliance else {}),
            "Content-Type": "application/json; charset=utf-8",
            **exchange.headers,
        }.items():
            self.send_header(name, value)
        if exchange.status != 204:
            self.send_header("Content-Length", str(len(body) + (100 if cut else 0)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def finish(self) -> None:
        with contextlib.suppress(OSError):
            super().finish()
            # The server's own shutdown works on the plain socket, and would leave the client waiting.
            self.request.close()
