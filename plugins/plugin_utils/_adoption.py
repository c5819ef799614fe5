# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the role adopt_lun does with LUNs: the document that takes or releases them, and the one that undoes it.

A LUN is marked first, then moved, then renamed, as a plan for a LUN has it. So one that a broken run has left on the way says
whose it is. The undo goes back the same way: the names first, then the mark.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.zfssa.storage.plugins.module_utils.kinds.lun._care import (
    NOBODY,
    OWNER,
    OWNER_TYPE,
    marked,
    unmarked,
)
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.lun._manageable import (
    CAN_BE_ALLOWED,
    MANAGED,
    NOT_FREE,
    Facts,
    Reason,
    is_cared_for_by,
    reasons_against,
)
from ansible_collections.zfssa.storage.plugins.plugin_utils._adoption_input import PREFIX, Lun, Place, Wanted
from ansible_collections.zfssa.storage.plugins.plugin_utils._variables import sentence

Options = dict[str, Any]
# What is to be done against a reason.
_ADVICE = {
    MANAGED: f"have its owner release it, or name the owner in {PREFIX}from",
    NOT_FREE: f"give it custom property {OWNER} {NOBODY}, or set {PREFIX}policy to loose",
}


@dataclass(frozen=True)
class Found:
    """What there is in the projects.

    Attributes:
        luns: what is known of each LUN.
        filesystems: the places of the filesystems, which share their names with LUNs.
        types: the types of the custom properties.
    """

    luns: Mapping[Place, Facts]
    filesystems: frozenset[Place]
    types: Mapping[str, str]

    @classmethod
    def of(cls, looks: Iterable[Mapping[str, Any]]) -> Found | None:
        """Gather the results of zfssa_info, one for each project; `None` when one of them has failed."""
        results = list(looks)
        if not all("manageable" in result for result in results):
            return None
        return cls(
            luns={_place(lun): lun for result in results for lun in result["manageable"]},
            filesystems=frozenset(_place(one) for result in results for one in result.get("filesystems", ())),
            types={str(one["name"]): str(one["type"]) for result in results for one in result.get("schema", ())},
        )


def _place(record: Mapping[str, Any]) -> Place:
    return str(record["pool"]), str(record["project"]), str(record["name"])


def label(place: Place) -> str:
    """What messages call a LUN."""
    return f"LUN {'/'.join(place)}"


@dataclass
class Decision:
    """What is to be done.

    Attributes:
        refused: a clause for each LUN that cannot be had, and what to do about it.
        config: the document for zfssa_san; empty when all is as wanted.
        unfinished: a clause for each LUN that is not as wanted.
        luns: the LUNs as they shall be.
    """

    refused: list[str] = field(default_factory=list)
    config: Options = field(default_factory=dict)
    unfinished: list[str] = field(default_factory=list)
    luns: list[Options] = field(default_factory=list)


def decide(wanted: Wanted, found: Found) -> Decision:
    """Judge all LUNs, and make the document that does what is wanted.

    Args:
        wanted: as judged.
        found: what there is.
    """
    decision, items, advice = Decision(), [], {}
    for lun in wanted.luns:
        place, clauses = _standing(wanted, lun, found)
        if place is not None and not clauses:
            reasons = _against(wanted, found.luns[place], at_goal=place == lun.goal)
            clauses = [reason.text for reason in reasons]
            advice.update({reason.reason: _advice(reason) for reason in reasons})
        if place is None or clauses:
            decision.refused.append(f"{label(place or lun.old)} {' and '.join(clauses)}")
            continue
        item = _item(wanted, lun, place, found.luns[place])
        goal = lun.goal if wanted.managed else place
        decision.luns.append({**_at(goal), **_told(wanted, found.luns[place])})
        if item:
            items.append(item)
            decision.unfinished.append(f"{label(place)} {_lacks(wanted, lun, place, found.luns[place])}")
    decision.refused += _of_schema(wanted, found, items)
    decision.refused += [text for text in dict.fromkeys(advice.values()) if text]
    schema = {} if OWNER in found.types else {"schema": [_PROPERTY]}
    decision.config = {**schema, "luns": items} if items else {}
    return decision


