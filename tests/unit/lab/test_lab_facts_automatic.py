"""Facts about schedules of automatic snapshots (API reference 7.5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lab_facts import FS, NEW, UP_TO_87, A, Fact, check, proj, rows
from lab_world import GIB, LUNS, PROJECTS, World, lun, snapshot, wait, write

P = f"{PROJECTS}/default"
F = f"{FS}/f"
FILES = ("POST", FS, {"name": "f"})
HOUR = 3600


def automatic(frequency: str = "hour", on: str = A, **more: Any) -> tuple[Any, ...]:
    """Make a schedule."""
    return ("POST", f"{on}/automatic", {"frequency": frequency, **more})


ONE = f"{A}/automatic/{{sub}}"


def names(body: Any) -> list[str]:
    """Return the names of listed snapshots."""
    return [one["name"] for one in body["snapshots"]]


FACTS = [
    Fact("7.5", "none on a LUN", (lun(),), ("GET", f"{A}/automatic"), 200, {"automatic": []}),
    Fact("7.5", "none on a filesystem", (FILES,), ("GET", f"{F}/automatic"), 200, {"automatic": []}),
    Fact("7.5", "none on a project", (), ("GET", f"{P}/automatic"), 200, {"automatic": []}),
    Fact("7.5", "none on a missing LUN", (), ("GET", f"{A}/automatic"), 404, "ERR_NOT_FOUND"),
    *(
        Fact("7.5", f"{frequency} is taken", (lun(),), automatic(frequency), 201, {"frequency": frequency})
        for frequency in ("halfhour", "hour", "day", "week", "month")
    ),
    Fact("7.5", "on a filesystem", (FILES,), automatic(on=F), 201, {"frequency": "hour"}),
    Fact("7.5", "on a project", (), automatic(on=P), 201, {"frequency": "hour"}),
    Fact("7.5", "5min is not", (lun(),), automatic("5min"), 400, "ERR_INVALID_ARG"),
    Fact("7.5", "no frequency", (lun(),), ("POST", f"{A}/automatic", {"keep": 1}), 400, "ERR_MISSING_ARG"),
    Fact(
        "7.5",
        "details",
        (lun(),),
        automatic("week", day="Sunday", hour=2, minute=15, keep=4),
        201,
        {"day": "Sunday", "hour": 2, "minute": 15, "keep": 4},
    ),
    Fact("7.5", "bad day", (lun(),), automatic("month", day=32), 400, "ERR_INVALID_ARG"),
    Fact("7.5", "bad keep", (lun(),), automatic(keep=-1), 400, "ERR_INVALID_ARG"),
    Fact("7.5", "an hourly one keeps a day's", (lun(),), automatic(), 201, {"keep": 24}, assumed=True),
    Fact("7.5", "a half-hourly one, too", (lun(),), automatic("halfhour"), 201, {"keep": 48}, assumed=True),
    Fact("7.5", "no more than a day's", (lun(),), automatic(keep=25), 400, "ERR_INVALID_ARG", assumed=True),
    Fact("7.5", "a daily one keeps all", (lun(),), automatic("day"), 201, {"keep": 0}, assumed=True),
    Fact("7.5", "the same again", (lun(), automatic()), automatic(), 409, "ERR_STATE_CHANGED", assumed=True),
    Fact("7.5", "project and share", (lun(), automatic()), automatic(on=P), 409, "ERR_STATE_CHANGED", assumed=True),
    Fact("7.5", "share and project", (lun(), automatic(on=P)), automatic(), 409, "ERR_STATE_CHANGED", assumed=True),
    Fact("7.5", "two on one", (lun(), automatic()), automatic("day"), 201),
    Fact("7.5", "one", (lun(), automatic()), ("GET", ONE), 200, {"frequency": "hour"}),
    Fact("7.5", "missing", (lun(),), ("GET", f"{A}/automatic/x"), 404, "ERR_NOT_FOUND"),
    Fact(
        "7.5",
        "not that of another",
        (lun(), lun("b"), automatic()),
        ("GET", f"{LUNS}/b/automatic/{{sub}}"),
        404,
        "ERR_NOT_FOUND",
    ),
    Fact("7.5", "it changes", (lun(), automatic()), ("PUT", ONE, {"keep": 2}), 202, {"keep": 2, "frequency": "hour"}),
    Fact("7.5", "its id does not", (lun(), automatic()), ("PUT", ONE, {"id": "x"}), 400, "ERR_INVALID_ARG"),
    Fact("7.5", "it goes", (lun(), automatic()), ("DELETE", ONE), 204),
    Fact("7.5", "gone", (lun(), automatic(), ("DELETE", ONE)), ("GET", f"{A}/automatic"), 200, {"automatic": []}),
    Fact(
        "7.5",
        "its path",
        (lun(),),
        automatic(),
        201,
        lambda b: b["automatic"]["href"].endswith(f"/luns/a/automatic/{b['automatic']['id']}"),
    ),
    Fact(
        "7.5",
        "snapshots are made",
        (lun(), automatic(), wait(HOUR)),
        ("GET", f"{A}/snapshots"),
        200,
        lambda b: [(one["name"][:6], one["isauto"]) for one in b["snapshots"]] == [(".auto-", True)],
    ),
    Fact(
        "7.5",
        "at their time",
        (lun(), automatic(minute=30), wait(HOUR)),
        ("GET", f"{A}/snapshots"),
        200,
        lambda b: b["snapshots"][0]["creation"] == "20231114T22:30:00",
    ),
    Fact(
        "7.5",
        "named by their time",
        (lun(), automatic(minute=30), wait(HOUR)),
        ("GET", f"{A}/snapshots"),
        200,
        lambda b: names(b) == [".auto-1700001000"],
        assumed=True,
    ),
    Fact(
        "7.5",
        "with the share's label",
        (lun(snaplabel="db"), automatic(minute=30), wait(HOUR)),
        ("GET", f"{A}/snapshots"),
        200,
        lambda b: names(b) == [".auto-db-1700001000"],
        assumed=True,
    ),
    Fact(
        "7.5",
        "the newest are kept",
        (lun(), automatic(keep=2), wait(5 * HOUR)),
        ("GET", f"{A}/snapshots"),
        200,
        lambda b: [one["creation"][9:] for one in b["snapshots"]] == ["02:00:00", "03:00:00"],
    ),
    Fact(
        "7.5",
        "manual ones are left alone",
        (lun(), snapshot(), automatic(keep=1), wait(5 * HOUR)),
        ("GET", f"{A}/snapshots"),
        200,
        lambda b: names(b)[0] == "s1" and len(b["snapshots"]) == 2,
    ),
    Fact(
        "7.5",
        "a project's are on its shares",
        (lun(), FILES, automatic(on=P), wait(HOUR)),
        ("GET", "storage/v1/snapshots"),
        200,
        lambda b: sorted(one.get("share", "") for one in b["snapshots"]) == ["", "a", "f"],
    ),
    Fact(
        "7.5",
        "a project's are pruned on its shares",
        (lun(), automatic(on=P, keep=1), wait(5 * HOUR)),
        ("GET", "storage/v1/snapshots"),
        200,
        lambda b: len(b["snapshots"]) == 2,
    ),
    Fact(
        "7.5",
        "they go with their schedule",
        (lun(), automatic(), wait(HOUR), ("DELETE", ONE)),
        ("GET", f"{A}/snapshots"),
        200,
        {"snapshots": []},
    ),
    Fact(
        "7.5",
        "or become manual",
        (lun(), automatic(), wait(HOUR), ("DELETE", f"{ONE}?convert=true")),
        ("GET", f"{A}/snapshots"),
        200,
        lambda b: [one["isauto"] for one in b["snapshots"]] == [False],
        on=NEW,
    ),
    Fact("7.5", "convert at creation", (lun(),), automatic(convert=True), 201, on=NEW),
    Fact("7.5", "no convert before 8.8", (lun(),), automatic(convert=True), 400, "ERR_UNKNOWN_ARG", on=UP_TO_87),
    Fact(
        "7.5",
        "a smaller keep prunes at once",
        (lun(), automatic(), wait(5 * HOUR), ("PUT", ONE, {"keep": 1})),
        ("GET", f"{A}/snapshots"),
        200,
        lambda b: len(b["snapshots"]) == 1,
    ),
    Fact(
        "7.5",
        "another frequency drops what it had",
        (lun(), automatic(), wait(5 * HOUR), ("PUT", ONE, {"frequency": "day"})),
        ("GET", f"{A}/snapshots"),
        200,
        {"snapshots": []},
        assumed=True,
    ),
    Fact(
        "7.5",
        "or converts it",
        (lun(), automatic(), wait(5 * HOUR), ("PUT", ONE, {"frequency": "day", "convert": True})),
        ("GET", f"{A}/snapshots"),
        200,
        lambda b: len(b["snapshots"]) == 5 and not any(one["isauto"] for one in b["snapshots"]),
        on=NEW,
        assumed=True,
    ),
    Fact(
        "7.5",
        "a renamed one is manual",
        (
            lun(),
            automatic(keep=1),
            wait(HOUR),
            ("PUT", f"{A}/snapshots/.auto-1700002800", {"name": "mine"}),
            wait(HOUR),
        ),
        ("GET", f"{A}/snapshots"),
        200,
        lambda b: [one["isauto"] for one in b["snapshots"]] == [False, True],
        assumed=True,
    ),
    Fact(
        "7.5",
        "one that has a clone is kept",
        (
            lun(),
            automatic(keep=1),
            wait(HOUR),
            ("PUT", f"{A}/snapshots/.auto-1700002800/clone", {"share": "c"}),
            wait(5 * HOUR),
        ),
        ("GET", f"{A}/snapshots"),
        200,
        lambda b: len(b["snapshots"]) == 2,
        assumed=True,
    ),
    Fact(
        "7.5",
        "a person may destroy one",
        (lun(), automatic(), wait(HOUR)),
        ("DELETE", f"{A}/snapshots/.auto-1700002800"),
        204,
        assumed=True,
    ),
    Fact(
        "7.5",
        "no room, no snapshot",
        (lun(volsize="700g"), write(600 * GIB), automatic(), wait(HOUR)),
        ("GET", f"{A}/snapshots"),
        200,
        {"snapshots": []},
    ),
    Fact(
        "7.5",
        "a moved share keeps its schedule",
        (lun(), proj(), automatic(), ("PUT", f"{FS}/a", {"project": "p"}), wait(HOUR)),
        ("GET", f"{PROJECTS}/p/luns/a/snapshots"),
        200,
        lambda b: len(b["snapshots"]) == 1,
        assumed=True,
    ),
    Fact(
        "7.2",
        "a schedule may set a hold",
        (lun(), automatic(retentionpolicy="unlocked"), wait(HOUR)),
        ("DELETE", f"{A}/snapshots/.auto-1700002800"),
        403,
        "ERR_DENIED",
        on=NEW,
        assumed=True,
    ),
    Fact(
        "7.2",
        "held ones outlive their schedule's keep",
        (lun(), automatic(keep=1, retentionpolicy="locked"), wait(3 * HOUR)),
        ("GET", f"{A}/snapshots"),
        200,
        lambda b: len(b["snapshots"]) == 3,
        on=NEW,
        assumed=True,
    ),
    Fact(
        "7.2",
        "a schedule with held snapshots stays",
        (lun(), automatic(retentionpolicy="locked"), wait(HOUR)),
        ("DELETE", ONE),
        403,
        "ERR_DENIED",
        on=NEW,
        assumed=True,
    ),
    Fact("7.2", "no hold before 8.8", (lun(),), automatic(retentionpolicy="off"), 400, "ERR_UNKNOWN_ARG", on=UP_TO_87),
]


@rows(FACTS)
def test_fact(fact: Fact, release: str, worlds: Callable[[str], World]) -> None:
    """The appliance behaves as the reference says."""
    check(fact, worlds(release))
