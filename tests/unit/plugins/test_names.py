"""Names of objects, and how they stand in a URL."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import InvalidInput
from ansible_collections.zfssa.storage.plugins.module_utils.values._names import (
    check_custom_name,
    check_name,
    segment,
)


@pytest.mark.parametrize(
    "name",
    ["a", "9", "lun-a", "LUN_A", "proj.a", "a:b", "com.sun.ms.vss.hg.maskAll", "x" * 255, "a-", "a.", "_a", "-a", ":a"],
)
def test_possible_name_is_returned_as_it_is(name: str) -> None:
    assert check_name("name", name) == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "a..b",
        ".auto-1",
        "a b",
        " a",
        "a ",
        "a/b",
        "../../etc",
        "a?b",
        "a#b",
        "a%2fb",
        "a@b",
        "a\tb",
        "\na",
        "lün",
        "x" * 256,
    ],
)
def test_impossible_name_is_refused_with_its_option(name: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        check_name("new_name", name)

    assert "new_name" in str(caught.value)
    assert "letters, digits" in str(caught.value)


@pytest.mark.parametrize("name", ["a\n", "lun-a\n"])
def test_name_with_a_newline_at_its_end_is_refused(name: str) -> None:
    with pytest.raises(InvalidInput):
        check_name("name", name)


@pytest.mark.parametrize(
    ("given", "name"), [("owner", "owner"), ("custom:owner", "owner"), ("a:custom:b", "a:custom:b")]
)
def test_custom_name_may_have_its_prefix(given: str, name: str) -> None:
    assert check_custom_name("name", given) == name


@pytest.mark.parametrize("given", ["custom:custom:owner", "custom:custom:", "custom:custom:custom:a"])
def test_custom_name_with_two_prefixes_is_refused(given: str) -> None:
    with pytest.raises(InvalidInput, match=f"name '{given}' begins with custom: more than once; give the name"):
        check_custom_name("name", given)


def test_message_does_not_repeat_a_name_of_any_length() -> None:
    with pytest.raises(InvalidInput) as caught:
        check_name("name", "x" * 5000)

    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    ("value", "quoted"),
    [
        ("lun-a", "lun-a"),
        ("a/b", "a%2Fb"),
        ("alias=tgt-a", "alias=tgt-a"),
        ("a?b#c d", "a%3Fb%23c%20d"),
        ("a:b", "a:b"),
        ("%2f", "%252f"),
        ("lün", "l%C3%BCn"),
        (7, "7"),
        (None, "None"),
    ],
)
def test_segment_is_quoted(value: object, quoted: str) -> None:
    assert segment(value) == quoted


@pytest.mark.parametrize("value", [".", ".."])
def test_segment_does_not_walk_through_the_path(value: str) -> None:
    with pytest.raises(InvalidInput, match="not a possible name"):
        segment(value)


@given(st.text(min_size=1, max_size=40).filter(lambda text: text.isprintable() and text not in (".", "..")))
def test_segment_stays_one_segment_whatever_it_holds(text: str) -> None:
    url = urlsplit(f"https://host:215/api/{segment(text)}/end")

    assert [unquote(part) for part in url.path.split("/")] == ["", "api", text, "end"]
    assert (url.query, url.fragment) == ("", "")
