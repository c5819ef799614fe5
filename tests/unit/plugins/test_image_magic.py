"""Hostile images: what their first bytes betray, before any other program has opened them."""

from __future__ import annotations

import gzip
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from images import qcow2, qed, vdi, vhd, vmdk

from ansible_collections.zfssa.storage.plugins.module_utils.kinds.image._magic import (
    FORMATS,
    format_of,
    refuse_strangers,
    settled_format,
)
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import PlanRefused


def named(value: object) -> str:
    """What a row is called: the bytes of an image are no name."""
    return "image" if isinstance(value, bytes) else str(value)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (qcow2(), "qcow2"),
        (qed(), "qed"),
        (vmdk(), "vmdk"),
        (vdi(), "vdi"),
        (vhd(), "vpc"),
        (vhd(2, footer_only=True), "vpc"),
        (b"vhdxfile".ljust(4096, b"\0"), "vhdx"),
        (bytes(4096), ""),
        (b"", ""),
        (b"\xeb\x63\x90".ljust(510, b"\0") + b"\x55\xaa", ""),
        (b"QFI", ""),
    ],
    ids=named,
)
def test_a_format_is_read_from_the_content(content: bytes, expected: str) -> None:
    assert format_of(io.BytesIO(content)) == expected


@pytest.mark.parametrize(
    ("found", "stated", "expected"),
    [("qcow2", None, "qcow2"), ("qcow2", "qcow2", "qcow2"), ("", "raw", "raw"), ("vpc", "vpc", "vpc")],
)
def test_a_format_that_is_known(found: str, stated: str | None, expected: str) -> None:
    assert settled_format(found, stated) == expected


@pytest.mark.parametrize(
    ("content", "stated", "message"),
    [
        (bytes(4096), None, "does not say its format, which is never guessed"),
        (bytes(4096), "qcow2", "said to be qcow2, and by its content is none of the known formats"),
        (qcow2(), "raw", "said to be raw, and by its content is qcow2"),
        (vhd(2, footer_only=True), "raw", "said to be raw, and by its content is vpc"),
        (vmdk(), "qcow2", "said to be qcow2, and by its content is vmdk"),
        (gzip.compress(qcow2()), None, "packed with gzip"),
        (b"\0\0\0\x20ftypisom".ljust(4096, b"\0"), "qcow2", "is mp4"),
        (b"<!DOCTYPE html>not found", "raw", "is html"),
        (b"LUKS\xba\xbe\0\1", "raw", "is luks"),
        (b"# Disk DescriptorFile\nversion=1\n", "vmdk", "files of its own for its data"),
        (b"COWD".ljust(512, b"\0"), None, "vmdk of ESX"),
    ],
    ids=named,
)
def test_a_format_that_is_not_as_stated_is_refused(content: bytes, stated: str | None, message: str) -> None:
    with pytest.raises(PlanRefused, match=re.escape(message)):
        settled_format(format_of(io.BytesIO(content)), stated)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (qcow2(backing=b"/etc/shadow"), "a backing file"),
        (qcow2(version=2, backing=b"/etc/shadow"), "a backing file"),
        (qcow2(backing=b'json:{"driver":"nbd"}'), "a backing file"),
        (qcow2(incompatible=4), "an external data file"),
        (qcow2(incompatible=4 | 1), "an external data file"),
        (qcow2(crypt=2), "encrypted"),
        (qcow2(version=1), "qcow of version 1"),
        (qcow2(version=9), "qcow of version 9"),
        (qcow2()[:40], "the head of the image is not that of a whole qcow2"),
        (qed(1), "a backing file"),
        (qed()[:10], "not that of a whole qed"),
        (vdi(4), "a parent"),
        (vhd(4), "a parent"),
        (vmdk("monolithicFlat", 'RW 2048 FLAT "/etc/shadow" 0'), "data in other files"),
        (vmdk("twoGbMaxExtentSparse"), "data in other files"),
        (vmdk("vmfs", 'RW 2048 VMFS "x"'), "data in other files"),
        (vmdk(extents='RW 2048 FLAT "/etc/shadow" 0'), "data in other files"),
        (vmdk(extents='RW 1 SPARSE "a"\nRW 1 SPARSE "/etc/shadow"'), "data in other files"),
        (vmdk(extents=' RW 1 ZERO\nrw 1 FLAT "/x"\n'), "data in other files"),
        (vmdk(more='parentFileNameHint="/etc/shadow"'), "a parent"),
        (vmdk(cid="12345678"), "a parent"),
        (vmdk(kind=""), "data in other files"),
        (vmdk(more='createType="monolithicFlat"'), "data in other files"),
        (vmdk(more='x createType="monolithicFlat"'), "data in other files"),
        (vmdk(capacity=0), "without a descriptor"),
        (vmdk()[:520], "data in other files"),
        (b"KDMV" + bytes(508), "without a descriptor"),
        (b"KDMV" + b"\xff" * 508, "without a descriptor"),
        (b"KDMV", "not that of a whole vmdk"),
    ],
    ids=named,
)
def test_an_image_that_names_other_files_is_refused(content: bytes, message: str) -> None:
    file = io.BytesIO(content)
    with pytest.raises(PlanRefused, match=re.escape(message)):
        refuse_strangers(file, format_of(file))


@pytest.mark.parametrize(
    "content", [qcow2(), qcow2(version=2), qed(), vmdk(), vmdk("streamOptimized"), vdi(), vdi(2), vhd(), vhd(2)]
)
def test_an_image_that_stands_alone_is_taken(content: bytes) -> None:
    file = io.BytesIO(content)
    refuse_strangers(file, format_of(file))


@given(
    st.sampled_from([qcow2(), qed(), vmdk(), vdi(), vhd()]),
    st.integers(0, 600),
    st.binary(min_size=1, max_size=64),
    st.integers(0, 2000),
)
def test_whatever_the_bytes_are_they_are_taken_or_refused(
    content: bytes, place: int, noise: bytes, length: int
) -> None:
    file = io.BytesIO((content[:place] + noise + content[place + len(noise) :])[: max(length, 1)])
    try:
        fmt = settled_format(format_of(file), None)
        refuse_strangers(file, fmt)
    except PlanRefused as refusal:
        assert refusal.advice
    else:
        assert fmt in FORMATS
