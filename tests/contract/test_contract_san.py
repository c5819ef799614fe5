"""Initiators, targets and their groups: as all other objects, and members that others change at the same time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cases import Case, Refusal, lun, play, prepare, row_id, rows
from lab_appliances import RELEASES, Record, running_lab
from module_runner import Bench, ModuleHost
from san_calls import HOST, HOSTS, SAN, group, host, hosts

PORTS = ["wwn.2100001B32000001", "wwn.2100001B32000002"]
SECRET, OTHER_SECRET = "a-chap-secret", "another-secret"
IQNS = {name: f"iqn.1986-03.com.sun:02:{name}" for name in ("t-a", "t-b", "t-c")}
INITIATOR = {"initiator": HOST}
TARGET = {"alias": "t-a"}
GROUP = {"name": "ig-a"}
TARGETS = {"name": "tg-a"}


def target(name: str = "t-a", **more: Any) -> tuple[Any, ...]:
    """Make a target."""
    return ("POST", f"{SAN}/targets", {"alias": name, "iqn": IQNS[name], **more})


def targets(*members: str, name: str = "tg-a") -> tuple[Any, ...]:
    """Make a target group."""
    return ("POST", f"{SAN}/target-groups", {"name": name, "targets": [IQNS[member] for member in members]})


INITIATOR_CASES = (
    Case(
        "created",
        "zfssa_initiator",
        INITIATOR,
        expect={"initiator": HOST, "alias": "", "chap_user": ""},
        gone={**INITIATOR, "state": "absent"},
    ),
    Case(
        "created with everything",
        "zfssa_initiator",
        {**INITIATOR, "alias": "host 0", "chap_user": "h0", "chap_secret": SECRET},
        expect={"initiator": HOST, "alias": "host 0", "chap_user": "h0"},
        gone={**INITIATOR, "state": "absent"},
        releases=RELEASES,
    ),
    Case("eui", "zfssa_initiator", {"initiator": "eui.0123456789ABCDEF"}),
    Case("naa", "zfssa_initiator", {"initiator": "naa.0123456789abcdef0123456789abcdef"}),
    Case(
        "type in upper case",
        "zfssa_initiator",
        {"initiator": "IQN.2020-01.com.example:Host"},
        expect={"initiator": "iqn.2020-01.com.example:Host"},
        gone={"initiator": "IQN.2020-01.com.example:Host", "state": "absent"},
    ),
    Case("upper case", "zfssa_initiator", {"initiator": "iqn.2020-01.com.Example:Host"}, releases=RELEASES),
    Case("alias", "zfssa_initiator", {**INITIATOR, "alias": "h"}, (host(),), expect={"alias": "h"}),
    Case(
        "in other letters",
        "zfssa_initiator",
        {"initiator": HOST.upper().replace("IQN", "iqn"), "alias": "h"},
        (host(),),
        expect={"initiator": HOST},
        gone={"initiator": HOST.upper().replace("IQN", "iqn"), "state": "absent"},
    ),
    Case("alias removed", "zfssa_initiator", {**INITIATOR, "alias": ""}, (host(alias="h"),), expect={"alias": ""}),
    Case(
        "other chap_user",
        "zfssa_initiator",
        {**INITIATOR, "chap_user": "new", "chap_secret": OTHER_SECRET},
        (host(chapuser="old", chapsecret=SECRET),),
        expect={"chap_user": "new"},
        releases=RELEASES,
    ),
    Case(
        "chap removed",
        "zfssa_initiator",
        {**INITIATOR, "chap_user": "", "chap_secret": ""},
        (host(chapuser="old", chapsecret=SECRET),),
        expect={"chap_user": ""},
    ),
)

TARGET_CASES = (
    Case("created", "zfssa_target", TARGET, expect={"interfaces": []}, gone={**TARGET, "state": "absent"}),
    Case(
        "created with everything",
        "zfssa_target",
        {
            **TARGET,
            "iqn": IQNS["t-a"],
            "interfaces": ["ixgbe1", "ixgbe0"],
            "auth": "chap",
            "chap_user": "t",
            "chap_secret": SECRET,
        },
        expect={
            "alias": "t-a",
            "iqn": IQNS["t-a"],
            "interfaces": ["ixgbe0", "ixgbe1"],
            "auth": "chap",
            "chap_user": "t",
            "state": "online",
        },
        gone={**TARGET, "state": "absent"},
        releases=RELEASES,
    ),
    Case("alias with a space", "zfssa_target", {"alias": "my target 1"}, expect={"alias": "my target 1"}),
    Case(
        "interfaces",
        "zfssa_target",
        {**TARGET, "interfaces": ["ixgbe1"]},
        (target(interfaces=["ixgbe0", "ixgbe1"]),),
        expect={"interfaces": ["ixgbe1"]},
        releases=RELEASES,
    ),
    Case("all interfaces", "zfssa_target", {**TARGET, "interfaces": []}, (target(interfaces=["ixgbe0"]),)),
    Case(
        "chap",
        "zfssa_target",
        {**TARGET, "auth": "chap", "chap_user": "t", "chap_secret": SECRET},
        (target(),),
        expect={"auth": "chap", "chap_user": "t"},
        releases=RELEASES,
    ),
    Case(
        "chap with the user that there is",
        "zfssa_target",
        {**TARGET, "auth": "chap", "chap_secret": SECRET},
        (target(targetchapuser="t", targetchapsecret=SECRET),),
        expect={"auth": "chap", "chap_user": "t"},
    ),
    Case(
        "no chap",
        "zfssa_target",
        {**TARGET, "auth": "none"},
        (target(auth="chap", targetchapuser="t", targetchapsecret=SECRET),),
        expect={"auth": "none", "chap_user": "t"},
    ),
)

GROUP_CASES = (
    Case(
        "created",
        "zfssa_initiator_group",
        {**GROUP, "initiators": [HOSTS[1], HOSTS[0]]},
        hosts(2),
        expect={"name": "ig-a", "protocol": "iscsi", "initiators": HOSTS[:2]},
        gone={**GROUP, "state": "absent"},
        releases=RELEASES,
    ),
    Case("created empty", "zfssa_initiator_group", GROUP, expect={"initiators": []}, gone={**GROUP, "state": "absent"}),
    Case(
        "created by adding",
        "zfssa_initiator_group",
        {**GROUP, "initiators": [HOST], "membership": "add"},
        hosts(1),
        expect={"initiators": [HOST]},
        gone={**GROUP, "state": "absent"},
    ),
    Case(
        "exact",
        "zfssa_initiator_group",
        {**GROUP, "initiators": [HOSTS[2], HOSTS[1]]},
        (*hosts(3), group(*HOSTS[:2])),
        expect={"initiators": HOSTS[1:3]},
        releases=RELEASES,
    ),
    Case(
        "added",
        "zfssa_initiator_group",
        {**GROUP, "initiators": [HOSTS[2], HOSTS[0]], "membership": "add"},
        (*hosts(3), group(*HOSTS[:2])),
        expect={"initiators": HOSTS[:3]},
        releases=RELEASES,
    ),
    Case(
        "removed",
        "zfssa_initiator_group",
        {**GROUP, "initiators": [HOSTS[2], HOSTS[0]], "membership": "remove"},
        (*hosts(3), group(*HOSTS[:2])),
        expect={"initiators": [HOSTS[1]]},
        releases=RELEASES,
    ),
    Case(
        "removed in other letters",
        "zfssa_initiator_group",
        {**GROUP, "initiators": [HOSTS[1].replace("host", "Host")], "membership": "remove"},
        (*hosts(2), group(*HOSTS[:2])),
        expect={"initiators": [HOST]},
    ),
    Case(
        "added in other letters",
        "zfssa_initiator_group",
        {**GROUP, "protocol": "fc", "initiators": [port.lower() for port in PORTS]},
        tuple(("POST", "san/v1/fc/initiators", {"initiator": port}) for port in PORTS),
        expect={"initiators": PORTS},
    ),
    Case(
        "emptied",
        "zfssa_initiator_group",
        {**GROUP, "initiators": []},
        (*hosts(1), group(HOST), lun()),
        expect={"initiators": []},
    ),
    Case(
        "one of two removed though a LUN uses it",
        "zfssa_initiator_group",
        {**GROUP, "initiators": [HOST], "membership": "remove"},
        (*hosts(2), group(*HOSTS[:2]), lun(initiatorgroup="ig-a")),
        expect={"initiators": [HOSTS[1]]},
    ),
    Case(
        "fc",
        "zfssa_initiator_group",
        {**GROUP, "protocol": "fc", "initiators": PORTS},
        tuple(("POST", "san/v1/fc/initiators", {"initiator": port}) for port in PORTS),
        expect={"protocol": "fc", "initiators": PORTS},
        gone={**GROUP, "protocol": "fc", "state": "absent"},
    ),
    Case(
        "created by IQN and alias",
        "zfssa_target_group",
        {**TARGETS, "targets": ["t-b", IQNS["t-a"]]},
        (target(), target("t-b")),
        expect={"name": "tg-a", "protocol": "iscsi", "targets": [IQNS["t-a"], IQNS["t-b"]]},
        gone={**TARGETS, "state": "absent"},
        releases=RELEASES,
    ),
    Case("created empty", "zfssa_target_group", TARGETS, expect={"targets": []}, gone={**TARGETS, "state": "absent"}),
    Case(
        "exact",
        "zfssa_target_group",
        {**TARGETS, "targets": ["t-b"]},
        (target(), target("t-b"), targets("t-a"), lun(targetgroup="tg-a")),
        expect={"targets": [IQNS["t-b"]]},
        releases=RELEASES,
    ),
    Case(
        "added",
        "zfssa_target_group",
        {**TARGETS, "targets": ["t-b"], "membership": "add"},
        (target(), target("t-b"), targets("t-a")),
        expect={"targets": [IQNS["t-a"], IQNS["t-b"]]},
        releases=RELEASES,
    ),
    Case(
        "removed",
        "zfssa_target_group",
        {**TARGETS, "targets": ["t-b", "t-gone"], "membership": "remove"},
        (target(), target("t-b"), targets("t-a", "t-b")),
        expect={"targets": [IQNS["t-a"]]},
        releases=RELEASES,
    ),
)


@pytest.mark.parametrize(("case", "release"), rows(INITIATOR_CASES + TARGET_CASES + GROUP_CASES))
def test_case(case: Case, release: str, bench_of: Callable[[str], Bench]) -> None:
    run = play(bench_of(release), case)

    assert SECRET not in run.output and OTHER_SECRET not in run.output


# What can never be right.


LONG = "n" * 300
BAD_IQNS = (
    ("empty", ""),
    ("bare host name", "host-a"),
    ("without date", "iqn.com.example:host"),
    ("of month 13", "iqn.2020-13.com.example:host"),
    ("with a space", "iqn.2020-01.com.example:my host"),
    ("of 300 characters", f"{HOST}{LONG}"),
    ("that climbs", "iqn.2020-01.com.example:../x"),
    ("with a quoted slash", "iqn.2020-01.com.example:%2fx"),
    ("in unicode", "iqn.2020-01.com.example:höst"),
    ("of two lines", "iqn.2020-01.com.example:a\nb"),
    ("short eui", "eui.0123"),
    ("naa with letters", "naa.0123456789abcdeg"),
    ("of another protocol", PORTS[0]),
)
BAD_NAMES = (("empty", ""), ("of 300 characters", LONG), ("in unicode", "grüppe"), ("that climbs", "../x"),
             ("with a quoted slash", "a%2fb"), ("with a slash", "a/b"))  # fmt: skip
BAD_SECRETS = (("of 11 characters", "x" * 11), ("of 17 characters", "x" * 17))
IMPOSSIBLE = (
    *(Refusal(f"IQN {what}", "zfssa_initiator", {"initiator": iqn}, ("initiator", "iSCSI name")) for what, iqn in BAD_IQNS),
    *(
        Refusal(f"member {what}", "zfssa_initiator_group", {**GROUP, "initiators": [iqn]}, ("initiators", "iSCSI name"))
        for what, iqn in BAD_IQNS[2:4]
    ),
    Refusal("member empty", "zfssa_initiator_group", {**GROUP, "initiators": [""]}, ("initiators ''", "not a possible alias")),
    *(
        Refusal(f"{module[6:]} {what}", module, {key: name}, (key, words))
        for module, key, words in (
            ("zfssa_target", "alias", "not a possible alias"),
            ("zfssa_initiator_group", "name", "not a possible name"),
            ("zfssa_target_group", "name", "not a possible name"),
        )
        for what, name in BAD_NAMES
    ),
    *(
        Refusal(f"{module[6:]} secret {what}", module, {**options, "chap_user": "u", "chap_secret": secret}, ("from 12 to 16",))
        for module, options in (("zfssa_initiator", INITIATOR), ("zfssa_target", TARGET))
        for what, secret in BAD_SECRETS
    ),
    Refusal("alias of an initiator with a slash", "zfssa_initiator", {**INITIATOR, "alias": "a/b"}, ("alias 'a/b'",)),
    Refusal("user of two lines", "zfssa_initiator", {**INITIATOR, "chap_user": "a\nb"}, ("chap_user", "possible user")),
    Refusal("bad IQN of a target", "zfssa_target", {**TARGET, "iqn": "iqn.x"}, ("iqn 'iqn.x'", "iSCSI name")),
    Refusal("interface that climbs", "zfssa_target", {**TARGET, "interfaces": [".."]}, ("interfaces '..'",)),
    Refusal("interface twice", "zfssa_target", {**TARGET, "interfaces": ["a", "a"]}, ("interfaces", "more than once")),
    Refusal("initiator twice in other letters", "zfssa_initiator_group", {**GROUP, "initiators": [HOST, HOST.replace("host", "HOST")]},
            (HOST, "more than once")),
    Refusal("initiator twice", "zfssa_initiator_group", {**GROUP, "initiators": [HOST, HOST]}, (HOST, "more than once")),
    Refusal("target twice", "zfssa_target_group", {**TARGETS, "targets": ["t", "t"]}, ("targets", "more than once")),
    Refusal("bad IQN in a target group", "zfssa_target_group", {**TARGETS, "targets": ["iqn.x"]}, ("targets 'iqn.x'",)),
    Refusal("bad alias in a target group", "zfssa_target_group", {**TARGETS, "targets": ["../x"]}, ("possible alias",)),
    Refusal(
        "IQN in an fc group",
        "zfssa_initiator_group",
        {**GROUP, "protocol": "fc", "initiators": [HOST]},
        ("fc", "world wide name"),
    ),
    Refusal(
        "alias in an fc group",
        "zfssa_target_group",
        {**TARGETS, "protocol": "fc", "targets": ["port-1"]},
        ("fc", "world wide name"),
    ),
    Refusal("EUI of an srp group", "zfssa_initiator_group", {**GROUP, "protocol": "srp", "initiators": [HOST]}, ("EUI",)),
    Refusal("group of all", "zfssa_initiator_group", {"name": "default"}, ("name default", "appliance's own")),
    Refusal("group of all removed", "zfssa_target_group", {"name": "default", "state": "absent"}, ("appliance's own",)),
    Refusal(
        "group of nobody",
        "zfssa_initiator_group",
        {"name": "com.sun.ms.vss.hg.maskAll", "initiators": [HOST]},
        ("maskAll", "nobody"),
    ),
)  # fmt: skip


@pytest.mark.parametrize("row", IMPOSSIBLE, ids=row_id)
def test_what_can_never_be_right_is_refused_unsent(row: Refusal, bench: Bench) -> None:
    run = bench.refuse(row.module, row.options)

    assert all(word in run.msg for word in row.words), run.msg
    assert not run.changed
    assert run.requests == []
    if "chap_secret" in row.options:
        assert row.options["chap_secret"] not in run.output


# What is not possible as things stand.


IN_USE = (*hosts(1), group(HOST), lun(initiatorgroup="ig-a"))
TARGETS_IN_USE = (target(), targets("t-a"), lun(targetgroup="tg-a"))
UNSAFE = (
    Refusal("initiator of a group", "zfssa_initiator", {**INITIATOR, "state": "absent"}, (HOST, "ig-a", "ig-b"),
            (*hosts(1), group(HOST), group(HOST, name="ig-b"))),
    Refusal("initiator with half a CHAP", "zfssa_initiator", {**INITIATOR, "chap_user": "u"}, (HOST, "without chap_secret")),
    Refusal("secret of nobody", "zfssa_initiator", {**INITIATOR, "chap_secret": SECRET}, (HOST, "without chap_user")),
    Refusal("group in use", "zfssa_initiator_group", {**GROUP, "state": "absent"}, ("ig-a", "LUN tank/default/a"), IN_USE),
    Refusal("last initiator", "zfssa_initiator_group", {**GROUP, "initiators": [HOST], "membership": "remove"},
            ("without initiators", "LUN tank/default/a", "initiator_groups"), IN_USE),
    Refusal("no initiator any more", "zfssa_initiator_group", {**GROUP, "initiators": []}, ("LUN tank/default/a",), IN_USE),
    Refusal("removal of a member by removal of the group", "zfssa_initiator_group",
            {**GROUP, "initiators": [HOST], "membership": "remove", "state": "absent"}, ("membership=remove", "state=absent")),
    Refusal("target of a group", "zfssa_target", {**TARGET, "state": "absent"}, ("t-a", "target group tg-a"), (target(), targets("t-a"))),
    Refusal("other IQN", "zfssa_target", {**TARGET, "iqn": IQNS["t-b"]}, ("iqn", "fixed at creation"), (target(),)),
    Refusal("IQN of another", "zfssa_target", {"alias": "t-b", "iqn": IQNS["t-a"]}, (IQNS["t-a"], "'t-a'"), (target(),)),
    Refusal("known initiator with half a CHAP", "zfssa_initiator", {**INITIATOR, "chap_user": "u"}, (HOST, "without chap_secret"), (host(),)),
    Refusal("other user without a secret", "zfssa_initiator", {**INITIATOR, "chap_user": "u"}, (HOST, "without chap_secret"),
            (host(chapuser="old", chapsecret=SECRET),)),
    Refusal("secret of no user", "zfssa_initiator", {**INITIATOR, "chap_secret": SECRET, "update_secret": "always"},
            (HOST, "without chap_user"), (host(),)),
    Refusal("chap of a user without secret", "zfssa_target", {**TARGET, "auth": "chap"}, ("without chap_secret",), (target(targetchapuser="t"),)),
    Refusal("secret of chap removed", "zfssa_target", {**TARGET, "chap_secret": "", "update_secret": "always"}, ("without chap_secret",),
            (target(auth="chap", targetchapuser="t", targetchapsecret=SECRET),)),
    Refusal("IQN of another in other letters", "zfssa_target", {"alias": "t-b", "iqn": IQNS["t-a"].replace("t-a", "T-A")}, ("'t-a'",), (target(),)),
    Refusal("chap without user", "zfssa_target", {**TARGET, "auth": "chap", "chap_secret": SECRET}, ("without chap_user",)),
    Refusal("chap without secret", "zfssa_target", {**TARGET, "auth": "chap", "chap_user": "t"}, ("without chap_secret",)),
    Refusal("chap later without secret", "zfssa_target", {**TARGET, "auth": "chap", "chap_user": "t"}, ("without chap_secret",), (target(),)),
    Refusal("chap with a user that may have no secret", "zfssa_target", {**TARGET, "auth": "chap"}, ("without chap_secret",),
            (target(targetchapuser="t", targetchapsecret=SECRET),)),
    Refusal("user of chap removed", "zfssa_target", {**TARGET, "chap_user": ""}, ("without chap_user",),
            (target(auth="chap", targetchapuser="t", targetchapsecret=SECRET),)),
    Refusal("target group in use", "zfssa_target_group", {**TARGETS, "state": "absent"}, ("tg-a", "LUN tank/default/a"), TARGETS_IN_USE),
    Refusal("last target", "zfssa_target_group", {**TARGETS, "targets": ["t-a"], "membership": "remove"},
            ("without targets", "LUN tank/default/a", "target_group"), TARGETS_IN_USE),
    Refusal("unknown alias", "zfssa_target_group", {**TARGETS, "targets": ["t-x"]}, ("t-x", "t-a"), (target(),)),
    Refusal("target of another group", "zfssa_target_group", {"name": "tg-b", "targets": ["t-a"]}, (IQNS["t-a"], "tg-a"),
            (target(), targets("t-a"))),
    Refusal("target by two names", "zfssa_target_group", {**TARGETS, "targets": ["t-a", IQNS["t-a"]]}, ("more than once",), (target(),)),
)  # fmt: skip


@pytest.mark.parametrize("row", UNSAFE, ids=row_id)
@pytest.mark.parametrize("check", [True, False], ids=["check", "real"])
def test_what_is_not_possible_is_refused_unwritten(check: bool, row: Refusal, bench: Bench) -> None:
    prepare(bench.lab, row.before)

    run = bench.refuse(row.module, row.options, check=check)

    assert all(word in run.msg for word in row.words), run.msg
    assert not run.changed
    assert run.writes == []


def test_group_that_luns_of_the_other_node_may_use_stays(module_host: ModuleHost, tmp_path: Path) -> None:
    """Emptying it is refused in planning; whether it may be destroyed the appliance knows, which sees the LUNs of both nodes."""
    pools = ("--pool", "east/tank:1T", "--pool", "west/lake:1T")
    with running_lab("8.8", tmp_path, *pools) as lab:
        lab.control("POST", "/cluster", {"appliances": ["east", "west"]})
        prepare(lab, IN_USE)
        bench = Bench(lab, module_host)

        for check in (True, False):
            emptied = bench.refuse("zfssa_initiator_group", {**GROUP, "initiators": []}, "west", check=check)
            assert "LUNs in pool tank may use it" in emptied.msg, emptied.msg
            assert "only east of this cluster sees them" in emptied.msg, emptied.msg
            assert emptied.writes == []
        removed = bench.refuse("zfssa_initiator_group", {**GROUP, "state": "absent"}, "west")
        assert removed.result["failure"]["status"] == 409
        bench.change("zfssa_initiator_group", {**GROUP, "name": "unused"}, "west")
        assert bench.change("zfssa_initiator_group", {**GROUP, "name": "unused", "state": "absent"}, "west").changed


UNKNOWN = (
    Refusal("initiator", "zfssa_initiator_group", {**GROUP, "initiators": [HOSTS[1]]}, (HOSTS[1], HOSTS[0]), hosts(1)),
    Refusal("initiator to add", "zfssa_initiator_group", {**GROUP, "initiators": [HOSTS[1]], "membership": "add"},
            (HOSTS[1], HOSTS[0]), (*hosts(1), group(HOST))),
    Refusal("target", "zfssa_target_group", {**TARGETS, "targets": [IQNS["t-b"]]}, (IQNS["t-b"], IQNS["t-a"]), (target(),)),
    Refusal("interface", "zfssa_target", {**TARGET, "interfaces": ["ixgbe9"]}, ("interface ixgbe9 does not exist; use one of: ixgbe0",)),
)  # fmt: skip


@pytest.mark.parametrize("row", UNKNOWN, ids=row_id)
@pytest.mark.parametrize("check", [True, False], ids=["check", "real"])
def test_what_does_not_exist_is_refused_with_what_does(check: bool, row: Refusal, bench: Bench) -> None:
    prepare(bench.lab, row.before)
    before = bench.lab.east.state

    run = bench.refuse(row.module, row.options, check=check)

    assert all(word in run.msg for word in row.words), run.msg
    assert not run.changed
    # A real run leaves the look to the appliance, which refuses the write.
    assert [row for row in run.writes if row["status"] < 400] == []
    assert bench.lab.east.state == before


@pytest.mark.parametrize("module", ["zfssa_initiator_group", "zfssa_target_group"])
@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({**GROUP, "protocol": "nvme"}, "protocol"),
        ({**GROUP, "membership": "some"}, "membership"),
        ({**GROUP, "membership": "add"}, "missing"),
        ({**GROUP, "membership": "remove"}, "missing"),
        ({}, "name"),
    ],
)
def test_options_are_checked(module: str, options: Record, words: str, bench: Bench) -> None:
    run = bench.run(module, options)

    assert run.failed
    assert words in run.msg
    assert run.requests == []


def test_removal_from_a_group_that_is_not_there_changes_nothing(bench: Bench) -> None:
    run = bench.change("zfssa_initiator_group", {**GROUP, "initiators": [HOST], "membership": "remove"})

    assert not run.changed
    assert run.value is None
