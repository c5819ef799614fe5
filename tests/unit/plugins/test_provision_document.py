"""The documents of hosts: what they get, and what goes with them while others keep what they have."""

from __future__ import annotations

from typing import Any

import pytest
from test_provision_input import IQN, OTHER, SECRET, given, host, lun

from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import NotUnderstood
from ansible_collections.zfssa.storage.plugins.plugin_utils._provision_document import absent, found_in, present
from ansible_collections.zfssa.storage.plugins.plugin_utils._provision_input import judge
from ansible_collections.zfssa.storage.plugins.plugin_utils._provision_outcome import (
    connections,
    differing,
    left,
    predicted,
    unseen,
)

T1, T2 = "iqn.1986-03.com.sun:02:t1", "iqn.1986-03.com.sun:02:t2"
PLACE = {"pool": "tank", "project": "databases"}
TARGET = {"alias": "t", "group": "ports"}


def seen(name: str, *groups: str, through: str = "ports", **values: Any) -> dict[str, Any]:
    """A LUN that some groups see, as zfssa_info gives it."""
    numbers = {group: number for number, group in enumerate(groups)}
    return {
        **PLACE, "name": name, "size": 1, "lunguid": "600", "status": "online", "initiator_groups": sorted(groups),
        "lu_numbers": numbers, "target_group": through, **values,
    }  # fmt: skip


def info(*luns: dict[str, Any], groups: dict[str, list[str]] | None = None, **lists: Any) -> dict[str, Any]:
    """What zfssa_info gives: hosts db1 and db2 in groups of their own, and target t in a group of its own."""
    members = {"db1": [IQN], "db2": [OTHER]} if groups is None else groups
    names = sorted({name for one in members.values() for name in one} | {IQN, OTHER})
    return {
        "initiators": [{"initiator": name, "alias": "", "chap_user": ""} for name in names],
        "initiator_groups": [{"name": name, "initiators": one} for name, one in members.items()],
        "targets": [{"alias": "t", "iqn": T1, "interfaces": [], "auth": "none", "state": "online", "chap_user": ""}],
        "target_groups": [{"name": "ports", "targets": [T1]}],
        "luns": list(luns),
        "interfaces": [{"interface": "a", "state": "up", "curaddrs": ["192.0.2.1/24"]}],
        **lists,
    }


def leaving(there: dict[str, Any], *hosts: Any, **variables: Any) -> tuple[dict[str, Any], list[str]]:
    """The document that takes hosts away."""
    wanted, problems = judge(given(*hosts, state="absent", **variables))
    assert problems == []
    return absent(wanted, found_in(there))


def test_document_has_each_thing_once_and_adds_to_what_others_see() -> None:
    hosts = (
        host(iqn={"initiator": IQN, "chap_secret": SECRET}, initiator_group="cluster"),
        host("db2", OTHER, initiator_group="cluster", luns=[{"name": "redo-1"}, lun("data-1")]),
    )
    wanted, problems = judge(given(*hosts, targets=[TARGET], membership="exact", update_secrets="always"))
    assert problems == []

    config = present(wanted)

    assert config["initiators"][0]["update_secret"] == "always"
    assert "update_secret" not in config["initiators"][1]
    assert config["initiator_groups"] == [{"name": "cluster", "initiators": [IQN, OTHER], "membership": "exact"}]
    assert config["targets"] == [{"alias": "t", "auth": "chap", "chap_user": "t"}]
    assert config["target_groups"] == [{"name": "ports", "targets": ["t"], "membership": "exact"}]
    assert [(one["name"], one["initiator_groups"], one["membership"]) for one in config["luns"]] == [
        ("redo-1", ["cluster"], "add"),
        ("data-1", ["cluster"], "add"),
    ]


def test_host_goes_and_its_luns_stay_hidden() -> None:
    config, kept = leaving(info(seen("redo-1", "db1"), seen("other", "db2")), host(), targets=[TARGET])

    assert config == {
        "initiators": [{"initiator": IQN, "state": "absent"}],
        "initiator_groups": [{"name": "db1", "state": "absent"}],
        "luns": [{**PLACE, "name": "redo-1", "initiator_groups": ["db1"], "membership": "remove"}],
    }
    assert kept == ["target group ports and its targets stay: LUN tank/databases/other is presented through it"]


def test_targets_go_with_the_last_host() -> None:
    config, kept = leaving(info(seen("redo-1", "db1")), host(), targets=[TARGET])

    assert kept == []
    assert config["luns"] == [
        {**PLACE, "name": "redo-1", "initiator_groups": ["db1"], "membership": "remove", "target_group": "default"}
    ]
    assert config["target_groups"] == [{"name": "ports", "state": "absent"}]
    assert config["targets"] == [{"alias": "t", "state": "absent"}]


