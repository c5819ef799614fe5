"""HTTP as nobody should speak it: each oddity has its answer, the connection its end, and others are served meanwhile."""

from __future__ import annotations

import json
import re
import socket
import ssl
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from lab_world import LUNS, Client, World, lun
from test_lab_server import HEAD, JSON, connect, post, raw_exchange

from zfssa_lab.journal import Journal
from zfssa_lab.listener import Limits
from zfssa_lab.web import BODY_LIMIT

QUICK = Limits(idle=0.3, request=0.3, linger=0.05)
POOLS = "/api/storage/v1/pools"


@pytest.fixture
def hasty(world: World) -> Iterator[World]:
    """Return a lab that loses patience within a fraction of a second."""
    server = world.site.appliances["east"]
    server.limits = QUICK
    yield world
    del server.limits


def get(target: str = POOLS, headers: str = "", version: str = "HTTP/1.1") -> bytes:
    """Return a GET request as bytes."""
    return f"GET {target} {version}\r\n{HEAD}{headers}\r\n".encode("latin-1")


def read_all(connection: socket.socket) -> bytes:
    """Return all that comes until the other side closes."""
    data = b""
    try:
        while chunk := connection.recv(65536):
            data += chunk
    except (ConnectionError, ssl.SSLError):
        pass
    return data


def statuses(answers: bytes) -> list[int]:
    """Return the status of each answer in a stream."""
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3})", answers)]


def alive(world: World) -> bool:
    """Say whether the lab serves others."""
    client = Client(world.east.url, world.ca_file)
    status: int = client.call("GET", "storage/v1/pools").status_code
    client.http.close()
    return status == 200


BODIES = [
    ("one name twice", '{"name": "a", "name": "b", "volsize": 8192}'),
    ("one name twice within", '{"name": "a", "volsize": 8192, "x": {"y": 1, "y": 2}}'),
    ("half a character", '{"name": "a", "volsize": 8192, "snaplabel": "\\ud800"}'),
    ("string", '"a"'),
    ("null", "null"),
    ("number", "5"),
    ("-Infinity", '{"name": "a", "volsize": -Infinity}'),
    ("two objects", "{}{}"),
    ("comment", '{"name": "a" /* x */}'),
    ("objects within objects", '{"a":' * 20_000 + "1" + "}" * 20_000),
    ("five thousand digits", '{"name": "a", "volsize": ' + "9" * 5000 + "}"),
    ("control character in a string", '{"name": "a\x01", "volsize": 8192}'),
]


@pytest.mark.assumption
@pytest.mark.parametrize("body", [case[1] for case in BODIES], ids=[case[0] for case in BODIES])
def test_bad_bodies(world: World, body: str) -> None:
    """A body that is no JSON object is refused, and changes nothing (API reference 1.6)."""
    status, answer = raw_exchange(world, post(body))
    assert (status, answer["fault"]["name"]) == (400, "ERR_INVALID_ARG")
    assert world.state("east")["luns"] == []


def test_body_that_is_no_utf8(world: World) -> None:
    """Bytes that are no text are refused."""
    raw = b'{"name": "\xff\xfe", "volsize": 8192}'
    head = f"POST /api/{LUNS} HTTP/1.1\r\n{HEAD}{JSON}Content-Length: {len(raw)}\r\n\r\n"
    assert raw_exchange(world, head.encode() + raw)[0] == 400


PATHS = [
    ("dots", f"{POOLS}/../pools", 404),
    ("dots at the end", f"{POOLS}/..", 404),
    ("coded dots", f"{POOLS}/%2e%2e/%2e%2e/etc/passwd", 404),
    ("coded dot segment", f"{POOLS}/%2e%2e", 404),
    ("coded slash", f"{POOLS}/tank%2fprojects", 404),
    ("two slashes", "/api/storage//v1/pools", 404),
    ("empty name", f"{POOLS}//projects", 404),
    ("NUL", f"{POOLS}/tank%00", 404),
    ("backslash", f"{POOLS}/..%5c..", 404),
    ("plain backslash", f"{POOLS}/..\\..", 404),
    ("Latin-1", f"{POOLS}/t\xe4nk", 404),
    ("no leading slash", "api/storage/v1/pools", 400),
    ("star", "*", 400),
    ("broken address", "http://[::1/api/storage/v1/pools", 400),
    ("other scheme", "ftp://lab/api/storage/v1/pools", 400),
    ("whole address", "https://lab/api/storage/v1/pools", 200),
    ("root", "/", 404),
    ("long", f"{POOLS}/{'x' * 60_000}", 404),
    ("too long", f"{POOLS}/{'x' * 70_000}", 414),
]


