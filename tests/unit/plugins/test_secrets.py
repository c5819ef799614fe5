"""Secrets that only their keys tell: hidden in structures by key, in texts by value, and never so that words go missing."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import pytest
from book import Book

from ansible_collections.zfssa.storage.plugins.module_utils.run._perform import Mode, perform
from ansible_collections.zfssa.storage.plugins.module_utils.run._task import Task
from ansible_collections.zfssa.storage.plugins.module_utils.values._secrets import (
    HIDDEN,
    hidden,
    is_secret,
    secret_texts,
)
from ansible_collections.zfssa.storage.plugins.modules import zfssa_lun, zfssa_rest, zfssa_service

SERVICE = "/api/service/v1/services/ldap"
CONNECTION = {"host": "zs-east", "port": 215, "session": "token-word", "validate_certs": True, "timeout": 9}
MASK = "********"


@pytest.mark.parametrize(
    "key",
    [
        "password", "proxy_password", "root_password", "initial_password", "Password", "passwd", "passphrase",
        "chapsecret", "targetchapsecret", "client_secret", "token", "auth_token", "token_value", "private_key",
        "privatekey", "secret_key", "access-key", "apikey", "key", "credentials", "authpass", "privpass", "bind_pass",
        "password_admin", "pwd", "pin", "community", "bindpw", "psk", "authorization", "session_id", "sessionid", "ssh_key",
        "master_key", "rootPass", "registration_pin", "root_pwd", "Authorization", "X-Session-Id", "snmp_community",
    ],
)  # fmt: skip
def test_key_of_a_secret(key: str) -> None:
    assert is_secret(key)


@pytest.mark.parametrize(
    "key",
    [
        "name", "keyname", "keys", "public_key", "chapuser", "passive", "bypass_cache", "compass", "monkey", "keystore",
        "password_min", "password_length", "token_lifetime", "secret_type", "token_name", "password_required",
        "spinning", "ping", "pinned", "opinion", "communities", "authorizations", "sessions", "backup", "shipping",
        "community_name", "session_timeout",
    ],
)  # fmt: skip
def test_key_of_no_secret(key: str) -> None:
    assert not is_secret(key)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ({"password": "a"}, {"password": HIDDEN}),
        ({"password": 12}, {"password": HIDDEN}),
        ({"password": ["a", {"b": "c"}]}, {"password": [HIDDEN, {"b": HIDDEN}]}),
        ({"a": [{"token": "b", "n": 1}]}, {"a": [{"token": HIDDEN, "n": 1}]}),
        ({"password": ""}, {"password": ""}),
        ({"password": None}, {"password": None}),
        ({"initial_password": True}, {"initial_password": True}),
        ({"password": MASK}, {"password": MASK}),
        ([1, "password"], [1, "password"]),
        (None, None),
    ],
)
def test_structure_without_its_secrets(value: Any, shown: Any) -> None:
    assert hidden(value) == shown


@pytest.mark.parametrize(
    ("value", "texts"),
    [
        ({"password": "long-word", "name": "other"}, {"long-word"}),
        ({"password": "four"}, set()),
        ({"password": 123456}, {"123456"}),
        ({"password": True, "token": None, "secret": MASK}, set()),
        ({"a": [{"secret": {"b": ["long-word"]}}]}, {"long-word"}),
    ],
)
def test_texts_that_are_to_be_kept_out(value: Any, texts: set[str]) -> None:
    assert secret_texts(value) == texts


@pytest.mark.parametrize(
    "written", [{"chapsecret": "long-word"}, '{"chapsecret": "long-word"}', "chapsecret=long-word"]
)
def test_task_knows_the_secrets_of_its_options(written: object) -> None:
    options = {**CONNECTION, "password": "lab-word", "body": written}

    assert zfssa_rest.TASK.secrets(options) == {"long-word", "lab-word", "token-word"}


def test_text_that_means_no_structure_holds_no_secret() -> None:
    assert zfssa_rest.TASK.secrets({"body": "chapsecret long-word"}) == set()


def test_text_inside_a_structure_may_be_one_itself() -> None:
    body = {"config": '{"token": "long-word", "n": 1}', "text": "{no JSON}"}

    assert zfssa_rest.TASK.secrets({"body": body}) == {"long-word"}
    assert zfssa_rest.TASK.shown({"body": body}) == {
        "body": {"config": f'{{"token": "{HIDDEN}", "n": 1}}', "text": "{no JSON}"}
    }


def test_options_are_told_without_their_secrets() -> None:
    options = {"password": "lab-word", "session": None, "body": {"token": "a", "n": 1}, "query": None}

    shown = {"password": HIDDEN, "session": None, "body": {"token": HIDDEN, "n": 1}, "query": None}
    assert zfssa_rest.TASK.shown(options) == shown


def test_module_with_fixed_options_tells_all_that_it_found() -> None:
    results = {"lun": {"custom": {"token": "a"}}}

    assert zfssa_lun.TASK.shown_results(results) == results


class Appliance(Book):
    """Pages for a task that is run as a whole."""

    log: tuple[Any, ...] = ()

    def tell(self, text: str) -> None:
        """Nobody listens."""


def service(task: Task, check: bool, **properties: Any) -> tuple[dict[str, Any], Appliance]:
    """Run the module for a service that has a password, and answers with the new one."""
    page = {"service": {"<status>": "online", "proxy_password": "old-word", "proxy_user": "me"}}
    book = Appliance({SERVICE: page})
    book.answers = [{"service": {**page["service"], **properties}}]
    options = {**CONNECTION, "name": "ldap", "properties": properties}
    return perform(task, options, Mode(check=check, diff=True), lambda _connection: nullcontext(book)), book  # type: ignore[arg-type,return-value]


@pytest.mark.parametrize("check", [True, False])
def test_secret_of_a_service_is_sent_and_not_told(check: bool) -> None:
    result, book = service(zfssa_service.TASK, check, proxy_password="new-word", proxy_user="you")

    assert result["changed"]
    assert "old-word" not in str(result) and "new-word" not in str(result)
    assert result["service"]["properties"] == {"proxy_password": HIDDEN, "proxy_user": "you"}
    assert result["diff"]["before"]["properties"] == {"proxy_password": HIDDEN, "proxy_user": "me"}
    assert book.sent == ([] if check else [("PUT", SERVICE, {"proxy_password": "new-word", "proxy_user": "you"})])


def test_secret_that_is_there_already_is_no_change() -> None:
    result, book = service(zfssa_service.TASK, False, proxy_password="old-word")

    assert not result["changed"]
    assert book.sent == []
