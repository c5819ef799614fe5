"""Options of the connection become a checked connection."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.zfssa.storage.plugins.module_utils.client._client import Connection
from ansible_collections.zfssa.storage.plugins.module_utils.run._task import (
    connection_of,
    connection_spec,
    peer_connection_of,
)
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import InvalidInput

OPTIONS = {
    "host": "zs-east",
    "port": 215,
    "username": "robot",
    "password": "word",
    "validate_certs": True,
    "timeout": 120,
}


@pytest.mark.parametrize(
    ("options", "changes"),
    [
        ({}, {}),
        ({"host": " zs-east.example\n"}, {"host": "zs-east.example"}),
        ({"host": "2001:db8::7"}, {"host": "2001:db8::7"}),
        ({"host": "[::1]"}, {"host": "::1"}),
        ({"port": 65535, "timeout": 1}, {"port": 65535, "timeout": 1.0}),
        ({"session": "t", "password": None}, {"session": "t", "password": None}),
        ({"validate_certs": False}, {"validate_certs": False}),
    ],
)
def test_options_become_a_connection(options: dict[str, Any], changes: dict[str, Any]) -> None:
    plain: dict[str, Any] = {"host": "zs-east", "username": "robot", "password": "word"}

    assert connection_of({**OPTIONS, **options}) == Connection(**{**plain, **changes})


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"host": "https://zs-east"}, "without https://"),
        ({"host": "zs-east/api"}, "host"),
        ({"host": "user@zs-east"}, "host"),
        ({"host": ""}, "host"),
        ({"host": "zs east"}, "host"),
        ({"host": "zs-east:215"}, "host 'zs-east:215' has a port in it; give the port with the option port."),
        ({"host": "[::1]:215"}, "give the port with the option port"),
        ({"host": "[zs-east]"}, "is not a host name or address"),
        ({"host": "192.0.2.1:https"}, "host '192.0.2.1:https' is not a host name or address"),
        ({"host": "a:b:c"}, "is not a host name or address"),
        ({"host": "[12345::]"}, "is not a host name or address"),
        ({"port": 0}, "port 0"),
        ({"port": 65536}, "port 65536"),
        ({"timeout": 0}, "timeout 0"),
        ({"password": None}, "no way to log in"),
        ({"username": ""}, "no way to log in"),
        ({"username": None, "password": None, "session": ""}, "no way to log in"),
    ],
)
def test_option_that_can_never_be_right_is_refused(options: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        connection_of({**OPTIONS, **options})

    assert said in str(caught.value)
    assert "word" not in str(caught.value).replace("password", "")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"host": "https://zs-west"}, "target: host 'https://zs-west' is not a host name or address"),
        ({"port": 0}, "target: port 0 is out of range"),
        ({"timeout": 0}, "target: timeout 0 is out of range"),
        ({"ca_path": "/there/is/none"}, "target: ca_path /there/is/none does not exist"),
        ({"password": None}, "target: there is no way to log in to zs-east"),
    ],
)
def test_wrong_option_of_the_second_appliance_is_said_to_be_of_it(options: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        peer_connection_of({**OPTIONS, "target": {**OPTIONS, **options}}, "target")

    assert str(caught.value).startswith(said)
    assert peer_connection_of({"target": OPTIONS}, "target") == connection_of(OPTIONS)


def test_authority_must_be_there(tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    options = {**OPTIONS, "ca_path": str(file)}

    with pytest.raises(InvalidInput, match="does not exist"):
        connection_of(options)
    file.touch()
    assert connection_of(options).ca_path == str(file)


def test_secrets_are_not_logged_and_every_option_has_its_variable() -> None:
    spec = connection_spec()

    assert {name for name, option in spec.items() if option.get("no_log")} == {
        "password",
        "session",
    }
    assert all(option["fallback"][1] == [f"ZFSSA_{name.upper()}"] for name, option in spec.items())


@pytest.mark.parametrize("empty", ["", "  "])
def test_variable_of_the_environment_that_a_form_left_empty_is_not_set(
    empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in connection_spec():
        monkeypatch.setenv(f"ZFSSA_{name.upper()}", empty)

    found = ArgumentSpecValidator(connection_spec()).validate({})

    assert found.error_messages == ["missing required arguments: host"]
    given = {name: value for name, value in found.validated_parameters.items() if value is not None}
    assert given == {"port": 215, "validate_certs": True, "timeout": 120}


def test_variables_of_the_environment_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"HOST": "zs-east", "PORT": "1215", "VALIDATE_CERTS": "no"}.items():
        monkeypatch.setenv(f"ZFSSA_{name}", value)

    found = ArgumentSpecValidator(connection_spec()).validate({}).validated_parameters

    assert (found["host"], found["port"], found["validate_certs"]) == ("zs-east", 1215, False)
