"""A LUN is not presented to initiators, or through targets, that came into its groups while it was migrated."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest
from lab_client import SAN, LabClient
from migration_pages import GOAL, HERE, HOST, MARKER, OTHER_HOST, found, hidden, judged, own_sign, seen, target_side

from ansible_collections.zfssa.storage.plugins.module_utils.kinds.lun._table import LUN
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.migration._names import Place
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.migration._operations import plan_migration
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.migration._shared import sentences
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import PlanRefused

Facts = dict[str, Any]
PORT, OTHER_PORT = "iqn.1986-03.com.sun:02:port-1", "iqn.1986-03.com.sun:02:port-2"
INITIATOR_GROUPS, TARGET_GROUPS = f"{SAN}iscsi/initiator-groups", f"{SAN}iscsi/target-groups"
OPTIONS: Facts = {
    "state": "verified",
    **{"pool": HERE.pool, "project": HERE.project, "luns": [HERE.name], "peer": "west"},
    **{"target_pool": GOAL.pool, "target_project": GOAL.project, "source_name": "east", "target_name": "west"},
    **{"cutover": True, "delete_source": True, "groups": {}, "full_again": False, "take_over": False, "run": ""},
    **{"other_replication": "refuse", "action_id": None, "replica": None, "targets": [PORT]},
    "before": {"status": "online", "initiator_groups": ["ig-db"], "target_group": "tg-db"},
}


def fill(side: LabClient, place: Place, initiators: list[str], targets: list[str], **more: Any) -> None:
    """Make the hidden LUN with its marker on an appliance, and groups that hold these."""
    for name in initiators:
        side.do("POST", f"{SAN}iscsi/initiators", {"initiator": name})
    for name in targets:
        side.do("POST", f"{SAN}iscsi/targets", {"alias": name[-6:], "iqn": name})
    side.do("POST", INITIATOR_GROUPS, {"name": "ig-db", "initiators": initiators})
    side.do("POST", TARGET_GROUPS, {"name": "tg-db", "targets": targets})
    side.add_project(place.project, place.pool)
    groups = {"initiatorgroup": "ig-db", "targetgroup": "tg-db", "status": "offline"}
    side.add_lun(place.project, place.name, place.pool, **{**groups, **more})
    side.do("POST", f"{LUN.path(place.identity)}/snapshots", {"name": MARKER})


def respelt(key: str, spelt: Callable[[str], str]) -> Callable[[Facts | None], Facts]:
    """Let groups be read with the names of their members in another case, which the lab would not take."""

    def change(page: Facts | None) -> Facts:
        return {"groups": [{**group, key: [spelt(name) for name in group[key]]} for group in (page or {})["groups"]]}

    return change


def verify(
    initiators: list[str],
    targets: list[str] | None = None,
    of_copy: Facts | None = None,
    spelt: Callable[[str], str] = str,
    **more: Any,
) -> LabClient:
    """Verify the copy, whose groups on the target hold these by now; return the target."""
    east = LabClient(pools={HERE.pool: 1 << 50, GOAL.pool: 1 << 50})
    west = east.peer("west")
    fill(east, HERE, [HOST], ["iqn.1986-03.com.sun:02:east"])
    fill(west, GOAL, initiators, [PORT] if targets is None else targets, **(of_copy or {}))
    west.edit(INITIATOR_GROUPS, respelt("initiators", spelt))
    west.edit(TARGET_GROUPS, respelt("targets", spelt))
    # What a client of the source has under this name is the client of the other side.
    source = cast(Any, east)
    source.peer = west
    plan_migration(source, {**OPTIONS, **more})
    return west


@pytest.mark.parametrize(
    ("grown", "said"),
    [
        (
            {"initiators": [HOST, OTHER_HOST]},
            f"initiator group ig-db on west has initiators that ig-db on east has not ({OTHER_HOST}), and they would see LUN tank/",
        ),
        (
            {"initiators": [HOST], "targets": [PORT, OTHER_PORT]},
            f"target group tg-db on west has got targets since the migration began ({OTHER_PORT}), and through them hosts would see LUN",
        ),
    ],
)
def test_group_that_has_grown_meanwhile_is_refused_unless_it_is_named(grown: Facts, said: str) -> None:
    with pytest.raises(PlanRefused) as refused:
        verify(**grown)

    assert refused.value.reason.startswith(said)
    named = verify(**grown, groups={"ig-db": "ig-db", "tg-db": "tg-db"})
    assert not {INITIATOR_GROUPS, TARGET_GROUPS} & set(named.reads)


def test_all_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(PlanRefused) as refused:
        verify([HOST, OTHER_HOST], of_copy={"copies": 2})

    first, second = refused.value.reason.split("; ", 1)
    assert first.endswith("is not as its source: copies is 2 instead of 1")
    assert second.startswith("initiator group ig-db on west")


@pytest.mark.parametrize(("initiators", "targets"), [([HOST], [PORT]), ([], [])], ids=["the same", "fewer"])
@pytest.mark.parametrize("spelt", [str, str.upper])
def test_group_that_has_not_grown_is_no_matter(
    initiators: list[str], targets: list[str], spelt: Callable[[str], str]
) -> None:
    verify(initiators, targets, spelt=spelt)


def test_group_that_has_grown_once_the_source_is_gone_keeps_the_copy_hidden() -> None:
    more = target_side(groups={"ig-db": frozenset({HOST, OTHER_HOST})})
    gone: Facts = {"lun": None, "sign": own_sign()}

    (said,) = sentences(judged(seen(**gone, copy=hidden(GOAL)), target=more).problems)

    assert "they would see LUN tank/databases/redo-1, which no host sees until that is settled; remove them" in said
    # What is presented already is only tidied up.
    assert judged(seen(**gone, copy=found(GOAL)), target=more).problems == ()


def test_what_the_target_group_holds_is_told() -> None:
    whole = target_side(target_groups={"tg-db": frozenset({PORT})})

    assert judged(target=whole).facts()["targets"] == [PORT]
    assert judged(seen(lun=found(targetgroup="default")), target=whole).facts()["targets"] is None
