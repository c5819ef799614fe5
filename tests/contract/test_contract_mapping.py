"""Who sees a LUN: hosts attached and detached, others left alone, and what a host needs to log in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from cases import (
    LUNS,
    MASK,
    Call,
    Case,
    Refusal,
    groups,
    lun,
    play,
    prepare,
    row_id,
    rows,
    snapshot,
    target_group,
)
from lab_appliances import RELEASES, Record
from module_runner import Bench, Order, Run

SAN = "san/v1/iscsi"
PLACE = {"pool": "tank", "project": "default", "lun": "a"}
HOST_A, HOST_B = "iqn.2020-01.com.example:ig-a-0", "iqn.2020-01.com.example:ig-b-1"
OTHER_A = "iqn.2020-01.com.Example:IG-A-0"
CHAP_HOST = "iqn.2020-01.com.example:chap"
TARGET = "iqn.1986-03.com.sun:02:tg-a"
NEWER = RELEASES[1:]
HIDDEN = lun(initiatorgroup=MASK)
TO_A = {**PLACE, "initiator_groups": ["ig-a"]}
TWO = (*groups("ig-a", "ig-b"), HIDDEN)


def chap_host(*also: str, name: str = "ig-chap") -> tuple[Call, ...]:
    """Make an initiator with CHAP and an alias, and a group of it and others."""
    body = {"initiator": CHAP_HOST, "alias": "db1", "chapuser": "db1-user", "chapsecret": "very-secret-12"}
    members = {"name": name, "initiators": [CHAP_HOST, *also]}
    return (("POST", f"{SAN}/initiators", body), ("POST", f"{SAN}/initiator-groups", members))


def group(name: str, *members: str) -> Call:
    """Make an initiator group."""
    return ("POST", f"{SAN}/initiator-groups", {"name": name, "initiators": list(members)})


CASES = (
    Case(
        "to a group",
        "zfssa_lun_mapping",
        TO_A,
        (*TWO, *target_group()),
        expect={
            "initiators": [HOST_A],
            "initiator_groups": ["ig-a"],
            "hosts": [{"initiator": HOST_A, "lu_number": 0, "chap_user": None}],
            "lu_numbers": {"ig-a": 0},
            "target_group": "default",
            "targets": [TARGET],
            "portals": ["192.0.2.10:3260", "192.0.2.11:3260"],
            "auth": "none",
            "chap_user": None,
            "target_chap_user": None,
        },
        gone={**TO_A, "state": "absent"},
        releases=RELEASES,
    ),
    Case(
        "by an initiator",
        "zfssa_lun_mapping",
        {**PLACE, "initiators": [HOST_B]},
        TWO,
        expect={"initiators": [HOST_B], "initiator_groups": ["ig-b"], "targets": [], "portals": []},
        gone={**PLACE, "initiators": [HOST_B], "state": "absent"},
        releases=RELEASES,
    ),
    Case(
        "by an initiator in other letters",
        "zfssa_lun_mapping",
        {**PLACE, "initiators": [OTHER_A]},
        TWO,
        expect={"initiators": [HOST_A], "initiator_groups": ["ig-a"]},
        gone={**PLACE, "initiators": [OTHER_A], "state": "absent"},
    ),
    Case(
        "by an alias, with CHAP",
        "zfssa_lun_mapping",
        {**PLACE, "initiators": ["db1"]},
        (*chap_host(), HIDDEN, ("POST", f"{SAN}/targets", {"alias": "t", "interfaces": ["ixgbe1"]})),
        expect={"initiators": [CHAP_HOST], "chap_user": "db1-user", "portals": ["192.0.2.11:3260"]},
        gone={**PLACE, "initiators": ["db1"], "state": "absent"},
        releases=RELEASES,
    ),
    Case(
        "beside others",
        "zfssa_lun_mapping",
        {**PLACE, "initiator_groups": ["ig-b"]},
        (*groups("ig-a", "ig-b"), lun(initiatorgroup="ig-a")),
        expect={"initiator_groups": ["ig-b"], "lu_numbers": {"ig-b": 0}},
        gone={**PLACE, "initiator_groups": ["ig-b"], "state": "absent"},
        releases=NEWER,
    ),
    Case(
        "to two groups",
        "zfssa_lun_mapping",
        {**PLACE, "initiator_groups": ["ig-b", "ig-a"]},
        TWO,
        expect={"initiator_groups": ["ig-a", "ig-b"], "initiators": [HOST_A, HOST_B]},
        gone={**PLACE, "initiators": [HOST_A, HOST_B], "state": "absent"},
        releases=NEWER,
    ),
    Case(
        "to hosts of several groups, each by its number",
        "zfssa_lun_mapping",
        {**PLACE, "initiators": [HOST_B, "db1"]},
        (*groups("ig-a", "ig-b"), *chap_host(), lun("taken", initiatorgroup="ig-b"), HIDDEN),
        expect={
            "initiator_groups": ["ig-b", "ig-chap"],
            "lu_numbers": {"ig-b": 1, "ig-chap": 0},
            "hosts": [
                {"initiator": CHAP_HOST, "lu_number": 0, "chap_user": "db1-user"},
                {"initiator": HOST_B, "lu_number": 1, "chap_user": None},
            ],
            "chap_user": None,
        },
        gone={**PLACE, "all_hosts": True, "state": "absent"},
        releases=NEWER,
    ),
    Case(
        "away from everybody",
        "zfssa_lun_mapping",
        {**PLACE, "all_hosts": True, "state": "absent"},
        (*groups("ig-a"), *target_group(), lun(initiatorgroup="ig-a", targetgroup="tg-a")),
        expect=None,
        releases=RELEASES,
    ),
    Case(
        "away from every initiator",
        "zfssa_lun_mapping",
        {**PLACE, "all_hosts": True, "state": "absent"},
        (lun(),),
        expect=None,
        releases=RELEASES,
    ),
    Case(
        "through a target group",
        "zfssa_lun_mapping",
        {**TO_A, "target_group": "tg-a"},
        (*TWO, *target_group(), ("POST", f"{SAN}/targets", {"alias": "other"})),
        expect={"target_group": "tg-a", "targets": [TARGET]},
        gone={**TO_A, "state": "absent"},
        releases=RELEASES,
    ),
    Case(
        "through another target group",
        "zfssa_lun_mapping",
        {**TO_A, "target_group": "tg-b"},
        (*groups("ig-a"), *target_group(), *target_group("tg-b"), lun(initiatorgroup="ig-a", targetgroup="tg-a")),
        expect={"target_group": "tg-b", "initiator_groups": ["ig-a"]},
    ),
    Case(
        "to everybody",
        "zfssa_lun_mapping",
        {**PLACE, "initiator_groups": ["default"]},
        (HIDDEN,),
        expect={"initiators": [], "lu_numbers": {"default": 0}},
        gone={**PLACE, "initiator_groups": ["default"], "state": "absent"},
    ),
    Case(
        "to Fibre Channel",
        "zfssa_lun_mapping",
        {**PLACE, "initiators": ["wwn.2100001B32000001"]},
        (
            ("POST", "san/v1/fc/initiators", {"initiator": "wwn.2100001B32000001"}),
            ("POST", "san/v1/fc/initiator-groups", {"name": "fc-a", "initiators": ["wwn.2100001B32000001"]}),
            HIDDEN,
        ),
        expect={"initiator_groups": ["fc-a"]},
        gone={**PLACE, "initiator_groups": ["fc-a"], "state": "absent"},
    ),
)


@pytest.mark.parametrize(("case", "release"), rows(CASES))
def test_case(case: Case, release: str, bench_of: Callable[[str], Bench]) -> None:
    play(bench_of(release), case)


@pytest.mark.parametrize("release", NEWER)
def test_other_hosts_keep_the_lun(release: str, bench_of: Callable[[str], Bench]) -> None:
    bench = bench_of(release)
    prepare(bench.lab, (*groups("ig-a", "ig-b"), lun(initiatorgroup="ig-a")))

    bench.change("zfssa_lun_mapping", {**PLACE, "initiators": [HOST_B]})
    both = groups_of(bench)
    bench.change("zfssa_lun_mapping", {**PLACE, "initiators": [HOST_B], "state": "absent"})

    assert both == ["ig-a", "ig-b"]
    assert groups_of(bench) == ["ig-a"]


def test_last_one_leaves_the_lun_hidden(bench: Bench) -> None:
    prepare(bench.lab, (*groups("ig-a"), lun(initiatorgroup="ig-a")))

    run = bench.change("zfssa_lun_mapping", {**TO_A, "state": "absent"}, diff=True)

    assert groups_of(bench) == [MASK]
    assert run.result["diff"]["before"]["initiator_groups"] == ["ig-a"]


def test_connection_names_the_lun_as_a_host_sees_it(bench: Bench) -> None:
    made = prepare_lun(bench, (*TWO,))

    run = bench.change("zfssa_lun_mapping", TO_A)

    place = {"pool": "tank", "project": "default", "name": "a"}
    assert run.value["lun"] == {**place, "guid": made["lunguid"], "size": 1 << 30}


def test_target_that_is_offline_is_no_way_to_the_lun(bench: Bench) -> None:
    prepare(bench.lab, (*TWO, *target_group(), ("PUT", f"{SAN}/targets/{TARGET}", {"state": "offline"})))

    run = bench.change("zfssa_lun_mapping", TO_A)

    assert run.value["targets"] == run.value["portals"] == []


def test_chap_that_targets_ask_for_is_told_and_no_secret(bench: Bench) -> None:
    target = {"alias": "t", "auth": "chap", "targetchapuser": "t-user", "targetchapsecret": "very-secret-12"}
    prepare(bench.lab, (*chap_host(), HIDDEN, ("POST", f"{SAN}/targets", target)))

    run = bench.change("zfssa_lun_mapping", {**PLACE, "initiators": [CHAP_HOST]})

    assert (run.value["auth"], run.value["chap_user"]) == ("chap", "db1-user")
    assert run.value["target_chap_user"] == "t-user"
    assert "very-secret-12" not in run.output


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        # The group that sees it already, though there is one with nobody else in it.
        ((group("alone", HOST_A), lun(initiatorgroup="ig-wide")), ["ig-wide"]),
        # The one in which there is nobody else.
        ((group("alone", HOST_A), HIDDEN), ["alone"]),
    ],
)
def test_initiator_of_several_groups(before: tuple[Call, ...], expected: list[str], bench: Bench) -> None:
    hosts = [("POST", f"{SAN}/initiators", {"initiator": name}) for name in (HOST_A, HOST_B)]
    prepare(bench.lab, (*hosts, group("ig-wide", HOST_A, HOST_B), *before))

    run = bench.change("zfssa_lun_mapping", {**PLACE, "initiators": [HOST_A]})

    assert run.value["initiator_groups"] == expected
    assert groups_of(bench) == expected


NAMED = {"pool": "tank", "project": "default", "name": "a"}
ADDED = {**NAMED, "initiator_groups": ["ig-a"], "membership": "add"}
# Options that can never be right: refused without a word to the appliance.
IMPOSSIBLE = (
    Refusal("nobody", "zfssa_lun_mapping", {**PLACE, "initiator_groups": [MASK]}, (MASK, "no host")),
    Refusal("everybody and one", "zfssa_lun_mapping", {**PLACE, "initiator_groups": ["default", "ig-a"]}, ("default", "together")),
    Refusal("group named twice", "zfssa_lun_mapping", {**PLACE, "initiator_groups": ["ig-a", "ig-a"]}, ("ig-a", "more than once")),
    Refusal("initiator named twice", "zfssa_lun_mapping", {**PLACE, "initiators": [HOST_A, HOST_A]}, (HOST_A, "more than once")),
    Refusal("initiator in other letters", "zfssa_lun_mapping", {**PLACE, "initiators": [HOST_A, OTHER_A]}, (HOST_A, "more than once")),
    Refusal("all hosts attached", "zfssa_lun_mapping", {**PLACE, "all_hosts": True}, ("all_hosts", "state to absent")),
    Refusal("all hosts and a group", "zfssa_lun_mapping", {**TO_A, "all_hosts": True, "state": "absent"}, ("all_hosts", "initiator_groups")),
    Refusal("all hosts and a host", "zfssa_lun_mapping", {**PLACE, "initiators": [HOST_A], "all_hosts": True, "state": "absent"},
            ("all_hosts", "initiators")),
    Refusal("all hosts or none", "zfssa_lun_mapping", {**PLACE, "all_hosts": False, "state": "absent"}, ("all_hosts", "no host")),
    Refusal("group with slash", "zfssa_lun_mapping", {**PLACE, "initiator_groups": ["a/b"]}, ("'a/b'",)),
    Refusal("alias with slash", "zfssa_lun_mapping", {**PLACE, "initiators": ["a/b"]}, ("'a/b'",)),
    Refusal("target group with slash", "zfssa_lun_mapping", {**TO_A, "target_group": "a/b"}, ("target_group 'a/b'",)),
    Refusal("destroyed for some", "zfssa_lun", {**NAMED, "state": "absent", "initiator_groups": ["ig-a"], "membership": "remove"},
            ("membership=remove", "state=absent")),
    Refusal("LUN that climbs", "zfssa_lun_mapping", {**TO_A, "lun": ".."}, ("'..'",)),
)  # fmt: skip
SEVERAL = (
    ("POST", f"{SAN}/initiators", {"initiator": HOST_A}),
    ("POST", f"{SAN}/initiators", {"initiator": HOST_B}),
    group("ig-1", HOST_A, HOST_B),
    group("ig-2", HOST_A, HOST_B),
)
# Refused by a look at the appliance.
UNSAFE = (
    Refusal("missing LUN", "zfssa_lun_mapping", {**TO_A, "lun": "x"}, ("LUN tank/default/x", "use one of", "a"), TWO),
    Refusal("missing group", "zfssa_lun_mapping", {**PLACE, "initiator_groups": ["ig-x"]}, ("ig-x", "ig-a", "ig-b"), TWO),
    Refusal("initiator without group", "zfssa_lun_mapping", {**PLACE, "initiators": ["iqn.2020-01.com.example:x"]},
            ("in no initiator group", "zfssa_initiator_group", "ig-a"), TWO),
    Refusal("two initiators without group", "zfssa_lun_mapping",
            {**PLACE, "initiators": [HOST_A, "iqn.2020-01.com.example:x", "iqn.2020-01.com.example:y"]},
            ("initiator iqn.2020-01.com.example:x, iqn.2020-01.com.example:y are in no initiator group", "add them"), TWO),
    Refusal("unknown alias", "zfssa_lun_mapping", {**PLACE, "initiators": ["db9"]}, ("alias db9", "db1"), (*chap_host(), HIDDEN)),
    Refusal("unknown alias detached", "zfssa_lun_mapping", {**PLACE, "initiators": ["db9"], "state": "absent"},
            ("alias db9", "name of the initiator", "db1"), (*chap_host(), lun(initiatorgroup="ig-chap"))),
    Refusal("everybody sees it", "zfssa_lun_mapping", TO_A, ("every initiator", "zfssa_lun"), (*groups("ig-a"), lun())),
    Refusal("everybody loses it", "zfssa_lun_mapping", {**TO_A, "state": "absent"}, ("every initiator", "zfssa_lun"), (*groups("ig-a"), lun())),
    Refusal("some see it", "zfssa_lun_mapping", {**PLACE, "initiator_groups": ["default"]}, ("ig-a", "default"),
            (*groups("ig-a"), lun(initiatorgroup="ig-a"))),
    Refusal("host of several groups", "zfssa_lun_mapping", {**PLACE, "initiators": [HOST_A]},
            ("several initiator groups: ig-1, ig-2", "initiator_groups"), (*SEVERAL, HIDDEN)),
    Refusal("others would lose it", "zfssa_lun_mapping", {**PLACE, "initiators": [HOST_A], "state": "absent"},
            ("whole initiator group ig-1", HOST_B), (*SEVERAL, lun(initiatorgroup="ig-1"))),
    Refusal("others on other targets", "zfssa_lun_mapping", {**TO_A, "target_group": "tg-a"},
            ("ig-b", "target group default", "tg-a"), (*groups("ig-a", "ig-b"), *target_group(), lun(initiatorgroup="ig-b"))),
    Refusal("everybody sees it, added", "zfssa_lun", ADDED, ("every initiator", "zfssa_lun"), (*groups("ig-a"), lun())),
    Refusal("everybody would lose it", "zfssa_lun", {**ADDED, "membership": "remove"}, ("every initiator", "zfssa_lun"),
            (*groups("ig-a"), lun())),
    Refusal("some see it, added", "zfssa_lun", {**ADDED, "initiator_groups": ["default"]}, ("ig-a", "default"),
            (*groups("ig-a"), lun(initiatorgroup="ig-a"))),
    Refusal("others on other targets, added", "zfssa_lun", {**ADDED, "target_group": "tg-a"},
            ("ig-b", "target group default", "tg-a"), (*groups("ig-a", "ig-b"), *target_group(), lun(initiatorgroup="ig-b"))),
)  # fmt: skip


@pytest.mark.parametrize("row", IMPOSSIBLE, ids=row_id)
def test_what_can_never_be_right_is_refused_unsent(row: Refusal, bench: Bench) -> None:
    run = bench.refuse(row.module, row.options)

    assert all(word in run.msg for word in row.words), run.msg
    assert run.requests == []


@pytest.mark.parametrize("row", UNSAFE, ids=row_id)
@pytest.mark.parametrize("check", [True, False], ids=["check", "real"])
def test_what_is_not_possible_is_refused_unwritten(check: bool, row: Refusal, bench: Bench) -> None:
    prepare(bench.lab, row.before)

    run = bench.refuse(row.module, row.options, check=check)

    assert all(word in run.msg for word in row.words), run.msg
    assert not run.changed
    assert run.writes == []


@pytest.mark.parametrize("check", [True, False], ids=["check", "real"])
def test_old_software_has_room_for_one_group(check: bool, bench_of: Callable[[str], Bench]) -> None:
    bench = bench_of("2013.1")
    prepare(bench.lab, (*groups("ig-a", "ig-b"), lun(initiatorgroup="ig-a")))

    run = bench.refuse("zfssa_lun_mapping", {**PLACE, "initiator_groups": ["ig-b"]}, check=check)

    assert "one initiator group only" in run.msg
    assert run.writes == []


@pytest.mark.parametrize("check", [True, False], ids=["check", "real"])
def test_target_group_that_is_not_there(check: bool, bench: Bench) -> None:
    prepare(bench.lab, TWO)

    run = bench.refuse("zfssa_lun_mapping", {**TO_A, "target_group": "tg-x"}, check=check)

    assert "tg-x" in run.msg
    assert groups_of(bench) == [MASK]


def test_number_that_another_lun_has_is_given_up(bench: Bench) -> None:
    taken = lun("b", initiatorgroup="ig-a", lunumber=7)
    prepare(bench.lab, (*groups("ig-a"), taken, lun(initiatorgroup=MASK, lunumber=7)))
    automatic = {"pool": "tank", "project": "default", "name": "a", "lu_number": "auto"}

    run, again = (bench.change("zfssa_lun", automatic) for _once in range(2))
    bench.change("zfssa_lun_mapping", TO_A)

    assert run.changed and not again.changed
    assert groups_of(bench) == ["ig-a"]


def test_number_that_another_lun_has_is_told_with_a_way_out(bench: Bench) -> None:
    prepare(
        bench.lab, (*groups("ig-a"), lun("b", initiatorgroup="ig-a", lunumber=7), lun(initiatorgroup=MASK, lunumber=7))
    )

    run = bench.refuse("zfssa_lun_mapping", TO_A)

    assert "present LUN tank/default/a to ig-a" in run.msg
    assert "LU number 7 is taken" in run.msg
    assert "lu_number of zfssa_lun" in run.msg
    assert groups_of(bench) == [MASK]


@pytest.mark.parametrize(
    "options",
    [
        {**TO_A, "lun": "x", "state": "absent"},
        {**TO_A, "project": "x", "state": "absent"},
        {**PLACE, "initiator_groups": ["ig-x"], "state": "absent"},
        {**PLACE, "initiators": ["iqn.2020-01.com.example:x"], "state": "absent"},
    ],
)
def test_what_does_not_exist_does_not_see_the_lun(options: Record, bench: Bench) -> None:
    prepare(bench.lab, (*groups("ig-a"), lun(initiatorgroup="ig-a")))

    run = bench.change("zfssa_lun_mapping", options)

    assert not run.changed and run.value is None
    assert groups_of(bench) == ["ig-a"]


# The same LUN in two tasks of one play.


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("cloned", [False, True], ids=["new", "clone"])
def test_lun_and_mapping_in_one_play_change_nothing_the_second_time(
    cloned: bool, release: str, bench_of: Callable[[str], Bench]
) -> None:
    bench = bench_of(release)
    prepare(bench.lab, (*groups("ig-a"), *((lun("b"), snapshot(of="b")) if cloned else ())))
    names = {"pool": "tank", "project": "default", "name": "a"}
    made: Record = {"source": {"lun": "b", "snapshot": "s1"}} if cloned else {"size": "1G"}
    play = (("zfssa_lun", {**names, **made}), ("zfssa_lun_mapping", TO_A))

    first = [bench.change(module, options) for module, options in play]
    seen = bench.lab.east.lun("a")
    predicted = [bench.change(module, options, check=True) for module, options in play]
    again = [bench.change(module, options) for module, options in play]

    assert [run.changed for run in first] == [True, True]
    assert first[0].value["initiator_groups"] == []
    assert [run.changed for run in predicted + again] == [False] * 4
    assert [run.value for run in predicted] == [run.value for run in again]
    assert bench.lab.east.lun("a") == seen and groups_of(bench) == ["ig-a"]


def test_nobody_given_explicitly_counts_in_every_run(bench: Bench) -> None:
    prepare(bench.lab, groups("ig-a"))
    hidden = {"pool": "tank", "project": "default", "name": "a", "size": "1G", "initiator_groups": []}

    bench.change("zfssa_lun", hidden)
    bench.change("zfssa_lun_mapping", TO_A)
    again = bench.change("zfssa_lun", hidden)

    assert again.changed and groups_of(bench) == [MASK]


# How many requests it takes, with a session, to see that there is nothing to do: one for the LUN, and one for each of
# initiators, initiator groups, targets, target groups unless it is `default`, and interfaces.


def test_change_is_one_write_and_two_looks_more(bench: Bench) -> None:
    prepare(bench.lab, TWO)

    run = bench.change("zfssa_lun_mapping", TO_A)

    # Login, LUN, initiators, groups, targets, interfaces; the write; the LUN twice; logout.
    assert len(run.requests) <= 5 + 2 + 1 + 2


@pytest.mark.parametrize("release", NEWER)
@pytest.mark.parametrize("state", ["present", "absent"])
def test_two_who_have_read_the_same_both_win(state: str, release: str, bench_of: Callable[[str], Bench]) -> None:
    bench = bench_of(release)
    there = {"initiatorgroup": ["ig-a", "ig-b", "ig-c"]} if state == "absent" else {"initiatorgroup": ["ig-c"]}
    prepare(bench.lab, (*groups("ig-a", "ig-b", "ig-c"), lun(**there)))
    # Both have read before either writes.
    bench.lab.fault({"delay_ms": 500}, method="GET", path="/luns/a$", times=2)

    runs = bench.run_all([mapping(name, state) for name in ("ig-a", "ig-b")])

    assert all_went_well(runs)
    assert groups_of(bench) == (["ig-c"] if state == "absent" else ["ig-a", "ig-b", "ig-c"])


def test_six_at_once_all_win(bench: Bench) -> None:
    names = [f"ig-{number}" for number in range(6)]
    prepare(bench.lab, (*groups(*names), HIDDEN))
    bench.lab.fault({"delay_ms": 500}, method="GET", path="/luns/a$", times=6)

    runs = bench.run_all([mapping(name) for name in names])

    assert all_went_well(runs)
    assert groups_of(bench) == names


def mapping(name: str, state: str = "present") -> Order:
    """A task that attaches a group, or detaches it."""
    return Order("zfssa_lun_mapping", {**PLACE, "initiator_groups": [name], "state": state})


def all_went_well(runs: list[Run]) -> bool:
    """Say whether no run failed, and each has changed something."""
    assert [run.msg for run in runs if run.failed] == []
    return all(run.changed for run in runs)


def prepare_lun(bench: Bench, calls: tuple[Call, ...]) -> Record:
    """Make REST calls, and return the LUN that they made."""
    prepare(bench.lab, calls)
    return bench.lab.east.lun("a")


def groups_of(bench: Bench) -> list[str]:
    """The initiator groups of the LUN."""
    wire = bench.lab.east.call("GET", f"{LUNS}/a")["lun"]["initiatorgroup"]
    return [wire] if isinstance(wire, str) else sorted(wire)
