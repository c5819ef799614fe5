"""What a preflight finds on appliances that are well, wrong in ten ways, sick, or heads of a cluster; it never writes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from accounts import CONNECTION, NAME, Grant, grants, make_account
from cases import SCHEMA, SENT, groups, on_the_way, prepare, project, target_group
from lab_appliances import RELEASES, Lab, Record, running_lab
from module_runner import WAYS, Bench, ModuleHost, Run
from selection import ALL

MODULE = "zfssa_preflight"
HOST = "iqn.2020-01.com.example:ig-a-0"
EVERYTHING: Record = {
    "pool": "tank",
    "project": "proj-a",
    "space": {"thick": "1G", "thin": "10G"},
    "initiators": [HOST],
    "initiator_groups": ["ig-a"],
    "targets": ["t-tg-a"],
    "peers": ["west"],
    "schema": [{"name": "tag", "type": "String"}],
    "services": ["nfs"],
    "purposes": ["luns", "mapping", "san", "schema"],
}
WELL = (*SENT, project(), *groups("ig-a"), *target_group(), ("POST", SCHEMA, {"property": "tag", "type": "String"}))
ROWS = [
    grant
    for grant in grants("Module")
    if grant.whose in ("zfssa_lun", "zfssa_lun_mapping", "zfssa_initiator", "zfssa_schema")
]

Key = tuple[str, str]


def outcomes(run: Run) -> dict[Key, str]:
    """The outcome of each check."""
    return {(one["check"], one["subject"]): one["outcome"] for one in run.result["preflight"]}


def found(run: Run, check: str, subject: str) -> Record:
    """The finding of one check."""
    (one,) = [one for one in run.result["preflight"] if (one["check"], one["subject"]) == (check, subject)]
    return dict(one)


def make_well(lab: Lab, allowed: list[Grant], lacking: str = "", **filters: str) -> None:
    """Have all that is asked for, and an account with some authorizations."""
    prepare(lab, WELL)
    on_the_way(lab)
    make_account(lab, allowed, lacking=lacking, **filters)


def look(bench: Bench, options: Record, at: str = "east", **mode: Any) -> Run:
    """Look, and check what must hold of every look: it reads everything once, and writes nothing."""
    run = bench.change(MODULE, options, at, **{"connection": CONNECTION, **mode})
    assert not run.changed and not run.writes
    read = Counter(row["path"] for row in run.requests if row["method"] == "GET" and row["status"] == 200)
    assert set(read.values()) <= {1}, read
    for one in run.result["preflight"]:
        assert one["outcome"] in ("pass", "fail", "unknown")
        assert one["found"] and "\n" not in one["found"] + one["cure"]
        assert one["outcome"] != "fail" or one["cure"], one
        assert one["outcome"] != "pass" or not one["cure"], one
    failed = [one for one in run.result["preflight"] if one["outcome"] == "fail"]
    assert len(run.result["problems"]) == len(failed)
    assert run.result["passed"] is not bool(failed)
    return run


@pytest.mark.parametrize("release", RELEASES)
def test_all_passes_on_an_appliance_that_is_well_with_just_what_the_account_needs(
    release: str, bench_of: Callable[[str], Bench]
) -> None:
    bench = bench_of(release)
    make_well(bench.lab, ROWS, pool="tank", project="proj-a")

    real, predicted = (look(bench, EVERYTHING, check=check) for check in (False, True))

    assert set(outcomes(real).values()) == {"pass"}, real.result["preflight"]
    assert real.result["passed"] and real.result["problems"] == []
    assert predicted.result == real.result
    # What test_contract_budgets counts, and the user with its two roles.
    assert len([row for row in real.requests if row["method"] == "GET"]) == 12 + 3
    assert real.result["summary"] == f"{len(outcomes(real))} checks: {len(outcomes(real))} pass."


LACKING = [
    pytest.param(flag, release, id=f"{flag}-{release}")
    for release in ("8.7", "8.8")
    for flag in dict.fromkeys(flag for grant in ROWS for flag in grant.on(release))
    if ALL or release == "8.8"
]


@pytest.mark.parametrize(("flag", "release"), LACKING)
def test_each_authorization_that_is_missing_is_named(
    flag: str, release: str, labs: Callable[[str], Lab], module_host: ModuleHost
) -> None:
    bench = Bench(labs(release), module_host, "in-process")
    make_well(bench.lab, ROWS, lacking=flag, pool="tank")

    run = look(bench, EVERYTHING)

    failed = [one for one in run.result["preflight"] if one["outcome"] == "fail"]
    assert {one["check"] for one in failed} == {"authorization"}
    assert all(flag in one["found"] and NAME in one["found"] for one in failed)


TEN_THINGS: dict[Key, str] = {
    ("service", "iscsi"): "enable it with zfssa_service",
    ("service", "nfs"): "look at its log",
    ("pool_health", "tank"): "replace what has failed",
    ("project", "tank/proj-a"): "create it with zfssa_project",
    ("space_thick", "tank/proj-a"): "free space",
    ("initiator", HOST): "create it with zfssa_initiator",
    ("initiator_group", "ig-a"): "create it with zfssa_initiator_group",
    ("portals", "t-tg-a"): "look at the network",
    ("peer", "north"): "register it with zfssa_replication_target",
    ("schema", "tag"): "define it anew with zfssa_schema",
    ("authorization", "luns"): "give a role of the account these authorizations",
}


def test_things_that_are_wrong_at_once_are_all_named_with_their_cures(bench: Bench) -> None:
    lab = bench.lab
    prepare(lab, (*target_group(), ("POST", SCHEMA, {"property": "tag", "type": "Integer"})))
    prepare(lab, (("PUT", "san/v1/iscsi/targets/alias=t-tg-a", {"interfaces": ["ixgbe0", "ixgbe1"]}),))
    prepare(lab, (("PUT", "service/v1/services/iscsi/disable", None),))
    make_account(lab, [])
    lab.control("POST", "/service", {"appliance": "east", "service": "nfs", "maintenance": True})
    lab.control("POST", "/hardware", {"appliance": "east", "pool": "tank", "broken": True})
    lab.control("POST", "/hardware", {"appliance": "east", "interface": "ixgbe1", "broken": True})
    options = {**EVERYTHING, "peers": ["north"], "space": {"thick": "2T"}, "purposes": ["luns"]}

    real, predicted = (look(bench, options, check=check) for check in (False, True))

    failed = {key for key, outcome in outcomes(real).items() if outcome == "fail"}
    assert failed == TEN_THINGS.keys()
    assert all(cure in found(real, *key)["cure"] for key, cure in TEN_THINGS.items())
    assert "interface ixgbe1 is down" in found(real, "portals", "t-tg-a")["found"]
    assert "allow_createShare" in found(real, "authorization", "luns")["found"]
    assert predicted.result == real.result


@pytest.mark.parametrize(
    ("connection", "words"),
    [
        ({"password": "wrong-password"}, "refuses the login of user 'ansible'"),
        ({"port": 1}, "Connection refused"),
        ({"username": None, "password": None, "session": "over"}, "there is no valid session"),
    ],
    ids=["password", "port", "session"],
)
def test_login_that_fails_is_the_one_thing_that_fails(bench: Bench, connection: Record, words: str) -> None:
    make_account(bench.lab, ROWS)

    run = bench.change(MODULE, EVERYTHING, connection={**CONNECTION, **connection})

    told = outcomes(run)
    assert [key[0] for key, outcome in told.items() if outcome == "fail"] == ["login"]
    assert set(told.values()) == {"fail", "unknown"}
    assert len(told) > 15
    # One try, and none for what comes after it.
    assert len(run.requests) <= 2
    (problem,) = run.result["problems"]
    assert words in problem or "session" in words


def test_session_does_not_tell_whose_it_is(bench: Bench) -> None:
    make_well(bench.lab, ROWS)
    bench.sessions = 1
    token = bench.change("zfssa_session", {}, connection=CONNECTION).value["token"]

    run = look(bench, EVERYTHING, connection={"session": token, "username": None, "password": None})

    told = outcomes(run)
    assert {outcome for (check, _subject), outcome in told.items() if check == "authorization"} == {"unknown"}
    assert {outcome for (check, _subject), outcome in told.items() if check != "authorization"} == {"pass"}


def test_superuser_passes(bench: Bench) -> None:
    run = look(bench, {"purposes": ["migration", "services"]}, connection={"username": "root"})

    assert set(outcomes(run).values()) == {"pass"}


# Each read, by a part of its path, and the checks that rest on it.
READS: dict[str, set[str]] = {
    "/services$": {"service"},
    "/cluster$": {"cluster"},
    "/pools$": {"pool", "pool_health", "pool_served", "project", "space_thick", "space_thin"},
    "/projects/proj-a$": {"project", "space_thick", "space_thin"},
    "/iscsi/initiators$": {"initiator"},
    "/iscsi/initiator-groups$": {"initiator_group"},
    "/iscsi/targets$": {"target", "portals"},
    "/interfaces$": {"portals"},
    "/replication/targets$": {"peer", "peer_reached"},
    "/replication/actions$": {"peer_reached"},
    "/schema$": {"schema"},
    "/users/ansible$": {"authorization"},
    "/roles/ansible$": {"authorization"},
    "/version$": {"release"},
}
FAULTS: dict[str, Record] = {
    "internal error": {"status": 500},
    "may not": {"status": 403},
    "gone": {"status": 404},
    "no answer": {"drop": "before"},
    "no JSON": {"body": "garbage"},
}


@pytest.fixture(scope="module")
def healthy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A lab in which all is well; nobody changes it."""
    with running_lab("8.8", tmp_path_factory.mktemp("lab-preflight")) as lab:
        make_well(lab, ROWS, pool="tank")
        yield lab


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("path", READS)
def test_read_that_fails_is_told_by_what_rests_on_it_alone(
    path: str, fault: str, healthy: Lab, module_host: ModuleHost
) -> None:
    bench = Bench(healthy, module_host, "in-process")
    healthy.fault(FAULTS[fault], method="GET", path=path, times=3)

    try:
        run = bench.change(MODULE, EVERYTHING, connection=CONNECTION)
    finally:
        healthy.control("DELETE", "/faults")

    told = outcomes(run)
    affected = {check for (check, _subject), outcome in told.items() if outcome != "pass"}
    if (path, fault) == ("/projects/proj-a$", "gone"):
        # That it does not exist; the pool has room all the same.
        assert affected == {"project"} and not run.result["passed"]
        return
    assert affected == READS[path]
    # What nobody tells is no failure. A group may be one of another protocol, and is looked for there.
    tells_nothing = fault == "may not" or (fault == "gone" and path != "/iscsi/initiator-groups$")
    assert run.result["passed"] is tells_nothing


