"""Which replication package is meant by an address, on appliances that tell all of a package, and on those that do not."""

from __future__ import annotations

from typing import Any

import pytest
from lab_client import LabClient
from received import DR, FIRST, PACKAGES, SOURCES, ids, path_of, receive, receiver, stop
from received import plan as plan_by_id

from ansible_collections.zfssa.storage.plugins.module_utils.engine._apply import apply
from ansible_collections.zfssa.storage.plugins.module_utils.engine._plan import Item
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.replication._package import plan_package
from ansible_collections.zfssa.storage.plugins.module_utils.run._info import SUBSETS, Filter
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import (
    InvalidInput,
    NotUnderstood,
    PlanRefused,
)

# What is received: a project and one of its LUNs, each on its own; the LUN from another appliance; another project.
WHOLE, REDO = ("databases", None, "east"), ("databases", "redo-1", "east")
OTHER, MAIL, INBOX = ("databases", "redo-1", "north"), ("mail", None, "east"), ("mail", "inbox", "east")
CONTENT = {"databases": ("redo-1", "redo-2"), "mail": ("inbox",)}

What = tuple[str, str | None, str]
TELLS = pytest.mark.parametrize("tells", [True, False], ids=["told", "found out"])
RELEASES = pytest.mark.parametrize("release", ["8.8", "8.7"])


def target(*packages: What, release: str = "8.8", tells: bool = True) -> tuple[LabClient, dict[What, str]]:
    """An appliance that has received packages, and their ids."""
    west = receiver(release, tells)
    return west, {what: received(west, what) for what in packages}


def received(west: LabClient, what: What, **more: Any) -> str:
    """Let an appliance receive one more, and return its id."""
    project, lun, sender = what
    return receive(west, project, lun, sender=sender, **{"luns": CONTENT[project], **more})


def plan(west: LabClient, source: str = "east", replica_of: str = "databases/redo-1", **options: Any) -> Item:
    """Plan for what the address means."""
    return plan_package(west, {"id": None, "source": source, "replica_of": replica_of, "state": "present", **options})


def meant(west: LabClient, *address: str) -> str:
    """The id of the package that an address means."""
    return str(plan(west, *address).after["package"]["id"])


def asn_of(west: LabClient, source: str) -> str:
    """The serial number of an appliance."""
    found = west.do("GET", SOURCES)["sources"]
    return str(next(one["asn"] for one in found if one["name"] == source))


@TELLS
@RELEASES
@pytest.mark.parametrize("spelt", [str, str.upper])
def test_address_means_one_package(spelt: Any, release: str, tells: bool) -> None:
    west, of = target(WHOLE, OTHER, INBOX, release=release, tells=tells)

    assert meant(west, "east", "databases") == of[WHOLE]
    for source in ("north", spelt(asn_of(west, "north"))):
        assert meant(west, source, "databases/redo-1") == of[OTHER]


def test_whole_project_is_not_one_of_its_shares() -> None:
    west, of = target(WHOLE, REDO, OTHER, MAIL)

    for name, what in (("databases", WHOLE), ("databases/redo-1", REDO), ("mail", MAIL)):
        assert meant(west, "east", name) == of[what]


@TELLS
@RELEASES
def test_several_are_refused_in_one_sentence_that_tells_them_apart(release: str, tells: bool) -> None:
    west, of = target(REDO, OTHER, release=release, tells=tells)
    twin = receive(west, "databases", "redo-1", luns=("redo-1",), pool="fast", course=FIRST)
    stop(west, twin)

    for state in ("present", "absent"):
        with pytest.raises(PlanRefused) as refused:
            plan(west, state=state)
        said = str(refused.value)
        assert f"{of[REDO]} of databases/redo-1 from east" in said and "last sync 20" in said
        assert twin in said and "last sync never" in said
        assert "into pool dr" in said and of[OTHER] not in said and "choose one with id" in said
        # What nothing has come of yet tells nothing that could be found out.
        assert not tells or ("east/fast" in said and f"{twin} of databases/redo-1 from east" in said)


@pytest.mark.parametrize("state", ["present", "absent"])
@pytest.mark.parametrize(
    ("packages", "replica_of"),
    [
        # One share may stand for its whole project.
        ((REDO,), "databases"),
        # A whole project, and something that may be it as well.
        ((WHOLE, REDO), "databases"),
    ],
)
def test_what_the_content_leaves_open_is_refused(packages: tuple[What, ...], replica_of: str, state: str) -> None:
    west, _of = target(*packages, tells=False)

    with pytest.raises(PlanRefused, match="choose one with id"):
        plan(west, "east", replica_of, state=state)


@pytest.mark.parametrize("state", ["present", "absent"])
@pytest.mark.parametrize(("what", "replica_of"), [(REDO, "databases/redo-1"), (WHOLE, "databases")])
def test_package_into_which_nothing_has_come_may_become_either(what: What, replica_of: str, state: str) -> None:
    west, _of = target(tells=False)
    stop(west, received(west, what, course=FIRST))

    with pytest.raises(PlanRefused, match="choose one with id"):
        plan(west, "east", replica_of, state=state)


@pytest.mark.parametrize("code", [404, 405, 501, 403])
def test_package_of_which_nothing_can_be_found_out_is_not_taken_for_absent(code: int) -> None:
    west, of = target(REDO, tells=False)
    for path in (f"{path_of(west, of[REDO])}/", f"{SOURCES}/east/packages$"):
        west.fault({"status": code}, "GET", path, times=99)

    with pytest.raises(PlanRefused, match=f"may or may not match the replication package {of[REDO]}"):
        plan(west, state="absent")
    # By its id it is as good as any.
    assert plan_by_id(west, of[REDO], state="severed", project="new").changed


