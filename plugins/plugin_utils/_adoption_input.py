# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the role adopt_lun is given: judged as a whole, and settled in one form. Values of connections are never shown."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ansible_collections.zfssa.storage.plugins.module_utils.kinds.lun._care import NOBODY
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.lun._manageable import CAN_BE_ALLOWED, LOOSE, STRICT
from ansible_collections.zfssa.storage.plugins.module_utils.values._mask import masking
from ansible_collections.zfssa.storage.plugins.module_utils.values._names import did_you_mean, shown
from ansible_collections.zfssa.storage.plugins.plugin_utils._variables import (
    CONNECTION,
    Variable,
    Wrong,
    as_name,
    as_text,
    is_missing,
    mask_of,
    one_line,
    settle,
    stranger,
    structured,
)

PREFIX = "adopt_lun_"
MANAGED, RELEASED = "managed", "released"
# What the role hands on, and a run before may have left.
MADE = ("result",)
# Pool, project and name of a LUN.
Place = tuple[str, str, str]

_CONNECTION = {name: replace(variable, required=False) for name, variable in CONNECTION.items()}
_FORM = "{host: NAME, username: NAME, password: SECRET}"
_LUNS = "[NAME, {name: NAME, new_name: NAME}]"


@dataclass(frozen=True)
class Lun:
    """One LUN.

    Attributes:
        old: its place before it is managed.
        between: its place when it has been moved and not renamed yet.
        goal: its place when it is managed.
    """

    old: Place
    between: Place
    goal: Place

    @property
    def places(self) -> tuple[Place, ...]:
        """All places where it may stand, each once, the last one first."""
        return tuple(dict.fromkeys((self.goal, self.between, self.old)))


@dataclass(frozen=True)
class Wanted:
    """What is wanted.

    Attributes:
        managed: whether the LUNs are to be managed; they are to be released otherwise.
        luns: them.
        pool, projects: where they may stand.
        policy: which LUNs may be taken.
        owner: who is to manage them.
        taken_from: owners from whom they may be taken.
        allowed: reasons that do not count.
        appliance: the options of the connection that are given.
    """

    managed: bool = True
    luns: tuple[Lun, ...] = ()
    pool: str = ""
    projects: tuple[str, ...] = ()
    policy: str = STRICT
    owner: str = ""
    taken_from: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    appliance: Mapping[str, Any] = field(default_factory=dict)


def _word(*words: str) -> Callable[[Any], str]:
    """Return what reads one of some words."""

    def read(value: Any) -> str:
        word = one_line(value).lower()
        if word not in words:
            raise Wrong(f"must be {' or '.join(words)}, not {one_line(value)!r}")
        return word

    return read


def _owner(value: Any) -> str:
    owner = as_text(value)
    if owner == NOBODY:
        raise Wrong(f"must not be {NOBODY}, which is said of a LUN that is free")
    if owner != one_line(owner):
        raise Wrong("must be one line, without spaces beside each other")
    return owner


def _list(read: Callable[[Any], Any], form: str) -> Callable[[Any], list[Any]]:
    """Return what reads a list; as a text it is written as in YAML, or with commas."""

    def read_list(value: Any) -> list[Any]:
        if isinstance(value, str):
            text = value.strip()
            value = structured(text, form) if text.startswith(("[", "- ", "{")) else text.split(",")
        if not isinstance(value, Sequence) or isinstance(value, (str, bytes)):
            raise Wrong(f"must be a list; write it as {form}")
        if any(is_missing(item) for item in value):
            raise Wrong("has an empty item")
        return [read(item) for item in value]

    return read_list


def _lun(value: Any) -> tuple[str, str]:
    """Read a LUN: the name that it has, and the one that it is to have."""
    if not isinstance(value, Mapping):
        return as_name(value), as_name(value)
    unknown = sorted(str(key) for key in value if key not in ("name", "new_name"))
    if unknown:
        raise Wrong(f"has {shown(unknown)} in an item; write it as {_LUNS}")
    if is_missing(value.get("name")):
        raise Wrong(f"lacks name in an item; write it as {_LUNS}")
    name = as_name(value["name"])
    return name, name if is_missing(value.get("new_name")) else as_name(value["new_name"])


