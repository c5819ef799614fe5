"""Values that the collection does not understand: every decision on one is refused, and what is only told goes on."""

from __future__ import annotations

import copy
import operator
from collections.abc import Callable
from typing import Any

import pytest
from book import Book
from lab_client import LabClient, lun_path
from replication_pages import action, pages
from scripted_appliance import Exchange, ScriptedAppliance, login, logout

from ansible_collections.zfssa.storage.plugins.module_utils.client._client import Client
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.lun._kind import LUN as LUN_KIND
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.lun._table import LUN
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.replication._action import plan_replication
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.replication._table import ACTION, record_of
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.replication._update import plan_update
from ansible_collections.zfssa.storage.plugins.module_utils.run._info import plan_info
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import BadReply, NotUnderstood
from ansible_collections.zfssa.storage.plugins.module_utils.values._types import (
    Amount,
    Flag,
    Limit,
    Names,
    Rate,
    Size,
    Value,
    Whole,
)
from ansible_collections.zfssa.storage.plugins.module_utils.values._wire import (
    Unclear,
    Unreadable,
    brief,
    cleared,
    count,
    flag,
    found_by,
    label_of,
    named,
    text,
)

GIB = 1 << 30
UNCLEAR = Unclear(("size", {"a": 1}), "LUN p/q/a", {"a": 1}, decided=True)
SENTENCE = r'^size of LUN p/q/a is {"a": 1}, which cannot be understood; .*\.$'
NAMES = {"pool": "tank", "project": "proj-a", "name": "lun-a"}


# The value itself


@pytest.mark.parametrize(
    "use",
    [
        bool, str, int, float, len, list, hash, sorted,
        lambda value: value == 1,
        lambda value: value is not None and value != "x",
        lambda value: 5 < value,
        lambda value: value >= 5,
        lambda value: 7 - value,
        lambda value: 7 % value,
        lambda value: value + 1,
        lambda value: "x" in value,
        lambda value: value in ("x", "y"),
        lambda value: value["x"],
        lambda value: value.get("x"),
        lambda value: {value: 1},
        lambda value: f"{value}",
        lambda value: value or 0,
    ],
)  # fmt: skip
def test_no_decision_rests_on_what_nobody_understands(use: Callable[[Any], Any]) -> None:
    with pytest.raises(NotUnderstood, match=SENTENCE):
        use(UNCLEAR)


def test_it_can_be_handed_on() -> None:
    record = {"size": UNCLEAR, "name": "a"}

    assert {**record}["size"] is UNCLEAR
    assert copy.deepcopy(record)["size"] is UNCLEAR
    assert repr(record) == "{'size': Unclear('size', {\"a\": 1}), 'name': 'a'}"
    assert operator.is_(copy.copy(UNCLEAR), UNCLEAR)


def test_users_get_null_or_what_came() -> None:
    found: list[Unreadable] = []

    assert cleared({"lun": {"size": UNCLEAR}, "n": [UNCLEAR]}, found) == {"lun": {"size": None}, "n": [None]}
    assert cleared([UNCLEAR], found, as_it_came=True) == [{"a": 1}]
    assert [(one.what, one.label, one.decided, one.required) for one in found] == [
        ("size", "LUN p/q/a", True, False)
    ] * 3


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, "null"),
        ([1, "x"], '[1, "x"]'),
        ("x" * 90, '"' + "x" * 56 + "..."),
        pytest.param(10**5000, "int", id="huge"),
    ],
)
def test_value_in_a_message_is_short(value: object, written: str) -> None:
    assert brief(value) == written


# Types


@pytest.mark.parametrize(
    ("value", "wire"),
    [
        (Value(), ["x"]), (Value(), {}), (Value(), True), (Value(), 1.5),
        (Flag(), "perhaps"), (Flag(), 2), (Flag(), [True]), (Flag(), 1.0),
        (Whole(), "many"), (Whole(), -1), (Whole(), 1.5), (Whole(), True), (Whole(), float("inf")), (Whole(), [3]),
        (Size(), -1), (Size(), "0B/s"), (Size(), float("nan")), (Size(), [1]), (Size(), "NaN"),
        (Names(), ["a", None]), (Names(), [{}]), (Names(), 7), (Names(), {"a": 1}),
        (Limit(), "much"), (Limit(), -2), (Amount(), "0B/s"), (Rate(), "fast"),
    ],
)  # fmt: skip
def test_what_is_of_another_type_is_not_understood(value: Value, wire: object) -> None:
    with pytest.raises(ValueError, match=r"no|not"):
        value.from_wire(wire)