@pytest.mark.parametrize(
    ("there", "why"),
    [
        (info(seen("a", "db2", through="default")), "LUN tank/databases/a is presented through it"),
        (info(seen("a")), "LUN tank/databases/a is presented through it"),
        (info(target_groups=[{"name": "ports", "targets": [T1, T2]}]), f"{T2} is in it, too"),
    ],
    ids=["through every target", "hidden for now", "another target"],
)
def test_targets_stay_where_others_need_them(there: dict[str, Any], why: str) -> None:
    config, kept = leaving(there, host(), targets=[TARGET])

    assert not config.keys() & {"targets", "target_groups"}
    assert kept == [f"target group ports and its targets stay: {why}"]


def test_targets_that_are_not_named_stay() -> None:
    config, _kept = leaving(info(seen("redo-1", "db1")), host())

    assert not config.keys() & {"targets", "target_groups"}


def test_luns_go_that_are_listed_and_that_nobody_else_sees() -> None:
    there = info(seen("redo-1", "db1"), seen("shared", "db1", "db2"), seen("not-listed", "db1"))
    config, kept = leaving(there, host(luns=[lun(), lun("shared")]), remove_luns=True)

    assert config["luns"] == [
        {**PLACE, "name": "redo-1", "state": "absent"},
        {**PLACE, "name": "shared", "initiator_groups": ["db1"], "membership": "remove"},
        {**PLACE, "name": "not-listed", "initiator_groups": ["db1"], "membership": "remove"},
    ]
    assert kept == ["LUN tank/databases/shared stays: db2 sees it, too"]


def test_lun_that_every_initiator_sees_never_goes() -> None:
    config, kept = leaving(info(seen("redo-1", "default")), host(), remove_luns=True)

    assert "luns" not in config
    assert kept == ["LUN tank/databases/redo-1 stays: default sees it, too"]


def test_lun_that_a_broken_run_has_left_hidden_goes() -> None:
    config, _kept = leaving(info(seen("redo-1")), host(), remove_luns=True, targets=[TARGET])

    assert config["luns"] == [{**PLACE, "name": "redo-1", "state": "absent"}]
    assert config["targets"] == [{"alias": "t", "state": "absent"}]


def test_lun_that_a_broken_run_has_left_hidden_lets_its_target_group_go() -> None:
    config, _kept = leaving(info(seen("redo-1")), host(), targets=[TARGET])

    assert config["luns"] == [{**PLACE, "name": "redo-1", "target_group": "default"}]
    assert config["target_groups"] == [{"name": "ports", "state": "absent"}]


def test_group_of_others_keeps_its_luns() -> None:
    there = info(seen("redo-1", "cluster"), groups={"cluster": [IQN, OTHER]})
    config, kept = leaving(there, host(initiator_group="cluster"), remove_luns=True)

    assert config == {
        "initiators": [{"initiator": IQN, "state": "absent"}],
        "initiator_groups": [{"name": "cluster", "initiators": [IQN], "membership": "remove"}],
    }
    assert kept == [f"initiator group cluster and its LUNs stay: {OTHER} is in it, too"]


def test_group_that_is_not_of_iscsi_keeps_its_luns() -> None:
    config, kept = leaving(info(seen("redo-1", "fc-hosts")), host(initiator_group="fc-hosts"), remove_luns=True)

    assert "luns" not in config
    assert "LUN tank/databases/redo-1 stays: fc-hosts sees it, too" in kept


def test_initiator_that_is_in_another_group_stays() -> None:
    config, kept = leaving(
        info(groups={"db1": [IQN.upper()], "backup": [IQN]}, initiators=[{"initiator": IQN}]), host()
    )

    assert config == {"initiator_groups": [{"name": "db1", "state": "absent"}]}
    assert kept == [f"initiator {IQN} stays: it is in initiator group backup, too"]


def test_nothing_is_left_to_do_for_a_host_that_is_gone() -> None:
    there = info(seen("other", "db2"), groups={"db2": [OTHER]}, initiators=[])

    assert leaving(there, host(), remove_luns=True)[0] == {}
    assert left(judge(given(host(), state="absent"))[0], found_in(there)) == []
    assert left(judge(given(host(), state="absent"))[0], found_in(info(seen("redo-1", "db1")))) == [
        f"initiators still has {IQN}",
        "initiator_groups still has db1",
        "luns still has redo-1",
    ]


@pytest.mark.parametrize(
    "spoilt",
    [
        {"initiator_groups": [{"name": "db1", "initiators": None}]},
        {"initiator_groups": [{"name": "db1", "initiators": [{"a": 1}]}]},
        {"luns": [seen("a", "db1", initiator_groups={})]},
        {"luns": [seen("a", "db1", target_group=7)]},
        {"targets": [{"alias": "t", "iqn": None}]},
        {"initiators": [{"alias": ""}]},
    ],
)
def test_nothing_is_decided_on_what_cannot_be_understood(spoilt: dict[str, Any]) -> None:
    with pytest.raises(NotUnderstood, match="cannot be understood"):
        found_in(info(**spoilt))


