# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the user gave to `zfssa_lun_mapping`: which hosts are meant, as far as it can be told before a look at the LUN."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...engine._types import Record
from ...values._errors import Absent, InvalidInput
from ...values._names import check_name, repeated
from ..san._protocols import EVERYTHING, MASKED, PROTOCOLS
from ..san._table import check_alias, is_port_name
from ._audience import some
from ._lu_numbers import check_alone


def refuse_nothing(options: Mapping[str, Any]) -> None:
    """Refuse options that name no host, or all of them where some are named, or are to be attached.

    Raises:
        InvalidInput: they do.
    """
    given = [option for option in ("initiators", "initiator_groups") if options.get(option) is not None]
    if options.get("all_hosts") and given:
        raise InvalidInput(
            f"all_hosts is true, and {' and '.join(given)} names some of them",
            advice="give the hosts that shall lose the LUN, or all_hosts",
        )
    if options.get("all_hosts") and options["state"] != "absent":
        raise InvalidInput(
            "all_hosts detaches every host, and state is present",
            advice=f"set state to absent, or give {EVERYTHING} as initiator_groups to attach every initiator",
        )
    if not options.get("all_hosts") and not given:
        raise InvalidInput(
            "all_hosts is false, and no host is named",
            advice="give initiators or initiator_groups, or set all_hosts to true",
        )
    for option in ("initiators", "initiator_groups"):
        if options.get(option) is not None and not options[option]:
            raise InvalidInput(
                f"{option} is empty and names no host",
                advice="give at least one name",
            )


def checked_groups(given: Sequence[str] | None) -> tuple[str, ...]:
    """Check the names of initiator groups.

    Raises:
        InvalidInput: one can be none, or one is no host's, or stands there twice.
    """
    names = [check_name("initiator_groups", str(name)) for name in given or ()]
    if MASKED in names:
        raise InvalidInput(
            f"initiator_groups has {MASKED}, which stands for no host",
            advice="name the groups that are to see the LUN, or not to see it",
        )
    check_alone("initiator_groups", names)
    return _once("initiator_groups", names)


def checked_hosts(given: Sequence[str] | None) -> tuple[str, ...]:
    """Check the names and aliases of initiators.

    Raises:
        InvalidInput: one can be none, or stands there twice.
    """
    return _once(
        "initiators",
        [name if not is_alias(name) else check_alias("initiators", name) for name in map(str, given or ())],
    )


def _once(option: str, names: list[str]) -> tuple[str, ...]:
    twice = repeated(names)
    if twice:
        raise InvalidInput(f"{option} names {', '.join(twice)} more than once", advice=f"correct {option}")
    return tuple(sorted(names))


def is_alias(name: str) -> bool:
    """Whether an initiator is given by its alias."""
    return not any(is_port_name(protocol, name) for protocol in PROTOCOLS)


def names_of(hosts: Sequence[str], initiators: Sequence[Record], advice: str) -> tuple[str, ...]:
    """The names of initiators, some of which are given by their aliases.

    Raises:
        PlanRefused: nothing has an alias. It may be mistyped, unlike the name of an initiator that is no longer defined.
    """
    names = {one["alias"]: one["initiator"] for one in initiators if one["alias"]}
    missing = [host for host in hosts if is_alias(host) and host not in names]
    if missing:
        raise Absent(
            f"no initiator has the alias {some(missing)}",
            advice=f"{advice}use one of: {some(sorted(names))}",
        )
    return tuple(sorted({names.get(host, host) for host in hosts}))
