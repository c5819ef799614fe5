# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a document does not list and is to be removed for that.

Only in the pools and projects that the document names; never the project `default` or what is in it, never a group that the
appliance has for itself, never what it makes by itself. Objects of the SAN and custom properties are in no pool: they are looked
at on the whole appliance, and stay where anything outside the document needs them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from ...engine._kind import ABSENT, Kind
from ...engine._read import State, read, read_all
from ...engine._types import Identity, Pages
from ...engine._unordered import Planned, Wish
from ...kinds.pool._pools import share_label
from ...kinds.share._dying import filesystems_dying_with
from ...kinds.snapshot._temporary import is_temporary
from ...values._errors import InvalidInput, PlanRefused, ZfssaError
from ...values._names import folded
from ._lines import goes_with, name_in
from ._sections import SECTIONS

# The project that every pool has.
_DEFAULT = "default"
# What stands in the place of an item.
_PURGE = "purge"
_LIMIT = re.compile(r"([0-9]{1,9})(%?)")
# Which section, and which option, has what a group holds.
_MEMBERS = {"initiator_groups": "initiators", "target_groups": "targets"}


class Unlisted(NamedTuple):
    """What is to be removed because a document does not list it.

    Attributes:
        wishes: one for each object.
        there: how many objects of these kinds there are in these places.
        kept: what stays because others need it, as messages call it.
        scope: the pools and projects in which it is.
        objects: all of it, that which stays included, with its kind.
    """

    wishes: list[Wish]
    there: int
    kept: list[str]
    scope: list[tuple[str, str]]
    objects: list[tuple[Kind, Mapping[str, str]]]

    @property
    def told(self) -> tuple[dict[str, str], ...]:
        """All of it, as results call objects."""
        return tuple({"key": name_in(kind, identity), "kind": kind.name} for kind, identity in self.objects)

    def has(self, wish: Wish) -> bool:
        """Whether a wish is one of them."""
        return wish.place.startswith(_PURGE)


def limit_of(given: Any) -> str:
    """Check how many objects may be removed at most: a number, or a percentage such as `20%`.

    Raises:
        InvalidInput: it is neither.
    """
    text = str(given).strip()
    found = _LIMIT.fullmatch(text)
    if isinstance(given, bool) or found is None or (found.group(2) and int(found.group(1)) > 100):
        raise InvalidInput(
            f"purge_limit {given!r} is neither a number nor a percentage", advice="give one such as 10 or '20%'"
        )
    return text


def count_there(state: State, sections: Iterable[str], listed: Sequence[Wish]) -> int:
    """Count what there is of some kinds in the pools and projects that a document names.

    Args:
        state: what there is.
        sections: the kinds.
        listed: the wishes of the document.
    """
    scope = _scope_of(listed)
    return sum(len(_objects(state, SECTIONS[section], scope)) for section in dict.fromkeys(sections))


def unlisted(
    state: State, sections: Iterable[str], listed: Sequence[Wish], waiting: Sequence[Wish], *, force: bool
) -> Unlisted:
    """Find what is there and not listed.

    Args:
        state: what there is.
        sections: the kinds that are looked at.
        listed: the wishes of the document.
        waiting: those of them that cannot be planned yet. What is in an object that has yet to be renamed is left out: the
            document calls it by the new name.
        force: whether what is in a pool may go with its dependents.
    """
    scope = _scope_of(listed)
    found = Unlisted([], 0, [], scope, [])
    moving = _renamed_places(waiting)
    for section in reversed([name for name in SECTIONS if name in set(sections)]):
        kind = SECTIONS[section]
        known = _names_listed(state, kind, listed)
        for identity in _objects(state, kind, scope):
            if kind.names_of(identity)[0] in known or _is_in(identity, moving):
                continue
            found.objects.append((kind, identity))
            strangers = _unknown_members(state, section, kind, identity, listed)
            if strangers:
                found.kept.append(
                    f"{kind.title_of(identity)} (it has {', '.join(strangers)}, which the document does not list)"
                )
            else:
                found.wishes.append(_removal(section, kind, identity, force))
    return found


def _objects(state: State, kind: Kind, scope: Iterable[tuple[str, str]]) -> list[Identity]:
    """The objects of a kind in some projects, without project `default` and what is in it."""
    scope = list(scope)
    # An appliance may list what is elsewhere.
    inside = {*scope, *((pool, None) for pool, _project in scope), (None, None)}
    return [
        one
        for one in kind.found_in(state, scope)
        if _DEFAULT not in (one.get("project"), _project(kind, one)) and (one.get("pool"), one.get("project")) in inside
    ]


def _renamed_places(wishes: Iterable[Wish]) -> set[tuple[str, ...]]:
    """The present names of projects and LUNs that are to get others."""
    return {here for here, there in (wish.names for wish in wishes) if here != there}


def _is_in(identity: Mapping[str, str], places: Iterable[tuple[str, ...]]) -> bool:
    """Whether an object is in one of some objects."""
    names = tuple(map(folded, identity.values()))
    return any(names[: len(place)] == place and len(names) > len(place) for place in places)


