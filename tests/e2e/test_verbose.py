"""At the highest verbosity, with differences and a log, a run shows no secret in any form, whichever way its modules run."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
import yaml
from selection import ALL

from playbooks import Stage

pytestmark = pytest.mark.command

CHAP = 'o"ne\\<&>two3'
ROOT = "päss wörd/4%5"
BODY = "body'Secret{6}"
WRONG = "wrong$Word#7é"
SECRETS = (CHAP, ROOT, BODY, WRONG, "lab-password")


def forms(secret: str, user: str) -> set[str]:
    """Return what would tell a secret: as it is, in JSON, quoted for URLs, in Base64, and as a Python text."""
    login = base64.b64encode(f"{user}:{secret}".encode()).decode()
    found = {
        secret,
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        quote(secret),
        quote_plus(secret),
    }
    return {*found, repr(secret)[1:-1], login.rstrip("="), base64.b64encode(secret.encode()).decode().rstrip("=")}


def tasks(east: dict[str, Any], west: dict[str, Any], way: dict[str, Any]) -> list[dict[str, Any]]:
    """Return tasks that get secrets, and some that fail with them; `way` says how the modules are run."""
    iqn = "iqn.2020-01.com.example:"
    bad = {**east, "password": WRONG}
    named: list[dict[str, Any]] = [
        {"zfssa.storage.zfssa_initiator": {"initiator": f"{iqn}h", "chap_user": "h", "chap_secret": CHAP, **east}},
        {"zfssa.storage.zfssa_target": {"alias": "t", "auth": "chap", "chap_user": "t", "chap_secret": CHAP, **east}},
        {
            "zfssa.storage.zfssa_target": {
                "alias": "{{ item }}", "auth": "chap", "chap_user": "t", "chap_secret": "{{ words[item] }}", **east
            },
            "loop": ["u"],
            "vars": {"words": {"u": CHAP}},
        },
        {
            "zfssa.storage.zfssa_replication_target": {
                "label": "peer", "hostname": west["host"], "root_password": ROOT, **east
            }
        },
        {
            "zfssa.storage.zfssa_rest": {
                "method": "POST", "path": "/api/user/v1/users",
                "body": {"logname": "ops", "type": "local", "initial_password": BODY}, **east
            }
        },
        {"zfssa.storage.zfssa_info": {"gather_subset": ["all"], **east}},
        {"zfssa.storage.zfssa_info": bad},
        {"zfssa.storage.zfssa_lun": {"pool": WRONG, "project": "p", "name": "n", **bad}},
        {"zfssa.storage.zfssa_lun": {"pool": "tank", "no_such_option": 1, **bad}},
    ]  # fmt: skip
    # A module in a process of its own takes seconds to start: there, one task for each way that a secret goes.
    chosen = named if ALL or not way else [named[place] for place in (0, 3, 4, 6, 8)]
    return [{**task, **way, "ignore_errors": True} for task in chosen]


# How Ansible shows what it runs is no matter of check mode; what a module returns there is shown by either way.
@pytest.mark.parametrize(
    ("way", "check"),
    [
        pytest.param({}, False, id="real-in-process", marks=pytest.mark.essential),
        pytest.param({"async": 60, "poll": 2}, False, id="real-module", marks=pytest.mark.essential),
        pytest.param({}, True, id="check-in-process"),
        # In the background there is no check mode.
        pytest.param({"become": True}, True, id="check-module", marks=pytest.mark.long),
    ],
)
def test_no_secret_is_shown_in_any_form(way: dict[str, Any], check: bool, stage: Stage, tmp_path: Path) -> None:
    lab = stage.lab
    log = tmp_path / "ansible.log"
    (tmp_path / "ansible.cfg").write_text(f"[defaults]\nlog_path = {log}\n", encoding="utf-8")
    file = tmp_path / "play.yml"
    listed = tasks(lab.east.connection(), lab.west.connection(), way)
    play = {"hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": listed}
    file.write_text(yaml.safe_dump([play]), encoding="utf-8")

    status, output, results = stage.shown(str(file), {}, "-vvvvvv", "--diff", *(["--check"] if check else []))

    shown = output + results + log.read_text(encoding="utf-8")
    assert status == 0, output
    outcomes = [json.loads(line)["outcome"] for line in results.splitlines()]
    assert outcomes.count("ok") >= (5 if len(listed) == 9 else 2) and len(outcomes) >= len(listed), output
    users = ("admin", "h", "t", "ops", "root")
    leaked = sorted({secret for secret in SECRETS for user in users for form in forms(secret, user) if form in shown})
    assert leaked == []
    assert lab.sessions() == 0
