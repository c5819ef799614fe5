"""What must hold before a migration: each condition fails by itself, with its own message and without a write."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from cases import PROJECTS, Call, groups, prepare, target_group
from lab_appliances import Record
from migration_world import LUNS, add_lun
from selection import chosen

from playbooks import Stage

DISABLE = "service/v1/services/replication/disable"
BIG = {"name": "big", "volsize": "990g"}
CLONE = f"{LUNS}/redo-1/snapshots/s1"


@dataclass(frozen=True)
class Condition:
    """One row: what is wrong, and words of the message.

    Attributes:
        calls: REST calls that come before the LUN is made; `later` those that come after it.
        lun: values of the LUN; None when there is none.
        variables: further variables of the role.
        extra: whether it runs only when all rows do.
    """

    name: str
    words: tuple[str, ...]
    calls: tuple[Call, ...] = ()
    lun: Record | None = field(default_factory=dict)
    later: tuple[Call, ...] = ()
    variables: Record = field(default_factory=dict)
    extra: bool = False


THICK: tuple[Call, ...] = (("west", "POST", LUNS, {**BIG, "sparse": False}),)
CLONED: tuple[Call, ...] = (
    ("POST", f"{LUNS}/redo-1/snapshots", {"name": "s1"}),
    ("PUT", f"{CLONE}/clone", {"share": "c"}),
)
CONDITIONS = (
    Condition("service off on source", ("replication service of east is disabled",), (("PUT", DISABLE),), extra=True),
    Condition("service off on target", ("replication service of west is disabled",), (("west", "PUT", DISABLE),)),
    Condition(
        "no such pool", ("Pool pond does not exist on west", "tank"), variables={"target_pool": "pond"}, extra=True
    ),
    Condition(
        "no such project",
        ("Project tank/archive does not exist on west",),
        variables={"target_project": "archive"},
        extra=True,
    ),
    Condition(
        "no peer",
        ("west is not registered as a replication target on east",),
        (("DELETE", "storage/v1/replication/targets/west"),),
    ),
    Condition("another label", ("not registered", "as north"), variables={"peer": "north"}, extra=True),
    Condition(
        "target group", ("target group tg-x", "does not exist on west"), target_group("tg-x"), {"targetgroup": "tg-x"}
    ),
    Condition(
        "initiator group",
        ("initiator group ig-x", "does not exist on west"),
        groups("ig-x"),
        {"initiatorgroup": ["ig-db", "ig-x"]},
        extra=True,
    ),
    Condition(
        "name taken",
        ("west has a LUN tank/databases/redo-1 already",),
        (("west", "POST", LUNS, {**BIG, "name": "redo-1"}),),
        extra=True,
    ),
    Condition("no space", ("redo-1 needs 4226M", "pool tank of west has 2"), THICK, {"volsize": "4g", "sparse": False}),
    Condition(
        "protected", ("protected by nodestroy", "migrate_lun_delete_source"), lun={"nodestroy": True}, extra=True
    ),
    Condition("cloned", ("snapshots with clones", "s1"), later=CLONED),
    Condition("no such LUN", ("exists neither on east", "on west"), lun=None),
    Condition("offline", ("is offline",), lun={"status": "offline"}, extra=True),
    Condition(
        "iscsi off on target",
        ("iscsi service of west is disabled",),
        (("west", "PUT", "service/v1/services/iscsi/disable"),),
    ),
    Condition(
        "filesystem",
        ("west has a filesystem tank/databases/redo-1",),
        (("west", "POST", f"{PROJECTS}/databases/filesystems", {"name": "redo-1"}),),
        extra=True,
    ),
    Condition(
        "quota",
        ("project tank/databases, which has a quota, of west has",),
        (("west", "PUT", f"{PROJECTS}/databases", {"quota": "1m"}),),
        {"sparse": False},
        extra=True,
    ),
    Condition(
        "number taken",
        ("LU number 11 is taken in initiator group ig-db",),
        (
            (
                "west",
                "POST",
                LUNS,
                {
                    "name": "five",
                    "volsize": "1g",
                    "sparse": True,
                    "lunumber": 11,
                    "initiatorgroup": ["ig-db"],
                    "targetgroup": "tg-db",
                },
            ),
        ),
        {"lunumber": 11},
        extra=True,
    ),
    Condition(
        "several at once",
        ("is protected by nodestroy", "target group tg-x"),
        target_group("tg-x"),
        {"targetgroup": "tg-x", "nodestroy": True},
    ),
    Condition(
        "held",
        ("under a retention hold (legal)",),
        later=(("POST", f"{LUNS}/redo-1/snapshots", {"name": "legal", "retentionpolicy": "unlocked"}),),
        extra=True,
    ),
)


def ids(row: Any) -> str:
    """Name a row."""
    return str(row.name).replace(" ", "_")


@pytest.mark.parametrize("row", chosen(CONDITIONS), ids=ids)
def test_condition_is_told_before_the_first_write(row: Condition, stage: Stage) -> None:
    prepare(stage.lab, row.calls)
    if row.lun is not None:
        add_lun(stage.lab, written=0, **row.lun)
    prepare(stage.lab, row.later)

    play = stage.fail(**row.variables)

    assert play.writes == []
    assert all(word in play.message for word in row.words), play.message


def test_wrong_password_of_the_target(stage: Stage) -> None:
    target = stage.lab.west.connection(password="wrong-password")

    play = stage.fail(target=target)

    assert "refuses the login of user 'admin'" in play.message
    assert "wrong-password" not in play.output
    assert play.writes == []


@pytest.mark.long
def test_same_appliance_twice(stage: Stage) -> None:
    play = stage.fail(target=stage.lab.east.connection())

    assert "the same appliance, east" in play.message
    assert play.writes == []


def test_password_that_is_a_part_of_a_name_which_was_found(stage: Stage) -> None:
    made = groups("the-lab-password-hosts")
    prepare(stage.lab, (*made, *(("west", *call) for call in made)))
    add_lun(stage.lab, written=0, initiatorgroup="the-lab-password-hosts")

    play = stage.fail()

    assert play.message.startswith("a password, or a secret in the environment, is a part of a name that was found"), (
        play.message
    )
    assert play.writes == []
