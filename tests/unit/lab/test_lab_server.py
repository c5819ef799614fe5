"""The ports: authentication, malformed requests, stalled clients, many clients at once."""

from __future__ import annotations

import base64
import json
import re
import socket
import ssl
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from lab_world import AUTH, LUNS, Client, World, lun

from zfssa_lab.model.sessions import IDLE_TIMEOUT, PER_USER

BASIC = base64.b64encode(":".join(AUTH).encode()).decode()
HEAD = f"Host: lab\r\nAuthorization: Basic {BASIC}\r\n"
JSON = "Content-Type: application/json\r\n"


def connect(world: World) -> ssl.SSLSocket:
    """Return a TLS connection to east."""
    context = ssl.create_default_context(cafile=world.ca_file)
    raw = socket.create_connection(("127.0.0.1", world.port), timeout=10)
    return context.wrap_socket(raw, server_hostname="127.0.0.1")


def raw_exchange(world: World, request: bytes) -> tuple[int, dict[str, Any]]:
    """Send bytes and return status and body of the answer."""
    with connect(world) as connection:
        connection.sendall(request)
        head, _blank, body = _read(connection)
        return int(head.split(b" ")[1]), json.loads(body) if body else {}


def _read(connection: ssl.SSLSocket) -> tuple[bytes, bytes, bytes]:
    data = b""
    while b"\r\n\r\n" not in data:
        chunk = connection.recv(65536)
        assert chunk, f"connection closed after {data!r}"
        data += chunk
    head, _blank, body = data.partition(b"\r\n\r\n")
    lengths = [x for x in head.split(b"\r\n") if x.lower().startswith(b"content-length:")]
    length = int(lengths[0].split(b":")[1]) if lengths else 0
    while len(body) < length:
        body += connection.recv(65536)
    return head, b"\r\n\r\n", body


def post(body: str, headers: str = JSON, path: str = LUNS) -> bytes:
    """Return a POST request as bytes."""
    return f"POST /api/{path} HTTP/1.1\r\n{HEAD}{headers}Content-Length: {len(body)}\r\n\r\n{body}".encode()


MALFORMED = [
    ("JSON", post('{"name": '), 400, "ERR_INVALID_ARG"),
    ("no object", post("[1, 2]"), 400, "ERR_INVALID_ARG"),
    ("NaN", post('{"name": "a", "volsize": NaN}'), 400, "ERR_INVALID_ARG"),
    ("infinite size", post('{"name": "a", "volsize": 1e999}'), 400, "ERR_INVALID_ARG"),
    ("deep nesting", post("[" * 100_000), 400, "ERR_INVALID_ARG"),
    ("media type", post("a=b", "Content-Type: text/plain\r\n"), 415, "ERR_UNSUPPORTED_MEDIA"),
    ("null name", post('{"name": null, "volsize": 1}'), 400, "ERR_INVALID_ARG"),
    ("number as name", post('{"name": 5, "volsize": 1}'), 400, "ERR_INVALID_ARG"),
    ("object as size", post('{"name": "a", "volsize": {}}'), 400, "ERR_INVALID_ARG"),
    ("boolean as size", post('{"name": "a", "volsize": true}'), 400, "ERR_INVALID_ARG"),
    ("object as compression", post('{"name": "a", "volsize": 8192, "compression": {}}'), 400, "ERR_INVALID_ARG"),
    ("line feed in a name", post('{"name": "a\\n", "volsize": 8192}'), 400, "ERR_INVALID_ARG"),
    ("long name", post(json.dumps({"name": "a" * 65, "volsize": 8192})), 400, "ERR_INVALID_ARG"),
    ("huge number", post('{"name": "a", "volsize": ' + "9" * 400 + "}"), 400, "ERR_INVALID_ARG"),
    (
        "too long",
        f"POST /api/{LUNS} HTTP/1.1\r\n{HEAD}Content-Length: 99999999\r\n\r\n".encode(),
        413,
        "ERR_OVER_LIMIT",
    ),
    (
        "negative length",
        f"POST /api/{LUNS} HTTP/1.1\r\n{HEAD}Content-Length: -1\r\n\r\n".encode(),
        400,
        "ERR_INVALID_ARG",
    ),
    (
        "chunked",
        f"POST /api/{LUNS} HTTP/1.1\r\n{HEAD}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n".encode(),
        411,
        "ERR_LENGTH_REQUIRED",
    ),
    ("no HTTP", b"hello\r\n\r\n", 400, "ERR_INVALID_ARG"),
    ("unknown verb", f"BREW /api/{LUNS} HTTP/1.1\r\n{HEAD}\r\n".encode(), 501, "ERR_NOT_IMPLEMENTED"),
    ("PATCH", f"PATCH /api/{LUNS} HTTP/1.1\r\n{HEAD}\r\n".encode(), 405, "ERR_METHOD_NOT_ALLOWED"),
    ("outside the API", f"GET /nothing HTTP/1.1\r\n{HEAD}\r\n".encode(), 404, "ERR_NOT_FOUND"),
    ("bad percent code", f"GET /api/{LUNS}/%ff%zz HTTP/1.1\r\n{HEAD}\r\n".encode(), 404, "ERR_NOT_FOUND"),
    (
        "malformed Basic",
        b"GET /api/access/v1 HTTP/1.1\r\nHost: lab\r\nAuthorization: Basic !!\r\n\r\n",
        401,
        "ERR_UNAUTHORIZED",
    ),
    (
        "other scheme",
        b"GET /api/access/v1 HTTP/1.1\r\nHost: lab\r\nAuthorization: Bearer x\r\n\r\n",
        401,
        "ERR_UNAUTHORIZED",
    ),
]