@pytest.mark.parametrize(("target", "status"), [case[1:] for case in PATHS], ids=[case[0] for case in PATHS])
def test_paths(world: World, target: str, status: int) -> None:
    """No path leads out of the API."""
    answer = raw_exchange(world, get(target))
    assert answer[0] == status
    if status >= 400:
        assert answer[1]["fault"]["code"] == status


HEADS = [
    ("long header", get(headers=f"X-Long: {'x' * 70_000}\r\n"), 431),
    ("many headers", get(headers="".join(f"X-{number}: 1\r\n" for number in range(200))), 431),
    ("header without colon", get(headers="no header\r\nX-More: 1\r\n"), 400),
    ("blank before the colon", get(headers="Content-Length : 5\r\n"), 400),
    ("two lengths", post("{}", headers=f"{JSON}Content-Length: 3\r\n"), 400),
    ("length in words", get(headers="Content-Length: two\r\n"), 400),
    ("length with a sign", get(headers="Content-Length: +2\r\n"), 400),
    ("length beyond reason", get(headers=f"Content-Length: {'9' * 30}\r\n"), 413),
    ("length and chunks", post("{}", headers=f"{JSON}Transfer-Encoding: chunked\r\n"), 411),
    ("chunks on a GET", get(headers="Transfer-Encoding: chunked\r\n"), 411),
    ("HTTP/0.9", b"GET /api/storage/v1/pools\r\n", 400),
    ("HTTP/2.0", get(version="HTTP/2.0"), 505),
    ("HTTP/1.x", get(version="HTTP/1.x"), 400),
    ("no version", get(version="HTTTP"), 400),
    ("method in small letters", get().replace(b"GET", b"get"), 501),
    ("TRACE", get().replace(b"GET", b"TRACE"), 501),
    ("CONNECT", b"CONNECT lab:443 HTTP/1.1\r\n\r\n", 400),
    ("garbage", bytes(range(128, 256)) * 8 + b"\r\n\r\n", 400),
    ("NULs", b"\0" * 100 + b"\r\n\r\n", 400),
]


@pytest.mark.assumption
@pytest.mark.parametrize(("request_bytes", "status"), [case[1:] for case in HEADS], ids=[case[0] for case in HEADS])
def test_heads(hasty: World, request_bytes: bytes, status: int) -> None:
    """A head that is no HTTP is refused with a fault body, and the connection ends."""
    with connect(hasty) as connection:
        connection.sendall(request_bytes)
        head, _blank, body = read_all(connection).partition(b"\r\n\r\n")
    assert statuses(head) == [status]
    assert json.loads(body)["fault"]["code"] == status
    assert b"Connection: close" in head
    assert alive(hasty)


def test_http_1_0(world: World) -> None:
    """It is answered, and the connection ends unless the client asks for more."""
    with connect(world) as connection:
        connection.sendall(get(version="HTTP/1.0", headers="Connection: keep-alive\r\n"))
        connection.sendall(get(version="HTTP/1.0"))
        assert statuses(read_all(connection)) == [200, 200]


def test_pipeline(world: World) -> None:
    """Requests sent at one go are answered in their order; empty lines between them do no harm."""
    requests = [
        post('{"name": "a", "volsize": 8192}'),
        b"\r\n",
        get(f"/api/{LUNS}/a"),
        f"DELETE /api/{LUNS}/a HTTP/1.1\r\n{HEAD}\r\n".encode(),
        get(f"/api/{LUNS}/a", headers="Connection: close\r\n"),
    ]
    with connect(world) as connection:
        connection.sendall(b"".join(requests))
        assert statuses(read_all(connection)) == [201, 200, 204, 404]


def test_body_longer_than_its_length(world: World) -> None:
    """What is left over is no request: it is refused, and the connection ends."""
    with connect(world) as connection:
        connection.sendall(post('{"name": "a", "volsize": 8192}') + b"left over\r\n\r\n")
        assert statuses(read_all(connection)) == [201, 400]
    assert [one["name"] for one in world.state("east")["luns"]] == ["a"]


def test_continue(world: World) -> None:
    """A body that is wanted is asked for; one that is refused is not."""
    expect = f"{JSON}Expect: 100-continue\r\n"
    whole = post('{"name": "a", "volsize": 8192}', headers=expect)
    head, _blank, body = whole.partition(b"\r\n\r\n")
    with connect(world) as connection:
        connection.sendall(head + b"\r\n\r\n")
        assert connection.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(body)
        assert statuses(connection.recv(65536)) == [201]
    refused = f"POST /api/{LUNS} HTTP/1.1\r\n{HEAD}{expect}Content-Length: {BODY_LIMIT + 1}\r\n\r\n"
    assert raw_exchange(world, refused.encode())[0] == 413


