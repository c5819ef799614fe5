"""How full pools and projects are: what is read of an appliance, what is made of odd values, and in how many requests."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from book import Book
from lab_client import LabClient, Wire

from ansible_collections.zfssa.storage.plugins.module_utils.engine._plan import Item
from ansible_collections.zfssa.storage.plugins.module_utils.run._info import SUBSETS, plan_info
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import InvalidInput, PlanRefused
from ansible_collections.zfssa.storage.plugins.module_utils.values._types import Ratio
from zfssa_lab import clustering

STORAGE = "/api/storage/v1"
LISTS = [f"{STORAGE}/luns", f"{STORAGE}/projects", "/api/hardware/v1/cluster", f"{STORAGE}/pools"]
GIB = 1 << 30
THIN, THICK = {"sparse": True, "volsize": 3 * GIB}, {"sparse": False, "volsize": GIB}
SUMS = ("provisioned", "provisioned_thin", "provisioned_thick")
NUMBERS = {
    "total", "used", "available", "free", "used_data", "used_snapshots", "used_reservations", "used_replication",
    *SUMS, "oversubscription", "compression_ratio", "dedup_ratio",
}  # fmt: skip


def appliance(**settings: Any) -> LabClient:
    """An appliance with two pools of 100 GiB; a thin and a thick LUN are in tank/db, a thin one in pond/db."""
    at = LabClient(pools={"tank": 100 * GIB, "pond": 100 * GIB}, **settings)
    for pool in ("tank", "pond"):
        at.add_project("db", pool, quota=10 * GIB)
    at.add_lun("db", "thin", "tank", **THIN)
    at.add_lun("db", "thick", "tank", **THICK)
    at.add_lun("db", "thin", "pond", **THIN)
    return at


def planned(at: LabClient | Book, **options: Any) -> Item:
    """Gather the subset."""
    return plan_info(at, {"gather_subset": ["capacity"], **options})


def gather(at: LabClient, **options: Any) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Gather what is told of pools, by their names, and of projects, by those of their pools and their own."""
    capacity = planned(at, **options).after["capacity"]
    return (
        {one["name"]: one for one in capacity["pools"]},
        {f"{one['pool']}/{one['name']}": one for one in capacity["projects"]},
    )


class Newer(LabClient):
    """The same appliance by version 2 of its API, which writes numbers and lists otherwise."""

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Wire | None:
        return super().get(path.replace("/v1/", "/v2/"), params)


@pytest.mark.parametrize("release", ["2013.1", "8.7", "8.8"])
def test_numbers_are_the_same_on_all_releases_and_whole(release: str) -> None:
    pools, projects = gather(appliance(release=release))
    newest_pools, newest_projects = gather(appliance())

    # Older software does not tell how much of a pool replicas take.
    replicas = 0 if release == "8.8" else None
    assert pools == {name: {**one, "used_replication": replicas} for name, one in newest_pools.items()}
    assert projects == newest_projects
    for one in (*pools.values(), *projects.values()):
        numbers = {key: value for key, value in one.items() if key in NUMBERS and value is not None}
        assert {key: type(value) for key, value in numbers.items()} == {
            key: float if key.endswith("_ratio") or key == "oversubscription" else int for key in numbers
        }


def test_version_2_of_the_api_tells_the_same() -> None:
    at = appliance()
    newer = Newer.__new__(Newer)
    newer.clock = at.clock
    newer._begin(at.lab, "east")

    assert gather(newer) == gather(at)
    assert {path.split("/")[3] for path in newer.reads} == {"v2"}


def test_sizes_are_summed_up_by_place() -> None:
    pools, projects = gather(appliance())

    assert [tuple(pools[name][key] for key in SUMS) for name in ("tank", "pond")] == [
        (4 * GIB, 3 * GIB, GIB),
        (3 * GIB, 3 * GIB, 0),
    ]
    assert tuple(projects["tank/db"][key] for key in SUMS) == (4 * GIB, 3 * GIB, GIB)
    assert tuple(projects["tank/default"][key] for key in SUMS) == (0, 0, 0)
    assert pools["tank"]["oversubscription"] == 4 * GIB / pools["tank"]["total"]
    # A quota is all that a project can come to take.
    assert projects["tank/db"]["total"] == 10 * GIB
    assert projects["tank/db"]["oversubscription"] == 0.4


