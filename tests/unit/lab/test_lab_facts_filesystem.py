"""Facts of the API reference about filesystems: given these steps, this request has this outcome."""

from __future__ import annotations

from collections.abc import Callable

from lab_facts import FROM_87, FS, OWNER, Fact, check, proj, rows
from lab_filesystems import fs, source
from lab_world import GIB, PROJECTS, World, lun, snapshot

F = f"{FS}/f"
P = f"{PROJECTS}/p"
DEFAULT = f"{PROJECTS}/default"
SNAP = snapshot("s1", "default/filesystems/f")
CLONE = f"{F}/snapshots/s1/clone"
ACL = "sec=sys,rw=@192.0.2.0/24:@198.51.100.7/32"

LIFE = [
    Fact("6", "create", (), fs(), 201, {"name": "f", "pool": "tank", "project": "default"}),
    Fact("6", "get", (fs(),), ("GET", F), 200, lambda b: list(b) == ["filesystem"]),
    Fact(
        "6",
        "list",
        (fs(), fs("g")),
        ("GET", FS),
        200,
        lambda b: [one["name"] for one in b["filesystems"]] == ["f", "g"],
    ),
    Fact(
        "6",
        "list of all",
        (fs(), proj(), ("POST", f"{P}/filesystems", {"name": "g"})),
        ("GET", "storage/v1/filesystems"),
        200,
        lambda b: [one["project"] for one in b["filesystems"]] == ["default", "p"],
    ),
    Fact("6", "list without LUNs", (lun(),), ("GET", FS), 200, {"filesystems": []}),
    Fact("6", "list of a missing project", (), ("GET", f"{PROJECTS}/x/filesystems"), 404, "ERR_NOT_FOUND"),
    Fact("6", "missing", (), ("GET", F), 404, "ERR_NOT_FOUND"),
    Fact(
        "6",
        "create in a missing project",
        (),
        ("POST", f"{PROJECTS}/x/filesystems", {"name": "f"}),
        404,
        "ERR_NOT_FOUND",
    ),
    Fact("6", "name missing", (), ("POST", FS, {"quota": 1}), 400, "ERR_MISSING_ARG"),
    Fact(
        "6",
        "name taken",
        (fs(),),
        fs(),
        409,
        lambda b: b["fault"]["message"].endswith('(encountered while attempting to run command "filesystem f"))'),
    ),
    Fact("1.7", "name of a LUN", (lun("f"),), fs(), 409, "ERR_OBJECT_EXISTS"),
    Fact("6", "modify", (fs(),), ("PUT", F, {"atime": False}), 202, {"atime": False}),
    Fact("6", "modify what is missing", (), ("PUT", F, {"atime": False}), 404, "ERR_NOT_FOUND"),
    Fact("6", "rename", (fs(),), ("PUT", F, {"name": "g"}), 202, {"name": "g", "mountpoint": "/export/g"}),
    Fact("6", "the old name is gone", (fs(), ("PUT", F, {"name": "g"})), ("GET", F), 404, "ERR_NOT_FOUND"),
    Fact("6", "rename to a taken name", (fs(), fs("g")), ("PUT", F, {"name": "g"}), 409, "ERR_OBJECT_EXISTS"),
    Fact(
        "12.15",
        "move",
        (fs(), proj()),
        ("PUT", F, {"project": "p"}),
        202,
        {"project": "p", "mountpoint": "/export/p/f"},
    ),
    Fact("12.15", "move to a missing project", (fs(),), ("PUT", F, {"project": "x"}), 400, "ERR_INVALID_ARG"),
    Fact(
        "12.15",
        "move to a taken name",
        (fs(), proj(), ("POST", f"{P}/filesystems", {"name": "f"})),
        ("PUT", F, {"project": "p"}),
        409,
        "ERR_OBJECT_EXISTS",
    ),
    Fact("12.15", "the pool stays", (fs(),), ("PUT", F, {"pool": "small"}), 400, "ERR_INVALID_ARG"),
    Fact(
        "6",
        "rename and move at once",
        (fs(), proj()),
        ("PUT", F, {"project": "p", "name": "g"}),
        400,
        "ERR_INVALID_ARG",
        assumed=True,
    ),
    Fact("6", "delete", (fs(),), ("DELETE", F), 204, None),
    Fact("6", "delete what is missing", (), ("DELETE", F), 404, "ERR_NOT_FOUND"),
    Fact("6", "nodestroy", (fs(nodestroy=True),), ("DELETE", F), 403, "ERR_DENIED"),
    Fact("6", "snapshots go with it", (fs(), SNAP), ("DELETE", F), 204),
    Fact(
        "6",
        "clones want confirm",
        (fs(), SNAP, ("PUT", CLONE, {"share": "c"})),
        ("DELETE", F),
        409,
        "ERR_CONFIRM_REQUIRED",
        FROM_87,
    ),
    Fact("6", "bad name", (), fs("a b"), 400, "ERR_INVALID_ARG"),
    Fact("6", "hidden name", (), fs(".f"), 400, "ERR_INVALID_ARG", assumed=True),
    Fact("6", "unknown argument", (), fs(volsize=1), 400, "ERR_UNKNOWN_ARG"),
    Fact("6", "is no LUN", (fs(),), ("GET", f"{DEFAULT}/luns/f"), 404, "ERR_NOT_FOUND"),
]

