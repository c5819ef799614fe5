"""The token of the environment goes to the environment's appliance, and only from tasks without credentials of their own."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.zfssa.storage.plugins.module_utils.client._environment_session import (
    environment_secrets,
    has_session,
)
from ansible_collections.zfssa.storage.plugins.module_utils.run._task import connection_of
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import InvalidInput
from ansible_collections.zfssa.storage.plugins.modules import zfssa_lun, zfssa_session

OWN = {"username": "robot", "password": "word"}


@pytest.fixture(autouse=True)
def _surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZFSSA_HOST", "zs-east")
    monkeypatch.setenv("ZFSSA_SESSION", "token-word")
    monkeypatch.delenv("ZFSSA_PORT", raising=False)


def settled(given: dict[str, Any], **completed: Any) -> Any:
    """The session with which a task goes on that was given some options."""
    defaults = {"host": "zs-east", "port": 215, "session": "token-word"}
    return zfssa_lun.TASK.settled(given, {**defaults, **given, **completed})["session"]


@pytest.mark.parametrize(
    ("given", "completed", "session"),
    [
        ({}, {}, "token-word"),
        ({"host": "ZS-EAST "}, {}, "token-word"),
        ({"host": "zs-east"}, OWN, "token-word"),
        ({"host": "zs-west"}, {}, None),
        ({"host": "zs-west", **OWN}, {}, None),
        ({"port": 216}, {}, None),
        ({"host": "zs-east", **OWN}, {}, None),
        ({"password": "word"}, OWN, None),
        ({"username": "robot"}, {}, "token-word"),
        ({"host": "zs-west", "session": "mine"}, {}, "mine"),
        ({"session": "", **OWN}, {}, ""),
    ],
)
def test_session_of_the_environment(given: dict[str, Any], completed: dict[str, Any], session: str | None) -> None:
    assert settled(given, **completed) == session


def test_environment_that_names_no_appliance_has_a_session_for_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ZFSSA_HOST")

    assert settled({"host": "zs-east"}) is None


@pytest.mark.parametrize(("port", "session"), [("216", "token-word"), ("215", None), ("", None)])
def test_port_of_the_environment_counts(port: str, session: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZFSSA_PORT", port)

    assert settled({}, port=216) == session


def test_session_of_the_environment_can_be_ended_by_a_task_with_credentials() -> None:
    options = {"host": "zs-east", "port": 215, "session": "token-word", "state": "absent", **OWN}

    assert zfssa_session.TASK.settled({"state": "absent", **OWN}, options)["session"] == "token-word"


def test_refusal_says_whose_session_it_is() -> None:
    options = {"host": "zs-west", "port": 215, "timeout": 9, "validate_certs": True, "session": None}

    with pytest.raises(
        InvalidInput, match="ZFSSA_SESSION is for the appliance that ZFSSA_HOST and ZFSSA_PORT name only"
    ):
        connection_of(options)


def test_secrets_of_the_environment_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZFSSA_PASSWORD", "lab-word")
    monkeypatch.setenv("HTTPS_PROXY", "http://me:proxy%2Fword@proxy:3128")

    assert environment_secrets() == {"token-word", "lab-word", "proxy%2Fword", "proxy/word"}
    assert environment_secrets() <= zfssa_lun.TASK.secrets({})


def test_variables_that_a_form_left_blank_hide_no_spaces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZFSSA_PASSWORD", " ")
    monkeypatch.setenv("ZFSSA_SESSION", "\n")
    monkeypatch.setenv("HTTPS_PROXY", "http://me:%20@proxy:3128")

    # Nothing is left of the blank ones; of the proxy's only what stands in the address.
    assert environment_secrets() == {"%20"}
    assert not has_session()
