"""What the modules for one object plan, from their options and what the appliance has."""

from __future__ import annotations

from typing import Any

import pytest
from book import Book
from lab_client import BEFORE, LabClient, lun_path

from ansible_collections.zfssa.storage.plugins.module_utils.engine._apply import apply
from ansible_collections.zfssa.storage.plugins.module_utils.engine._plan import Item
from ansible_collections.zfssa.storage.plugins.module_utils.engine._read import read_list
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.lun._kind import LUN as LUN_KIND
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.project._kind import PROJECT as PROJECT_KIND
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.schema._table import SCHEMA
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import (
    BadReply,
    InvalidInput,
    LostReply,
    NotFound,
    PlanRefused,
)

ROOT = "/api/storage/v1/pools"
NAMES = {"pool": "tank", "project": "proj-a", "name": "lun-a"}
GIB = 1024**3


@pytest.fixture
def appliance() -> LabClient:
    """An appliance with two projects, and `lun-a` of 1 GiB in the first."""
    made = LabClient()
    made.add_project("proj-a")
    made.add_project("proj-b")
    made.add_lun("proj-a", "lun-a", volsize=GIB)
    return made


def plan(appliance: LabClient | Book, **options: Any) -> Item:
    """Plan for a LUN."""
    return LUN_KIND.plan(appliance, {"state": "present", **NAMES, **options})


def plan_project(appliance: LabClient | Book, **options: Any) -> Item:
    """Plan for a project."""
    given = {"state": "present", "pool": "tank", "name": "proj-a", **options}
    return PROJECT_KIND.plan(appliance, given)


def verbs(plan: Item) -> list[str]:
    """What a plan does."""
    return [step.verb for step in plan.steps]


@pytest.mark.parametrize("kind", [LUN_KIND, PROJECT_KIND])
def test_options_are_names_permissions_and_properties(kind: Any) -> None:
    spec, resource = kind.spec(), kind.resource

    assert [name for name, option in spec.items() if option.get("required")] == [
        *resource.scope,
        "name",
    ]
    assert set(resource.argument_spec()) < set(spec)
    assert spec["force"] == {"type": "bool", "default": False}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, []),
        ({"size": "1G"}, []),
        ({"size": "2G"}, ["update"]),
        ({"name": "lun-new", "size": "1G"}, ["create"]),
        ({"state": "absent"}, ["destroy"]),
        ({"state": "absent", "name": "lun-new"}, []),
        ({"state": "absent", "project": "proj-none"}, []),
        ({"new_name": "lun-b"}, ["rename"]),
        ({"new_name": "lun-a"}, []),
        ({"new_project": "proj-b"}, ["move"]),
        ({"new_project": "proj-b", "new_name": "lun-b", "size": "2G"}, ["update", "move", "rename"]),
        ({"name": "lun-old", "new_name": "lun-a"}, []),
        ({"name": "lun-old", "new_name": "lun-a", "size": "2G"}, ["update"]),
        ({"name": "lun-old", "new_name": "lun-new", "size": "1G"}, ["create"]),
    ],
)
def test_plan_of_a_lun(options: dict[str, Any], expected: list[str], appliance: LabClient) -> None:
    planned = plan(appliance, **options)

    assert verbs(planned) == expected
    assert appliance.sent == []


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, []),
        ({"name": "proj-new"}, ["create"]),
        ({"quota": "1T"}, ["update"]),
        ({"new_name": "proj-new"}, ["rename"]),
        ({"name": "proj-new", "state": "absent"}, []),
        ({"state": "absent", "force": True}, ["destroy"]),
    ],
)
def test_plan_of_a_project(options: dict[str, Any], expected: list[str], appliance: LabClient) -> None:
    assert verbs(plan_project(appliance, **options)) == expected


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"pool": "tonk"}, ["pool tonk does not exist", "pools: tank."]),
        ({"project": "proj-x"}, ["project tank/proj-x does not exist", "proj-a, proj-b"]),
        ({"new_project": "proj-x"}, ["project tank/proj-x does not exist", "proj-a, proj-b"]),
        ({"size": "1M"}, ["would truncate it", "allow_shrink"]),
        ({"volblocksize": "128k"}, ["fixed at creation"]),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_written(
    options: dict[str, Any], said: list[str], appliance: LabClient
) -> None:
    fresh = {"name": "lun-new", "size": "1G"} if set(options) <= {"pool", "project"} else {}

    with pytest.raises(PlanRefused) as caught:
        plan(appliance, **fresh, **options)

    assert [text for text in said if text not in str(caught.value)] == []
    assert appliance.sent == []


