"""What a task tells of secrets that an appliance repeats, where its token goes, and what becomes of tokens that nobody gets."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import urllib.parse
from collections.abc import Callable
from typing import Any

import pytest
from lab_appliances import ROOT
from module_host import patch_module_args
from module_runner import HOST, ModuleHost
from scripted_appliance import (
    BASIC,
    GIVEN_TOKEN,
    PASSWORD,
    TOKEN,
    USERNAME,
    Exchange,
    ScriptedAppliance,
    fault,
    login,
    logout,
)

from ansible_collections.zfssa.storage.plugins.module_utils.run._module import _Module

from ansible_collections.zfssa.storage.plugins.module_utils.values._secrets import HIDDEN
from ansible_collections.zfssa.storage.plugins.modules import zfssa_rest

POOLS = "/api/storage/v1/pools"
READ = {"path": POOLS}

Run = Callable[..., dict[str, Any]]


@pytest.fixture(params=["module", "in-process"])
def run(request: pytest.FixtureRequest, module_host: ModuleHost, appliance: ScriptedAppliance, ca_path: str) -> Run:
    """Run a module, the one way and the other; its result, with all that it printed under `printed`."""

    def run(module: str, options: dict[str, Any], environment: dict[str, str] | None = None) -> dict[str, Any]:
        place = {"host": appliance.host, "port": appliance.port, "ca_path": ca_path, "timeout": 5}
        arguments = {
            **place,
            "username": USERNAME,
            "password": PASSWORD,
            **options,
            "_ansible_check_mode": False,
            "_ansible_diff": True,
            "_ansible_verbosity": 6,
            "_ansible_module_name": f"zfssa.storage.{module}",
        }
        order = {"module": module, "in_process": request.param == "in-process", "environment": environment or {}}
        answer = module_host.carry_out([{**order, "arguments": arguments}])[0]
        printed = answer["output"] + answer["errors"]
        return {**json.loads(answer["output"].strip().rpartition("\n")[2]), "printed": printed}

    return run


def test_token_that_a_fault_repeats_is_told_nowhere(run: Run, appliance: ScriptedAppliance) -> None:
    refused = fault(
        409, "ERR_CONFLICT", f"session {TOKEN} of {base64.b64encode(TOKEN.encode()).decode()} is in the way"
    )
    appliance.play(login(), Exchange("GET", POOLS, **refused), logout())

    result = run("zfssa_rest", READ)

    assert "session ******** of ******** is in the way" in result["msg"]
    assert TOKEN not in result["printed"]


def test_token_and_password_that_an_answer_repeats_are_told_nowhere(run: Run, appliance: ScriptedAppliance) -> None:
    body = {
        f"x-{TOKEN}": TOKEN,
        "login": BASIC,
        "url": f"/{urllib.parse.quote(PASSWORD)}",
        PASSWORD: {"name": PASSWORD},
    }
    appliance.play(login(), Exchange("GET", POOLS, body=body), logout())

    result = run("zfssa_rest", READ)

    assert result["response"]["body"]["x-********"] == HIDDEN
    assert not [secret for secret in (TOKEN, PASSWORD, BASIC[6:]) if secret in result["printed"]]


def test_no_half_of_a_token_is_left_where_a_value_is_cut(run: Run, appliance: ScriptedAppliance) -> None:
    body = {"property": ["-" * (56 - len(TOKEN)) + TOKEN + PASSWORD]}
    appliance.play(login(), Exchange("GET", "/api/storage/v1/schema/owner", body=body), logout())

    result = run("zfssa_schema", {"name": "owner", "type": "String"})

    assert "--********" in result["msg"]
    assert not [secret for secret in (TOKEN, PASSWORD) if secret[:-2] in result["printed"]]


def test_token_of_zfssa_session_is_told_where_it_belongs_only(run: Run, appliance: ScriptedAppliance) -> None:
    appliance.play(login())

    result = run("zfssa_session", {"state": "present"})

    assert result["session"]["token"] == TOKEN
    assert result["printed"].count(TOKEN) == 1


def test_token_of_the_environment_stays_away_from_another_appliance(run: Run, appliance: ScriptedAppliance) -> None:
    appliance.play(login(), Exchange("GET", POOLS, expects={"X-Auth-Session": TOKEN}), logout())

    result = run("zfssa_rest", READ, {"ZFSSA_HOST": "zs-east", "ZFSSA_SESSION": GIVEN_TOKEN})

    assert result["response"]["status"] == 200


def test_secrets_of_options_are_not_in_the_invocation(run: Run, appliance: ScriptedAppliance) -> None:
    appliance.play(login(), Exchange("POST", POOLS, body={"echo": "abc stands alone, abcd does not"}), logout())
    body = json.dumps({"rootPass": "abc", "bindpw": "x", "pin": 12, "nested": json.dumps({"community": "public-word"})})

    result = run("zfssa_rest", {"path": POOLS, "method": "POST", "body": body})

    assert "public-word" not in result["printed"]
    assert result["response"]["body"] == {"echo": "******** stands alone, abcd does not"}
    # Newer ansible-cores report no options unless they are asked to.
    unreported = {"module_args": {"body": dict.fromkeys(("rootPass", "bindpw", "pin"), HIDDEN)}}
    shown = result.get("invocation", unreported)["module_args"]["body"]
    assert {shown[key] for key in ("rootPass", "bindpw", "pin")} == {HIDDEN}


def test_text_that_is_no_structure_is_not_in_the_invocation(run: Run) -> None:
    result = run("zfssa_rest", {"path": POOLS, "method": "POST", "body": "the password is abc"})

    assert result["failed"]
    assert "the password" not in result["printed"]


class _Logged(_Module):
    """A module whose log can be read."""

    def log(self, msg: str, log_args: Any = None) -> None:
        """Take note of what goes to the log of the system."""
        self.logged = msg


@pytest.mark.parametrize("body", [{"pin": "123", "name": "x"}, '{"pin": "123", "name": "x"}', "pin=123 name=x"])
def test_log_of_the_system_has_no_short_secret(body: object) -> None:
    with patch_module_args({"host": "zs-east", "path": POOLS, "body": body}):
        module = _Logged(zfssa_rest.TASK, argument_spec=zfssa_rest.TASK.argument_spec())

    assert "123" not in module.logged
    assert "'name': 'x'" in module.logged
    assert module.params["body"] == {"pin": "123", "name": "x"}


@pytest.mark.parametrize("proxy", ["http://", "http://me:proxy-word@", "http://proxy:99999", "socks5://proxy:1"])
def test_wrong_proxy_is_said_to_be_one(proxy: str, run: Run) -> None:
    result = run("zfssa_rest", READ, {"HTTPS_PROXY": proxy, "NO_PROXY": ""})

    assert result["msg"].startswith("the proxy to https://127.0.0.1:")
    assert "HTTPS_PROXY" in result["msg"]
    assert "proxy-word" not in result["printed"]


def test_session_whose_token_nobody_gets_is_ended(appliance: ScriptedAppliance, ca_path: str) -> None:
    """As when the task was out of time, and nobody reads what its module prints."""
    appliance.play(login(), logout())
    options = {"host": appliance.host, "port": appliance.port, "ca_path": ca_path, "state": "present"}
    arguments = {**options, "username": USERNAME, "password": PASSWORD}
    order = {"module": "zfssa_session", "in_process": False, "arguments": arguments}
    program = "import json, module_host, sys; module_host.run(json.loads(sys.argv[1]))"
    with subprocess.Popen(
        [sys.executable, "-c", program, json.dumps(order)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(HOST.parent), str(ROOT / "build/collections")])},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert process.stdout
        process.stdout.close()

    assert process.returncode != 0
