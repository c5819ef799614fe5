"""Where a LUN stands between two appliances, and each sentence about what stands in the way of its migration."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from migration_facts import SEVERED, Facts
from migration_pages import (
    ELSEWHERE,
    GOAL,
    HERE,
    HOST,
    ID,
    MARKER,
    MASK,
    OTHER_HOST,
    OTHER_ID,
    TEMPORARY,
    WAS,
    action,
    found,
    hidden,
    judged,
    migration_request,
    own_sign,
    seen,
    sign,
    source_side,
    target_side,
)

from ansible_collections.zfssa.storage.plugins.module_utils.kinds.migration._names import (
    marker_of,
    sync_marker_of,
)
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.migration._shared import sentences
from ansible_collections.zfssa.storage.plugins.module_utils.values._release import OS8_7

KEEPS: Facts = {"delete_source": False}
COPIES: Facts = {"cutover": False}
# A LUN that was kept: in no group, so that nobody puts it online beside its copy.
KEPT = hidden(initiatorgroup=MASK)
PRESENTED = hidden(GOAL, status="online")
MOVED: Facts = {"lun": hidden(), "copy": hidden(GOAL), "sign": own_sign()}

# What was seen, what is wanted, and where the LUN stands.
STATES: dict[str, tuple[Facts, Facts, str]] = {
    "nothing": ({"lun": None}, {}, "missing"),
    "LUN alone": ({}, {}, "source"),
    "LUN about to be destroyed": ({"lun": found(removal_name="zfssa-migration-removing-x")}, {}, "source"),
    "action": ({"mine": (action(),), "has_package": True}, {}, "copying"),
    "severed": (SEVERED, {}, "severed"),
    "severed and its action gone": ({**SEVERED, "mine": ()}, {}, "severed"),
    "moved": (MOVED, {}, "moved"),
    "moved, kin by marker alone": ({**MOVED, "copy": hidden(GOAL, lunguid="600144F0BBBB")}, {}, "moved"),
    "moved, kin by GUID alone": ({**MOVED, "copy": hidden(GOAL, ())}, {}, "moved"),
    "moved with the temporary project left": ({**MOVED, "temporary": hidden(TEMPORARY)}, {}, "moved"),
    "LUN of that name that is no copy": ({"copy": found(GOAL, lunguid="600144F0BBBB")}, {}, "source"),
    "no GUID proves nothing": ({"lun": found(lunguid=""), "copy": found(GOAL, lunguid="")}, {}, "source"),
    "copy in use, source gone": ({"lun": None, "copy": found(GOAL)}, {}, "there"),
    "copy hidden, source gone": ({"lun": None, "copy": found(GOAL, status="offline")}, {}, "there"),
    "copy with its marker, source gone": ({"lun": None, "copy": PRESENTED}, {}, "there"),
    "copy hidden, source gone, sign left": (
        {"lun": None, "copy": found(GOAL, status="offline"), "sign": sign()},
        {},
        "gone",
    ),
    "source kept, and the copy taken offline since": ({"lun": KEPT, "copy": hidden(GOAL)}, KEEPS, "there"),
    "copy marked to be destroyed, source gone": (
        {"lun": None, "copy": found(GOAL, removal_name="zfssa-migration-removing-x")},
        {},
        "gone",
    ),
    "copy in use, sign left": ({"lun": None, "copy": found(GOAL), "sign": sign()}, {}, "gone"),
    "source kept": ({"lun": KEPT, "copy": PRESENTED}, KEEPS, "there"),
    "source kept, sign left": ({"lun": KEPT, "copy": PRESENTED, "sign": sign()}, KEEPS, "gone"),
    "source kept, nobody was to see the copy": (
        {"lun": KEPT, "copy": hidden(GOAL, status="online", initiatorgroup=MASK)},
        KEEPS,
        "there",
    ),
    "source kept, copy not presented yet": ({"lun": KEPT, "copy": hidden(GOAL), "sign": sign()}, KEEPS, "gone"),
    "source kept, action left": ({"lun": KEPT, "copy": PRESENTED, "mine": (action(),)}, KEEPS, "moved"),
    "source to be kept, about to be destroyed": (
        {"lun": hidden(removal_name="zfssa-migration-removing-x"), "copy": PRESENTED},
        KEEPS,
        "moved",
    ),
    "source not kept": ({"lun": KEPT, "copy": PRESENTED}, {}, "moved"),
}


@pytest.mark.parametrize(("facts", "wanted", "state"), STATES.values(), ids=list(STATES))
def test_lun_stands_where_the_appliances_show_it(facts: Facts, wanted: Facts, state: str) -> None:
    assert judged(seen(**facts), migration_request(**wanted)).state == state


@dataclass(frozen=True)
class Row:
    """What is seen beside what is well, what is wanted, and what is said of it.

    Attributes:
        said: what stands in the way, one part for each sentence; none where nothing does.
        facts, wanted: of the LUN and of the request.
        source, target: of the two sides.
    """

    said: tuple[str, ...] = ()
    facts: Facts = field(default_factory=dict)
    wanted: Facts = field(default_factory=dict)
    source: Facts = field(default_factory=dict)
    target: Facts = field(default_factory=dict)


def snapshot(name: str, **more: Any) -> Facts:
    """A snapshot as the appliance gives it."""
    return {"name": name, "numclones": 0, **more}


def sent(*snapshots: str, **more: Any) -> Facts:
    """What is seen of a LUN whose action has sent it, with these snapshots."""
    return {"lun": found(HERE, snapshots), "mine": (action(last_result="success", **more),), "has_package": True}


TO_NORTH = action(id=OTHER_ID, target="asn-north", target_pool="lake")
LIVE = sign(ELSEWHERE)
MORE = {"groups": {"ig-db": frozenset({HOST, OTHER_HOST})}}
TAGGED = found(**{"custom:colour": "red"})
CLONED = [snapshot("monday", numclones=1)]
HELD = [snapshot("monday", retentionhold="on")]

ROWS: dict[str, Row] = {
    "nothing": Row(),
    # Who else works on it
    "project of that name": Row(
        ("the project that marks LUN tank/databases/redo-1 as being migrated cannot be read by this version",),
        {"other_sign": True},
    ),
    "live sign": Row(
        ("a run on zebra (process 12) is migrating LUN tank/databases/redo-1; wait for its end",), {"sign": LIVE}
    ),
    "live sign, taken over": Row((), {"sign": LIVE}, {"take_over": True}),
    "dead sign": Row((), {"sign": sign()}),
    "own sign": Row((), {"sign": own_sign()}),
    "live sign, source gone": Row(("is migrating LUN",), {"lun": None, "copy": PRESENTED, "sign": LIVE}),
    # Where the LUN is
    "missing": Row(("exists neither on east nor, as LUN pond/archive/redo-1, on west; check",), {"lun": None}),
    "missing but for a severed copy": Row(
        (f"on west, but a copy of it is in project pond/{ID} there; check",),
        {"lun": None, "temporary": hidden(TEMPORARY), "action_id": ID},
    ),
    "LUN of that name": Row(
        (
            "west has a LUN pond/archive/redo-1 already, and nothing proves that it is a copy of LUN tank/databases/redo-1, which east has:",
        ),
        {"copy": found(GOAL, lunguid="600144F0BBBB")},
    ),
    "LUN of that name, both hidden": Row(
        ("which east has (no host sees either): they",),
        {"lun": hidden(), "copy": found(GOAL, status="offline", lunguid="600144F0BBBB"), "sign": own_sign()},
    ),
    "severed": Row((), SEVERED),
    "severed, and the source online": Row(
        (
            "hosts can see LUN tank/databases/redo-1 on east again after its copy was severed, so that the copy may be older; destroy project pond/",
        ),
        {**SEVERED, "lun": found(HERE, [MARKER])},
    ),
    "severed without a marker": Row(
        ("holds all that the LUN holds: they have no marker",), {**SEVERED, "temporary": hidden(TEMPORARY, ())}
    ),
    "moved": Row((), MOVED),
    "moved without a marker, kin by GUID": Row(
        ("nothing proves that the copy of LUN tank/databases/redo-1 in LUN pond/archive/redo-1 on west holds all",),
        {**MOVED, "copy": hidden(GOAL, ())},
    ),
    "moved with the marker of another migration": Row(
        ("nothing proves that the copy",),
        {**MOVED, "copy": hidden(GOAL, [marker_of(OTHER_ID)])},
    ),
    "moved, and the source online": Row(
        (
            "hosts can see LUN tank/databases/redo-1 on east again after its copy was severed, so that the copy may be older; "
            "destroy LUN pond/archive/redo-1 on west",
        ),
        {**MOVED, "lun": found(HERE, [MARKER])},
    ),
    "moved, and only to be copied": Row(
        ("on east has been moved to LUN pond/archive/redo-1 on west already",), MOVED, COPIES
    ),
    "both presented": Row(
        (
            "LUN tank/databases/redo-1 on east and its copy LUN pond/archive/redo-1 on west are both presented to hosts, and it is not known",
        ),
        {**MOVED, "lun": found(), "copy": PRESENTED},
    ),
    "copy in use, source kept": Row(
        (
            "LUN pond/archive/redo-1 on west is in use, and LUN tank/databases/redo-1 on east, of which it is a copy, is still there, though no host sees it; "
            "destroy LUN tank/databases/redo-1 on east with zfssa_lun",
        ),
        {"lun": KEPT, "copy": PRESENTED},
    ),
    "copy and kept source, both hidden": Row(
        (
            "LUN pond/archive/redo-1 on west is a copy of LUN tank/databases/redo-1 on east that a migration has made, which has ended, and "
            "no host sees either; compare them, and destroy the one that is not needed on its appliance",
        ),
        {"lun": KEPT, "copy": hidden(GOAL)},
    ),
    "copy in use, source to be kept": Row((), {"lun": KEPT, "copy": PRESENTED}, KEEPS),
    # The action that is there
    "new action": Row((), {"mine": (action(),), "has_package": True}),
    "two actions": Row(
        ("by more than one action; remove all but one",), {"mine": (action(), action(id=OTHER_ID)), "has_package": True}
    ),
    "disabled action": Row(
        ("to west is disabled, so the migration cannot use it; set enabled to true",),
        {"mine": (action(enabled=False),)},
    ),
    "disabled action as a text": Row(("is disabled",), {"mine": (action(enabled="false"),)}),
    "continuous action": Row(("to west is continuous, so the migration",), {"mine": (action(continuous=True),)}),
    "action without snapshots": Row(
        ("to west does not send snapshots, which would be lost",), {"mine": (action(include_snaps=False),)}
    ),
    "action of which little is told": Row((), {"mine": ({"id": ID},)}),
    "lost package": Row(
        (
            "has no package on west any more, so it cannot send again; set migrate_lun_full_again to true if all of it, 512M, has to be",
        ),
        {"mine": (action(),), "has_package": False},
    ),
    "lost package, all again": Row((), {"mine": (action(),), "has_package": False}, {"full_again": True}),
    "lost package of an action that was disabled for it": Row(
        (), {"mine": (action(enabled=False),), "has_package": False}, {"full_again": True}
    ),
    "lost package, size unknown": Row(
        ("to true if all of it has to be sent again",),
        {"lun": found(space_data=None), "mine": (action(),), "has_package": False},
    ),
    "package that cannot be told": Row((), {"mine": (action(),), "has_package": None}),
    "base visible": Row((), sent(f".rr-{ID}-1", sync_marker_of(ID))),
    "base lost, others visible": Row(
        ("the snapshot of LUN tank/databases/redo-1 that its next update would build on is gone",),
        sent(f".rr-{OTHER_ID}-1", sync_marker_of(ID)),
    ),
    "base hidden, its witness there": Row((), sent("monday", sync_marker_of(ID))),
    "base hidden, its witness gone": Row(("would build on is gone, by a rollback for example; set",), sent("monday")),
    "base hidden, witness of another": Row(("would build on is gone",), sent(sync_marker_of(OTHER_ID))),
    "base lost, all again": Row((), sent("monday"), {"full_again": True}),
    "base of an action that never succeeded": Row((), {**sent("monday"), "mine": (action(last_result="failed"),)}),
    # Replication to somewhere else
    "another action": Row(
        ("LUN tank/databases/redo-1 is replicated to north (pool lake) as well, and that would end",),
        {"others": (TO_NORTH,)},
    ),
    "another action of the project": Row(
        ("project tank/databases, with it LUN tank/databases/redo-1, is replicated to north (pool lake) as well",),
        {"others": ({**TO_NORTH, "share": ""},)},
    ),
    "another action to an unknown peer": Row(
        ("is replicated to asn-south (pool",), {"others": ({**TO_NORTH, "target": "asn-south"},)}
    ),
    "two other actions": Row(("to north", "to west"), {"others": (TO_NORTH, action(target_pool="lake"))}),
    "another action that may end": Row((), {"others": (TO_NORTH,)}, {"end_other": True}),
    "another action of what is only copied": Row((), {"others": (TO_NORTH,)}, COPIES),
    # The LUN itself
    "offline": Row(
        ("is offline, so that it is not known whether hosts shall see it",), {"lun": found(status="offline")}
    ),
    "offline with a sign": Row((), {"lun": found(status="offline"), "sign": own_sign()}),
    "offline with an action": Row(
        ("is offline, so that it is not known",), {"lun": found(status="offline"), "mine": (action(),)}
    ),
    "protected": Row(("is protected by nodestroy",), {"lun": found(nodestroy=True)}),
    "protected and kept": Row((), {"lun": found(nodestroy=True)}, KEEPS),
    "cloned": Row(
        ("has snapshots with clones, which would be destroyed with it (monday)",), {"lun": found(HERE, CLONED)}
    ),
    "clones that cannot be counted": Row(
        ("snapshots with clones",), {"lun": found(HERE, [snapshot("m", numclones="many")])}
    ),
    "clones as a text": Row((), {"lun": found(HERE, [snapshot("m", numclones="0"), {"name": "n"}])}),
    "cloned and copied": Row((), {"lun": found(HERE, CLONED)}, COPIES),
    "held": Row(("has snapshots under a retention hold (monday)",), {"lun": found(HERE, HELD)}),
    "held and kept": Row((), {"lun": found(HERE, HELD)}, KEEPS),
    # The target
    "filesystem of that name": Row(
        ("west has a filesystem pond/archive/redo-1",), target={"filesystems": frozenset({"redo-1"})}
    ),
    "no target group": Row(
        ("target group tg-db of LUN tank/databases/redo-1 does not exist on west",),
        target={"target_groups": {}},
    ),
    "renamed target group": Row((), {}, {"groups": {"tg-db": "tg-w"}}, target={"target_groups": {"tg-w": frozenset()}}),
    "no renamed target group": Row(("target group tg-w of",), {}, {"groups": {"tg-db": "tg-w"}}),
    "every target": Row((), {"lun": found(targetgroup="default")}, target={"target_groups": {}}),
    "no initiator group": Row(
        ("initiator group ig-db of LUN tank/databases/redo-1 does not exist on west",), target={"groups": {}}
    ),
    "group with more initiators": Row(
        (f"initiator group ig-db on west has initiators that ig-db on east has not ({OTHER_HOST})",),
        target=MORE,
    ),
    "group with more initiators, named": Row((), {}, {"groups": {"ig-db": "ig-db"}}, target=MORE),
    "renamed group with more initiators": Row(
        (),
        {},
        {"groups": {"ig-db": "ig-w"}},
        target={"groups": {"ig-w": frozenset({HOST, OTHER_HOST})}},
    ),
    "no renamed group": Row(
        ("initiator group ig-w of LUN tank/databases/redo-1 does not exist on west",), {}, {"groups": {"ig-db": "ig-w"}}
    ),
    "everybody": Row((), {"lun": found(initiatorgroup=["default"])}, source={"groups": {}}, target={"groups": {}}),
    "group that everybody is to replace": Row((), {}, {"groups": {"ig-db": "default"}}, target={"groups": {}}),
    "groups of before, not of now": Row(
        ("initiator group ig-old of LUN tank/databases/redo-1 does not exist on west",),
        {
            "lun": found(status="offline", initiatorgroup=MASK),
            "sign": sign(before=replace(WAS, initiator_groups=("ig-old",))),
        },
    ),
    "groups of now, where it is seen": Row((), {"sign": sign(before=replace(WAS, initiator_groups=("ig-old",)))}),
    "unknown custom property": Row(
        ("custom property colour of LUN tank/databases/redo-1 is not known to west",), {"lun": TAGGED}
    ),
    "known custom property": Row((), {"lun": TAGGED}, target={"custom": frozenset({"colour"})}),
    "limit that the target cannot have": Row(
        (
            "readlimit of LUN tank/databases/redo-1 cannot be had on west, whose software is OS8.7; update it, or take it off the LUN",
        ),
        {"lun": found(readlimit=1 << 20)},
        target={"release": OS8_7},
    ),
    "limit that both have": Row((), {"lun": found(readlimit=1 << 20)}),
    # All at once
    "many": Row(
        ("is protected by nodestroy", "has a filesystem", "target group tg-db", "initiator group"),
        {"lun": found(nodestroy=True)},
        target={"filesystems": frozenset({"redo-1"}), "groups": {}, "target_groups": {}},
    ),
    "nothing of a LUN that is there": Row(
        (),
        {"lun": None, "copy": found(GOAL), "sign": None},
        target={"groups": {}, "filesystems": frozenset({"redo-1"})},
    ),
}


@pytest.mark.parametrize("row", ROWS.values(), ids=list(ROWS))
def test_what_stands_in_the_way_is_said(row: Row) -> None:
    standing = judged(
        seen(**row.facts), migration_request(**row.wanted), source_side(**row.source), target_side(**row.target)
    )

    problems = sentences(standing.problems)
    assert len(problems) == len(row.said), problems
    for problem, words in zip(problems, row.said, strict=True):
        assert words in problem
        assert "None" not in problem and "\n" not in problem
        # It becomes a part of a sentence with others.
        assert not problem.endswith(".")


def test_what_many_luns_share_is_told_once_with_all_of_them() -> None:
    """One sentence for a group, a property or another replication, whatever else stands in the way of each LUN."""
    places = [HERE.named(name) for name in ("redo-1", "redo-2", "redo-3")]
    lacks = target_side(groups={"ig-app": frozenset()}, target_groups={})
    app = source_side(groups={"ig-app": frozenset({HOST})})
    in_project = action(id=OTHER_ID, target="asn-north", share="")
    standings = [
        judged(
            seen(
                place=place,
                goal=GOAL.named(place.name),
                lun=found(
                    place, initiatorgroup=["ig-db", "ig-app"], **{"custom:colour": "red"}, nodestroy=place == places[1]
                ),
                others=(in_project,),
                sign=sign(ELSEWHERE, place=place),
            ),
            migration_request(),
            app,
            lacks,
        )
        for place in places
    ]
    together = "LUNs redo-1, redo-2, redo-3 of tank/databases"

    problems = sentences(problem for one in standings for problem in one.problems)
    warnings = sentences(warning for one in standings for warning in one.warnings)

    for words in (
        f"is migrating {together}; wait",
        f"project tank/databases, with it {together}, is replicated to north (pool pond) as well, and that would end for {together} with",
        f"initiator group ig-db of {together} does not exist on west; create",
        f"target group tg-db of {together} does not exist on west; create",
        f"custom property colour of {together} is not known to west; define",
        "LUN tank/databases/redo-2 is protected by nodestroy",
    ):
        assert [words in problem for problem in problems].count(True) == 1, (words, problems)
    assert len(problems) == 6
    assert warnings == [
        f"Initiators of group ig-app on east are not in group ig-app on west, and will not see {together} there: {HOST}."
    ]


def test_base_that_is_lost_is_replaced_only_where_it_may_be() -> None:
    lost = seen(mine=(action(),), has_package=False)

    refused, renewed = judged(lost), judged(lost, migration_request(full_again=True))

    assert (refused.renew, renewed.renew) == (False, True)
    assert (renewed.facts()["action_id"], renewed.facts()["old_action_id"]) == (None, lost.action_id)
    assert not renewed.facts()["had_action"]
    # Where nothing is lost, nothing is sent once more.
    assert not judged(seen(mine=(action(),), has_package=True), migration_request(full_again=True)).renew


@pytest.mark.parametrize(
    ("source", "target", "wanted", "lacking"),
    [
        ({HOST, OTHER_HOST}, {HOST}, {}, OTHER_HOST),
        ({HOST}, {HOST}, {}, None),
        ({HOST, OTHER_HOST}, {HOST}, {"groups": {"ig-db": "ig-db"}}, None),
    ],
)
def test_initiators_that_will_not_see_it_are_warned_of(
    source: set[str], target: set[str], wanted: Facts, lacking: str | None
) -> None:
    standing = judged(
        want=migration_request(**wanted),
        source=source_side(groups={"ig-db": frozenset(source)}),
        target=target_side(groups={"ig-db": frozenset(target)}),
    )

    assert standing.problems == ()
    warnings = sentences(standing.warnings)
    assert [lacking in warning for warning in warnings if lacking] == ([True] if lacking else [])
    assert all(warning.endswith(".") for warning in warnings)
    assert bool(warnings) is bool(lacking)


@pytest.mark.parametrize(
    ("facts", "wanted", "said"),
    [
        ({"scheduled": True}, {}, "LUN tank/databases/redo-1 has automatic snapshots on east, or a schedule for them, and"),
        ({"scheduled": True}, KEEPS, "has automatic snapshots"),
        ({"scheduled": None}, {}, "east does not show whether LUN tank/databases/redo-1 has schedules of"),
        ({"scheduled": False}, {}, None),
        # The source goes on to take them.
        ({"scheduled": True}, COPIES, None),
        ({**MOVED, "scheduled": True}, {}, "has automatic snapshots"),
        ({"lun": None, "copy": found(GOAL)}, {}, None),
    ],
)  # fmt: skip
def test_schedules_of_snapshots_that_stay_behind_are_warned_of(facts: Facts, wanted: Facts, said: str | None) -> None:
    warnings = sentences(judged(seen(**facts), migration_request(**wanted)).warnings)

    assert [str(said) in one and "LUN pond/archive/redo-1 or its project on west" in one for one in warnings] == (
        [True] if said else []
    )