def test_project_in_an_unknown_pool_is_refused(appliance: LabClient) -> None:
    for state in ("present", "absent"):
        with pytest.raises(PlanRefused, match="pool tonk does not exist; use one of the appliance's pools: tank"):
            plan_project(appliance, pool="tonk", state=state)


def test_absence_from_an_unknown_pool_is_refused(appliance: LabClient) -> None:
    with pytest.raises(PlanRefused, match="pool tonk does not exist; use one of the appliance's pools: tank"):
        plan(appliance, pool="tonk", state="absent")


def test_appliance_without_any_pool_says_so() -> None:
    with pytest.raises(PlanRefused, match="there is none"):
        plan_project(Book({ROOT: {"pools": []}}))


@pytest.mark.parametrize(
    ("named", "owner"),
    [(True, "west"), (False, "the other node")],
)
def test_pool_of_the_other_node_is_refused_with_its_owner(named: bool, owner: str) -> None:
    appliance = LabClient(pools={}, own_pools={"east": {"tank": 2**40}, "west": {"far": 2**40}})
    appliance.pair()
    if not named:
        appliance.edit(f"{ROOT}/far", lambda page: {"pool": {**page["pool"], "owner": ""}})

    for state in ("present", "absent"):
        for planned in (plan_project, plan):
            size = {"size": "1G"} if planned is plan else {}
            with pytest.raises(PlanRefused, match=f"pool far belongs to {owner} of this cluster"):
                planned(appliance, pool="far", state=state, **size)


@pytest.mark.parametrize("options", [{"new_name": "lun-b"}, {"new_project": "proj-b"}], ids=["rename", "move"])
def test_name_that_is_taken_is_refused(options: dict[str, str], appliance: LabClient) -> None:
    appliance.add_lun(options.get("new_project", "proj-a"), options.get("new_name", "lun-a"))

    with pytest.raises(PlanRefused, match="there is a LUN"):
        plan(appliance, **options)


@pytest.mark.parametrize("new", [{"new_name": "lun-b"}, {"new_project": "proj-b"}])
def test_new_names_do_not_go_with_absence(new: dict[str, str], appliance: LabClient) -> None:
    with pytest.raises(InvalidInput, match="cannot be combined with state=absent"):
        plan(appliance, state="absent", **new)


@pytest.mark.parametrize("options", [{"name": "a/b"}, {"pool": ""}, {"new_name": "a b"}, {"size": "much"}])
def test_impossible_option_is_refused_before_anything_is_read(options: dict[str, str]) -> None:
    book = Book({})

    with pytest.raises(InvalidInput):
        plan(book, **options)

    assert book.reads == []


def test_missing_size_is_named(appliance: LabClient) -> None:
    with pytest.raises(InvalidInput, match="size is missing"):
        plan(appliance, name="lun-new")


def has_snapshot_of_replication(appliance: LabClient) -> None:
    """Let the LUN have a snapshot of an action that is gone: one that is there holds the LUN itself."""
    appliance.edit(
        f"{lun_path('proj-a', 'lun-a')}/snapshots",
        lambda page: {"snapshots": [*page["snapshots"], {"name": ".rr-1234-5", "numclones": 0}]},
    )


