"""The role that looks whether an appliance is ready: everything that is wrong at once, as a fact and as a file, and nothing written."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from accounts import CONNECTION, grants, make_account
from cases import prepare, project, target_group
from lab_appliances import ROOT, Record

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


def shown(play: Play) -> list[str]:
    """The lines that the role shows of its findings."""
    (lines,) = [task["result"]["msg"] for task in play.tasks if task["task"].endswith("Show what was found")]
    return list(lines)


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


def test_role_that_only_reports_does_not_fail(stage: Stage, playbook: str) -> None:
    play = stage.run(playbook, variables(stage, {"password": "wrong-password"}, fail=False, targets="t,u"))

    assert play.status == 0, play.output
    report = report_of(play)
    assert not report["passed"] and len(report["problems"]) == 1
    assert "refuses the login" in report["problems"][0]
    assert {one["outcome"] for one in report["preflight"][1:]} == {"unknown"}
    assert {one["subject"] for one in report["preflight"] if one["check"] == "target"} == {"t", "u"}


def test_each_appliance_of_the_inventory_has_its_report(stage: Stage, playbook: str, tmp_path: Path) -> None:
    lab, inventory = stage.lab, tmp_path / "appliances.yml"
    hosts = {
        one.name: {"ansible_host": one.facts["host"], "rest_port": one.facts["port"]} for one in (lab.east, lab.west)
    }
    inventory.write_text(yaml.safe_dump({"appliances": {"hosts": hosts}}), encoding="utf-8")
    prepare(lab, (("west", "PUT", "service/v1/services/iscsi/disable", None),))
    connection = {**lab.east.connection(), "port": "{{ rest_port }}"}
    del connection["host"]
    given = {
        "on": "appliances",
        "preflight_appliance": connection,
        "preflight_space": "1G",
        "preflight_pool": "tank",
        "preflight_report_file": str(tmp_path / "{{ inventory_hostname }}.json"),
    }

    play = stage.run(playbook, given, "-i", str(inventory))

    assert play.status != 0
    reports = {name: json.loads((tmp_path / f"{name}.json").read_text(encoding="utf-8")) for name in ("east", "west")}
    assert reports["east"]["passed"] and reports["east"]["problems"] == []
    assert reports["west"]["problems"] == ["service iscsi: service iscsi is disabled; enable it with zfssa_service."]
    assert play.message.startswith("127.0.0.1 is not ready, ")


def test_variable_that_the_role_does_not_have_is_refused_before_a_login(stage: Stage, playbook: str) -> None:
    play = stage.run(playbook, variables(stage, pol="tank"))

    assert play.status != 0 and play.requests == []
    assert "preflight_pol is not a variable of the role preflight; there are preflight_appliance," in play.message


GUIDE = (ROOT / "docs/preflight.md").read_text(encoding="utf-8")
WELL = (
    *target_group("db-targets"),
    ("PUT", "san/v1/iscsi/targets/alias=t-db-targets", {"alias": "db-target", "interfaces": ["ixgbe0", "ixgbe1"]}),
    ("POST", "san/v1/iscsi/initiators", {"initiator": "iqn.1998-01.com.example:db1", "alias": "db1"}),
    ("POST", "storage/v1/schema", {"property": "owner", "type": "String"}),
)
MISSING = (
    project("databases"),
    ("POST", "san/v1/iscsi/initiator-groups", {"name": "db-hosts", "initiators": ["iqn.1998-01.com.example:db1"]}),
)


def block(language: str) -> str:
    """The first block of a language in the guide."""
    return re.findall(rf"^```{language}\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)[0]


@pytest.mark.essential
def test_guide_shows_what_the_role_says(stage: Stage, tmp_path: Path) -> None:
    lab = stage.lab
    lab.reset()
    prepare(lab, WELL)
    allowed = [grant for grant in grants("Module") if grant.whose in ("zfssa_lun", "zfssa_lun_mapping")]
    make_account(lab, allowed, pool="tank")
    lab.control("POST", "/hardware", {"appliance": "east", "interface": "ixgbe1", "broken": True})
    file = tmp_path / "look.yml"
    connection = json.dumps(lab.east.connection(**CONNECTION))
    text, times = re.subn(r"(?<=preflight_appliance: ){.*", lambda _found: connection, block("yaml"))
    assert times == 1
    file.write_text(text, encoding="utf-8")

    play = stage.run(str(file), {})

    assert play.status != 0
    assert [line.replace(lab.east.facts["host"], "zs-east.example.com") for line in shown(play)] == block(
        "text"
    ).splitlines()
    written = json.loads((tmp_path / "preflight.json").read_text(encoding="utf-8"))
    assert written == report_of(play)
    assert written.keys() == json.loads(block("json")).keys()
    # Once the cures are taken, it passes.
    lab.control("POST", "/hardware", {"appliance": "east", "interface": "ixgbe1", "broken": False})
    prepare(lab, MISSING)
    role = f"role/v1/roles/{CONNECTION['username']}/authorizations"
    flags = ("allow_takeSnap", "allow_renameSnap", "allow_destroySnap")
    prepare(lab, (("POST", role, {"scope": "nas", "pool": "tank", **dict.fromkeys(flags, True)}),))
    play = stage.run(str(file), {})
    assert play.status == 0, play.output
    assert report_of(play)["passed"] and play.writes == []
