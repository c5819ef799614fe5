"""Whatever an appliance calls JSON, what is read of it can be written as JSON again."""

from __future__ import annotations

import json

import pytest

from ansible_collections.zfssa.storage.plugins.module_utils.values import _decode
from ansible_collections.zfssa.storage.plugins.module_utils.values._decode import TooMuch, decode


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("NaN", "NaN"),
        ("-Infinity", "-Infinity"),
        ("1e999", "1e999"),
        ("9" * 5000, "9" * 5000),
        ("3.7e10", 3.7e10),
        ("7", 7),
        (r'"\ud800"', "\ufffd"),
        (r'"a\udfffb\ud83d"', "a\ufffdb\ufffd"),
        (r'{"\udc00": ["\ud8ff"]}', {"\ufffd": ["\ufffd"]}),
        (r'"\ud83d\ude00"', "\U0001f600"),
        (r'"\\ud800"', r"\ud800"),
    ],
)
def test_what_json_has_no_form_for_is_read_as_a_text(written: str, read: object) -> None:
    decoded = decode(f'{{"a": [{written}]}}'.encode())

    assert decoded == {"a": [read]}
    json.dumps(decoded, allow_nan=False, ensure_ascii=False).encode()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_encoding_is_found(encoding: str) -> None:
    assert decode('{"name": "lün-\u20ac"}'.encode(encoding)) == {"name": "lün-\u20ac"}


@pytest.mark.parametrize("bad", [b"\xe9", b"\xed\xa0\x80", b"\xff\xfe"])
def test_bytes_that_are_no_characters_are_signs(bad: bytes) -> None:
    name = decode(b'{"name": "a' + bad + b'b"}')["name"]

    assert name.strip("\ufffd") == name
    assert set(name) == {"a", "\ufffd", "b"}


@pytest.mark.parametrize("opened", ["[", '{"a":'])
@pytest.mark.parametrize("levels", [101, 900, 100_000])
def test_levels_without_an_end_are_refused(levels: int, opened: str) -> None:
    closed = "]" if opened == "[" else "}"

    with pytest.raises((ValueError, RecursionError)):
        decode(f"{opened * levels}0{closed * levels}".encode())


def test_many_things_side_by_side_are_no_levels() -> None:
    assert decode(json.dumps({"luns": [{"a": [{}]}] * 500}).encode())["luns"][499] == {"a": [{}]}


def test_more_values_than_the_memory_is_for_are_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_decode, "_MOST_VALUES", 1000)
    monkeypatch.setattr(_decode.json, "loads", lambda *_args, **_rest: pytest.fail("it was read"))

    with pytest.raises(TooMuch, match="has more than"):
        decode(b"[" + b"[]," * 1000 + b"[]]")


def test_ten_thousand_luns_are_far_from_too_many() -> None:
    lun = {f"property{number}": "value, with: a [comma]" for number in range(40)}

    assert len(decode(json.dumps({"luns": [lun] * 10_000}).encode())["luns"]) == 10_000