def test_snapshots_and_clones_hold_a_lun(appliance: LabClient) -> None:
    for name, clones in (("daily", 0), ("base", 2), ("gold", 1)):
        appliance.add_snapshot("proj-a", "lun-a", name, clones)
    has_snapshot_of_replication(appliance)

    with pytest.raises(PlanRefused) as caught:
        plan(appliance, state="absent")

    shown = (
        "holds snapshot daily, snapshot base with 2 clones, snapshot gold with 1 clone, clone LUN tank/default/base-0,"
    )
    assert shown in str(caught.value)
    assert verbs(plan(appliance, state="absent", force=True)) == ["destroy"]


def test_snapshots_of_replication_do_not_hold_a_lun(appliance: LabClient) -> None:
    has_snapshot_of_replication(appliance)

    assert verbs(plan(appliance, state="absent")) == ["destroy"]


def test_luns_hold_a_project(appliance: LabClient) -> None:
    with pytest.raises(PlanRefused, match="project tank/proj-a holds LUN lun-a"):
        plan_project(appliance, state="absent")

    assert verbs(plan_project(appliance, name="proj-b", state="absent")) == ["destroy"]


def inherits(appliance: LabClient) -> None:
    """Let the LUN have its dedup, which is on, from its project, and a compression of its own."""
    appliance.do("PUT", f"{ROOT}/tank/projects/proj-a", {"dedup": True})
    appliance.do("PUT", lun_path("proj-a", "lun-a"), {"compression": "gzip"})


def hides_sources(appliance: LabClient) -> None:
    """Let the appliance not tell where a LUN has its values from."""
    for project in ("proj-a", "proj-b"):
        appliance.edit(
            lun_path(project, "lun-a"),
            lambda page: {"lun": {name: value for name, value in page["lun"].items() if name != "source"}},
        )


def test_what_is_inherited_is_predicted_from_the_new_project(appliance: LabClient) -> None:
    inherits(appliance)

    planned = plan(appliance, new_project="proj-b")

    assert (planned.after["lun"]["dedup"], planned.after["lun"]["compression"]) == (False, "gzip")
    assert verbs(planned) == ["move"]


def test_what_may_be_inherited_is_not_predicted(appliance: LabClient) -> None:
    inherits(appliance)
    hides_sources(appliance)

    assert plan(appliance, new_project="proj-b").after["lun"]["dedup"] is None


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"dedup": True}, ["move", "update"]),
        ({"dedup": True, "new_name": "lun-b"}, ["move", "rename", "update"]),
        ({"dedup": True, "size": "2G"}, ["update", "move", "update"]),
        # What is sent before the move is the LUN's own from then on, and what is its own stays so.
        ({"dedup": False}, ["update", "move"]),
        ({"compression": "gzip"}, ["move"]),
    ],
)
def test_wanted_value_that_is_only_inherited_survives_the_move(
    asked: dict[str, Any], expected: list[str], appliance: LabClient
) -> None:
    inherits(appliance)
    planned = plan(appliance, new_project="proj-b", **asked)

    assert verbs(planned) == expected
    option = "compression" if "compression" in asked else "dedup"
    assert planned.after["lun"][option] == asked[option]


def test_wanted_value_that_has_survived_the_move_is_not_sent(appliance: LabClient) -> None:
    appliance.do("PUT", lun_path("proj-a", "lun-a"), {"dedup": True})
    hides_sources(appliance)
    planned = plan(appliance, new_project="proj-b", dedup=True)

    result = apply(planned, appliance)

    assert verbs(planned) == ["move", "update"]
    assert [body for _method, _path, body in appliance.work] == [{"project": "proj-b"}]
    assert result["lun"]["dedup"] is True


@pytest.mark.parametrize("options", [{"new_name": "lun-b"}, {"new_project": "proj-b"}], ids=["rename", "move"])
def test_lost_rename_is_done_only_when_the_new_name_is_of_the_same_object(
    options: dict[str, str], appliance: LabClient
) -> None:
    planned = plan(appliance, **options)
    appliance.do("DELETE", lun_path("proj-a", "lun-a"))
    appliance.add_lun(options.get("new_project", "proj-a"), options.get("new_name", "lun-a"), volsize=GIB)
    appliance.fates = [BEFORE]

    with pytest.raises(NotFound):
        apply(planned, appliance)