@pytest.mark.parametrize(
    ("request_bytes", "status", "fault"),
    [case[1:] for case in MALFORMED],
    ids=[case[0] for case in MALFORMED],
)
def test_malformed(world: World, request_bytes: bytes, status: int, fault: str) -> None:
    """Nonsense is refused with a fault body, and changes nothing."""
    answer = raw_exchange(world, request_bytes)
    assert answer[0] == status
    assert answer[1]["fault"]["name"] == fault
    assert world.state("east")["luns"] == []


def test_head_has_no_body(world: World) -> None:
    """A HEAD is refused, and does not upset the connection."""
    assert world.east.call("HEAD", "storage/v1/pools").status_code == 405
    assert world.east.call("GET", "storage/v1/pools").status_code == 200


def test_connection_is_kept_alive(world: World) -> None:
    """Many requests go over one connection, 204 and refusals included."""
    requests = [
        post('{"name": "a", "volsize": 8192}'),
        post('{"name": "a", "volsize": 8192}'),
        f"DELETE /api/{LUNS}/a HTTP/1.1\r\n{HEAD}\r\n".encode(),
        f"GET /api/{LUNS} HTTP/1.1\r\n{HEAD}\r\n".encode(),
    ]
    with connect(world) as connection:
        statuses = []
        for request in requests:
            connection.sendall(request)
            statuses.append(int(_read(connection)[0].split(b" ")[1]))
    assert statuses == [201, 409, 204, 200]


def test_reply_headers(world: World) -> None:
    """API reference 14.1."""
    response = world.east.call("GET", "storage/v1/pools")
    assert response.headers["Server"] == "TwistedWeb/10.1.0"
    assert response.headers["X-Zfssa-Storage-Api"] == "2.0"
    assert response.headers["X-Zfssa-Api-Version"] == "2.0"
    assert response.headers["X-Zfssa-Version"].endswith("2013.06.05.8.28,1-1.3")
    assert response.headers["Content-Type"] == "application/json; charset=utf-8"
    assert response.text.startswith("{\n")
    created = world.east.call(*lun())
    assert created.headers["Location"] == f"/api/{LUNS}/a"


def _plain(world: World) -> Client:
    client = Client(world.east.url, world.ca_file)
    client.http.auth = lambda request: request
    return client


def test_session_life(world: World) -> None:
    """Login, use, idle time-out, logout (API reference 1.3)."""
    plain = _plain(world)
    assert plain.call("GET", "storage/v1/pools").status_code == 401
    user = {"X-Auth-User": AUTH[0], "X-Auth-Key": AUTH[1]}
    assert plain.call("GET", "storage/v1/pools", headers=user).status_code == 200
    login = plain.call("POST", "access/v1", headers=user)
    assert login.status_code == 201
    assert re.fullmatch(r"REST-[A-Za-z0-9]{8}", login.headers["X-Auth-Name"])
    assert login.json()["access"]["services"]
    token = {"X-Auth-Session": login.headers["X-Auth-Session"]}
    for _dummy in range(3):
        world.clock.advance(IDLE_TIMEOUT - 1)
        assert plain.call("GET", "storage/v1/pools", headers=token).status_code == 200
    assert plain.call("DELETE", "access/v1", headers=token).status_code == 204
    assert plain.call("GET", "storage/v1/pools", headers=token).status_code == 401
    again = {"X-Auth-Session": plain.call("POST", "access/v1", headers=user).headers["X-Auth-Session"]}
    world.clock.advance(IDLE_TIMEOUT + 1)
    refused = plain.call("GET", "storage/v1/pools", headers=again)
    assert refused.status_code == 401
    assert refused.json()["fault"]["name"] == "ERR_UNAUTHORIZED"
    plain.http.close()


def test_wrong_password_and_session_of_another_appliance(world: World) -> None:
    """Both are 401 (API reference 1.3)."""
    plain = _plain(world)
    wrong = {"X-Auth-User": "admin", "X-Auth-Key": "wrong"}
    assert plain.call("POST", "access/v1", headers=wrong).status_code == 401
    token = world.west.call("POST", "access/v1").headers["X-Auth-Session"]
    assert plain.call("GET", "access/v1", headers={"X-Auth-Session": token}).status_code == 401
    plain.http.close()


def test_too_many_sessions(world: World) -> None:
    """Who never logs out is refused at last."""
    statuses = [world.east.call("POST", "access/v1").status_code for _dummy in range(PER_USER + 1)]
    assert statuses == [201] * PER_USER + [503]


def test_stalled_clients_block_nobody(world: World) -> None:
    """A client that never shakes hands, or never ends its request, holds up only itself."""
    silent = [socket.create_connection(("127.0.0.1", world.port)) for _dummy in range(20)]
    half = connect(world)
    half.sendall(f"POST /api/{LUNS} HTTP/1.1\r\n{HEAD}Content-Length: 50\r\n\r\n{{".encode())
    client = Client(world.east.url, world.ca_file)
    # It would wait 20 seconds, and fail.
    assert client.call("GET", "storage/v1/pools").status_code == 200
    for connection in (*silent, half):
        connection.close()
    client.http.close()


def test_one_winner_of_a_race(world: World) -> None:
    """Of many creations of one name, one succeeds and all others see 409."""

    def create(_number: int) -> int:
        client = Client(world.east.url, world.ca_file)
        status = client.call(*lun("same")).status_code
        client.http.close()
        return status

    with ThreadPoolExecutor(16) as pool:
        statuses = sorted(pool.map(create, range(16)))
    assert statuses == [201] + [409] * 15
