"""The role that gives hosts their LUNs: predicted, done, seen, done again, and taken away while others keep what they have."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from lab_appliances import ROOT, Record

from playbooks import MASK, Play, Stage

SAN = "san/v1/iscsi"
PROJECT = "storage/v1/pools/tank/projects/databases"
HOSTS = {f"db{number}": f"iqn.1998-01.com.example:db{number}" for number in (1, 2, 3)}
SECRETS = {"db1": "initiator-key-1", "db2": "initiator-key-2", "target": "the-target-key-2"}
ROLE = [
    {
        "name": "Provision",
        "hosts": "{{ on | default('localhost') }}",
        "gather_facts": False,
        "roles": ["zfssa.storage.provision_san"],
    }
]


@pytest.fixture
def playbook(stage: Stage, tmp_path: Path) -> str:
    """A playbook that runs the role; the appliances have nothing on them."""
    stage.lab.reset()
    file = tmp_path / "hosts.yml"
    file.write_text(yaml.safe_dump(ROLE, sort_keys=False), encoding="utf-8")
    return str(file)


def hosts(*names: str) -> list[Record]:
    """Hosts with CHAP, that have a LUN of their own and share another, which the first of them describes."""
    return [
        {
            "name": name,
            "initiators": [{"initiator": HOSTS[name], "chap_secret": SECRETS[name]}],
            "luns": [{"name": f"own-{name}", "size": "1G", "sparse": True}, {"name": "shared", "size": "2G"}],
        }
        for name in names
    ]


def variables(stage: Stage, *names: str, **changes: Any) -> Record:
    """The variables of the role for some hosts."""
    given = {
        "appliance": stage.lab.east.connection(),
        "pool": "tank",
        "project": "databases",
        "targets": [
            {"alias": "db-target", "group": "db-ports", "chap_secret": SECRETS["target"], "interfaces": ["ixgbe0"]}
        ],
        "hosts": hosts(*names),
        **changes,
    }
    return {f"provision_san_{name}": value for name, value in given.items() if value is not None}


def succeeds(play: Play) -> Play:
    """Check that a play did its work in one session, and told no secret."""
    assert play.status == 0, play.output
    assert [row["method"] for row in play.requests if row["path"].startswith("/api/access")] == ["POST", "DELETE"]
    keeps_secrets(play)
    return play


def keeps_secrets(play: Play) -> None:
    """Check that no secret shows."""
    shown = play.output + json.dumps(play.tasks)
    assert not [secret for secret in SECRETS.values() if secret in shown]


def plan(play: Play) -> list[str]:
    """The lines of the plan."""
    return [line for task in play.tasks for line in task["result"].get("plan", ())]


def fact(play: Play, name: str) -> Any:
    """A fact that the role has made."""
    facts = [task["result"].get("ansible_facts", {}) for task in play.tasks]
    return [one[name] for one in facts if name in one][-1]


def audience(stage: Stage) -> dict[str, list[str]]:
    """The groups that see each LUN."""
    return {lun["name"]: sorted(lun["initiatorgroup"]) for lun in stage.lab.east.state["luns"]}


@pytest.mark.essential
def test_hosts_come_and_go(stage: Stage, playbook: str) -> None:
    wanted = variables(stage, "db1", "db2")

    predicted = succeeds(stage.run(playbook, wanted, "--check", "--diff", "-vvv"))
    assert predicted.writes == []

    done = succeeds(stage.run(playbook, wanted, "--diff", "-vvv"))
    assert plan(predicted) == plan(done)
    assert audience(stage) == {"own-db1": ["db1"], "own-db2": ["db2"], "shared": ["db1", "db2"]}
    for needs in fact(done, "provision_san_connections"):
        name = needs["host"]
        assert [lun["name"] for lun in needs["luns"]] == [f"own-{name}", "shared"]
        assert all(isinstance(lun["lu_number"], int) for lun in needs["luns"])
        assert (needs["auth"], needs["chap_user"], needs["target_chap_user"]) == ("chap", name, "db-target")
        assert (needs["initiators"], len(needs["targets"]), len(needs["portals"])) == ([HOSTS[name]], 1, 1)

    again = succeeds(stage.run(playbook, wanted))
    assert (again.changed, again.writes, plan(again)) == (0, [], [])
    assert fact(again, "provision_san_connections") == fact(done, "provision_san_connections")

    # One of them goes; what it has shared stays with the other.
    leaving = variables(stage, "db1", state="absent", remove_luns=True)
    predicted = succeeds(stage.run(playbook, leaving, "--check"))
    gone = succeeds(stage.run(playbook, leaving))
    assert predicted.writes == []
    assert plan(predicted) == plan(gone)
    assert audience(stage) == {"own-db2": ["db2"], "shared": ["db2"]}
    assert [one["initiator"] for one in stage.lab.east.state["initiators"] if "db" in one["initiator"]] == [
        HOSTS["db2"]
    ]
    kept = fact(gone, "provision_san_kept")
    assert "LUN tank/databases/shared stays: db2 sees it, too" in kept
    assert [words for words in kept if words.startswith("target group db-ports and its targets stay")]
    assert succeeds(stage.run(playbook, leaving)).writes == []

    # The last one leaves its LUNs behind, which nobody sees, and takes the target with it.
    last = succeeds(stage.run(playbook, variables(stage, "db2", state="absent")))
    assert audience(stage) == {"own-db2": [MASK], "shared": [MASK]}
    state = stage.lab.east.state
    assert not [
        one
        for one in (*state["targets"], *state["initiators"])
        if "db" in one.get("alias", "") + one.get("initiator", "")
    ]
    assert fact(last, "provision_san_kept") == []


@pytest.mark.long
def test_hosts_that_are_not_named_keep_their_luns(stage: Stage, playbook: str) -> None:
    succeeds(stage.run(playbook, variables(stage, "db1")))
    stage.lab.east.call("POST", f"{SAN}/initiators", {"initiator": HOSTS["db3"]})
    stage.lab.east.call("POST", f"{SAN}/initiator-groups", {"name": "db3", "initiators": [HOSTS["db3"]]})
    stage.lab.east.call("PUT", f"{PROJECT}/luns/shared", {"initiatorgroup": ["db1", "db3"]})

    assert succeeds(stage.run(playbook, variables(stage, "db1"))).writes == []
    succeeds(stage.run(playbook, variables(stage, "db1", "db2")))
    assert audience(stage)["shared"] == ["db1", "db2", "db3"]

    succeeds(stage.run(playbook, variables(stage, "db1", "db2", state="absent", remove_luns=True)))
    assert audience(stage) == {"shared": ["db3"]}


@pytest.mark.long
def test_appliances_of_the_inventory(stage: Stage, playbook: str, tmp_path: Path) -> None:
    sides = {one.name: one.connection() for one in (stage.lab.east, stage.lab.west)}
    inventory = tmp_path / "inventory.json"
    appliances = {
        # By another way than the usual one nothing would reach them: no task may run there.
        name: {"ansible_host": at.pop("host"), "provision_san_appliance": at}
        for name, at in sides.items()
    }
    inventory.write_text(json.dumps({"all": {"hosts": appliances}}), encoding="utf-8")
    wanted = {**variables(stage, "db1", appliance=None), "on": "all"}

    done = stage.run(playbook, wanted, "-i", str(inventory))

    assert done.status == 0, done.output
    keeps_secrets(done)
    assert [one.luns() for one in (stage.lab.east, stage.lab.west)] == [["databases/own-db1", "databases/shared"]] * 2


@pytest.mark.long
@pytest.mark.parametrize("document", ["roles/provision_san/README.md", "docs/provisioning.md"])
def test_example_of_the_documentation_runs_as_it_stands(document: str, stage: Stage, tmp_path: Path) -> None:
    stage.lab.reset()
    blocks = re.findall(r"^```yaml\n(.*?)^```$", (ROOT / document).read_text("utf-8"), re.DOTALL | re.MULTILINE)
    (example,) = [block for block in blocks if "provision_san_hosts" in block]
    (tmp_path / "example.yml").write_text(example, encoding="utf-8")
    (tmp_path / "hosts.ini").write_text("[appliances]\neast\n", encoding="utf-8")
    keys = {
        "vault_db1": SECRETS["db1"],
        "vault_db2": SECRETS["db2"],
        "vault_db_target": SECRETS["target"],
        "vault_east": "x",
    }
    given = {**keys, "provision_san_appliance": stage.lab.east.connection()}
    run = (str(tmp_path / "example.yml"), given, "-i", str(tmp_path / "hosts.ini"))

    done = succeeds(stage.run(*run))

    assert audience(stage) == {"redo-1": ["db1"], "redo-2": ["db2"], "shared": ["db1", "db2"]}
    assert succeeds(stage.run(*run)).writes == []
    assert len(plan(done)) == 10


def test_appliance_that_is_not_ready_for_hosts_is_refused_first(stage: Stage, playbook: str) -> None:
    stage.lab.east.call("PUT", "service/v1/services/iscsi/disable")

    plays = [stage.run(playbook, variables(stage, "db1"), *mode) for mode in ((), ("--check",))]

    for play in plays:
        assert play.status != 0 and play.writes == []
        assert (
            "The appliance is not ready. service iscsi: service iscsi is disabled; enable it with zfssa_service."
            in play.message
        )
        keeps_secrets(play)


REFUSED = [
    ({"hots": []}, "provision_san_hots: there is no such variable of the role; did you mean provision_san_hosts?"),
    ({"hosts": []}, "provision_san_hosts: it is missing"),
    ({"state": "gone"}, "provision_san_state"),
    ({"pool": "lake"}, "pool lake does not exist"),
]


@pytest.mark.parametrize(("changes", "words"), REFUSED, ids=[next(iter(changes)) for changes, _words in REFUSED])
def test_what_cannot_be_is_refused_before_the_first_write(
    changes: Record, words: str, stage: Stage, playbook: str
) -> None:
    play = stage.run(playbook, variables(stage, "db1", **changes), "-vvv")

    assert play.status != 0
    assert words in play.message, play.message
    assert play.writes == []
    keeps_secrets(play)


def test_drift_is_told_as_a_failure(stage: Stage, playbook: str) -> None:
    succeeds(stage.run(playbook, variables(stage, "db1")))
    stage.lab.east.call("PUT", f"{PROJECT}/luns/shared", {"initiatorgroup": MASK})

    play = stage.run(playbook, variables(stage, "db1", fail_on_drift=True), "--check")

    assert play.message == "The appliance is not as described: LUNs would change."


def test_host_that_could_not_log_in_is_told(stage: Stage, playbook: str) -> None:
    succeeds(stage.run(playbook, variables(stage, "db1")))
    # No plan says anything of this: the target has what is wanted, and nobody gets to it.
    stage.lab.east.call("PUT", f"{SAN}/targets/alias=db-target", {"state": "offline"})

    play = stage.run(playbook, variables(stage, "db1"))

    assert play.status != 0
    assert "host db1 cannot log in: no target is online through which it sees its LUNs" in play.message, play.message
