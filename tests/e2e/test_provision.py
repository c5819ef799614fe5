"""The playbook that takes a host from nothing to its LUNs: predicted, done, done again, drift seen, nothing of it told twice."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from accounts import CONNECTION, grants_of, make_account
from cases import groups, prepare
from lab_appliances import ROOT, Record
from selection import ALL

from ansible_collections.zfssa.storage.plugins.modules import zfssa_lun, zfssa_project
from playbooks import Play, Stage

PLAYBOOK = "zfssa.storage.provision"
IQN = "iqn.1998-01.com.example:db1"
SECRETS = ("initiator-key-1", "the-target-key-2")
# What every blank appliance needs written: project, initiator, its group, target, its group, two LUNs, which the host sees at once.
WRITES = 7


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


def plan(play: Play) -> list[str]:
    """Return the lines of the plan."""
    return [line for task in play.tasks for line in task["result"].get("plan", ())]


def connection(play: Play) -> Record:
    """Return what the host needs, as it was handed on."""
    facts = [task["result"]["ansible_facts"] for task in play.tasks if task["result"].get("ansible_facts")]
    return dict(facts[-1]["provision_connection"])


@pytest.mark.essential
def test_from_nothing_to_mapped_luns(blank: Stage) -> None:
    lab = blank.lab

    predicted = provision(blank, "--check", "--diff")
    assert predicted.writes == []
    assert lab.east.state["luns"] == []

    done = provision(blank, "-vvv", "--diff")
    assert len(done.writes) == WRITES
    assert predicted.changed == done.changed == 1
    assert plan(predicted) == plan(done)
    assert len(plan(done)) == WRITES
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

    # As the next step of a workflow, which has got what the one before handed on.
    again = provision(blank, connection={"host": "db0"})
    assert (again.changed, again.writes) == (0, [])
    assert connection(again) == needs
    assert [task["result"]["ansible_stats"]["data"] for task in again.tasks if "ansible_stats" in task["result"]] == [
        {"provision_connection": needs}
    ]


@pytest.mark.long
def test_what_is_written_otherwise_is_the_same(blank: Stage) -> None:
    lab = blank.lab
    needs = connection(provision(blank))

    # In the names of initiators upper case means nothing; a relative path begins where Ansible was started, and options that a
    # form has left empty are not given.
    shouted = [IQN.replace("db1", "DB1")]
    east = {
        **lab.east.connection(),
        "ca_path": blank.authority_at_hand("east.pem"),
        "timeout": "",
        "validate_certs": "",
    }
    same = provision(blank, "--check", fail_on_drift=True, initiators=shouted, appliance=east)
    assert (same.changed, same.writes) == (0, [])
    assert connection(same) == {**needs, "initiators": shouted}


@pytest.mark.essential
def test_drift_fails_a_run_that_asks_for_it(blank: Stage) -> None:
    failed = blank.run(PLAYBOOK, variables(blank, fail_on_drift=True), "--check")

    assert failed.status != 0
    assert failed.message.startswith("The appliance is not as described: project, ")
    assert failed.message.endswith(" would change.")
    assert failed.writes == []
    keeps_secrets(failed)


@pytest.mark.long
def test_drift_is_seen_and_mended(blank: Stage) -> None:
    provision(blank)
    blank.lab.east.call("PUT", "storage/v1/pools/tank/projects/databases/luns/redo-2", {"volsize": "2g"})
    blank.lab.east.call("PUT", "storage/v1/pools/tank/projects/databases", {"compression": "off"})
    drift = variables(blank, luns=[{"name": "redo-1", "size": "10G"}, {"name": "redo-2", "size": "3G"}])

    seen = blank.run(PLAYBOOK, {**drift, "provision_fail_on_drift": True}, "--check")
    assert seen.status != 0
    assert plan(seen) == [
        "~ project tank/databases: compression off -> lz4",
        "~ lun tank/databases/redo-2: size 2 GiB -> 3 GiB",
    ]
    assert seen.message == "The appliance is not as described: project, LUNs would change."
    assert seen.writes == []

    mended = blank.run(PLAYBOOK, drift)
    assert len(mended.writes) == 2
    keeps_secrets(mended)


@pytest.mark.long
@pytest.mark.parametrize(
    "gone",
    [
        ("san/v1/iscsi/target-groups/db-target", "san/v1/iscsi/targets/alias=db-target"),
        ("san/v1/iscsi/initiator-groups/db1", f"san/v1/iscsi/initiators/{IQN}"),
    ],
    ids=["target", "initiator"],
)
def test_what_is_half_there_is_predicted_and_completed(gone: tuple[str, ...], blank: Stage) -> None:
    provision(blank)
    for name in ("redo-1", "redo-2"):
        path = f"storage/v1/pools/tank/projects/databases/luns/{name}"
        blank.lab.east.call("PUT", path, {"initiatorgroup": "com.sun.ms.vss.hg.maskAll", "targetgroup": "default"})
    for path in gone:
        blank.lab.east.call("DELETE", path)

    predicted = provision(blank, "--check")
    assert predicted.writes == []

    done = provision(blank)
    assert plan(predicted) == plan(done)
    # What is gone, its group, and two LUNs.
    assert len(plan(done)) == 4
    assert provision(blank).changed == 0


@pytest.mark.long
def test_other_hosts_keep_what_they_have(blank: Stage) -> None:
    provision(blank)
    second = {"host": "db2", "initiators": ["iqn.1998-01.com.example:db2"]}

    provision(blank, **second)

    groups = {lun["name"]: sorted(lun["initiatorgroup"]) for lun in blank.lab.east.state["luns"]}
    assert groups == {"redo-1": ["db1", "db2"], "redo-2": ["db1", "db2"]}
    assert provision(blank).changed == 0


@pytest.mark.long
def test_without_chap(blank: Stage) -> None:
    # A size that neither the blocks of project default allow, nor those of a project that says nothing of them.
    blank.lab.east.call("PUT", "storage/v1/pools/tank/projects/default", {"default_volblocksize": 131072})
    blocks = {"project_options": {"default_volblocksize": "4k"}, "luns": [{"name": "redo-1", "size": "1004K"}]}

    play = provision(blank, auth="none", chap_secret=None, target_chap_secret=None, **blocks)

    assert connection(play)["auth"] == "none"
    assert {target.get("auth", "none") for target in blank.lab.east.state["targets"]} == {"none"}


LUN = {"name": "redo-1", "size": "10G"}
# What the variables alone show to be wrong, and words of the sentence that says so; an empty text is as good as nothing.
WRONG: list[tuple[Record, str]] = [
    ({"host": "", "luns": None}, "Set provision_host, provision_luns;"),
    (
        {"interfacess": ["ixgbe0"]},
        "provision_interfacess is not a variable of this playbook; did you mean provision_interfaces?",
    ),
    ({"vlan": 7}, "provision_vlan is not a variable of this playbook; it has provision_appliance, provision_auth,"),
    ({"project": 2026}, "provision_project must be a text"),
    ({"host": ["db1"]}, "provision_host must be a text"),
    ({"chap_secret": 123456789012}, "provision_chap_secret must be a text"),
    ({"initiators": []}, "provision_initiators must be a list of names, and not an empty one"),
    ({"initiators": [{"name": IQN}]}, "provision_initiators must be a list of names"),
    ({"initiators": [IQN, IQN]}, f"provision_initiators {IQN} must not be given more than once"),
    ({"initiators": [IQN.replace("db1", "DB1"), IQN]}, f"provision_initiators {IQN} must not be given more than once"),
    ({"initiators": 7}, "provision_initiators must be a list"),
    ({"interfaces": {"ixgbe0": True}}, "provision_interfaces must be a list of names"),
    ({"interfaces": "ixgbe0, ixgbe0"}, "provision_interfaces ixgbe0 must not be given more than once"),
    ({"luns": []}, "provision_luns must be a list of LUNs"),
    ({"luns": LUN}, "provision_luns must be a list of LUNs"),
    ({"luns": "redo-1"}, "provision_luns must be a list of LUNs"),
    ({"luns": "[{name: redo-1"}, "while parsing a flow"),
    ({"luns": ["redo-1"]}, "provision_luns must be a list of LUNs"),
    ({"luns": [{"size": "1G"}]}, "provision_luns must be a list of LUNs with a name each"),
    ({"luns": [{"name": 7, "size": "1G"}]}, "provision_luns must be a list of LUNs with a name each"),
    ({"luns": [LUN, LUN]}, "provision_luns redo-1 must not be given more than once"),
    (
        {"luns": [{**LUN, "lu_number": 3}, {"name": "a", "size": "1G", "lu_number": "3"}]},
        "lu_number 3 must not be given more than once",
    ),
    (
        {"luns": [{**LUN, "new_name": "redo-2"}]},
        "new_name in provision_luns cannot be given; provision_luns takes allow_shrink, checksum,",
    ),
    (
        {"luns": [{**LUN, "state": "absent", "pool": "lake"}]},
        "pool in provision_luns, state in provision_luns cannot be given;",
    ),
    ({"luns": [{**LUN, "initiator_groups": []}]}, "initiator_groups in provision_luns cannot be given;"),
    ({"luns": [{**LUN, "session": "a"}]}, "session in provision_luns cannot be given;"),
    ({"luns": [{**LUN, "sparse": "perhaps"}]}, "unable to convert to bool"),
    ({"luns": [{**LUN, "compression": "zip"}]}, "value of compression must be one of"),
    ({"luns": [{**LUN, "source": {"lun": "a"}}]}, "missing required arguments: snapshot"),
    ({"project_options": {"state": "absent"}}, "state in provision_project_options cannot be given;"),
    (
        {"project_options": ["lz4"]},
        "provision_project_options must be options with their values",
    ),
    ({"appliance": "east"}, "provision_appliance must be options with their values"),
    ({"appliance": {"host": "east", "session": "a"}}, "session in provision_appliance cannot be given;"),
    ({"auth": "kerberos"}, "value of provision_auth must be one of: chap, none"),
    ({"membership": "remove"}, "value of provision_membership must be one of: add, exact"),
    ({"update_secrets": "sometimes"}, "value of provision_update_secrets must be one of"),
    ({"fail_on_drift": "maybe"}, "unable to convert to bool"),
    ({"chap_secret": ""}, "PROVISION_CHAP_SECRET"),
    ({"chap_secret": "short"}, "12 to 16 characters"),
    ({"chap_secret": SECRETS[1]}, "two different secrets"),
]
# Values as forms and the command line give them.
RIGHT: list[Record] = [
    {"initiators": f"{IQN}, iqn.1998-01.com.example:db2", "interfaces": "", "fail_on_drift": "true", "chap_user": ""},
    {"initiators": f"{IQN}\niqn.1998-01.com.example:db2", "interfaces": "[]", "membership": ""},
    {
        "luns": '[{"name": "redo-1", "size": "10G", "sparse": "yes"}]',
        "initiators": f'["{IQN}"]',
        "project_options": "{}",
    },
    {"connection": {"host": "db0"}, "auth": "none", "chap_secret": "", "target_chap_secret": ""},
]


def described() -> Record:
    """Return what the playbook says of its variables."""
    return dict(yaml.safe_load((ROOT / "playbooks/vars/provision.yml").read_text(encoding="utf-8")))


def test_wrong_variables_are_refused_by_themselves(blank: Stage, tmp_path: Path) -> None:
    """All rows at once, each as a host, because a play for each would take long."""
    tried = WRONG if ALL else WRONG[::10]
    rows = [wrong for wrong, _words in tried] + RIGHT
    hosts = {
        f"row-{number}": {**variables(blank), **{f"provision_{name}": value for name, value in row.items()}}
        for number, row in enumerate(rows)
    }
    inventory = tmp_path / "inventory.json"
    inventory.write_text(json.dumps({"all": {"hosts": hosts}}), encoding="utf-8")
    failure = "[ansible_failed_result] + ansible_failed_result.results | default([])"
    said = f"{{{{ ({failure}) | map(attribute='msg', default='') | join(' ') }}}}"
    play = {
        "hosts": "all",
        "connection": "local",
        "gather_facts": False,
        "vars": described(),
        "tasks": [
            {
                "block": [
                    {"ansible.builtin.include_tasks": str(ROOT / "playbooks/tasks/provision/variables.yml")},
                    {
                        "name": "Said",
                        "ansible.builtin.debug": {"msg": ["{{ inventory_hostname }}", "{{ _provision }}"]},
                    },
                ],
                "rescue": [{"name": "Said", "ansible.builtin.debug": {"msg": ["{{ inventory_hostname }}", said]}}],
            },
        ],
    }
    playbook = tmp_path / "variables.yml"
    playbook.write_text(json.dumps([play]), encoding="utf-8")

    done = blank.run(str(playbook), {}, "-i", str(inventory))

    keeps_secrets(done)
    answers = dict(task["result"]["msg"] for task in done.tasks if task["task"] == "Said")
    assert answers.keys() == hosts.keys()
    answered = [answers[host] for host in hosts]
    wrong = zip(tried, answered, strict=False)
    assert not [(row, answer) for (row, words), answer in wrong if words not in str(answer)]
    commas, lines, structures, again = answered[len(tried) :]
    assert (commas["initiators"], commas["chap_user"]) == ([IQN, "iqn.1998-01.com.example:db2"], "db1")
    assert ("interfaces" in commas, commas["fail_on_drift"]) == (False, True)
    assert (lines["initiators"], lines["interfaces"], lines["membership"]) == (commas["initiators"], [], "add")
    assert (structures["luns"][0]["size"], structures["initiators"]) == ("10G", [IQN])
    assert (again["auth"], again["chap_user"]) == ("none", None)


def test_what_luns_and_projects_take_is_what_their_modules_take() -> None:
    spec = described()["_provision_spec"]
    elsewhere = {
        "state",
        "pool",
        "project",
        "new_name",
        "new_project",
        "force",
        "initiator_groups",
        "target_group",
        "membership",
    }

    for variable, module, own in (("luns", zfssa_lun, set()), ("project_options", zfssa_project, {"name"})):
        taken = {name: rule for name, rule in module.TASK.spec.items() if name not in elsewhere | own}
        options = spec[f"provision_{variable}"]["options"]
        assert {name: (rule["type"], rule.get("choices")) for name, rule in options.items()} == {
            name: (rule["type"], rule.get("choices")) for name, rule in taken.items()
        }


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"fail_on_drift": "maybe"}, "unable to convert to bool"),
        ({"pool": "lake"}, "pool lake does not exist"),
        ({"initiators": ["db1"]}, "initiator 'db1' is not"),
        ({"interfaces": ["ixgbe9"]}, "ixgbe9"),
        ({"target_group": "two words"}, "'two words' is not a possible name"),
        ({"luns": [{**LUN, "size": "0"}]}, "luns[0].size: size 0 is out of range"),
        (
            {"luns": [{**LUN, "size": "50T"}]},
            "luns[0].size: cannot create LUN tank/databases/redo-1: it takes 50T, and project tank/databases",
        ),
        (
            {"project_options": {"quota": "10G"}, "luns": [LUN, {"name": "redo-2", "size": "512M"}]},
            "luns[1].size: cannot create LUN tank/databases/redo-2: it takes 512M, and project tank/databases has 0 left, within its quota of 10G",
        ),
        (
            {"luns": [{**LUN, "size": "700G"}, {"name": "redo-2", "size": "700G"}]},
            "luns[1].size: cannot create LUN tank/databases/redo-2: it takes 700G, and project tank/databases has 324G left",
        ),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_what_is_wrong_is_refused_before_anything_is_written(wrong: Record, words: str, blank: Stage) -> None:
    # Not what a LUN of the new project has, although project default stands in for it.
    blank.lab.east.call("PUT", "storage/v1/pools/tank/projects/default", {"default_sparse": True})

    play = blank.run(PLAYBOOK, variables(blank, **wrong))

    assert play.status != 0
    assert words in play.message
    assert play.writes == []
    keeps_secrets(play)


@pytest.mark.long
@pytest.mark.parametrize("other", [{}, {"host": "db1-backup"}], ids=["same group", "another group"])
@pytest.mark.parametrize("project", ["databases", "archive"])
def test_number_that_is_taken_is_refused_before_the_first_write(project: str, other: Record, blank: Stage) -> None:
    provision(blank, luns=[{**LUN, "lu_number": 5}])
    wanted = {"project": project, "luns": [{**LUN, "name": "redo-2", "lu_number": "5"}], **other}

    play = blank.run(PLAYBOOK, variables(blank, **wanted))

    assert f"LUN tank/{project}/redo-2: LU number 5 is taken" in play.message
    assert play.writes == []


def test_share_of_the_same_name_in_another_project_is_in_nobodys_way(blank: Stage) -> None:
    for name in ("redo-1", "redo-2"):
        blank.lab.east.call("POST", "storage/v1/pools/tank/projects/default/filesystems", {"name": name})

    assert len(provision(blank).writes) == WRITES


def test_login_that_fails_is_said(blank: Stage) -> None:
    play = blank.run(PLAYBOOK, variables(blank, appliance=blank.lab.east.connection(password="wrong-password")))

    assert play.status != 0
    assert "refuses the login" in play.message
    assert "wrong-password" not in play.output


def test_session_that_cannot_be_ended_is_told_and_does_no_harm(blank: Stage) -> None:
    blank.lab.fault({"drop": "after"}, method="DELETE", path="/api/access/v1$", times=99)

    play = blank.run(PLAYBOOK, variables(blank))

    assert (play.status, len(play.writes)) == (0, WRITES), play.output
    ignored = [task for task in play.tasks if task["outcome"] == "ignored"]
    assert [task["task"] for task in ignored] == ["zfssa.storage.provision_san : End the session"]
    assert "DELETE /api/access/v1" in ignored[0]["result"]["msg"]
    keeps_secrets(play)


def test_account_that_the_document_describes_provisions(blank: Stage) -> None:
    make_account(blank.lab, grants_of(PLAYBOOK), pool="tank")

    play = provision(blank, appliance=blank.lab.east.connection(**CONNECTION))

    assert play.changed > 0
    assert blank.lab.east.luns() == ["databases/redo-1", "databases/redo-2"]


@pytest.mark.parametrize("there", [False, True], ids=["new", "there already"])
def test_password_that_is_a_part_of_a_name_is_refused_before_the_first_write(there: bool, blank: Stage) -> None:
    if there:
        prepare(blank.lab, groups("the-lab-password-hosts"))
    given = {} if there else {"target": "lab-password", "target_group": "t"}

    play = blank.run(PLAYBOOK, variables(blank, **given))

    assert play.status != 0
    assert "is hidden in results, which this" in play.message, play.message
    assert play.writes == []