SETTINGS = [
    *[
        Fact("6", f"default of {name}", (), fs(), 201, {name: value})
        for name, value in (
            ("quota", 0),
            ("reservation", 0),
            ("quota_snap", True),
            ("reservation_snap", True),
            ("root_user", "nobody"),
            ("root_group", "other"),
            ("root_permissions", "700"),
            ("casesensitivity", "mixed"),
            ("normalization", "none"),
            ("utf8only", True),
            ("shadow", "none"),
            ("recordsize", 131072),
            ("sharenfs", "on"),
            ("sharesmb", "off"),
            ("snapdir", "hidden"),
            ("atime", True),
            ("canonical_name", "tank/local/default/f"),
            ("compressratio", 100),
        )
    ],
    Fact(
        "6",
        "root of the project's defaults",
        (("PUT", DEFAULT, {"default_user": "web", "default_group": "staff", "default_permissions": "755"}),),
        fs(),
        201,
        {"root_user": "web", "root_group": "staff", "root_permissions": "755"},
    ),
    Fact("6", "permissions as a number", (), fs(root_permissions=777), 201, {"root_permissions": "777"}),
    Fact("6", "permissions that are none", (), fs(root_permissions="999"), 400, "ERR_INVALID_ARG", assumed=True),
    Fact("6", "permissions that are too short", (), fs(root_permissions="7"), 400, "ERR_INVALID_ARG", assumed=True),
    Fact("6", "user without a name", (), fs(root_user=""), 400, "ERR_INVALID_ARG", assumed=True),
    Fact(
        "6",
        "the csi body",
        (),
        fs(
            quota=GIB,
            reservation=GIB,
            root_user="u",
            root_group="g",
            root_permissions="755",
            sharenfs="on",
            rstchown=False,
        ),
        201,
        {"quota": GIB, "reservation": GIB, "root_user": "u", "rstchown": False},
    ),
    Fact(
        "11",
        "clone of the portal",
        (fs(), SNAP),
        ("PUT", CLONE, {"share": "c", "mountpoint": "/export/c", "quota": "10G"}),
        201,
        {"quota": 10 * GIB, "mountpoint": "/export/c"},
    ),
    Fact(
        "11",
        "the manila clone",
        (
            fs(),
            SNAP,
            ("POST", "storage/v1/schema", {"property": "manila_managed", "type": "Boolean", "description": ""}),
        ),
        (
            "PUT",
            CLONE,
            {
                "share": "c",
                "project": "default",
                "quota": GIB,
                "reservation": GIB,
                "sharedav": "off",
                "shareftp": "off",
                "sharesftp": "off",
                "sharetftp": "off",
                "root_permissions": "777",
                "sharenfs": "sec=sys",
                "sharesmb": "off",
                "quota_snap": False,
                "reservation_snap": False,
                "custom:manila_managed": True,
            },
        ),
        201,
        {"sharenfs": "sec=sys", "quota_snap": False, "custom:manila_managed": True},
    ),
    Fact(
        "14.4",
        "origin of a clone",
        (fs(), SNAP),
        ("PUT", CLONE, {"share": "c"}),
        201,
        lambda b: {"pool", "project", "share", "snapshot", "collection"} <= set(b["filesystem"]["origin"]),
    ),
    Fact("6", "no origin without", (), fs(), 201, lambda b: "origin" not in b["filesystem"]),
    Fact("6", "NFS list", (), fs(sharenfs=ACL), 201, {"sharenfs": ACL}),
    *[
        Fact("4", f"sharenfs {value}", (), fs(sharenfs=value), 201, {"sharenfs": value})
        for value in ("on", "off", "ro", "rw", "sec=sys", "sec=sys,rw", "sec=krb5:krb5i,ro=@192.0.2.1/32")
    ],
    *[
        Fact("4", f"sharenfs {value!r}", (), fs(sharenfs=value), 400, "ERR_INVALID_ARG", assumed=True)
        for value in ("", "yes", "rw=", "sec=sys,,rw", "sec=sys, rw")
    ],
    *[
        Fact("6", f"{name} is fixed", (fs(),), ("PUT", F, {name: value}), 400, "ERR_INVALID_ARG")
        for name, value in (("casesensitivity", "sensitive"), ("normalization", "formC"), ("utf8only", False))
    ],
    *[
        Fact("6", f"{name} {value}", (), fs(**{name: value}), 201, {name: value})
        for name, value in (
            ("casesensitivity", "sensitive"),
            ("casesensitivity", "insensitive"),
            ("normalization", "formKD"),
            ("utf8only", False),
            ("sharesmb_name", "share1"),
            ("sharesmb_abe", True),
            ("sharesmb_dfsroot", True),
            ("quota_snap", False),
            ("snapdir", "visible"),
            ("aclmode", "passthrough"),
            ("aclinherit", "passthrough-x"),
        )
    ],
    *[
        Fact("6", f"{name} does not take {value}", (), fs(**{name: value}), 400, "ERR_INVALID_ARG")
        for name, value in (
            ("casesensitivity", "Mixed"),
            ("normalization", "formX"),
            ("snapdir", "shown"),
            ("aclmode", "none"),
            ("aclinherit", "all"),
            ("recordsize", 1000),
            ("quota", -1),
            ("quota", "much"),
            ("copies", 4),
            ("logbias", "fast"),
        )
    ],
    Fact(
        "6",
        "shadow migration is not imitated",
        (),
        fs(shadow="nfs://192.0.2.1/x"),
        400,
        "ERR_INVALID_ARG",
        assumed=True,
    ),
    Fact("6", "encryption has no key", (), fs(encryption="aes-128-ccm"), 400, "ERR_INVALID_ARG", assumed=True),
    Fact("4", "encryption at creation only", (fs(),), ("PUT", F, {"encryption": "off"}), 400, "ERR_INVALID_ARG"),
    Fact(
        "6",
        "ACL of the root",
        (),
        fs(root_acl=[{"type": "allow"}]),
        201,
        {"root_acl": [{"type": "allow"}]},
        assumed=True,
    ),
    Fact("6", "ACL that is no list", (), fs(smbshareacl="x"), 400, "ERR_INVALID_ARG", assumed=True),
    Fact("8", "custom property", (OWNER,), fs(**{"custom:owner": "me"}), 201, {"custom:owner": "me"}),
    *[
        Fact("6", f"{name} is read-only", (fs(),), ("PUT", F, {name: 1}), 400, "ERR_INVALID_ARG")
        for name in ("space_data", "canonical_name", "creation", "id", "origin", "source", "compressratio", "usage")
    ],
]

