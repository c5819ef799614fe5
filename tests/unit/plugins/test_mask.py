"""What takes secrets out of what is shown: in every form, in values and in keys, and never so that a result cannot be read."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.zfssa.storage.plugins.module_utils.client._transport import translate
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.san._table import check_alias
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import InvalidInput, from_reply
from ansible_collections.zfssa.storage.plugins.module_utils.values._mask import COVER, Mask, clipped, masking
from ansible_collections.zfssa.storage.plugins.module_utils.values._names import check_name
from ansible_collections.zfssa.storage.plugins.module_utils.values._secrets import HIDDEN, learn_token
from ansible_collections.zfssa.storage.plugins.module_utils.values._wire import brief

SECRET = "p\"a\\s's wörd/+€&1"
FORMS = {
    "letter for letter": SECRET,
    "JSON": json.dumps(SECRET)[1:-1],
    "JSON with all letters": json.dumps(SECRET, ensure_ascii=False)[1:-1],
    "JSON in JSON": json.dumps(json.dumps(SECRET))[1:-1],
    "JSON with escaped slashes": json.dumps(SECRET)[1:-1].replace("/", "\\/"),
    "repr": repr(SECRET),
    "repr of bytes": repr(SECRET.encode()),
    "ascii": ascii(SECRET),
    "URL": quote(SECRET, safe=""),
    "path of a URL": quote(SECRET),
    "form": quote_plus(SECRET),
    "URL in small letters": quote(SECRET, safe="").replace("%C3", "%c3").replace("%B6", "%b6").replace("%2F", "%2f")
    .replace("%2B", "%2b").replace("%5C", "%5c").replace("%E2", "%e2").replace("%AC", "%ac"),
    "HTML": html.escape(SECRET),
    "Base64": base64.b64encode(SECRET.encode()).decode(),
    "Base64 of a URL": base64.urlsafe_b64encode(SECRET.encode()).decode().rstrip("="),
    "login": base64.b64encode(f"robot:{SECRET}".encode()).decode(),
    "login as JSON has it": base64.b64encode(f"robot:{SECRET}".encode()).decode().replace("/", "\\/"),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_hidden_in_values_and_keys(form: str) -> None:
    written = FORMS[form]

    shown = Mask({SECRET}, [("robot", SECRET)]).value({"a": f"<{written}>", f"<{written}>": [1]})

    assert shown == {"a": shown["a"], shown["a"]: [1]}
    assert not [part for part in ("wörd", "rd/", "robot", written.strip("'\"b")) if part in json.dumps(shown)]


@pytest.mark.parametrize("user", ["a", "ab", "abc", "somebody else"])
def test_login_of_an_unknown_user_is_hidden_in_its_middle(user: str) -> None:
    written = base64.b64encode(f"{user}:lab-password-1".encode()).decode()

    assert "*" * 8 in Mask({"lab-password-1"}).text(f"Basic {written}")


LETTERS = st.sampled_from("ab1 \"'\\/+&<%é€\n")


@given(secret=st.text(LETTERS, min_size=5, max_size=9), before=st.text(LETTERS, max_size=3), after=st.text(max_size=3))
def test_any_secret_is_hidden(secret: str, before: str, after: str) -> None:
    assert secret not in Mask({secret}).text(f"{before}|{secret}|{after}").replace("*" * 8, "")


def test_value_that_is_a_secret_is_said_to_be_one() -> None:
    assert Mask({"word", "12345"}).value(["word", 12345, 9123456, True, None, 1.5]) == [
        HIDDEN, HIDDEN, HIDDEN, True, None, 1.5,
    ]  # fmt: skip


def test_short_secret_that_only_a_key_tells_is_hidden_where_it_stands_alone() -> None:
    mask = Mask((), (), {"pin", "1234"})

    assert mask.text("pin: spinning") == "********: spinning"
    assert mask.value([1234, 12345]) == [HIDDEN, 12345]


@pytest.mark.parametrize("secret", ["a", "e", "msg", "status", "changed"])
def test_names_of_a_result_stay(secret: str) -> None:
    result = {"changed": False, "msg": "x", "failure": {"status": 1}, "invocation": {"module_args": {"name": "x"}}}

    shown = Mask({secret}).result(result)

    assert shown["changed"] is False
    assert list(shown) == list(result)
    assert list(shown["failure"]) == ["status"]
    assert list(shown["invocation"]["module_args"]) == ["name"]


def test_keys_that_are_alike_without_the_secret_stay_apart() -> None:
    shown = Mask({"secret-1", "secret-2"}).value({"x": {"a secret-1": 1, "a secret-2": 2}})

    assert shown == {"x": {"a ********": 1, "a ******** (2)": 2}}


def test_token_that_becomes_known_later_is_hidden() -> None:
    mask = Mask(())
    assert mask.text("a token-of-this-test") == "a token-of-this-test"

    learn_token("token-of-this-test")

    assert mask.text("a token-of-this-test") == "a ********"


def test_structure_without_secrets_stays_as_it_is() -> None:
    value: dict[str, Any] = {"a": [1, {"b": None, "c": "x" * 99}], "d": {}}

    assert Mask({"word"}).value(value) == value


@pytest.mark.parametrize("before", [0, 20, 30, 41, 50])
def test_nothing_is_left_of_a_secret_in_a_text_that_is_cut(before: int) -> None:
    text = "-" * before + SECRET * 3

    with masking(Mask([SECRET])):
        shown = [
            clipped(text, 60),
            brief(text),
            brief([text]),
            refused(check_name, text),
            refused(check_alias, "\n" + text),
        ]

    assert [one for one in shown if SECRET[:4] in one or json.dumps(SECRET)[1:6] in one] == []
    assert all(len(one) < 250 for one in shown)


@pytest.mark.parametrize("end", ["", ".", ". "])
def test_full_stop_of_a_secret_is_none_of_a_sentence(end: str) -> None:
    body = {"fault": {"message": f"no right for secret-word.{end}", "name": "ERR_X"}}
    with masking(Mask(["secret-word."])):
        error = from_reply(400, body, "GET /api")

    assert error.reason == "no right for secret-word."
    assert from_reply(400, {"fault": {"message": "no. "}}, "GET /api").reason == "no"


def test_what_a_proxy_says_of_a_secret_is_covered_before_it_is_cut() -> None:
    said = requests.exceptions.ConnectionError("Tunnel connection failed: 407 first: part'")
    with masking(Mask(["first: part'"])):
        error = translate(requests.exceptions.ProxyError(said), "https://zs-east:215", "GET /api", 5)

    assert "part" not in str(error)
    assert COVER in str(error)


def refused(check: Callable[[str, str], str], text: str) -> str:
    """What is said of a name that is none."""
    with pytest.raises(InvalidInput) as caught:
        check("name", text)
    return str(caught.value)


def test_what_is_looked_for_is_worked_out_once_for_all_items_of_a_loop() -> None:
    first, second = (Mask({"word-of-mouth"}, [("admin", "word-of-mouth")]) for _item in range(2))

    assert first._sought is second._sought
