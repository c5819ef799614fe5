"""What the role provision_san is given: settled in one form, or refused as a whole in one sentence without secrets."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from lab_appliances import ROOT

from ansible_collections.zfssa.storage.plugins.plugin_utils._provision_input import Host, judge, sentence
from ansible_collections.zfssa.storage.plugins.plugin_utils._provision_spec import VARIABLES

IQN = "iqn.1998-01.com.example:db1"
OTHER = "iqn.1998-01.com.example:db2"
SECRET = "a-secret-of-chap"


def lun(name: str = "redo-1", **options: Any) -> dict[str, Any]:
    """The options of a LUN."""
    return {"name": name, "size": "1G", **options}


def host(name: str = "db1", iqn: Any = IQN, **options: Any) -> dict[str, Any]:
    """The options of a host with one LUN."""
    return {"name": name, "initiators": [iqn], "luns": [lun()], **options}


def given(*hosts: Any, **variables: Any) -> dict[str, Any]:
    """The variables of the role for some hosts."""
    named = {"pool": "tank", "project": "databases", "hosts": list(hosts) or [host()], **variables}
    return {f"provision_san_{name}": value for name, value in named.items()}


def test_one_host_is_settled() -> None:
    target = {"alias": "t", "chap_secret": "the-target-key-2"}
    wanted, problems = judge(given(host(iqn={"initiator": IQN, "chap_secret": SECRET}), targets=[target]))

    assert problems == []
    assert wanted.hosts == [Host("db1", (IQN,), "db1", "t", (("tank", "databases", "redo-1"),))]
    assert wanted.initiators == {IQN: {"initiator": IQN, "chap_secret": SECRET, "chap_user": "db1"}}
    assert wanted.targets == [{**target, "group": "t", "auth": "chap", "chap_user": "t"}]
    assert wanted.projects == {("tank", "databases"): {"pool": "tank", "name": "databases"}}
    assert wanted.luns == {("tank", "databases", "redo-1"): {"size": "1G", "target_group": "t"}}
    assert (wanted.membership, wanted.update_secrets, wanted.absent, wanted.remove_luns) == (
        "add",
        "on_create",
        False,
        False,
    )


def test_hosts_share_a_lun_that_one_of_them_describes() -> None:
    wanted, problems = judge(given(host(), host("db2", OTHER, luns=[{"name": "redo-1"}])))

    assert problems == []
    assert wanted.luns == {("tank", "databases", "redo-1"): {"size": "1G"}}
    assert [one.luns for one in wanted.hosts] == [(("tank", "databases", "redo-1"),)] * 2


def test_own_names_go_before_those_of_all() -> None:
    one = host(initiator_group="cluster", target_group="ports", luns=[lun(pool="lake", project="archive")])

    wanted, problems = judge(given(one, targets=[{"alias": "t", "group": "a"}, {"alias": "u", "group": "b"}]))

    assert problems == []
    assert wanted.hosts == [Host("db1", (IQN,), "cluster", "ports", (("lake", "archive", "redo-1"),))]


def test_values_have_the_types_that_are_meant_and_empty_texts_are_not_given() -> None:
    values = {
        "remove_luns": "yes",
        "membership": "exact",
        "state": "absent",
        "project": "databases",
        "fail_on_drift": "",
    }
    wanted, problems = judge(given(host(luns=[lun(sparse="yes", copies="2", compression="")]), **values))

    assert problems == []
    assert (wanted.remove_luns, wanted.absent, wanted.membership) == (True, True, "exact")
    assert wanted.luns == {("tank", "databases", "redo-1"): {"size": "1G", "sparse": True, "copies": 2}}


def test_what_the_role_has_made_is_no_variable() -> None:
    assert judge(given(connections=[], kept=["x"]))[1] == []


WRONG: list[tuple[dict[str, Any], str]] = [
    (given(host="db1"), "provision_san_host: there is no such variable of the role; did you mean provision_san_hosts?"),
    (given(hosts=[]), "provision_san_hosts: it is missing; name at least one host"),
    (given(host(initiators=[])), "provision_san_hosts[0].initiators: it is empty"),
    (given({"name": "db1"}), "provision_san_hosts[0]: initiators is missing"),
    (given(host(initiators=[IQN, IQN.upper()])), "provision_san_hosts[0].initiators: an initiator is there twice"),
    (given(host(), host()), "provision_san_hosts[1]: host db1 is there twice"),
    (given(host(luns=[lun(), lun()])), "provision_san_hosts[0].luns: LUN tank/databases/redo-1 is there twice"),
    (given(host(lunns=[])), "provision_san_hosts[0].lunns: there is no such option; did you mean luns?"),
    (given(host(luns=[lun(initiator_groups=["x"])])), "hosts[0].luns[0].initiator_groups: there is no such option"),
    (given(host(luns=[lun(sparse="perhaps")])), "hosts[0].luns[0].sparse: 'perhaps' is not true or false"),
    (given(host(luns=[{"size": "1G"}])), "provision_san_hosts[0].luns[0]: name is missing"),
    (given(host(initiator_group="a/b")), "provision_san_hosts[0].initiator_group: 'a/b' is not a possible name"),
    (given(host("default")), "provision_san_hosts[0].name: default is a group of the appliance's own"),
    (
        given(targets=[{"alias": "default"}]),
        "provision_san_targets[0].group: default is a group of the appliance's own",
    ),
    (given(host(iqn={"initiator": IQN, "secret": SECRET})), "initiators[0].secret: there is no such option"),
    (given(host(iqn=[IQN])), "provision_san_hosts[0].initiators[0]: a list stands there"),
    (given(pool=""), "provision_san_hosts[0].luns[0]: pool is missing, and provision_san_pool, too"),
    (given(pool="", projects=[{"name": "a"}], hosts=[host(luns=[])]), "provision_san_projects[0]: pool is missing"),
    (given(projects=[{"name": "a"}, {"name": "a"}]), "provision_san_projects[1]: project tank/a is there twice"),
    (given(targets=[{"alias": "t"}, {"alias": "t"}]), "provision_san_targets[1]: target t is there twice"),
    (
        given(targets=[{"alias": "t"}, {"alias": "u"}]),
        "provision_san_hosts[0]: target_group is missing, and there are several: t, u",
    ),
    (
        given(host(), host("db2", OTHER, luns=[lun(size="2G")])),
        "provision_san_hosts[1].luns[0]: LUN tank/databases/redo-1 has another size at another host",
    ),
    (
        given(host(target_group="a"), host("db2", OTHER, target_group="b")),
        "LUN tank/databases/redo-1 has another target_group at another host",
    ),
    (
        given(
            host(iqn={"initiator": IQN, "chap_user": "a"}),
            host("db2", {"initiator": IQN.upper().replace("IQN", "iqn"), "chap_user": "b"}),
        ),
        "has another chap_user at another host",
    ),
    (
        given(host(iqn={"initiator": IQN, "chap_secret": SECRET}), targets=[{"alias": "t", "auth": "none"}]),
        "provision_san_targets[0].auth: it is none, so that nobody asks the hosts for the secrets",
    ),
    (given(appliance={"host": "east", "session": "x"}), "provision_san_appliance.session: there is no such option"),
    (given(state="gone"), "provision_san_state: 'gone' is none of: present, absent"),
]


@pytest.mark.parametrize(("variables", "words"), WRONG, ids=[words for _variables, words in WRONG])
def test_what_cannot_be_right_is_told(variables: dict[str, Any], words: str) -> None:
    _wanted, problems = judge(variables)

    assert words in sentence(problems)


@pytest.mark.parametrize(
    "variables",
    [
        given(host(iqn={"initiator": IQN, "chap_secret": SECRET, "chap_user": "x"}), hots=SECRET),
        given(host(iqn={"initiator": IQN, "chap_secret": [SECRET]})),
        given(host(iqn={"initiator": IQN, "chap_secret": SECRET}, name=f"x-{SECRET}"), state="gone"),
        given(appliance={"password": SECRET, "port": SECRET}),
        given(targets=f"alias: t, chap_secret: {SECRET}", appliance={"password": SECRET}),
    ],
)
def test_no_secret_is_told(variables: dict[str, Any]) -> None:
    said = sentence(judge(variables)[1])

    assert said
    assert SECRET not in said


@pytest.mark.parametrize(
    ("variables", "where"),
    [
        (given(host("my-a-secret-of-chap-host", {"initiator": IQN, "chap_secret": SECRET})), "provision_san_hosts"),
        (given(appliance={"password": "databases"}), "provision_san_hosts and provision_san_projects"),
        (
            given(targets=[{"alias": "lab-password"}], appliance={"password": "password"}),
            "provision_san_hosts and provision_san_targets",
        ),
    ],
)
def test_secret_that_is_a_part_of_a_name_is_refused(variables: dict[str, Any], where: str) -> None:
    said = sentence(judge(variables)[1])

    assert f"is a part of {where}, so that it is hidden in results" in said


def test_argument_specification_says_the_same() -> None:
    """What Ansible checks and shows of the role is what the role takes."""
    file = ROOT / "roles/provision_san/meta/argument_specs.yml"
    documented = yaml.safe_load(file.read_text("utf-8"))["argument_specs"]["main"]["options"]
    defaults = yaml.safe_load((ROOT / "roles/provision_san/defaults/main.yml").read_text("utf-8"))

    assert _spec(documented) == {f"provision_san_{name}": rules for name, rules in _spec(VARIABLES).items()}
    assert {name: rules["default"] for name, rules in documented.items()} == defaults
    assert {
        f"provision_san_{name}": rules["default"] for name, rules in VARIABLES.items() if "default" in rules
    }.items() <= (defaults.items())


def _spec(options: Any) -> dict[str, Any]:
    words = ("type", "elements", "choices", "required", "no_log")
    return {
        name: {
            **{word: rules[word] for word in words if word in rules},
            **({"options": _spec(rules["options"])} if "options" in rules else {}),
        }
        for name, rules in options.items()
    }