@pytest.mark.parametrize(
    ("value", "wire", "normal"),
    [
        (Limit(), -1, 0), (Limit(), "unlimited", 0), (Limit(), "-1", 0), (Limit(), 0, 0), (Limit(), "100M", 100 << 20),
        (Limit(), -1.0, 0), (Limit(), 1e6, 1000000),
        (Amount(), -1, None), (Amount(), "unlimited", None), (Amount(), "1.5M", 1572864), (Amount(), 0.0, 0),
        (Rate(), "0B/s", 0), (Rate(), "2K/s", 2048), (Rate(), 1234.5, 1234),
        (Whole(), 2**70, 2**70), (Size(), 2**70, 2**70), (Size(), 10**400, 10**400), (Whole(), "3.0", 3),
    ],
)  # fmt: skip
def test_no_limit_and_odd_numbers_are_understood(value: Value, wire: object, normal: object) -> None:
    assert value.from_wire(wire) == normal


# What is in no record


@pytest.mark.parametrize("take", [text, count, flag])
@pytest.mark.parametrize("value", [None, ["x"], {}, "x y", -1])
def test_wire_is_read_by_type(take: Callable[..., Any], value: Any) -> None:
    if take is text and isinstance(value, str):
        assert text({"key": value}, "key", "it") == value
        return
    with pytest.raises(NotUnderstood, match=r"^key of it is .*, which cannot be understood"):
        take({"key": value}, "key", "it")


def test_key_that_is_not_there_is_nothing() -> None:
    assert (text({}, "a", "it"), count({}, "a", "it"), flag({}, "a", "it")) == ("", None, False)


def test_what_may_be_meant_is_not_overlooked() -> None:
    wires = [{"name": "a", "pool": "p"}, {"name": ["b"], "pool": "p"}, {"name": ["b"], "pool": "q"}]

    assert found_by(wires, {"name": ("a",)}, "thing") == wires[:1]
    assert found_by(wires, {"name": ("b",), "pool": ("r",)}, "thing") == []
    with pytest.raises(NotUnderstood, match=r'^name of thing p is \["b"\], which cannot'):
        found_by(wires, {"name": ("b",), "pool": ("p",)}, "thing")


def test_labels_and_names_are_of_what_can_be_read() -> None:
    assert label_of({"pool": "p", "name": ["x"]}, "LUN") == "LUN p"
    assert label_of({"name": None}, "LUN") == "a LUN in the appliance's list"
    assert named([{"name": "b"}, {"name": None}, {"name": "a"}, {}]) == ["a", "b"]


# Objects


def _appliance(**values: Any) -> LabClient:
    """An appliance that says this of `lun-a`, which the lab does not."""
    appliance = LabClient()
    appliance.add_project("proj-a")
    appliance.add_lun("proj-a", "lun-a", volsize=GIB)
    appliance.edit(lun_path("proj-a", "lun-a"), lambda page: {"lun": {**page["lun"], **values}})
    return appliance


def test_property_that_nobody_gave_is_not_decided_on() -> None:
    appliance = _appliance(status=["x"], volsize="much", initiatorgroup=[None], compression=7.5)

    planned = LUN_KIND.plan(appliance, {**NAMES, "state": "present", "logbias": "throughput"})

    assert [step.body for step in planned.steps] == [{"logbias": "throughput"}]


