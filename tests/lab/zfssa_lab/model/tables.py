"""The property tables of projects, LUNs and filesystems (API reference 4, 5.2 and 6)."""

from __future__ import annotations

from zfssa_lab.model.properties import Property, Table

MASK_ALL = "com.sun.ms.vss.hg.maskAll"
ALL_INITIATORS = "default"
ALL_TARGETS = "default"
HIGHEST_LU_NUMBER = 16383

_BLOCK_SIZES = tuple(512 << power for power in range(12))

# Settings that LUNs, filesystems and projects have in common; shares inherit them.
_COMMON = (
    Property("checksum", "string", "fletcher4", varied="checksums", inherited=True),
    Property("compression", "string", "off", varied="compressions", inherited=True),
    Property("copies", "integer", 1, choices=(1, 2, 3), inherited=True),
    Property("dedup", "boolean", False, inherited=True),
    Property("encryption", "string", "off", choices=("off",), modify=False, inherited=True),
    Property("exported", "boolean", True, inherited=True),
    Property("logbias", "string", "latency", choices=("latency", "throughput"), inherited=True),
    Property("maxblocksize", "size", 1048576, choices=_BLOCK_SIZES, inherited=True),
    Property("secondarycache", "string", "all", choices=("all", "metadata", "none"), inherited=True),
)

_SHARE_MODES = ("discard", "mask", "passthrough")
_INHERIT_MODES = (
    "discard",
    "noallow",
    "restricted",
    "passthrough",
    "passthrough-x",
    "passthrough-mode-preserve",
)

# What a filesystem takes over from its project besides the common settings.
_FILE_SETTINGS = (
    Property("aclinherit", "string", "restricted", choices=_INHERIT_MODES, inherited=True),
    Property("aclmode", "string", "discard", choices=_SHARE_MODES, inherited=True),
    Property("atime", "boolean", True, inherited=True),
    Property("nbmand", "boolean", False, inherited=True),
    Property("readonly", "boolean", False, inherited=True),
    Property("recordsize", "size", 131072, choices=_BLOCK_SIZES, inherited=True),
    Property("rstchown", "boolean", True, inherited=True),
    Property("sharedav", "string", "off", inherited=True),
    Property("shareftp", "string", "off", inherited=True),
    Property("sharenfs", "nfs", "on", inherited=True),
    Property("sharesftp", "string", "off", inherited=True),
    Property("sharesmb", "string", "off", inherited=True),
    Property("sharetftp", "string", "off", inherited=True),
    Property("snapdir", "string", "hidden", choices=("hidden", "visible"), inherited=True),
    Property("vscan", "boolean", False, inherited=True),
    Property("shareobjectstore", "string", "off", inherited=True, feature="newer_properties"),
    Property("shares3", "string", "off", inherited=True, feature="newer_properties"),
    Property("shareoci", "string", "off", inherited=True, feature="newer_properties"),
)

# API reference 14.4, 16.8: bytes a second, 0 for no limit.
_LIMITS = (
    Property("readlimit", "limit", 0, feature="newer_properties"),
    Property("writelimit", "limit", 0, feature="newer_properties"),
)

_OWN_SPACE = (
    Property("quota", "size", 0),
    Property("reservation", "size", 0),
    Property("nodestroy", "boolean", False),
    Property("snaplabel", "string", ""),
)

_READ_ONLY = (
    "pool",
    "id",
    "href",
    "canonical_name",
    "creation",
    "source",
    "rrsrc_actions",
    "compressratio",
    "keystatus",
    "keychangedate",
    "origin",
    "space_available",
    "space_data",
    "space_snapshots",
    "space_total",
    "space_unused_res",
)


PROJECT = Table(
    Property("name", "name", required=True),
    Property("mountpoint", "path", None, inherited=True),
    *_COMMON,
    *_FILE_SETTINGS,
    *_OWN_SPACE,
    *_LIMITS,
    Property("defaultreadlimit", "limit", 0, feature="newer_properties"),
    Property("defaultwritelimit", "limit", 0, feature="newer_properties"),
    Property("default_user", "word", "nobody"),
    Property("default_group", "word", "other"),
    Property("default_permissions", "permissions", "700"),
    Property("default_sparse", "boolean", False),
    Property("default_volblocksize", "size", 8192, choices=_BLOCK_SIZES),
    Property("default_volsize", "size", 0),
    Property("defaultuserquota", "size", 0),
    Property("defaultgroupquota", "size", 0),
    read_only=(*_READ_ONLY, "space_unused_res_shares", "migration"),
    custom=True,
    unset=True,
)

