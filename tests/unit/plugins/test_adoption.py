"""What the role adopt_lun is given, and what it makes of LUNs: where they stand, what is done, and how it is undone."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from ansible_collections.zfssa.storage.plugins.plugin_utils._adoption import Found, decide, undo, undone
from ansible_collections.zfssa.storage.plugins.plugin_utils._adoption_input import PREFIX, Wanted, judge

Record = dict[str, Any]
FREE, MINE = {"zfssa_managed_by": "nobody"}, {"zfssa_managed_by": "ansible"}
OLD, BETWEEN, GOAL = ("old", "a"), ("new", "a"), ("new", "b")


def variables(**changes: Any) -> Record:
    """The variables that take LUN a of project old as b of project new."""
    given = {"pool": "tank", "project": "old", "new_project": "new", "luns": [{"name": "a", "new_name": "b"}]}
    return {f"{PREFIX}{name}": value for name, value in {**given, **changes}.items()}


def wanted(**changes: Any) -> Wanted:
    """What is wanted by these variables."""
    found, problems = judge(variables(**changes))
    assert problems == []
    return found


def lun(place: tuple[str, str], guid: str, custom: Record | None = None, **changes: Any) -> Record:
    """A LUN as zfssa_info gives it in the subset `manageable`."""
    custom = FREE if custom is None else custom
    owner = custom.get("zfssa_managed_by")
    return {
        "pool": "tank", "project": place[0], "name": place[1], "lunguid": guid, "size": 1, "custom": custom,
        "owner": None if owner == "nobody" else owner, "free": owner == "nobody", "presented_to": [], "clones": [],
        "clone_of": None, "replicated_to": [], "image_id": None, "unclear": [], **changes,
    }  # fmt: skip


def there(*luns: Record, filesystems: tuple[tuple[str, str], ...] = (), kind: str = "String") -> Found:
    """What there is."""
    schema = [{"name": "zfssa_managed_by", "type": kind}] if kind else []
    shares = [{"pool": "tank", "project": project, "name": name} for project, name in filesystems]
    found = Found.of([{"manageable": list(luns), "filesystems": shares, "schema": schema}])
    assert found is not None
    return found


def item(place: tuple[str, str], **options: Any) -> Record:
    """An item of the document."""
    return {"pool": "tank", "project": place[0], "name": place[1], **options}


STANDS = [
    ((lun(OLD, "1"),), [item(OLD, new_project="new", new_name="b", custom=MINE)]),
    ((lun(OLD, "1", MINE),), [item(OLD, new_project="new", new_name="b")]),
    ((lun(BETWEEN, "1", MINE),), [item(BETWEEN, new_name="b")]),
    ((lun(GOAL, "1", MINE),), []),
    ((lun(GOAL, "1", MINE, presented_to=["g"]),), []),
    ((lun(GOAL, "1"),), [item(GOAL, custom=MINE)]),
    # Somebody else's stands where it was on the way.
    ((lun(GOAL, "1", MINE), lun(BETWEEN, "2")), []),
    # It has been renamed between two reads.
    ((lun(OLD, "1"), lun(GOAL, "1")), [item(OLD, new_project="new", new_name="b", custom=MINE)]),
]


@pytest.mark.parametrize(("luns", "items"), STANDS)
def test_lun_goes_on_from_where_it_stands(luns: tuple[Record, ...], items: list[Record]) -> None:
    decision = decide(wanted(), there(*luns))

    assert decision.refused == []
    assert decision.config == ({"luns": items} if items else {})
    assert bool(decision.unfinished) == bool(items)
    assert [(one["project"], one["name"], one["owner"]) for one in decision.luns] == [(*GOAL, "ansible")]


IN_THE_WAY = [
    ((), "LUN tank/old/a does not exist, and no LUN tank/new/b either"),
    # One that a stranger has made where a move would have left it.
    ((lun(BETWEEN, "2"),), "LUN tank/old/a does not exist"),
    ((lun(OLD, "1"), lun(GOAL, "2")), "cannot become LUN tank/new/b: there is a LUN tank/new/b"),
    ((lun(OLD, "1"), lun(GOAL, "2", MINE)), "cannot become LUN tank/new/b: there is a LUN tank/new/b"),
    ((lun(OLD, "1"), lun(BETWEEN, "2")), "cannot become LUN tank/new/b: there is a LUN tank/new/a"),
    ((lun(BETWEEN, "1", MINE), lun(GOAL, "2")), "cannot become LUN tank/new/b: there is a LUN tank/new/b"),
    ((lun(GOAL, "1", {"zfssa_managed_by": "team-a"}),), "LUN tank/new/b is managed by team-a"),
]


@pytest.mark.parametrize(("luns", "words"), IN_THE_WAY)
def test_what_stands_in_the_way_is_told(luns: tuple[Record, ...], words: str) -> None:
    decision = decide(wanted(), there(*luns))

    assert decision.config == {}
    assert words in "; ".join(decision.refused)


def test_filesystems_and_a_property_of_another_type_are_in_the_way() -> None:
    assert "there is a filesystem tank/new/b" in decide(wanted(), there(lun(OLD, "1"), filesystems=(GOAL,))).refused[0]
    assert "is of type Boolean" in "".join(decide(wanted(), there(lun(OLD, "1"), kind="Boolean")).refused)
    assert decide(wanted(), there(lun(OLD, "1"), kind="")).config["schema"][0]["name"] == "zfssa_managed_by"


RELEASED = [
    (lun(GOAL, "1", MINE), [item(GOAL, custom={"zfssa_managed_by": "nobody"})]),
    (
        lun(GOAL, "1", {**MINE, "cinder_managed": True}),
        [item(GOAL, custom={"zfssa_managed_by": "nobody", "cinder_managed": False})],
    ),
    (lun(OLD, "1", MINE, presented_to=["g"]), [item(OLD, custom={"zfssa_managed_by": "nobody"})]),
    (lun(GOAL, "1", FREE), []),
    (lun(GOAL, "1", {}), []),
]


@pytest.mark.parametrize(("one", "items"), RELEASED)
def test_lun_is_released_where_it_stands(one: Record, items: list[Record]) -> None:
    decision = decide(wanted(state="released"), there(one))

    assert decision.refused == []
    assert decision.config == ({"luns": items} if items else {})
    assert decision.luns[0]["owner"] is None


def test_lun_of_another_owner_is_not_released() -> None:
    decision = decide(wanted(state="released"), there(lun(GOAL, "1", {"zfssa_managed_by": "team-a"})))

    assert decision.refused[0] == "LUN tank/new/b is managed by team-a"


MARKS: list[Record] = [{}, FREE, {"zfssa_managed_by": "x", "cinder_managed": True}, {"cinder_managed": False}]


@pytest.mark.parametrize(("place", "before"), list(itertools.product((OLD, BETWEEN, GOAL), MARKS)))
def test_undo_brings_back_names_and_then_what_was_said(place: tuple[str, str], before: Record) -> None:
    now = {**before, **MINE, **({"cinder_managed": True} if "cinder_managed" in before else {})}

    back = undo(wanted(), there(lun(OLD, "1", before)), there(lun(place, "1", now)))

    names = {"new_project": "old"} if place != OLD else {}
    names |= {"new_name": "a"} if place == GOAL else {}
    assert back.names == ({"luns": [item(place, **names)]} if names else {})
    ((marks,),) = (back.marks["luns"],)
    assert (marks["project"], marks["name"]) == OLD
    after = {**now, **marks["custom"]}
    assert {key: value for key, value in after.items() if value != ""} == {
        key: value for key, value in before.items() if value != ""
    }
    assert "run the role again" in undone(back)


def test_nothing_is_undone_twice() -> None:
    before = there(lun(OLD, "1"))

    back = undo(wanted(), before, before)

    assert (back.names, back.marks, back.left) == ({}, {}, [])
    assert undone(back) == "All LUNs are as they were before."
    assert "could not be read" in undone(None)
    assert "is in none of the projects any more" in undo(wanted(), before, there()).left[0]


FOREIGN: list[tuple[Record, Record, str]] = [
    # A stranger's mark came before this run's, whose write was refused; and after it.
    ({}, {"zfssa_managed_by": "team-b"}, "is managed by team-b"),
    (FREE, {"zfssa_managed_by": "team-b"}, "is managed by team-b"),
    (MINE, {"zfssa_managed_by": "team-b"}, "is managed by team-b"),
    # The driver knows its own property only.
    ({"cinder_managed": False}, {"cinder_managed": True}, "is managed by cinder"),
    ({"zfssa_managed_by": "team-b"}, FREE, "is managed by nobody"),
]


@pytest.mark.parametrize(("before", "now", "words"), FOREIGN)
@pytest.mark.parametrize("place", [OLD, GOAL])
def test_mark_of_somebody_else_is_not_undone(place: tuple[str, str], before: Record, now: Record, words: str) -> None:
    after = lun(place, "1", now)
    if now.get("cinder_managed"):
        after["owner"] = "cinder"

    back = undo(wanted(), there(lun(OLD, "1", before)), there(after))

    assert (back.names, back.marks, back.left) == ({}, {}, [])
    assert words in back.foreign[0]
    assert ("is LUN tank/new/b" in back.foreign[0]) == (place == GOAL)
    assert undone(back).endswith("All other LUNs are as they were before.")


def test_undo_of_a_release_marks_only_what_it_has_released() -> None:
    released, mine, taken = lun(GOAL, "1", FREE), lun(GOAL, "1", MINE), lun(GOAL, "1", {"zfssa_managed_by": "team-b"})

    assert undo(wanted(state="released"), there(mine), there(released)).marks == {"luns": [item(GOAL, custom=MINE)]}
    back = undo(wanted(state="released"), there(mine), there(taken))
    assert (back.marks, back.left) == ({}, [])
    assert "is managed by team-b" in undone(back)


def test_name_that_somebody_else_gave_a_released_lun_stays() -> None:
    back = undo(wanted(state="released"), there(lun(GOAL, "1", MINE)), there(lun(OLD, "1", FREE)))

    assert (back.names, back.marks) == ({}, {"luns": [item(OLD, custom=MINE)]})


def test_result_that_could_not_be_read_is_none() -> None:
    assert Found.of([{"manageable": []}, {"failed": True}]) is None


GIVEN = [
    ({"luns": "a, b"}, [("a", "a"), ("b", "b")]),
    ({"luns": "[{name: a, new_name: c}, b]"}, [("a", "c"), ("b", "b")]),
    ({"luns": [{"name": "a", "new_name": ""}]}, [("a", "a")]),
    ({"luns": []}, []),
]


@pytest.mark.parametrize(("changes", "names"), GIVEN)
def test_luns_are_given_in_several_forms(changes: Record, names: list[tuple[str, str]]) -> None:
    assert [(one.old[2], one.goal[2]) for one in wanted(**changes).luns] == names


WRONG = [
    ({"luns": [{"nam": "a"}]}, "adopt_lun_luns has nam in an item"),
    ({"luns": [{"new_name": "a"}]}, "adopt_lun_luns lacks name in an item"),
    ({"luns": ["a", ""]}, "adopt_lun_luns has an empty item"),
    ({"luns": {"a": "b"}}, "adopt_lun_luns must be a list"),
    ({"luns": ["a b"]}, "adopt_lun_luns 'a b' is not a possible name"),
    ({"state": "absent"}, "adopt_lun_state must be managed or released, not 'absent'"),
    ({"policy": "lax"}, "adopt_lun_policy must be strict or loose"),
    ({"allow": ["managed"]}, "adopt_lun_allow must be in_use"),
    ({"owner": "a\nb"}, "adopt_lun_owner must be one line"),
    ({"appliance": {"hots": "x"}}, "hots is not one of its keys; did you mean host?"),
    ({"appliance": "host"}, "adopt_lun_appliance must be written as"),
    ({"luns": ["a", "a"]}, "adopt_lun_luns names tank/old/a more than once"),
]


@pytest.mark.parametrize(("changes", "words"), WRONG, ids=[words for _changes, words in WRONG])
def test_what_can_never_be_right_is_told(changes: Record, words: str) -> None:
    assert words in "; ".join(judge(variables(**changes))[1])


def test_all_of_it_is_told_at_once_and_no_secret() -> None:
    given = {
        f"{PREFIX}pool": "",
        f"{PREFIX}appliance": {"password": "s3cret-word", "hots": "s3cret-word"},
        f"{PREFIX}lun": 1,
    }

    problems = "; ".join(judge(given)[1])

    assert "s3cret-word" not in problems
    for words in (
        "adopt_lun_pool is missing",
        "adopt_lun_project is missing",
        "adopt_lun_luns is missing",
        "adopt_lun_lun is not",
    ):
        assert words in problems
