"""The playbook that takes a host from nothing to its LUNs: foretold, done, done again, drift seen, nothing of it told twice."""

from __future__ import annotations

import json
from typing import Any

import pytest
from lab_appliances import Record

from playbooks import Play, Stage

PLAYBOOK = "zfssa.storage.provision"
IQN = "iqn.1998-01.com.example:db1"
SECRETS = ("initiator-key-1", "the-target-key-2")
# What every blank appliance needs written: project, initiator, its group, target, its group, two LUNs, two mappings.
WRITES = 9


def variables(stage: Stage, **changes: Any) -> Record:
    """Return the variables for a host with two LUNs."""
    given = {
        "appliance": stage.lab.east.connection(),
        "host": "db1",
        "pool": "tank",
        "project": "databases",
        "project_options": {"compression": "lz4"},
        "luns": [{"name": "redo-1", "size": "10G", "sparse": True}, {"name": "redo-2", "size": "1G"}],
        "initiators": [IQN],
        "chap_secret": SECRETS[0],
        "target": "db-target",
        "target_chap_secret": SECRETS[1],
        "interfaces": ["ixgbe0", "ixgbe1"],
    }
    return {f"provision_{name}": value for name, value in {**given, **changes}.items() if value is not None}


@pytest.fixture
def blank(stage: Stage) -> Stage:
    """A stage with nothing on it."""
    stage.lab.reset()
    return stage


def provision(stage: Stage, *arguments: str, **changes: Any) -> Play:
    """Run the playbook; it must succeed, in one session, and tell no secret."""
    play = stage.run(PLAYBOOK, variables(stage, **changes), *arguments)
    assert play.status == 0, play.output
    assert [row["method"] for row in play.requests if row["path"].startswith("/api/access")] == ["POST", "DELETE"]
    keeps_secrets(play)
    return play


def keeps_secrets(play: Play) -> None:
    """Check that no secret shows."""
    shown = play.output + json.dumps(play.tasks)
    assert not [secret for secret in SECRETS if secret in shown]


def changes(play: Play) -> list[str]:
    """Return the names of the tasks that changed something."""
    return [task["task"] for task in play.tasks if task["outcome"] == "ok" and task["result"].get("changed")]


def connection(play: Play) -> Record:
    """Return what the host needs, as it was handed on."""
    facts = [task["result"]["ansible_facts"] for task in play.tasks if task["result"].get("ansible_facts")]
    return dict(facts[-1]["provision_connection"])


@pytest.mark.essential
def test_from_nothing_to_mapped_luns(blank: Stage) -> None:
    lab = blank.lab

    foretold = provision(blank, "--check", "--diff")
    assert foretold.writes == []
    assert lab.east.state["luns"] == []

    done = provision(blank, "-vvv", "--diff")
    assert len(done.writes) == WRITES
    assert foretold.changed == done.changed
    state = lab.east.state
    assert {lun["name"]: lun["initiatorgroup"] for lun in state["luns"]} in (
        {"redo-1": ["db1"], "redo-2": ["db1"]},
        {"redo-1": "db1", "redo-2": "db1"},
    )
    needs = connection(done)
    assert needs["targets"] == [target["iqn"] for target in state["targets"] if target["protocol"] == "iscsi"]
    assert len(needs["portals"]) == 2
    assert needs["initiators"] == [IQN]
    assert (needs["auth"], needs["chap_user"], needs["target_chap_user"]) == ("chap", "db1", "db-target")
    assert [(lun["name"], type(lun["lu_number"])) for lun in needs["luns"]] == [("redo-1", int), ("redo-2", int)]

    again = provision(blank)
    assert (again.changed, again.writes) == (0, [])
    assert connection(again) == needs

    same = provision(blank, "--check", fail_on_drift=True)
    assert (same.changed, same.writes) == (0, [])
    assert connection(same) == needs


