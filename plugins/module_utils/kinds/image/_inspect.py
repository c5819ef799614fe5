# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looks at an image on the host that writes, and refuses what should not be written."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO

from ...values._errors import PlanRefused
from ...values._units import human_size
from ...values._wire import brief
from ._entry import agree
from ._magic import RAW, ends_too_early, format_of, refuse_strangers, settled_format
from ._qemu import Failed, image_source, look

_PIECE = 1 << 20
# What `qemu-img check` ends with: all is well, room is lost and nothing else, or the format has nothing that can be checked.
_UNHARMED = (0, 3, 63)
_VMDK_KINDS = ("monolithicSparse", "streamOptimized")
# What tells of other files; none of it may be there.
_STRANGERS = ("backing-filename", "full-backing-filename", "backing-image", "backing-filename-format")


@dataclass(frozen=True)
class Inspected:
    """What an image is.

    Attributes:
        fmt: its format.
        virtual_size: bytes of the disk that it describes.
        written: bytes that have to be written, as far as that can be told.
        file_size: bytes of the file.
    """

    fmt: str
    virtual_size: int
    written: int
    file_size: int


@contextmanager
def opened(path: str) -> Iterator[BinaryIO]:
    """An image as an open file, which must be a regular one.

    Raises:
        PlanRefused: it cannot be read, or is something else.
    """
    if not os.path.isabs(path):
        raise PlanRefused(
            f"the path {path!r} of the image is not absolute",
            advice="give where it is on the host that writes, from / on",
        )
    try:
        # A pipe would wait for a writer.
        file = os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb")
    except OSError as error:
        raise PlanRefused(
            f"the image {path} cannot be read on the host that writes: {error.strerror}",
            advice="correct image, or put it there",
        ) from None
    with file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise PlanRefused(f"the image {path} is no regular file", advice="give a file")
        yield file


def inspect(file: BinaryIO, stated: str | None, largest: int) -> Inspected:
    """Look at an image without trusting it.

    Args:
        file: it.
        stated: the format that the user gives.
        largest: bytes that the disk may have.

    Raises:
        PlanRefused: it is not what it should be.
        Failed: `qemu-img` cannot read it.
    """
    fmt = settled_format(format_of(file), stated)
    refuse_strangers(file, fmt)
    source = image_source(file.fileno(), fmt)
    told = _json(look(["info", "--output=json", source], file.fileno()))
    size = judge_info(told, fmt, largest)
    refuse_damaged(file, fmt)
    measured = _json(look(["measure", "--output=json", "-O", "qcow2", source], file.fileno()))
    needed = measured.get("required")
    return Inspected(fmt, size, min(size, needed) if isinstance(needed, int) else size, os.fstat(file.fileno()).st_size)


def refuse_damaged(file: BinaryIO, fmt: str) -> None:
    """Refuse an image of which a part is missing: QEMU reads zeros where its file ends too early, and says nothing.

    Raises:
        PlanRefused: something of it is missing, or damaged.
    """
    if fmt == RAW:
        return
    if ends_too_early(file, fmt):
        raise _damaged("its file ends too early")
    try:
        look(["check", image_source(file.fileno(), fmt)], file.fileno(), _UNHARMED)
    except Failed as error:
        raise _damaged(error.reason) from None


def _damaged(why: str) -> PlanRefused:
    return PlanRefused(
        f"the image is damaged, or not whole ({why})", advice="fetch it again; qemu-img check may tell more"
    )


def judge_info(told: Mapping[str, Any], fmt: str, largest: int) -> int:
    """Judge what `qemu-img info` says of an image; return the bytes of its disk.

    Raises:
        PlanRefused: it is not what it should be, or says things that nobody knows.
    """
    if told.get("format") != fmt:
        raise PlanRefused(
            f"the image is said to be {fmt}, and {brief(told.get('format'))} by qemu-img", advice="correct format"
        )
    special = told.get("format-specific", {})
    data = special.get("data") if isinstance(special, Mapping) else None
    data = {} if data is None else data
    if not isinstance(special, Mapping) or not isinstance(data, Mapping):
        raise PlanRefused(
            "qemu-img describes the image in a way that nobody knows", advice="report it, with the version of qemu-img"
        )
    if any(key in told for key in _STRANGERS) or data.get("data-file") or "encrypt" in data:
        raise PlanRefused(
            "the image has another file behind it, or is encrypted", advice="convert it to one that stands alone first"
        )
    if fmt == "vmdk" and data.get("create-type") not in _VMDK_KINDS:
        raise PlanRefused(
            f"the image is a vmdk of type {brief(data.get('create-type'))}",
            advice="convert it to monolithicSparse first",
        )
    if data.get("corrupt") is True:
        raise PlanRefused("the image is marked as corrupt", advice="fetch it again")
    size = told.get("virtual-size")
    if isinstance(size, bool) or not isinstance(size, int) or size <= 0:
        raise PlanRefused(f"the image has a disk of {brief(size)} bytes", advice="fetch it again")
    if size > largest:
        raise PlanRefused(
            f"the disk of the image has {human_size(size)}, and at most {human_size(largest)} are allowed",
            advice="raise max_size if it is right",
        )
    return size


def _json(printed: bytes) -> Mapping[str, Any]:
    try:
        told = json.loads(printed)
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise PlanRefused(
            "qemu-img describes the image in a way that nobody knows", advice="report it, with the version of qemu-img"
        )
    return told


def checksums_of(file: BinaryIO, wanted: str | None, tell: Callable[[int], None]) -> tuple[str, ...]:
    """The checksums of a file: always sha256, and that by which the user wants it to be checked.

    Args:
        file: it.
        wanted: what the user gives, `sha256:HEX` or `sha512:HEX`.
        tell: is called with the bytes that were read, now and then.

    Raises:
        PlanRefused: it has another checksum than the wanted one.
    """
    kinds = dict.fromkeys(("sha256", wanted.partition(":")[0]) if wanted else ("sha256",))
    sums = {kind: hashlib.new(kind) for kind in kinds}
    file.seek(0)
    count = 0
    while piece := file.read(_PIECE):
        count += len(piece)
        for one in sums.values():
            one.update(piece)
        tell(count)
    found = tuple(f"{kind}:{one.hexdigest()}" for kind, one in sums.items())
    if wanted and agree(found, (wanted,)) is not True:
        raise PlanRefused(
            f"the file of the image has the checksum {found[-1]}, and not {wanted.lower()}",
            advice="fetch it again, and compare the checksum with what its publisher says",
        )
    return found


def unchanged_since(file: BinaryIO) -> Callable[[], None]:
    """What raises `PlanRefused` when somebody has written to the file since now, whatever times he has given it."""

    def look_at() -> tuple[int, int, int]:
        found = os.fstat(file.fileno())
        # Nobody can set the last one.
        return found.st_size, found.st_mtime_ns, found.st_ctime_ns

    before = look_at()

    def compare() -> None:
        if look_at() != before:
            raise PlanRefused(
                "somebody wrote to the image while it was read, renamed it, or changed who may use it",
                advice="run it again when nobody does",
            )

    return compare
