"""Each act of a migration on each release: predicted, done, and done again; and that the secrets of both connections stay secret."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from cases import PROJECTS, prepare
from lab_appliances import RELEASES, Lab, Record
from migration_world import LUNS, add_lun, build, leave_sign, package_of, replicate, set_lun, sever
from module_runner import Bench, Run
from prediction import unlike
from two_runs import two_sides

from ansible_collections.zfssa.storage.plugins.module_utils.kinds.migration._names import (
    Before,
    Place,
    Sign,
    new_removal_name,
    sign_of,
)
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.migration._operations import STATES
from ansible_collections.zfssa.storage.plugins.module_utils.values._owner import NOBODY
from playbooks import MASK

MODULE = "zfssa_lun_migration"
MOVE: Record = {
    "pool": "tank",
    "project": "databases",
    "luns": ["redo-1"],
    "target_pool": "tank",
    "target_project": "databases",
    "peer": "west",
    "source_name": "east",
    "target_name": "west",
}
OWN = ["databases/redo-1"]
PLACE = Place("tank", "databases", "redo-1")
# What a copy has of its project, and is to have of its source.
OF_SOURCE = ("compression", "checksum", "copies", "dedup", "logbias", "secondarycache", "initiatorgroup", "targetgroup")


def was(lab: Lab) -> Record:
    """What the LUN was before the migration, as `state=claimed` tells it."""
    groups = ["ig-db"] if lab.release == "2013.1" else ["ig-db", "ig-app"]
    return {
        "status": "online",
        "initiator_groups": groups,
        "target_group": "tg-db",
        "lu_number": None,
        "lu_numbers": {},
    }


def signed(lab: Lab) -> None:
    """Leave the sign of a run that has ended."""
    text = Sign(PLACE, NOBODY, Before("online", tuple(was(lab)["initiator_groups"]), "tg-db")).text
    prepare(lab, (("POST", PROJECTS, {"name": sign_of(PLACE), "mountpoint": text}),))


def at_source(lab: Lab) -> Record:
    build(lab)
    add_lun(lab)
    return {}


def marked_at_source(lab: Lab) -> Record:
    """A run has ended right before it would have destroyed the LUN."""
    copied(lab)
    signed(lab)
    # Both ways of running a module are to meet the same one.
    name = f"{new_removal_name('redo-1')[:-16]}{'0' * 16}"
    prepare(lab, (("PUT", f"{LUNS}/redo-1", {"name": name}),))
    return {}


def claimed(lab: Lab) -> Record:
    at_source(lab)
    signed(lab)
    return {}


def given_up(lab: Lab) -> Record:
    claimed(lab)
    return {"keep": True}


def sent(lab: Lab) -> Record:
    at_source(lab)
    return {"action_id": replicate(lab)}


def severed(lab: Lab) -> Record:
    at_source(lab)
    made = replicate(lab, hidden=True)
    sever(lab, made)
    prepare(lab, (("west", "PUT", f"{PROJECTS}/{made}/luns/redo-1", {"status": "offline"}),))
    return {"copy_project": made}


def masked(lab: Lab) -> Record:
    """The LUN in the package is presented to nobody."""
    made = sent(lab)["action_id"]
    body = {"initiatorgroup": MASK, "targetgroup": "default"}
    prepare(lab, (("west", "PUT", f"{package_of(lab, made)}/projects/databases/luns/redo-1", body),))
    return {"action_id": made, "replica": {"initiator_groups": was(lab)["initiator_groups"], "target_group": "tg-db"}}


def give_up(lab: Lab, made: str) -> None:
    """The source is online again, and its sign says that what bears this id is a run's own that could not undo all."""
    set_lun(lab, status="online")
    leave_sign(lab, before=Before("online", tuple(was(lab)["initiator_groups"]), "tg-db"), made=made)


def severed_and_given_up(lab: Lab) -> Record:
    give_up(lab, severed(lab)["copy_project"])
    return {}


def moved_and_given_up(lab: Lab) -> Record:
    give_up(lab, two_sides(lab))
    return {}


def copied(lab: Lab) -> Record:
    """The hidden copy is in its place, with all that the hidden LUN has."""
    two_sides(lab)
    source = lab.east.lun("redo-1")
    prepare(lab, (("west", "PUT", f"{LUNS}/redo-1", {key: source[key] for key in OF_SOURCE}),))
    return {"before": was(lab)}


def copied_under_sign(lab: Lab) -> Record:
    """The same, and the run has not come to its end."""
    options = copied(lab)
    leave_sign(lab)
    return options


def hidden_at_source(lab: Lab) -> Record:
    at_source(lab)
    set_lun(lab, status="offline")
    return {"before": was(lab)}


def both(lab: Lab) -> tuple[list[str], list[str]]:
    """The LUNs of both sides."""
    return lab.east.luns(), lab.west.luns()


