"""Facts of the API reference about services, problems and hardware: given these steps, this request has this outcome."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lab_facts import FROM_87, NEW, OFF, OLD, UP_TO_87, Fact, check, rows
from lab_heads import order
from lab_world import World

SERVICES = "service/v1/services"


def broken(name: str, maintenance: bool = True) -> Any:
    """Put a service of east into maintenance, or repair it."""
    return order("POST", "/service", {"appliance": "east", "service": name, "maintenance": maintenance})


def statuses(body: Any) -> dict[str, str]:
    """Return the status of each service."""
    return {one["name"]: one["<status>"] for one in body["services"]}


FACTS = [
    Fact(
        "2.3",
        "a listed service",
        (),
        ("GET", SERVICES),
        200,
        lambda b: b["services"][0].keys() == {"<status>", "name", "href", "log"},
    ),
    Fact("2.3", "its log", (), ("GET", SERVICES), 200, lambda b: b["services"][0]["log"].keys() == {"href", "size"}),
    Fact(
        "2.3",
        "its path",
        (),
        ("GET", SERVICES),
        200,
        lambda b: all(s["href"] == f"/api/{SERVICES}/{s['name']}" for s in b["services"]),
    ),
    Fact(
        "2.3",
        "those that clients name",
        (),
        ("GET", SERVICES),
        200,
        lambda b: statuses(b).keys() >= {"replication", "iscsi", "nfs", "smb", "http", "rest"},
    ),
    Fact(
        "2.3",
        "the others",
        (),
        ("GET", SERVICES),
        200,
        lambda b: (
            statuses(b).keys()
            >= {
                "ad",
                "ssh",
                "ndmp",
                "sftp",
                "ftp",
                "tftp",
                "dns",
                "ntp",
                "ldap",
                "nis",
                "snmp",
                "syslog",
                "srp",
                "smtp",
            }
        ),
    ),
    Fact(
        "2.3",
        "online at first",
        (),
        ("GET", SERVICES),
        200,
        lambda b: {statuses(b)[name] for name in ("iscsi", "replication", "rest", "nfs")} == {"online"},
    ),
    Fact("2.3", "disabled at first", (), ("GET", f"{SERVICES}/ndmp"), 200, {"<status>": "disabled"}, assumed=True),
    Fact(
        "2.3",
        "one service",
        (),
        ("GET", f"{SERVICES}/iscsi"),
        200,
        {"<status>": "online", "href": "/api/service/v1/services/iscsi"},
    ),
    Fact(
        "2.3",
        "iscsi properties",
        (),
        ("GET", f"{SERVICES}/iscsi"),
        200,
        {"isns_access": False, "radius_access": False, "isns_server": ""},
        assumed=True,
    ),
    Fact(
        "2.3",
        "set a property",
        (),
        ("PUT", f"{SERVICES}/iscsi", {"isns_server": "192.0.2.1"}),
        202,
        {"isns_server": "192.0.2.1", "<status>": "online"},
        assumed=True,
    ),
    Fact(
        "2.3",
        "it stays",
        (("PUT", f"{SERVICES}/iscsi", {"isns_access": True}),),
        ("GET", f"{SERVICES}/iscsi"),
        200,
        {"isns_access": True},
    ),
    Fact(
        "2.3",
        "property of another type",
        (),
        ("PUT", f"{SERVICES}/iscsi", {"isns_access": "perhaps"}),
        400,
        "ERR_INVALID_ARG",
    ),
    Fact("2.3", "unknown property", (), ("PUT", f"{SERVICES}/iscsi", {"x": 1}), 400, "ERR_UNKNOWN_ARG"),
    Fact("2.3", "read-only field", (), ("PUT", f"{SERVICES}/iscsi", {"href": "x"}), 400, "ERR_INVALID_ARG"),
    Fact(
        "2.3",
        "port out of range",
        (),
        ("PUT", f"{SERVICES}/ssh", {"listen_port": 70000}),
        400,
        "ERR_INVALID_ARG",
        assumed=True,
    ),
    Fact(
        "2.3",
        "versions that contradict",
        (),
        ("PUT", f"{SERVICES}/nfs", {"version_min": "4", "version_max": "3"}),
        400,
        "ERR_INVALID_ARG",
        assumed=True,
    ),
    Fact(
        "2.3",
        "all or nothing",
        (lambda w: w.east.call("PUT", f"{SERVICES}/nfs", {"<status>": "disable", "x": 1}),),
        ("GET", f"{SERVICES}/nfs"),
        200,
        {"<status>": "online"},
    ),
    Fact(
        "2.3",
        "property and status",
        (),
        ("PUT", f"{SERVICES}/ssh", {"<status>": "disable", "listen_port": 2222}),
        202,
        {"<status>": "disabled", "listen_port": 2222},
    ),
    Fact(
        "2.3",
        "disable twice",
        (("PUT", f"{SERVICES}/nfs/disable"),),
        ("PUT", f"{SERVICES}/nfs/disable"),
        202,
        {"<status>": "disabled"},
    ),
    Fact("2.3", "enable twice", (), ("PUT", f"{SERVICES}/nfs/enable"), 202, {"<status>": "online"}),
    Fact(
        "2.3",
        "enable by status",
        (("PUT", OFF),),
        ("PUT", f"{SERVICES}/replication", {"<status>": "enable"}),
        202,
        {"<status>": "online"},
    ),
    Fact("2.3", "enable what is not there", (), ("PUT", f"{SERVICES}/x/enable"), 404, "ERR_NOT_FOUND"),
    Fact(
        "2.3",
        "enable takes no argument",
        (),
        ("PUT", f"{SERVICES}/nfs/enable", {"x": 1}),
        400,
        "ERR_UNKNOWN_ARG",
        assumed=True,
    ),
    Fact(
        "2.3",
        "alerts of replication",
        (),
        ("GET", f"{SERVICES}/replication"),
        200,
        {"enable_start_finish_alerts": True},
        NEW,
    ),
    Fact(
        "2.3",
        "no alerts before",
        (),
        ("PUT", f"{SERVICES}/replication", {"enable_start_finish_alerts": False}),
        400,
        "ERR_UNKNOWN_ARG",
        UP_TO_87,
        True,
    ),
    Fact("2.3", "v2", (), ("GET", "service/v2/services/nfs"), 200, {"href": "/api/service/v2/services/nfs"}, NEW),
    Fact(
        "2.3", "resources are refused", (), ("GET", f"{SERVICES}/ssh/keys"), 501, "ERR_NOT_IMPLEMENTED", FROM_87, True
    ),
    Fact("2.3", "resources of what is not there", (), ("GET", f"{SERVICES}/x/keys"), 404, "ERR_NOT_FOUND", FROM_87),
    Fact("2.3", "no resources before", (), ("GET", f"{SERVICES}/ssh/keys"), 404, "ERR_NOT_FOUND", OLD),
    Fact("2.3", "maintenance", (broken("nfs"),), ("GET", f"{SERVICES}/nfs"), 200, {"<status>": "maintenance"}),
    Fact(
        "2.3",
        "maintenance is listed",
        (broken("nfs"),),
        ("GET", SERVICES),
        200,
        lambda b: statuses(b)["nfs"] == "maintenance",
    ),
    Fact(
        "2.3",
        "enable repairs nothing",
        (broken("nfs"),),
        ("PUT", f"{SERVICES}/nfs/enable"),
        202,
        {"<status>": "maintenance"},
        assumed=True,
    ),
    Fact(
        "2.3",
        "disable what is broken",
        (broken("nfs"),),
        ("PUT", f"{SERVICES}/nfs/disable"),
        202,
        {"<status>": "disabled"},
        assumed=True,
    ),
    Fact(
        "2.3",
        "repaired",
        (broken("nfs"), broken("nfs", False)),
        ("GET", f"{SERVICES}/nfs"),
        200,
        {"<status>": "online"},
    ),
    Fact(
        "2.3",
        "broken here, not there",
        (broken("nfs"),),
        ("west", "GET", f"{SERVICES}/nfs"),
        200,
        {"<status>": "online"},
    ),
    Fact("2.5", "no problem", (), ("GET", "problem/v1/problems"), 200, {"problems": []}),
    Fact(
        "2.5",
        "a broken service is a problem",
        (broken("nfs"),),
        ("GET", "problem/v1/problems"),
        200,
        lambda b: (
            b["problems"][0].keys()
            == {
                "uuid",
                "code",
                "diagnosed",
                "phoned_home",
                "severity",
                "type",
                "url",
                "description",
                "impact",
                "response",
                "action",
                "href",
            }
        ),
        assumed=True,
    ),
    Fact("2.5", "missing problem", (), ("GET", "problem/v1/problems/x"), 404, "ERR_NOT_FOUND"),
    Fact(
        "2.5",
        "chassis",
        (),
        ("GET", "hardware/v1/chassis"),
        200,
        lambda b: (
            b["chassis"][0].keys()
            == {
                "name",
                "faulted",
                "locate",
                "manufacturer",
                "model",
                "serial",
                "part",
                "path",
                "revision",
                "rpm",
                "type",
                "href",
            }
        ),
    ),
    Fact(
        "2.5", "one chassis", (), ("GET", "hardware/v1/chassis/chassis-000"), 200, {"type": "system", "faulted": False}
    ),
    Fact("2.5", "missing chassis", (), ("GET", "hardware/v1/chassis/x"), 404, "ERR_NOT_FOUND"),
]


@rows(FACTS)
def test_fact(fact: Fact, release: str, worlds: Callable[[str], World]) -> None:
    """The appliance behaves as the reference says."""
    check(fact, worlds(release))
