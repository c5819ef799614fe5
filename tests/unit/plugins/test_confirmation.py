"""What is destroyed, on appliances that ask for a confirmation always, never, or not in a way that this knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from book import Answer, Book
from replication_pages import ACTION, ACTIONS, TARGETS, WEST, action, pages

from ansible_collections.zfssa.storage.plugins.module_utils.engine._apply import apply
from ansible_collections.zfssa.storage.plugins.module_utils.engine._plan import Item
from ansible_collections.zfssa.storage.plugins.module_utils.engine._read import Reader
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.lun._kind import LUN
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.project._kind import PROJECT
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.replication._action import plan_replication
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.replication._package import plan_package
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.replication._target import PEERS
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.san._kind import (
    INITIATOR,
    INITIATOR_GROUP,
    TARGET,
    TARGET_GROUP,
)
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.schema._kind import SCHEMA
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.snapshot._operations import plan_snapshot
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import (
    ConfirmRequired,
    InvalidArgument,
    PlanRefused,
    from_reply,
)
from ansible_collections.zfssa.storage.plugins.module_utils.values._wire import Wire

ALWAYS, NEVER = "asks always", "never asks, and knows no such parameter"
STORAGE = "/api/storage/v1"
ISCSI = "/api/san/v1/iscsi"
POOL = f"{STORAGE}/pools/tank"
BOX = f"{POOL}/projects/proj-a"
DISK = f"{BOX}/luns/lun-a"
SHOTS = f"{DISK}/snapshots"
PACKAGE = f"{STORAGE}/replication/packages/id-1"
HOST, PORT = "iqn.2020-01.com.example:h", "iqn.1986-03.com.sun:02:t"
LUN_A = {"pool": "tank", "project": "proj-a", "name": "lun-a"}
SHOT = {"pool": "tank", "project": "proj-a", "lun": "lun-a", "filesystem": None, "name": "s1", "force": False}
RECEIVED = {"id": "id-1", "project": "proj-a", "target_pool": "tank", "last_sync": "20240101T10:00:00"}
FROM = {"source_name": "east", "source_asn": "asn-e", "source_pool": "tank", "replica_of": "proj-a"}
GROUP = {"protocol": "iscsi", "membership": "exact"}


def shots(*names: str, **values: Any) -> Wire:
    """The snapshots of the LUN, the oldest first; the values are those of the first."""
    items = [{"name": name, "creation": f"2024010{day}T00:00:00"} for day, name in enumerate(names, 1)]
    return {"snapshots": [{**items[0], **values}, *items[1:]] if items else []}


CLONED = {
    SHOTS: shots("s1", "s2", numclones=1),
    f"{SHOTS}/s1": {"snapshot": {"name": "s1", "numclones": 1}},
    f"{SHOTS}/s1/dependents": {"dependents": [{"project": "p", "share": "c", "href": "/luns/c"}]},
}
WORLD: Mapping[str, Any] = {
    **pages(action()),
    f"{STORAGE}/pools": {"pools": [{"name": "tank", "status": "online"}]},
    POOL: {"pool": {"name": "tank", "status": "online"}},
    BOX: {"project": {"pool": "tank", "name": "proj-b"}},
    f"{POOL}/projects/proj-b": {"project": {"pool": "tank", "name": "proj-b"}},
    DISK: {"lun": {**LUN_A, "volsize": 1}},
    SHOTS: shots("s1"),
    f"{SHOTS}/s1": {"snapshot": {"name": "s1", "numclones": 0}},
    f"{STORAGE}/schema/colour": {"property": {"property": "colour", "type": "String"}},
    f"{ISCSI}/initiators": {"initiators": [{"initiator": HOST}]},
    f"{ISCSI}/initiator-groups/ig-a": {"group": {"name": "ig-a", "initiators": [HOST]}},
    f"{ISCSI}/targets/alias=t-a": {"target": {"alias": "t-a", "iqn": PORT}},
    f"{ISCSI}/target-groups/tg-a": {"group": {"name": "tg-a", "targets": [PORT]}},
    f"{ACTION}/schedules": {"schedules": [{"id": "s", "frequency": "day", "hour": "1", "minute": "0"}]},
    PACKAGE: {"package": {**RECEIVED, **FROM}},
    f"{STORAGE}/projects": {"projects": []},
}
ROUTE = {"pool": "tank", "project": "proj-a", "lun": "lun-a", "target": "west", "target_pool": "dr"}


@dataclass(frozen=True)
class Row:
    """One kind of destruction: what plans it, with what, and what may come between its plan and its request.

    Attributes:
        pages: what differs from the world before.
        later: what comes then, that would die unasked; empty where nothing can.
        force: whether there is a permission for that.
    """

    name: str
    planner: Callable[[Reader, Mapping[str, Any]], Item]
    options: Mapping[str, Any]
    pages: Mapping[str, Any] = field(default_factory=dict)
    later: Mapping[str, Any] = field(default_factory=dict)
    force: bool = True


NO_SHOTS = {SHOTS: shots()}
UNUSED = {TARGETS: {"targets": [{**WEST, "actions": 0}]}, ACTIONS: {"actions": []}}
NOT_SENT = {ACTIONS: {"actions": []}}
BEARER = {f"{STORAGE}/luns": {"luns": [{**LUN_A, "custom:colour": "red"}]}}
SEEN = {f"{STORAGE}/luns": {"luns": [{**LUN_A, "initiatorgroup": ["ig-a"], "targetgroup": "tg-a"}]}}
ORIGIN = {f"{STORAGE}/luns": {"luns": [{**LUN_A, "origin": {"collection": "id-1", "snapshot": "s"}}]}}
MEMBER = {f"{ISCSI}/initiator-groups": {"groups": [{"name": "ig-a", "initiators": [HOST]}]}}
PORT_MEMBER = {f"{ISCSI}/target-groups": {"groups": [{"name": "tg-a", "targets": [PORT]}]}}
GONE = {"state": "absent"}
NEXT = {"frequency": "day", "hour": "2", "minute": "0"}

ROWS = (
    Row("LUN", LUN.plan, {**LUN_A, **GONE}, {**NO_SHOTS, **NOT_SENT}, {SHOTS: shots("s1")}),
    Row("project", PROJECT.plan, {"pool": "tank", "name": "proj-b", **GONE}, later={
        f"{POOL}/projects/proj-b/luns": {"luns": [{"name": "new"}]}}),
    Row("snapshot", plan_snapshot, {**SHOT, **GONE}, later=CLONED),
    Row("rollback", plan_snapshot, {**SHOT, "state": "restored"}, later={SHOTS: shots("s1", "s2")}),
    Row("pruned snapshot", plan_snapshot,
        {**SHOT, "name": None, "state": "present", "keep_last": 1, "match": "*"}, {SHOTS: shots("s1", "s2")}, CLONED),
    Row("property", SCHEMA.plan, {"name": "colour", "force": False, **GONE}, later=BEARER),
    Row("initiator", INITIATOR.plan, {"initiator": HOST, **GONE}, later=MEMBER, force=False),
    Row("initiator group", INITIATOR_GROUP.plan, {"name": "ig-a", **GROUP, **GONE}, later=SEEN, force=False),
    Row("target", TARGET.plan, {"alias": "t-a", **GONE}, later=PORT_MEMBER, force=False),
    Row("target group", TARGET_GROUP.plan, {"name": "tg-a", **GROUP, **GONE}, later=SEEN, force=False),
    Row("action", plan_replication, {**ROUTE, **GONE}, force=False),
    Row("schedule", plan_replication, {**ROUTE, "state": "present", "schedules": []}, force=False),
    Row("peer", PEERS.plan, {"label": "west", **GONE}, UNUSED, {TARGETS: {"targets": [WEST]}}, force=False),
    Row("package", plan_package, {"id": "id-1", "force": False, **GONE}, later=ORIGIN),
    Row("severed package", plan_package, {"id": "id-1", "state": "severed", "project": "new"}, force=False),
)  # fmt: skip
IDS = [row.name for row in ROWS]


class Asking(Book):
    """An appliance with its own mind about confirmations.

    Attributes:
        confirmed: for each write, whether it came confirmed.
    """

    def __init__(self, row: Row, habit: str) -> None:
        super().__init__({**WORLD, **row.pages})
        self.habit = habit
        self.confirmed: list[bool] = []

    def send(self, method: str, path: str, body: Wire | None = None, params: Any = None) -> Answer:
        """Note a write; ask, or refuse what it does not know."""
        self.confirmed.append(params == {"confirm": "true"})
        if self.habit == ALWAYS and not params:
            raise ConfirmRequired("confirm it", status=409, fault="ERR_CONFIRM_REQUIRED", request=f"{method} {path}")
        if self.habit == NEVER and params:
            raise InvalidArgument("extra unhandled input argument", status=400, fault="ERR_UNKNOWN_ARG")
        return super().send(method, path, body, params)


@pytest.mark.parametrize("row", ROWS, ids=IDS)
@pytest.mark.parametrize("force", [False, True])
def test_it_succeeds_whoever_asks(row: Row, force: bool) -> None:
    for habit, confirmed in ((NEVER, [False]), (ALWAYS, [False, True])):
        appliance = Asking(row, habit)
        planned = row.planner(appliance, {**row.options, **({"force": True} if force and row.force else {})})
        read = len(appliance.reads)
        results = apply(planned, appliance)

        assert planned.changed and set(results) >= set(planned.after)
        assert appliance.confirmed == confirmed
        # Who never asks, or has allowed all, pays nothing for those who ask.
        if row.name not in ("rollback", "schedule") and (habit == NEVER or (force and row.force)):
            assert len(appliance.reads) == read


@pytest.mark.parametrize("row", [row for row in ROWS if row.later], ids=lambda row: str(row.name))
def test_what_has_come_since_the_plan_is_not_confirmed(row: Row) -> None:
    appliance = Asking(row, ALWAYS)
    planned = row.planner(appliance, row.options)
    appliance.pages.update(row.later)

    with pytest.raises(PlanRefused) as refused:
        apply(planned, appliance)

    assert appliance.confirmed == [False]
    assert str(planned.steps[0]) in str(refused.value)
    assert (refused.value.status, refused.value.fault) == (409, "ERR_CONFIRM_REQUIRED")
    # In the words of a plan that is made now.
    if row.name != "pruned snapshot":
        with pytest.raises(PlanRefused) as planned_now:
            row.planner(appliance, row.options)
        assert planned_now.value.reason == refused.value.reason


@pytest.mark.parametrize("row", [row for row in ROWS if row.later and row.force], ids=lambda row: str(row.name))
def test_what_is_allowed_is_confirmed_though_it_came_later(row: Row) -> None:
    appliance = Asking(row, ALWAYS)
    planned = row.planner(appliance, {**row.options, "force": True})
    appliance.pages.update({path: page for path, page in row.later.items() if "/dependents" not in path})

    apply(planned, appliance)

    assert appliance.confirmed == [False, True]


@pytest.mark.parametrize(
    "fault",
    [
        {"message": "confirm", "name": "ERR_CONFIRM_REQUIRED", "code": 409},
        {"message": "ERR_CONFIRM_REQUIRED", "details": "confirm", "code": 500},
        {"message": "request requires the `confirm=true` query parameter to complete", "code": 409},
    ],
)
def test_question_is_known_by_its_name_or_by_its_words(fault: Wire) -> None:
    assert isinstance(from_reply(409, {"fault": fault}, "DELETE /x"), ConfirmRequired)
