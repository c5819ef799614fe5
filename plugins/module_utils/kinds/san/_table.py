# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Initiators, targets, and groups of them: API reference 9."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from ...engine._read import read_list
from ...engine._relations import DESTROY, Change, Precondition, Reference, SharedNames
from ...engine._resource import Property, Resource
from ...engine._types import Pages
from ...values._errors import InvalidInput, PlanRefused
from ...values._mask import clipped
from ...values._names import LONGEST_SHOWN, PORT_TYPE, check_name, folded
from ...values._types import Choice, Names, Value, Word
from ...values._wire import Wire, label_of, text, told_flag
from ._protocols import EVERYTHING, ISCSI, MASKED, PROTOCOLS, SAN

# API reference 9.5: groups that are always there, whose members nobody chooses.
_BUILT_IN = {
    EVERYTHING: "all initiators, or all targets",
    MASKED: "nobody",
}

# How an initiator or a target is named, on each protocol. iSCSI: RFC 3720; the others: API reference 9.6.
_FORMS = {
    "iscsi": (
        re.compile(
            r"iqn\.\d{4}-(0[1-9]|1[0-2])\.[A-Za-z0-9][A-Za-z0-9.\-]*(:[A-Za-z0-9._:\-]+)?"
            r"|eui\.[0-9A-Fa-f]{16}|naa\.([0-9A-Fa-f]{16}){1,2}"
        ),
        "an iSCSI name, such as iqn.2020-01.com.example:host-a, or eui. with 16 or naa. with 16 or 32 hexadecimal digits",
    ),
    "fc": (re.compile(r"wwn\.[0-9A-Fa-f]{16}"), "an fc world wide name: wwn. with 16 hexadecimal digits"),
    "srp": (re.compile(r"eui\.([0-9A-Fa-f]{16}){1,2}"), "an EUI: eui. with 16 or 32 hexadecimal digits"),
}
_LONGEST_NAME = 223

_ALIAS = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_.: \-]*[A-Za-z0-9_.:\-])?")
_LONGEST_ALIAS = 255
_SECRET = (12, 16)


def is_port_name(protocol: str, value: str) -> bool:
    """Whether that is the name of an initiator or a target of the protocol, and no alias."""
    return len(value) <= _LONGEST_NAME and _FORMS[protocol][0].fullmatch(_with_plain_type(value)) is not None


def _with_plain_type(value: str) -> str:
    """Write the type of a name (iqn, eui, naa, wwn) in lower case, as the standards have it; the rest stays as it is."""
    found = PORT_TYPE.match(value)
    return found.group().lower() + value[found.end() :] if found else value


def check_port_name(protocol: str, option: str, value: str) -> str:
    """Return `value` if it can be the name of an initiator or a target of the protocol.

    Save for its type (iqn, eui, naa, wwn) it stays as it is written: the appliance keeps it so, and groups refer to it so.

    Raises:
        InvalidInput: it can not.
    """
    if is_port_name(protocol, value):
        return _with_plain_type(value)
    raise InvalidInput(
        f"{option} {_short(value)} is not the name of an initiator or a target",
        advice=f"give {_FORMS[protocol][1]}",
    )


def check_alias(option: str, value: str) -> str:
    """Return `value` if it can be the alias of an initiator or a target.

    Raises:
        InvalidInput: it can not.
    """
    if _ALIAS.fullmatch(value) and ".." not in value and len(value) <= _LONGEST_ALIAS:
        return value
    raise InvalidInput(
        f"{option} {_short(value)} is not a possible alias",
        advice=f"use up to {_LONGEST_ALIAS} letters, digits, spaces and _ - . : (first a letter or digit, and no two "
        "dots in a row)",
    )


def check_port_or_alias(protocol: str, option: str, value: str) -> str:
    """Return `value` if it can say which initiator or target is meant, by its name or its alias.

    Raises:
        InvalidInput: it can not.
    """
    if protocol == ISCSI and not PORT_TYPE.match(value):
        return check_alias(option, value)
    return check_port_name(protocol, option, value)


def check_group_name(option: str, value: str) -> str:
    """Return `value` if it can be the name of a group that somebody made.

    Raises:
        InvalidInput: it can not, or it is a group of the appliance's own.
    """
    if value in _BUILT_IN:
        raise InvalidInput(
            f"{option} {value} is a group of the appliance's own that stands for {_BUILT_IN[value]}, "
            "and cannot be made, changed or removed",
            advice="choose another name",
        )
    return check_name(option, value)


def _short(value: str) -> str:
    return repr(clipped(value, LONGEST_SHOWN))


@dataclass(frozen=True)
class Checked(Word):
    """A text that a function checks; an empty one says that there is none, where that is possible.

    Attributes:
        check: gets the option and the value, returns the value; raises `InvalidInput`.
        optional: whether it may be empty.
    """

    check: Callable[[str, str], str]
    optional: bool = False

    @property
    def null_is_nothing(self) -> bool:  # type: ignore[override]
        """Whether `null` is that there is none."""
        return self.optional

    def from_wire(self, value: Any) -> Any:
        return "" if self.optional and value is None else super().from_wire(value)

    def from_user(self, option: str, value: Any) -> Any:
        return "" if self.optional and not value else self.check(option, str(value))


class PortName(Checked):
    """The name of a target, in which upper case means nothing."""

    def same(self, current: Any, wanted: Any) -> bool:
        return folded(str(current)) == folded(str(wanted))


