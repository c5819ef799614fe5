"""Which replication package is meant by an address, on appliances that tell all of a package, and on those that do not."""

from __future__ import annotations

from typing import Any

import pytest
from book import Book

from ansible_collections.zfssa.storage.plugins.module_utils.engine._plan import Item
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.replication._package import plan_package
from ansible_collections.zfssa.storage.plugins.module_utils.run._info import SUBSETS, Filter
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import (
    ApplianceError,
    InvalidInput,
    NotUnderstood,
    PlanRefused,
)
from ansible_collections.zfssa.storage.plugins.module_utils.values._release import Release

ROOT = "/api/storage/v1/replication"
FLAT, SOURCES = f"{ROOT}/packages", f"{ROOT}/sources"
PROJECTS = "/api/storage/v1/projects"
EAST, NORTH = {"name": "zs-east", "asn": "asn-e"}, {"name": "zs-north", "asn": "asn-n"}
SYNCED = "20240101T10:00:00"
RECALLED = ("source_name", "source_asn", "source_pool", "target_pool", "replica_of")


def package(ident: str, replica_of: str, source: dict[str, str] | None = None, **values: Any) -> dict[str, Any]:
    """A package as an appliance gives it that tells all."""
    source = source or EAST
    wire = {
        "id": ident,
        "project": replica_of.partition("/")[0],
        "replica_of": replica_of,
        "source_name": source["name"],
        "source_asn": source["asn"],
        "source_pool": "tank",
        "target_pool": "dr",
        "enabled": True,
        "state": "idle",
        "last_sync": SYNCED,
    }
    return {**wire, **values}


# The project and one of its LUNs, each on its own; the LUN from another appliance; another project.
WHOLE, REDO = package("id-1", "databases"), package("id-2", "databases/redo-1")
OTHER, MAIL = package("id-3", "databases/redo-1", NORTH), package("id-4", "mail")
CONTENT = {"id-1": ("redo-1", "redo-2"), "id-2": ("redo-1",), "id-3": ("redo-1",), "id-4": ("inbox",)}


def target(*packages: dict[str, Any], update: int = 8, tells: bool = True, **content: tuple[str, ...]) -> Book:
    """An appliance with packages; `content` has the LUNs in those that hold others than usual."""
    pages: dict[str, Any] = {
        SOURCES: {"sources": [EAST, NORTH]},
        PROJECTS: {"projects": []},
        f"{FLAT}": {"packages": []},
    }
    for source in (EAST, NORTH):
        pages[f"{SOURCES}/{source['name']}/packages"] = {"packages": []}
    for wire in packages:
        shown = {key: value for key, value in wire.items() if tells or key not in RECALLED}
        below = f"{SOURCES}/{wire['source_name']}/packages"
        pages[below]["packages"].append(shown)
        if update >= 8:
            pages[FLAT]["packages"].append(shown)
        path = f"{FLAT if update >= 8 else below}/{wire['id']}"
        project = f"{path}/projects/{wire['project']}"
        luns = content.get(wire["id"].replace("-", "_"), CONTENT.get(wire["id"], ()))
        pages[path] = {"package": shown}
        pages[f"{path}/projects"] = {"projects": [{"name": wire["project"], "pool": "dr"}]}
        pages[f"{project}/luns"] = {"luns": [{"name": name} for name in luns]}
        pages[f"{project}/filesystems"] = {"filesystems": []}
    return Book(pages, Release(update))


def plan(book: Book, source: str = "zs-east", replica_of: str = "databases/redo-1", **options: Any) -> Item:
    """Plan for what the address means."""
    return plan_package(book, {"id": None, "source": source, "replica_of": replica_of, "state": "present", **options})


def meant(book: Book, *address: str) -> str:
    """The id of the package that an address means."""
    return str(plan(book, *address).after["package"]["id"])


TELLS = pytest.mark.parametrize("tells", [True, False], ids=["told", "found out"])
UPDATES = pytest.mark.parametrize("update", [8, 7])


@TELLS
@UPDATES
@pytest.mark.parametrize(
    ("address", "ident"),
    [
        (("zs-east", "databases"), "id-1"),
        (("zs-north", "databases/redo-1"), "id-3"),
        (("asn-n", "databases/redo-1"), "id-3"),
        (("ASN-N", "databases/redo-1"), "id-3"),
    ],
)
def test_address_means_one_package(address: tuple[str, str], ident: str, update: int, tells: bool) -> None:
    packages = [WHOLE, OTHER, package("id-9", "mail/inbox")]

    assert meant(target(*packages, update=update, tells=tells, id_9=("inbox",)), *address) == ident


