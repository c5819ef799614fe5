# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans for a whole document: what it asks for, what it does not list and is to be purged, and all that stands against it at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...engine._kind import ABSENT
from ...engine._many import Making
from ...engine._read import Reader
from ...engine._types import Pages, Record
from ...engine._unordered import Planned, Refused, Wish, plan_unordered
from ...values._errors import Absent, PlanRefused, ZfssaError
from ...values._names import folded
from .._unclear import refuse_unclear
from ._checked import Problem
from ._lines import DESTROY, change_of, line_of, records_of, resource_of
from ._purge import Unlisted, count_there, explained_kept, limit_of, refuse_outside, refuse_too_many, unlisted
from ._wishes import Asked, asked_by

_KEPT_SHOWN = 10
_Error = tuple[Wish, ZfssaError]


class DocumentRefused(PlanRefused):
    """A document has errors, or cannot be carried out; nothing was written.

    Args:
        problems: all of them.
        may_be_made: whether one of them is that something does not exist which a task can make.
    """

    def __init__(self, problems: Sequence[Problem], *, may_be_made: bool = False) -> None:
        number = len(problems)
        errors = "an error" if number == 1 else f"{number} errors"
        super().__init__(f"the document has {errors}: {'; '.join(map(str, problems))}", advice="correct the document")
        self.problems = tuple(problems)
        self.may_be_made = may_be_made

    def failure(self) -> dict[str, Any]:
        """The facts of the failure, with `errors`: each with its `place` and its `message`."""
        return {**super().failure(), "errors": [{"place": one.place, "message": one.text} for one in self.problems]}


@dataclass(frozen=True)
class DocumentPlan:
    """The plan for a document.

    Attributes:
        planned: its items, in the order in which they can be carried out.
        warnings: what the user is to be told, whole sentences.
        unlisted: what there is of the kinds to be purged and the document does not list, whatever becomes of it.
    """

    planned: tuple[Planned, ...]
    warnings: tuple[str, ...]
    unlisted: tuple[dict[str, str], ...] = ()


def plan_document(reader: Reader, options: Mapping[str, Any]) -> DocumentPlan:
    """Plan for a document.

    Args:
        reader: asks the appliance; each list is read once.
        options: those of the module.

    Raises:
        DocumentRefused: the document has errors; the message has all of them, each with its place.
        PlanRefused: more would be removed than may be.
        InvalidInput: another option can never be right.
    """
    limit = limit_of(options["purge_limit"])
    asked = asked_by(options["config"], options.get("defaults") or {})
    making = Making(reader)
    planned, refused, away = _with_purge(making, asked, options)
    try:
        return _judged(making, asked, planned, refused, away, limit)
    except ZfssaError as error:
        # What is there is known, whatever stands against its removal.
        error.results = {"unlisted": list(away.told)}
        raise


def _judged(
    making: Making,
    asked: Asked,
    planned: Sequence[Planned],
    refused: Sequence[Refused],
    away: Unlisted,
    limit: str,
) -> DocumentPlan:
    """The plan, when nothing stands against it; raises as `plan_document`."""
    kept = [*away.kept, *(explained_kept(one.error, one.wish) for one in refused if one.wish.optional)]
    errors = [(one.wish, one.error) for one in refused if not one.wish.optional]
    _refuse(asked, [*errors, *_contradictions(making, planned)], planned, away, making.state)
    purged = [one for one in planned if away.has(one.wish) and one.item.changed]
    refuse_too_many(away, purged, limit, [line_of(one) for one in purged])
    warnings = [*asked.notes, *(warning for one in planned for warning in one.item.warnings), *_about(kept)]
    return DocumentPlan(tuple(planned), tuple(dict.fromkeys(warnings)), away.told)


def _with_purge(
    making: Making, asked: Asked, options: Mapping[str, Any]
) -> tuple[list[Planned], list[Refused], Unlisted]:
    """Plan what a document says shall be there, then what shall not, then what is to be purged; what has to wait comes last.

    What is to be removed is looked for when all that can be renamed and moved has its new name: the document calls it, and what
    is in it, by that.
    """
    # Of a document that could not be understood nobody knows what it lists.
    sections = [] if asked.problems else list(options.get("purge") or [])
    there = count_there(making.state, sections, asked.wishes)
    planned, refused = plan_unordered(making, asked.present)
    if asked.absent:
        more, refused = plan_unordered(making, [*(one.wish for one in refused), *asked.absent], _next_turn(planned))
        planned += more
    away = Unlisted([], there, [], [], [])
    tried: set[tuple[str, ...]] = set()
    while sections:
        waiting = [one.wish for one in refused]
        found = unlisted(making.state, sections, asked.wishes, waiting, force=bool(options.get("force")))
        new = [wish for wish in found.wishes if _name(wish) not in tried]
        tried.update(map(_name, new))
        more_objects = [one for one in found.objects if one not in away.objects]
        away = Unlisted([*away.wishes, *new], there, found.kept, found.scope, [*away.objects, *more_objects])
        if not new:
            break
        more, refused = plan_unordered(making, [*waiting, *new], _next_turn(planned))
        planned += more
    return planned, refused, away


