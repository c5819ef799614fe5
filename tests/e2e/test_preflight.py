"""The role that looks whether an appliance is ready: everything that is wrong at once, as a fact and as a file, and nothing written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from accounts import CONNECTION, make_account
from lab_appliances import Record

from playbooks import Play, Stage

ROLE = [
    {
        "name": "Look",
        "hosts": "{{ on | default('localhost') }}",
        "gather_facts": False,
        "roles": ["zfssa.storage.preflight"],
    }
]
WRONG = {
    "project": "databases",
    "space": {"thick": "2T", "thin": "3T"},
    "initiators": ["iqn.2020-01.com.example:nobody"],
    "initiator_groups": ["nobody"],
    "targets": ["nowhere"],
    "peers": ["north"],
    "schema": [{"name": "owner", "type": "Integer"}],
    "services": ["smb"],
    "for": ["luns"],
}
PROBLEMS = [
    "service smb: service smb is disabled; enable it with zfssa_service.",
    "project tank/databases: project tank/databases does not exist; create it with zfssa_project.",
]


@pytest.fixture
def playbook(stage: Stage, tmp_path: Path) -> str:
    """A playbook that runs the role; the appliances have nothing on them."""
    stage.lab.reset()
    file = tmp_path / "look.yml"
    file.write_text(yaml.safe_dump(ROLE, sort_keys=False), encoding="utf-8")
    return str(file)


def variables(stage: Stage, connection: Record | None = None, **changes: Any) -> Record:
    """The variables of the role."""
    given = {"appliance": stage.lab.east.connection(**(connection or {})), "pool": "tank", **changes}
    return {f"preflight_{name}": value for name, value in given.items()}


def report_of(play: Play) -> Record:
    """The fact that the role has made."""
    facts = [task["result"].get("ansible_facts", {}) for task in play.tasks]
    return dict([one["preflight_report"] for one in facts if "preflight_report" in one][-1])


def test_ten_things_that_are_wrong_are_told_at_once(stage: Stage, playbook: str, tmp_path: Path) -> None:
    make_account(stage.lab, [])
    reports = []

    for mode in (["--check"], []):
        file = tmp_path / f"report{len(mode)}.json"
        play = stage.run(playbook, variables(stage, CONNECTION, report_file=str(file), **WRONG), *mode)

        assert play.status != 0
        assert play.writes == [] and play.changed == 0
        reports.append(report_of(play))
        assert len(reports[-1]["problems"]) == 10
        assert all(problem in play.message for problem in reports[-1]["problems"])
        assert set(PROBLEMS) <= set(reports[-1]["problems"])
        assert json.loads(file.read_text(encoding="utf-8")) == reports[-1]

    assert reports[0] == reports[1]
