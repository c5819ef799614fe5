"""What is gathered of an appliance, in how many requests, and what is left out."""

from __future__ import annotations

from typing import Any

import pytest
from book import Book
from lab_client import LabClient
from replication_pages import ACTIONS, TARGETS, WEST, action

from ansible_collections.zfssa.storage.plugins.module_utils.run._info import (
    ALL,
    SUBSETS,
    _chosen,
    plan_info,
)
from ansible_collections.zfssa.storage.plugins.module_utils.run._info_filter import Filter
from ansible_collections.zfssa.storage.plugins.module_utils.run._info_places import IN_PROJECTS
from ansible_collections.zfssa.storage.plugins.module_utils.run._info_records import inputs
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import (
    ApplianceError,
    BadReply,
    InvalidInput,
    PlanRefused,
)
from ansible_collections.zfssa.storage.plugins.module_utils.values._release import Release

STORAGE = "/api/storage/v1"
POOL = f"{STORAGE}/pools/tank"
SAN = "/api/san/v1/iscsi"
PROJ_A = f"{STORAGE}/pools/tank/projects/proj-a"


def lun(pool: str, project: str, name: str) -> dict[str, Any]:
    """A LUN as the appliance lists it."""
    return {"pool": pool, "project": project, "name": name, "volsize": 1024.0}


LUNS = [
    lun("tank", "proj-a", "lun-a"),
    lun("tank", "proj-a", "lun-b"),
    lun("tank", "proj-b", "lun-a"),
    lun("pond", "proj-a", "lun-a"),
]
PAGES = {
    f"{STORAGE}/luns": {"luns": LUNS},
    f"{PROJ_A}/luns": {"luns": LUNS[:2]},
    f"{PROJ_A}/luns/lun-a": {"lun": LUNS[0]},
    f"{STORAGE}/pools": {"pools": [{"name": "tank"}, {"name": "pond"}]},
    f"{STORAGE}/projects": {
        "projects": [
            {"pool": "tank", "name": "proj-a"},
            {"pool": "tank", "name": "proj-b"},
            {"pool": "pond", "name": "proj-a"},
        ]
    },
    f"{STORAGE}/pools/tank/projects": {"projects": [{"name": "proj-a"}, {"name": "proj-b"}]},
    f"{STORAGE}/snapshots": {
        "snapshots": [
            {"pool": "tank", "project": "proj-a", "share": "lun-a", "name": "one"},
            {"pool": "tank", "project": "proj-a", "share": "", "name": "two"},
        ]
    },
    f"{PROJ_A}/luns/lun-a/snapshots": {"snapshots": [{"name": "one"}]},
    TARGETS: {"targets": [WEST]},
    ACTIONS: {"actions": [action(), action(id="id-2", share="", target="elsewhere")]},
}


def library() -> LabClient:
    """An appliance with LUNs in two pools, which have a project `default` besides."""
    at = LabClient(pools={"tank": 1 << 50, "pond": 1 << 50})
    for pool, project, names in (("tank", "proj-a", "ab"), ("tank", "proj-b", "a"), ("pond", "proj-a", "a")):
        at.add_project(project, pool)
        for name in names:
            at.add_lun(project, f"lun-{name}", pool, volsize=8192)
    return at


def gather(book: Book | LabClient, subset: str, **options: Any) -> Any:
    """Gather one subset."""
    return plan_info(book, {"gather_subset": [subset], **options}).after[subset]


