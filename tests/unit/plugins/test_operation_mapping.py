"""LUNs presented to hosts and hidden from them: what is planned from the present state, and what others have done meanwhile."""

from __future__ import annotations

from typing import Any

import pytest
from book import Book
from hypothesis import given
from hypothesis import strategies as st
from lab_client import LabClient

from ansible_collections.zfssa.storage.plugins.module_utils.engine import _membership
from ansible_collections.zfssa.storage.plugins.module_utils.engine._apply import apply
from ansible_collections.zfssa.storage.plugins.module_utils.engine._plan import Item
from ansible_collections.zfssa.storage.plugins.module_utils.engine._preconditions import ReferenceExists
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.lun._mapping import (
    Request,
    plan_mapping,
    plan_request,
)
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.lun._table import LUN
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.san._protocols import MASKED
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import (
    InvalidInput,
    NotUnderstood,
    PlanRefused,
)
from ansible_collections.zfssa.storage.plugins.module_utils.values._release import NEWEST, Release

SAN = "/api/san/v1"
PLACE = {"pool": "tank", "project": "proj-a", "name": "lun-a"}
POOL = "/api/storage/v1/pools/tank"
PATH = f"{POOL}/projects/proj-a/luns/lun-a"
H1, H2, H3 = (f"iqn.2020-01.com.example:h{number}" for number in (1, 2, 3))
T1 = "iqn.1986-03.com.sun:02:t1"
FC = "wwn.2100001B32000001"
NAMES = ("ig-a", "ig-b", "ig-c", "ig-d")


def wire(*groups: str, **values: Any) -> dict[str, Any]:
    """A LUN as the appliance gives it, with number 5 in each of its groups."""
    return {
        **PLACE,
        "volsize": 1024,
        "lunguid": "600144F0",
        "initiatorgroup": list(groups) or [MASKED],
        "assignednumber": [5 if groups else -1 for _group in groups or (MASKED,)],
        "targetgroup": "default",
        "lunumber": "auto",
        **values,
    }


def lun(*groups: str, **values: Any) -> dict[str, Any]:
    """Its record."""
    return LUN.normalise(wire(*groups, **values))


def request(*groups: str, present: bool = True, target_group: str | None = None) -> Request:
    """That some groups see the LUN, or not."""
    return Request(PLACE, present, groups, (), target_group)


def book(*groups: str, known: dict[str, list[str]] | None = None, **values: Any) -> Book:
    """An appliance with the LUN, three initiators, and initiator groups."""
    members = {"ig-a": [H1], "ig-b": [H2]} if known is None else known
    listed = [{"name": name, "initiators": hosts} for name, hosts in members.items()]
    aliases = ((H1, "db1", "u1"), (H2, "db2", "u2"), (H3, "", ""))
    return Book(
        {
            PATH: {"lun": wire(*groups, **values)},
            f"{SAN}/iscsi/initiator-groups": {"groups": listed},
            f"{SAN}/fc/initiator-groups": {"groups": [{"name": "fc-a", "initiators": [FC]}]},
            f"{SAN}/srp/initiator-groups": {"groups": []},
            f"{SAN}/iscsi/initiators": {
                "initiators": [{"initiator": name, "alias": alias, "chapuser": user} for name, alias, user in aliases]
            },
            f"{SAN}/iscsi/targets": {"targets": [{"iqn": T1, "alias": "t1", "interfaces": [], "auth": "none"}]},
            f"{SAN}/iscsi/target-groups": {"groups": [{"name": "tg-a", "targets": [T1]}]},
            "/api/network/v1/interfaces": {"interfaces": [{"interface": "a", "curaddrs": ["192.0.2.1"]}]},
        }
    )


