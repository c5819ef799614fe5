# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a LUN can be taken under management, and why not: pure functions over what is known of it.

`facts_of` gathers what is known from records. `reasons_against` judges it, for the subset `manageable` of zfssa_info and for
the role adopt_lun alike.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from ...engine._types import Record
from ...values._names import shown
from ...values._wire import clear, is_clear
from ..san._protocols import EVERYTHING
from ._care import DRIVER, DRIVER_OWNER, NOBODY, OWNER, Care, care_of

STRICT, LOOSE = "strict", "loose"
# What a cached LUN bears, whose clones are made from an image; clones bear it, too (API reference 8).
_IMAGE = "image_id"
# Why a LUN cannot be managed.
MANAGED, NOT_FREE, IN_USE, CLONES, REPLICATED, IMAGE, UNCLEAR = (
    "managed",
    "not_free",
    "in_use",
    "has_clones",
    "replicated",
    "image_cache",
    "unclear",
)
# The reasons that somebody may set aside who knows what the LUN is used for.
CAN_BE_ALLOWED = (IN_USE, CLONES, REPLICATED, IMAGE)
# The facts that rest on a property, which may come as something that nobody understands.
_RESTS_ON = ("lunguid", "size", "initiator_groups", "origin")

Facts = Mapping[str, Any]


class Reason(NamedTuple):
    """Why a LUN cannot be taken under management.

    Attributes:
        reason: a word for programs.
        text: the rest of a sentence that begins with the LUN.
    """

    reason: str
    text: str


def facts_of(lun: Record, clones: Iterable[str], replicated_to: Iterable[str], appliance: str) -> Record:
    """Gather what is known of a LUN, all of it clear.

    Args:
        lun: its record.
        clones: the LUNs that are clones of its snapshots.
        replicated_to: the peers to which it is sent.
        appliance: the node that has it.
    """
    custom = lun["custom"]
    care = care_of(custom)
    unclear = [name for name in _RESTS_ON if not is_clear(lun[name])]
    return {
        **{name: lun[name] for name in ("pool", "project", "name")},
        "size": clear(lun["size"]),
        "lunguid": clear(lun["lunguid"]),
        "appliance": appliance,
        "owner": care.owner,
        "free": care.free,
        "presented_to": clear(lun["initiator_groups"]),
        "clones": sorted(clones),
        "clone_of": clear(lun["origin"]),
        "replicated_to": sorted(set(replicated_to)),
        "image_id": _text(custom.get(_IMAGE)) if clear(lun["origin"]) is None else None,
        # What an undo needs.
        "custom": {name: custom[name] for name in (OWNER, DRIVER) if name in custom},
        "unclear": [*unclear, *([care.unclear] if care.unclear else [])],
    }


def _text(value: Any) -> str | None:
    return str(value) if value not in (None, "") else None


def reasons_against(
    facts: Facts,
    policy: str,
    owner: str | None = None,
    taken_from: Collection[str] = (),
    allowed: Collection[str] = (),
) -> list[Reason]:
    """Say why a LUN cannot be taken under management; nothing when it can.

    Args:
        facts: what is known of it.
        policy: `strict` takes only what is said to be free, `loose` all that nobody is said to manage.
        owner: who wants it, and may have it already.
        taken_from: owners from whom it may be taken.
        allowed: reasons that do not count, of `CAN_BE_ALLOWED`.
    """
    found = [*_of_care(facts, policy, owner, taken_from), *_of_use(facts)]
    return [reason for reason in found if reason.reason not in allowed or reason.reason not in CAN_BE_ALLOWED]


def _of_care(facts: Facts, policy: str, owner: str | None, taken_from: Collection[str]) -> Iterator[Reason]:
    """Yield what speaks against it because of who manages it."""
    has = facts["owner"]
    if facts["unclear"]:
        yield Reason(UNCLEAR, f"has {shown(facts['unclear'])}, which cannot be understood")
    elif has is not None and has != owner and has not in taken_from:
        by = " (OpenStack's driver)" if has == DRIVER_OWNER else ""
        yield Reason(MANAGED, f"is managed by {has}{by}")
    elif has is None and policy == STRICT and not facts["free"]:
        yield Reason(
            NOT_FREE,
            f"is not said to be free, by custom property {OWNER} {NOBODY} or {DRIVER} false, as policy strict wants it",
        )


def _of_use(facts: Facts) -> Iterator[Reason]:
    """Yield what speaks against it because of what it is used for."""
    groups = facts["presented_to"] or ()
    if groups:
        to = "every initiator" if EVERYTHING in groups else f"initiator group {shown(groups)}"
        yield Reason(IN_USE, f"is in use: it is presented to {to}")
    if facts["clones"]:
        of = facts["clone_of"] or {}
        itself = f"is a clone of {of.get('project')}/{of.get('share')} and " if of else ""
        yield Reason(CLONES, f"{itself}has clones: {shown(facts['clones'])}")
    if facts["replicated_to"]:
        yield Reason(REPLICATED, f"is replicated to {shown(facts['replicated_to'])}")
    if facts["image_id"]:
        yield Reason(IMAGE, f"is the cached LUN of image {facts['image_id']}")


def judged(facts: Record) -> Record:
    """Add to what is known of a LUN whether it can be taken under management by somebody who has no part in it yet."""
    against = reasons_against(facts, STRICT)
    return {
        **facts,
        "manageable": not [reason for reason in against if reason.reason != NOT_FREE],
        "manageable_strictly": not against,
        "reasons": [reason._asdict() for reason in against],
    }


def is_cared_for_by(facts: Facts, owner: str) -> bool:
    """Whether a LUN is managed by somebody already."""
    care: Care = care_of(facts["custom"])
    return care.owner == owner


def clones_by_origin(luns: Iterable[Record]) -> dict[tuple[str, str, str], list[str]]:
    """Name the clones of each LUN, by pool, project and name of that LUN.

    Args:
        luns: the records of all LUNs of its pool, those of other projects among them.
    """
    found: dict[tuple[str, str, str], list[str]] = {}
    for lun in luns:
        origin, names = clear(lun["origin"]), [clear(lun[key]) for key in ("pool", "project", "name")]
        if not origin or not all(names):
            continue
        of = (str(origin.get("pool", names[0])), str(origin.get("project")), str(origin.get("share")))
        found.setdefault(of, []).append(f"{names[1]}/{names[2]}")
    return found
