"""Secrets inside lists and dicts of options: in no result, invocation or log, by the ordinary way and in the controller's process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from lab_appliances import ROOT
from module_host import patch_module_args
from module_runner import HOST
from secret_module import NAME, SPEC, TASK

from ansible_collections.zfssa.storage.plugins.module_utils.run._module import _Module

from ansible_collections.zfssa.storage.plugins.module_utils.values._secrets import HIDDEN

PLACE = {"host": "127.0.0.1", "session": "token-word"}
SECRETS = {f"word-of-{name}" for name in ("east", "west", "rack", "key", "vault")}
DEEP: dict[str, Any] = {
    "hosts": [{"name": "east", "secret": "word-of-east"}, {"name": "west", "word": "word-of-west"}],
    "site": {"racks": [{"accounts": [{"user": "u", "secret": "word-of-rack"}]}]},
    "keys": ["word-of-key"],
    "vault": {"any": [{"thing": "word-of-vault"}]},
}
# What each of them may be written as: Ansible takes a text for a list, a dict, or both.
WRITTEN: dict[str, Any] = {
    "hosts": "secret=word-of-east,word=word-of-west",
    "site": json.dumps(DEEP["site"]),
    "keys": "word-of-key",
    "vault": "thing=word-of-vault",
}


@pytest.mark.parametrize("options", [DEEP, WRITTEN], ids=["as structures", "as texts"])
def test_secrets_are_known_at_any_depth(options: dict[str, Any]) -> None:
    assert SECRETS <= TASK.secrets(options)
    assert not [secret for secret in SECRETS if secret in json.dumps(TASK.shown(options))]


def test_all_else_is_shown() -> None:
    assert TASK.shown(DEEP) == {
        "hosts": [{"name": "east", "secret": HIDDEN}, {"name": "west", "word": HIDDEN}],
        "site": {"racks": [{"accounts": [{"user": "u", "secret": HIDDEN}]}]},
        "keys": HIDDEN,
        "vault": HIDDEN,
    }


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        ({"hosts": []}, {"hosts": []}),
        ({"hosts": None}, {"hosts": None}),
        ({"hosts": [None, 7, "no structure"]}, {"hosts": [HIDDEN, HIDDEN, HIDDEN]}),
        ({"hosts": {"name": "a", "secret": "word"}}, {"hosts": [{"name": "a", "secret": HIDDEN}]}),
        ({"site": ["secret=word"]}, {"site": HIDDEN}),
        ({"site": {"racks": "accounts=word"}}, {"site": {"racks": [{"accounts": [HIDDEN]}]}}),
        ({"site": {"racks": {"accounts": 7}}}, {"site": {"racks": [{"accounts": [HIDDEN]}]}}),
    ],
)
def test_what_is_no_such_structure_is_not_shown_at_all(options: dict[str, Any], shown: dict[str, Any]) -> None:
    assert TASK.shown(options) == shown
    TASK.secrets(options)


def test_flags_and_what_is_empty_are_no_secrets() -> None:
    assert TASK.secrets({"keys": ["", None, True], "vault": {}, "hosts": [{"secret": ""}]}) == set()


class _Logged(_Module):
    """A module whose log can be read."""

    def log(self, msg: str, log_args: Any = None) -> None:
        """Take note of what goes to the log of the system."""
        self.logged = msg


@pytest.mark.parametrize("options", [DEEP, WRITTEN], ids=["as structures", "as texts"])
def test_log_of_the_system_has_none_of_them(options: dict[str, Any]) -> None:
    with patch_module_args({**PLACE, **options}):
        module = _Logged(TASK, argument_spec=TASK.argument_spec())

    assert "accounts" in module.logged
    assert not [secret for secret in SECRETS if secret in module.logged]


RUNS: dict[str, dict[str, Any]] = {
    "structures": DEEP,
    "texts": WRITTEN,
    "refused": {**DEEP, "refuse": True},
    "no dict among dicts": {**DEEP, "hosts": [*DEEP["hosts"], 7]},
    "JSON for a list": {**DEEP, "hosts": json.dumps(DEEP["hosts"])},
    "wrong elsewhere": {**DEEP, "refuse": "word-of-east"},
}
WAYS = ("module", "in-process")
# Ansible finds collections by its own means only when it begins before anything of them has been imported.
PROGRAM = "from ansible.plugins.loader import init_plugin_loader as begin; begin(); import secret_module; secret_module.main()"


@pytest.fixture(scope="module")
def printed() -> dict[tuple[str, str], str]:
    """What all runs have printed, by their names and their ways; they share one start of Ansible."""
    mode = {f"_ansible_{key}": value for key, value in (("check_mode", False), ("diff", True), ("verbosity", 6))}
    rows = [(name, way) for name in RUNS for way in WAYS]
    orders = [
        {
            "module": NAME,
            "in_process": way == "in-process",
            "arguments": {**PLACE, **RUNS[name], **mode, "_ansible_module_name": f"zfssa.storage.{NAME}"},
        }
        for name, way in rows
    ]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, json.dumps(orders)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(HOST.parent), str(ROOT / "build/collections")])},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    answers = json.loads(done.stdout.splitlines()[-1])
    return {row: answer["output"] + answer["errors"] for row, answer in zip(rows, answers, strict=True)}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", RUNS)
def test_no_result_has_them(name: str, way: str, printed: dict[tuple[str, str], str]) -> None:
    text = printed[name, way]
    result = json.loads(next(line for line in text.splitlines() if line.startswith("{")))

    assert result.get("failed", False) == (name not in ("structures", "texts"))
    # Newer ansible-cores report no options unless they are asked to.
    assert set(RUNS[name]) <= set(result.get("invocation", {"module_args": SPEC})["module_args"])
    assert [secret for secret in SECRETS if secret in text] == []