@pytest.mark.parametrize("options", [{"new_name": "lun-b"}, {"new_project": "proj-b"}], ids=["rename", "move"])
def test_two_who_give_the_same_name_are_both_well(options: dict[str, str], appliance: LabClient) -> None:
    first, second = (plan(appliance, **options) for _time in range(2))

    assert apply(first, appliance) == apply(second, appliance)
    assert not plan(appliance, **options).changed


def test_rename_that_comes_between_two_reads_is_seen(appliance: LabClient) -> None:
    renamed: list[Any] = []

    def rename(page: dict[str, Any]) -> dict[str, Any]:
        if not renamed:
            renamed.append(appliance.do("PUT", lun_path("proj-a", "lun-a"), {"name": "lun-b"}))
        return page

    appliance.edit(lun_path("proj-a", "lun-a"), rename)

    planned = plan(appliance, new_name="lun-b")

    assert renamed

    assert not planned.changed


def test_move_goes_where_an_older_release_takes_it() -> None:
    older = LabClient("8.7")
    for name in ("proj-a", "proj-b"):
        older.add_project(name)
    older.add_lun("proj-a", "lun-a", volsize=GIB)

    result = apply(plan(older, new_project="proj-b"), older)

    assert result["lun"]["project"] == "proj-b"
    assert older.work[0][1] == f"{ROOT}/tank/projects/proj-a/filesystems/lun-a"


@pytest.mark.parametrize("body", [{}, {"lun": None}, {"luns": []}, {"lun": []}])
def test_reply_without_the_object_is_not_absence(body: dict[str, Any]) -> None:
    with pytest.raises(BadReply, match="no 'lun' in it"):
        plan(Book({f"{ROOT}/tank/projects/proj-a/luns/lun-a": body}), size="1G")


@pytest.mark.parametrize(
    ("page", "found"),
    [
        (None, []),
        ({"luns": []}, []),
        ({"shares": [{"name": "a"}]}, [{"name": "a"}]),
    ],
)
def test_list_is_read_under_any_of_its_keys(page: Any, found: list[Any]) -> None:
    assert read_list(Book({"/x": page}), "/x", "luns", "shares") == found


@pytest.mark.parametrize("item", [None, "b", ["b"], 7])
def test_what_is_no_object_in_a_list_is_not_overlooked(item: object) -> None:
    with pytest.raises(BadReply, match="in 'luns', and no object"):
        read_list(Book({"/x": {"luns": [{"name": "a"}, item]}}), "/x", "luns")


@pytest.mark.parametrize("page", [{}, {"luns": None}, {"luns": {}}, {"other": []}])
def test_reply_without_the_list_is_not_an_empty_one(page: dict[str, Any]) -> None:
    with pytest.raises(BadReply, match="no 'luns' in it"):
        read_list(Book({"/x": page}), "/x", "luns")


@pytest.mark.parametrize("change", [{"initiator_groups": ["ig-b"]}, {"target_group": "tg-b"}])
def test_wanted_lu_number_is_kept_when_the_groups_change(change: dict[str, Any], appliance: LabClient) -> None:
    # The number 7 was the appliance's choice, as there was no lower one, and now it would choose 0.
    appliance.add_groups()
    others = [appliance.add_lun("proj-b", f"other-{number}") for number in range(7)]
    appliance.add_lun("proj-a", "lun-b")
    for other in others:
        appliance.do("DELETE", lun_path("proj-b", other["name"]))
    lun = appliance.existing("proj-a", "lun-b")
    asked = {"name": "lun-b", "lu_number": lun["assignednumber"], **change}

    apply(plan(appliance, **asked), appliance)

    assert lun["assignednumber"] == 8
    assert not plan(appliance, **asked).changed