@pytest.mark.parametrize(
    ("options", "names", "path"),
    [
        ({}, ["lun-a", "lun-b", "lun-a", "lun-a"], f"{STORAGE}/luns"),
        ({"name": "lun-a"}, ["lun-a"] * 3, f"{STORAGE}/luns"),
        ({"pool": "tank"}, ["lun-a", "lun-b", "lun-a"], f"{STORAGE}/luns"),
        ({"pool": "t*", "project": "proj-?"}, ["lun-a", "lun-b", "lun-a"], f"{STORAGE}/luns"),
        ({"pool": "tank", "project": "proj-a"}, ["lun-a", "lun-b"], f"{PROJ_A}/luns"),
        ({"pool": "tank", "project": "proj-a", "name": "*b"}, ["lun-b"], f"{PROJ_A}/luns"),
        (
            {"pool": "tank", "project": "proj-a", "name": "lun-a"},
            ["lun-a"],
            f"{PROJ_A}/luns/lun-a",
        ),
        ({"name": "LUN-A"}, [], f"{STORAGE}/luns"),
    ],
)
def test_luns_are_gathered_with_one_request_as_narrow_as_possible(
    options: dict[str, str], names: list[str], path: str
) -> None:
    at = library()

    records = gather(at, "luns", **options)

    assert [record["name"] for record in records] == names
    assert at.reads == [path]
    assert all(record["size"] == 8192 for record in records)


@pytest.mark.parametrize(
    ("options", "reads"),
    [
        ({"pool": "tank", "project": "x*"}, [POOL]),
        ({"pool": "tank", "project": "proj-a", "name": "x"}, [PROJ_A]),
        ({"project": "proj-b", "name": "x"}, [f"{STORAGE}/projects"]),
        ({"pool": "t*", "project": "proj-b", "name": "x"}, [f"{STORAGE}/projects"]),
        ({"pool": "x*"}, []),
    ],
)
def test_nothing_is_found_where_there_is_nothing(options: dict[str, str], reads: list[str]) -> None:
    at = library()

    assert gather(at, "luns", **options) == []
    assert at.reads[1:] == reads


@pytest.mark.parametrize("subset", sorted(IN_PROJECTS - {"inherited_replication"}))
@pytest.mark.parametrize(
    ("options", "refusal"),
    [
        ({"pool": "tnak"}, "pool tnak does not exist; use one of the appliance's pools: pond, tank"),
        (
            {"pool": "tank", "project": "proj-x"},
            "project tank/proj-x does not exist; use one of the projects there: default, proj-a, proj-b; or a pattern, such as "
            "proj-x*, may match nothing",
        ),
        ({"project": "proj-x"}, "project proj-x does not exist; use one of"),
        ({"pool": "p*", "project": "proj-b"}, "project proj-b does not exist in pools p*"),
    ],
)
def test_place_that_does_not_exist_is_refused(subset: str, options: dict[str, str], refusal: str) -> None:
    with pytest.raises(PlanRefused) as caught:
        gather(library(), subset, **options)

    assert refusal in str(caught.value)


def test_place_is_asked_after_once() -> None:
    book = library()

    plan_info(book, {"gather_subset": ["filesystems", "snapshots", "luns"], "pool": "tank", "name": "x"})

    assert book.reads.count(POOL) == 1


def test_pool_that_does_not_exist_is_no_empty_list_of_pools() -> None:
    with pytest.raises(PlanRefused, match="pool tnak does not exist"):
        gather(library(), "pools", pool="tnak")


def test_pool_of_which_nobody_can_tell_whose_it_is_hides_nothing() -> None:
    assert gather(Book({**PAGES, POOL: {"pool": {"name": "tank", "status": 7}}}), "luns", pool="tank", name="x") == []


def test_all_is_every_subset_that_can_be_gathered() -> None:
    assert _chosen([ALL], Filter(None, None, None), as_input=False) == [
        name for name in SUBSETS if name != "inherited_replication"
    ]
    assert _chosen(["luns", ALL], Filter("tank", "proj-a", "lun-a"), as_input=False) == list(SUBSETS)
    assert _chosen([ALL], Filter(None, None, None), as_input=True) == inputs()


@pytest.mark.parametrize("subset", ["projects", "luns", "filesystems", "snapshots", "replication_actions"])
def test_nothing_is_not_found_in_a_pool_of_the_other_node(subset: str) -> None:
    at = LabClient(pools={}, own_pools={"east": {"lake": 1 << 40}, "west": {"tank": 1 << 40}})
    at.pair()

    with pytest.raises(PlanRefused, match="pool tank belongs to west of this cluster; set host to west"):
        gather(at, subset, pool="tank")


