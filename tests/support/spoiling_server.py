"""An HTTPS server that answers as the lab does, save for one answer, which is spoilt on its way or in its JSON.

As with the lab of `spoilt`, nothing changes by a write: the same task can be run against it again and again.
"""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from spoilt import QuietLab

TOKEN = "token-of-the-task-5d1c0a"
LOGIN, READ, WRITE, LOGOUT = STAGES = ("login", "read", "write", "logout")
VERSION = "ak/SUNW,ankimo@2013.06.05.8.28,1-1.3"


@dataclass(frozen=True)
class Answer:
    """An answer as an appliance would give it."""

    status: int
    body: bytes
    headers: Mapping[str, str]

    def but(self, **changes: Any) -> Answer:
        """The same with other values."""
        return replace(self, **changes)

    def with_json(self, body: Any) -> Answer:
        """The same with another body."""
        return self.but(body=json.dumps(body).encode())

    @property
    def json(self) -> Any:
        """What the body says."""
        return json.loads(self.body or b"{}")

    def head(self, **headers: str | None) -> bytes:
        """Its first line and its header, some lines of which are others, or left out."""
        others = {name.replace("_", "-"): value for name, value in headers.items()}
        lines = {"Content-Length": str(len(self.body)), **self.headers, **others}
        written = [f"{name}: {value}" for name, value in lines.items() if value is not None]
        return "\r\n".join([f"HTTP/1.1 {self.status} Said", *written, "", ""]).encode("latin-1", "replace")

    @property
    def whole(self) -> bytes:
        """All of it."""
        return self.head() + self.body


class Talk:
    """What a spoiling has of a conversation.

    Args:
        connection: with the client.
        over: whether the server is to stop.
    """

    def __init__(self, connection: ssl.SSLSocket, over: threading.Event) -> None:
        self.connection, self._over = connection, over

    def send(self, data: bytes) -> None:
        """Send some bytes."""
        self.connection.sendall(data)

    def drip(self, pieces: Iterator[bytes], seconds: float = 0.02) -> None:
        """Send one piece after the other, with a pause after each, until nobody listens any more."""
        for piece in pieces:
            self.send(piece)
            if self._over.wait(seconds):
                return

    def pour(self, piece: bytes) -> None:
        """Send a piece again and again, until nobody listens any more."""
        while not self._over.is_set():
            self.send(piece)

    def be_silent(self) -> None:
        """Say nothing for longer than anybody waits."""
        self.connection.settimeout(20)
        with contextlib.suppress(OSError):
            self.connection.recv(1)


Spoiling = Callable[[Talk, Answer], None]


class SpoilingServer:
    """The server.

    Args:
        tls: its side of TLS.
        lab: answers what is not spoilt.

    Attributes:
        port: the TCP port.
        requests: stage, method and path of all that came since the last `spoil`.
    """

    def __init__(self, tls: ssl.SSLContext, lab: QuietLab) -> None:
        self._tls, self._lab = tls, lab
        self._over = threading.Event()
        self._stage, self._spoiling = "", _as_it_is
        self.requests: list[tuple[str, str, str]] = []
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=50)
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def spoil(self, stage: str, spoiling: Spoiling) -> None:
        """Spoil all answers of a stage from now on."""
        self._stage, self._spoiling, self.requests = stage, spoiling, []

    def stop(self) -> None:
        """Stop serving."""
        self._over.set()
        self._listener.close()

    def _accept(self) -> None:
        while not self._over.is_set():
            try:
                plain, _address = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(plain,), daemon=True).start()

    def _serve(self, plain: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError), plain:
            plain.settimeout(20)
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._tls.wrap_socket(plain, server_side=True) as connection:
                talk = Talk(connection, self._over)
                with connection.makefile("rb") as stream:
                    while self._answer(talk, stream):
                        pass

    def _answer(self, talk: Talk, stream: Any) -> bool:
        """Answer one request; the connection is over after one that is spoilt."""
        line = stream.readline().split()
        if len(line) < 2:
            return False
        method, path = line[0].decode(), line[1].decode()
        length = 0
        while (header := stream.readline().strip()) != b"":
            name, _colon, value = header.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        stream.read(length)
        stage = _stage(method, path)
        self.requests.append((stage, method, path))
        answer = self._true(stage, path)
        if stage != self._stage:
            talk.send(answer.whole)
            return True
        self._spoiling(talk, answer)
        return False

    def _true(self, stage: str, path: str) -> Answer:
        headers = {"Content-Type": "application/json; charset=utf-8", "X-Zfssa-Version": VERSION}
        if stage == LOGIN:
            return Answer(201, b'{"access": {}}', {**headers, "X-Auth-Session": TOKEN})
        if stage != READ:
            return Answer(204 if stage == LOGOUT else 202, b"", headers)
        status, body, _version = self._lab.page("east", path.partition("?")[0])
        return Answer(status, json.dumps(body).encode(), headers)


def _stage(method: str, path: str) -> str:
    if path.startswith("/api/access/"):
        return {"POST": LOGIN, "DELETE": LOGOUT}.get(method, READ)
    return READ if method == "GET" else WRITE


def _as_it_is(talk: Talk, answer: Answer) -> None:
    talk.send(answer.whole)
