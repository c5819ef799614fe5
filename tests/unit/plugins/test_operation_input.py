"""What there is, given as the options that make it."""

from __future__ import annotations

from typing import Any

import pytest
from lab_client import MASKED, LabClient

from ansible_collections.zfssa.storage.plugins.module_utils.engine._export import options_of
from ansible_collections.zfssa.storage.plugins.module_utils.engine._resource import Property, Resource
from ansible_collections.zfssa.storage.plugins.module_utils.kinds._registry import KINDS
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.lun._table import LUN
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.san._table import TARGET
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.schema._table import CUSTOM_PROPERTIES
from ansible_collections.zfssa.storage.plugins.module_utils.run._info import SUBSETS, plan_info
from ansible_collections.zfssa.storage.plugins.module_utils.run._info_records import inputs
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import InvalidInput
from ansible_collections.zfssa.storage.plugins.module_utils.values._types import Choice, Size, Value

STORAGE = "/api/storage/v1"
THING = Resource(
    kind="thing",
    plural="things",
    title="thing",
    collection="/api/things",
    scope=("pool",),
    properties=(
        Property("size", "size", Size(least=1)),
        Property("colour", "colour", Choice(("red", "blue"))),
        Property("key", "key", Value(), secret=True),
        Property("id", "id", Value(), read_only=True),
    ),
    custom=CUSTOM_PROPERTIES,
)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"size": 1, "colour": "red"}, {"size": 1, "colour": "red"}),
        ({"size": None, "colour": None}, {}),
        # Of a later release, or what nobody could ask for.
        ({"size": 0, "colour": "green"}, {}),
        ({"size": 1, "colour": None, "custom": {"a": 1}}, {"size": 1, "custom": {"a": 1}}),
        ({"size": 1, "colour": None, "custom": {}}, {"size": 1}),
    ],
)
def test_only_what_the_module_takes_is_given(values: dict[str, Any], expected: dict[str, Any]) -> None:
    record = {"pool": "tank", "name": "a", "id": "7", **values}

    assert options_of(THING, record) == {"pool": "tank", "name": "a", **expected}


def lun(**values: Any) -> dict[str, Any]:
    """The record of a LUN."""
    wire = {"pool": "tank", "project": "p", "name": "a", "volsize": 1024, "initiatorgroup": MASKED, **values}
    return LUN.normalise(wire)


def test_lun_that_nobody_sees_is_given_as_such() -> None:
    (item,) = KINDS["luns"].export([lun()])

    assert item["initiator_groups"] == []
    assert item["size"] == 1024


@pytest.mark.parametrize(
    ("origin", "source"),
    [
        (None, None),
        (
            {"pool": "tank", "project": "q", "share": "b", "snapshot": "s"},
            {"project": "q", "lun": "b", "snapshot": "s"},
        ),
        ({"project": "q", "share": "b", "snapshot": "s"}, {"project": "q", "lun": "b", "snapshot": "s"}),
        ({"pool": "pond", "project": "q", "share": "b", "snapshot": "s"}, None),
        ({"pool": "tank", "project": "q", "share": "b", "snapshot": ".rr-1-2"}, None),
        ({"pool": "tank", "snapshot": "s"}, None),
    ],
)
def test_clone_is_given_with_its_source(origin: Any, source: Any) -> None:
    (item,) = KINDS["luns"].export([lun(origin=origin)])

    assert item.get("source") == source


def test_snapshots_are_those_that_somebody_took() -> None:
    place = {"pool": "tank", "project": "p"}
    wires = [
        {**place, "name": "whole"},
        {**place, "share": "a", "name": "one", "href": f"{STORAGE}/pools/tank/projects/p/luns/a/snapshots/one"},
        {**place, "share": "f", "name": "two", "href": f"{STORAGE}/pools/tank/projects/p/filesystems/f/snapshots/two"},
        {**place, "share": "a", "name": ".auto-17"},
        {**place, "share": "a", "name": ".rr-1-2"},
        {**place, "share": "a", "name": "received", "collection": "package-1"},
    ]

    assert KINDS["snapshots"].export(wires) == [
        {**place, "name": "whole"},
        {**place, "lun": "a", "name": "one"},
        {**place, "filesystem": "f", "name": "two"},
    ]


def test_what_has_no_name_is_left_out() -> None:
    wires = [{"alias": "", "iqn": "iqn.1986-03.com.sun:02:a"}, {"alias": "t", "iqn": "iqn.1986-03.com.sun:02:b"}]

    assert [item["alias"] for item in KINDS["targets"].export([TARGET.told(wire) for wire in wires])] == ["t"]


def appliance(release: str = "8.8") -> LabClient:
    """An appliance on which there is little: project default, and a group."""
    made = LabClient(release)
    made.do("POST", "/api/san/v1/iscsi/initiator-groups", {"name": "ig-a"})
    return made


@pytest.mark.parametrize("release", ["8.8", "8.7"])
@pytest.mark.parametrize("names", [None, []])
def test_whole_configuration_is_given_when_nothing_is_said(names: Any, release: str) -> None:
    reader = appliance(release)

    after = plan_info(reader, {"gather_subset": names, "as_input": True}).after

    assert set(after) == {*inputs(), "config"}
    assert after["config"]["projects"] == after["projects"]
    # An appliance that tells nothing of limits has none.
    (default,) = after["projects"]
    assert default.items() >= {"pool": "tank", "name": "default", "readlimit": 0, "writelimit": 0}.items()
    assert after["initiator_groups"] == [{"name": "ig-a", "initiators": []}]
    assert [after[name] for name in ("luns", "snapshots", "schema", "initiators", "targets", "target_groups")] == [
        []
    ] * 6
    # One each, and for the actions the targets that have the labels of their peers.
    assert len(reader.reads) == len(inputs()) + 1


def test_query_sees_the_input() -> None:
    options = {"gather_subset": ["initiator_groups"], "as_input": True, "query": "config.initiator_groups[0].name"}

    assert plan_info(appliance(), options).after["queried"] == "ig-a"


def test_what_no_module_takes_is_refused_unread() -> None:
    reader = appliance()

    with pytest.raises(InvalidInput, match="pools cannot be given as input"):
        plan_info(reader, {"gather_subset": ["luns", "pools"], "as_input": True})

    assert reader.reads == []


def test_input_is_made_of_subsets() -> None:
    assert set(inputs()) < set(SUBSETS)