@pytest.mark.parametrize(
    ("options", "pools", "projects"),
    [
        ({}, {"tank", "pond"}, {"tank/default", "tank/db", "pond/default", "pond/db"}),
        ({"pool": "tank"}, {"tank"}, {"tank/default", "tank/db"}),
        ({"pool": "p*"}, {"pond"}, {"pond/default", "pond/db"}),
        ({"pool": "x*"}, set(), set()),
        ({"project": "db"}, {"tank", "pond"}, {"tank/db", "pond/db"}),
        ({"name": "d?"}, {"tank", "pond"}, {"tank/db", "pond/db"}),
        ({"pool": "tank", "project": "d*", "name": "thin"}, {"tank"}, {"tank/default", "tank/db"}),
    ],
)
def test_what_is_told_is_narrowed_down_and_its_numbers_are_not(
    options: dict[str, str], pools: set[str], projects: set[str]
) -> None:
    at = appliance()
    every_pool, every_project = gather(at)

    found = gather(at, **options)

    assert found == (
        {name: one for name, one in every_pool.items() if name in pools},
        {name: one for name, one in every_project.items() if name in projects},
    )


@pytest.mark.parametrize(
    ("options", "refusal"),
    [
        ({"pool": "tnak"}, "pool tnak does not exist"),
        ({"pool": "tank", "project": "bd"}, "project tank/bd does not exist"),
        ({"project": "bd"}, "project bd does not exist"),
    ],
)
def test_place_that_does_not_exist_is_not_empty(options: dict[str, str], refusal: str) -> None:
    with pytest.raises(PlanRefused, match=refusal):
        planned(appliance(), **options)


def test_it_cannot_be_given_as_input() -> None:
    with pytest.raises(InvalidInput, match="capacity cannot be given as input"):
        planned(appliance(), as_input=True)


def test_numbers_can_be_asked_for_one_by_one() -> None:
    query = "capacity.pools[?provisioned_thin > `0`] | [].{pool: name, left: available}"

    queried = planned(appliance(), query=query).after["queried"]

    assert [one["pool"] for one in queried] == ["tank", "pond"]


# Requests


def test_four_requests_are_made_and_none_again_for_other_subsets() -> None:
    alone, beside = appliance(), appliance()

    planned(alone)
    plan_info(beside, {"gather_subset": ["capacity", "luns", "projects", "cluster", "pools"]})

    assert alone.reads == LISTS
    assert beside.reads == LISTS


def test_all_costs_nothing_more_by_it() -> None:
    every, others = appliance(), appliance()

    result = plan_info(every, {"gather_subset": ["all"]}).after
    plan_info(
        others, {"gather_subset": [name for name in SUBSETS if name not in ("capacity", "inherited_replication")]}
    )

    assert "capacity" in result
    assert sorted(every.reads) == sorted(set(others.reads))


# Clusters


@pytest.mark.parametrize("taken_over", [False, True])
def test_pool_of_the_other_node_has_no_numbers(taken_over: bool) -> None:
    east = LabClient(pools={}, own_pools={"east": {"lake": 1 << 40}, "west": {"tank": 1 << 40}})
    west = east.peer("west")
    west.add_lun("default", "a", "tank", **THIN)
    east.pair()
    if taken_over:
        clustering.take_over(east.lab, {"appliance": "east"})

    pools, projects = gather(east)
    left, left_projects = gather(west)

    assert [(one["owner"], one["status"], one["served_here"]) for one in pools.values()] == [
        ("east", "online", True),
        ("west", "online" if taken_over else "exported", taken_over),
    ]
    state = "AKCS_STRIPPED" if taken_over else "AKCS_CLUSTERED"
    assert {(one["peer_hostname"], one["peer_state"]) for one in pools.values()} == {("west", state)}
    assert pools["tank"]["provisioned"] == (3 * GIB if taken_over else None)
    assert pools["tank"]["total"] == (pools["lake"]["total"] if taken_over else None)
    assert set(projects) == ({"lake/default", "tank/default"} if taken_over else {"lake/default"})
    if taken_over:
        assert left_projects == {}
        assert {(one["status"], one["peer_state"]) for one in left.values()} == {("exported", "AKCS_OWNER")}
    assert all(
        one[key] is None for one in (*pools.values(), *left.values()) if not one["served_here"] for key in NUMBERS
    )