def lun_at(*groups: str, known: dict[str, list[str]] | None = None) -> LabClient:
    """The same appliance as the lab plays it; a group that it does not have is only shown."""
    members = {"ig-a": [H1], "ig-b": [H2]} if known is None else known
    at = LabClient()
    for name, alias in ((H1, "db1"), (H2, "db2"), (H3, "")):
        at.do("POST", f"{SAN}/iscsi/initiators", {"initiator": name, "alias": alias})
    for name in {name for hosts in members.values() for name in hosts} - {H1, H2, H3}:
        at.do("POST", f"{SAN}/iscsi/initiators", {"initiator": name})
    for name, hosts in members.items():
        at.do("POST", f"{SAN}/iscsi/initiator-groups", {"name": name, "initiators": hosts})
    at.do("POST", f"{SAN}/fc/initiators", {"initiator": FC})
    at.do("POST", f"{SAN}/fc/initiator-groups", {"name": "fc-a", "initiators": [FC]})
    at.add_project("proj-a")
    gone = [name for name in groups if name not in (*members, "default")]
    at.add_lun("proj-a", "lun-a", initiatorgroup=[name for name in groups if name not in gone] or MASKED)
    if gone:
        at.edit(PATH, lambda page: {"lun": {**page["lun"], "initiatorgroup": list(groups), "assignednumber": [5]}})
    return at


def plan(reader: Book | LabClient, **options: Any) -> Item:
    """Plan for the LUN."""
    return plan_mapping(reader, {"pool": "tank", "project": "proj-a", "lun": "lun-a", "state": "present", **options})


# From the LUN alone


@given(
    present=st.sets(st.sampled_from(NAMES)),
    groups=st.sets(st.sampled_from(NAMES), min_size=1),
    attach=st.booleans(),
)
def test_plan_does_what_is_asked_and_touches_no_other_group(present: set[str], groups: set[str], attach: bool) -> None:
    asked = request(*sorted(groups), present=attach)
    planned = plan_request(asked, lun(*sorted(present)), NEWEST)

    after = present | groups if attach else present - groups
    assert planned.changed == (after != present)
    for step in planned.steps:
        sent = step.body or {}
        assert LUN.normalise(wire(**{"initiatorgroup": sent["initiatorgroup"]}))["initiator_groups"] == sorted(after)
    again = plan_request(asked, lun(*sorted(after)), NEWEST)
    assert not again.changed
    assert (again.after["connection"] is None) == (not attach)
    numbers = (planned.after["connection"] or {}).get("lu_numbers", {})
    assert all(number in (None, 5) for number in numbers.values())
    assert {group for group, number in numbers.items() if number == 5} == (present & groups if attach else set())


@pytest.mark.parametrize(
    ("present", "groups", "attach", "sent"),
    [
        ((), ("ig-a",), True, "ig-a"),
        (("ig-a",), ("ig-b",), True, ["ig-a", "ig-b"]),
        (("ig-a",), ("ig-a",), False, MASKED),
        (("ig-a", "ig-b"), ("ig-a",), False, "ig-b"),
        ((), ("default",), True, "default"),
        (("default",), ("default",), False, MASKED),
    ],
)
def test_list_is_written_as_the_appliance_wants_it(
    present: tuple[str, ...], groups: tuple[str, ...], attach: bool, sent: object
) -> None:
    (step,) = plan_request(request(*groups, present=attach), lun(*present), NEWEST).steps

    assert (step.method, step.path, step.body) == ("PUT", PATH, {"initiatorgroup": sent})


@pytest.mark.parametrize(
    ("present", "asked", "release", "said"),
    [
        (("default",), request("ig-a"), NEWEST, "presented to every initiator"),
        (("ig-a",), request("default"), NEWEST, "cannot be combined with another group"),
        (("ig-a",), request("ig-b"), Release(2), "one initiator group only"),
        (("ig-b",), request("ig-a", target_group="tg-a"), NEWEST, "presented to ig-b by the target group default"),
    ],
)
def test_what_would_not_leave_others_alone_is_refused(
    present: tuple[str, ...], asked: Request, release: Release, said: str
) -> None:
    with pytest.raises(PlanRefused, match=said):
        plan_request(asked, lun(*present), release)


@pytest.mark.parametrize(("present", "attach"), [((), True), (("ig-a",), True), (("ig-a",), False)])
def test_old_software_has_one_group(present: tuple[str, ...], attach: bool) -> None:
    assert plan_request(request("ig-a", present=attach), lun(*present), Release(2)).changed == (bool(present) != attach)


