"""What a description of a resource drives: options, reading, comparing, payload, prediction."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.zfssa.storage.plugins.module_utils.engine._resource import Property, Resource
from ansible_collections.zfssa.storage.plugins.module_utils.engine._types import Record
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.schema._table import CUSTOM_PROPERTIES
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import InvalidInput, PlanRefused
from ansible_collections.zfssa.storage.plugins.module_utils.values._release import OS8_7, Release
from ansible_collections.zfssa.storage.plugins.module_utils.values._types import Flag, Names, Size, Value

BOX = Resource(
    kind="box",
    plural="boxes",
    title="box",
    collection="/api/{room}/shelves/{shelf}/boxes",
    scope=("room", "shelf"),
    properties=(
        Property("size", "boxsize", Size(), older=("size", "oldsize")),
        Property("sealed", "sealed", Flag(), initial=False),
        Property("colour", "color", Value(), inherits="colour"),
        Property("owners", "owner", Names(nobody="none"), initial=["all"]),
        Property("glue", "glue", Value(), create_only=True),
        Property("weight", "weight", Size(), read_only=True),
        Property("double", "double", Value(), read_only=True, read=lambda wire: 2 * wire["weight"]),
    ),
    custom=CUSTOM_PROPERTIES,
    older_move="/api/{room}/shelves/{shelf}/things",
)
NAMES = {"room": "attic", "shelf": "top", "name": "b:1"}


def record(**values: Any) -> dict[str, Any]:
    """A record of a box."""
    return {
        **NAMES,
        "size": 1,
        "sealed": False,
        "colour": "red",
        "owners": ["all"],
        "glue": None,
        "weight": 3,
        "double": 6,
        "custom": {},
        **values,
    }


def test_identity_is_what_names_the_object() -> None:
    assert BOX.identity({**NAMES, "size": "1"}) == NAMES


@pytest.mark.parametrize("option", ["room", "shelf", "name"])
def test_identity_must_be_of_possible_names(option: str) -> None:
    with pytest.raises(InvalidInput, match=option):
        BOX.identity({**NAMES, option: "a/b"})


def test_paths_are_quoted() -> None:
    assert BOX.list_path(NAMES) == "/api/attic/shelves/top/boxes"
    assert BOX.path(NAMES) == "/api/attic/shelves/top/boxes/b:1"
    assert BOX.label(NAMES) == "box attic/top/b:1"


@pytest.mark.parametrize(
    ("update", "path"),
    [(8, "/api/attic/shelves/top/boxes/b:1"), (7, "/api/attic/shelves/top/things/b:1")],
)
def test_order_to_move_goes_where_the_release_takes_it(update: int, path: str) -> None:
    assert BOX.move_path(NAMES, Release(update)) == path


def test_options_are_those_of_the_writable_properties() -> None:
    assert BOX.argument_spec() == {
        "size": {"type": "str"},
        "sealed": {"type": "bool"},
        "colour": {"type": "str"},
        "owners": {"type": "list", "elements": "str"},
        "glue": {"type": "str"},
        "custom": {"type": "dict"},
    }


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        ({}, {}),
        ({"size": None, "weight": 5, "other": 1}, {}),
        ({"size": "1k", "sealed": False}, {"size": 1024, "sealed": False}),
        ({"owners": []}, {"owners": []}),
        ({"custom": {"tag": "x", "n": 7}}, {"custom": {"tag": "x", "n": 7}}),
        ({"custom": {}}, {}),
    ],
)
def test_only_what_the_user_gave_is_wanted(options: dict[str, Any], wanted: dict[str, Any]) -> None:
    assert BOX.wanted(options) == wanted


@pytest.mark.parametrize(
    ("options", "named"),
    [({"size": "much"}, "size"), ({"owners": ["a b"]}, "owners"), ({"custom": {"a b": 1}}, "custom")],
)
def test_option_that_can_never_be_right_is_named(options: dict[str, Any], named: str) -> None:
    with pytest.raises(InvalidInput, match=named):
        BOX.wanted(options)


@pytest.mark.parametrize("spelling", ["boxsize", "size", "oldsize"])
def test_record_is_the_same_from_every_release(spelling: str) -> None:
    wire = {"name": "b:1", spelling: 2048.0, "color": "red", "owner": "none", "weight": 3}

    assert BOX.normalise(wire, NAMES) == record(size=2048, owners=[], sealed=None)


def test_newest_spelling_wins() -> None:
    assert BOX.normalise({"boxsize": 1, "size": 2, "weight": 0}, NAMES)["size"] == 1


def test_names_in_the_object_win_over_those_of_its_path() -> None:
    wire = {"room": "cellar", "name": "b-2", "weight": 0}

    normal = BOX.normalise(wire, NAMES)

    assert (normal["room"], normal["shelf"], normal["name"]) == ("cellar", "top", "b-2")


def test_custom_properties_lose_their_prefix_and_get_it_back() -> None:
    wire = {"custom:tag": "x", "custom:n": 7, "customs": 1, "weight": 0}

    normal = BOX.normalise(wire)

    assert normal["custom"] == {"tag": "x", "n": 7}
    assert BOX.payload({"custom": normal["custom"]}) == {"custom:tag": "x", "custom:n": 7}


def test_payload_has_the_names_of_the_wire_and_nothing_read_only() -> None:
    values = record(size=5, owners=["a"], glue="wood")

    assert BOX.payload(values) == {
        "boxsize": 5,
        "sealed": False,
        "color": "red",
        "owner": "a",
        "glue": "wood",
    }


@pytest.mark.parametrize(
    ("wanted", "differing"),
    [
        ({}, {}),
        ({"size": 1, "sealed": False, "owners": ["all"]}, {}),
        ({"size": 2, "sealed": False}, {"size": 2}),
        ({"custom": {"tag": "x"}}, {}),
        ({"custom": {"tag": "y", "new": 1}}, {"custom": {"tag": "y", "new": 1}}),
        ({"custom": {"tag": "x", "new": 1}}, {"custom": {"new": 1}}),
    ],
)
def test_only_what_differs_is_a_difference(wanted: dict[str, Any], differing: dict[str, Any]) -> None:
    assert BOX.differences(record(custom={"tag": "x", "other": 0}), wanted) == differing


def test_prediction_of_a_change_keeps_the_rest() -> None:
    before = record(custom={"tag": "x", "other": 0})

    after = BOX.predict(before, {"size": 9, "custom": {"tag": "y"}})

    assert after == {**before, "size": 9, "custom": {"tag": "y", "other": 0}}
    assert before["custom"] == {"tag": "x", "other": 0}


def test_prediction_of_a_new_object_takes_given_inherited_initial_and_unknown_values() -> None:
    after = BOX.predict(None, {**NAMES, "size": 9}, parent={"colour": "blue", "name": "top"})

    assert after == record(size=9, colour="blue", weight=None, double=None)


def test_prediction_without_a_parent_leaves_what_is_inherited_open() -> None:
    assert BOX.predict(None, NAMES)["colour"] is None


class Pace(Size):
    """A number that an object without it has as 0."""

    without = 0


# Each property came with OS8.7, and differs in what there was before.
CART = Resource(
    kind="cart",
    plural="carts",
    title="cart",
    collection="/api/carts",
    scope=(),
    properties=(
        Property("pace", "pace", Pace(), initial=0, since=OS8_7),
        Property("brake", "brake", Flag(), since=OS8_7, given_at_creation=True, inherits="brake"),
        Property("wheels", "wheels", Names(), since=OS8_7, formerly="wheel", initial=[]),
        Property("speed", "speed", Size(), since=OS8_7, read_only=True, initial=3, unsure_after=("wheels",)),
    ),
)
OLD = Release(6)


@pytest.mark.parametrize(
    ("values", "older", "newer"),
    [
        ({"pace": 0}, {}, {"pace": 0}),
        ({"wheels": ["a"]}, {"wheel": "a"}, {"wheels": "a"}),
        ({}, {}, {}),
    ],
)
def test_what_a_release_lacks_is_not_sent_to_it(values: Record, older: Record, newer: Record) -> None:
    assert CART.payload(values, OLD) == older
    assert CART.payload(values, OS8_7) == newer


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"pace": 5}, "cart x cannot have pace, which needs OS8.7: this appliance has OS8.6; leave it out"),
        ({"pace": 0, "brake": False}, "cart x cannot have brake, which needs OS8.7: this"),
        ({"pace": 5, "brake": False}, "cart x cannot have pace, which needs OS8.7, or brake, which needs OS8.7: this"),
    ],
)
def test_what_a_release_lacks_is_refused_with_the_one_that_has_it(values: Record, said: str) -> None:
    with pytest.raises(PlanRefused, match=said):
        CART.payload(values, OLD, label="cart x")
    assert CART.payload(values, OS8_7) == values


def test_objects_of_old_and_new_releases_are_read_alike() -> None:
    older = CART.normalise({"name": "x", "wheel": "a"})

    assert older == {"name": "x", "pace": 0, "brake": None, "wheels": ["a"], "speed": None}
    assert older == {**CART.normalise({"name": "x", "wheels": ["a"]}), "brake": None, "speed": None}


def test_prediction_has_what_a_release_lacks_as_it_is_read_there() -> None:
    parent, wanted = {"brake": True}, {"name": "x", "wheels": ["a"]}

    older = CART.predict(None, {**wanted, **CART.to_create({}, OLD)}, parent, release=OLD)
    newer = CART.predict(None, {**wanted, **CART.to_create({}, OS8_7)}, parent, release=OS8_7)

    assert older == CART.normalise({"name": "x", "wheel": "a"})
    assert newer == {**wanted, "pace": 0, "brake": True, "speed": 3}
    assert CART.predict(newer, {"wheels": []}, release=OS8_7)["speed"] is None
    assert CART.predict({**older, "speed": "as it is"}, {"wheels": []}, release=OLD)["speed"] == "as it is"
