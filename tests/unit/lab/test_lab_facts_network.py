"""Facts of the API reference about the network: given these steps, this request has this outcome."""

from __future__ import annotations

from collections.abc import Callable

from lab_facts import Fact, check, rows
from lab_heads import order
from lab_world import World

NETWORK = "network/v1"
UNPLUGGED, PLUGGED_IN = (
    order("POST", "/hardware", {"appliance": "east", "interface": "ixgbe1", "broken": broken})
    for broken in (True, False)
)

FACTS = [
    Fact(
        "2.4",
        "interface: fields",
        (),
        ("GET", f"{NETWORK}/interfaces/ixgbe0"),
        200,
        lambda b: (
            b["interface"].keys()
            == {
                "interface",
                "state",
                "curaddrs",
                "class",
                "label",
                "enable",
                "admin",
                "links",
                "v4addrs",
                "v4dhcp",
                "v4directnets",
                "v6addrs",
                "v6dhcp",
                "v6directnets",
                "href",
            }
        ),
    ),
    Fact(
        "2.4",
        "interface: addresses",
        (),
        ("GET", f"{NETWORK}/interfaces/ixgbe0"),
        200,
        {"curaddrs": ["192.0.2.10"], "v4addrs": ["192.0.2.10/24"], "state": "up", "class": "ip"},
    ),
    Fact("2.4", "missing interface", (), ("GET", f"{NETWORK}/interfaces/x"), 404, "ERR_NOT_FOUND"),
    Fact(
        "2.4",
        "interfaces are not changed here",
        (),
        ("PUT", f"{NETWORK}/interfaces/ixgbe0", {"label": "x"}),
        405,
        assumed=True,
    ),
    Fact(
        "2.4",
        "datalinks: fields",
        (),
        ("GET", f"{NETWORK}/datalinks"),
        200,
        lambda b: b["datalinks"][0].keys() == {"class", "label", "mac", "links", "mtu", "datalink", "href"},
    ),
    Fact("2.4", "datalinks: number", (), ("GET", f"{NETWORK}/datalinks"), 200, lambda b: len(b["datalinks"]) == 3),
    Fact("2.4", "missing datalink", (), ("GET", f"{NETWORK}/datalinks/x"), 404, "ERR_NOT_FOUND"),
    Fact(
        "2.4",
        "devices: fields",
        (),
        ("GET", f"{NETWORK}/devices"),
        200,
        lambda b: (
            b["devices"][0].keys() == {"speed", "up", "active", "media", "factory_mac", "duplex", "device", "href"}
        ),
    ),
    Fact(
        "2.4", "a device", (), ("GET", f"{NETWORK}/devices/ixgbe1"), 200, {"device": "ixgbe1", "up": True}, assumed=True
    ),
    Fact("2.4", "missing device", (), ("GET", f"{NETWORK}/devices/x"), 404, "ERR_NOT_FOUND"),
    Fact(
        "2.4",
        "MAC of link and device",
        (),
        ("GET", f"{NETWORK}/devices/ixgbe0"),
        200,
        {"factory_mac": "0:14:4f:0:0:0"},
        assumed=True,
    ),
    Fact(
        "2.4",
        "routes: fields",
        (),
        ("GET", f"{NETWORK}/routes"),
        200,
        lambda b: (
            b["routes"][0].keys() == {"status", "family", "destination", "mask", "interface", "type", "gateway", "href"}
        ),
    ),
    Fact(
        "2.4",
        "interface without its cable",
        (UNPLUGGED,),
        ("GET", f"{NETWORK}/interfaces"),
        200,
        lambda b: [one["state"] for one in b["interfaces"]] == ["up", "down", "up"],
        assumed=True,
    ),
    Fact(
        "2.4",
        "interface with its cable again",
        (UNPLUGGED, PLUGGED_IN),
        ("GET", f"{NETWORK}/interfaces/ixgbe1"),
        200,
        lambda b: b["interface"]["state"] == "up",
        assumed=True,
    ),
    Fact(
        "3",
        "pool with a failed disk",
        (order("POST", "/hardware", {"appliance": "east", "pool": "tank", "broken": True}),),
        ("GET", "storage/v1/pools/tank"),
        200,
        lambda b: b["pool"]["status"] == "degraded",
    ),
    Fact(
        "2.4",
        "default route",
        (),
        ("GET", f"{NETWORK}/routes"),
        200,
        lambda b: (b["routes"][0]["mask"], b["routes"][0]["interface"]) == (0, "ixgbe2"),
        assumed=True,
    ),
    Fact(
        "2.4",
        "routing",
        (),
        ("GET", f"{NETWORK}/routing"),
        200,
        {"href": "/api/network/v1/routing", "multihoming": "loose"},
        assumed=True,
    ),
]


@rows(FACTS)
def test_fact(fact: Fact, release: str, worlds: Callable[[str], World]) -> None:
    """The appliance behaves as the reference says."""
    check(fact, worlds(release))