def test_other_target_group_renumbers() -> None:
    planned = plan_request(request("ig-a", target_group="tg-a"), lun("ig-a"), NEWEST)

    assert planned.steps[0].body == {"targetgroup": "tg-a"}
    assert planned.before["connection"]["lu_numbers"] == {"ig-a": 5}
    assert planned.after["connection"]["lu_numbers"] == {"ig-a": None}
    assert [one.names for _doing, one in planned.preconditions if isinstance(one, ReferenceExists)][-1] == ("tg-a",)


@pytest.mark.parametrize(
    ("groups", "done"), [((), False), (("ig-a",), True), (("ig-b",), False), (("ig-a", "ig-b"), True)]
)
def test_write_is_done_when_the_group_sees_the_lun(groups: tuple[str, ...], done: bool) -> None:
    (step,) = plan_request(request("ig-a"), lun(), NEWEST).steps

    assert step.outcome.reached({"lun": wire(*groups)}) is done
    assert step.outcome.reached(None) is False


# From the appliance


@pytest.mark.parametrize(
    ("known", "present", "hosts", "groups"),
    [
        ({"ig-a": [H1], "ig-b": [H2]}, (), [H1], ("ig-a",)),
        ({"ig-a": [H1], "ig-b": [H2]}, (), ["db1", H2], ("ig-a", "ig-b")),
        ({"ig-a": [H1, H2]}, (), [H1], ("ig-a",)),
        ({"ig-a": [H1, H2], "ig-b": [H1]}, (), [H1], ("ig-b",)),
        ({"ig-a": [H1, H2], "ig-b": [H1]}, ("ig-a",), [H1], ("ig-a",)),
        ({"ig-a": [H1, H2], "ig-b": [H1, H3]}, (), [H1, H2], ("ig-a",)),
        ({"ig-a": [H1]}, (), ["wwn.2100001B32000001"], ("fc-a",)),
        ({"ig-a": [H1]}, (), ["wwn.2100001b32000001"], ("fc-a",)),
        ({"ig-a": [H1.replace("example", "EXAMPLE")]}, (), [H1], ("ig-a",)),
    ],
)
def test_group_of_an_initiator_is_found(
    known: dict[str, list[str]], present: tuple[str, ...], hosts: list[str], groups: tuple[str, ...]
) -> None:
    planned = plan(lun_at(*present, known=known), initiators=hosts)

    assert tuple(planned.after["connection"]["initiator_groups"]) == groups


@pytest.mark.parametrize(
    ("known", "present", "options", "said"),
    [
        ({"ig-a": [H1]}, (), {"initiators": [H3]}, "in no initiator group"),
        ({}, (), {"initiators": [H3]}, "one of: fc-a"),
        ({"ig-a": [H1]}, (), {"initiators": [H1, H2, H3]}, f"initiator {H2}, {H3} are in no initiator group; add them"),
        ({"ig-a": [H1, H2], "ig-b": [H1, H3]}, (), {"initiators": [H1]}, "several initiator groups: ig-a, ig-b"),
        ({"ig-a": [H1], "ig-b": [H1]}, (), {"initiators": [H1]}, "several initiator groups: ig-a, ig-b"),
        (None, (), {"initiators": ["db9"]}, "no initiator has the alias db9.*db1, db2"),
        (
            None,
            ("ig-a",),
            {"initiators": ["db9"], "state": "absent"},
            "no initiator has the alias db9; give the name of",
        ),
        (None, (), {"initiator_groups": ["ig-x"]}, "initiator group ig-x does not exist.*default, fc-a, ig-a, ig-b"),
        ({"ig-a": [H1, H2]}, ("ig-a",), {"initiators": [H1], "state": "absent"}, f"in which there are {H2}, too"),
        (None, ("default",), {"initiators": [H1], "state": "absent"}, "presented to every initiator"),
    ],
)
def test_host_that_cannot_be_attached_or_detached(
    known: Any, present: tuple[str, ...], options: dict[str, Any], said: str
) -> None:
    with pytest.raises(PlanRefused, match=said):
        plan(lun_at(*present, known=known), **options)