LUN = Table(
    Property("name", "name", required=True),
    Property("project", "name", create=False),
    Property("volsize", "size", required=True, low=1),
    Property("volblocksize", "size", None, choices=_BLOCK_SIZES, modify=False),
    Property("sparse", "boolean", None),
    Property("initiatorgroup", "string_or_list", [ALL_INITIATORS]),
    Property("targetgroup", "string", ALL_TARGETS),
    Property("lunumber", "lu_number", "auto", high=HIGHEST_LU_NUMBER, spelled="lu_number"),
    Property("fixednumber", "boolean", False),
    Property("status", "string", "online", choices=("online", "offline")),
    Property("writecache", "boolean", False),
    Property("nodestroy", "boolean", False),
    Property("snaplabel", "string", ""),
    Property("readlimit", "limit", 0, feature="newer_properties"),
    Property("writelimit", "limit", 0, feature="write_limits"),
    *_COMMON,
    read_only=(*_READ_ONLY, "lunguid", "assignednumber", "effectivereadlimit", "effectivewritelimit", "usage"),
    custom=True,
    unset=True,
)

FILESYSTEM = Table(
    Property("name", "name", required=True),
    Property("project", "name", create=False),
    Property("mountpoint", "path", None, inherited=True),
    *_COMMON,
    *_FILE_SETTINGS,
    *_OWN_SPACE,
    *_LIMITS,
    Property("quota_snap", "boolean", True),
    Property("reservation_snap", "boolean", True),
    Property("root_user", "word", "nobody"),
    Property("root_group", "word", "other"),
    Property("root_permissions", "permissions", "700"),
    Property("root_acl", "records", None),
    Property("smbshareacl", "records", None),
    Property("sharesmb_name", "string", ""),
    Property("sharesmb_abe", "boolean", False),
    Property("sharesmb_dfsroot", "boolean", False),
    Property(
        "casesensitivity",
        "string",
        "mixed",
        choices=("mixed", "sensitive", "insensitive"),
        modify=False,
    ),
    Property(
        "normalization",
        "string",
        "none",
        choices=("none", "formC", "formD", "formKC", "formKD"),
        modify=False,
    ),
    Property("utf8only", "boolean", True, modify=False),
    Property("shadow", "string", "none", choices=("none",)),
    read_only=(
        *_READ_ONLY,
        "space_unused_res_shares",
        "migration",
        "effectivereadlimit",
        "effectivewritelimit",
        "usage",
    ),
    custom=True,
    unset=True,
)


def _without(table: Table, *names: str) -> tuple[Property, ...]:
    return tuple(prop for name, prop in table.by_name.items() if name not in names)


# A clone takes any writable property of the share, but neither size nor block size (API 7.3).
CLONE_PLACE = (
    Property("share", "name", required=True),
    Property("project", "name", None),
    Property("pool", "name", None),
)
_CLONE_LUN = _without(LUN, "name", "project", "volsize", "volblocksize", "encryption")
LUN_CLONE = Table(*CLONE_PLACE, *_CLONE_LUN, custom=True)
_CLONE_FILESYSTEM = _without(
    FILESYSTEM, "name", "project", "encryption", "casesensitivity", "normalization", "utf8only"
)
FILESYSTEM_CLONE = Table(*CLONE_PLACE, *_CLONE_FILESYSTEM, custom=True)

# What may change on a replica before it is severed (API reference 14.7).
LUN_REPLICA = Table(*_CLONE_LUN, custom=True)
FILESYSTEM_REPLICA = Table(*_CLONE_FILESYSTEM, custom=True)
PROJECT_REPLICA = Table(*(prop for prop in PROJECT.by_name.values() if prop.inherited and prop.modify), custom=True)