_PROPERTY: Options = {
    "name": OWNER,
    "type": OWNER_TYPE,
    "description": f"Who manages the LUN; {NOBODY} for one that is free",
}


def _of_schema(wanted: Wanted, found: Found, items: Sequence[Options]) -> list[str]:
    kind = found.types.get(OWNER, OWNER_TYPE)
    if not items or kind == OWNER_TYPE:
        return []
    return [f"custom property {OWNER} is of type {kind} and must be of type {OWNER_TYPE}: it is somebody else's"]


def _standing(wanted: Wanted, lun: Lun, found: Found) -> tuple[Place | None, list[str]]:
    """Find where a LUN stands; and say what stands in its way."""
    there = [place for place in lun.places if place in found.luns]
    mine = [place for place in there if is_cared_for_by(found.luns[place], wanted.owner)]
    # One on the way, or under its new name, was marked before it left.
    gone = [place for place in there if place == lun.goal]
    place = lun.old if lun.old in there and wanted.managed else next(iter([*mine, *gone, *there]), None)
    if place is None or (place == lun.between and place not in (lun.old, lun.goal, *mine)):
        return None, ["does not exist" if len(lun.places) == 1 else f"does not exist, and no {label(lun.goal)} either"]
    if not wanted.managed or place == lun.goal:
        return place, []
    # The same one under two names was renamed between two reads.
    others = [one for one in there if found.luns[one]["lunguid"] != found.luns[place]["lunguid"]]
    taken = [label(one) for one in others] + [
        f"filesystem {'/'.join(one)}" for one in lun.places if one in found.filesystems
    ]
    return place, [f"cannot become {label(lun.goal)}: there is a {' and a '.join(taken)}"] if taken else []


def _against(wanted: Wanted, facts: Facts, *, at_goal: bool) -> list[Reason]:
    """Say why a LUN cannot be taken, or released."""
    if wanted.managed:
        if at_goal and is_cared_for_by(facts, wanted.owner):
            # It is what a run before has made of it, whatever it is used for by now.
            return []
        return reasons_against(facts, wanted.policy, wanted.owner, wanted.taken_from, wanted.allowed)
    if facts["owner"] in (None, wanted.owner) and not facts["unclear"]:
        return []
    return reasons_against(facts, wanted.policy, wanted.owner, wanted.taken_from, CAN_BE_ALLOWED)


def _advice(reason: Reason) -> str:
    if reason.reason in CAN_BE_ALLOWED:
        return f"if that is no hindrance, add {reason.reason} to {PREFIX}allow"
    return _ADVICE.get(reason.reason, "")


def _item(wanted: Wanted, lun: Lun, place: Place, facts: Facts) -> Options:
    """The item of the document for a LUN; empty when it is as wanted."""
    if not wanted.managed and facts["owner"] is None:
        return {}
    custom = marked(facts["custom"], wanted.owner if wanted.managed else None)
    changed = {name: value for name, value in custom.items() if facts["custom"].get(name) != value}
    names = _to(place, lun.goal) if wanted.managed else {}
    if not changed and not names:
        return {}
    return {
        **_at(place),
        **names,
        **({"custom": changed} if changed else {}),
    }


def _to(here: Place, there: Place) -> Options:
    """The options that give a LUN another place."""
    pairs = (("new_project", here[1], there[1]), ("new_name", here[2], there[2]))
    return {option: new for option, old, new in pairs if old != new}


def _told(wanted: Wanted, facts: Facts) -> Options:
    return {"owner": wanted.owner if wanted.managed else None, "size": facts["size"], "lunguid": facts["lunguid"]}