@pytest.mark.parametrize(
    ("present", "options"),
    [
        ((), {"initiators": [H1]}),
        (("ig-b",), {"initiators": [H1]}),
        (("ig-b",), {"initiators": ["db1", "iqn.2020-01.com.example:gone"]}),
        (("ig-b",), {"initiator_groups": ["ig-a", "ig-x"]}),
        # A group that was removed, or has yet to be made on this appliance, stands in the way of nothing.
        (("ig-gone",), {"initiators": [H1]}),
    ],
)
def test_host_that_does_not_see_the_lun_is_detached(present: tuple[str, ...], options: dict[str, Any]) -> None:
    planned = plan(lun_at(*present), state="absent", **options)

    assert not planned.changed
    assert planned.after == {"connection": None}


@pytest.mark.parametrize(
    ("present", "told"),
    [
        (("ig-a",), ["ig-a"]),
        (("ig-a", "ig-b"), ["ig-a", "ig-b"]),
        (("default",), ["default"]),
        (("ig-gone",), ["ig-gone"]),
    ],
)
def test_everybody_is_detached_whoever_it_is(present: tuple[str, ...], told: list[str]) -> None:
    at = lun_at(*present)

    planned = plan(at, state="absent", all_hosts=True)

    assert [(step.method, step.path, step.body) for step in planned.steps] == [
        ("PUT", PATH, {"initiatorgroup": MASKED})
    ]
    assert planned.before["connection"]["initiator_groups"] == told
    assert planned.after == {"connection": None}
    assert str(planned.steps[0]) == "hide LUN tank/proj-a/lun-a from all hosts"


def test_lun_that_nobody_sees_costs_one_request() -> None:
    at = lun_at()

    assert not plan(at, state="absent", all_hosts=True).changed
    assert at.reads == [PATH]


@pytest.mark.parametrize(
    "values", [{"assignednumber": "some"}, {"targetgroup": 7}, {"status": []}, {"lunumber": {}}, {"volsize": "?"}]
)
def test_lun_of_which_only_the_groups_are_understood_is_hidden(values: dict[str, Any]) -> None:
    planned = plan(book("ig-a", **values), state="absent", all_hosts=True)

    assert planned.steps[0].body == {"initiatorgroup": MASKED}


@pytest.mark.parametrize(
    ("path", "page"),
    [
        (f"{SAN}/iscsi/initiators", {"initiators": [{"initiator": H1, "alias": "", "chapuser": 7}]}),
        (
            f"{SAN}/iscsi/targets",
            {"targets": [{"iqn": T1, "alias": "t1", "interfaces": [], "auth": "chap", "targetchapuser": {}}]},
        ),
    ],
)
@pytest.mark.parametrize("options", [{"initiators": [H1]}, {"all_hosts": True, "state": "absent"}])
def test_name_by_which_somebody_proves_himself_is_only_told(path: str, page: Any, options: dict[str, Any]) -> None:
    reader = book("ig-a")
    reader.pages[path] = page

    planned = plan(reader, **options)

    told = planned.after["connection"] or planned.before["connection"]
    assert told["hosts"] == [{"initiator": H1, "lu_number": 5, "chap_user": None if "initiators" in path else "u1"}]
    assert told["target_chap_user"] is None


def test_lun_whose_groups_nobody_understands_is_not_touched() -> None:
    with pytest.raises(NotUnderstood, match="initiator_groups of LUN tank"):
        plan(book(initiatorgroup=[7]), state="absent", all_hosts=True)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"state": "present", "all_hosts": True}, "all_hosts detaches every host"),
        ({"initiators": [H1], "all_hosts": True}, "initiators names some of them"),
        ({"initiator_groups": ["ig-a"], "all_hosts": True}, "initiator_groups names some of them"),
        ({"all_hosts": False}, "no host is named"),
    ],
)
def test_options_that_name_all_hosts_and_others_are_refused_unread(options: dict[str, Any], said: str) -> None:
    reader = book("ig-a")

    with pytest.raises(InvalidInput, match=said):
        plan(reader, **{"state": "absent", **options})
    assert reader.reads == []