def is_claimed(lab: Lab, run: Run) -> None:
    (told,) = run.value["luns"]
    assert both(lab) in ((OWN, []), (OWN, OWN))
    assert sign_of(PLACE) in lab.east.projects()
    assert told["before"]["initiator_groups"] == was(lab)["initiator_groups"]


def is_released(lab: Lab, _run: Run) -> None:
    assert sign_of(PLACE) not in lab.east.projects()


def is_written_down(lab: Lab, _run: Run) -> None:
    assert sign_of(PLACE) in lab.east.projects()


def is_masked(_lab: Lab, run: Run) -> None:
    assert (run.value["masked"], run.value["reason"]) == (True, None)


def is_unmasked(lab: Lab, run: Run) -> None:
    (package,) = lab.west.state["packages"]
    body = lab.west.call("GET", f"{package_of(lab, package['id'])}/projects/databases/luns/redo-1")
    groups = body["lun"]["initiatorgroup"]
    assert sorted([groups] if isinstance(groups, str) else groups) == sorted(was(lab)["initiator_groups"])
    assert body["lun"]["targetgroup"] == "tg-db"
    assert run.value["masked"] is False


def is_left_by_itself(lab: Lab, run: Run) -> None:
    (told,) = run.value["luns"]
    assert (told["state"], told["left"]["has_copy"]) == ("source", True)
    assert both(lab)[0] == OWN and len(both(lab)[1]) == 1


def is_alike(_lab: Lab, run: Run) -> None:
    assert {run.value[side]["name"] for side in ("lun", "target_lun")} == {"redo-1"}
    assert run.value["lun"]["size"] == run.value["target_lun"]["size"]


def is_left_on(*sides: str) -> Callable[[Lab, Run], None]:
    def check(lab: Lab, run: Run) -> None:
        assert run.value["destroyed"] == PLACE.label or run.value["destroyed"].startswith("LUN tank/")
        assert both(lab) == (OWN if "east" in sides else [], OWN if "west" in sides else [])

    return check


def is_seen(lab: Lab, run: Run) -> None:
    assert run.value["lun"]["status"] == lab.east.lun("redo-1")["status"] == "online"
    assert run.value["lun"]["initiator_groups"] == sorted(was(lab)["initiator_groups"])


def stands_at(state: str) -> Callable[[Lab, Run], None]:
    def check(_lab: Lab, run: Run) -> None:
        assert [told["state"] for told in run.value["luns"]] == [state]

    return check


@dataclass(frozen=True)
class Act:
    """One row: an act of a migration.

    Attributes:
        name: what the row shows.
        state: what is asked for.
        prepared: makes what is there before, and returns further options.
        seen: checks what came of it.
        changes: whether it changes something.
        again: what the result is when there is nothing left to do, where it is another one.
    """

    name: str
    state: str
    prepared: Callable[[Lab], Record]
    seen: Callable[[Lab, Run], None]
    changes: bool = True
    again: Record = field(default_factory=dict)
    module: str = MODULE


ACTS = (
    Act("survey", "surveyed", at_source, stands_at("source"), changes=False),
    Act("survey of a copy", "surveyed", copied_under_sign, stands_at("moved"), changes=False),
    Act("claim", "claimed", at_source, is_claimed),
    Act("claim of a marked LUN", "claimed", marked_at_source, is_claimed),
    Act("release", "released", claimed, is_released),
    Act("release that keeps", "released", given_up, is_written_down, changes=False),
    Act("mask", "copy_masked", sent, is_masked),
    Act("unmask", "copy_unmasked", masked, is_unmasked, again={"masked": False}),
    Act(
        "survey of a severed copy that was given up", "surveyed", severed_and_given_up, is_left_by_itself, changes=False
    ),
    Act("survey of a copy that was given up", "surveyed", moved_and_given_up, is_left_by_itself, changes=False),
    Act("verify", "verified", copied, is_alike, changes=False),
    Act("destroy source", "source_destroyed", copied, is_left_on("west"), again={"destroyed": None}),
    Act("destroy copy", "copy_destroyed", copied, is_left_on("east"), again={"destroyed": None}),
    Act("destroy severed copy", "copy_destroyed", severed, is_left_on("east"), again={"destroyed": None}),
    Act("restore", "restored", hidden_at_source, is_seen),
    Act("restore beside a hidden copy", "restored", copied, is_seen),
)


@pytest.mark.parametrize(
    ("case", "release"),
    [pytest.param(act, release, id=f"{act.name}-{release}".replace(" ", "_")) for act in ACTS for release in RELEASES],
)
def test_act_is_predicted_done_and_not_done_again(case: Act, release: str, bench_of: Callable[[str], Bench]) -> None:
    bench = bench_of(release)
    options = {**MOVE, "state": case.state, **case.prepared(bench.lab)}

    predicted, real = (bench.change(MODULE, options, check=check) for check in (True, False))
    again, checked = (bench.change(MODULE, options, check=check) for check in (False, True))

    case.seen(bench.lab, real)
    assert (predicted.changed, real.changed) == (case.changes, case.changes)
    assert unlike(predicted, real) == []
    assert (again.changed, again.writes) == (False, [])
    assert unlike(checked, again) == []
    assert bench.lab.breaches() == []
    if case.again:
        assert {key: again.value[key] for key in case.again} == case.again


