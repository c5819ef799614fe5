# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a preflight is asked for: its options, in the form in which the checks go by them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ...values._errors import InvalidInput
from ...values._names import check_custom_name, check_name, repeated
from ...values._types import Size
from ..schema._table import SCHEMA
from ._purposes import PURPOSES
from ._services import ISCSI, REPLICATION, REST

_LISTS = ("initiators", "initiator_groups", "targets", "peers", "services", "purposes")
_TYPE = next(prop.value for prop in SCHEMA.properties if prop.option == "type")
SPEC: dict[str, Any] = {
    "pool": {"type": "str"},
    "project": {"type": "str"},
    **{name: {"type": "list", "elements": "str"} for name in _LISTS[:-1]},
    "purposes": {"type": "list", "elements": "str", "choices": list(PURPOSES)},
    "schema": {
        "type": "list",
        "elements": "dict",
        "options": {"name": {"type": "str", "required": True}, "type": _TYPE.option_spec()},
    },
    "space": {"type": "dict", "options": {"thick": {"type": "str"}, "thin": {"type": "str"}}},
}


@dataclass(frozen=True)
class Asked:
    """What is to be looked at.

    Attributes:
        pool, project: where; `None` where nothing is asked of one.
        initiators, initiator_groups, targets, peers: their names.
        services: all that must be online.
        own_services: those of them that the user has named.
        schema: custom properties with their types, `None` for any type.
        thick, thin: bytes that LUNs need, those that reserve their size and those that do not; `None` where nothing is asked.
        purposes: what the account shall be able to do.
    """

    pool: str | None = None
    project: str | None = None
    initiators: Sequence[str] = ()
    initiator_groups: Sequence[str] = ()
    targets: Sequence[str] = ()
    peers: Sequence[str] = ()
    services: Sequence[str] = (REST, ISCSI)
    own_services: Sequence[str] = ()
    schema: Mapping[str, str | None] = field(default_factory=dict)
    thick: int | None = None
    thin: int | None = None
    purposes: Sequence[str] = ()

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Asked:
        """What a module's options ask for.

        Raises:
            InvalidInput: one of them can never be right.
        """
        pool, project = (_place(name, options.get(name)) for name in ("pool", "project"))
        names = {name: _names(name, options.get(name)) for name in _LISTS}
        thick, thin = (_size(kind, (options.get("space") or {}).get(kind)) for kind in ("thick", "thin"))
        for name, value in (("project", project), ("space", thick), ("space", thin)):
            if value is not None and pool is None:
                raise InvalidInput(f"{name} is given without a pool", advice="give pool as well")
        wanted = [REST, ISCSI, *([REPLICATION] if names["peers"] else []), *names["services"]]
        return cls(
            pool=pool,
            project=project,
            initiators=names["initiators"],
            initiator_groups=names["initiator_groups"],
            targets=names["targets"],
            peers=names["peers"],
            services=list(dict.fromkeys(wanted)),
            own_services=names["services"],
            schema=_schema(options.get("schema") or ()),
            thick=thick,
            thin=thin,
            purposes=names["purposes"],
        )


def _place(option: str, given: str | None) -> str | None:
    return None if given is None else check_name(option, given)


def _names(option: str, given: Sequence[str] | None) -> list[str]:
    """Names of a list, each of which can be one, and stands there once."""
    names = list(given or ())
    if any(not name.strip() for name in names):
        raise InvalidInput(f"{option} has an empty name in it", advice=f"correct {option}")
    twice = repeated(names)
    if twice:
        raise InvalidInput(f"{option} names {', '.join(twice)} more than once", advice=f"correct {option}")
    return names


def _schema(given: Sequence[Mapping[str, Any]]) -> dict[str, str | None]:
    names = [check_custom_name("schema", one["name"]) for one in given]
    _names("schema", names)
    return {name: one.get("type") for name, one in zip(names, given, strict=True)}


def _size(kind: str, given: str | None) -> int | None:
    try:
        return None if given is None else int(Size().from_user(kind, given))
    except ValueError as error:
        raise InvalidInput(str(error), advice=f"correct {kind} in space") from None