class ChapUser(Word):
    """The name of a CHAP user; empty when there is none."""

    null_is_nothing = True

    def from_wire(self, value: Any) -> Any:
        return super().from_wire("" if value is None else value)

    def from_user(self, option: str, value: Any) -> Any:
        user = str(value)
        if not user.isprintable() or user != user.strip() or len(user) > _LONGEST_ALIAS:
            raise ValueError(
                f"{option} {_short(user)} is not a possible user: up to {_LONGEST_ALIAS} characters that can be seen, "
                "and no space at an end"
            )
        return user


class ChapSecret(Value):
    """A CHAP secret; empty to remove it. No message ever repeats it."""

    def from_user(self, option: str, value: Any) -> Any:
        # API reference 9.1; hosts keep to it as well.
        if value and not _SECRET[0] <= len(str(value)) <= _SECRET[1]:
            raise ValueError(f"{option} is too short or too long: a CHAP secret has from 12 to 16 characters")
        # What is more than one byte, hosts and appliances count in different ways.
        if not (str(value).isascii() and str(value).isprintable()):
            raise ValueError(f"{option} has characters that not every host can send: a CHAP secret is plain ASCII")
        return str(value)


class Members(Names):
    """The members of a group; always a list, unlike the groups of a LUN."""

    def to_wire(self, value: Any) -> Any:
        return list(value)


@dataclass(frozen=True)
class UnusedAlias:
    """No other initiator has an alias: it says which one is meant (API reference 0.2)."""

    initiator: str
    alias: str

    def __call__(self, pages: Pages) -> None:
        for wire in read_list(pages, f"{SAN}/iscsi/initiators", "initiators"):
            if wire.get("alias") != self.alias:
                continue
            owner = text(wire, "initiator", label_of(wire, "initiator"))
            if folded(owner) != folded(self.initiator):
                raise PlanRefused(
                    f"alias {self.alias} belongs to initiator {owner}",
                    advice="choose another alias, or give that one another first",
                )


def _of_initiator(change: Change) -> Iterable[Precondition]:
    if change.verb != DESTROY and change.changes.get("alias"):
        yield UnusedAlias(change.after["initiator"], change.changes["alias"])


def for_management(interface: Wire) -> str:
    """Why a target cannot be on an interface, empty where it can (API reference 2.4)."""
    return "is for management, and no target can be on it" if told_flag(interface, "admin") else ""


INITIATOR = Resource(
    kind="initiator",
    plural="initiators",
    title="initiator",
    collection=f"{SAN}/iscsi/initiators",
    scope=(),
    key="initiator",
    wire_key="initiator",
    check=partial(check_port_name, ISCSI),
    properties=(
        Property("alias", "alias", Checked(check_alias, optional=True), initial="", contended=True),
        Property("chap_user", "chapuser", ChapUser(), initial=""),
        Property("chap_secret", "chapsecret", ChapSecret(), secret=True, with_these=("chap_user",)),
    ),
    preconditions=_of_initiator,
)

TARGET = Resource(
    kind="target",
    plural="targets",
    title="target",
    collection=f"{SAN}/iscsi/targets",
    scope=(),
    key="alias",
    wire_key="alias",
    selector="alias={}",
    check=check_alias,
    properties=(
        Property("iqn", "iqn", PortName(partial(check_port_name, ISCSI)), create_only=True),
        Property(
            "interfaces",
            "interfaces",
            Members(),
            initial=[],
            refers=Reference(
                "interface",
                ("/api/network/v1/interfaces",),
                "interfaces",
                names=("interface",),
                unfit=for_management,
            ),
        ),
        Property("auth", "auth", Choice(("none", "chap")), initial="none"),
        Property("chap_user", "targetchapuser", ChapUser(), initial=""),
        Property("chap_secret", "targetchapsecret", ChapSecret(), secret=True, with_these=("auth", "chap_user")),
        Property("state", "state", Word(), read_only=True, initial="online", decided=True),
    ),
)


def _groups_of(member: str, check: Callable[[str, str, str], str], names: tuple[str, ...]) -> dict[str, Resource]:
    """The groups of initiators or of targets, by their protocol."""
    members = f"{member}s"

    def preconditions(change: Change) -> Iterable[Precondition]:
        # Only a group that is there can be used by LUNs, and only new members see more of them.
        if (
            change.verb != DESTROY
            and change.current is not None
            and set(change.after[members]) - set(change.current[members])
        ):
            # Groups alone have to do with LUNs.
            from ..lun._free_numbers import DistinctNumbers
            from ..lun._table import LUN

            yield DistinctNumbers(members, change.after["name"], frozenset(change.after[members]), LUN)

    return {
        protocol: Resource(
            kind="group",
            plural="groups",
            title=f"{member} group",
            collection=f"{SAN}/{{protocol}}/{member}-groups",
            scope=("protocol",),
            check=check_group_name,
            properties=(
                Property(
                    members,
                    members,
                    Members(check=partial(check, protocol)),
                    initial=[],
                    decided=True,
                    contended=True,
                    refers=Reference(
                        member,
                        (f"{SAN}/{protocol}/{members}",),
                        members,
                        names=names,
                        # Those of the other protocols are ports of hardware, or known by it.
                        maker=f"zfssa_{member}" if protocol == ISCSI else "",
                    ),
                ),
            ),
            preconditions=preconditions,
            unique=True,
            shares_names_with=tuple(
                SharedNames(
                    f"{member} group",
                    f"{SAN}/{other}/{member}-groups",
                    "group",
                    why="groups of all protocols share their names",
                    where={"protocol": other},
                )
                for other in PROTOCOLS
                if other != protocol
            ),
        )
        for protocol in PROTOCOLS
    }


INITIATOR_GROUPS = _groups_of("initiator", check_port_or_alias, ("initiator",))
TARGET_GROUPS = _groups_of("target", check_port_or_alias, ("iqn", "wwn", "eui"))