# A cluster


@pytest.fixture(scope="module")
def pools(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A lab whose appliances have a pool each that the other one has not."""
    folder = tmp_path_factory.mktemp("lab-preflight-cluster")
    with running_lab("8.8", folder, "--pool", "east/tank:1T", "--pool", "west/lake:1T") as lab:
        yield lab


@pytest.fixture(params=WAYS)
def cluster(request: pytest.FixtureRequest, pools: Lab, module_host: ModuleHost) -> Bench:
    """A bench on which east and west are one cluster; tank is the pool of east."""
    pools.reset()
    prepare(pools, (project(),))
    pools.control("POST", "/cluster", {"appliances": ["east", "west"]})
    return Bench(pools, module_host, request.param)


def test_pool_of_the_other_node_is_told_with_its_name(cluster: Bench) -> None:
    options = {"pool": "tank", "project": "proj-a", "space": {"thick": "1G"}}

    here, there = (look(cluster, options, at, connection={}) for at in ("east", "west"))

    assert here.result["passed"] and "both nodes" in found(here, "cluster", "127.0.0.1")["found"]
    assert there.result["problems"] == [
        "pool_served tank: pool tank belongs to east of this cluster; set host to east."
    ]
    told = outcomes(there)
    assert {check for (check, _subject), outcome in told.items() if outcome == "unknown"} == {
        "pool_health", "project", "space_thick",
    }  # fmt: skip


def test_node_that_was_taken_over_serves_nothing(cluster: Bench) -> None:
    cluster.lab.control("POST", "/cluster/takeover", {"appliance": "west"})

    stripped, owner = (look(cluster, {"pool": "tank"}, at, connection={}) for at in ("east", "west"))

    assert outcomes(stripped)[("cluster", "127.0.0.1")] == "fail"
    assert found(stripped, "pool_served", "tank")["cure"] == "set host to west"
    assert owner.result["passed"] and "taken over from east" in found(owner, "cluster", "127.0.0.1")["found"]