def test_whole_project_is_not_one_of_its_shares() -> None:
    book = target(WHOLE, REDO, OTHER, MAIL)

    assert [meant(book, "zs-east", name) for name in ("databases", "databases/redo-1", "mail")] == [
        "id-1",
        "id-2",
        "id-4",
    ]


@TELLS
@UPDATES
def test_several_are_refused_in_one_sentence_that_tells_them_apart(update: int, tells: bool) -> None:
    twin = package("id-8", "databases/redo-1", source_pool="fast", target_pool="dr", last_sync="unknown")
    book = target(REDO, twin, OTHER, update=update, tells=tells, id_8=("redo-1",))

    for state in ("present", "absent"):
        with pytest.raises(PlanRefused) as refused:
            plan(book, state=state)
        said = str(refused.value)
        assert "id-2 of databases/redo-1 from zs-east" in said and "last sync 2024-01-01T10:00:00Z" in said
        assert "id-8 of databases/redo-1 from zs-east" in said and "last sync never" in said
        assert "into pool dr" in said and "id-3" not in said and "choose one with id" in said
        assert not tells or "zs-east/fast" in said


@pytest.mark.parametrize(
    ("packages", "content", "replica_of"),
    [
        # One share may stand for its whole project.
        ((REDO,), {}, "databases"),
        # Nothing has come yet: it may become either.
        ((REDO,), {"id_2": ()}, "databases/redo-1"),
        ((WHOLE,), {"id_1": ()}, "databases"),
        # A whole project, and something that may be it as well.
        ((WHOLE, REDO), {}, "databases"),
    ],
)
@pytest.mark.parametrize("state", ["present", "absent"])
def test_what_the_content_leaves_open_is_refused(
    packages: tuple[dict[str, Any], ...], content: dict[str, tuple[str, ...]], replica_of: str, state: str
) -> None:
    with pytest.raises(PlanRefused, match="choose one with id"):
        plan(target(*packages, tells=False, **content), "zs-east", replica_of, state=state)


@pytest.mark.parametrize("code", [404, 405, 501, 403])
def test_package_of_which_nothing_can_be_found_out_is_not_taken_for_absent(code: int) -> None:
    book = target(REDO, tells=False)
    for path in [path for path in book.pages if path.startswith(f"{FLAT}/id-2/")] + [f"{SOURCES}/zs-east/packages"]:
        book.pages[path] = None if code == 404 else ApplianceError("no", status=code)

    with pytest.raises(PlanRefused, match="may or may not match the replication package id-2"):
        plan(book, state="absent")
    # By its id it is as good as any.
    assert plan_package(book, {"id": "id-2", "state": "severed", "project": "new"}).changed


def test_source_that_tells_one_of_its_names_is_known_by_both() -> None:
    wire = {key: value for key, value in REDO.items() if key != "source_asn"}
    book = target(REDO)
    book.pages[FLAT] = {"packages": [wire]}
    book.pages[f"{FLAT}/id-2"] = {"package": wire}

    assert meant(book, "asn-e", "databases/redo-1") == "id-2"
    assert not plan(book, "asn-n", state="absent").changed


@TELLS
@UPDATES
def test_absent_is_what_no_address_means(update: int, tells: bool) -> None:
    book = target(WHOLE, OTHER, update=update, tells=tells)

    assert not plan(book, state="absent").changed
    assert not plan(book, "zs-west", "databases", state="absent").changed


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"state": "present"}, "package of mail/x from zs-east does not exist; correct source or replica_of"),
        ({"state": "cloned", "project": "new"}, "package of mail/x from zs-east does not exist"),
        (
            {"state": "severed", "project": "new"},
            "neither replication package of mail/x from zs-east nor the project new",
        ),
        (
            {"state": "reversed", "project": "new"},
            "neither replication package of mail/x from zs-east nor the project new",
        ),
    ],
)
def test_other_states_need_what_an_address_means(options: dict[str, Any], said: str) -> None:
    with pytest.raises(PlanRefused, match=said):
        plan(target(WHOLE, MAIL), "zs-east", "mail/x", **options)


