# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a kind of object has to do with others, and what is told to those who say what stands against a change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ..values._release import NEWEST, Release
from ..values._wire import Wire
from ._types import Pages, Record

# Looks up what must hold for a step; raises `PlanRefused` where it does not (see `_preconditions`).
Precondition = Callable[[Pages], None]


@dataclass(frozen=True)
class Reference:
    """What a property's value must name.

    Attributes:
        title: what messages call one of these objects (`initiator group`).
        lists: where they are; the value may be in any of the lists.
        key: key of the lists.
        always: names that are always possible, and in no list.
        names: what in an item of the lists may be the name.
        other_keys: other spellings of the key.
        unfit: says of an item of the lists why it cannot be meant; an empty text when it can.
        maker: the module that makes one; empty where none does.
    """

    title: str
    lists: tuple[str, ...]
    key: str
    always: tuple[str, ...] = ()
    names: tuple[str, ...] = ("name",)
    other_keys: tuple[str, ...] = ()
    unfit: Callable[[Wire], str] = lambda _item: ""
    maker: str = ""


# What is done to an object.
CREATE, UPDATE, RENAME, MOVE, DESTROY = "create", "update", "rename", "move", "destroy"


@dataclass(frozen=True)
class Change:
    """What is to become of an object, for those who say what stands against it.

    Attributes:
        verb: what is done to it: `create`, `update`, `rename`, `move` or `destroy`.
        label: the object, as messages call it.
        current: its record, `None` when it does not exist.
        changes: the normalised options that it gets; empty when it is destroyed.
        after: the record that is predicted; empty when it is destroyed.
        release: the appliance's.
        allowed: the user's explicit permissions, such as `{"allow_shrink": True}`.
    """

    verb: str
    label: str
    current: Record | None
    changes: Record
    after: Record
    release: Release = NEWEST
    allowed: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True)
class Dependents:
    """A list of objects that are destroyed with the resource: what one is called, where they are, the key of the list."""

    title: str
    path: str
    key: str


@dataclass(frozen=True)
class SharedNames:
    """Objects of another kind that share the names of the resource.

    Attributes:
        title: what one is called.
        collection: path template of their list.
        key: key of one in an answer.
        why: the clause of the message that they share names.
        where: names of their scope, where these are other ones than the resource's.
    """

    title: str
    collection: str
    key: str
    why: str = "both kinds share their names"
    where: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class NameHolder:
    """An object of another kind that may have a name already.

    Attributes:
        label: what it is, as messages call it.
        list_path: where it would be listed.
        name: the name that it may have.
        key: its key in an answer.
        why: why both cannot have the name.
    """

    label: str
    list_path: str
    name: str
    key: str
    why: str
