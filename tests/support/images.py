"""Hostile and honest images, made with the standard library alone."""

from __future__ import annotations

import struct

SECTOR = 512


def qcow2(
    *, version: int = 3, backing: bytes = b"", incompatible: int = 0, crypt: int = 0, size: int = 1 << 20
) -> bytes:
    """A qcow2 of an empty disk, with the name of a backing file behind its head."""
    place = 0x200 if backing else 0
    head = struct.pack(
        ">4sIQIIQIIQQIIQQQQII", b"QFI\xfb", version, place, len(backing), 16, size, crypt, 1, 0x30000, 0x10000, 1, 0, 0,
        incompatible, 0, 0, 4, 104,
    )  # fmt: skip
    first = (head.ljust(0x200, b"\0") + backing).ljust(0x10000, b"\0")
    # The table of counts, the counts of the four clusters that there are, and a disk that is empty.
    table, counts = struct.pack(">Q", 0x20000), struct.pack(">4H", 1, 1, 1, 1)
    return (first + table.ljust(0x10000, b"\0") + counts).ljust(0x40000, b"\0")


def vmdk(
    kind: str = "monolithicSparse",
    extents: str = 'RW 2048 SPARSE "image.vmdk"',
    more: str = "",
    cid: str = "ffffffff",
    capacity: int = 2048,
) -> bytes:
    """A vmdk with its descriptor in it."""
    text = f'# Disk DescriptorFile\nversion=1\nCID=1\nparentCID={cid}\ncreateType="{kind}"\n{more}\n{extents}\n'
    head = struct.pack("<4sIIQQQQIQQQ", b"KDMV", 1, 3, capacity, 128, 1, 20, 512, 21, 26, 128)
    return (head.ljust(SECTOR, b"\0") + text.encode().ljust(20 * SECTOR, b"\0")).ljust(64 * SECTOR, b"\0")


def vdi(kind: int = 1) -> bytes:
    """The head of a vdi."""
    head = b"<<< QEMU VM Virtual Disk Image >>>\n".ljust(64, b"\0") + struct.pack(
        "<IIII", 0xBEDA107F, 0x10001, 0x180, kind
    )
    return head.ljust(4096, b"\0")


def vhd(kind: int = 3, *, footer_only: bool = False) -> bytes:
    """A vhd: its footer, and the same at the beginning unless it is a fixed one."""
    footer = struct.pack(
        ">8sIIQI4sI4sQQIII", b"conectix", 2, 0x10000, SECTOR, 0, b"qemu", 0, b"Wi2k", 4096, 4096, 0, kind, 0
    )
    footer = footer.ljust(SECTOR, b"\0")
    return bytes(4096) + footer if footer_only else footer + bytes(4096) + footer


def qed(features: int = 0) -> bytes:
    """The head of a qed."""
    return struct.pack("<4sIIIQQQQQII", b"QED\0", 65536, 4, 1, features, 0, 0, 65536, 1 << 20, 0, 0).ljust(65536, b"\0")