def test_hosts_that_are_named_count_where_not_all_are_meant() -> None:
    planned = plan(lun_at("ig-a", "ig-b"), state="absent", initiator_groups=["ig-a"], all_hosts=False)

    assert planned.steps[0].body == {"initiatorgroup": "ig-b"}


def test_group_that_is_gone_can_be_detached() -> None:
    planned = plan(lun_at("ig-gone"), state="absent", initiator_groups=["ig-gone"])

    assert planned.steps[0].body == {"initiatorgroup": MASKED}


def test_lun_that_is_gone_is_seen_by_nobody() -> None:
    reader = LabClient()
    reader.add_project("proj-a")

    assert not plan(reader, state="absent", initiator_groups=["ig-a"]).changed
    assert reader.reads == [PATH, POOL]


def test_lun_of_the_other_node_is_not_taken_for_one_that_is_gone() -> None:
    reader = LabClient(pools={}, own_pools={"east": {"lake": 1 << 40}, "west": {"tank": 1 << 40}})
    reader.pair()

    with pytest.raises(PlanRefused, match="pool tank belongs to west of this cluster; set host to west"):
        plan(reader, state="absent", initiator_groups=["ig-a"])


# Among others, who come between two requests: a script tells when.


class Pace:
    """Applies at once."""

    clock = staticmethod(lambda: 0.0)
    sleep = staticmethod(lambda _seconds: None)
    chance = staticmethod(lambda: 0.0)


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no time pass between the looks."""
    monkeypatch.setattr(_membership, "REAL", Pace())


def act(reader: Book, *later: dict[str, Any], **options: Any) -> Any:
    """Plan and carry out, with what is read of the LUN after the plan."""
    planned = plan(reader, **options)
    reader.pages[PATH] = [{"lun": one} for one in later]
    return apply(planned, reader)["connection"]


@pytest.mark.usefixtures("hasty")
def test_change_that_another_undid_is_made_again_beside_his() -> None:
    reader = book()
    undone, done = wire("ig-b"), wire("ig-a", "ig-b")

    connected = act(reader, wire("ig-a"), undone, undone, done, initiator_groups=["ig-a"])

    assert connected["lu_numbers"] == {"ig-a": 5}
    assert [body for _method, _path, body in reader.sent] == [
        {"initiatorgroup": "ig-a"},
        {"initiatorgroup": ["ig-a", "ig-b"]},
    ]


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("looks", [1, 2], ids=["at once", "after a moment"])
def test_host_that_is_attached_meanwhile_is_detached_with_all_others(looks: int) -> None:
    reader = book("ig-a")
    seen = [wire(), wire()][: looks - 1]

    act(reader, *seen, wire("ig-b"), wire("ig-b"), wire(), wire(), state="absent", all_hosts=True)

    assert [body for _method, _path, body in reader.sent] == [{"initiatorgroup": MASKED}] * 2


@pytest.mark.usefixtures("hasty")
def test_only_the_lun_is_read_again() -> None:
    reader = book()

    act(reader, wire("ig-a"), initiator_groups=["ig-a"])

    before = reader.reads.index(PATH, 1)
    assert set(reader.reads[before:]) == {PATH}


@pytest.mark.usefixtures("hasty")
def test_lun_that_is_destroyed_meanwhile() -> None:
    reader = book()
    planned = plan(reader, initiator_groups=["ig-a"])
    del reader.pages[PATH]
    reader.pages[POOL] = {"pool": {"name": "tank"}}

    with pytest.raises(PlanRefused, match="was destroyed meanwhile"):
        apply(planned, reader)


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("state", ["present", "absent"])
def test_lun_that_the_other_node_has_taken_over_meanwhile(state: str) -> None:
    reader = book("ig-b") if state == "present" else book("ig-a", "ig-b")
    planned = plan(reader, state=state, initiator_groups=["ig-a"])
    del reader.pages[PATH]
    reader.pages[POOL] = {"pool": {"name": "tank", "status": "exported", "owner": "west"}}

    with pytest.raises(PlanRefused, match="pool tank belongs to west of this cluster"):
        apply(planned, reader)