def test_project_of_the_other_node_is_refused_with_its_name() -> None:
    at = LabClient(pools={}, own_pools={"east": {"lake": 1 << 40}, "west": {"tank": 1 << 40}})
    at.pair()

    with pytest.raises(PlanRefused, match="pool tank belongs to west of this cluster; set host to west"):
        planned(at, pool="tank", project="default")
    assert set(gather(at, pool="tank")[0]) == {"tank"}


# What an appliance may tell


def spoilt(key: str, value: Any, of: str = "pools", item: str = "tank") -> Callable[[Wire], Wire]:
    """What gives the value in place of that of a key of one item, `...` for none; keys of `usage` are told by a point."""

    def change(page: Wire) -> Wire:
        for one in page[of]:
            inner = one["usage"] if key.startswith("usage.") else one
            if one["name"] == item:
                inner.pop(key.rpartition(".")[2])
                inner.update({} if value is ... else {key.rpartition(".")[2]: value})
        return page

    return change


@pytest.mark.parametrize(
    ("key", "value", "unknown"),
    [
        ("usage.total", "much", {"total", "oversubscription"}),
        ("usage.total", float("inf"), {"total", "oversubscription"}),
        ("usage.usage_data", [], {"used_data"}),
        ("usage.usage_reservation", {}, {"used_reservations"}),
        ("usage.compression", "lots", {"compression_ratio"}),
        ("usage.dedupratio", True, {"dedup_ratio"}),
        ("usage", "full", NUMBERS - set(SUMS)),
        ("status", 7, {"status", "served_here", *SUMS, "oversubscription"}),
        ("profile", 7, {"profile"}),
    ],
)
def test_what_nobody_understands_is_null_and_so_is_what_depends_on_it(key: str, value: Any, unknown: set[str]) -> None:
    at = appliance()
    before, _projects = gather(at)
    at.edit(LISTS[3], spoilt(key, value))

    plan = planned(at)

    (tank,) = [one for one in plan.after["capacity"]["pools"] if one["name"] == "tank"]
    assert tank == {key: None if key in unknown else told for key, told in before["tank"].items()}
    (warning,) = plan.warnings
    what = key.rpartition(".")[2]
    assert warning.startswith(f"{what} of pool tank cannot be understood, and what depends on it is null in capacity: ")


@pytest.mark.parametrize(
    ("key", "value", "unknown"),
    [
        ("usage.available", ..., {"available"}),
        ("usage.available", -1, {"available"}),
        ("usage", ..., NUMBERS - set(SUMS) - {"used_reservations"}),
        ("profile", ..., {"profile"}),
        ("status", ..., {"status", "served_here", *SUMS, "oversubscription"}),
    ],
)
def test_what_an_appliance_does_not_tell_is_null_without_a_word(key: str, value: Any, unknown: set[str]) -> None:
    at = appliance()
    before, _projects = gather(at)
    at.edit(LISTS[3], spoilt(key, value))

    plan = planned(at)

    (tank,) = [one for one in plan.after["capacity"]["pools"] if one["name"] == "tank"]
    assert tank == {key: None if key in unknown else told for key, told in before["tank"].items()}
    assert plan.warnings == ()


