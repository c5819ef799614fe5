"""What modules refuse: with one clear sentence, before the first write, in check mode as in a real run."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
import trustme
from cases import Refusal, action, clone, lun, own_replication, prepare, project, row_id, snapshot
from lab_appliances import Record, is_login
from module_runner import Bench

PLACE = {"pool": "tank", "project": "default"}
LUN = {**PLACE, "name": "a"}
NEW = {**LUN, "size": "1G"}
ROUTE = {**PLACE, "lun": "a", "target": "west", "target_pool": "tank"}
NO_SUCH_ID = "00000000-1111-2222-3333-444444444444"


# Options that can never be right: refused without a word to the appliance.
IMPOSSIBLE = (
    Refusal("name with slash", "zfssa_lun", {**NEW, "name": "a/b"}, ("name 'a/b'",)),
    Refusal("name that climbs", "zfssa_lun", {**NEW, "name": ".."}, ("name '..'",)),
    Refusal("project that climbs", "zfssa_lun", {**NEW, "project": "x..y"}, ("project 'x..y'",)),
    Refusal("empty name", "zfssa_project", {"pool": "tank", "name": ""}, ("name ''",)),
    Refusal("name of 300 characters", "zfssa_lun", {**NEW, "name": "n" * 300}, ("up to 255",)),
    Refusal("unicode name", "zfssa_lun", {**NEW, "name": "lün-☃"}, ("is not a possible name",)),
    Refusal("name with a space", "zfssa_project", {"pool": "tank", "name": "a b"}, ("'a b'",)),
    Refusal("new name with slash", "zfssa_lun", {**LUN, "new_name": "b/c"}, ("new_name 'b/c'",)),
    Refusal("service with slash", "zfssa_service", {"name": "a/b"}, ("name 'a/b'",)),
    Refusal("unit that is none", "zfssa_lun", {**NEW, "size": "10Q"}, ("10Q", "10G")),
    Refusal("negative size", "zfssa_lun", {**NEW, "size": "-5G"}, ("-5G",)),
    Refusal("size of nothing", "zfssa_lun", {**NEW, "size": 0}, ("size 0",)),
    Refusal("part of a byte", "zfssa_lun", {**NEW, "size": "0.3"}, ("whole number",)),
    Refusal("odd block size", "zfssa_lun", {**NEW, "volblocksize": "9k"}, ("power of two",)),
    Refusal("four copies", "zfssa_lun", {**NEW, "copies": 4}, ("copies 4", "from 1 to 3")),
    Refusal("LU number too high", "zfssa_lun", {**NEW, "lu_number": "16384"}, ("16384", "auto")),
    Refusal("LU number that is none", "zfssa_lun", {**NEW, "lu_number": "first"}, ("first",)),
    Refusal(
        "every initiator beside a group",
        "zfssa_lun",
        {**NEW, "initiator_groups": ["default", "ig-a"]},
        (
            "initiator_groups has default, which stands for every initiator, together with others; leave out default, or the others",
        ),
    ),
    Refusal(
        "nobody beside a group",
        "zfssa_lun",
        {**NEW, "initiator_groups": ["ig-a", "com.sun.ms.vss.hg.maskAll"]},
        ("initiator_groups has com.sun.ms.vss.hg.maskAll, which stands for no host, together with others",),
    ),
    *(
        Refusal(
            f"mapping of no {option} {state}",
            "zfssa_lun_mapping",
            {**PLACE, "lun": "a", option: [], "state": state},
            (f"{option} is empty and names no host; give at least one name",),
        )
        for option in ("initiators", "initiator_groups")
        for state in ("present", "absent")
    ),
    Refusal(
        "initiator without a name",
        "zfssa_initiator",
        {"initiator": "host"},
        ("initiator 'host' is not the name of an initiator or a target; give an iSCSI name, such as",),
    ),
    Refusal(
        "group named twice",
        "zfssa_lun",
        {**NEW, "initiator_groups": ["ig-a", "ig-a"]},
        ("initiator_groups", "ig-a", "more than once"),
    ),
    Refusal("peer with slash", "zfssa_replication_target", {"label": "a/b"}, ("label 'a/b'",)),
    Refusal(
        "peer as URL", "zfssa_replication_target", {"label": "w", "hostname": "https://w/"}, ("hostname", "https://w/")
    ),
    Refusal(
        "empty root password",
        "zfssa_replication_target",
        {"label": "w", "root_password": ""},
        ("root_password is empty",),
    ),
    Refusal(
        "schedule without a day",
        "zfssa_replication",
        {**ROUTE, "schedules": [{"frequency": "week"}]},
        ("a schedule of the frequency week needs a day", "Monday"),
    ),
    Refusal(
        "schedule on no day",
        "zfssa_replication",
        {**ROUTE, "schedules": [{"frequency": "month", "day": "32"}]},
        ("needs a day, and '32' is none", "from 1 to 31"),
    ),
    Refusal(
        "schedule on a day in other digits",
        "zfssa_replication",
        {**ROUTE, "schedules": [{"frequency": "month", "day": "\u0661"}]},
        ("day", "from 1 to 31"),
    ),
    Refusal(
        "schedule at no time",
        "zfssa_replication",
        {**ROUTE, "schedules": [{"frequency": "halfhour", "minute": 30}]},
        ("minute 30", "from 0 to 29"),
    ),
    Refusal(
        "schedule with a detail too many",
        "zfssa_replication",
        {**ROUTE, "schedules": [{"frequency": "5min", "minute": 1}]},
        ("minute cannot be given for the frequency 5min",),
    ),
    Refusal(
        "schedule twice",
        "zfssa_replication",
        {**ROUTE, "schedules": [{"frequency": "hour"}, {"frequency": "hour", "minute": 0}]},
        ("hour :00", "more than once"),
    ),
    Refusal(
        "reversal into a name with slash",
        "zfssa_replication_package",
        {"id": NO_SUCH_ID, "state": "reversed", "project": "a/b"},
        ("project 'a/b'",),
    ),
    Refusal("bad query", "zfssa_info", {"gather_subset": ["pools"], "query": "pools[?"}, ("query",)),
    Refusal("port 0", "zfssa_lun", NEW, ("port 0",), connection={"port": 0}),
    Refusal("port too high", "zfssa_lun", NEW, ("port 65536",), connection={"port": 65536}),
    Refusal("time-out of nothing", "zfssa_lun", NEW, ("timeout 0",), connection={"timeout": 0}),
    Refusal("time-out of years", "zfssa_lun", NEW, ("timeout", "to 86400"), connection={"timeout": 10**12}),
    Refusal(
        "no pause", "zfssa_replication_update", {**ROUTE, "poll_interval": 0}, ("poll_interval 0", "from 1 to 3600")
    ),
    Refusal("pause below zero", "zfssa_replication_update", {**ROUTE, "poll_interval": -1}, ("poll_interval -1",)),
    Refusal(
        "wait below zero", "zfssa_replication_update", {**ROUTE, "wait_timeout": -5}, ("wait_timeout -5", "from 1")
    ),
    Refusal("age below zero", "zfssa_replication_update", {**ROUTE, "max_age": -1}, ("max_age -1", "from 0")),
    Refusal("age beyond all clocks", "zfssa_replication_update", {**ROUTE, "max_age": 10**15}, ("max_age", "from 0")),
    Refusal(
        "host as URL",
        "zfssa_lun",
        NEW,
        ("https://zs-east.example.com/", "without https://"),
        connection={"host": "https://zs-east.example.com/"},
    ),
    Refusal(
        "authority that is not there",
        "zfssa_lun",
        NEW,
        ("ca_path", "does not exist"),
        connection={"ca_path": "/nonexistent/ca.pem"},
    ),
    Refusal(
        "no credentials",
        "zfssa_lun",
        NEW,
        ("no way to log in", "username and password"),
        connection={"username": None, "password": None},
    ),
    Refusal(
        "session to end without token",
        "zfssa_session",
        {"state": "absent"},
        ("state=absent", "session"),
    ),
)

# Refused by a look at the appliance.
UNSAFE = (
    Refusal("missing pool", "zfssa_lun", {**NEW, "pool": "pond"}, ("pool pond", "tank")),
    Refusal("missing project", "zfssa_lun", {**NEW, "project": "x"}, ("tank/x", "default")),
    Refusal("missing pool of a project", "zfssa_project", {"pool": "p", "name": "x"}, ("pool p", "tank")),
    Refusal("creation without size", "zfssa_lun", LUN, ("LUN tank/default/a", "size")),
    Refusal("unknown service", "zfssa_service", {"name": "teleport"}, ("teleport", "iscsi")),
    Refusal("shrink", "zfssa_lun", {**LUN, "size": "512M"}, ("1G", "512M", "allow_shrink"), (lun(),)),
    Refusal(
        "change of what is fixed",
        "zfssa_lun",
        {**LUN, "volblocksize": "64k"},
        ("volblocksize", "8K", "64K", "fixed at creation"),
        (lun(),),
    ),
    Refusal(
        "destruction with snapshots",
        "zfssa_lun",
        {**LUN, "state": "absent"},
        ("snapshot s1", "force"),
        (lun(), snapshot()),
    ),
    Refusal(
        "destruction with clones",
        "zfssa_lun",
        {**LUN, "state": "absent"},
        ("snapshot s1 with 1 clone", "force"),
        (lun(), snapshot(), clone()),
    ),
    Refusal(
        "destruction of what is protected",
        "zfssa_lun",
        {**LUN, "state": "absent", "force": True},
        ("nodestroy",),
        (lun(nodestroy=True),),
    ),
    Refusal(
        "destruction of a project that holds something",
        "zfssa_project",
        {"pool": "tank", "name": "proj-a", "state": "absent"},
        ("LUN a", "force"),
        (project(), lun(of="proj-a")),
    ),
    Refusal(
        "name that is taken",
        "zfssa_lun",
        {**LUN, "new_name": "b"},
        ("cannot become", "tank/default/b"),
        (lun(), lun("b")),
    ),
    Refusal(
        "move to a project that is not there",
        "zfssa_lun",
        {**LUN, "new_project": "proj-b"},
        ("tank/proj-b",),
        (lun(),),
    ),
    Refusal(
        "new name of what shall go",
        "zfssa_lun",
        {**LUN, "new_name": "b", "state": "absent"},
        ("new_name", "state=absent"),
        (lun(),),
    ),
    Refusal("unknown peer", "zfssa_replication", {**ROUTE, "target": "north"}, ("north", "west"), (lun(),)),
    Refusal(
        "action without target pool",
        "zfssa_replication",
        {**PLACE, "lun": "a", "target": "west"},
        ("target_pool",),
        (lun(),),
    ),
    Refusal("action of a LUN that is not there", "zfssa_replication", ROUTE, ("LUN tank/default/a", "does not exist")),
    Refusal("replication of nothing", "zfssa_replication", PLACE, ("asks for nothing",), (lun(),)),
    Refusal("flag of a project", "zfssa_replication", {**PLACE, "inherited": False}, ("inherited", "lun")),
    Refusal(
        "flag of a LUN that is not there",
        "zfssa_replication",
        {**PLACE, "lun": "x", "inherited": False},
        ("tank/default/x",),
    ),
    Refusal("update of no action", "zfssa_replication_update", ROUTE, ("there is no replication",), (lun(),)),
    Refusal("update of an unknown action", "zfssa_replication_update", {"id": NO_SUCH_ID}, (NO_SUCH_ID,)),
    Refusal(
        "update of a disabled action",
        "zfssa_replication_update",
        ROUTE,
        ("disabled",),
        (lun(), own_replication(), action(enabled=False)),
    ),
    Refusal(
        "unknown peer without a password",
        "zfssa_replication_target",
        {"label": "north", "hostname": "zs-north"},
        ("replication target north", "root_password"),
    ),
    Refusal(
        "reversal of an unknown package",
        "zfssa_replication_package",
        {"id": NO_SUCH_ID, "state": "reversed", "project": "back"},
        (NO_SUCH_ID, "back"),
    ),
    Refusal(
        "clone of an unknown package",
        "zfssa_replication_package",
        {"id": NO_SUCH_ID, "state": "cloned", "project": "try"},
        (NO_SUCH_ID,),
    ),
    Refusal("unknown package", "zfssa_replication_package", {"id": NO_SUCH_ID}, (NO_SUCH_ID,)),
    Refusal(
        "sever of an unknown package",
        "zfssa_replication_package",
        {"id": NO_SUCH_ID, "state": "severed", "project": "copy"},
        (NO_SUCH_ID, "copy"),
    ),
)


@pytest.mark.parametrize("row", IMPOSSIBLE, ids=row_id)
def test_what_can_never_be_right_is_refused_unsent(row: Refusal, bench: Bench) -> None:
    run = bench.refuse(row.module, row.options, connection=row.connection)

    assert all(word in run.msg for word in row.words), run.msg
    assert not run.changed
    assert run.requests == []


@pytest.mark.parametrize("row", UNSAFE, ids=row_id)
@pytest.mark.parametrize("check", [True, False], ids=["check", "real"])
def test_what_is_not_possible_is_refused_unwritten(check: bool, row: Refusal, bench: Bench) -> None:
    prepare(bench.lab, row.before)

    run = bench.refuse(row.module, row.options, check=check)

    assert all(word in run.msg for word in row.words), run.msg
    assert not run.changed
    assert run.writes == []


def test_second_step_that_fails_leaves_word_of_the_first(bench: Bench) -> None:
    prepare(bench.lab, (project(), lun()))
    bench.lab.fault({"status": 400}, method="PUT", nth=2)

    run = bench.refuse("zfssa_lun", {**LUN, "size": "2G", "new_project": "proj-a"})

    assert run.changed
    assert len(run.result["failure"]["steps_done"]) == 1
    assert "update LUN tank/default/a" in run.result["failure"]["steps_done"][0]
    assert "done before that" in run.msg


@pytest.mark.parametrize("verbosity", [0, 3, 5])
def test_wrong_password(verbosity: int, bench: Bench) -> None:
    run = bench.refuse("zfssa_lun", NEW, connection={"password": "wrong-password"}, verbosity=verbosity)

    assert "refuses the login of user 'admin'" in run.msg
    assert "check username and password" in run.msg
    assert run.result["failure"]["status"] == 401
    assert all(is_login(row) for row in run.requests)


def test_port_where_nobody_listens(bench: Bench) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

        run = bench.refuse("zfssa_lun", NEW, connection={"port": port})

    assert f"127.0.0.1:{port}" in run.msg
    assert "check host, port" in run.msg


@pytest.mark.parametrize("which", ["another authority", "those of the system"])
def test_certificate_that_does_not_verify(which: str, bench: Bench, tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    trustme.CA().cert_pem.write_to_path(str(file))
    ca_path = str(file) if which == "another authority" else None

    run = bench.refuse("zfssa_lun", NEW, connection={"ca_path": ca_path})

    assert "certificate" in run.msg and "does not verify" in run.msg
    assert "ca_path" in run.msg
    assert run.requests == []


def test_certificate_is_not_looked_at_when_told_so(bench: Bench) -> None:
    run = bench.change("zfssa_lun", NEW, connection={"ca_path": None, "validate_certs": False}, warns=True)

    assert run.changed
    assert run.warnings[0].startswith(
        "Nothing verifies that 127.0.0.1 is the appliance, because validate_certs is false"
    )


def test_dead_session_without_credentials(bench: Bench) -> None:
    run = bench.refuse("zfssa_lun", NEW, connection={"session": "dead", "username": None, "password": None})

    assert "session may be over" in run.msg
    assert run.result["failure"]["status"] == 401
    assert run.writes == []


def test_dead_session_with_credentials(bench: Bench) -> None:
    run = bench.change("zfssa_lun", NEW, connection={"session": "dead"})

    assert run.changed


@pytest.mark.parametrize(
    ("module", "options", "words"),
    [
        ("zfssa_lun", {**NEW, "compression": "zip"}, "compression"),
        ("zfssa_info", {"gather_subset": ["disks"]}, "disks"),
        ("zfssa_replication_package", {"id": NO_SUCH_ID, "state": "severed"}, "project"),
        ("zfssa_replication_update", {}, "id, pool"),
        ("zfssa_replication_update", {"id": "x", "pool": "tank"}, "mutually exclusive"),
        ("zfssa_replication_update", {"pool": "tank"}, "project"),
        ("zfssa_project", {"name": "x"}, "pool"),
        ("zfssa_service", {"name": "iscsi", "state": "off"}, "state"),
    ],
)
def test_options_are_checked(module: str, options: Record, words: str, bench: Bench) -> None:
    run = bench.run(module, options)

    assert run.failed
    assert words in run.msg
    assert run.requests == []
