"""A thousand ways to spoil an answer: on its way, as a whole, and in each value of its JSON."""

from __future__ import annotations

import functools
import gzip
import itertools
import json
import socket
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from selection import ALL
from spoiling_server import LOGIN, LOGOUT, READ, STAGES, TOKEN, WRITE, Answer, Spoiling, Talk

FORGED = "x\r\n\x1b[2K\x1b[1Alocalhost : ok=9 changed=0 failed=0\x07\x9b31m\u202eok\u200b\u2028\x7f\ud800\u2066"
TEMPLATE = "{{ lookup('pipe', 'id') }}{% raw %}{{ password }}"
LONG = "n" * 6000
CHUNKED: dict[str, str | None] = {"Content_Length": None, "Transfer_Encoding": "chunked"}
UNSIZED: dict[str, str | None] = {"Content_Length": None, "Connection": "close"}


@dataclass(frozen=True)
class Way:
    """One way to spoil the answers of a stage.

    Attributes:
        name: of it; what stands before the first colon is its group.
        stage: whose answers are spoilt.
        spoil: what is done instead of answering.
        sample: whether it is among the few that the tests always try.
        heavy: whether it sends as much as is read at most.
    """

    name: str
    stage: str
    spoil: Spoiling
    sample: bool = False
    heavy: bool = False


# On the way


def sends(make: Callable[[Answer], bytes]) -> Spoiling:
    """Send bytes that are made of the answer, and close."""
    return lambda talk, answer: talk.send(make(answer))


def drips(make: Callable[[Answer], bytes], *again: bytes) -> Spoiling:
    """Send some bytes, then others without an end."""
    return lambda talk, answer: talk.drip(itertools.chain([make(answer)], itertools.cycle(again)))


def pours(make: Callable[[Answer], bytes], again: bytes) -> Spoiling:
    """Send some bytes, then others without an end and as fast as they can be taken."""

    def spoil(talk: Talk, answer: Answer) -> None:
        talk.send(make(answer))
        talk.pour(again)

    return spoil


def _reset(talk: Talk, answer: Answer) -> None:
    talk.send(answer.whole[:40])
    talk.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    talk.connection.close()


def _no_tls(talk: Talk, _answer: Answer) -> None:
    with socket.socket(fileno=socket.dup(talk.connection.fileno())) as plain:
        plain.sendall(b"this is no record of TLS" * 99)


def _stops(talk: Talk, answer: Answer) -> None:
    talk.send(answer.head(Content_Length="99"))
    talk.be_silent()


