"""LUNs and projects as tables: what each release gives, and what hangs together."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.zfssa.storage.plugins.module_utils.engine._relations import UPDATE, Change
from ansible_collections.zfssa.storage.plugins.module_utils.engine._resource import Resource
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.lun._table import LUN, lu_numbers
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.project._table import PROJECT
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.san._protocols import MASKED
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import InvalidInput, PlanRefused
from ansible_collections.zfssa.storage.plugins.module_utils.values._release import Release

GIB = 1024**3


def lun(**values: Any) -> dict[str, Any]:
    """The record of a LUN."""
    wire = {"name": "lun-a", "volsize": GIB, "initiatorgroup": ["ig-a"], "assignednumber": [3]}
    return {**LUN.normalise({**wire, "targetgroup": "default", "lunumber": "auto"}), **values}


@pytest.mark.parametrize(
    ("groups", "numbers", "expected"),
    [
        pytest.param(["ig-a", "ig-b"], [3, 4], {"ig-a": 3, "ig-b": 4}, id="two lists"),
        pytest.param("ig-a", 3, {"ig-a": 3}, id="two scalars"),
        pytest.param(["ig-a"], 4, {"ig-a": 4}, id="list and scalar"),
        pytest.param("ig-a", [0], {"ig-a": 0}, id="scalar and list"),
        pytest.param(["ig-a"], "7", {"ig-a": 7}, id="number as text"),
        pytest.param(["ig-a", "ig-b"], [3, -1], {"ig-a": 3}, id="one not presented"),
        pytest.param(["ig-a", "ig-b"], [3], {"ig-a": 3}, id="one number missing"),
        pytest.param([MASKED], [-1], {}, id="masked"),
        pytest.param(MASKED, 5, {}, id="masked with a number"),
        pytest.param(["ig-a"], None, {}, id="no number"),
        pytest.param([], None, {}, id="nothing"),
        pytest.param("", "", {}, id="empty text"),
    ],
)
def test_lu_numbers_are_aligned_with_their_groups(groups: object, numbers: object, expected: dict[str, int]) -> None:
    assert lu_numbers({"initiatorgroup": groups, "assignednumber": numbers}) == expected


@pytest.mark.parametrize(
    ("wire", "number"),
    [
        ({"initiatorgroup": ["a"], "assignednumber": [3], "lunumber": "auto"}, 3),
        ({"initiatorgroup": ["a", "b"], "assignednumber": [3, 3]}, 3),
        ({"initiatorgroup": ["a", "b"], "assignednumber": [3, 4], "lunumber": "auto"}, "auto"),
        ({"initiatorgroup": [MASKED], "lunumber": 5}, 5),
        ({"initiatorgroup": [MASKED], "lunnumber": "5"}, 5),
        ({"initiatorgroup": [MASKED], "lunumber": "auto"}, "auto"),
        ({}, "auto"),
    ],
)
def test_lu_number_is_the_one_in_use_or_the_one_that_is_set(wire: dict[str, Any], number: object) -> None:
    assert LUN.normalise(wire)["lu_number"] == number


@pytest.mark.parametrize(
    ("typed", "number"), [("auto", "auto"), (" AUTO ", "auto"), ("0", 0), (16383, 16383), (" 7", 7)]
)
def test_lu_number_is_understood(typed: object, number: object) -> None:
    assert LUN.wanted({"lu_number": typed}) == {"lu_number": number}


@pytest.mark.parametrize("typed", ["-1", "16384", "one", "1.5", "", "1_0", "\uff15", "\u0663", "9" * 99])
def test_impossible_lu_number_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput, match="neither auto nor a number from 0 to 16383"):
        LUN.wanted({"lu_number": typed})


@pytest.mark.parametrize(
    ("current", "wanted", "differs"),
    [(3, "auto", False), ("auto", "auto", False), (3, 3, False), (3, 4, True), ("auto", 4, True)],
)
def test_auto_is_content_with_any_number(current: object, wanted: object, differs: bool) -> None:
    found = LUN.differences(lun(lu_number=current), {"lu_number": wanted})

    assert bool(found) is differs


@pytest.mark.parametrize(("setting", "wanted", "differs"), [(5, "auto", True), ("auto", "auto", False), (5, 5, False)])
def test_auto_is_a_setting_while_nobody_sees_the_lun(setting: object, wanted: object, differs: bool) -> None:
    hidden = LUN.normalise({"name": "a", "initiatorgroup": [MASKED], "assignednumber": [-1], "lunumber": setting})

    assert bool(LUN.differences(hidden, {"lu_number": wanted})) is differs


@pytest.mark.parametrize("changes", [{}, {"target_group": "tg-a"}])
def test_number_of_a_lun_that_is_hidden_is_left_open(changes: dict[str, Any]) -> None:
    assert LUN.predict(lun(), {"initiator_groups": [], **changes})["lu_number"] is None


@pytest.mark.parametrize(
    ("changes", "numbers"),
    [
        pytest.param({"size": 2 * GIB}, {"ig-a": 3}, id="something else"),
        pytest.param({"initiator_groups": ["ig-a", "ig-b"]}, {"ig-a": 3, "ig-b": None}, id="more"),
        pytest.param({"initiator_groups": ["ig-b"]}, {"ig-b": None}, id="another"),
        pytest.param({"initiator_groups": []}, {}, id="masked"),
        pytest.param({"lu_number": 7}, {"ig-a": 7}, id="number"),
        pytest.param(
            {"lu_number": 7, "initiator_groups": ["ig-b", "ig-c"]},
            {"ig-b": 7, "ig-c": 7},
            id="number and groups",
        ),
        pytest.param({"target_group": "tg-a"}, {"ig-a": None}, id="target group"),
        pytest.param({"target_group": "tg-a", "lu_number": 7}, {"ig-a": 7}, id="both"),
    ],
)
def test_predicted_lu_numbers_follow_the_groups(changes: dict[str, Any], numbers: dict[str, int | None]) -> None:
    assert LUN.predict(lun(), changes)["lu_numbers"] == numbers


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        ({}, {"default": None}),
        ({"lu_number": 7}, {"default": 7}),
        ({"initiator_groups": []}, {}),
        ({"initiator_groups": ["a", "b"], "lu_number": 0}, {"a": 0, "b": 0}),
    ],
)
def test_predicted_lu_numbers_of_a_new_lun(wanted: dict[str, Any], numbers: dict[str, int | None]) -> None:
    assert LUN.predict(None, wanted)["lu_numbers"] == numbers


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        (None, None),
        ("", None),
        ({}, None),
        (
            {"pool": "p", "project": "q", "share": "r", "snapshot": "s", "collection": "local"},
            {"pool": "p", "project": "q", "share": "r", "snapshot": "s"},
        ),
        ({"share": "r", "snapshot": "s"}, {"share": "r", "snapshot": "s"}),
    ],
)
def test_origin_is_there_on_clones_only(origin: object, expected: object) -> None:
    assert LUN.normalise({"origin": origin})["origin"] == expected


def test_record_has_the_same_keys_on_every_release_and_in_a_prediction() -> None:
    old = {"name": "a", "stmfguid": "600144F0", "initiatorgroup": "ig-a", "assignednumber": 1}
    new = {"name": "a", "lunguid": "600144F0", "initiatorgroup": ["ig-a"], "assignednumber": [1]}

    assert LUN.normalise(old) == LUN.normalise(new)
    predicted = LUN.predict(None, {"pool": "p", "project": "q", "name": "a", "size": 1})
    assert set(predicted) == set(LUN.normalise(new))


def sized(size: int, **allowed: bool) -> Change:
    """The change of a LUN of 1G to another size."""
    before = {**lun(sparse=False), "pool": "tank", "project": "proj-a"}
    return Change(UPDATE, "LUN x", before, {"size": size}, {**before, "size": size}, allowed=allowed)


@pytest.mark.parametrize("size", [GIB - 8192, 8192])
def test_shrinking_needs_a_permission(size: int) -> None:
    with pytest.raises(PlanRefused, match=r"LUN x has 1G.*allow_shrink"):
        list(LUN.preconditions(sized(size, allow_shrink=False)))
    assert list(LUN.preconditions(sized(size, allow_shrink=True))) == []


def test_growing_needs_no_permission() -> None:
    assert list(LUN.preconditions(sized(2 * GIB))) != []


def test_project_takes_what_its_table_says() -> None:
    options = {"quota": "1T", "recordsize": "1M", "default_volblocksize": "64k", "nodestroy": True}

    assert PROJECT.payload(PROJECT.wanted(options)) == {
        "quota": 1024**4,
        "recordsize": 1024**2,
        "default_volblocksize": 65536,
        "nodestroy": True,
    }
    assert PROJECT.path({"pool": "tank", "name": "a"}) == "/api/storage/v1/pools/tank/projects/a"


@pytest.mark.parametrize(("update", "name"), [(2, "lunnumber"), (6, "lunnumber"), (7, "lunumber"), (8, "lunumber")])
def test_spelling_of_the_lu_number(update: int, name: str) -> None:
    """Releases up to 8.6 spell it with one letter more (API reference 5.2, 12.2)."""
    assert LUN.payload({"lu_number": 5}, Release(update)) == {name: 5}
    assert LUN.normalise({name: 5, "initiatorgroup": [MASKED]})["lu_number"] == 5


@pytest.mark.parametrize("resource", [LUN, PROJECT], ids=["lun", "project"])
@pytest.mark.parametrize("option", ["readlimit", "writelimit"])
@pytest.mark.parametrize(
    ("told", "limit"),
    [
        *(([said], 0) for said in (0, 0.0, -1, "-1", "0", "none", "None", " default ", "unlimited", "", None)),
        ([], 0),
        ([1048576], 1048576),
        ([1048576.0], 1048576),
        (["10M"], 10 << 20),
        (["10M/s"], 10 << 20),
        # Lower than anybody may ask for, and what it is.
        ([5], 5),
    ],
)
def test_limit_is_read_in_all_its_forms(resource: Resource, option: str, told: list[Any], limit: int) -> None:
    """API reference 16.8 leaves open how an appliance says that there is none."""
    assert resource.normalise(dict(zip([option], told, strict=False)))[option] == limit


@pytest.mark.parametrize("given", ["499K", "1", 511999])
def test_limit_below_the_lowest_is_refused(given: Any) -> None:
    with pytest.raises(InvalidInput, match=f"readlimit {given} is too low: a limit is 500K or more, and 0 is none"):
        LUN.wanted({"readlimit": given})
    assert LUN.wanted({"readlimit": "500K", "writelimit": "0"}) == {"readlimit": 512000, "writelimit": 0}
