# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the first bytes of a file say of its format, and of other files that it would pull in.

An image is input from strangers. What is found here is refused before any other program has opened the file, because an image may
name files of the host that are read into the disk, or addresses on the network (CVE-2022-47951, CVE-2024-32498, CVE-2024-4467).
"""

from __future__ import annotations

import os
import re
import struct
from typing import BinaryIO

from ...values._errors import PlanRefused
from ...values._wire import brief

RAW = "raw"
FORMATS = (RAW, "qcow2", "qed", "vdi", "vhdx", "vmdk", "vpc")
# Where a word stands in a file, and the format that it means.
_WORDS = (
    (0, b"QFI\xfb", "qcow2"),
    (0, b"QED\0", "qed"),
    (0, b"KDMV", "vmdk"),
    (0, b"COWD", "vmdk of ESX"),
    (0, b"# Disk DescriptorFile", "vmdk with files of its own for its data"),
    (0, b"vhdxfile", "vhdx"),
    (0, b"conectix", "vpc"),
    (64, b"\x7f\x10\xda\xbe", "vdi"),
    (0, b"LUKS\xba\xbe", "luks"),
    (0, b"WithoutFreeSpace", "parallels"),
    (0, b"WithouFreSpacExt", "parallels"),
    (0, b"Bochs Virtual HD Image", "bochs"),
    (0, b"\x1f\x8b", "gzip"),
    (0, b"\xfd7zXZ\0", "xz"),
    (0, b"BZh", "bzip2"),
    (0, b"\x28\xb5\x2f\xfd", "zstd"),
    (0, b"PK\x03\x04", "zip"),
    (4, b"ftyp", "mp4"),
    (0, b"<!DOCTYPE", "html"),
    (0, b"<html", "html"),
)
_PACKED = ("gzip", "xz", "bzip2", "zstd", "zip")
_HEAD = 4096
_FOOTER = b"conectix"
_SECTOR = 512
# A descriptor in a VMDK is 20 sectors long where programs of VMware write it.
_LONGEST_DESCRIPTOR = 1 << 20
_WHOLE_VMDK = ("monolithicSparse", "streamOptimized")
_NO_PARENT = "ffffffff"

# API of QEMU: docs/interop/qcow2.txt.
_QCOW2 = struct.Struct(">4sIQIIQIIQQIIQQQQ")
_QCOW2_VERSION_2 = 72
_EXTERNAL_DATA = 1 << 2
_QED = struct.Struct("<4sIIIQQQQQII")
_QED_BACKING = 1
# Where the head of a VDI has the place of its data, the size of a block, and how many are there.
_VDI_DATA, _VDI_BLOCK, _VDI_ALLOCATED = 0x158, 0x178, 0x184


def format_of(file: BinaryIO) -> str:
    """The format that a file has by its own words; empty where it says none, as a raw disk does."""
    head = _bytes(file, 0, _HEAD)
    for place, word, name in _WORDS:
        if head[place : place + len(word)] == word:
            return name
    size = file.seek(0, os.SEEK_END)
    # A fixed disk of this format has nothing but a footer.
    return "vpc" if size >= _SECTOR and _bytes(file, size - _SECTOR, len(_FOOTER)) == _FOOTER else ""


def settled_format(found: str, stated: str | None) -> str:
    """The format by which a file is opened.

    Args:
        found: what the file says itself.
        stated: what the user says.

    Raises:
        PlanRefused: they contradict each other, or neither says it, or it is none that is taken.
    """
    if found in _PACKED:
        raise PlanRefused(f"the image is packed with {found}", advice="unpack it first")
    if found and found not in FORMATS:
        raise PlanRefused(
            f"the image is {found}, which is not taken", advice=f"convert it to one of {', '.join(FORMATS)} first"
        )
    if stated and stated != (found or RAW):
        raise PlanRefused(
            f"the image is said to be {stated}, and by its content is {found or 'none of the known formats'}",
            advice="correct the format, or find out where the image comes from",
        )
    if not found and not stated:
        raise PlanRefused(
            "the content of the image does not say its format, which is never guessed",
            advice="give the format raw if it is a raw disk",
        )
    return found or RAW


def ends_too_early(file: BinaryIO, fmt: str) -> bool:
    """Whether a file lacks its end, for formats of which `qemu-img check` does not see that."""
    size = file.seek(0, os.SEEK_END)
    if fmt == "vpc":
        return size < _SECTOR or _bytes(file, size - _SECTOR, len(_FOOTER)) != _FOOTER
    if fmt == "vdi":
        data, block, allocated = (
            struct.unpack("<I", _bytes(file, place, 4))[0] for place in (_VDI_DATA, _VDI_BLOCK, _VDI_ALLOCATED)
        )
        return bool(size < data + block * allocated)
    return False


def refuse_strangers(file: BinaryIO, fmt: str) -> None:
    """Refuse an image that names other files.

    Raises:
        PlanRefused: it does, or its head cannot be read.
    """
    look = {
        "qcow2": _look_at_qcow2,
        "qed": _look_at_qed,
        "vmdk": _look_at_vmdk,
        "vdi": _look_at_vdi,
        "vpc": _look_at_vpc,
    }.get(fmt)
    if look is None:
        return
    try:
        look(file)
    except (struct.error, IndexError, OverflowError, OSError):
        raise PlanRefused(
            f"the head of the image is not that of a whole {fmt}", advice="fetch the image again"
        ) from None


def _look_at_qcow2(file: BinaryIO) -> None:
    head = _bytes(file, 0, _QCOW2.size)
    if len(head) < _QCOW2_VERSION_2:
        raise IndexError
    fields = _QCOW2.unpack(head.ljust(_QCOW2.size, b"\0"))
    version, backing, encrypted = fields[1], fields[2], fields[6]
    if version not in (2, 3):
        raise PlanRefused(f"the image is a qcow of version {version}", advice="convert it to qcow2 first")
    if backing:
        raise _stranger("qcow2", "a backing file")
    if version == 3 and fields[13] & _EXTERNAL_DATA:
        raise _stranger("qcow2", "an external data file")
    if encrypted:
        raise PlanRefused("the image is encrypted", advice="decrypt it first")


def _look_at_qed(file: BinaryIO) -> None:
    if _QED.unpack(_bytes(file, 0, _QED.size))[4] & _QED_BACKING:
        raise _stranger("qed", "a backing file")


def _look_at_vdi(file: BinaryIO) -> None:
    # 1 grows, 2 is of full size; 3 undoes and 4 differs from another file.
    kind = struct.unpack("<I", _bytes(file, 0x4C, 4))[0]
    if kind not in (1, 2):
        raise _stranger("vdi", "a parent")


def _look_at_vpc(file: BinaryIO) -> None:
    head = _bytes(file, 0, _SECTOR)
    if head.startswith(_FOOTER) and struct.unpack(">I", head[60:64])[0] == 4:
        raise _stranger("vpc", "a parent")


def _look_at_vmdk(file: BinaryIO) -> None:
    """Look at the descriptor, which stands in the file: it names the files that have the data."""
    capacity, _grain, start, sectors = struct.unpack("<QQQQ", _bytes(file, 12, 32))
    length = sectors * _SECTOR
    # Of one without a capacity QEMU takes the descriptor for a list of files.
    if not capacity or not start or not 0 < length <= _LONGEST_DESCRIPTOR:
        raise PlanRefused(
            "the image is a vmdk without a descriptor in it", advice="convert it to a monolithicSparse vmdk first"
        )
    text = _bytes(file, start * _SECTOR, length).split(b"\0", 1)[0].decode("utf-8", "replace")
    lines = [line.strip() for line in text.splitlines()]
    kinds = [line.partition("=")[2].strip().strip('"') for line in lines if line.lower().startswith("createtype")]
    if text.lower().count("createtype") != 1 or len(kinds) != 1 or kinds[0] not in _WHOLE_VMDK:
        raise _stranger("vmdk", f"data in other files (createType {brief(', '.join(kinds))})")
    parents = [line.partition("=")[2].strip().lower() for line in lines if line.lower().startswith("parentcid")]
    if parents not in ([], [_NO_PARENT]) or "parentfilenamehint" in text.lower():
        raise _stranger("vmdk", "a parent")
    extents = [line for line in lines if re.match(r"(RW|RDONLY|NOACCESS)\s", line, re.IGNORECASE)]
    if len(extents) > 1 or any(not re.search(r"\bSPARSE\b", line.partition('"')[0]) for line in extents):
        raise _stranger("vmdk", "data in other files")


def _stranger(fmt: str, what: str) -> PlanRefused:
    return PlanRefused(
        f"the image is a {fmt} with {what}, by which files of the host would be read into the disk",
        advice="convert it to an image that stands alone, on a machine where that file may be read",
    )


def _bytes(file: BinaryIO, place: int, count: int) -> bytes:
    file.seek(place)
    return file.read(count)
