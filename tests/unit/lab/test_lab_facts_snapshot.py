"""Facts of the API reference about snapshots and clones: given these steps, this request has this outcome."""

from __future__ import annotations

from collections.abc import Callable

from lab_facts import FROM_87, S1, A, Fact, check, proj, rows
from lab_world import GIB, LUNS, PROJECTS, World, clone, lun, snapshot, write

FACTS = [
    Fact("7.1", "take", (lun(),), snapshot(), 201, {"name": "s1", "numclones": 0, "share": "a"}),
    Fact("7.1", "name taken", (lun(), snapshot()), snapshot(), 409, "ERR_OBJECT_EXISTS"),
    Fact("14.5", "no LUN", (), snapshot(), 404, "ERR_NOT_FOUND"),
    Fact("7.1", "empty list", (lun(),), ("GET", f"{A}/snapshots"), 200, {"snapshots": []}),
    Fact("7.1", "project's is on each share", (lun(), snapshot(of="default")), ("GET", S1), 200, {"name": "s1"}),
    Fact(
        "7.1",
        "project's goes from each share",
        (lun(), snapshot(of="default"), ("DELETE", f"{PROJECTS}/default/snapshots/s1")),
        ("GET", S1),
        404,
    ),
    Fact("7.1", "rename", (lun(), snapshot()), ("PUT", S1, {"name": "s2"}), 202, {"name": "s2"}),
    Fact("7.3", "clone is 201", (lun(), snapshot()), clone(), 201, lambda b: b["lun"]["origin"]["snapshot"] == "s1"),
    Fact("7.3", "clone with block size", (lun(), snapshot()), clone(volblocksize="8k"), 400, "ERR_UNKNOWN_ARG"),
    Fact("7.3", "clone without share", (lun(), snapshot()), ("PUT", f"{S1}/clone", {}), 400, "ERR_MISSING_ARG"),
    Fact("7.3", "clone into another project", (lun(), snapshot(), proj()), clone(project="p"), 201, {"project": "p"}),
    Fact("7.3", "clone name taken", (lun(), snapshot()), clone("a"), 409, "ERR_OBJECT_EXISTS"),
    Fact(
        "7.3",
        "clone keeps settings",
        (lun(compression="gzip"), snapshot()),
        clone(),
        201,
        {"compression": "gzip", "volsize": GIB},
    ),
    Fact(
        "7.1",
        "dependents",
        (lun(), snapshot(), clone()),
        ("GET", f"{S1}/dependents"),
        200,
        lambda b: b["dependents"][0]["share"] == "c",
    ),
    Fact("7.2", "numclones", (lun(), snapshot(), clone()), ("GET", S1), 200, {"numclones": 1}),
    Fact(
        "7.4",
        "clone goes too",
        (lun(), snapshot(), clone(), ("DELETE", f"{S1}?confirm=true")),
        ("GET", f"{LUNS}/c"),
        404,
    ),
    Fact("7.4", "clones go with it, unasked", (lun(), snapshot(), clone()), ("DELETE", S1), 204),
    Fact(
        "7.4",
        "protected clone",
        (lun(), snapshot(), clone(nodestroy=True)),
        ("DELETE", f"{S1}?confirm=true"),
        403,
        "ERR_DENIED",
    ),
    Fact("7.1", "rollback", (lun(), snapshot()), ("PUT", f"{S1}/rollback"), 202, {"name": "s1"}),
    Fact(
        "7.4",
        "rollback past newer ones",
        (lun(), snapshot(), snapshot("s2")),
        ("PUT", f"{S1}/rollback"),
        409,
        "ERR_CONFIRM_REQUIRED",
        on=FROM_87,
    ),
    Fact(
        "7.4",
        "newer ones die",
        (lun(), snapshot(), snapshot("s2"), ("PUT", f"{S1}/rollback?confirm=true")),
        ("GET", f"{A}/snapshots/s2"),
        404,
    ),
    Fact(
        "7.1",
        "no rollback of a project",
        (snapshot(of="default"),),
        ("PUT", f"{PROJECTS}/default/snapshots/s1/rollback"),
        404,
    ),
    Fact(
        "7.1",
        "all snapshots",
        (lun(), snapshot(of="default")),
        ("GET", "storage/v1/snapshots"),
        200,
        lambda b: len(b["snapshots"]) == 2,
    ),
    Fact("14.4", "reserved name", (lun(),), snapshot(".auto-1"), 400, "ERR_INVALID_ARG"),
    Fact(
        "5.2",
        "snapshot wants its reservation",
        (lun(volsize="700g"), write(600 * GIB)),
        snapshot(),
        409,
        "ERR_STATE_CHANGED",
    ),
]


@rows(FACTS)
def test_fact(fact: Fact, release: str, worlds: Callable[[str], World]) -> None:
    """The appliance behaves as the reference says."""
    check(fact, worlds(release))
