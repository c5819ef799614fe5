"""Facts of the API reference about Fibre Channel and SRP: given these steps, this request has this outcome."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lab_facts import IG, NEW, Fact, check, rows
from lab_world import World, group, lun

from zfssa_lab.model.fc import make_ports
from zfssa_lab.model.identity import Identities

FC, SRP = "san/v1/fc", "san/v1/srp"
WWN = "wwn.2100001B32000001"
EUI = "eui.0002C90300000001"
PORT = next(iter(make_ports(Identities(7, "east"))))
WEST_PORT = next(iter(make_ports(Identities(7, "west"))))
PORT_KEYS = {
    "wwn", "port", "mode", "speed", "discovered_ports", "link_failure_count", "loss_of_sync_count",
    "loss_of_signal_count", "protocol_error_count", "invalid_tx_word_count", "invalid_crc_count", "href",
}  # fmt: skip
HOST = ("POST", f"{FC}/initiators", {"initiator": WWN, "alias": "h"})
FC_GROUP = ("POST", f"{FC}/initiator-groups", {"name": "fg", "initiators": [WWN]})


def define(base: str, name: str, status: int, what: str, assumed: bool = False) -> Fact:
    """Say whether an initiator of this name can be defined."""
    then = "ERR_INVALID_ARG" if status == 400 else None
    step: tuple[Any, ...] = ("POST", f"{base}/initiators", {"initiator": name})
    return Fact("9.6", f"name: {what}", (), step, status, then, assumed=assumed)


FACTS = [
    define(FC, WWN, 201, "WWN"),
    define(FC, WWN.lower(), 201, "WWN in small letters", True),
    define(FC, "2100001B32000001", 400, "WWN without its prefix", True),
    define(FC, "wwn.2100001B320000", 400, "short WWN", True),
    define(FC, "wwn.2100001B3200000G", 400, "WWN that is not hexadecimal", True),
    define(FC, "iqn.2020-01.com.example:h1", 400, "IQN for Fibre Channel", True),
    define(SRP, EUI, 201, "EUI"),
    define(SRP, "eui.0002C903000000010002C90300000001", 201, "EUI of 128 bits", True),
    define(SRP, "eui.0002C90300", 400, "short EUI", True),
    define(SRP, WWN, 400, "WWN for SRP", True),
    Fact(
        "9.6",
        "fc initiator",
        (),
        HOST,
        201,
        lambda b: b["initiator"] == {"initiator": WWN, "alias": "h", "href": f"/api/{FC}/initiators/{WWN}"},
    ),
    Fact(
        "9.6",
        "fc has no CHAP",
        (),
        ("POST", f"{FC}/initiators", {"initiator": WWN, "chapuser": "u"}),
        400,
        "ERR_UNKNOWN_ARG",
    ),
    Fact(
        "9.6", "fc alias", (HOST,), ("GET", f"{FC}/initiators/alias=h"), 200, {"href": f"/api/{FC}/initiators/alias=h"}
    ),
    Fact(
        "9.6", "fc WWN as a property", (HOST,), ("GET", f"{FC}/initiators/wwn={WWN}"), 200, {"alias": "h"}, assumed=True
    ),
    Fact("9.6", "fc taken", (HOST,), HOST, 409, "ERR_OBJECT_EXISTS"),
    Fact("9.6", "fc is not iscsi", (HOST,), ("GET", "san/v1/iscsi/initiators"), 200, {"initiators": []}),
    Fact("9.6", "fc group", (HOST,), FC_GROUP, 201, {"name": "fg", "initiators": [WWN]}),
    Fact("9.6", "fc group with an initiator of iscsi", (), FC_GROUP, 400, "ERR_INVALID_ARG", assumed=True),
    Fact("9.6", "fc group for a LUN", (HOST, FC_GROUP), lun(initiatorgroup="fg"), 201),
    Fact(
        "9.6",
        "fc group in use",
        (HOST, FC_GROUP, lun(initiatorgroup="fg")),
        ("DELETE", f"{FC}/initiator-groups/fg"),
        409,
        "ERR_STATE_CHANGED",
        assumed=True,
    ),
    Fact("9.2", "one name in two protocols", (HOST, FC_GROUP), group("fg"), 409, "ERR_OBJECT_EXISTS", assumed=True),
    Fact("9.6", "fc group is not among those of iscsi", (HOST, FC_GROUP), ("GET", IG), 200, {"groups": []}),
    Fact(
        "9.6",
        "fc ports",
        (),
        ("GET", f"{FC}/targets"),
        200,
        lambda b: (b["targets"][0]["wwn"], len(b["targets"])) == (PORT, 2),
        assumed=True,
    ),
    Fact("9.6", "fc port: fields", (), ("GET", f"{FC}/targets"), 200, lambda b: b["targets"][0].keys() == PORT_KEYS),
    Fact("9.6", "fc port", (), ("GET", f"{FC}/targets/{PORT}"), 200, {"mode": "target", "link_failure_count": 0}),
    Fact(
        "9.6",
        "fc port by property",
        (),
        ("GET", f"{FC}/targets/wwn={PORT}"),
        200,
        {"wwn": PORT, "href": f"/api/{FC}/targets/wwn={PORT}"},
        assumed=True,
    ),
    Fact("9.6", "missing fc port", (), ("GET", f"{FC}/targets/{WWN}"), 404, "ERR_NOT_FOUND"),
    Fact("9.6", "port of another appliance", (), ("GET", f"{FC}/targets/{WEST_PORT}"), 404, "ERR_NOT_FOUND"),
    Fact("9.6", "no fc port is made", (), ("POST", f"{FC}/targets", {"wwn": WWN}), 405, assumed=True),
    Fact("9.6", "no fc port is changed", (), ("PUT", f"{FC}/targets/{PORT}", {"mode": "initiator"}), 405, assumed=True),
    Fact("9.6", "no fc port goes", (), ("DELETE", f"{FC}/targets/{PORT}"), 405, assumed=True),
    Fact(
        "9.4",
        "fc target group",
        (),
        ("POST", f"{FC}/target-groups", {"name": "ft", "targets": [PORT]}),
        201,
        {"targets": [PORT]},
    ),
    Fact(
        "9.4",
        "fc target group of no port",
        (),
        ("POST", f"{FC}/target-groups", {"name": "ft", "targets": [WWN]}),
        400,
        "ERR_INVALID_ARG",
        assumed=True,
    ),
    Fact(
        "9.6", "srp initiator", (), ("POST", f"{SRP}/initiators", {"initiator": EUI, "alias": "s"}), 201, {"alias": "s"}
    ),
    Fact(
        "9.6",
        "srp: eui is no argument",
        (),
        ("POST", f"{SRP}/initiators", {"eui": EUI}),
        400,
        "ERR_UNKNOWN_ARG",
        assumed=True,
    ),
    Fact("9.6", "srp ports", (), ("GET", f"{SRP}/targets"), 200, {"targets": []}, assumed=True),
    Fact("9.6", "srp group", (), ("POST", f"{SRP}/initiator-groups", {"name": "sg"}), 201, {"initiators": []}),
    Fact(
        "9.6",
        "v2",
        (),
        ("GET", "san/v2/fc/targets"),
        200,
        lambda b: b["targets"][0]["href"].startswith("/api/san/v2/"),
        NEW,
    ),
]


@rows(FACTS)
def test_fact(fact: Fact, release: str, worlds: Callable[[str], World]) -> None:
    """The appliance behaves as the reference says."""
    check(fact, worlds(release))