@pytest.mark.essential
def test_drift_is_seen_and_mended(blank: Stage) -> None:
    provision(blank)
    blank.lab.east.call("PUT", "storage/v1/pools/tank/projects/databases/luns/redo-2", {"volsize": "2g"})
    blank.lab.east.call("PUT", "storage/v1/pools/tank/projects/databases", {"compression": "off"})
    drift = variables(blank, luns=[{"name": "redo-1", "size": "10G"}, {"name": "redo-2", "size": "3G"}])

    seen = blank.run(PLAYBOOK, drift, "--check")
    assert seen.status == 0, seen.output
    assert seen.changed == 2
    assert seen.writes == []

    failed = blank.run(PLAYBOOK, {**drift, "provision_fail_on_drift": True}, "--check")
    assert failed.status != 0
    assert failed.message == "The appliance is not as described: project, LUNs would change."

    mended = blank.run(PLAYBOOK, drift)
    assert len(mended.writes) == 2
    keeps_secrets(mended)


@pytest.mark.parametrize(
    "gone",
    [
        ("san/v1/iscsi/target-groups/db-target", "san/v1/iscsi/targets/alias=db-target"),
        ("san/v1/iscsi/initiator-groups/db1", f"san/v1/iscsi/initiators/{IQN}"),
    ],
    ids=["target", "initiator"],
)
def test_what_is_half_there_is_foretold_and_completed(gone: tuple[str, ...], blank: Stage) -> None:
    provision(blank)
    for name in ("redo-1", "redo-2"):
        path = f"storage/v1/pools/tank/projects/databases/luns/{name}"
        blank.lab.east.call("PUT", path, {"initiatorgroup": "com.sun.ms.vss.hg.maskAll", "targetgroup": "default"})
    for path in gone:
        blank.lab.east.call("DELETE", path)

    foretold = provision(blank, "--check")
    assert foretold.writes == []

    done = provision(blank)
    assert changes(foretold)[-1] in ("Foretell the mappings", "Map the LUNs to the host")
    assert foretold.changed == done.changed == 3
    assert provision(blank).changed == 0


def test_other_hosts_keep_what_they_have(blank: Stage) -> None:
    provision(blank)
    second = {"host": "db2", "initiators": ["iqn.1998-01.com.example:db2"]}

    provision(blank, **second)

    groups = {lun["name"]: sorted(lun["initiatorgroup"]) for lun in blank.lab.east.state["luns"]}
    assert groups == {"redo-1": ["db1", "db2"], "redo-2": ["db1", "db2"]}
    assert provision(blank).changed == 0


def test_without_chap(blank: Stage) -> None:
    play = provision(blank, auth="none", chap_secret=None, target_chap_secret=None)

    assert connection(play)["auth"] == "none"
    assert {target.get("auth", "none") for target in blank.lab.east.state["targets"]} == {"none"}


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"host": None, "luns": None}, "Set provision_host, provision_luns;"),
        ({"initiators": []}, "neither may be empty"),
        ({"luns": [{"size": "1G"}]}, "neither may be empty"),
        ({"luns": [{"name": "a", "size": "1G", "initiator_groups": []}]}, "must not have initiator_groups"),
        ({"auth": "kerberos"}, "provision_auth must be chap or none"),
        ({"chap_secret": None}, "PROVISION_CHAP_SECRET"),
        ({"chap_secret": "short"}, "12 to 16 characters"),
        ({"chap_secret": SECRETS[1]}, "two different secrets"),
        ({"pool": "lake"}, "pool lake does not exist"),
        ({"initiators": ["db1"]}, "initiator 'db1' is not"),
        ({"interfaces": ["ixgbe9"]}, "ixgbe9"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_what_is_wrong_is_said(wrong: Record, words: str, blank: Stage) -> None:
    play = blank.run(PLAYBOOK, variables(blank, **wrong), "--check")

    assert play.status != 0
    assert words in play.message
    assert play.writes == []
    keeps_secrets(play)


def test_login_that_fails_is_said(blank: Stage) -> None:
    play = blank.run(PLAYBOOK, variables(blank, appliance=blank.lab.east.connection(password="wrong-password")))

    assert play.status != 0
    assert "refuses the login" in play.message
    assert "wrong-password" not in play.output