@pytest.mark.parametrize(
    ("options", "names", "path"),
    [
        ({}, ["tank/proj-a", "tank/proj-b", "pond/proj-a"], f"{STORAGE}/projects"),
        ({"project": "proj-a"}, ["tank/proj-a", "pond/proj-a"], f"{STORAGE}/projects"),
        ({"name": "*-b"}, ["tank/proj-b"], f"{STORAGE}/projects"),
        ({"project": "proj-a", "name": "lun-x"}, ["tank/proj-a", "pond/proj-a"], f"{STORAGE}/projects"),
        ({"pool": "tank"}, ["tank/proj-a", "tank/proj-b"], f"{STORAGE}/pools/tank/projects"),
    ],
)
def test_projects_are_gathered_with_one_request(options: dict[str, str], names: list[str], path: str) -> None:
    book = Book(PAGES)

    records = gather(book, "projects", **options)

    assert [f"{record['pool']}/{record['name']}" for record in records] == names
    assert book.reads == [path]


@pytest.mark.parametrize(
    ("options", "names"),
    [
        ({}, ["one", "two"]),
        ({"name": "lun-*"}, ["one"]),
        ({"pool": "p*"}, []),
        ({"pool": "tank", "project": "proj-a", "name": "lun-a"}, ["one"]),
    ],
)
def test_snapshots_are_filtered_by_what_they_are_of(options: dict[str, str], names: list[str]) -> None:
    assert [item["name"] for item in gather(Book(PAGES), "snapshots", **options)] == names


@pytest.mark.parametrize("name", ["owner", "custom:owner", "custom:own*"])
def test_custom_property_is_found_with_and_without_its_prefix(name: str) -> None:
    book = Book({f"{STORAGE}/schema": {"properties": [{"property": "owner"}, {"property": "tag"}]}})

    assert [item["name"] for item in gather(book, "schema", name=name)] == ["owner"]


def test_pools_are_filtered_by_pool_only() -> None:
    assert gather(Book(PAGES), "pools", pool="ta*", name="lun-a") == [{"name": "tank"}]


def test_actions_name_their_peer_by_its_label_where_it_is_known() -> None:
    records = gather(Book(PAGES), "replication_actions")

    assert [(record["id"], record["target"], record["lun"]) for record in records] == [
        ("id-1", "west", "lun-a"),
        ("id-2", "elsewhere", None),
    ]


@pytest.mark.parametrize(("options", "found"), [({"name": "lun-a"}, 1), ({"project": "x*"}, 0)])
def test_actions_are_filtered_by_what_they_send(options: dict[str, str], found: int) -> None:
    assert len(gather(Book(PAGES), "replication_actions", **options)) == found


@pytest.mark.parametrize(
    ("update", "reads"),
    [
        (8, [f"{STORAGE}/replication/packages"]),
        (
            7,
            [
                f"{STORAGE}/replication/sources",
                f"{STORAGE}/replication/sources/zs-east/packages",
                f"{STORAGE}/replication/sources/zs-west/packages",
            ],
        ),
    ],
)
def test_packages_are_gathered_where_the_release_keeps_them(update: int, reads: list[str]) -> None:
    names = {"source_name": "zs-east", "source_asn": "asn-e", "source_pool": "tank", "target_pool": "dr"}
    packages = {"packages": [{"id": "id-1", "enabled": "true", "replica_of": "proj-a/lun-a", **names}]}
    pages: dict[str, Any] = {path: packages for path in reads}
    if update == 7:
        pages[reads[0]] = {"sources": [{"name": "zs-east"}, {"name": "zs-west"}]}
    book = Book(pages, Release(update))

    records = gather(book, "replication_packages")

    assert [record["id"] for record in records] == ["id-1"] * (update == 8 or 2)
    told = {"source": "zs-east", "source_pool": "tank", "target_pool": "dr", "project": "proj-a", "share": "lun-a"}
    assert all(record.items() >= told.items() for record in records)
    assert book.reads == reads


