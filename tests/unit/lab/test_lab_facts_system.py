"""Facts of the API reference about access, services, network and pools: given these steps, this request has this outcome."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from lab_facts import FROM_87, NEW, OFF, OLD, UP_TO_87, A, Fact, check, rows
from lab_world import GIB, World, lun, wait

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


VERSION_KEYS = {
    "href", "nodename", "mkt_product", "product", "version", "install_time", "update_time", "boot_time", "asn", "csn",
    "part", "urn", "navname", "navagent", "http", "ssl", "ak_version", "os_version", "bios_version", "sp_version",
}  # fmt: skip
VERSION = ("GET", "system/v1/version")

SYSTEM = [
    Fact("14.2", "keys", (), VERSION, 200, lambda b: b["version"].keys() == VERSION_KEYS | {"ak_release"}, NEW),
    Fact("2.1", "keys before", (), VERSION, 200, lambda b: b["version"].keys() == VERSION_KEYS, UP_TO_87),
    Fact("14.2", "all are strings", (), VERSION, 200, lambda b: all(isinstance(v, str) for v in b["version"].values())),
    Fact("14.2", "version of 8.8", (), VERSION, 200, lambda b: b["version"]["version"] == "2013.06.05.8.28,1-1.3", NEW),
    Fact(
        "2.1",
        "version of 8.7",
        (),
        VERSION,
        200,
        lambda b: b["version"]["version"].startswith("2013.06.05.7."),
        ("8.7",),
    ),
    Fact(
        "2.1",
        "version of 2013.1",
        (),
        VERSION,
        200,
        lambda b: b["version"]["version"].startswith("2013.06.05.2."),
        OLD,
        True,
    ),
    Fact("14.2", "ak_version", (), VERSION, 200, {"ak_version": "ak/SUNW,ankimo@2013.06.05.8.28,1-1.3"}, NEW),
    Fact(
        "14.2", "urn is the ASN's", (), VERSION, 200, lambda b: b["version"]["urn"] == f"urn:uuid:{b['version']['asn']}"
    ),
    Fact(
        "2.1", "ASN is a UUID", (), VERSION, 200, lambda b: str(uuid.UUID(b["version"]["asn"])) == b["version"]["asn"]
    ),
    Fact("2.1", "heads differ", (), ("west", *VERSION), 200, {"nodename": "west"}),
    Fact(
        "14.2",
        "time of boot",
        (),
        VERSION,
        200,
        {"boot_time": "Tue Nov 14 2023 22:13:20 GMT+0000 (UTC)", "sp_version": "-"},
    ),
    Fact("14.2", "v2", (), ("GET", "system/v2/version"), 200, {"href": "/api/system/v2/version"}, NEW),
    Fact("2.1", "disks", (), ("GET", "system/v1/disks"), 200, {"profile": "mirror"}, assumed=True),
    Fact(
        "2.1",
        "disks: use",
        (),
        ("GET", "system/v1/disks"),
        200,
        lambda b: b["disks"].keys() >= {"root", "var", "update", "stash", "dump", "cores", "free"},
        assumed=True,
    ),
    Fact("2.1", "a disk", (), ("GET", "system/v1/disks/disk-000"), 200, {"state": "healthy"}, assumed=True),
    Fact("2.1", "missing disk", (), ("GET", "system/v1/disks/x"), 404, "ERR_NOT_FOUND"),
    Fact(
        "2.1",
        "memory",
        (),
        ("GET", "system/v1/memory"),
        200,
        lambda b: b["memory"].keys() >= {"cache", "unused", "management", "other", "kernel"},
        assumed=True,
    ),
    Fact(
        "2.1",
        "updates",
        (),
        ("GET", "system/v1/updates"),
        200,
        lambda b: [one["status"] for one in b["updates"]] == ["current"],
        assumed=True,
    ),
    Fact("2.1", "reboot", (), ("PUT", "system/v1/reboot"), 202, assumed=True),
    Fact("2.1", "reboot: flags", (), ("PUT", "system/v1/reboot?skip_update=true"), 202, assumed=True),
    Fact("2.1", "reboot: argument", (), ("PUT", "system/v1/reboot", {"x": 1}), 400, "ERR_UNKNOWN_ARG", assumed=True),
    Fact(
        "2.1",
        "boot time after a reboot",
        (wait(100), ("PUT", "system/v1/reboot")),
        VERSION,
        200,
        {"boot_time": "Tue Nov 14 2023 22:15:00 GMT+0000 (UTC)"},
        assumed=True,
    ),
    Fact(
        "2.1",
        "install time after a reboot",
        (wait(100), ("PUT", "system/v1/reboot")),
        VERSION,
        200,
        {"install_time": "Tue Nov 14 2023 22:13:20 GMT+0000 (UTC)"},
        assumed=True,
    ),
    Fact(
        "2.1",
        "restart is no reboot",
        (wait(100), ("PUT", "system/v1/restart")),
        VERSION,
        200,
        {"boot_time": "Tue Nov 14 2023 22:13:20 GMT+0000 (UTC)"},
        assumed=True,
    ),
    Fact("2.1", "data outlives a reboot", (lun(), ("PUT", "system/v1/reboot")), ("GET", A), 200, {"name": "a"}),
    Fact("2.1", "diagreboot", (), ("PUT", "system/v1/diagreboot"), 202, on=OLD, assumed=True),
    Fact("2.1", "no diagreboot", (), ("PUT", "system/v1/diagreboot"), 404, "ERR_NOT_FOUND", FROM_87, True),
    Fact("2.1", "poweroff", (), ("PUT", "system/v1/poweroff"), 501, "ERR_NOT_IMPLEMENTED", assumed=True),
    Fact("2.1", "factoryreset", (), ("PUT", "system/v1/factoryreset"), 501, "ERR_NOT_IMPLEMENTED", assumed=True),
]


@rows([*FACTS, *SYSTEM])
def test_fact(fact: Fact, release: str, worlds: Callable[[str], World]) -> None:
    """The appliance behaves as the reference says."""
    check(fact, worlds(release))
