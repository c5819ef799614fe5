"""Facts of the API reference about access, services, network and pools: given these steps, this request has this outcome."""

from __future__ import annotations

from collections.abc import Callable

from lab_facts import NEW, OFF, OLD, Fact, check, rows
from lab_world import GIB, World

FACTS = [
    Fact("1.3", "services are listed", (), ("GET", "access/v1"), 200, lambda b: b["services"][0]["uri"]),
    Fact("1.4", "v1.0 is v1", (), ("GET", "storage/v1.0/pools"), 200),
    Fact("1.4", "v1.1 is not offered", (), ("GET", "storage/v1.1/pools"), 404, "ERR_NOT_FOUND"),
    Fact("1.4", "v2 on 8.8", (), ("GET", "storage/v2/pools"), 200, on=NEW),
    Fact("1.4", "no v2 on 8.7", (), ("GET", "storage/v2/pools"), 404, None, ("8.7",)),
    Fact("1.4", "no v2 on 2013.1", (), ("GET", "access/v2"), 404, None, OLD),
    Fact("1.4", "service description", (), ("GET", "storage/v1"), 200, lambda b: b["service"]["methods"]),
    Fact("1.6", "unknown path", (), ("GET", "storage/v1/nonsense"), 404, "ERR_NOT_FOUND"),
    Fact("1.6", "wrong method", (), ("DELETE", "storage/v1/pools"), 405),
    Fact("1.8", "unknown query parameter", (), ("GET", "storage/v1/pools?x=1&props=true"), 200),
    Fact(
        "14.2", "version", (), ("GET", "system/v1/version"), 200, {"nodename": "east", "ak_release": "OS8.8.28"}, on=NEW
    ),
    Fact(
        "14.2",
        "no ak_release",
        (),
        ("GET", "system/v1/version"),
        200,
        lambda b: "ak_release" not in b["version"],
        ("8.7",),
    ),
    Fact("14.3", "cluster", (), ("GET", "hardware/v1/cluster"), 200, {"state": "AKCS_UNCONFIGURED", "peer_asn": ""}),
    Fact(
        "2.3",
        "services",
        (),
        ("GET", "service/v1/services"),
        200,
        lambda b: {s["name"]: s["<status>"] for s in b["services"]}["iscsi"] == "online",
    ),
    Fact("2.3", "disable", (), ("PUT", "service/v1/services/nfs/disable"), 202, {"<status>": "disabled"}),
    Fact(
        "2.3", "enable", (("PUT", OFF),), ("PUT", "service/v1/services/replication/enable"), 202, {"<status>": "online"}
    ),
    Fact(
        "2.3",
        "<status> key",
        (),
        ("PUT", "service/v1/services/nfs", {"<status>": "disable"}),
        202,
        {"<status>": "disabled"},
    ),
    Fact("2.3", "bad <status>", (), ("PUT", "service/v1/services/nfs", {"<status>": "off"}), 400, "ERR_INVALID_ARG"),
    Fact(
        "2.3",
        "property",
        (),
        ("PUT", "service/v1/services/replication", {"enable_start_finish_alerts": False}),
        202,
        {"enable_start_finish_alerts": False},
        on=NEW,
    ),
    Fact(
        "2.3",
        "older replication service",
        (),
        ("GET", "service/v1/services/replication"),
        200,
        {"targets": ["west"]},
        OLD,
    ),
    Fact("2.3", "missing service", (), ("GET", "service/v1/services/x"), 404),
    Fact(
        "2.4",
        "interfaces",
        (),
        ("GET", "network/v1/interfaces"),
        200,
        lambda b: [i["admin"] for i in b["interfaces"]] == [False, False, True],
    ),
    Fact("2.4", "datalinks", (), ("GET", "network/v1/datalinks/ixgbe0"), 200, {"class": "device"}),
    Fact(
        "3", "pool", (), ("GET", "storage/v1/pools/tank"), 200, lambda b: b["pool"]["usage"]["available"] == 1024 * GIB
    ),
    Fact("3", "missing pool", (), ("GET", "storage/v1/pools/x"), 404, "ERR_NOT_FOUND"),
]


@rows(FACTS)
def test_fact(fact: Fact, release: str, worlds: Callable[[str], World]) -> None:
    """The appliance behaves as the reference says."""
    check(fact, worlds(release))
