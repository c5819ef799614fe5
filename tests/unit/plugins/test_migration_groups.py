"""A LUN is not presented to initiators, or through targets, that came into its groups while it was migrated."""

from __future__ import annotations

from typing import Any, cast

import pytest
from book import Book
from migration_pages import GOAL, HERE, HOST, MARKER, OTHER_HOST, found, hidden, judged, own_sign, seen, target_side

from ansible_collections.zfssa.storage.plugins.module_utils.kinds.lun._table import LUN
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.migration._names import Place
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.migration._operations import plan_migration
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.migration._shared import sentences
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import PlanRefused

Facts = dict[str, Any]
PORT, OTHER_PORT = "iqn.1986-03.com.sun:02:port-1", "iqn.1986-03.com.sun:02:port-2"
INITIATOR_GROUPS, TARGET_GROUPS = "/api/san/v1/iscsi/initiator-groups", "/api/san/v1/iscsi/target-groups"
OPTIONS: Facts = {
    "state": "verified",
    **{"pool": HERE.pool, "project": HERE.project, "luns": [HERE.name], "peer": "west"},
    **{"target_pool": GOAL.pool, "target_project": GOAL.project, "source_name": "east", "target_name": "west"},
    **{"cutover": True, "delete_source": True, "groups": {}, "full_again": False, "take_over": False, "run": ""},
    **{"other_replication": "refuse", "action_id": None, "replica": None, "targets": [PORT]},
    "before": {"status": "online", "initiator_groups": ["ig-db"], "target_group": "tg-db"},
}


def side(place: Place, initiators: list[str], targets: list[str], **more: Any) -> Book:
    """An appliance with the hidden LUN, and what its groups hold."""
    path = LUN.path(place.identity)
    pages = {
        LUN.list_path(place.identity): {"luns": [hidden(place, **more).wire]},
        f"{path}/snapshots": {"snapshots": [{"name": MARKER}]},
        INITIATOR_GROUPS: {"groups": [{"name": "ig-db", "initiators": initiators}]},
        TARGET_GROUPS: {"groups": [{"name": "tg-db", "targets": targets}]},
    }
    return Book(pages)


def verify(initiators: list[str], targets: list[str] | None = None, of_copy: Facts | None = None, **more: Any) -> Book:
    """Verify the copy, whose groups on the target hold these by now; return the target."""
    source = cast("Any", side(HERE, [HOST], ["iqn.1986-03.com.sun:02:east"]))
    source.peer = target = side(GOAL, initiators, [PORT] if targets is None else targets, **(of_copy or {}))
    plan_migration(source, {**OPTIONS, **more})
    return target


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
    assert first.endswith("is not as its source: copies is 2 instead of None")
    assert second.startswith("initiator group ig-db on west")


@pytest.mark.parametrize(
    ("initiators", "targets"), [([HOST.upper()], [PORT.upper()]), ([], [])], ids=["other case", "fewer"]
)
def test_group_that_has_not_grown_is_no_matter(initiators: list[str], targets: list[str]) -> None:
    verify(initiators, targets)


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