# What has become of them


def test_host_is_told_what_it_needs() -> None:
    wanted, _problems = judge(given(host(luns=[lun(), lun("data-1")]), targets=[TARGET]))
    there = info(seen("redo-1", "db1"), seen("data-1", "db2", "db1"))
    found = found_in(there)

    (needs,) = connections(wanted, found, there["interfaces"])

    assert needs == {
        "host": "db1",
        "initiators": [IQN],
        "initiator_group": "db1",
        "targets": [T1],
        "portals": ["192.0.2.1:3260"],
        "auth": "none",
        "chap_user": None,
        "target_chap_user": None,
        "luns": [
            {**PLACE, "name": "redo-1", "size": 1, "guid": "600", "lu_number": 0},
            {**PLACE, "name": "data-1", "size": 1, "guid": "600", "lu_number": 1},
        ],
    }
    assert unseen(wanted, found, [needs]) == []


def test_users_of_chap_are_told() -> None:
    wanted, _problems = judge(given(host(iqn={"initiator": IQN, "chap_secret": SECRET}), targets=[TARGET]))
    target = {"alias": "t", "iqn": T1, "interfaces": [], "auth": "chap", "state": "online", "chap_user": "tu"}
    there = info(
        seen("redo-1", "db1"),
        targets=[target],
        initiators=[{"initiator": IQN.upper().replace("IQN", "iqn"), "chap_user": "u"}],
    )

    (needs,) = connections(wanted, found_in(there), there["interfaces"])

    assert (needs["auth"], needs["chap_user"], needs["target_chap_user"]) == ("chap", "u", "tu")


NUMBERLESS = {"lu_numbers": {}}


@pytest.mark.parametrize(
    ("there", "why"),
    [
        (info(), "host db1 does not see LUN tank/databases/redo-1, which does not exist"),
        (info(seen("redo-1", "db2")), "which is not presented to initiator group db1"),
        (info(seen("redo-1", "db1", **NUMBERLESS)), "which has no LU number in initiator group db1"),
        (info(seen("redo-1", "db1"), groups={"db1": []}), f"initiator group db1 of host db1 lacks {IQN}"),
        (info(seen("redo-1", "db1"), groups={}), f"initiator group db1 of host db1 lacks {IQN}"),
        (
            info(seen("redo-1", "db1"), target_groups=[]),
            "host db1 cannot log in: no target is online through which it sees its LUNs",
        ),
        (info(seen("redo-1", "db1"), interfaces=[]), "host db1 cannot log in: no address of its targets is up"),
    ],
)
def test_what_a_host_does_not_see_is_told(there: dict[str, Any], why: str) -> None:
    wanted, _problems = judge(given())
    found = found_in(there)

    problems = unseen(wanted, found, connections(wanted, found, there["interfaces"]))

    assert len(problems) == 1
    assert why in problems[0]


def test_lun_that_is_offline_is_so_because_somebody_wants_it() -> None:
    wanted, _problems = judge(given())
    there = info(seen("redo-1", "db1", status="offline", **NUMBERLESS))
    found = found_in(there)

    assert unseen(wanted, found, connections(wanted, found, there["interfaces"])) == []


def test_prediction_goes_over_what_there_is() -> None:
    wanted, _problems = judge(given(targets=[TARGET]))
    there = info(seen("redo-1"), targets=[], target_groups=[], groups={})
    target = {"alias": "t", "iqn": None, "interfaces": [], "auth": "chap", "state": "online", "chap_user": "tu"}
    results = [
        {"kind": "project", "changed": True, "object": {"pool": "tank", "name": "databases"}},
        {"kind": "initiator_group", "changed": True, "object": {"name": "db1", "initiators": [IQN]}},
        {"kind": "target", "changed": True, "object": target},
        {"kind": "target_group", "changed": True, "object": {"name": "ports", "targets": None}},
        {"kind": "lun", "changed": True, "object": seen("redo-1", "db1", lu_numbers={"db1": None})},
        {"kind": "initiator", "changed": False, "object": {"initiator": IQN, "chap_user": "u"}},
    ]

    (needs,) = connections(wanted, predicted(wanted, found_in(there), results), there["interfaces"])

    assert (needs["targets"], needs["portals"]) == ([], ["192.0.2.1:3260"])
    assert (needs["auth"], needs["chap_user"], needs["target_chap_user"]) == ("chap", "u", "tu")
    assert [(one["name"], one["lu_number"]) for one in needs["luns"]] == [("redo-1", None)]
    assert differing(results) == ["project", "initiator group", "target", "target group", "LUNs"]