def _next_turn(planned: Sequence[Planned]) -> int:
    return max((one.turn for one in planned), default=0) + 1


def _name(wish: Wish) -> tuple[str, ...]:
    """What tells what is to be purged from all else."""
    return (wish.kind.name, *wish.names[0])


def _contradictions(making: Making, planned: Sequence[Planned]) -> Iterable[_Error]:
    """What stands against items whose object is removed, made, or gets another name, by another item."""
    renamed = [path for one in planned if (path := _name_left(one))]
    may_be_gone = bool(renamed) or any(change_of(one) == DESTROY for one in planned)
    for one in planned:
        wish, absent = one.wish, one.wish.options.get("state") == ABSENT
        kind = wish.kind.meant(wish.options)
        if not (absent or may_be_gone) or kind.still_holds(making.state, one.item, wish.options):
            continue
        record = records_of(one)[1] or dict(wish.options)
        if absent:
            fate = "be made by another item of the document"
        elif any(f"{_path_of(one, record)}/".startswith(f"{path}/") for path in renamed):
            fate = "get another name by another item of the document"
        else:
            fate = "be destroyed with what another item of the document removes"
        yield wish, PlanRefused(f"{kind.title_of(record)} would {fate}", advice="remove one of the two items")


def _name_left(one: Planned) -> str:
    """The path that an object has before it gets another name; empty where it gets none."""
    before, after = records_of(one)
    if not one.item.changed or before is None or after is None:
        return ""
    path = _path_of(one, before)
    return "" if path == _path_of(one, after) else path


def _path_of(one: Planned, record: Record) -> str:
    """The path of an object; empty where its names do not tell."""
    table = resource_of(one)
    return table.path(table.identity_of(record)) if all(record.get(name) for name in (*table.scope, table.key)) else ""


def _refuse(asked: Asked, refused: Sequence[_Error], planned: Iterable[Planned], away: Unlisted, pages: Pages) -> None:
    """Refuse a document with errors.

    Args:
        refused: the items that cannot be carried out, each with what stands against it.

    Raises:
        DocumentRefused: it has some.
    """
    errors = list(refused)
    for one in planned:
        try:
            if away.has(one.wish):
                refuse_outside(pages, one, away.scope)
            refuse_unclear(one.item)
        except ZfssaError as error:
            errors.append((one.wish, error))
    made = _labels([*asked.broken, *(wish for wish, _error in errors)])
    own = [(wish, error) for wish, error in errors if not _follows(wish, error, made)]
    problems = [*asked.problems, *(_problem(wish, error) for wish, error in own or (() if asked.problems else errors))]
    if problems:
        raise DocumentRefused(_in_order(problems), may_be_made=any(error.may_be_made for _wish, error in own or errors))


def _follows(wish: Wish, error: ZfssaError, made: Mapping[str, Sequence[Wish]]) -> bool:
    """Whether an error is only that something is missing which another item, with an error of its own, is to make.

    Args:
        made: the items with errors, by what messages call the object that they are to make.
    """
    return isinstance(error, Absent) and all(
        any(other is not wish for other in made.get(_folded(label), ())) for label in error.missing
    )


def _labels(broken: Iterable[Wish]) -> dict[str, list[Wish]]:
    """Items that make something, by what messages call that: with its name, or its alias."""
    found: dict[str, list[Wish]] = {}
    for wish in broken:
        options, kind = dict(wish.options), wish.kind.meant(wish.options)
        table = kind.table_of(options)
        if options.get("state") == ABSENT:
            continue
        new = {option: options[at] for at, option in kind.new_names.items() if options.get(at)}
        names = {option: str({**options, **new}.get(option) or "") for option in (*table.scope, table.key)}
        labels = [table.label(names)] if all(names.values()) else []
        if options.get("alias"):
            labels.append(f"{table.title} {options['alias']}")
        for label in labels:
            found.setdefault(_folded(label), []).append(wish)
    return found


def _folded(label: str) -> str:
    """What messages call an object, as names are compared."""
    title, _space, name = label.rpartition(" ")
    return f"{title} {folded(name)}"


def _problem(wish: Wish, error: ZfssaError) -> Problem:
    """What stands against an item, with its place."""
    place = wish.place
    if error.option and not wish.place.startswith("purge"):
        place += f".{error.option}"
        value = wish.options.get(error.option)
        if error.member and isinstance(value, list) and error.member in value:
            place += f"[{value.index(error.member)}]"
    reason = f"cannot {error.doing}: {error.reason}" if error.doing else error.reason
    return Problem(place, f"{reason}; {error.advice}" if error.advice else reason)


def _in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Problems in the order of their places, each once."""
    return list(dict.fromkeys(problems))


def _about(kept: Sequence[str]) -> list[str]:
    """What is told of objects that the document does not list, and that stay because others need them."""
    if not kept:
        return []
    more = f" and {len(kept) - _KEPT_SHOWN} more" if len(kept) > _KEPT_SHOWN else ""
    return [f"Not purged, because something outside the document needs it: {', '.join(kept[:_KEPT_SHOWN])}{more}."]