@pytest.mark.parametrize(
    ("subset", "path", "page", "options", "found"),
    [
        ("system", "/api/system/v1/version", {"version": {"asn": "1"}}, {}, {"asn": "1"}),
        ("cluster", "/api/hardware/v1/cluster", {"cluster": {"state": "x"}}, {}, {"state": "x"}),
        (
            "services",
            "/api/service/v1/services",
            {"services": [{"name": "nfs", "<status>": "online", "href": "x"}, {"name": "smb"}]},
            {"name": "nfs"},
            [{"name": "nfs", "status": "online"}],
        ),
        ("schema", f"{STORAGE}/schema", {"properties": []}, {}, []),
    ],
)
def test_other_subsets_are_given_as_they_are(
    subset: str, path: str, page: dict[str, Any], options: dict[str, str], found: Any
) -> None:
    book = Book({path: page})

    assert gather(book, subset, **options) == found
    assert book.reads == [path]


@pytest.mark.parametrize(
    ("subset", "path", "page", "found"),
    [
        (
            "initiators",
            f"{SAN}/initiators",
            {"initiators": [{"initiator": "iqn.a", "chapuser": "u", "chapsecret": "word", "href": "x"}]},
            {"initiator": "iqn.a", "alias": None, "chap_user": "u"},
        ),
        (
            "initiator_groups",
            f"{SAN}/initiator-groups",
            {"groups": [{"name": "ig-a", "initiators": []}]},
            {"protocol": "iscsi", "name": "ig-a", "initiators": []},
        ),
        (
            "schema",
            f"{STORAGE}/schema",
            {"schema": [{"property": "a", "type": "String"}]},
            {"name": "a", "type": "String", "description": ""},
        ),
    ],
)
def test_objects_have_the_keys_of_their_module(subset: str, path: str, page: dict[str, Any], found: Any) -> None:
    assert gather(Book({path: page}), subset) == [found]


@pytest.mark.parametrize(
    ("wire", "found"),
    [
        ({"share": ""}, {"lun": None, "filesystem": None}),
        (
            {"share": "a", "href": "/api/storage/v1/pools/p/projects/q/luns/a/snapshots/s"},
            {"lun": "a", "filesystem": None},
        ),
        ({"share": "a", "href": "/x/filesystems/a/snapshots/s"}, {"lun": None, "filesystem": "a"}),
    ],
)
@pytest.mark.parametrize("creation", ["20261122T19:18:11", "2026-11-22T19:18:11Z"])
def test_snapshot_says_what_it_is_of_and_when_it_was_taken(creation: str, wire: Any, found: Any) -> None:
    listed = {"pool": "p", "project": "q", "name": "s", "creation": creation, **wire}

    (told,) = gather(Book({f"{STORAGE}/snapshots": {"snapshots": [listed]}}), "snapshots")

    assert (
        told.items() >= {"pool": "p", "project": "q", "name": "s", "creation": "2026-11-22T19:18:11Z", **found}.items()
    )


@pytest.mark.parametrize(
    ("subset", "path", "page"),
    [
        ("system", "/api/system/v1/version", {"version": {"install_time": "Fri May 01 2015 20:13:00 GMT+0000 (UTC)"}}),
        ("problems", "/api/problem/v1/problems", {"problems": [{"diagnosed": "20150501T20:13:00"}]}),
        ("filesystems", f"{STORAGE}/filesystems", {"filesystems": [{"creation": "2015-05-01T20:13:00Z"}]}),
    ],
)
def test_times_are_given_in_one_form(subset: str, path: str, page: dict[str, Any]) -> None:
    assert "2015-05-01T20:13:00Z" in str(gather(Book({path: page}), subset))