def _connection(value: Any) -> dict[str, Any]:
    value = structured(value, _FORM) if isinstance(value, str) else value
    if not isinstance(value, Mapping):
        raise Wrong(f"must be written as {_FORM}")
    problems, settled = settle(value, _CONNECTION)
    unknown = sorted(str(key) for key in value if key not in _CONNECTION)
    problems += [f"{name} is not one of its keys; {did_you_mean(name, _CONNECTION)}" for name in unknown]
    if problems:
        raise Wrong(f"is not right inside: {', '.join(problems)}")
    return settled


VARIABLES: dict[str, Variable] = {
    "appliance": Variable(_connection, default={}),
    "state": Variable(_word(MANAGED, RELEASED), default=MANAGED),
    "pool": Variable(as_name, required=True),
    "project": Variable(as_name, required=True),
    "luns": Variable(_list(_lun, _LUNS), required=True),
    "new_project": Variable(as_name),
    "policy": Variable(_word(STRICT, LOOSE), default=STRICT),
    "owner": Variable(_owner, default="ansible"),
    "from": Variable(_list(_owner, "[NAME, NAME]"), default=[]),
    "allow": Variable(_list(_word(*CAN_BE_ALLOWED), f"[{', '.join(CAN_BE_ALLOWED)}]"), default=[]),
}


def judge(given: Mapping[str, Any]) -> tuple[Wanted, list[str]]:
    """Judge the variables of the role.

    Args:
        given: all variables whose names begin with its prefix, by their full names.

    Returns:
        What is wanted, and a clause for each thing that is wrong, without secrets. Where something is, nothing else holds.
    """
    plain = {str(name).removeprefix(PREFIX): value for name, value in given.items()}
    # Ansible passes what a role has by default as well, and what nobody has given as an empty text.
    unknown = sorted(name for name in plain if name not in VARIABLES and name not in MADE)
    mask = mask_of([plain.get("appliance")])
    with masking(mask):
        problems, settled = settle(plain, VARIABLES)
    clauses = [stranger(f"{PREFIX}{name}", PREFIX, VARIABLES, "role adopt_lun") for name in unknown]
    clauses += [f"{PREFIX}{problem}" for problem in problems]
    if clauses:
        return Wanted(appliance=settled.get("appliance", {})), [mask.text(clause) for clause in clauses]
    wanted = _wanted(settled)
    return wanted, [mask.text(f"{PREFIX}luns {clause}") for clause in _colliding(wanted.luns)]


def _wanted(settled: Mapping[str, Any]) -> Wanted:
    pool, project = settled["pool"], settled["project"]
    new_project = settled.get("new_project", project)
    return Wanted(
        managed=settled["state"] == MANAGED,
        luns=tuple(
            Lun((pool, project, name), (pool, new_project, name), (pool, new_project, new_name))
            for name, new_name in settled["luns"]
        ),
        pool=pool,
        projects=tuple(dict.fromkeys((project, new_project))),
        policy=settled["policy"],
        owner=settled["owner"],
        taken_from=tuple(settled["from"]),
        allowed=tuple(settled["allow"]),
        appliance=settled["appliance"],
    )


def _colliding(luns: Collection[Lun]) -> list[str]:
    """Say which LUNs are there twice, or would stand where another one of them stands."""
    problems = []
    for what, places in (("names", [lun.old for lun in luns]), ("gives", [lun.goal for lun in luns])):
        twice = sorted({place for place in places if places.count(place) > 1})
        problems += [f"{what} {'/'.join(place)} more than once" for place in twice]
    return problems or [
        f"has {'/'.join(lun.old)}, which stands where {'/'.join(other.old)} is to go; take it first, in a run of its own"
        for lun in luns
        for other in luns
        if lun is not other and lun.old in other.places
    ]
