"""What is gathered of an appliance, in how many requests, and what is left out."""

from __future__ import annotations

from typing import Any

import pytest
from memory_appliance import Book
from replication_pages import ACTIONS, TARGETS, WEST, action

from ansible_collections.zfssa.storage.plugins.module_utils._errors import (
    ApplianceError,
    BadReply,
    InvalidInput,
    PlanRefused,
)
from ansible_collections.zfssa.storage.plugins.module_utils._release import Release
from ansible_collections.zfssa.storage.plugins.module_utils.operations._info import (
    SUBSETS,
    Filter,
    plan_info,
)

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


def gather(book: Book, subset: str, **options: Any) -> Any:
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
    book = Book(PAGES)

    records = gather(book, "luns", **options)

    assert [record["name"] for record in records] == names
    assert book.reads == [path]
    assert all(record["size"] == 1024 for record in records)


@pytest.mark.parametrize("options", [{"project": "proj-a", "name": "x"}, {"project": "proj-x"}, {"project": "x*"}])
@pytest.mark.parametrize("pool", [None, {"name": "tank", "status": "online"}])
def test_nothing_is_found_in_a_pool_of_this_node_or_one_that_is_not(options: dict[str, str], pool: Any) -> None:
    book = Book({**PAGES, POOL: pool and {"pool": pool}})

    assert gather(book, "luns", pool="tank", **options) == []
    assert book.reads[1:] == [POOL]


@pytest.mark.parametrize("subset", ["projects", "luns", "filesystems", "snapshots", "replication_actions"])
def test_nothing_is_not_found_in_a_pool_of_the_other_node(subset: str) -> None:
    empty = {plural: [] for plural in ("projects", "luns", "filesystems", "snapshots", "actions", "targets")}
    exported = {"pool": {"name": "tank", "status": "exported", "owner": "west"}}

    class Bare(Book):
        """Has nothing in any list."""

        def get(self, path: str, params: Any = None) -> Any:
            return exported if path == POOL else empty

    with pytest.raises(PlanRefused, match="pool tank belongs to west of this cluster; set host to west"):
        gather(Bare({}), subset, pool="tank")


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
        ({"pool": "pond"}, []),
        ({"pool": "tank", "project": "proj-a", "name": "lun-a"}, ["one"]),
    ],
)
def test_snapshots_are_filtered_by_what_they_are_of(options: dict[str, str], names: list[str]) -> None:
    assert [item["name"] for item in gather(Book(PAGES), "snapshots", **options)] == names


def test_pools_are_filtered_by_pool_only() -> None:
    assert gather(Book(PAGES), "pools", pool="ta*", name="lun-a") == [{"name": "tank"}]


def test_actions_name_their_peer_by_its_label_where_it_is_known() -> None:
    records = gather(Book(PAGES), "replication_actions")

    assert [(record["id"], record["target"], record["lun"]) for record in records] == [
        ("id-1", "west", "lun-a"),
        ("id-2", "elsewhere", None),
    ]


@pytest.mark.parametrize(("options", "found"), [({"name": "lun-a"}, 1), ({"project": "x"}, 0)])
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
            "initiators",
            f"{SAN}/initiators",
            {"initiators": [{"initiator": "iqn.a"}, {"initiator": "iqn.b"}]},
            {"name": "*.b"},
            [{"initiator": "iqn.b"}],
        ),
        (
            "initiator_groups",
            f"{SAN}/initiator-groups",
            {"groups": [{"name": "ig-a"}]},
            {},
            [{"name": "ig-a"}],
        ),
        (
            "services",
            "/api/service/v1/services",
            {"services": [{"name": "nfs", "<status>": "online", "href": "x"}, {"name": "smb"}]},
            {"name": "nfs"},
            [{"name": "nfs", "status": "online"}],
        ),
        ("schema", f"{STORAGE}/schema", {"schema": [{"property": "a"}]}, {}, [{"property": "a"}]),
        ("schema", f"{STORAGE}/schema", {"properties": []}, {}, []),
    ],
)
def test_other_subsets_are_given_as_they_are(
    subset: str, path: str, page: dict[str, Any], options: dict[str, str], found: Any
) -> None:
    book = Book({path: page})

    assert gather(book, subset, **options) == found
    assert book.reads == [path]


def test_secrets_are_left_out() -> None:
    page = {"initiators": [{"initiator": "iqn.a", "chapuser": "u", "chapsecret": "word"}]}

    assert gather(Book({f"{SAN}/initiators": page}), "initiators") == [{"initiator": "iqn.a", "chapuser": "u"}]


def test_secrets_are_left_out_at_any_depth() -> None:
    page = {"targets": [{"alias": "t", "auth": {"targetchapsecret": "word"}}]}

    assert "word" not in str(gather(Book({f"{SAN}/targets": page}), "targets"))


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