@pytest.mark.parametrize(
    ("key", "value", "pools", "projects"),
    [
        ("volsize", "huge", {"provisioned", "provisioned_thick"}, {"provisioned", "provisioned_thick"}),
        ("volsize", ..., {"provisioned", "provisioned_thick"}, {"provisioned", "provisioned_thick"}),
        ("sparse", 7, {"provisioned_thin", "provisioned_thick"}, {"provisioned_thin", "provisioned_thick"}),
        ("project", 7, set(), set(SUMS)),
        ("pool", 7, set(SUMS), set(SUMS)),
    ],
)
def test_lun_that_nobody_understands_leaves_the_sums_open_that_it_may_be_in(
    key: str, value: Any, pools: set[str], projects: set[str]
) -> None:
    at = appliance()
    before = gather(at)
    at.edit(LISTS[0], spoilt(key, value, "luns", "thick"))

    after = gather(at)

    def unknown(one: Mapping[str, Any], keys: set[str]) -> dict[str, Any]:
        ratio = {"oversubscription"} if "provisioned" in keys else set()
        return {key: None if key in keys | ratio else told for key, told in one.items()}

    # One of a pool that cannot be read may be in any; one of a project that cannot, in any project of its pool.
    everywhere, in_pool = key == "pool", key in ("pool", "project")
    assert after[0] == {
        name: unknown(one, pools) if everywhere or name == "tank" else one for name, one in before[0].items()
    }
    assert after[1] == {
        name: unknown(one, projects) if everywhere or name == "tank/db" or (in_pool and one["pool"] == "tank") else one
        for name, one in before[1].items()
    }


def test_project_that_does_not_tell_its_reservation_leaves_that_of_its_pool_open_on_older_software() -> None:
    at = appliance(release="8.7")
    at.edit(LISTS[1], spoilt("space_unused_res_shares", ..., "projects", "db"))

    pools, projects = gather(at)

    assert pools["tank"]["used_reservations"] is None
    assert projects["tank/db"]["used_reservations"] is None and projects["tank/db"]["free"] is None
    assert projects["tank/db"]["used"] is not None


ODD: tuple[Any, ...] = (
    None, "", "x", "unlimited", "0B/s", -1, -7, 0, 1.5, 1e300, float("inf"), 10**400, True, [], [1], {}, {"a": 1},
)  # fmt: skip
ITEMS = (("pools", LISTS[3], "tank"), ("projects", LISTS[1], "db"), ("luns", LISTS[0], "thick"))


@pytest.mark.parametrize(("of", "path", "item"), ITEMS, ids=[row[0] for row in ITEMS])
def test_anything_in_any_key_is_borne(of: str, path: str, item: str) -> None:
    """Numbers are numbers or null, and whoever gets null where the appliance said something is told why."""
    at = appliance()
    pages = {listed: at.get(listed) for listed in LISTS}
    first = next(one for one in pages[path][of] if one["name"] == item)
    keys = [*(key for key in first if key != "name"), *(f"usage.{key}" for key in first.get("usage", ()))]

    for key in keys:
        for value in ODD:
            plan = planned(Book({**pages, path: spoilt(key, value, of, item)(copy.deepcopy(pages[path]))}))
            for one in (*plan.after["capacity"]["pools"], *plan.after["capacity"]["projects"]):
                told = {name: one[name] for name in NUMBERS & one.keys() if one[name] is not None}
                assert {type(number) for number in told.values()} <= {int, float}, (key, value)
                assert all(number >= 0 for number in told.values()), (key, value)
            assert all(warning.endswith(".") and "\n" not in warning for warning in plan.warnings), (key, value)


@pytest.mark.parametrize(
    ("told", "ratio"),
    [
        (1, 1.0),
        (100, 1.0),
        (185, 1.85),
        (185.0, 1.85),
        (1.85, 1.85),
        ("1.85x", 1.85),
        ("185", 1.85),
        (1000, 10.0),
        (None, None),
        ("", None),
    ],
)
def test_ratio_is_understood_in_percent_and_as_a_factor(told: Any, ratio: float | None) -> None:
    assert Ratio().from_wire(told) == ratio


@pytest.mark.parametrize("told", [0, -1, 0.5, True, "none", float("nan"), float("inf"), []])
def test_what_is_no_ratio_is_none(told: Any) -> None:
    with pytest.raises(ValueError, match=r"no ratio|could not convert"):
        Ratio().from_wire(told)


def test_ratios_are_those_that_the_appliance_tells() -> None:
    at = appliance()
    at.edit(LISTS[3], spoilt("usage.compression", 185))
    at.edit(LISTS[1], spoilt("compressratio", 240, "projects", "db"))

    pools, projects = gather(at)

    assert (pools["tank"]["compression_ratio"], pools["tank"]["dedup_ratio"]) == (1.85, 1.0)
    assert (projects["tank/db"]["compression_ratio"], projects["tank/db"]["dedup_ratio"]) == (2.4, None)
