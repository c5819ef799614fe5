"""Values without a type of their own are read as an appliance reads them, and no other way."""

from __future__ import annotations

import pytest

from ansible_collections.zfssa.storage.plugins.module_utils.engine._custom_properties import formed
from ansible_collections.zfssa.storage.plugins.module_utils.values._coerce import number
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import PlanRefused


@pytest.mark.parametrize(
    ("value", "read"), [("7", 7), (7, 7), ("-7", -7), ("1.5", 1.5), (1.0, 1), ("9007199254740993", 9007199254740993)]
)
def test_number(value: object, read: float) -> None:
    assert number(value) == read


@pytest.mark.parametrize("value", ["1e3", "+7", " 7 ", "1_000", "\u0667", "", "7x", True, None, [7]])
def test_no_number(value: object) -> None:
    with pytest.raises(ValueError, match="is not a number"):
        number(value)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("Integer", "1.0"),
        ("Integer", "1e3"),
        ("Integer", 2**63),
        ("Integer", -(2**63) - 1),
        ("Integer", "0" * 19 + "7"),
        ("Integer", 1e300),
        ("PositiveInteger", 0),
        ("PositiveInteger", str(2**64)),
        ("Host", None),
        ("Host", 10.1),
        ("String", None),
        ("String", 1.1),
        ("EmailAddress", 1.1),
        ("Boolean", None),
        ("Boolean", 1),
    ],
)
def test_value_that_the_schema_does_not_take(kind: str, value: object) -> None:
    with pytest.raises(PlanRefused, match=f"custom property tag is of type {kind}"):
        formed("tag", kind, value)


@pytest.mark.parametrize(
    ("kind", "value", "read"),
    [
        ("Integer", 2**63 - 1, 2**63 - 1),
        ("Integer", str(-(2**63)), -(2**63)),
        ("Integer", 7.0, 7),
        ("String", 7, "7"),
        ("String", "", ""),
        ("String", "1.1", "1.1"),
        ("Host", 7, "7"),
        ("Later", 1.1, 1.1),
    ],
)
def test_value_that_the_schema_takes(kind: str, value: object, read: object) -> None:
    assert formed("tag", kind, value) == read


def test_number_where_a_text_is_meant_says_what_to_do() -> None:
    with pytest.raises(PlanRefused, match=r"1.1 is a number in YAML, and not a text; put it in quotes; correct tag"):
        formed("tag", "String", 1.1)