MOUNTS = [
    Fact(
        "6",
        "below the project's",
        (proj(),),
        ("POST", f"{P}/filesystems", {"name": "f"}),
        201,
        {"mountpoint": "/export/p/f"},
    ),
    Fact("6", "in project default", (), fs(), 201, {"mountpoint": "/export/f"}),
    Fact("4", "of project default", (), ("GET", DEFAULT), 200, {"mountpoint": "/export"}),
    Fact("4", "of a project", (), proj(), 201, {"mountpoint": "/export/p"}),
    Fact("4", "given for a project", (), proj(mountpoint="/export/other"), 201, {"mountpoint": "/export/other"}),
    Fact(
        "6",
        "follows the project's",
        (proj(), ("POST", f"{P}/filesystems", {"name": "f"}), ("PUT", P, {"mountpoint": "/data"})),
        ("GET", f"{P}/filesystems/f"),
        200,
        {"mountpoint": "/data/f"},
    ),
    Fact("6", "own", (), fs(mountpoint="/export/own"), 201, {"mountpoint": "/export/own"}),
    Fact("4.1", "own is local", (), fs(mountpoint="/export/own"), 201, source("mountpoint", "local")),
    Fact("4.1", "else inherited", (), fs(), 201, source("mountpoint", "inherited")),
    Fact(
        "4.1",
        "unset",
        (fs(mountpoint="/export/own"),),
        ("PUT", F, {"unset": ["mountpoint"]}),
        202,
        {"mountpoint": "/export/f"},
    ),
    *[
        Fact("6", f"mount point {value!r}", (), fs(mountpoint=value), 400, "ERR_INVALID_ARG", assumed=True)
        for value in ("", "export", "/", "/a//b", "/a/../b", "/a/")
    ],
    Fact(
        "6",
        "a clone has its own",
        (fs(mountpoint="/export/own"), SNAP),
        ("PUT", CLONE, {"share": "c"}),
        201,
        {"mountpoint": "/export/c"},
        assumed=True,
    ),
]


@rows([*LIFE, *SETTINGS, *MOUNTS])
def test_fact(fact: Fact, release: str, worlds: Callable[[str], World]) -> None:
    """The appliance behaves as the reference says."""
    check(fact, worlds(release))
