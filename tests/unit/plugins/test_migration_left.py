"""What a run has left that could not undo all: cleared away where it is proved to be its own and unused, else the user's to judge."""

from __future__ import annotations

from typing import Any

import pytest
from migration_pages import (
    GOAL,
    HERE,
    ID,
    MARKER,
    OTHER_ID,
    TEMPORARY,
    WAS,
    action,
    found,
    hidden,
    judged,
    migration_request,
    seen,
    sign,
    target_side,
)

from ansible_collections.zfssa.storage.plugins.module_utils.kinds.migration._capacity import capacity_problems
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.migration._judge import Standing
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.migration._names import Left, Place, Sign
from ansible_collections.zfssa.storage.plugins.module_utils.values._owner import NOBODY, this_run

Facts = dict[str, Any]
HELD = 512 << 20
GIVEN_UP = Sign(HERE, NOBODY, WAS, Left(this_run().controller, ID))


def marked(**more: Any) -> Facts:
    """The marker, with the figures of a LUN that nobody has written to since."""
    return {"name": MARKER, "numclones": 0, "space_data": HELD, "space_unique": 0, **more}


def copy(place: Place = TEMPORARY, snapshots: Any = None, **more: Any) -> Any:
    """A hidden copy."""
    return hidden(place, [marked()] if snapshots is None else snapshots, **more)


# The rollback has put the source online, and could not destroy the copy.
SEVERED: Facts = {
    "lun": found(HERE, [MARKER]),
    "temporary": copy(),
    "action_id": ID,
    "mine": (action(),),
    "sign": GIVEN_UP,
    "inherited": False,
}
MOVED: Facts = {**SEVERED, "temporary": None, "copy": copy(GOAL)}
USELESS: Facts = {**SEVERED, "temporary": None, "has_package": False}


@pytest.mark.parametrize(
    ("facts", "left"),
    [
        (SEVERED, {"action_id": ID, "has_copy": True, "copy_project": ID}),
        ({**SEVERED, "mine": ()}, {"action_id": ID, "has_copy": True, "copy_project": ID}),
        (MOVED, {"action_id": ID, "has_copy": True, "copy_project": None}),
        (USELESS, {"action_id": ID, "has_copy": False, "copy_project": None}),
        (
            {**USELESS, "has_package": True, "mine": (action(enabled=False),)},
            {"action_id": ID, "has_copy": False, "copy_project": None},
        ),
    ],
    ids=["severed", "severed, action gone", "moved", "package gone", "action disabled"],
)
def test_what_is_its_own_is_cleared_away_and_all_begins_anew(facts: Facts, left: Facts) -> None:
    standing = judged(seen(**facts))

    assert (standing.problems, standing.state) == ((), "source")
    told = standing.facts()
    assert told["left"] == left
    assert (told["action_id"], told["old_action_id"], told["had_action"], told["taken"]) == (None, None, False, [])
    assert (told["target_lun"], told["markers"]) == (None, [])
    # It has left the replication of its project for the sake of that action.
    assert told["inherited"] is True


def refused(facts: Facts) -> Standing:
    """Judge something that stays the user's."""
    standing = judged(seen(**facts))
    assert standing.leftover is None
    assert standing.facts()["left"] is None
    return standing


ELSEWHERE = Sign(HERE, NOBODY, WAS, Left("zebra+0b2cf5c6+40", ID))
UNPROVED: dict[str, Facts] = {
    "no sign": {"sign": None},
    "sign that names nothing": {"sign": sign()},
    "sign of a run that has not ended": {"sign": sign(this_run())},
    "sign of another controller": {"sign": ELSEWHERE},
    "sign of another LUN": {"sign": Sign(HERE.named("redo-2"), NOBODY, WAS, GIVEN_UP.left)},
    "sign of another action": {"sign": Sign(HERE, NOBODY, WAS, Left(this_run().controller, OTHER_ID))},
    "another action": {"mine": (action(), action(id=OTHER_ID))},
    "presented": {"status": "online"},
    "without the marker": {"snapshots": []},
    "with another marker": {"snapshots": [marked(name=f"zfssa-migration-{OTHER_ID}")]},
    "written to": {"space_data": HELD + 512},
    "overwritten in place": {"snapshots": [marked(space_unique=512)]},
    "figures that are not told": {"snapshots": [{"name": MARKER, "numclones": 0}]},
    "figure of the copy that is not told": {"space_data": None},
    "unique space that is not told": {"snapshots": [marked(space_unique=None)]},
    "source about to be destroyed": {"lun": found(HERE, [MARKER], "zfssa-migration-removing-x")},
}


@pytest.mark.parametrize("where", ["temporary", "copy"])
@pytest.mark.parametrize("change", UNPROVED.values(), ids=list(UNPROVED))
def test_what_is_not_proved_is_refused_with_what_to_do(change: Facts, where: str) -> None:
    facts, place = (SEVERED, TEMPORARY) if where == "temporary" else (MOVED, GOAL)
    of_seen = {key: value for key, value in change.items() if key in ("sign", "mine", "lun")}
    of_copy = {key: value for key, value in change.items() if key not in of_seen}

    standing = refused({**facts, where: copy(place, **of_copy), **of_seen})

    (problem,) = standing.problems
    assert "destroy " in problem or "compare them" in problem


def test_source_that_no_host_has_seen_again_is_taken_up() -> None:
    standing = refused({**SEVERED, "lun": hidden()})

    assert (standing.state, standing.problems) == ("severed", ())


def test_action_of_a_user_that_is_useless_is_not_replaced_without_a_word() -> None:
    (problem,) = refused({**USELESS, "sign": sign()}).problems

    assert "migrate_lun_full_again" in problem


def test_another_lun_at_the_goal_still_stands_in_the_way() -> None:
    (problem,) = judged(seen(**{**SEVERED, "copy": found(GOAL, lunguid="600144F0BBBB")})).problems

    assert "nothing proves that it is a copy" in problem


def test_room_that_the_copy_takes_is_room_for_the_next() -> None:
    standing = judged(seen(**MOVED))

    assert capacity_problems([standing], migration_request(), target_side(available=0)) == []
