"""Types of values: the user's border, the appliance's border, and the comparison between them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import InvalidInput
from ansible_collections.zfssa.storage.plugins.module_utils.values._types import (
    Choice,
    Flag,
    Name,
    Names,
    Size,
    Value,
    Whole,
)

GROUPS = Names(nobody="mask")
BLOCK = Size(512, 1024**2, power_of_two=True)


@pytest.mark.parametrize(
    ("value", "spec"),
    [
        (Value(), {"type": "str"}),
        (Name(), {"type": "str"}),
        (Flag(), {"type": "bool"}),
        (Whole(), {"type": "int"}),
        (Size(), {"type": "str"}),
        (Choice(("a", "b")), {"type": "str", "choices": ["a", "b"]}),
        (GROUPS, {"type": "list", "elements": "str"}),
    ],
)
def test_value_describes_its_option(value: Value, spec: dict[str, object]) -> None:
    assert value.option_spec() == spec


@pytest.mark.parametrize(
    ("value", "wire", "normal"),
    [
        (Value(), "a", "a"),
        (Value(), 7, "7"),
        (Flag(), True, True),
        (Flag(), "true", True),
        (Flag(), "on", True),
        (Flag(), "TRUE", True),
        (Flag(), "false", False),
        (Flag(), "off", False),
        (Flag(), "", False),
        (Flag(), 0, False),
        (Whole(), 3, 3),
        (Whole(), "3", 3),
        (Whole(), 3.0, 3),
        (Whole(), "", None),
        (Size(), 1024, 1024),
        (Size(), 3.7345023488e10, 37345023488),
        (Size(), "10g", 10 * 1024**3),
        (Size(), "", None),
        (GROUPS, "ig-a", ["ig-a"]),
        (GROUPS, ["ig-b", "ig-a"], ["ig-a", "ig-b"]),
        (GROUPS, "mask", []),
        (GROUPS, ["mask"], []),
        (GROUPS, "", []),
        (GROUPS, [], []),
    ],
)
def test_what_the_appliance_gives_is_normalised(value: Value, wire: object, normal: object) -> None:
    assert value.from_wire(wire) == normal


@pytest.mark.parametrize(("wire", "normal"), [(1234.5, 1234), (0.25, 0)])
def test_fraction_that_the_appliance_gives_is_cut_off(wire: float, normal: int) -> None:
    assert Size().from_wire(wire) == normal


@pytest.mark.parametrize("value", [Value(), Name(), Flag(), Whole(), Size(), Choice(("a",))])
def test_what_the_appliance_does_not_give_is_none(value: Value) -> None:
    assert value.from_wire(None) is None


@pytest.mark.parametrize(
    ("value", "typed", "normal"),
    [
        (Value(), 7, "7"),
        (Name(), "a-b", "a-b"),
        (Flag(), True, True),
        (Whole(1, 3), 3, 3),
        (Whole(1, 3), "1", 1),
        (Size(), "10G", 10 * 1024**3),
        (BLOCK, "8k", 8192),
        (BLOCK, "512", 512),
        (BLOCK, "1M", 1024**2),
        (Choice(("a", "b")), "a", "a"),
        (GROUPS, ["ig-b", "ig-a"], ["ig-a", "ig-b"]),
        (GROUPS, ["mask"], []),
        (GROUPS, [], []),
    ],
)
def test_what_the_user_types_is_normalised(value: Value, typed: object, normal: object) -> None:
    assert value.from_user("option", typed) == normal


@pytest.mark.parametrize(
    ("value", "typed", "reason"),
    [
        (Whole(1, 3), 0, "option 0 is out of range: it goes from 1 to 3"),
        (Whole(1, 3), 4, "out of range"),
        (Size(least=1), "0", "out of range"),
        (Size(), 2**63, "out of range"),
        (BLOCK, "256", "it goes from 512 to 1M"),
        (BLOCK, "2M", "out of range"),
        (BLOCK, "10k", "not a power of two"),
        (Size(), "big", "is not a size"),
        (GROUPS, ["ig-a", "ig-a", "ig-b"], "names ig-a more than once"),
    ],
)
def test_what_can_never_be_right_is_refused(value: Value, typed: object, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        value.from_user("option", typed)


@pytest.mark.parametrize(("value", "typed"), [(Name(), "a b"), (GROUPS, ["ig-a", "../x"])])
def test_impossible_name_is_refused(value: Value, typed: object) -> None:
    with pytest.raises(InvalidInput, match="option"):
        value.from_user("option", typed)


@pytest.mark.parametrize(
    ("value", "normal", "wire"),
    [
        (Value(), "a", "a"),
        (Flag(), False, False),
        (Size(), 1024, 1024),
        (GROUPS, [], "mask"),
        (GROUPS, ["ig-a"], "ig-a"),
        (GROUPS, ["ig-a", "ig-b"], ["ig-a", "ig-b"]),
        (Names(), [], []),
    ],
)
def test_request_holds_what_every_release_takes(value: Value, normal: object, wire: object) -> None:
    assert value.to_wire(normal) == wire


@pytest.mark.parametrize(
    ("value", "normal", "shown"),
    [
        (Value(), "a", "'a'"),
        (Flag(), True, "True"),
        (Size(), 10 * 1024**3, "10G"),
        (Size(), None, "None"),
        (GROUPS, [], "nobody"),
        (GROUPS, ["ig-a", "ig-b"], "ig-a, ig-b"),
    ],
)
def test_value_is_shown_to_a_person(value: Value, normal: object, shown: str) -> None:
    assert value.show(normal) == shown


names = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_\-:]{0,8}", fullmatch=True)


@given(st.lists(names, unique=True, max_size=5))
def test_set_of_names_survives_both_borders_in_any_order(typed: list[str]) -> None:
    normal = GROUPS.from_user("option", typed)

    assert GROUPS.from_wire(GROUPS.to_wire(normal)) == normal
    assert GROUPS.same(normal, GROUPS.from_user("option", typed[::-1]))


@given(st.integers(min_value=0, max_value=2**53))
def test_size_survives_being_written_as_a_float(size: int) -> None:
    assert Size().from_wire(float(size)) == size


@given(st.integers(min_value=9, max_value=20))
def test_every_power_of_two_within_the_bounds_is_a_block_size(exponent: int) -> None:
    assert BLOCK.from_user("option", str(2**exponent)) == 2**exponent