def test_every_state_is_here() -> None:
    assert {act.state for act in ACTS} == set(STATES)


@pytest.mark.parametrize("enabled", [True, False])
def test_action_whose_copy_was_destroyed_can_never_send_again(enabled: bool, bench: Bench) -> None:
    made = severed(bench.lab)["copy_project"]
    set_lun(bench.lab, status="online")
    action = f"storage/v1/replication/actions/{made}"
    prepare(bench.lab, (("west", "DELETE", f"{PROJECTS}/{made}/luns/redo-1"), ("PUT", action, {"enabled": enabled})))

    run = bench.refuse(MODULE, {**MOVE, "state": "surveyed"}, to_peer={})

    assert "has no package on west any more" in run.msg
    assert "enabled" not in run.msg
    assert "migrate_lun_full_again" in run.msg


# The connection to the target

SECRETS = {"password": "word-for-west-only", "session": "token-for-west-only"}
NOWHERE: tuple[tuple[Record, str], ...] = (
    ({"port": 0}, "target: port 0 is out of range"),
    ({"host": "https://zs-west"}, "target: host 'https://zs-west' is not a host name or address"),
    ({"timeout": 0}, "target: timeout 0 is out of range"),
    ({"ca_path": "/there/is/none.pem"}, "target: ca_path /there/is/none.pem does not exist"),
    ({"password": None}, "target: there is no way to log in"),
)


@pytest.mark.parametrize(
    ("change", "said"), NOWHERE, ids=lambda value: next(iter(value)) if isinstance(value, dict) else ""
)
def test_wrong_connection_is_said_to_be_that_of_the_target(change: Record, said: str, bench: Bench) -> None:
    run = bench.refuse(MODULE, MOVE, to_peer=change)

    assert run.msg.startswith(said)
    assert run.requests == []


def test_schedules_of_the_lun_are_warned_of_and_those_of_its_project_are_not(bench: Bench) -> None:
    at_source(bench.lab)
    daily = {"frequency": "day", "hour": "02", "minute": "00", "keep": 7}
    of_project, of_lun = f"{PROJECTS}/databases/automatic", f"{LUNS}/redo-1/automatic"

    prepare(bench.lab, (("POST", of_project, daily),))
    # With a warning this would fail.
    bench.change(MODULE, MOVE)
    (schedule,) = bench.lab.east.call("GET", of_project)["automatic"]
    prepare(bench.lab, (("DELETE", f"{of_project}/{schedule['id']}", None), ("POST", of_lun, daily)))
    run = bench.change(MODULE, MOVE, warns=True)

    (said,) = run.warnings
    assert said.startswith(
        "LUN tank/databases/redo-1 has automatic snapshots on east, or a schedule for them, and schedules do not"
    )


def test_target_without_a_host_is_refused_by_ansible(bench: Bench) -> None:
    run = bench.run(MODULE, MOVE, to_peer={"host": None})

    assert run.failed
    assert "host found in target" in run.msg.replace("'", "")
    assert run.requests == []


def as_structure(connection: Record) -> Any:
    return connection


def as_json(connection: Record) -> Any:
    return json.dumps(connection)


def as_words(connection: Record) -> Any:
    return " ".join(f"{key}={value}" for key, value in connection.items())


@pytest.mark.parametrize("written", [as_structure, as_json, as_words])
@pytest.mark.parametrize("option", list(SECRETS))
def test_secrets_of_the_target_are_told_nowhere(option: str, written: Callable[[Record], Any], bench: Bench) -> None:
    at_source(bench.lab)
    # A token that is none would be replaced by a login.
    alone = {"username": None, "password": None} if option == "session" else {}
    west = bench.lab.west.connection(**{**alone, option: SECRETS[option]})
    tries: tuple[tuple[Record, str], ...] = (
        ({}, "west"),
        # Refused by the check of the options, and by the client.
        ({"colour": "red"}, "colour"),
        ({"port": 1}, "port"),
        ({"port": "first"}, "port"),
    )
    for wrong, _why in tries:
        run = bench.run(MODULE, {**MOVE, "target": written({**west, **wrong})}, verbosity=4)

        assert run.failed
        for secret in (SECRETS[option], "lab-password"):
            assert secret not in run.output + run.errors, (wrong, run.output)
    # Only the invocation, whose form is Ansible's own, and what the two ways say of an option tell them apart.
    bench.results.clear()


@pytest.mark.parametrize("written", [as_structure, as_json, as_words])
def test_target_may_be_written_as_a_text(written: Callable[[Record], Any], bench: Bench) -> None:
    at_source(bench.lab)

    run = bench.change(MODULE, {**MOVE, "target": written(bench.lab.west.connection())}, verbosity=4)

    assert [told["state"] for told in run.value["luns"]] == ["source"]
    assert "lab-password" not in run.output
