"""Whether check mode has told what a real run then did: the whole result and the difference, key by key."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

from lab_appliances import Record
from module_runner import RESULTS, Run

_OF_ANSIBLE = ("invocation",)
_MADE = "canonical_name creation id"
_NUMBERS = "lu_number lu_numbers/*"
_COURSE = "state_description last_sync last_try bytes_sent estimated_size average_throughput"
# What only the appliance can know: a write, and the keys that may be None in what is predicted of it. All other keys must
# be predicted, and whatever is predicted must come.
DECIDED_BY_THE_APPLIANCE = (
    # Without a setting of its own, a new project has the pool's compression.
    ("POST .*/projects", "project", f"{_MADE} compression mountpoint space_available space_data space_total"),
    ("PUT .*/projects/[^/]+", "project", "canonical_name mountpoint space_available space_total"),
    ("POST .*/luns", "lun", f"{_MADE} lunguid space_data space_total {_NUMBERS}"),
    # A clone has the size that its origin had at the time of the snapshot.
    ("PUT .*/clone", "lun", f"{_MADE} lunguid space_data space_total size {_NUMBERS}"),
    ("PUT .*/luns/[^/]+", "lun", f"canonical_name space_total {_NUMBERS}"),
    ("PUT .*/luns/[^/]+", "connection", "lu_numbers/* hosts/*/lu_number"),
    ("PUT .*/luns/[^/]+", "migration", "lun/lu_number lun/lu_numbers/*"),
    ("PUT .*/filesystems/[^/]+", "lun", "canonical_name"),
    ("POST .*/snapshots", "snapshot", f"{_MADE} space_data space_unique"),
    ("PUT .*/snapshots/[^/]+", "snapshot", "canonical_name isauto"),
    ("PUT .*/rollback", "snapshot", "space_unique"),
    ("POST .*/iscsi/targets", "target", "iqn"),
    # Not every release looks at certificates.
    ("POST .*/replication/targets", "target", "address asn auto_accept_cert host_match"),
    ("POST .*/actions", "action", "id state_description"),
    ("PUT .*/sendupdate", "action", _COURSE),
    ("PUT .*/cancelupdate", "action", f"{_COURSE} last_result"),
    # The package does not tell the settings of the action that it came by.
    ("PUT .*reverse", "action", "*"),
    ("POST /api/access/v1", "session", "token"),
)


def unlike(predicted: Run, real: Run) -> list[str]:
    """Name what a real run has returned or shown otherwise than was predicted."""
    open_keys = _open_keys(real)
    return [
        where + line
        for where, told, came, may_be_open in (
            ("result", _result(predicted), _result(real), open_keys),
            ("diff/before", _side(predicted, "before"), _side(real, "before"), ()),
            ("diff/after", _side(predicted, "after"), _side(real, "after"), open_keys),
        )
        for line in differences(told, came, may_be_open)
    ]


def _open_keys(run: Run) -> tuple[str, ...]:
    """What nobody could predict of the writes of a run, as patterns of paths in its result."""
    wrote = {f"{row['method']} {row['path'].partition('?')[0]}" for row in run.requests if row["method"] != "GET"}
    # A document has its objects in a list.
    return tuple(
        f"/{place}/{name}"
        for pattern, key, names in DECIDED_BY_THE_APPLIANCE
        if any(re.fullmatch(pattern, write) for write in wrote)
        for name in names.split()
        for place in (key, "results/*/object")
    )


def _result(run: Run) -> Record:
    return {key: value for key, value in run.result.items() if key not in (*_OF_ANSIBLE, "diff")}


def _side(run: Run, side: str) -> Record:
    """One side of the difference, under the keys of the result; it shows an object alone where there is one only."""
    shown = dict(run.result.get("diff", {}).get(side) or {})
    keys = RESULTS[run.order.module]
    return shown if set(shown) <= keys else {run.value_key: shown}


def differences(told: Any, came: Any, open_keys: tuple[str, ...], path: str = "") -> Iterator[str]:
    """Name what came otherwise than it was told.

    Args:
        open_keys: patterns of the paths at which a `None` may stand in what was told for whatever comes.
        path: where in the whole these are.
    """
    if isinstance(told, dict) and isinstance(came, dict):
        for key in sorted(told.keys() | came.keys(), key=str):
            if key not in told:
                yield f"{path}/{key}: not predicted, got {came[key]!r}"
            elif key not in came:
                yield f"{path}/{key}: predicted {told[key]!r}, and did not come"
            else:
                yield from differences(told[key], came[key], open_keys, f"{path}/{key}")
    elif isinstance(told, list) and isinstance(came, list) and len(told) == len(came):
        for number, (one, other) in enumerate(zip(told, came, strict=True)):
            yield from differences(one, other, open_keys, f"{path}/{number}")
    elif told != came and not (told is None and any(fnmatchcase(path, one) for one in open_keys)):
        yield f"{path}: predicted {told!r}, got {came!r}"
