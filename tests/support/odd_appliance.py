"""An appliance that nobody provisioned with this collection: odd names, values of LUNs and of projects, CHAP, clones, replicas."""

from __future__ import annotations

from typing import Any

Call = tuple[Any, ...]
POOL = "storage/v1/pools/tank/projects"
SAN = "san/v1/iscsi"
MASK = "com.sun.ms.vss.hg.maskAll"
DB1, DB2 = "iqn.1998-01.com.example:db1", "iqn.1998-01.com.example:DB2"
PLAIN = "iqn.2001-04.com.example:storage.disk2.sys1.xyz"
EUI = "eui.0123456789ABCDEF"
IQN = "iqn.1986-03.com.sun:02:{}"
TEMPLATE = "{{ lookup('pipe', 'false') }} is no template"
# The variables that a document of it asks for.
SECRETS = {
    "chap_secret_db1": "initiator-key-1",
    "chap_secret_second_host": "initiator-key-2",
    "target_chap_secret_guarded_target": "a-target-key-1",
}


def _lun(project: str, name: str, size: str = "1g", **more: Any) -> Call:
    return ("POST", f"{POOL}/{project}/luns", {"name": name, "volsize": size, **more})


def _initiator(name: str, **more: Any) -> Call:
    return ("POST", f"{SAN}/initiators", {"initiator": name, **more})


def _target(alias: str, number: str, **more: Any) -> Call:
    return ("POST", f"{SAN}/targets", {"alias": alias, "iqn": IQN.format(number), **more})


def _group(kind: str, name: str, *members: str) -> Call:
    return ("POST", f"{SAN}/{kind}-groups", {"name": name, f"{kind}s": list(members)})


# What a document can make again on an empty appliance.
REBUILDABLE: tuple[Call, ...] = (
    ("POST", "storage/v1/schema", {"property": "owner", "type": "String", "description": TEMPLATE}),
    ("POST", "storage/v1/schema", {"property": "cost", "type": "Integer"}),
    ("POST", POOL, {"name": "Odd.Name-1:a_b", "compression": "gzip", "default_volblocksize": "64k", "quota": "3t"}),
    ("POST", POOL, {"name": "0ff", "default_sparse": True, "custom:owner": "yes"}),
    ("POST", POOL, {"name": "plain"}),
    _initiator(DB1, alias="db1", chapuser="db1", chapsecret=SECRETS["chap_secret_db1"]),
    _initiator(DB2, alias="second host", chapuser="#2 user", chapsecret=SECRETS["chap_secret_second_host"]),
    _initiator(PLAIN),
    _initiator(EUI, alias="same"),
    _group("initiator", "db-hosts", DB1, DB2),
    _group("initiator", "1e3", PLAIN),
    _group("initiator", "empty.group"),
    _target("Guarded Target", "g", auth="chap", targetchapuser="t", targetchapsecret="a-target-key-1"),
    _target("two-ports", "p", interfaces=["ixgbe1", "ixgbe0"]),
    _group("target", "tg:1", IQN.format("g"), IQN.format("p")),
    _lun("plain", "inherits"),
    _lun("plain", "of-its-own", compression="off", logbias="throughput", sparse=True, volblocksize="128k"),
    _lun("Odd.Name-1:a_b", "null", "1536m", initiatorgroup="default"),
    _lun("Odd.Name-1:a_b", "hidden", "2049k", initiatorgroup=MASK, volblocksize="512"),
    _lun("0ff", "1_000", "5g", initiatorgroup="db-hosts", targetgroup="tg:1", nodestroy=True, **{"custom:owner": "~"}),
    _lun("0ff", "taken-over", "1t", initiatorgroup="1e3", targetgroup="tg:1", copies=2, **{"custom:cost": 7}),
    ("PUT", f"{POOL}/plain/luns/inherits", {"writecache": True}),
    ("POST", f"{POOL}/plain/luns/inherits/snapshots", {"name": "before-1"}),
    ("POST", f"{POOL}/0ff/luns/1_000/snapshots", {"name": "golden"}),
    ("PUT", f"{POOL}/0ff/luns/1_000/snapshots/golden/clone", {"share": "clone-here", "nodestroy": False}),
    ("PUT", f"{POOL}/plain/luns/inherits/snapshots/before-1/clone", {"share": "clone-there", "project": "0ff"}),
)
# What it cannot, or what is nobody's wish.
_MANY_GROUPS: Call = _lun("0ff", "to-both", initiatorgroup=["db-hosts", "1e3"], targetgroup="tg:1")
_FIXED_NUMBER = {"2013.1": "lunnumber", "8.7": "lunumber", "8.8": "lunumber"}
_OTHERS: tuple[Call, ...] = (
    ("POST", f"{POOL}/Odd.Name-1:a_b/snapshots", {"name": "whole"}),
    ("POST", f"{POOL}/plain/filesystems", {"name": "home"}),
    ("POST", f"{POOL}/plain/filesystems/home/snapshots", {"name": "of-home"}),
    ("POST", f"{POOL}/plain/luns/inherits/automatic", {"frequency": "hour", "keep": 2}),
    ("POST", f"{SAN}/targets", {}),
    ("PUT", f"{POOL}/plain", {"compression": "lzjb"}),
    ("PUT", f"{POOL}/plain/luns/of-its-own", {"compression": "lzjb"}),
    ("PUT", f"{POOL}/plain/luns/inherits", {"volsize": "3g"}),
    ("PUT", f"{POOL}/plain/filesystems/of-its-own/replication", {"inherited": False}),
    (
        "POST",
        "storage/v1/replication/actions",
        {"pool": "tank", "project": "plain", "share": "of-its-own", "target": "west", "target_pool": "tank"},
    ),
)


def rebuildable(release: str) -> tuple[Call, ...]:
    """Calls that make what a document can make again on an appliance of a release."""
    fixed = _lun("plain", "numbered", initiatorgroup="1e3", **{_FIXED_NUMBER[release]: 17})
    return (*REBUILDABLE, fixed, *(() if release == "2013.1" else (_MANY_GROUPS,)))


def odd(release: str) -> tuple[Call, ...]:
    """Calls that make the whole of it."""
    return (*rebuildable(release), *_OTHERS)
