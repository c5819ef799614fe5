"""The samples of failures in RETURN, and that of a session, are what modules really return."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import pytest
from cases import row_id
from documented import documented
from lab_appliances import Record
from module_runner import MODULES, Bench
from samples import comparable, unlike

PLACE = {"pool": "tank", "project": "databases"}
ROUTE = {**PLACE, "lun": "redo-1", "target": "west"}
HOST = "iqn.2020-01.com.example:db-1"
MADE_UP = "zs-east.example.com:215"

Task = tuple[str, Record]
PROJECT: Task = ("zfssa_project", {"pool": "tank", "name": "databases"})
LUN: Task = ("zfssa_lun", {**PLACE, "name": "redo-1", "size": "1G", "initiator_groups": ["default"]})
LUN_OF_GROUPS: Task = ("zfssa_lun", {**LUN[1], "initiator_groups": ["db-hosts"], "target_group": "db-targets"})
KNOWN: Task = ("zfssa_initiator", {"initiator": HOST})
HOSTS: Task = ("zfssa_initiator_group", {"name": "db-hosts", "initiators": [HOST]})
TARGET: Task = ("zfssa_target", {"alias": "db-target"})
TARGETS: Task = ("zfssa_target_group", {"name": "db-targets", "targets": ["db-target"]})
REPLICATED: Task = ("zfssa_replication", {**ROUTE, "target_pool": "tank", "inherited": False})
TYPE_IS_STRING: Task = ("zfssa_schema", {"name": "cost_center", "type": "String"})
CACHE = {"pool": "tank", "project": "images"}
IMAGES: Task = ("zfssa_project", {"pool": "tank", "name": "images"})
IMAGE = {
    **CACHE,
    "id": "minimal-1.0",
    "image": "/srv/images/minimal.qcow2",
    "initiator": HOST,
    "initiator_group": "image-writer",
}
ALL_OF_SAN = (PROJECT, KNOWN, HOSTS, TARGET, TARGETS, LUN_OF_GROUPS)


@dataclass(frozen=True)
class Row:
    """A task that fails as the documentation of its module shows: what is there before it, and what it asks for.

    Attributes:
        name: the module.
        options, before: the task, and those before it.
        fault: what the lab does to the next update of a replication.
        connection: options of the connection, where they are wrong.
    """

    name: str
    options: Record
    before: tuple[Task, ...] = ()
    fault: Record | None = None
    connection: Record = field(default_factory=dict)


ROWS = (
    Row("zfssa_image", IMAGE, (IMAGES, ("zfssa_lun", {**CACHE, "name": "image-minimal-1-0-5f99e0a1a9", "size": "1G"}))),
    Row(
        "zfssa_image_cache",
        {**CACHE, "id": "minimal-1.0", "luns": [{"name": "vm-1"}]},
        (IMAGES, ("zfssa_lun", {**CACHE, "name": "vm-1", "size": "1G"})),
    ),
    Row("zfssa_info", {}, connection={"password": "wrong-password"}),
    Row("zfssa_initiator", {"initiator": HOST, "state": "absent"}, (KNOWN, HOSTS)),
    Row("zfssa_initiator_group", {"name": "db-hosts", "state": "absent"}, ALL_OF_SAN),
    Row("zfssa_lun", {**PLACE, "name": "redo-2", "size": "10T"}, (PROJECT,)),
    Row(
        "zfssa_lun_mapping", {**PLACE, "lun": "redo-1", "initiator_groups": ["db-hosts"]}, (PROJECT, KNOWN, HOSTS, LUN)
    ),
    Row(
        "zfssa_lun_migration",
        {**PLACE, "luns": ["redo-1"], "target_pool": "tank", "target_project": "default", "peer": "west"},
        (PROJECT, ("zfssa_lun", {**LUN[1], "nodestroy": True})),
    ),
    Row("zfssa_preflight", {"project": "databases"}),
    Row("zfssa_project", {"pool": "tank", "name": "databases", "reservation": "2T"}),
    Row("zfssa_replication", {**ROUTE, "target_pool": "tank"}, (PROJECT,)),
    Row("zfssa_replication_package", {"id": "ef5f9a25-88f3-4b6c-8b02-31388497e008", "enabled": True}),
    Row("zfssa_replication_target", {"label": "west", "state": "absent"}, (PROJECT, LUN, REPLICATED)),
    Row("zfssa_replication_update", ROUTE, (PROJECT, LUN, REPLICATED), {"replication": "fail"}),
    Row("zfssa_rest", {"path": "/api/storage/v1/pools/pond"}),
    Row(
        "zfssa_san",
        {"config": {"luns": [{**PLACE, "name": "redo-1", "size": "1G", "initiator_groups": ["db-host"]}]}},
        (PROJECT, KNOWN, HOSTS),
    ),
    Row("zfssa_schema", {"name": "cost_center", "type": "Integer"}, (TYPE_IS_STRING,)),
    Row("zfssa_service", {"name": "replication", "properties": {"start_alerts": False}}),
    Row("zfssa_session", {}, connection={"password": "wrong-password"}),
    Row(
        "zfssa_snapshot",
        {**PLACE, "lun": "redo-1", "name": "before-upgrade", "new_name": "release-41"},
        (PROJECT, LUN),
    ),
    Row("zfssa_target", {"alias": "db-target", "state": "absent"}, (TARGET, TARGETS)),
    Row("zfssa_target_group", {"name": "db-targets", "state": "absent"}, ALL_OF_SAN),
)


def meant(sample: Any, bench: Bench) -> Any:
    """Return a sample with what the lab has in place of names that it makes up."""
    facts = bench.lab.east.facts
    if isinstance(sample, dict):
        return {key: meant(value, bench) for key, value in sample.items()}
    if not isinstance(sample, str):
        return sample
    text = sample.replace(MADE_UP, f"{facts['host']}:{facts['port']}").replace("'ansible'", f"'{facts['username']}'")
    return {"ansible": facts["username"], MADE_UP.partition(":")[0]: facts["host"]}.get(text, text)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"size": 7}, "lun.size is 21474836480, and its sample is 7"),
        ({"sparse": 1}, "lun.sparse is True, and its sample is 1"),
        ({"creation": "Nov 22 2026"}, "lun.creation is 'TIME', and its sample is 'Nov 22 2026'"),
        ({"lunguid": "600144F0"}, "lun.lunguid is 'GUID', and its sample is '600144F0'"),
        ({"lu_numbers": {}}, "lun.lu_numbers.db-hosts is missing in the sample"),
        ({"lu_numbers": {"db-hosts": 0, "other": 1}}, "lun.lu_numbers.other does not come"),
        ({"initiator_groups": []}, "lun.initiator_groups is ['db-hosts'], and its sample is []"),
    ],
)
def test_a_sample_that_is_otherwise_is_noticed(change: Record, complaint: str) -> None:
    lun = comparable(documented("zfssa_lun")["lun"]["sample"])

    assert list(unlike({**lun, **change}, lun, False, "lun")) == [complaint]
    assert list(unlike(lun, lun, False, "lun")) == []


def test_an_excerpt_leaves_out_what_it_likes_but_makes_nothing_up() -> None:
    real = {"luns": [{"name": "a", "size": 1}, {"name": "b", "size": 2}], "groups": ["x"]}

    assert list(unlike({"luns": [{"name": "b"}]}, real, True, "all")) == []
    assert list(unlike({"luns": [{"name": "b", "size": 1}]}, real, True, "all")) == [
        "all.luns[0].name is 'a', and its sample is 'b'"
    ]
    assert list(unlike({"groups": []}, real, True, "all")) == ["all.groups is ['x'], and its sample is []"]


def test_every_module_is_here() -> None:
    assert [row.name for row in ROWS] == MODULES


@pytest.mark.parametrize("row", ROWS, ids=row_id)
def test_failure_is_as_its_sample(row: Row, bench: Bench) -> None:
    for module, options in row.before:
        bench.change(module, options)
    if row.fault:
        bench.lab.fault(row.fault)

    failure = bench.refuse(row.name, row.options, connection=row.connection).result["failure"]

    assert comparable(failure) == comparable(meant(documented(row.name)["failure"]["sample"], bench))


def test_session_is_as_its_sample(bench: Bench) -> None:
    bench.sessions = 1
    session = bench.change("zfssa_session", {}).value
    sample = documented("zfssa_session")["session"]["sample"]

    assert session == {**meant(sample, bench), "token": session["token"]}
    assert all(re.fullmatch(r"[\w-]{16,}", one["token"]) for one in (session, sample))