def refuse_too_many(found: Unlisted, planned: Sequence[Planned], limit: str, lines: Sequence[str]) -> None:
    """Refuse to remove more than was allowed.

    Args:
        found: what is not listed.
        planned: what of it is to be removed. LUNs that go with it count, too.
        limit: how many may be, as checked.
        lines: what the plan says of them.

    Raises:
        PlanRefused: there are more.
    """
    most = found.there * int(limit[:-1]) // 100 if limit.endswith("%") else int(limit)
    number = sum(1 + len(goes_with(one)) for one in planned)
    if number <= most:
        return
    percentage = f", which is {most} of {found.there}" if limit.endswith("%") else ""
    raise PlanRefused(
        f"purge would remove {number} objects, and purge_limit is {limit}{percentage}: {', '.join(lines)}",
        advice="list what is to stay, or raise purge_limit",
    )


def refuse_outside(pages: Pages, planned: Planned, scope: Iterable[tuple[str, str]]) -> None:
    """Refuse to destroy dependents that are in none of the projects that the document names.

    Args:
        pages: what there is.
        planned: what is purged.
        scope: these projects.

    Raises:
        PlanRefused: there are some.
    """
    doomed = [one for one in planned.item.effects if one.before is not None and one.after is None]
    # A temporary snapshot belongs to the clone that goes, wherever it is.
    doomed = [
        one for one in doomed if "pool" in one.resource.scope and not is_temporary((one.before or {}).get("name"))
    ]
    if not doomed or not planned.wish.options.get("force"):
        return
    gone = [one.resource.path(one.resource.identity_of(one.before or {})) for one in doomed]
    own = doomed[0].before or {}
    # What is in a project that is purged goes with that.
    inside = {*scope, (own["pool"], own.get("project", own.get("name")))}
    found = [
        ((one.before or {})["pool"], (one.before or {}).get("project"), one.resource.label(one.before or {}))
        for one in doomed[1:]
    ]
    found += [
        (one["pool"], one["project"], share_label("filesystem", *one.values()))
        for one in filesystems_dying_with(pages, gone)
    ]
    for pool, project, label in found:
        if (pool, project) not in inside:
            raise PlanRefused(
                f"{label} would be destroyed with it, and is in no project that the document names",
                advice="list what is to stay, or remove it with a task of its own",
            )


def explained_kept(refused: ZfssaError, wish: Wish) -> str:
    """Say what stays because others need it.

    Args:
        refused: why it cannot be removed.
        wish: it.
    """
    return f"{wish.kind.title_of(dict(wish.options))} ({refused.reason})"


def _scope_of(listed: Iterable[Wish]) -> list[tuple[str, str]]:
    """The pools and projects that the items of a document are in, or are."""
    found: dict[tuple[str, str], None] = {}
    for wish in listed:
        options = wish.options
        if options.get("pool") is None:
            continue
        project = options.get("project") or (options.get("name") if "project" not in wish.kind.item_spec() else None)
        if project is not None:
            found[str(options["pool"]), str(project)] = None
        if "project" not in wish.kind.item_spec() and options.get("new_name"):
            # A project in its place.
            found[str(options["pool"]), str(options["new_name"])] = None
    # In which order the document names them does not matter.
    return sorted(place for place in found if place[1] != _DEFAULT)


def _project(kind: Kind, identity: Mapping[str, str]) -> str | None:
    """The name of a project, `None` of what is none."""
    return identity.get("name") if kind.resource.scope == ("pool",) else None


def _names_listed(state: State, kind: Kind, listed: Iterable[Wish]) -> set[tuple[str, ...]]:
    """The names of objects that the document lists, or that hold something of what it lists."""
    names: set[tuple[str, ...]] = set()
    for wish in listed:
        options = wish.options
        if wish.kind is kind:
            names |= kind.listed_as(state, options)
        elif options.get("state") != ABSENT:
            names |= _holders(kind, options)
    return names


def _holders(kind: Kind, options: Mapping[str, Any]) -> set[tuple[str, ...]]:
    """The names of the objects of a kind that hold what another item says shall be there: a project, or a LUN."""
    pool, lun = str(options.get("pool")), options.get("lun")
    projects = [str(options[at]) for at in ("project", "new_project") if options.get(at)]
    if kind.resource.scope == ("pool",):
        return {(pool, project) for project in projects}
    # Snapshots and replication name the LUN that they are of.
    return {(pool, project, str(lun)) for project in projects} if lun and len(kind.resource.scope) == 2 else set()


def _removal(section: str, kind: Kind, identity: Mapping[str, str], force: bool) -> Wish:
    spec = kind.item_spec()
    # What is in no pool never goes with what depends on it.
    forced = force and "pool" in spec
    options = {option: rules.get("default") for option, rules in spec.items()}
    options.update({**identity, "state": ABSENT, **({"force": forced} if "force" in spec else {})})
    return Wish(f"{_PURGE}[{section}]", kind, options, optional="pool" not in spec)


def _unknown_members(
    state: State, section: str, kind: Kind, identity: Mapping[str, str], listed: Sequence[Wish]
) -> list[str]:
    """The members of a group that the document does not list."""
    if section not in _MEMBERS:
        return []
    members = _MEMBERS[section]
    record = read(state, kind.resource, dict(identity)) or {}
    member = SECTIONS[members]
    listed_names = {name for wish in listed if wish.kind is member for name in _all_names(wish.options)}
    # A document may name by its alias what the group names otherwise.
    for one in read_all(state, member.resource, {}):
        names = _all_names(one)
        if names & listed_names:
            listed_names |= names
    return [name for name in record.get(members) or [] if folded(name) not in listed_names]


def _all_names(options: Mapping[str, Any]) -> set[str]:
    return {folded(str(options[key])) for key in ("initiator", "alias", "iqn") if options.get(key)}
