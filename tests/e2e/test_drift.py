"""What has drifted: by a document or by somebody's own tasks, on several appliances, in reports, and without a write."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml
from cases import prepare
from lab_appliances import Record

from playbooks import Play, Stage

PLAYBOOK = "zfssa.storage.drift"
SECRET = "initiator-key-1"
IQN = "iqn.1998-01.com.example:{}"
DOCUMENT = {
    "defaults": {"pool": "tank", "project": "databases"},
    "config": {
        "projects": [{"name": "databases", "compression": "lz4"}],
        "initiators": [{"initiator": IQN.format("db1"), "chap_user": "db1", "chap_secret": "{{ db1_secret }}"}],
        "luns": [{"name": name, "size": "1G"} for name in ("data-1", "redo-1", "redo-2")],
    },
}
PROJECT = "storage/v1/pools/tank/projects"
# The appliance of the document, but for what is otherwise: one LUN is smaller, one has grown, which no plan takes back.
DRIFTED = (
    ("POST", PROJECT, {"name": "databases", "compression": "lz4"}),
    ("POST", "san/v1/iscsi/initiators", {"initiator": IQN.format("db1"), "chapuser": "db1", "chapsecret": SECRET}),
    *(
        ("POST", f"{PROJECT}/databases/luns", {"name": name, "volsize": size})
        for name, size in (("data-1", "2g"), ("redo-1", "512m"), ("redo-2", "1g"))
    ),
    # Not declared, and neither to be purged: the one is protected, and something uses the others.
    ("POST", f"{PROJECT}/databases/luns", {"name": "extra", "volsize": "1g", "nodestroy": True}),
    ("POST", "san/v1/iscsi/initiators", {"initiator": IQN.format("db2")}),
    ("POST", "san/v1/iscsi/initiator-groups", {"name": "others", "initiators": [IQN.format("db2")]}),
)
UNDECLARED = [("initiator", IQN.format("db2")), ("initiator_group", "others"), ("lun", "tank/databases/extra")]


@pytest.fixture
def blank(stage: Stage) -> Stage:
    """A stage with nothing on it."""
    stage.lab.reset()
    return stage


def drift(stage: Stage, given: Record, *arguments: str) -> Play:
    """Look for drift; nothing may be written or told."""
    play = stage.run(PLAYBOOK, {"db1_secret": SECRET, **given}, *arguments)
    assert play.writes == []
    assert SECRET not in play.output
    return play


def reports(folder: Path) -> tuple[Record, ElementTree.Element, str]:
    """The reports in a folder: JSON, JUnit, Markdown."""
    texts = [(folder / f"drift.{ending}").read_text(encoding="utf-8") for ending in ("json", "xml", "md")]
    assert not [text for text in texts if SECRET in text or "lab-password" in text]
    return json.loads(texts[0]), ElementTree.fromstring(texts[1]), texts[2]  # noqa: S314


def inventory(stage: Stage, folder: Path, **more: Any) -> str:
    """An inventory of the two appliances, and of one that nobody can reach."""
    hosts = {name: {"drift_appliance": stage.lab[name].connection()} for name in ("east", "west")}
    hosts["gone"] = {"drift_appliance": {**stage.lab.east.connection(port=1), "timeout": 1}}
    file = folder / "inventory.yml"
    group = {"hosts": hosts, "vars": {"drift_document": "document.yml", "ansible_connection": "ssh", **more}}
    file.write_text(yaml.safe_dump({"zfssa": group, "databases": {"hosts": {"db1": {}}}}), encoding="utf-8")
    return str(file)


@pytest.mark.essential
def test_each_appliance_is_compared_with_the_document(blank: Stage, tmp_path: Path) -> None:
    (tmp_path / "document.yml").write_text(yaml.safe_dump(DOCUMENT), encoding="utf-8")
    prepare(blank.lab, DRIFTED)
    hosts = inventory(blank, tmp_path, drift_report="reports/drift")

    play = drift(blank, {}, "-i", hosts)

    assert play.status != 0
    whole, suites, text = reports(tmp_path / "reports/drift")
    found = {one["appliance"]: one for one in whole["appliances"]}
    assert sorted(found) == ["east", "gone", "west"]
    assert found["east"]["numbers"] == {"same": 3, "differs": 2, "undeclared": 3, "failed": 0}
    differs = {one["name"]: one["said"] for one in found["east"]["cases"] if one["state"] == "differs"}
    assert differs["tank/databases/redo-1"] == "~ lun tank/databases/redo-1: size 512 MiB -> 1 GiB"
    assert "has 2G, and 1G would truncate it" in differs["tank/databases/data-1"]
    undeclared = [(one["kind"], one["name"]) for one in found["east"]["cases"] if one["state"] == "undeclared"]
    assert undeclared == UNDECLARED
    # Nothing is there yet.
    assert found["west"]["numbers"] == {"same": 0, "differs": 5, "undeclared": 0, "failed": 0}
    # What nobody could ask is not what has not drifted.
    assert found["gone"]["drift"]
    assert found["gone"]["numbers"] == {"same": 0, "differs": 0, "undeclared": 0, "failed": 1}
    assert "no connection to" in found["gone"]["cases"][0]["said"]
    assert {suite.get("name"): (suite.get("failures"), suite.get("errors")) for suite in suites} == {
        "east": ("5", "0"),
        "gone": ("0", "1"),
        "west": ("5", "0"),
    }
    assert "## Drift on 3 of 3 appliances" in text
    assert "- lun `tank/databases/extra` is not declared" in text


def test_appliance_that_is_as_described_passes(blank: Stage, tmp_path: Path) -> None:
    prepare(blank.lab, DRIFTED[:2])
    document = {**DOCUMENT, "config": {**DOCUMENT["config"], "luns": []}}
    given = {
        "drift_appliance": blank.lab.east.connection(),
        "drift_document": {**document},
        "drift_report": str(tmp_path / "reports"),
    }

    play = drift(blank, given, "--check")

    assert play.status == 0, play.output
    whole, suites, text = reports(tmp_path / "reports")
    assert (whole["drift"], suites.get("failures"), suites.get("errors")) == (False, "0", "0")
    assert text.startswith("## No drift")


TASKS = """
- name: The project
  zfssa.storage.zfssa_project: {pool: tank, name: databases, compression: gzip}