def test_time_that_is_none_is_given_as_it_came() -> None:
    book = Book({"/api/system/v1/version": {"version": {"boot_time": "yesterday", "asn": "20150501T20:13:00"}}})

    assert gather(book, "system") == {"boot_time": "yesterday", "asn": "20150501T20:13:00"}


def test_actions_have_their_schedules() -> None:
    pages = {**PAGES, f"{ACTIONS}/id-1/schedules": {"schedules": [{"id": "s", "frequency": "hour", "minute": "05"}]}}

    first, second = gather(Book(pages), "replication_actions")

    assert first["schedules"] == [{"frequency": "hour", "day": None, "hour": None, "minute": 5}]
    assert second["schedules"] == []


def test_schedules_that_nobody_understands_are_given_as_they_came() -> None:
    odd = [{"id": "s", "frequency": ["x"]}]
    pages = {**PAGES, f"{ACTIONS}/id-1/schedules": {"schedules": odd}}

    plan = plan_info(Book(pages), {"gather_subset": ["replication_actions"], "name": "lun-a"})

    assert plan.after["replication_actions"][0]["schedules"] == odd
    assert "schedules of replication action id-1 cannot be understood" in plan.warnings[0]


def test_secrets_are_left_out_at_any_depth() -> None:
    page = {"users": [{"logname": "u", "auth": {"initial_password": "word"}}]}

    assert "word" not in str(gather(Book({"/api/user/v1/users": page}), "users"))


def test_flag_of_one_lun_needs_its_full_name() -> None:
    with pytest.raises(InvalidInput, match="flag of one LUN"):
        gather(Book(PAGES), "inherited_replication", pool="tank", project="proj-*", name="lun-a")


def test_flag_of_one_lun_is_gathered() -> None:
    book = Book({f"{PROJ_A}/luns/lun-a/replication": {"inherited": False}})
    names = {"pool": "tank", "project": "proj-a", "name": "lun-a"}

    assert gather(book, "inherited_replication", **names) is False


def test_query_sees_all_that_was_gathered() -> None:
    options = {"gather_subset": ["pools", "luns"], "query": "[length(pools), luns[0].size]"}

    plan = plan_info(Book(PAGES), options)

    assert plan.after["queried"] == [2, 1024]
    assert set(plan.after) == {"pools", "luns", "queried"}
    assert not plan.changed


def test_broken_query_is_refused_before_anything_is_read() -> None:
    book = Book(PAGES)

    with pytest.raises(InvalidInput):
        plan_info(book, {"gather_subset": ["luns"], "query": "luns["})

    assert book.reads == []


@pytest.mark.parametrize("subset", sorted(set(SUBSETS) - {"inherited_replication"}))
def test_sick_appliance_is_never_an_empty_list(subset: str) -> None:
    class Sick(Book):
        def get(self, path: str, params: object = None) -> Any:
            raise ApplianceError("oops", status=500)

    with pytest.raises(ApplianceError, match="oops"):
        gather(Sick({}), subset)


@pytest.mark.parametrize("subset", ["system", "cluster", "luns", "replication_actions"])
def test_reply_of_another_shape_is_never_an_empty_list(subset: str) -> None:
    class Odd(Book):
        def get(self, path: str, params: object = None) -> Any:
            return {"odd": 1}

    with pytest.raises(BadReply):
        gather(Odd({}), subset)


@pytest.mark.parametrize(
    ("given", "options", "literal"),
    [
        (("tank", "a", None), ("pool", "project"), True),
        (("tank", None, None), ("pool", "project"), False),
        (("t*", "a", None), ("pool",), False),
        (("t?", "a", None), ("pool",), False),
        (("[t]", "a", None), ("pool",), False),
    ],
)
def test_only_full_names_are_literal(
    given: tuple[str | None, str | None, str | None], options: tuple[str, ...], literal: bool
) -> None:
    assert Filter(*given).literal(*options) is literal