@pytest.mark.assumption
def test_ten_megabytes(world: World) -> None:
    """A client that sends all of too long a body before it reads still sees the refusal; then it goes on."""
    client = Client(world.east.url, world.ca_file)
    body = {"name": "a" * (10 << 20), "volsize": 8192}
    response = client.call("POST", LUNS, body)
    assert (response.status_code, response.json()["fault"]["name"]) == (413, "ERR_OVER_LIMIT")
    assert response.headers["Connection"] == "close"
    assert client.call("POST", LUNS, {"name": "a", "volsize": 8192}).status_code == 201
    client.http.close()


@pytest.mark.assumption
def test_chunked(world: World) -> None:
    """A chunked body is refused whole, however long it is (API reference 1.6)."""
    client = Client(world.east.url, world.ca_file)
    response = client.http.post(f"{client.url}/api/{LUNS}", data=(b"x" * 9000 for _dummy in range(300)), timeout=20)
    assert (response.status_code, response.json()["fault"]["name"]) == (411, "ERR_LENGTH_REQUIRED")
    client.http.close()


@pytest.mark.assumption
@pytest.mark.parametrize(
    ("sent", "answered"),
    [
        (b"GET /api/sto", [408]),
        (get()[:-2], [408]),
        (post('{"name": "a", "volsize": 8192}')[:-5], [408]),
        (b"", []),
        (get(), [200]),
    ],
    ids=["half a line", "half a head", "half a body", "nothing", "one request"],
)
def test_slow_clients_are_cut(hasty: World, sent: bytes, answered: list[int]) -> None:
    """A request that is not whole in time is refused (API reference 1.6); one that is silent is cut without a word."""
    with connect(hasty) as connection:
        connection.sendall(sent)
        assert statuses(read_all(connection)) == answered
    assert hasty.state("east")["luns"] == []


def test_dripping_does_not_help(hasty: World) -> None:
    """Whoever sends a byte now and then is cut as soon as who sends none."""
    with connect(hasty) as connection:
        stop = threading.Event()

        def drip() -> None:
            connection.sendall(b"GET /api/storage/v1/pools HTTP/1.1\r\nX-Slow: ")
            while not stop.wait(0.05):
                try:
                    connection.sendall(b"x")
                except OSError:
                    return

        dripping = threading.Thread(target=drip)
        dripping.start()
        # Bytes that are still on their way to a closed port make the client's system drop the answer.
        assert statuses(read_all(connection)) in ([408], [])
        stop.set()
        dripping.join()


def test_no_tls(world: World) -> None:
    """Plain HTTP and garbage on the TLS port end the connection, and nothing else."""
    for sent in (b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\xff\xff" + b"\0" * 300, bytes(range(256))):
        with socket.create_connection(("127.0.0.1", world.port), timeout=10) as connection:
            connection.sendall(sent)
            assert b"HTTP/1.1" not in read_all(connection)
    assert alive(world)


def test_no_connection_is_kept(hasty: World) -> None:
    """Connections that their clients left half-way are forgotten, and so are their threads."""
    before = set(threading.enumerate())
    for sent in (b"", b"GET", get(), post("{}")[:-1]):
        with connect(hasty) as connection:
            connection.sendall(sent)
    raw = socket.create_connection(("127.0.0.1", hasty.port))
    raw.sendall(b"\x16\x03")
    raw.close()
    assert alive(hasty)
    for thread in set(threading.enumerate()) - before:
        thread.join(10)
    assert set(threading.enumerate()) <= before


def test_what_was_refused_is_in_the_journal(world: World) -> None:
    """A request with a method and a path has a row, whatever became of it; what is no request has none."""
    raw_exchange(world, post("{}", headers=f"{JSON}Transfer-Encoding: chunked\r\n"))
    raw_exchange(world, get().replace(b"GET", b"BREW"))
    raw_exchange(world, b"hello\r\n\r\n")
    world.east.call(*lun())
    rows = world.tell("GET", "/journal")
    assert [(row["n"], row["method"], row["status"]) for row in rows] == [
        (1, "POST", 411),
        (2, "BREW", 501),
        (3, "POST", 201),
    ]


def test_the_journal_is_bounded() -> None:
    """The oldest rows go, the numbers of the others stay."""
    journal = Journal(kept=8)
    row: dict[str, Any] = dict.fromkeys(("method", "path", "status", "t", "session", "fault", "peer"))
    for number in range(1, 101):
        journal.add(appliance="east" if number % 2 else "west", **row)
        kept = [one["n"] for one in journal.rows()]
        assert kept == list(range(kept[0], number + 1))
        assert min(8, number) <= len(kept) <= 10
    assert [one["n"] for one in journal.rows(since=97)] == [98, 99, 100]
    assert [one["n"] for one in journal.rows("east", since=97)] == [99]
    assert journal.rows(since=100) == journal.rows(since=1000) == []
    assert len(journal.rows(since=3)) == len(journal.rows())
    journal.clear()
    assert journal.rows() == []
