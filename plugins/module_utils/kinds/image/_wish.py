# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `zfssa_image` is asked for, checked before anything is read."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ...engine._operation import Options
from ...values._errors import InvalidInput
from ...values._names import check_name
from ...values._units import parse_size
from ...values._wire import brief
from ..san._protocols import EVERYTHING
from ._acts import Cache
from ._entry import Image, same_time
from ._source import check_source, image_id

_CHECKSUM = re.compile(r"(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})", re.IGNORECASE)
_PORTAL = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._\-]+)(:[0-9]{1,5})?")
_LONGEST_ID = 1024
_PORT = 3260


def image_of(options: Options, source: str = "") -> Image:
    """The image that options name; its id is where it comes from when they give none.

    Raises:
        InvalidInput: one of them can never be right.
    """
    found = str(options.get("id") or "").strip() or image_id(source)
    if not found or len(found) > _LONGEST_ID or not found.isprintable():
        raise InvalidInput(f"id must be a text of up to {_LONGEST_ID} characters in one line", advice="correct id")
    checksum = str(options.get("checksum") or "").strip()
    if checksum and not _CHECKSUM.fullmatch(checksum):
        raise InvalidInput(
            f"checksum {brief(checksum)} is not of the form sha256:HEX or sha512:HEX",
            advice="give sha256: and 64 hexadecimal digits, as sha256sum tells them, or sha512: and 128",
        )
    return Image(found, same_time(options.get("updated_at")), (checksum.lower(),) if checksum else ())


def seconds(options: Options, name: str) -> int:
    """A number of seconds, of which there is one at least.

    Raises:
        InvalidInput: it is none.
    """
    value = int(options[name])
    if value < 1:
        raise InvalidInput(f"{name} {value} is out of range", advice="give seconds, at least 1")
    return value


def bytes_in(options: Options, name: str) -> int:
    """A size.

    Raises:
        InvalidInput: it is none.
    """
    try:
        size = parse_size(options[name])
    except ValueError as error:
        raise InvalidInput(f"{name}: {error}", advice=f"correct {name}") from None
    if size < 1:
        raise InvalidInput(f"{name} is 0", advice="give what an image may have at the most")
    return size


@dataclass(frozen=True)
class Writer:
    """The host that writes, as the appliance knows it."""

    initiator: str
    group: str
    target_group: str
    portal: str
    chap_user: str
    chap_secret: str

    @classmethod
    def of(cls, options: Options) -> Writer:
        """The host that options name.

        Raises:
            InvalidInput: one of them can never be right.
        """
        group = check_name("initiator_group", str(options["initiator_group"]))
        if group == EVERYTHING:
            raise InvalidInput(
                "initiator_group default is every initiator", advice="give a group of the host that writes alone"
            )
        portal = str(options.get("portal") or "")
        if portal and not _PORTAL.fullmatch(portal):
            raise InvalidInput(
                f"portal {portal!r} is no address", advice="give ADDRESS or ADDRESS:PORT, that of IPv6 in brackets"
            )
        if bool(options.get("chap_user")) != bool(options.get("chap_secret")):
            raise InvalidInput("chap_user and chap_secret belong together", advice="give both or neither")
        return cls(
            initiator=str(options["initiator"]),
            group=group,
            target_group=check_name("target_group", str(options["target_group"])),
            portal=with_port(portal) if portal else "",
            chap_user=str(options.get("chap_user") or ""),
            chap_secret=str(options.get("chap_secret") or ""),
        )


def with_port(portal: str) -> str:
    """An address with its port, which is that of iSCSI when it has none."""
    return portal if re.search(r":[0-9]+$", portal) and not portal.endswith("]") else f"{portal}:{_PORT}"


@dataclass(frozen=True)
class Wish:
    """What is wanted: an image, in a cache, written by a host.

    Attributes:
        source: its path or URL.
        stated: the format that the user gives.
        largest: bytes that its disk may have.
        patience: seconds for which the sign of life of another run may stand still.
        still: seconds for which a transfer may not get on.
        verify: whether all is read back and compared.
    """

    cache: Cache
    image: Image
    source: str
    stated: str | None
    largest: int
    folder: str | None
    validate_certs: bool
    writer: Writer
    patience: int
    still: int
    verify: bool

    @classmethod
    def of(cls, options: Options) -> Wish:
        """What options want.

        Raises:
            InvalidInput: one of them can never be right.
        """
        source = str(options["image"]).strip()
        check_source(source)
        return cls(
            cache=Cache.of(options),
            image=image_of(options, source),
            source=source,
            stated=options.get("format"),
            largest=bytes_in(options, "max_size"),
            folder=options.get("folder"),
            validate_certs=bool(options["image_validate_certs"]),
            writer=Writer.of(options),
            patience=seconds(options, "takeover_after"),
            still=seconds(options, "stall_timeout"),
            verify=bool(options["verify"]),
        )

    @property
    def checksum(self) -> str | None:
        """The checksum that its file must have, where one is given."""
        return next(iter(self.image.checksums), None)

    def known_by(self, checksums: tuple[str, ...]) -> Image:
        """The image with the checksums that its file has."""
        return replace(self.image, checksums=checksums)
