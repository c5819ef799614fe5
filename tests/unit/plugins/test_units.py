"""Sizes: what people type, what the appliance says, what messages show."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.zfssa.storage.plugins.module_utils.values._units import format_size, parse_size

KIB, MIB, GIB, TIB = 1024, 1024**2, 1024**3, 1024**4


@pytest.mark.parametrize(
    ("written", "size"),
    [
        (0, 0),
        (513, 513),
        ("0", 0),
        ("513", 513),
        ("1k", KIB),
        ("512K", 512 * KIB),
        ("64KiB", 64 * KIB),
        ("64kb", 64 * KIB),
        ("10g", 10 * GIB),
        ("10 G", 10 * GIB),
        ("  10GB  ", 10 * GIB),
        ("1.5T", 3 * TIB // 2),
        ("0.5k", 512),
        ("2P", 2 * 1024**5),
        ("3E", 3 * 1024**6),
        ("700B", 700),
        ("10G\n", 10 * GIB),
        (10737418240.0, 10 * GIB),
        (3.7345023488e10, 37345023488),
        ("10737418240.0", 10 * GIB),
    ],
)
def test_size_is_understood(written: object, size: int) -> None:
    parsed = parse_size(written)

    assert parsed == size
    assert parsed.__class__ is int


@pytest.mark.parametrize(
    "written",
    [
        "",
        " ",
        "G",
        "ten",
        "10X",
        "10GG",
        "-1",
        "-1G",
        "+1G",
        "1,5G",
        "1.G",
        ".5G",
        "1e9",
        "10 G G",
        "0x10",
        "10G 5",
        None,
        True,
        False,
        [],
        -1,
        -0.5,
        1.5,
        "1.0001k",
        "0.3",
        "\u0661G",
        float("nan"),
    ],
)
def test_what_is_no_size_is_refused(written: object) -> None:
    with pytest.raises(ValueError, match=r"is not a size|NaN"):
        parse_size(written)


def test_infinity_is_refused_like_any_other() -> None:
    with pytest.raises(ValueError, match="is not a size"):
        parse_size(float("inf"))


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        (0, "0"),
        (1, "1"),
        (513, "513"),
        (1023, "1023"),
        (KIB, "1K"),
        (1536 * MIB, "1536M"),
        (10 * GIB, "10G"),
        (TIB, "1T"),
        (1024**6, "1E"),
        (1024**7, "1024E"),
    ],
)
def test_size_is_shown_in_the_largest_unit_without_a_rest(size: int, shown: str) -> None:
    assert format_size(size) == shown


@given(st.integers(min_value=0, max_value=2**80))
def test_shown_size_reads_back_as_the_same(size: int) -> None:
    assert parse_size(format_size(size)) == size


@given(
    st.integers(min_value=0, max_value=2**40),
    st.sampled_from("kKmMgGtTpPeE"),
    st.sampled_from(["", "b", "B", "iB", "ib"]),
    st.sampled_from(["", " ", "  "]),
)
def test_unit_multiplies_by_its_power_of_1024(number: int, unit: str, tail: str, gap: str) -> None:
    power = "KMGTPE".index(unit.upper()) + 1

    assert parse_size(f"{number}{gap}{unit}{tail}") == number * 1024**power


@given(st.text(max_size=12))
def test_any_text_is_a_size_or_a_value_error(text: str) -> None:
    try:
        size = parse_size(text)
    except ValueError as error:
        assert "is not a size" in str(error)
    else:
        assert size >= 0
