"""Facts of the API reference that monitoring clients rely on: hardware, analytics, logs, and how values are written."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from lab_facts import FROM_87, NEW, A, Fact, check, rows
from lab_heads import FORM, LOGIN, TAKEN, TOKEN
from lab_world import ACTIONS, GIB, LUNS, PROJECTS, REPLICATED, SEND, World, action, lun, own_replication, wait, write

CHASSIS = "hardware/v1/chassis/chassis-000"
DATASETS = "analytics/v1/datasets"
KINDS = {"cpu", "disk", "fan", "memory", "psu", "slot"}
ALERTS = "log/v1/logs/alert"
POOL = "storage/v1/pools/tank"
KIB = 1 << 10
# What was written into the LUN, and what it takes when it is empty.
SENT = (64 << 20) + 16 * KIB
WRITTEN = (lun(), write(64 << 20), own_replication(), action(), SEND, wait(10))


def data(name: str, query: str = "start=now&seconds=1", version: int = 1) -> tuple[str, str]:
    """Ask for the data of a dataset."""
    return ("GET", f"analytics/v{version}/datasets/{name}/data?{query}")


def value(body: Any) -> Any:
    """Return the value in the answer, where clients look for it."""
    return body["data"]["data"]["value"]


HARDWARE = [
    Fact("15.2", "what is in a chassis", (), ("GET", CHASSIS), 200, lambda b: b["chassis"].keys() >= KINDS),
    Fact(
        "15.2",
        "each with label and state",
        (),
        ("GET", CHASSIS),
        200,
        lambda b: all(one["label"] and one["faulted"] is False for kind in KINDS for one in b["chassis"][kind]),
    ),
    Fact(
        "2.5",
        "a list has none of it",
        (),
        ("GET", "hardware/v1/chassis"),
        200,
        lambda b: not KINDS & b["chassis"][0].keys(),
    ),
    Fact(
        "15.2",
        "one kind",
        (),
        ("GET", f"{CHASSIS}/fan"),
        200,
        lambda b: b["fan"][0]["href"].endswith("/fan/fan-000"),
        assumed=True,
    ),
    Fact("15.2", "one of them", (), ("GET", f"{CHASSIS}/fan/fan-000"), 200, {"faulted": False}, assumed=True),
    Fact("15.2", "none of that kind", (), ("GET", f"{CHASSIS}/x"), 404, "ERR_NOT_FOUND"),
    Fact("15.2", "none of that name", (), ("GET", f"{CHASSIS}/fan/x"), 404, "ERR_NOT_FOUND"),
    Fact(
        "15.1",
        "disks are members by name",
        (),
        ("GET", "system/v1/disks"),
        200,
        lambda b: b["disks"]["disk-000"]["state"] == "healthy",
    ),
    Fact(
        "15.1",
        "disks of v2",
        (),
        ("GET", "system/v2/disks"),
        200,
        lambda b: b["disks"]["disk-001"]["label"] == "HDD 1",
        NEW,
    ),
    Fact(
        "15.1",
        "no list of disks",
        (),
        ("GET", "system/v1/disks"),
        200,
        lambda b: not any(isinstance(one, list) for one in b["disks"].values()),
    ),
]
ANALYTICS = [
    Fact(
        "15.2",
        "datasets",
        (),
        ("GET", DATASETS),
        200,
        lambda b: (
            {"cpu.utilization", "io.ops[op]", "iscsi.ops", "nic.kilobytes[direction]"}
            <= {one["name"] for one in b["datasets"]}
        ),
    ),
    Fact("15.2", "a dataset", (), ("GET", f"{DATASETS}/io.ops[op]"), 200, {"name": "io.ops[op]"}, assumed=True),
    Fact("15.2", "no dataset", (), ("GET", f"{DATASETS}/x/data"), 404, "ERR_NOT_FOUND"),
    Fact(
        "15.2",
        "a quiet appliance",
        (),
        data("nic.kilobytes[direction]"),
        200,
        lambda b: b["data"]["data"] == {"value": 0, "data": [{"key": "in", "value": 0}, {"key": "out", "value": 0}]},
    ),
    Fact(
        "15.2",
        "not broken down",
        (),
        data("cpu.utilization"),
        200,
        lambda b: b["data"]["data"] == {"value": 0, "data": []},
    ),
    Fact("15.2", "v2", (), data("cpu.utilization", "span=minute", 2), 200, lambda b: value(b) == 0, NEW),
    Fact(
        "15.2",
        "replication is sent",
        WRITTEN,
        data("nic.kilobytes[direction]", "span=minute"),
        200,
        lambda b: value(b) == round(SENT / KIB / 60),
    ),
    Fact(
        "15.2",
        "and received",
        WRITTEN,
        ("west", *data("io.bytes[op]", "span=minute")),
        200,
        lambda b: b["data"]["data"]["data"][1] == {"key": "write", "value": round(SENT / 60)},
        assumed=True,
    ),
    Fact(
        "15.2",
        "it is over",
        (*WRITTEN, wait(60)),
        data("nic.kilobytes[direction]", "span=minute"),
        200,
        lambda b: value(b) == 0,
    ),
    Fact(
        "15.2",
        "requests",
        (*[("GET", POOL)] * 120, wait(1)),
        data("http.reqs", "span=minute"),
        200,
        lambda b: value(b) == 2,
        assumed=True,
    ),
    Fact(
        "15.2",
        "from a time on",
        (*[("GET", POOL)] * 10, wait(100)),
        data("http.reqs", "start=20231114T22:13:20&seconds=5"),
        200,
        lambda b: value(b) == 2 and b["data"]["startTime"] == "20231114T22:13:20",
        assumed=True,
    ),
    Fact("15.2", "bad start", (), data("http.reqs", "start=x"), 400, "ERR_INVALID_ARG"),
    Fact("15.2", "bad seconds", (), data("http.reqs", "seconds=0"), 400, "ERR_INVALID_ARG"),
    Fact("15.2", "bad span", (), data("http.reqs", "span=x"), 400, "ERR_INVALID_ARG"),
]
LOGS = [
    Fact(
        "15.2",
        "an update that has ended",
        REPLICATED,
        ("GET", ALERTS),
        200,
        lambda b: b["logs"][0].keys() >= {"uuid", "timestamp"} and "finished" in b["logs"][0]["description"],
    ),
    Fact(
        "15.2",
        "alerts in v2",
        REPLICATED,
        ("GET", "log/v2/logs/alert?start=2023-11-14T22:13:20Z"),
        200,
        lambda b: b["logs"][0]["timestamp"].endswith("Z"),
        NEW,
    ),
    Fact("15.2", "alerts from a time on", REPLICATED, ("GET", f"{ALERTS}?start=20300101T00:00:00"), 200, {"logs": []}),
    Fact(
        "15.2",
        "takeover",
        (FORM, TAKEN),
        ("west", "GET", ALERTS),
        200,
        lambda b: "taken over" in b["logs"][-1]["description"],
        assumed=True,
    ),
    Fact(
        "15.2",
        "who did what",
        (lun(),),
        ("GET", "log/v1/logs/audit"),
        200,
        lambda b: b["logs"][-1]["user"] == "admin" and b["logs"][-1]["summary"] == f"POST /api/{LUNS}",
        assumed=True,
    ),
    Fact(
        "1.8",
        "the list of logs is none of events",
        (),
        ("GET", "log/v1/logs?start=20231114T22:13:20"),
        400,
        "ERR_INVALID_ARG",
        assumed=True,
    ),
]
FLOATS = ("available", "free", "total", "used")


def of_type(kind: type, *names: str) -> Callable[[dict[str, Any]], bool]:
    """Say whether values have exactly this type."""
    return lambda record: {type(record[name]) for name in names} == {kind}


V2_POOL, V2_LUN = POOL.replace("v1", "v2"), A.replace("v1", "v2")
SPACE = ("space_data", "space_total", "space_available", "volblocksize", "maxblocksize")
WRITTEN_AS = [
    Fact("16.5", "sizes of pools in v1", (), ("GET", POOL), 200, lambda b: of_type(float, *FLOATS)(b["pool"]["usage"])),
    Fact(
        "16.5",
        "other numbers of pools in v1",
        (),
        ("GET", POOL),
        200,
        lambda b: of_type(int, "compression", "dedupratio", "usage_data")(b["pool"]["usage"]),
    ),
    Fact("15.2", "pools in v2", (), ("GET", V2_POOL), 200, lambda b: of_type(int, *FLOATS)(b["pool"]["usage"]), NEW),
    Fact(
        "16.8",
        "size of a LUN in v1",
        (lun(),),
        ("GET", A),
        200,
        lambda b: of_type(float, "volsize")(b["lun"]) and b["lun"]["volsize"] == GIB,
    ),
    Fact("16.8", "other sizes of it", (lun(),), ("GET", A), 200, lambda b: of_type(int, *SPACE)(b["lun"])),
    Fact("15.2", "LUN in v2", (lun(),), ("GET", V2_LUN), 200, lambda b: of_type(int, "volsize", *SPACE)(b["lun"]), NEW),
    Fact(
        "16.1.2",
        "sizes of a project",
        (),
        ("GET", f"{PROJECTS}/default"),
        200,
        lambda b: of_type(int, "quota", "space_data", "default_volsize")(b["project"]),
    ),
    Fact(
        "15.1",
        "no limit in a list of v1",
        REPLICATED,
        ("GET", ACTIONS),
        200,
        lambda b: b["actions"][0]["max_bandwidth"] == -1,
    ),
    Fact(
        "15.1",
        "no limit in a list of a share",
        REPLICATED,
        ("GET", f"{A}/replication/actions"),
        200,
        lambda b: b["actions"][0]["max_bandwidth"] == -1,
        FROM_87,
    ),
    Fact("15.1", "no limit of one", REPLICATED, ("GET", f"{ACTIONS}/{{id}}"), 200, {"max_bandwidth": 0}),
    Fact(
        "15.1",
        "no limit in v2",
        REPLICATED,
        ("GET", ACTIONS.replace("v1", "v2")),
        200,
        lambda b: b["actions"][0]["max_bandwidth"] == 0,
        NEW,
    ),
    Fact(
        "15.1",
        "a limit",
        (*REPLICATED, ("PUT", f"{ACTIONS}/{{id}}", {"max_bandwidth": 5})),
        ("GET", ACTIONS),
        200,
        lambda b: b["actions"][0]["max_bandwidth"] == 5,
    ),
    Fact(
        "15.1",
        "times of the system in v2",
        (),
        ("GET", "system/v2/version"),
        200,
        {
            "boot_time": "2023-11-14T22:13:20Z",
            "install_time": "2023-11-14T22:13:20Z",
            "update_time": "2023-11-14T22:13:20Z",
        },
        NEW,
    ),
    Fact(
        "15.1",
        "times of updates in v2",
        (),
        ("GET", "system/v2/updates"),
        200,
        lambda b: b["updates"][0]["install_date"] == "2023-11-14T22:13:20Z",
        NEW,
    ),
]
NULL: dict[str, Any] = {"data": "null", "headers": {"Content-Type": "application/json"}}
LENIENT = [
    Fact("15.2", "null with GET", (lun(),), ("GET", A, None, NULL), 200, {"name": "a"}),
    Fact("15.2", "null with DELETE", (lun(),), ("DELETE", A, None, NULL), 204),
    Fact(
        "15.2",
        "no content type",
        (lun(),),
        ("PUT", A, None, {"data": '{"nodestroy": "true"}'}),
        202,
        {"nodestroy": True},
    ),
]
TOKENS = "user/v2/users/admin/preferences/tokens"
USER: dict[str, Any] = {
    "headers": {"X-Auth-User": "admin", "X-Auth-Key": "lab-password"},
    "auth": lambda request: request,
}
KEPT = ("POST", TOKENS, {"preserve": True, "expiration": 900}, USER)
HEADS = [
    Fact(
        "15.1",
        "a persistent token is good on both heads",
        (FORM, KEPT),
        ("west", "GET", "access/v1", None, TOKEN),
        200,
        None,
        NEW,
    ),
    Fact("15.1", "after a takeover, too", (FORM, KEPT, TAKEN), ("GET", "access/v1", None, TOKEN), 200, None, NEW),
    Fact("15.1", "a login is not", (FORM, LOGIN), ("west", "GET", "access/v1", None, TOKEN), 401, None, NEW),
]


@rows([*HARDWARE, *ANALYTICS, *[fact for fact in LOGS if "takeover" not in fact.what], *WRITTEN_AS, *LENIENT])
def test_fact(fact: Fact, release: str, worlds: Callable[[str], World]) -> None:
    """The appliance behaves as the reference says."""
    check(fact, worlds(release))


@rows([*HEADS, *[fact for fact in LOGS if "takeover" in fact.what]])
def test_fact_of_heads(fact: Fact, release: str, heads: Callable[[str], World]) -> None:
    """The heads behave as the reference says."""
    check(fact, heads(release))


@pytest.mark.parametrize("name", ["lun", "pool"])
def test_v1_prints_floats_as_json_numbers(world: World, name: str) -> None:
    """They have a point, as in the samples of the guides (API reference 15.2)."""
    world.do(lun())
    text = world.east.call("GET", A if name == "lun" else POOL).text
    assert re.search(r'"volsize": 1073741824\.0,' if name == "lun" else r'"available": \d{13}\.0,', text)


def test_two_slashes(world: World) -> None:
    """A script in production sends them (API reference 15.2)."""
    url = f"{world.east.url}//api/{POOL}"
    assert world.east.http.get(url, timeout=20).json()["pool"]["name"] == "tank"
