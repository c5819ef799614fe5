# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Destroys one of the two LUNs of a migration, so that two runs can never destroy both.

A look at the other side before the act is not enough, because the act of another run may be under way. So the order is:

1. rename what is to be destroyed to a name that no other run ever uses; whoever names it finds it no more;
2. look at the other side: it must stand whole under its own name;
3. look once more at what is to be destroyed;
4. destroy it under that name, or else give it its own name back.

A rename is atomic on the appliance. Of two runs that each destroy one side, the one that renames later sees in step 2 that
the other side is not under its own name. When both have renamed, both give the names back. A request that is still under way
when a name has been given back finds nothing to destroy.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ...client._client import Client
from ...engine._apply import apply
from ...engine._plan import unchanged
from ...engine._planner import plan_rename
from ...engine._read import read, read_list, unwrap
from ...values._errors import ConfirmRequired, LostReply, NotFound, ObjectExists, PlanRefused, ZfssaError
from ..lun._removed_clone import remove_left
from ..lun._table import LUN
from ._found import FoundLun, find_now
from ._judge import has_clones
from ._names import Place, new_removal_name


@dataclass(frozen=True)
class Removal:
    """A LUN that is to be destroyed, and what must hold for that.

    Attributes:
        client: of the appliance that has it.
        lun: it, as it was seen.
        where: the appliance in a message: `the source`.
        survives: looks at the other side; says why the LUN may not be destroyed, `None` when the other stands whole.
        unfit: looks at the LUN under its removal name; says why it may not be destroyed after all.
        objection: what speaks against it already; `None` when nothing does.
    """

    client: Client
    lun: FoundLun
    where: str
    survives: Callable[[], str | None]
    unfit: Callable[[FoundLun], str | None]
    objection: str | None = None


def destroy(removal: Removal) -> None:
    """Destroy a LUN, if the other one stands.

    Raises:
        PlanRefused: it may not be destroyed; it has its own name again.
        ZfssaError: the appliance could not do it; the sentence says under which name the LUN is.
    """
    place = removal.lun.place
    marked = place.named(new_removal_name(place.name))
    try:
        rename(removal.client, removal.lun, place, marked)
    except LostReply as lost:
        # The rename may still be under way: under the new name nobody will ever destroy it.
        lost.advice = f"run the role again; if there is {marked.label} on {removal.where}, that gives it its name back"
        raise
    reason, may_try = _destroy_marked(removal, marked)
    if may_try:
        # What was lost may have been the question for a confirmation.
        reason, _may_try = _destroy_marked(removal, marked)
    if reason is not None:
        raise PlanRefused(
            f"{place.label} on {removal.where} is not destroyed: {reason}{give_back(removal.client, removal.lun, marked)}",
            advice="look at both appliances, and run the role again",
        )
    try:
        remove_left(removal.client, removal.lun.record)
    except ZfssaError:
        # The LUN is destroyed, and no run of the role must fail for the snapshot: `zfssa_lun` with `source` removes it.
        return


def rename(client: Client, lun: FoundLun, old: Place, new: Place) -> None:
    """Rename a LUN once and only once.

    Raises:
        ZfssaError: it could not be renamed, or nobody knows whether it was.
    """
    current = {**lun.record, "name": old.name}
    apply(plan_rename(unchanged({LUN.kind: current}), LUN, old.identity, new.identity, client.release), client)


def give_back(client: Client, lun: FoundLun, marked: Place) -> str:
    """Give a LUN its own name back; what is said about it continues a sentence.

    Returns:
        Nothing when that went well, else where the LUN is now.
    """
    place = lun.place
    try:
        rename(client, lun, marked, place)
    except (ObjectExists, PlanRefused) as error:
        return f"; and it is still {marked.label}, because it could not get its name back ({error.reason})"
    except NotFound:
        return ""
    except ZfssaError as error:
        return (
            f"; and it may still be {marked.label}: rename it with zfssa_lun and new_name={place.name} ({error.reason})"
        )
    return ""


def _judged(removal: Removal, marked: Place) -> str | None:
    """Look at the other side, then at the LUN itself; whatever cannot be seen speaks against its end."""
    try:
        reason = removal.survives()
        if reason is not None:
            return reason
        current = _read_marked(removal.client, marked, removal.lun.place)
        if current is None:
            return "it is not under the removal name any more: another run has given it its name back, or it was destroyed after all"
        if current.record["lunguid"] != removal.lun.record["lunguid"]:
            return "it is another LUN now"
        return removal.unfit(current)
    except ZfssaError as error:
        return f"the appliances could not be looked at before that ({error.reason})"


def _read_marked(client: Client, marked: Place, place: Place) -> FoundLun | None:
    body = client.get(LUN.path(marked.identity))
    if body is None:
        return None
    wire = unwrap(body, LUN.kind, marked.label)
    snapshots = tuple(read_list(client, f"{LUN.path(marked.identity)}/snapshots", "snapshots"))
    return FoundLun(place, {**LUN.normalise(wire, marked.identity), "name": place.name}, wire, snapshots, marked.name)


def _destroy_marked(removal: Removal, marked: Place) -> tuple[str | None, bool]:
    """Look at both sides, and destroy a LUN under its removal name.

    Returns:
        Why it was not destroyed, `None` when it was; and whether the answer was lost, so that it can be tried once more.

    Raises:
        LostReply: nobody knows whether it was.
    """
    client, path = removal.client, LUN.path(marked.identity)
    reason = _judged(removal, marked)
    if reason is not None:
        return reason, False
    try:
        if removal.lun.record["nodestroy"]:
            client.send("PUT", path, {"nodestroy": False})
        _delete(client, path)
    except NotFound:
        return _gone_or_not(removal), False
    except LostReply as lost:
        try:
            if client.get(path) is not None:
                return f"{lost.reason}, and it is still there", True
            return _gone_or_not(removal), False
        except ZfssaError as error:
            lost.advice = (
                f"look whether there is {marked.label} on {removal.where}, and run the role again ({error.reason})"
            )
            raise lost from None
    except ZfssaError as error:
        return error.reason, False
    return None, False


def _delete(client: Client, path: str) -> None:
    """Send the request; a question for confirmation is answered with yes only while nothing lives on the snapshots."""
    try:
        client.send("DELETE", path)
    except ConfirmRequired:
        if any(has_clones(wire) for wire in read_list(client, f"{path}/snapshots", "snapshots")):
            raise
        client.send("DELETE", path, params={"confirm": "true"})


def _gone_or_not(removal: Removal) -> str | None:
    """Why a LUN that is not found under its removal name was not destroyed; `None` when it is not under its own either."""
    there = find_now(removal.client, removal.lun.place)
    gone = there is None or there.record["lunguid"] != removal.lun.record["lunguid"]
    return None if gone else "another run has given it its name back meanwhile"


def stands(client: Client, wanted: FoundLun, *, beside: str) -> str | None:
    """Look whether a LUN stands whole under its own name.

    Args:
        client: of the appliance that has it.
        wanted: it, as it was seen before.
        beside: the appliance in a message.

    Returns:
        Why it does not; `None` when it does.
    """
    place = wanted.place
    record = read(client, LUN, place.identity)
    if record is None:
        return (
            f"{place.label} is not under its name on {beside}: another run may be about to destroy it, or somebody has"
        )
    for key in ("lunguid", "size", "volblocksize"):
        if record[key] != wanted.record[key]:
            return f"{place.label} on {beside} is another LUN now: {key} is {record[key]} and was {wanted.record[key]}"
    return None
