"""Random states of LUNs and projects, and random options of users, for property tests."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from lab_client import MASKED, LabClient

MIB = 1024**2
GROUPS = ("default", "ig-a", "ig-b", "ig-c")
COMPRESSION = st.sampled_from(["off", "lzjb", "lz4", "gzip-2", "gzip", "gzip-9"])
CHECKSUM = st.sampled_from(["fletcher2", "fletcher4", "sha256"])
LOGBIAS = st.sampled_from(["latency", "throughput"])
# Values of the types of the schema below: how others are spelled back is a matter of `in_form_of` and its tests.
CUSTOM = st.fixed_dictionaries(
    {},
    optional={
        "tag": st.sampled_from(["x", "y"]),
        "owner": st.sampled_from([True, False]),
        "n:1": st.sampled_from([7, -7]),
    },
)
# The foreign LUN has number 0.
LU_NUMBER = st.just("auto") | st.integers(min_value=1, max_value=16383)
# A group that stands for all, or for nobody, stands alone.
AUDIENCES = st.sampled_from([["default"], [MASKED]]) | st.lists(st.sampled_from(GROUPS[1:]), unique=True, max_size=3)


def _spelled(size: int) -> st.SearchStrategy[str]:
    """The ways in which a user may write a size."""
    ways = [str(size)]
    ways += [f"{size // step}{unit}" for unit, step in (("k", 1024), ("M", MIB)) if size % step == 0]
    return st.sampled_from(ways)


# A LUN has whole blocks, and none is larger than that.
SIZES = (st.integers(min_value=1, max_value=64) | st.integers(min_value=1, max_value=2**20)).map(lambda n: n * MIB)
SPELLED_SIZES = SIZES.flatmap(_spelled)

LUN_OPTIONS = st.fixed_dictionaries(
    {},
    optional={
        "size": SPELLED_SIZES,
        "sparse": st.booleans(),
        "compression": COMPRESSION,
        "checksum": CHECKSUM,
        "copies": st.integers(min_value=1, max_value=3),
        "dedup": st.booleans(),
        "logbias": LOGBIAS,
        "secondarycache": st.sampled_from(["all", "metadata", "none"]),
        "writecache": st.booleans(),
        "status": st.sampled_from(["online", "offline"]),
        "initiator_groups": AUDIENCES,
        "target_group": st.sampled_from(["default", "tg-a"]),
        "lu_number": LU_NUMBER,
        "nodestroy": st.booleans(),
        "custom": CUSTOM,
    },
)

LUN_WIRE = st.fixed_dictionaries(
    {"volsize": SIZES | SIZES.map(float)},
    optional={
        "volblocksize": st.sampled_from([512, 8192, 131072.0]),
        "sparse": st.booleans(),
        "compression": COMPRESSION,
        "copies": st.integers(min_value=1, max_value=3),
        "initiatorgroup": st.sampled_from(["default", MASKED, ["ig-a"], ["ig-a", "ig-b"], ["ig-b", "ig-a"]]),
        "targetgroup": st.sampled_from(["default", "tg-a"]),
        "lunumber": LU_NUMBER,
        "custom:tag": st.sampled_from(["x", "z"]),
        "custom:other": st.just("kept"),
    },
)

PROJECT_OPTIONS = st.fixed_dictionaries(
    {},
    optional={
        "compression": COMPRESSION,
        "checksum": CHECKSUM,
        "logbias": LOGBIAS,
        "recordsize": st.sampled_from(["512", "8k", "128K", "1M"]),
        "default_volblocksize": st.sampled_from(["512", "8k", "128K"]),
        "default_sparse": st.booleans(),
        "quota": SPELLED_SIZES,
        # Never more than a quota.
        "reservation": st.integers(min_value=1, max_value=MIB).flatmap(_spelled),
        "nodestroy": st.booleans(),
        "custom": CUSTOM,
    },
)

PROJECT_WIRE = st.fixed_dictionaries(
    {},
    optional={
        "compression": COMPRESSION,
        "recordsize": st.sampled_from([512, 8192.0]),
        "quota": SIZES,
        "default_sparse": st.booleans(),
        "custom:tag": st.sampled_from(["x", "z"]),
    },
)


def appliance_with(lun: dict[str, Any] | None = None, project: dict[str, Any] | None = None) -> LabClient:
    """An appliance with the projects `proj-a` and `proj-b`, a foreign LUN, and perhaps `lun-a` in `proj-a`."""
    appliance = appliance_with_schema()
    appliance.add_groups()
    appliance.add_project("proj-a", **(project or {}))
    appliance.add_project("proj-b")
    appliance.add_lun("proj-b", "foreign", initiatorgroup=["ig-c"])
    if lun is not None:
        appliance.add_lun("proj-a", "lun-a", **lun)
    return appliance


def appliance_with_schema() -> LabClient:
    """An appliance that has the custom properties of these options."""
    appliance = LabClient()
    for name, kind in (("tag", "String"), ("owner", "Boolean"), ("n:1", "Integer"), ("other", "String")):
        appliance.add_property(name, kind)
    return appliance
