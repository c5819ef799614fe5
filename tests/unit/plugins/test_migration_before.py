"""What a LUN was before its migration, and how its copy compares with that."""

from __future__ import annotations

from dataclasses import replace

import pytest
from migration_facts import SEVERED, Facts
from migration_pages import (
    GIB,
    GOAL,
    HERE,
    ID,
    MASK,
    WAS,
    found,
    hidden,
    judged,
    own_sign,
    seen,
    sign,
)

from ansible_collections.zfssa.storage.plugins.module_utils.kinds.migration._compare import differences, unnumbered
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.migration._names import (
    Before,
)

PRESENTED = hidden(GOAL, status="online")
MOVED: Facts = {"lun": hidden(), "copy": hidden(GOAL), "sign": own_sign()}
TAGGED = found(**{"custom:colour": "red"})


# What the LUN was before


def test_what_it_was_is_what_a_run_has_written_down() -> None:
    facts = judged(seen(lun=found(status="offline", initiatorgroup=MASK), sign=sign())).facts()["before"]

    assert facts == {
        "status": "online",
        "initiator_groups": ["ig-db"],
        "target_group": "tg-db",
        "lu_number": None,
        "lu_numbers": {"ig-db": 3},
        "is_seen": True,
    }


def test_what_it_was_is_what_it_is_where_no_run_was() -> None:
    lun = found(initiatorgroup=["ig-db", "ig-app"], assignednumber=[3, 4], lunumber=3)

    before = judged(seen(lun=lun, inherited=False)).before

    # The groups stand in the order of the appliance, so that their numbers do.
    assert before == Before("online", ("ig-db", "ig-app"), "tg-db", 3, {"ig-db": 3, "ig-app": 4}, False)


def test_what_another_lun_was_says_nothing() -> None:
    other = sign(place=HERE.named("redo-2"), before=replace(WAS, status="offline"))

    assert judged(seen(sign=other)).before.status == "online"


def test_steps_that_were_taken_are_told() -> None:
    taken = {name: judged(seen(**facts)).facts()["taken"] for name, facts in (("severed", SEVERED), ("moved", MOVED))}

    assert taken == {key: ["inheritance", "action", "update", "sever"] for key in ("severed", "moved")}
    assert judged().facts()["taken"] == []


def test_action_of_a_copy_in_its_place_is_known_by_the_marker() -> None:
    assert judged(seen(**MOVED)).action_id == ID
    assert judged(seen(**{**MOVED, "lun": hidden(HERE, ())})).action_id is None
    assert judged(seen(lun=None, copy=PRESENTED)).facts()["markers"] == [ID]


def test_facts_of_a_lun_that_is_nowhere_are_complete() -> None:
    assert judged(seen(lun=None)).facts().keys() == judged(seen(**MOVED)).facts().keys()


# The copy beside its source


@pytest.mark.parametrize(
    ("of_copy", "before", "groups", "said"),
    [
        ({}, WAS, {}, []),
        ({"volsize": 2 * GIB}, WAS, {}, [f"size is {2 * GIB} instead of {GIB}"]),
        ({"compression": "gzip-9", "copies": 2}, WAS, {}, ["compression is gzip-9", "copies is 2"]),
        ({"initiatorgroup": ["ig-app"]}, WAS, {}, ["initiator_groups is ['ig-app'] instead of ['ig-db']"]),
        ({"initiatorgroup": ["ig-w"], "targetgroup": "tg-w"}, WAS, {"ig-db": "ig-w", "tg-db": "tg-w"}, []),
        ({}, replace(WAS, initiator_groups=("ig-db", "ig-app")), {}, ["instead of ['ig-app', 'ig-db']"]),
        ({"custom:colour": "blue"}, WAS, {}, []),
        ({"status": "offline", "nodestroy": True}, WAS, {}, []),
    ],
)
def test_copy_that_is_otherwise_than_its_source_was_is_noticed(
    of_copy: Facts, before: Before, groups: dict[str, str], said: list[str]
) -> None:
    told = differences(found().record, found(GOAL, **of_copy).record, before, groups)

    assert len(told) == len(said), told
    for line, words in zip(told, said, strict=True):
        assert words in line


def test_copy_without_a_custom_value_is_noticed() -> None:
    assert differences(TAGGED.record, found(GOAL).record, WAS, {}) == ["custom:colour is None instead of red"]


def test_groups_without_a_number_are_named_where_numbers_are_told() -> None:
    copy = found(GOAL, initiatorgroup=["ig-db", "ig-app"], assignednumber=[3]).record

    assert unnumbered({**copy, "lu_numbers": {"ig-db": 3}}, numbered=True) == ["ig-app"]
    assert unnumbered({**copy, "lu_numbers": {}}, numbered=False) == []
