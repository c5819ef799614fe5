"""The checks of a preflight, each by itself: what an appliance gives, and what is said of it."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.zfssa.storage.plugins.module_utils.kinds.preflight import (
    _login,
    _peers,
    _pool,
    _san,
    _schema,
    _services,
    _space,
    _targets,
)
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.preflight._finding import (
    FAILED,
    PASSED,
    UNKNOWN,
    Finding,
    NotLookedAt,
    Verdict,
    judged,
    needed,
    passes,
    problems_in,
    summary_of,
)
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import (
    Absent,
    ApplianceError,
    NotAuthenticated,
    NotAuthorized,
    NotUnderstood,
    PlanRefused,
    Unreachable,
    ZfssaError,
)

GIB = 1 << 30
IQN = "iqn.1986-03.com.sun:02:a"
HOST = "iqn.2020-01.com.example:db-1"


def outcome(judge: Any, *given: Any) -> tuple[str, str]:
    """The outcome of a check and what was found."""
    finding = judged("check", "subject", lambda: judge(*given))
    assert bool(finding.cure) == (finding.outcome != PASSED), finding
    assert not finding.found.endswith("."), finding
    return finding.outcome, finding.found


# Findings


def test_a_refusal_fails_and_a_sick_appliance_too_but_what_nobody_tells_is_unknown() -> None:
    def raising(error: ZfssaError) -> Finding:
        def judge() -> Verdict:
            raise error

        return judged("pool", "tank", judge)

    errors = {
        PlanRefused("no", advice="do"): FAILED,
        ApplianceError("internal error", status=500): FAILED,
        Unreachable("gone"): FAILED,
        NotAuthorized("may not", status=401): UNKNOWN,
        NotUnderstood("odd"): UNKNOWN,
        NotLookedAt("there is no login"): UNKNOWN,
    }

    assert {error: raising(error).outcome for error in errors} == errors
    assert raising(PlanRefused("no", advice="do")) == Finding("pool", "tank", FAILED, "no", "do")


def test_what_a_check_rests_on_is_refused_once_only() -> None:
    def find() -> None:
        raise Absent("pool tank does not exist")

    with pytest.raises(NotLookedAt, match="pool tank does not exist"):
        needed(find)


def test_summary_and_problems_name_all() -> None:
    findings = [
        Finding("login", "h", PASSED, "in", ""),
        Finding("pool", "tank", FAILED, "pool tank is gone", "find it"),
        Finding("schema", "a", UNKNOWN, "who knows", "look"),
        Finding("schema", "b", UNKNOWN, "who knows", "look"),
    ]

    assert summary_of(findings) == "4 checks: 1 passes, 1 fails, 2 are unknown."
    assert summary_of(findings[:1]) == "1 check: 1 passes."
    assert problems_in(findings) == ["pool tank: pool tank is gone; find it."]
    assert not passes(findings) and passes([findings[0], findings[2]])


# Login and release

LOGIN, READ = ("POST", "/api/access/v1"), ("GET", "/api/system/v1/version")


@pytest.mark.parametrize(
    ("log", "error", "let_in"),
    [
        ([(*LOGIN, 201), (*READ, 200)], None, True),
        ([(*LOGIN, 401)], NotAuthenticated("no", status=401), False),
        ([(*LOGIN, None)], Unreachable("no"), False),
        ([(*LOGIN, 503)], ApplianceError("busy", status=503), False),
        ([(*LOGIN, 201), (*READ, 500)], ApplianceError("sick", status=500), True),
        ([(*LOGIN, 201), (*READ, 401), (*LOGIN, 201), (*READ, 401)], NotAuthorized("no", status=401), True),
        # With the token of a session there is no login.
        ([(*READ, 500)], ApplianceError("sick", status=500), True),
        ([(*READ, 401)], NotAuthenticated("over", status=401), False),
        ([], Unreachable("no"), False),
    ],
)
def test_login_is_told_from_what_comes_after_it(log: Any, error: ZfssaError | None, let_in: bool) -> None:
    assert _login.was_let_in(log, error) is let_in


@pytest.mark.parametrize(
    ("version", "wanted", "words"),
    [
        ({"version": "2013.06.05.8.28,1-1.3", "ak_release": "OS8.8.28"}, PASSED, "OS8.8.28, which is supported"),
        ({"version": "2013.06.05.7.20,1-1.4"}, PASSED, "OS8.7 (2013.06.05.7.20,1-1.4)"),
        ({"version": "2013.06.05.2.13,1-1.1"}, PASSED, "2013.1 (2013.06.05.2.13,1-1.1)"),
        ({"version": "2013.06.05.9.0,1-1.1", "ak_release": "OS8.9.0"}, UNKNOWN, "newer than OS8.8"),
        ({"version": "2011.04.24.9.0,1-1.1"}, FAILED, "older"),
        ({"version": "next"}, UNKNOWN, "'next'"),
        ({}, UNKNOWN, "''"),
        ({"version": 8}, UNKNOWN, "cannot be understood"),
    ],
)
def test_release(version: Any, wanted: str, words: str) -> None:
    got, found = outcome(_login.judge_release, version)

    assert got == wanted and words in found


# Services

LIST = [
    {"name": "iscsi", "<status>": "online"},
    {"name": "smb", "<status>": "disabled"},
    {"name": "nfs", "<status>": "maintenance"},
    {"name": "ntp", "<status>": "offline"},
    {"name": "odd", "<status>": "thinking"},
    {"name": "mute"},
    {"name": "list", "<status>": ["online"]},
]


@pytest.mark.parametrize(
    ("name", "wanted", "words"),
    [
        ("iscsi", PASSED, "service iscsi is online"),
        ("smb", FAILED, "service smb is disabled"),
        ("nfs", FAILED, "service nfs is maintenance"),
        ("ntp", FAILED, "service ntp is offline"),
        ("odd", UNKNOWN, "service odd is thinking"),
        ("mute", UNKNOWN, "in no state that it tells"),
        ("list", UNKNOWN, "cannot be understood"),
        ("iscsii", FAILED, "the appliance has no service iscsii"),
        # It has answered.
        ("rest", PASSED, "answers"),
    ],
)
def test_service(name: str, wanted: str, words: str) -> None:
    got, found = outcome(_services.judge_service, LIST, name)

    assert got == wanted and words in found


# Pools


def pool(**more: Any) -> dict[str, Any]:
    """A pool as an appliance gives it."""
    usage = {"available": 100.0 * GIB, "total": 200.0 * GIB}
    return {"name": "tank", "status": "online", "owner": "east", "usage": usage, **more}


def test_pool_that_does_not_exist_is_refused_as_by_any_task() -> None:
    finding = judged("pool", "lake", lambda: _pool.judge_pool([pool()], "lake"))

    assert (finding.found, finding.cure) == ("pool lake does not exist", "use one of the appliance's pools: tank")
    assert outcome(_pool.judge_pool, [pool()], "tank") == (PASSED, "pool tank exists")


@pytest.mark.parametrize(
    ("status", "wanted", "words"),
    [
        ("online", PASSED, "is online"),
        ("degraded", FAILED, "can be read and written"),
        ("faulted", FAILED, "is faulted"),
        ("exported", UNKNOWN, "belongs to the other node"),
        ("", UNKNOWN, "does not tell its state"),
        (7, UNKNOWN, "cannot be understood"),
    ],
)
def test_health(status: Any, wanted: str, words: str) -> None:
    got, found = outcome(_pool.judge_health, pool(status=status))

    assert got == wanted and words in found


@pytest.mark.parametrize(
    ("given", "cluster", "told"),
    [
        (pool(), None, (PASSED, "pool tank is served by this node, east")),
        (pool(owner=""), None, (PASSED, "pool tank is served by this node")),
        (pool(status="exported", owner="west"), None, (FAILED, "pool tank belongs to west of this cluster")),
        (
            pool(status="exported", owner=""),
            {"peer_hostname": "west"},
            (FAILED, "pool tank belongs to west of this cluster"),
        ),
        (pool(status="exported", owner=""), None, (FAILED, "pool tank belongs to the other node of this cluster")),
    ],
)
def test_served(given: Any, cluster: Any, told: tuple[str, str]) -> None:
    assert outcome(_pool.judge_served, given, cluster) == told


@pytest.mark.parametrize(
    ("state", "wanted", "words"),
    [
        ("AKCS_UNCONFIGURED", PASSED, "in no cluster"),
        ("AKCS_CLUSTERED", PASSED, "both nodes of the cluster are active, this one and west"),
        ("AKCS_OWNER", PASSED, "has taken over from west"),
        ("AKCS_STRIPPED", FAILED, "serves nothing, because west has taken over"),
        ("AKCS_JOINING", UNKNOWN, "AKCS_JOINING"),
        (None, UNKNOWN, "cannot be understood"),
    ],
)
def test_cluster(state: Any, wanted: str, words: str) -> None:
    got, found = outcome(_pool.judge_cluster, {"state": state, "peer_hostname": "west"})

    assert got == wanted and words in found


# Room


@pytest.mark.parametrize(
    ("project", "thick", "told"),
    [
        (None, 100 * GIB, (PASSED, "100G would be reserved, and pool tank has 100G left")),
        (None, 100 * GIB + 1, (FAILED, "107374182401 bytes would be reserved, and pool tank has 107374182400 left")),
        (
            {"space_available": 20 * GIB, "quota": 30 * GIB},
            20 * GIB,
            (PASSED, "20G would be reserved, and project tank/db (quota 30G) has 20G left"),
        ),
        (
            {"quota": 30 * GIB, "space_total": 25 * GIB},
            6 * GIB,
            (FAILED, "6G would be reserved, and project tank/db (quota 30G) has 5G left"),
        ),
        ({"quota": 0}, 50 * GIB, (PASSED, "50G would be reserved, and pool tank has 100G left")),
    ],
)
def test_thick_room_is_that_of_pool_and_quota(project: Any, thick: int, told: tuple[str, str]) -> None:
    room = _space.room(pool(), "db" if project else None, project)

    assert outcome(_space.judge_thick, room, thick) == told


@pytest.mark.parametrize(
    ("thin", "taken", "wanted", "words"),
    [
        (50 * GIB, 0, PASSED, "which has 100G left"),
        (150 * GIB, 0, PASSED, "over-subscribed"),
        (201 * GIB, 0, FAILED, "holds 200G at most"),
        (1, 100 * GIB, FAILED, "nothing left"),
        (0, 100 * GIB, PASSED, "which has 0 left"),
    ],
)
def test_thin_room_may_be_promised_more_than_once(thin: int, taken: int, wanted: str, words: str) -> None:
    got, found = outcome(_space.judge_thin, _space.room(pool(), None, None), thin, taken)

    assert got == wanted and words in found


def test_thin_room_ends_with_the_quota() -> None:
    room = _space.room(pool(), "db", {"space_available": 20 * GIB, "quota": 30 * GIB})

    assert outcome(_space.judge_thin, room, 31 * GIB)[0] == FAILED
    assert outcome(_space.judge_thin, room, 30 * GIB)[0] == PASSED


def test_room_that_nobody_tells_is_unknown() -> None:
    room = _space.room(pool(usage={"available": "lots"}), None, None)

    assert outcome(_space.judge_thick, room, 1)[0] == outcome(_space.judge_thin, room, 1)[0] == UNKNOWN


def test_project() -> None:
    assert outcome(_space.judge_project, pool(), "db", {"name": "db"})[0] == PASSED
    assert outcome(_space.judge_project, pool(), "db", None) == (FAILED, "project tank/db does not exist")
    assert outcome(_space.judge_project, pool(status="exported"), "db", None)[0] == UNKNOWN


# Hosts

KNOWN = {
    "iscsi": [
        {"initiator": HOST, "alias": "db-1", "chapuser": "db"},
        {"initiator": "eui.0003BA0001000438", "alias": ""},
    ],
    "fc": [{"initiator": "wwn.2100001B32A11639", "alias": "san-1"}],
}


@pytest.mark.parametrize(
    ("name", "told"),
    [
        (HOST, (PASSED, f"{HOST} is known as an iSCSI initiator, alias db-1, with CHAP user db")),
        (
            HOST.upper(),
            (PASSED, f"{HOST.upper()} is known as an iSCSI initiator, written {HOST}, alias db-1, with CHAP user db"),
        ),
        ("db-1", (PASSED, f"db-1 is known as an iSCSI initiator, written {HOST}, alias db-1, with CHAP user db")),
        ("eui.0003ba0001000438", (PASSED, "eui.0003ba0001000438 is known as an iSCSI initiator, written eui.0003BA0001000438, without CHAP")),
        ("san-1", (PASSED, "san-1 is known as an FC initiator, written wwn.2100001B32A11639, alias san-1, without CHAP")),
        ("", (FAILED, "initiator  does not exist")),
        (f"{HOST}0", (FAILED, f"initiator {HOST}0 does not exist")),
    ],
)  # fmt: skip
def test_initiator(name: str, told: tuple[str, str]) -> None:
    assert outcome(_san.judge_initiator, KNOWN, name) == told


def test_unknown_initiators_are_made_where_they_can_be() -> None:
    cures = {
        name: judged("initiator", name, lambda name=name: _san.judge_initiator({}, name)).cure  # type: ignore[misc]
        for name in (HOST, "wwn.2100001B32A11639")
    }

    assert "zfssa_initiator" in cures[HOST] and "BUI" in cures["wwn.2100001B32A11639"]
    assert _san.protocols_of([HOST]) == ["iscsi"]
    assert _san.protocols_of(["wwn.2100001B32A11639"]) == ["fc"]
    assert _san.protocols_of(["an-alias"]) == ["iscsi", "fc", "srp"]


# Targets


def target(**more: Any) -> dict[str, Any]:
    """The record of a target."""
    return {"alias": "t", "iqn": IQN, "state": "online", "interfaces": ["ixgbe0", "ixgbe1"], **more}


def interface(name: str, **more: Any) -> dict[str, Any]:
    """An interface as an appliance gives it."""
    return {"interface": name, "state": "up", "admin": False, "curaddrs": [f"192.0.2.{ord(name[-1])}"], **more}


@pytest.mark.parametrize(
    ("given", "name", "wanted", "words"),
    [
        (target(), "t", PASSED, f"target t is online as {IQN}"),
        (target(), IQN.upper(), PASSED, "target t is online"),
        (target(state=None), "t", PASSED, "target t is online"),
        (target(state="offline"), "t", FAILED, "target t is offline"),
        (target(), "u", FAILED, "target u does not exist"),
    ],
)
def test_target(given: Any, name: str, wanted: str, words: str) -> None:
    got, found = outcome(_targets.judge_target, [given], name)

    assert got == wanted and words in found


@pytest.mark.parametrize(("mode", "wanted"), [("target", PASSED), ("initiator", FAILED), ("", UNKNOWN), (7, UNKNOWN)])
def test_fc_port(mode: Any, wanted: str) -> None:
    ports = [{"wwn": "wwn.2100001B32A11639", "mode": mode}]

    assert outcome(_targets.judge_port, ports, "wwn.2100001b32a11639")[0] == wanted
    assert outcome(_targets.judge_port, ports, "wwn.2100001B32A11630")[0] == FAILED


BOTH = [interface("ixgbe0"), interface("ixgbe1")]


@pytest.mark.parametrize(
    ("own", "interfaces", "wanted", "words"),
    [
        (["ixgbe0", "ixgbe1"], BOTH, PASSED, "hosts find target t at 192.0.2.48:3260, 192.0.2.49:3260"),
        ([], BOTH, PASSED, "hosts find target t at"),
        (["ixgbe0"], [interface("ixgbe0", state="down")], FAILED, "no host can reach target t: interface ixgbe0 is down"),
        (["ixgbe0", "ixgbe1"], [BOTH[0], interface("ixgbe1", state="failed")], FAILED, "but interface ixgbe1 is failed"),
        (["ixgbe9"], BOTH, FAILED, "interface ixgbe9 does not exist"),
        (["ixgbe0"], [interface("ixgbe0", admin=True)], FAILED, "is for management"),
        (["ixgbe0"], [interface("ixgbe0", curaddrs=[])], FAILED, "interface ixgbe0 has no address"),
        (["ixgbe0"], [interface("ixgbe0", curaddrs=["0.0.0.0/8"])], FAILED, "no host can reach"),
        (["ixgbe0"], [interface("ixgbe0", curaddrs=["169.254.1.1"])], FAILED, "no host can reach"),
        (["ixgbe0"], [interface("ixgbe0", curaddrs=["fe80::1"])], FAILED, "no host can reach"),
        (["ixgbe0"], [interface("ixgbe0", curaddrs=["2001:db8::1/64"])], PASSED, "[2001:db8::1]:3260"),
        ([], [], FAILED, "none of its interfaces is up"),
    ],
)  # fmt: skip
def test_portals(own: list[str], interfaces: Any, wanted: str, words: str) -> None:
    got, found = outcome(_targets.judge_portals, target(interfaces=own), interfaces)

    assert got == wanted and words in found


# Peers

WEST = {"label": "west", "hostname": "zs-west", "address": "192.0.2.9:216", "asn": "a-s-n", "target": "target-000"}


def action(ident: str, result: str, tried: str, to: str = "west") -> dict[str, Any]:
    """A replication action as an appliance gives it."""
    return {"id": ident, "target": to, "last_result": result, "last_try": tried, "last_sync": tried, "state": "idle"}


@pytest.mark.parametrize(
    ("actions", "wanted", "words"),
    [
        ([], UNKNOWN, "nothing has been sent to west yet"),
        ([action("1", "<unknown>", "<unknown>")], UNKNOWN, "nothing has been sent"),
        ([action("1", "success", "20260101T00:00:00", "elsewhere")], UNKNOWN, "nothing has been sent"),
        ([action("1", "success", "20260101T00:00:00")], PASSED, "at 2026-01-01T00:00:00Z, succeeded"),
        ([action("1", "success", "20260101T00:00:00", "a-s-n")], PASSED, "succeeded"),
        (
            [action("1", "success", "20260101T00:00:00"), action("2", "failed", "20260102T00:00:00")],
            FAILED,
            "ended with failed",
        ),
        (
            [action("1", "failed", "20260101T00:00:00"), action("2", "success", "20260102T00:00:00")],
            PASSED,
            "succeeded",
        ),
        ([{**action("1", "", "20260101T00:00:00"), "last_result": 7}], UNKNOWN, ""),
    ],
)
def test_reach_is_what_the_last_update_tells(actions: Any, wanted: str, words: str) -> None:
    got, found = outcome(_peers.judge_reach, WEST, actions)

    assert got == wanted and words in found


def test_peer() -> None:
    assert outcome(_peers.judge_peer, [WEST], "west") == (PASSED, "replication target west is registered, as zs-west")
    assert outcome(_peers.judge_peer, [WEST], "north") == (FAILED, "replication target north does not exist")


# Custom properties


@pytest.mark.parametrize(
    ("name", "kind", "told"),
    [
        ("owner", None, (PASSED, "custom property owner is defined as String")),
        ("custom:owner", "String", (PASSED, "custom property owner is defined as String")),
        ("owner", "Integer", (FAILED, "custom property owner is of type String, and not Integer")),
        ("shade", "Integer", (FAILED, "custom property shade does not exist")),
    ],
)
def test_custom_property(name: str, kind: str | None, told: tuple[str, str]) -> None:
    assert outcome(_schema.judge_property, [{"property": "owner", "type": "String"}], name, kind) == told