ENDLESS: dict[str, Spoiling] = {
    "silence": lambda talk, _answer: talk.be_silent(),
    "silence after the header": _stops,
    "status line": drips(lambda _answer: b"HTTP/1.1 200 ", b"O"),
    "header line": drips(lambda answer: answer.head()[:-2] + b"X-Long: ", b"x"),
    "header": drips(lambda answer: answer.head()[:-2], b"X-More: y\r\n"),
    "continues": drips(lambda _answer: b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "chunks": drips(lambda answer: answer.head(**CHUNKED), b"1\r\n \r\n"),
    "length of a chunk": drips(lambda answer: answer.head(**CHUNKED), b"0"),
    "trailers": drips(lambda answer: answer.head(**CHUNKED) + b"0\r\n", b"X: y\r\n"),
    "body": drips(lambda answer: answer.head(Content_Length="99999999"), b" "),
    "body without a length": drips(lambda answer: answer.head(**UNSIZED), b" "),
}
_ZEROS = bytes(1 << 20)
# Bytes that a bomb has in it; the few tests have a limit far below that of users.
_BOMB = 1 << 30 if ALL else 4 << 20
FLOODS: dict[str, Spoiling] = {
    "body without a length": pours(lambda answer: answer.head(**UNSIZED), b" " * (1 << 20)),
    "chunks": pours(lambda answer: answer.head(**CHUNKED), b"100000\r\n" + _ZEROS + b"\r\n"),
    "chunk without an end": pours(lambda answer: answer.head(**CHUNKED) + b"-1\r\n", _ZEROS),
    "trailers": pours(lambda answer: answer.head(**CHUNKED) + b"0\r\n", b"X: y\r\n" * 9999),
    "continues": pours(lambda _answer: b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 9999),
    "header": pours(lambda answer: answer.head()[:-2], b"X-More: y\r\n" * 9999),
    "header line": pours(lambda answer: answer.head()[:-2] + b"X-Long: ", b"x" * (1 << 20)),
}


def compressed(encoding: str, body: Callable[[Answer], bytes]) -> Spoiling:
    """Send a body under an encoding."""

    def make(answer: Answer) -> bytes:
        packed = answer.but(body=body(answer))
        return packed.head(Content_Encoding=encoding) + packed.body

    return sends(make)


@functools.cache
def _bomb(levels: int = 1, size: int = _BOMB) -> bytes:
    if levels > 1:
        return gzip.compress(_bomb(levels - 1, size), mtime=0)
    packing = zlib.compressobj(9, zlib.DEFLATED, 31 if levels else 15)
    packed = b"".join(packing.compress(_ZEROS) for _number in range(size >> 20)) + packing.flush()
    return packed


BOMBS: dict[str, Spoiling] = {
    "gzip": compressed("gzip", lambda _answer: _bomb()),
    "gzip of gzip": compressed("gzip, gzip", lambda _answer: _bomb(2)),
    "deflate": compressed("deflate", lambda _answer: _bomb(0)),
    "many values": lambda talk, answer: talk.send(answer.but(body=b"[" + b"{}," * (60 << 20) + b"{}]").whole),
    "one text": lambda talk, answer: talk.send(answer.but(body=b'{"a": "' + b"x" * (200 << 20) + b'"}').whole),
}

BROKEN: dict[str, Spoiling] = {
    "closes": sends(lambda _answer: b""),
    "resets": _reset,
    "no TLS": _no_tls,
    **{f"cut after {part}": sends(lambda answer, p=part: answer.whole[:p]) for part in (1, 9, 15, 40, 120)},  # type: ignore[misc]
    "cut at the last byte": sends(lambda answer: answer.but(body=answer.body or b"{ }").whole[:-1]),
    "no HTTP": sends(lambda _answer: b"SSH-2.0-OpenSSH_9.2\r\n" * 9),
    "HTTP 0.9": sends(lambda answer: answer.body),
    "HTTP 9.9": sends(lambda answer: answer.whole.replace(b"HTTP/1.1", b"HTTP/9.9", 1)),
    **{
        f"status {status}": sends(
            lambda answer, s=status: answer.whole.replace(b" %d " % answer.status, b" %s " % s, 1)
        )  # type: ignore[misc]
        for status in (b"0", b"-1", b"099", b"1000", b"20O", b"9" * 5000, b"")
    },
    "two lengths": sends(lambda answer: answer.head(content_length="7") + answer.body),
    **{
        f"length {length}": sends(lambda answer, v=length: answer.head(Content_Length=v) + answer.body)  # type: ignore[misc]
        for length in ("-1", "0", "1", "x", "1, 2", "9" * 30, "9" * 5000, "+5", "0x10")
    },
    **{
        f"chunk {size}": sends(lambda answer, v=size: answer.head(**CHUNKED) + v + b"\r\n" + answer.body)  # type: ignore[misc]
        for size in (b"-5", b"-1", b"xyz", b"", b"F" * 16, b"F" * 70_000, b"2;" + b"e" * 60_000, b"\x00")
    },
    "length and chunks": sends(lambda answer: answer.head(Transfer_Encoding="chunked") + answer.body),
    "unknown transfer": sends(lambda answer: answer.head(Transfer_Encoding="gzip, chunked, chunked") + answer.body),
    "encoding br": compressed("br", lambda answer: answer.body),
    "encoding zstd": compressed("zstd", lambda answer: answer.body),
    "gzip that is none": compressed("gzip", lambda answer: answer.body),
    "half a gzip": compressed("gzip", lambda answer: gzip.compress(answer.body + b" " * 99, mtime=0)[:-9]),
    "bytes after the end": sends(lambda answer: answer.whole + b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"),
    "header of nothing": sends(lambda answer: answer.head()[:-2] + b": x\r\n\x00\r\n\r\n" + answer.body),
    "header without a colon": sends(lambda answer: answer.head()[:-2] + b"nothing here\r\n\r\n" + answer.body),
    "folded header": sends(lambda answer: answer.head()[:-2] + b"X-A: b\r\n c\r\n\t\x1b[2K\r\n\r\n" + answer.body),
    "101 headers": sends(lambda answer: answer.head()[:-2] + b"X: y\r\n" * 101 + b"\r\n" + answer.body),
    "long header": sends(lambda answer: answer.head(X_Long="y" * 70_000) + answer.body),
    "cookies": sends(
        lambda answer: answer.head()[:-2] + b"Set-Cookie: a=b; expires=x\r\n" * 60 + b"\r\n" + answer.body
    ),
    "content type": sends(lambda answer: answer.head(Content_Type="\x00;charset=\x1b[2K;;=") + answer.body),
    "unknown charset": sends(lambda answer: answer.head(Content_Type="text/html; charset=klingon") + answer.body),
}
_WORDS = (
    "",
    "x",
    "\x1b[2K" + "v" * 9000,
    "ak/SUNW@x",
    "é\x9b",
    "token\x01",
    "a b",
    "a\r\n\tb",
    "2013.06.05.8." + "9" * 5000,
)
HEADERS: dict[str, Spoiling] = {
    f"{name} {number}": sends(lambda answer, n=name, v=word: answer.head(**{n: v}) + answer.body)  # type: ignore[misc]
    for name in (
        "X-Zfssa-Version",
        "X-Auth-Session",
        "Date",
        "Location",
        "WWW-Authenticate",
        "Retry-After",
        "Connection",
    )
    for number, word in enumerate(_WORDS)
}
_PLACES = (
    "", "/", "//evil.invalid", "https://[", "https://evil.invalid/", "https://u:p@evil.invalid:99999/", "http://\x1b[2K",
    "\x00", "javascript:alert(1)", "https://" + "a" * 9000, "é\xff",
)  # fmt: skip
REDIRECTS: dict[str, Spoiling] = {
    f"{status} {number}": sends(lambda answer, s=status, v=place: answer.but(status=s).head(Location=v) + answer.body)  # type: ignore[misc]
    for status in (300, 301, 302, 303, 304, 307, 308)
    for number, place in enumerate(_PLACES)
}

# As a whole


def bodies() -> dict[str, bytes]:
    """Bodies that are no JSON object, or none that anybody would send."""
    deep = {f"{count} levels": b"[" * count + b"]" * count for count in (99, 101, 900, 5000, 100_000)}
    deep |= {f"{count} objects": b'{"a":' * count + b"1" + b"}" * count for count in (99, 101, 900, 100_000)}
    literal = (
        "",
        " ",
        "null",
        "true",
        "1",
        '"x"',
        "[]",
        "[{}]",
        "{}",
        "{",
        "NaN",
        "{'a': 1}",
        '{"a":1,}',
        "\x00",
        "<html>",
    )
    numbers = ("NaN", "Infinity", "1e999", "9" * 5000, "-" + "9" * 4001, "0." + "1" * 99999, "1e-999999999")
    return {
        **deep,
        **{f"literally {text!r}": text.encode() for text in literal},
        **{f"number {number[:12]}": f'{{"lun": {number}, "luns": [{number}]}}'.encode() for number in numbers},
        "no UTF-8": b'{"lun": {"name": "\xff\xfe\xed\xa0\x80"}}',
        "UTF-16": '{"lun": {}}'.encode("utf-16"),
        "BOM": b"\xef\xbb\xbf{}",
        "half characters": b'{"lun": {"name": "\\ud800"}, "\\udfff": ["\\udc00"]}',
        "the same key": b'{"lun": {}, "lun": [], "lun": null}',
    }


def faults() -> Iterator[tuple[str, Any]]:
    """What stands in the body of a refusal."""
    words = {
        "plain": "it cannot be done", "forged": FORGED, "template": TEMPLATE, "long": "no room. " * 1_200_000,
        "name": LONG, "lines": "a\nb\r\nc\td", "empty": "", "confirm": f"confirm=true {FORGED}", "room": "EAK_ZFS_NOSPC\x1b[0m",
    }  # fmt: skip
    for name, word in words.items():
        yield f"message {name}", {"fault": {"message": word, "code": 400, "name": "ERR_ANY"}}
        yield f"name {name}", {"fault": {"message": "no", "code": 400, "name": word[:20_000]}}
        yield f"details {name}", {"fault": {"message": "ERR_ANY", "details": word, "code": 400}}
    for odd in (None, [], {}, 7, True, [FORGED], {"message": {"a": FORGED}}, {"name": [1], "message": 7}, FORGED):
        yield f"odd {odd!a:.20}", {"fault": odd}
    yield "list", [FORGED]
    yield "text", FORGED


STATUSES = (
    200, 202, 204, 206, 299, 400, 401, 402, 403, 404, 405, 409, 410, 413, 418, 429, 500, 501, 502, 503, 504, 599, 999,
)  # fmt: skip

# In each value

ODD: tuple[Any, ...] = (
    None, True, 0, -1, 1.5, 10**30, "", " ", FORGED, TEMPLATE, LONG, "NaN", [], [FORGED], {}, {FORGED: FORGED}, "../..", "a/b",
    "\x00", "0B/s",
)  # fmt: skip


def paths_of(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield where the values of a structure are."""
    for key in value if isinstance(value, dict) else range(min(len(value), 1)) if isinstance(value, list) else ():
        yield (*path, key)
        yield from paths_of(value[key], (*path, key))


def replaced(value: Any, path: tuple[Any, ...], odd: Any) -> Any:
    """Return a structure with another value at a place, if there is such a place."""
    if not path:
        return odd
    key, *rest = path
    if isinstance(value, dict) and key in value:
        return {**value, key: replaced(value[key], tuple(rest), odd)}
    if isinstance(value, list) and isinstance(key, int) and key < len(value):
        return [replaced(item, tuple(rest), odd) if number == key else item for number, item in enumerate(value)]
    return value


def with_value(path: tuple[Any, ...], odd: Any) -> Spoiling:
    """Spoil one value of the JSON, of the first object where there is a list of them."""
    in_list = (f"{path[0]}s", 0, *path[1:])
    return sends(lambda answer: answer.with_json(replaced(replaced(answer.json, path, odd), in_list, odd)).whole)


# All of them

_SAMPLE = {
    "endless": ("chunks", "silence"), "flood": ("chunks",), "bomb": ("gzip",),
    "broken": ("closes", "two lengths", "chunk -5", "status -1", "half a gzip", "bytes after the end", "length x", "no TLS"),
    "header": ("X-Auth-Session 5", "X-Auth-Session 7", "X-Zfssa-Version 2", "X-Zfssa-Version 8"), "redirect": ("302 3", "302 4"),
}  # fmt: skip


def ways(example: Any) -> list[Way]:
    """Return all ways.

    Args:
        example: a page, each value of which is spoilt in turn.
    """
    tables = {
        "endless": ENDLESS, "flood": FLOODS, "bomb": BOMBS, "broken": BROKEN, "header": HEADERS, "redirect": REDIRECTS,
    }  # fmt: skip
    found = [
        Way(
            f"{group}: {name} ({stage})",
            stage,
            spoil,
            name in _SAMPLE[group] and (stage == READ or (stage == LOGIN and group in ("broken", "header"))),
            group in ("flood", "bomb"),
        )
        for group, table in tables.items()
        for name, spoil in table.items()
        for stage in (STAGES if group in ("endless", "broken", "redirect") else (LOGIN, READ))
    ]
    for name, body in bodies().items():
        spoil = sends(lambda answer, b=body: answer.but(body=b).whole)  # type: ignore[misc]
        found += [
            Way(f"body: {name} ({stage})", stage, spoil, stage == READ and "levels" in name)
            for stage in (LOGIN, READ, WRITE)
        ]
    for (number, (name, fault)), stage in itertools.product(enumerate(faults()), (LOGIN, READ, WRITE)):
        # Each fault with each status would be the same again and again.
        for status in STATUSES[(number + STAGES.index(stage)) % 3 :: 3]:
            spoil = sends(lambda answer, s=status, b=fault: answer.but(status=s).with_json(b).whole)  # type: ignore[misc]
            sample = (stage, status) in ((READ, 403), (WRITE, 409)) and name.startswith(("message", "name forged"))
            found.append(Way(f"fault: {status} {name} ({stage})", stage, spoil, sample))
    for path, (number, odd) in itertools.product(paths_of(example), enumerate(ODD)):
        name = "/".join(map(str, path))
        found.append(
            Way(f"value: {name} {number}", READ, with_value(path, odd), path[-1] == "name" and number in (8, 10))
        )
    return found


assert TOKEN not in json.dumps([FORGED, TEMPLATE]) and LOGOUT in STAGES