def _lacks(wanted: Wanted, lun: Lun, place: Place, facts: Facts) -> str:
    """Say what of a LUN is not as wanted."""
    if not wanted.managed:
        return f"is still managed by {facts['owner']}"
    if facts["owner"] != wanted.owner:
        return f"is managed by {facts['owner'] or 'nobody'} and not by {wanted.owner}"
    return f"is not yet {label(lun.goal)}" if place != lun.goal else "does not say the same with both custom properties"


@dataclass
class Undo:
    """What gives LUNs back what they had.

    Attributes:
        names: the document that gives them their names; empty when they have them.
        marks: the document that gives them what they said before; empty when they say it.
        left: a clause for each of them that is not as before.
        foreign: a clause for each of them that somebody else has changed meanwhile, and that stays as it is.
    """

    names: Options = field(default_factory=dict)
    marks: Options = field(default_factory=dict)
    left: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)


def undo(wanted: Wanted, before: Found, now: Found) -> Undo:
    """Make what undoes what has been done to LUNs; they are known by their GUIDs, whatever they are called.

    Only a LUN that says what this run has written is this run's to undo: the mark is the first thing that it writes.

    Args:
        wanted: as judged.
        before: what there was.
        now: what there is.
    """
    there = {facts["lunguid"]: place for place, facts in now.luns.items()}
    written = marked({}, wanted.owner if wanted.managed else None)[OWNER]
    names, marks, back = [], [], Undo()
    for was in _standings(wanted, before):
        facts = before.luns[was]
        place = there.get(facts["lunguid"])
        if place is None:
            back.left.append(f"{label(was)} is in none of the projects any more")
            continue
        custom = unmarked(now.luns[place]["custom"], facts["custom"])
        # A run that releases gives no LUN another name.
        moved = place != was and wanted.managed
        if now.luns[place]["custom"].get(OWNER) != written:
            back.foreign += _by_somebody_else(was, place, now.luns[place], remarked=bool(custom), moved=moved)
            continue
        if moved:
            names.append({**_at(place), **_to(place, was)})
            back.left.append(f"{label(was)} is {label(place)}")
        if custom:
            marks.append({**_at(was if moved else place), "custom": custom})
            back.left.append(f"{label(was)} says that it is managed by {now.luns[place]['owner'] or 'nobody'}")
    back.names = {"luns": names} if names else {}
    back.marks = {"luns": marks} if marks else {}
    return back


def _at(place: Place) -> Options:
    """The options that name a LUN."""
    return dict(zip(("pool", "project", "name"), place, strict=True))


def _by_somebody_else(was: Place, place: Place, facts: Facts, *, remarked: bool, moved: bool) -> list[str]:
    """Say what somebody else has made of a LUN; nothing where it is as it was."""
    told = [f"is {label(place)}"] if moved else []
    told += [f"is managed by {facts['owner'] or 'nobody'}"] if remarked else []
    return [f"{label(was)} {' and '.join(told)} by now, which is somebody else's doing"] if told else []


def _standings(wanted: Wanted, before: Found) -> Iterator[Place]:
    """Yield where each LUN stood before."""
    for lun in wanted.luns:
        place, _clauses = _standing(wanted, lun, before)
        if place is not None:
            yield place


def undone(back: Undo | None) -> str:
    """Say what has become of LUNs after an undo, as a sentence.

    Args:
        back: what there is still to undo; `None` when nobody could read what there is.
    """
    again = "run the role again, which goes on from there"
    if back is None:
        return sentence([f"What has become of the LUNs could not be read; {again}"])
    texts = [sentence([f"Not all of it could be undone: {', '.join(back.left)}; {again}"])] if back.left else []
    if back.foreign:
        texts.append(sentence([f"{', '.join(back.foreign)}; it stays so"]))
    if back.left:
        return " ".join(texts)
    return " ".join([*texts, f"All {'other ' if back.foreign else ''}LUNs are as they were before."])