- ansible.builtin.include_tasks: more.yml
- name: One that is as described
  zfssa.storage.zfssa_lun: {pool: tank, project: databases, name: redo-2, size: 1G}
- name: A host
  zfssa.storage.zfssa_initiator: {initiator: 'iqn.1998-01.com.example:db9', chap_user: db9, chap_secret: "{{ db1_secret }}"}
  no_log: true
"""
MORE = """
- name: The LUNs
  zfssa.storage.zfssa_lun: {pool: tank, project: databases, name: "{{ item }}", size: 1G}
  loop: [redo-1, redo-2]
- zfssa.storage.zfssa_info: {gather_subset: [pools]}
  check_mode: false
"""
LAST = """
- name: One that cannot become as described
  zfssa.storage.zfssa_lun: {pool: tank, project: databases, name: data-1, size: 1G}
- name: One that is not reached
  zfssa.storage.zfssa_project: {pool: tank, name: other}
"""


@pytest.mark.essential
def test_own_tasks_are_run_in_check_mode(blank: Stage, tmp_path: Path) -> None:
    prepare(blank.lab, DRIFTED)
    for name, text in (("tasks", TASKS), ("more", MORE)):
        (tmp_path / f"{name}.yml").write_text(text, encoding="utf-8")
    given = {"drift_appliance": blank.lab.east.connection(), "drift_report": str(tmp_path / "reports")}

    play = drift(blank, {**given, "drift_tasks": "tasks.yml"})

    assert play.status != 0
    (found,) = reports(tmp_path / "reports")[0]["appliances"]
    assert {(one["kind"], one["name"], one["state"], one["said"]) for one in found["cases"]} == {
        ("project", "tank/databases", "differs", "The project: compression lz4 -> gzip"),
        ("lun", "tank/databases/redo-1", "differs", "The LUNs: size 512 MiB -> 1 GiB"),
        ("lun", "tank/databases/redo-2", "same", ""),
        ("initiator", "A host", "differs", "A host"),
    }


@pytest.mark.long
def test_own_tasks_end_with_one_that_fails(blank: Stage, tmp_path: Path) -> None:
    prepare(blank.lab, DRIFTED)
    for name, text in (("more", MORE), ("all", TASKS + LAST)):
        (tmp_path / f"{name}.yml").write_text(text, encoding="utf-8")
    given = {"drift_appliance": blank.lab.east.connection(), "drift_report": str(tmp_path / "reports")}

    stopped = drift(blank, {**given, "drift_tasks": "all.yml"})

    assert stopped.status != 0
    (found,) = reports(tmp_path / "reports")[0]["appliances"]
    failed = [one["said"] for one in found["cases"] if one["state"] == "failed"]
    assert len(failed) == 2
    assert all("would truncate it" in said for said in failed)
    assert "tank/other" not in [one["name"] for one in found["cases"]]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "give one of drift_document and drift_tasks"),
        ({"drift_tasks": "bad.yml"}, "bad.yml, line 1: zfssa_project has a check_mode of its own and may change something"),
        ({"drift_document": DOCUMENT, "drift_reports": "a"}, "drift_reports is not a variable of the playbook drift; did you mean"),
    ],
    ids=["nothing to compare with", "leaves check mode", "unknown variable"],
)  # fmt: skip
def test_wrong_variables_are_a_failure(given: Record, words: str, blank: Stage, tmp_path: Path) -> None:
    (tmp_path / "bad.yml").write_text(
        "- zfssa.storage.zfssa_project: {pool: tank, name: p}\n  check_mode: false\n", encoding="utf-8"
    )

    play = drift(blank, {"drift_appliance": blank.lab.east.connection(), **given})

    assert play.status != 0
    assert words in play.output.replace("\n", " ")
    assert play.requests == []