def test_move_and_rename_past_a_name_that_is_taken_does_not_touch_the_other(
    appliance: LabClient,
) -> None:
    appliance.add_lun("proj-b", "lun-a", volsize=7 * GIB)
    asked = {"new_project": "proj-b", "new_name": "lun-b"}

    # Either it finds another way, or it refuses before the first write.
    try:
        apply(plan(appliance, **asked), appliance)
    except PlanRefused:
        assert appliance.sent == []
    else:
        assert appliance.existing("proj-b", "lun-b")["volsize"] == GIB
    assert appliance.existing("proj-b", "lun-a")["volsize"] == 7 * GIB


def test_lost_move_does_not_lead_to_the_rename_of_another_lun(appliance: LabClient) -> None:
    appliance.add_lun("proj-b", "lun-a", volsize=7 * GIB)
    appliance.fates = [BEFORE]

    try:
        apply(plan(appliance, new_project="proj-b", new_name="lun-b"), appliance)
    except (PlanRefused, LostReply):
        pass

    assert appliance.existing("proj-b", "lun-a")["volsize"] == 7 * GIB


def test_move_and_rename_that_broke_off_in_between_goes_on_from_there(
    appliance: LabClient,
) -> None:
    asked = {"new_project": "proj-b", "new_name": "lun-b", "size": "1G"}
    original = appliance.existing("proj-a", "lun-a")["id"]
    appliance.fates = ["", BEFORE, BEFORE]
    with pytest.raises(LostReply):
        apply(plan(appliance, **asked), appliance)

    apply(plan(appliance, **asked), appliance)

    assert appliance.existing("proj-b", "lun-b")["id"] == original
    assert appliance.luns() == ["proj-b/lun-b"]


@pytest.mark.parametrize(
    ("given", "name"), [({"custom:owner": "a"}, "owner"), ({"owner": "a"}, "owner"), ({"n:1": "a"}, "n:1")]
)
def test_custom_property_may_be_named_as_the_interface_names_it(
    given: dict[str, str], name: str, appliance: LabClient
) -> None:
    appliance.add_property(name)

    (step,) = plan(appliance, custom=given).steps

    assert step.body == {f"custom:{name}": "a"}
    assert SCHEMA.identity({"name": next(iter(given))}) == {"name": name}


def test_custom_property_in_both_spellings_is_refused(appliance: LabClient) -> None:
    appliance.add_property("owner")

    with pytest.raises(InvalidInput, match="custom has owner more than once"):
        plan(appliance, custom={"custom:owner": "a", "owner": "b"})


@pytest.mark.parametrize(
    ("options", "total", "warns"),
    [
        ({"name": "b", "size": "101G", "sparse": True}, 100, True),
        ({"name": "b", "size": "95G", "sparse": True}, 100, False),
        ({"name": "b", "size": "101G", "sparse": False}, 100, False),
        ({"name": "b", "size": "101G", "sparse": True}, None, False),
        ({"size": "101G", "sparse": True}, 100, True),
        ({"size": "101G", "new_name": "c", "sparse": True}, 100, True),
        ({"size": "101G"}, 100, False),
    ],
)
def test_thin_lun_that_is_larger_than_its_pool_is_warned_of(
    options: dict[str, Any], total: int | None, warns: bool
) -> None:
    at = LabClient(pools={"tank": 100 * GIB})
    at.add_project("proj-a")
    at.add_lun("proj-a", "lun-a", volsize=9 * GIB)
    if total is None:
        at.edit(f"{ROOT}/tank", lambda page: {"pool": {**page["pool"], "usage": {}}})

    warnings = plan(at, **options).warnings

    assert [("all of pool tank is 100G" in one) for one in warnings] == [True] * warns


def test_size_of_the_pool_is_not_asked_for_where_there_is_room() -> None:
    at = LabClient(pools={"tank": 100 * GIB})
    at.add_project("proj-a")

    assert plan(at, name="b", size="89G", sparse=True).warnings == ()
    assert f"{ROOT}/tank" not in at.reads