@pytest.mark.parametrize(("share", "severed"), [("redo-1", True), ("redo-2", False)])
def test_package_severed_before_is_known_by_the_share_in_its_project(share: str, severed: bool) -> None:
    book = target(MAIL)
    book.pages[PROJECTS] = {"projects": [{"name": "new", "pool": "dr"}]}
    book.pages["/api/storage/v1/pools/dr/projects/new/luns"] = {"luns": [{"name": share}]}

    if severed:
        planned = plan(book, state="severed", project="new")
        assert not planned.changed and "databases/redo-1 from zs-east" in planned.warnings[0]
    else:
        with pytest.raises(PlanRefused, match="there is no redo-1 in project new"):
            plan(book, state="severed", project="new")


@UPDATES
def test_package_is_destroyed_where_it_is(update: int) -> None:
    where = FLAT if update >= 8 else f"{SOURCES}/zs-east/packages"
    step = plan(target(REDO, OTHER, WHOLE, update=update), state="absent").steps[0]

    assert (step.method, step.path) == ("DELETE", f"{where}/id-2")
    assert "id-2 of databases/redo-1 from zs-east" in step.label


@TELLS
@UPDATES
def test_results_tell_one_package_from_another(update: int, tells: bool) -> None:
    book = target(WHOLE, REDO, OTHER, update=update, tells=tells)
    expected = {
        "source": "zs-north",
        "source_asn": "asn-n",
        "target_pool": "dr",
        "replica_of": "databases/redo-1",
        "project": "databases",
        "share": "redo-1",
        "source_pool": "tank" if tells else None,
    }

    by_id = plan_package(book, {"id": "id-3", "state": "present"}).after["package"]
    listed = SUBSETS["replication_packages"](book, Filter(None, None, None))

    assert by_id.items() >= expected.items()
    assert by_id in listed
    assert [(one["source"], one["replica_of"]) for one in listed] == [
        ("zs-east", "databases"),
        ("zs-east", "databases/redo-1"),
        ("zs-north", "databases/redo-1"),
    ]


def test_answer_that_says_less_is_completed() -> None:
    book = target(REDO, tells=False)
    planned = plan(book, enabled=False)
    short = {"id": "id-2", "enabled": False, "last_sync": SYNCED, "state": "idle"}

    assert planned.steps[0].outcome.results({"package": short}) == planned.after


@pytest.mark.parametrize(
    ("source", "replica_of", "said"),
    [
        ("zs-east", "a/b/c", "neither a project nor a project and a share"),
        ("zs-east", "../x", "replica_of '..'"),
        ("zs-east", "", "no package is given"),
        ("", "databases", "no package is given"),
    ],
)
def test_address_that_can_never_be_right(source: str, replica_of: str, said: str) -> None:
    book = target(REDO)

    with pytest.raises(InvalidInput, match=said):
        plan(book, source, replica_of)

    assert book.reads == []


@UPDATES
def test_address_costs_a_list_where_packages_tell(update: int) -> None:
    book = target(WHOLE, REDO, OTHER, MAIL, update=update)

    plan(book)

    assert len(book.reads) == (1 if update >= 8 else 3)


@UPDATES
@pytest.mark.parametrize(
    ("key", "source"),
    [("source_name", "zs-east"), ("source_asn", "asn-e"), ("replica_of", "zs-east"), ("id", "zs-east")],
)
def test_what_cannot_be_understood_is_never_taken_for_another_package(key: str, source: str, update: int) -> None:
    book = target(REDO, OTHER, update=update)
    for body in book.pages.values():
        for wire in [*body.get("packages", ()), body.get("package", {})]:
            if wire.get("id") == "id-2":
                wire[key] = {"a": 1}

    for state in ("present", "absent"):
        with pytest.raises((PlanRefused, NotUnderstood)) as refused:
            plan(book, source, state=state)
        assert "\n" not in str(refused.value)


def test_share_without_a_name_leaves_open_of_what_the_package_is_a_replica() -> None:
    book = target(REDO, tells=False)
    book.pages[f"{FLAT}/id-2/projects/databases/luns"] = {"luns": [{"name": ["x"]}]}

    for replica_of in ("databases", "databases/redo-1"):
        with pytest.raises(PlanRefused, match="may or may not match"):
            plan(book, replica_of=replica_of, state="absent")
    assert plan_package(book, {"id": "id-2", "state": "present"}).after["package"]["replica_of"] is None