def test_source_that_tells_one_of_its_names_is_known_by_both() -> None:
    west, of = target(REDO, OTHER)
    with_each_package(west, of, lambda wire: {key: value for key, value in wire.items() if key != "source_asn"})

    assert meant(west, asn_of(west, "east"), "databases/redo-1") == of[REDO]
    apply(plan(west, asn_of(west, "north"), state="absent"), west)
    assert ids(west) == [of[REDO]]


def with_each_package(west: LabClient, of: dict[What, str], change: Any) -> None:
    """Let packages be read otherwise than the appliance gives them, wherever they are."""
    for path in (PACKAGES, f"{SOURCES}/east/packages", f"{SOURCES}/north/packages"):
        west.edit(path, lambda page: {"packages": [change(one) for one in page["packages"]]})
    for what, ident in of.items():
        west.edit(path_of(west, ident, what[2]), lambda page: {"package": change(page["package"])})


@TELLS
@RELEASES
def test_absent_is_what_no_address_means(release: str, tells: bool) -> None:
    west, _of = target(WHOLE, OTHER, release=release, tells=tells)

    assert not plan(west, state="absent").changed
    assert not plan(west, "zs-west", "databases", state="absent").changed


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"state": "present"}, "package of mail/x from east does not exist; correct source or replica_of"),
        ({"state": "cloned", "project": "new"}, "package of mail/x from east does not exist"),
        ({"state": "severed", "project": "new"}, "neither replication package of mail/x from east nor the project new"),
        (
            {"state": "reversed", "project": "new"},
            "neither replication package of mail/x from east nor the project new",
        ),
    ],
)
def test_other_states_need_what_an_address_means(options: dict[str, Any], said: str) -> None:
    west, _of = target(WHOLE, MAIL)

    with pytest.raises(PlanRefused, match=said):
        plan(west, "east", "mail/x", **options)


@pytest.mark.parametrize("severed", [True, False])
def test_package_severed_before_is_known_by_the_share_in_its_project(severed: bool) -> None:
    west, of = target(REDO, MAIL)
    apply(plan_by_id(west, of[REDO], state="severed", project="new"), west)
    if not severed:
        west.do("PUT", f"{DR}/new/luns/redo-1", {"name": "redo-2"})

    if severed:
        planned = plan(west, state="severed", project="new")
        assert not planned.changed and "databases/redo-1 from east" in planned.warnings[0]
    else:
        with pytest.raises(PlanRefused, match="there is no redo-1 in project new"):
            plan(west, state="severed", project="new")


@RELEASES
def test_package_is_destroyed_where_it_is(release: str) -> None:
    west, of = target(REDO, OTHER, WHOLE, release=release)
    planned = plan(west, state="absent")

    apply(planned, west)

    assert west.work == [("DELETE", path_of(west, of[REDO]), None)]
    assert sorted(ids(west)) == sorted([of[OTHER], of[WHOLE]])
    assert f"{of[REDO]} of databases/redo-1 from east" in planned.steps[0].label


@TELLS
@RELEASES
def test_results_tell_one_package_from_another(release: str, tells: bool) -> None:
    west, of = target(WHOLE, REDO, OTHER, release=release, tells=tells)
    expected = {
        "source": "north",
        "source_asn": asn_of(west, "north"),
        "target_pool": "dr",
        "replica_of": "databases/redo-1",
        "project": "databases",
        "share": "redo-1",
        "source_pool": "tank" if tells else None,
    }

    by_id = plan_by_id(west, of[OTHER]).after["package"]
    listed = SUBSETS["replication_packages"](west, Filter(None, None, None))

    assert by_id.items() >= expected.items()
    assert by_id in listed
    assert sorted((one["source"], one["replica_of"]) for one in listed) == [
        ("east", "databases"),
        ("east", "databases/redo-1"),
        ("north", "databases/redo-1"),
    ]


def test_answer_that_says_less_is_completed() -> None:
    west, of = target(REDO, tells=False)
    planned = plan(west, enabled=False)
    result = apply(planned, west)

    assert result == planned.after
    assert result["package"].items() >= {"replica_of": "databases/redo-1", "source": "east", "id": of[REDO]}.items()


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
    west = receiver()

    with pytest.raises(InvalidInput, match=said):
        plan(west, source, replica_of)

    assert west.log == []


@pytest.mark.parametrize(("release", "reads"), [("8.8", 1), ("8.7", 3)])
def test_address_costs_a_list_where_packages_tell(release: str, reads: int) -> None:
    west, _of = target(WHOLE, REDO, OTHER, MAIL, release=release)

    plan(west)

    assert len(west.reads) == reads


@RELEASES
@pytest.mark.parametrize("key", ["source_name", "source_asn", "replica_of", "id"])
def test_what_cannot_be_understood_is_never_taken_for_another_package(key: str, release: str) -> None:
    west, of = target(REDO, OTHER, release=release)
    source = asn_of(west, "east") if key == "source_asn" else "east"
    with_each_package(west, of, lambda wire: {**wire, key: {"a": 1}} if wire["id"] == of[REDO] else wire)

    for state in ("present", "absent"):
        with pytest.raises((PlanRefused, NotUnderstood)) as refused:
            plan(west, source, state=state)
        assert "\n" not in str(refused.value)


def test_share_without_a_name_leaves_open_of_what_the_package_is_a_replica() -> None:
    west, of = target(REDO, tells=False)
    west.edit(f"{path_of(west, of[REDO])}/projects/databases/luns", lambda _page: {"luns": [{"name": ["x"]}]})

    for replica_of in ("databases", "databases/redo-1"):
        with pytest.raises(PlanRefused, match="may or may not match"):
            plan(west, replica_of=replica_of, state="absent")
    assert plan_by_id(west, of[REDO]).after["package"]["replica_of"] is None