@pytest.mark.parametrize(
    ("key", "options"),
    [
        ("status", {"status": "online"}),
        ("volsize", {"size": "1G"}),
        ("initiatorgroup", {"initiator_groups": ["ig-a"]}),
        ("nodestroy", {"state": "absent"}),
    ],
)
@pytest.mark.parametrize("value", [["x", None], {"a": 1}, None])
def test_property_that_is_decided_on_is_refused(key: str, options: dict[str, Any], value: Any) -> None:
    appliance = _appliance(**{key: value})

    with pytest.raises(NotUnderstood, match="of LUN tank/proj-a/lun-a is "):
        LUN_KIND.plan(appliance, {**NAMES, "state": "present", **options})
    assert not appliance.sent


@pytest.mark.parametrize("numclones", [None, "some", -1, [1], {}, True])
def test_clones_that_cannot_be_counted_are_not_none(numclones: Any) -> None:
    appliance = _appliance()
    appliance.edit(
        f"{lun_path('proj-a', 'lun-a')}/snapshots",
        lambda _page: {"snapshots": [{"name": "s1", "numclones": numclones}]},
    )

    with pytest.raises(NotUnderstood, match=r"^numclones of snapshot s1 is "):
        LUN_KIND.plan(appliance, {**NAMES, "state": "absent", "force": True})


@pytest.mark.parametrize("limit", [-1, 0, "unlimited", "-1", -1.0, 0.0])
def test_no_bandwidth_limit_has_many_words(limit: Any) -> None:
    reader = Book(pages(action(max_bandwidth=limit)))
    options = {
        "pool": "tank",
        "project": "proj-a",
        "lun": "lun-a",
        "target": "west",
        "state": "present",
        "max_bandwidth": "0",
    }

    planned = plan_replication(reader, options)

    assert not planned.changed
    assert planned.after["action"]["max_bandwidth"] == 0


def test_what_an_update_tells_stops_nothing() -> None:
    odd = {
        "bytes_sent": "1.5M", "estimated_size": [1], "average_throughput": "0B/s", "last_try": {}, "last_sync": 7,
        "state_description": None, "next_update": [None], "replica_lag": "NaN",
    }  # fmt: skip
    record = record_of(ACTION, action(**odd))

    assert [record[key] for key in ("bytes_sent", "estimated_size", "average_throughput", "last_try", "last_sync")] == [
        1572864, None, 0, None, None,
    ]  # fmt: skip


@pytest.mark.parametrize("state", [None, ["idle"], 7, True, {}])
def test_state_that_nobody_understands_is_neither_idle_nor_busy(state: Any) -> None:
    options = {"id": "id-1", "state": "sent", "wait": True, "wait_timeout": 5, "poll_interval": 1}

    with pytest.raises(NotUnderstood, match=r"^state of replication action id-1 is "):
        plan_update(Book(pages(action(state=state))), options)


def test_list_where_an_object_belongs_is_named() -> None:
    book = Book({LUN.path(NAMES): {"lun": []}})

    with pytest.raises(BadReply, match=r"answer for LUN tank/proj-a/lun-a has no 'lun' in it, and \[\] instead"):
        LUN_KIND.plan(book, {**NAMES, "state": "present"})


# zfssa_info


def test_info_gives_what_came_and_warns_once_for_each_property() -> None:
    luns = [{"pool": "p", "project": "q", "name": name, "status": ["x"], "space_data": ["y"]} for name in "abc"]
    reader = Book({"/api/storage/v1/luns": {"luns": [*luns, None]}})

    planned = plan_info(reader, {"gather_subset": ["luns"]})

    assert [lun["status"] for lun in planned.after["luns"]] == [["x"]] * 3
    assert [lun["space_data"] for lun in planned.after["luns"]] == [None] * 3
    statuses = [warning for warning in planned.warnings if warning.startswith("status of")]
    assert statuses == [
        'status of LUN p/q/a and of 2 more cannot be understood, and is given in luns as it came: ["x"].'
    ]
    assert any("1 of what the appliance has is left out" in warning for warning in planned.warnings)


# The client


def test_login_may_answer_anything(appliance: ScriptedAppliance, connect: Callable[..., Client]) -> None:
    appliance.play(login().but(body=["token"]), Exchange("GET", "/api/x", body={"a": 1}), logout())

    with connect() as client:
        assert client.get("/api/x") == {"a": 1}
