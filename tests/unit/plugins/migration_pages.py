"""What a survey has seen of a LUN and its surroundings, for the tests of what is made of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from ansible_collections.zfssa.storage.plugins.module_utils.kinds.lun._table import LUN
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.migration._found import FoundLun
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.migration._judge import Standing, judge
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.migration._names import (
    Before,
    Place,
    Sign,
    marker_of,
)
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.migration._survey import (
    MigrationRequest,
    Seen,
    SourceSide,
    TargetSide,
)
from ansible_collections.zfssa.storage.plugins.module_utils.values._owner import NOBODY, Owner, this_run
from ansible_collections.zfssa.storage.plugins.module_utils.values._release import NEWEST

GIB = 1 << 30
ID = "0b2cf5c6-3d3f-4e7c-9c1e-6a4d3f1f2b9a"
OTHER_ID = "1c3df6d7-4e4f-4f8d-8d2f-7b5e402a3cab"
HERE, GOAL = Place("tank", "databases", "redo-1"), Place("pond", "archive", "redo-1")
TEMPORARY = Place("pond", ID, "redo-1")
MASK = "com.sun.ms.vss.hg.maskAll"
MARKER = marker_of(ID)
HOST, OTHER_HOST = "iqn.2020-01.com.example:db-1", "iqn.2020-01.com.example:db-2"
PEERS = ({"label": "west", "asn": "asn-west"}, {"label": "north", "asn": "asn-north"})
WAS = Before("online", ("ig-db",), "tg-db", None, {"ig-db": 3}, True)
ELSEWHERE = Owner("zebra+0b2cf5c6+40", 12, "99")


def found(place: Place = HERE, snapshots: Iterable[Any] = (), removal_name: str | None = None, **wire: Any) -> FoundLun:
    """A LUN in its place; snapshots are names or what the appliance gives of them."""
    whole = {
        "name": removal_name or place.name,
        "volsize": GIB,
        "volblocksize": 8192,
        "initiatorgroup": ["ig-db"],
        "targetgroup": "tg-db",
        "status": "online",
        "lunguid": "600144F0AAAA",
        "assignednumber": [3],
        "space_data": 512 << 20,
        "space_total": 768 << 20,
        **wire,
    }
    listed = tuple({"name": one, "numclones": 0} if isinstance(one, str) else one for one in snapshots)
    record = {**LUN.normalise(whole, place.identity), "name": place.name}
    return FoundLun(place, record, whole, listed, removal_name)


def hidden(place: Place = HERE, snapshots: Iterable[Any] = (MARKER,), **more: Any) -> FoundLun:
    """A LUN that no host sees, with the marker of the migration."""
    return found(place, snapshots, **{"status": "offline", **more})


def action(**more: Any) -> dict[str, Any]:
    """The replication action of the LUN to the goal's pool."""
    return {
        "id": ID,
        "share": "redo-1",
        "target": "asn-west",
        "target_pool": "pond",
        "enabled": True,
        "continuous": False,
        "include_snaps": True,
        "last_result": "<unknown>",
        **more,
    }


def sign(owner: Owner = NOBODY, before: Before = WAS, place: Place = HERE) -> Sign:
    """The sign of a run."""
    return Sign(place, owner, before)


def own_sign() -> Sign:
    """The sign of this run itself."""
    return sign(this_run())


def migration_request(**more: Any) -> MigrationRequest:
    """What the user wants."""
    return replace(
        MigrationRequest((HERE,), (GOAL,), "west", source_name="east", target_name="west", groups={}, owner=this_run()),
        **more,
    )


def seen(**more: Any) -> Seen:
    """What was seen of the LUN: it is on the source, and nothing of it anywhere else."""
    facts: dict[str, Any] = {
        "place": HERE,
        "goal": GOAL,
        "lun": found(),
        "copy": None,
        "temporary": None,
        "action_id": None,
        "mine": (),
        "others": (),
        "inherited": True,
        "has_package": None,
        "sign": None,
        "other_sign": False,
        **more,
    }
    return Seen(**facts)


def source_side(**more: Any) -> SourceSide:
    """What the source has beside the LUN."""
    facts: dict[str, Any] = {
        "luns": (),
        "actions": (),
        "targets": PEERS,
        "signs": {},
        "groups": {"ig-db": frozenset({HOST})},
        "target_groups": frozenset({"tg-db"}),
        **more,
    }
    return SourceSide(**facts)


def target_side(**more: Any) -> TargetSide:
    """What the target has: all that the LUN needs."""
    facts: dict[str, Any] = {
        "luns": (),
        "filesystems": frozenset(),
        "projects": ({"name": "archive"},),
        "available": 100 * GIB,
        "groups": {"ig-db": frozenset({HOST})},
        "target_groups": {"tg-db": frozenset()},
        "custom": frozenset(),
        "release": NEWEST,
        **more,
    }
    return TargetSide(**facts)


def judged(
    what: Seen | None = None,
    want: MigrationRequest | None = None,
    source: SourceSide | None = None,
    target: TargetSide | None = None,
) -> Standing:
    """Judge what was seen; all that is not given is well."""
    return judge(what or seen(), want or migration_request(), source or source_side(), target or target_side())
