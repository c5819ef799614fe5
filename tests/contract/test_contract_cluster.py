"""A cluster: what the other node has is not taken for absent, whether it had it before or has taken it over meanwhile."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from cases import SCHEMA, groups, lun, prepare, project, snapshot
from lab_appliances import Lab, Record, running_lab
from module_runner import WAYS, Bench, ModuleHost, Order

PLACE = {"pool": "tank", "project": "default"}
A = {**PLACE, "lun": "a"}
GONE = {"state": "absent"}
HERE = "pool tank belongs to east of this cluster; set host to east."
BEFORE = (project(), lun(), snapshot(), *groups("ig-a"), ("POST", SCHEMA, {"property": "tag"}))


@pytest.fixture(scope="module")
def pools(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A lab whose appliances have a pool each that the other one has not."""
    folder = tmp_path_factory.mktemp("lab-cluster")
    with running_lab("8.8", folder, "--pool", "east/tank:1T", "--pool", "west/lake:1T") as lab:
        yield lab


@pytest.fixture(params=WAYS)
def cluster(request: pytest.FixtureRequest, pools: Lab, module_host: ModuleHost) -> Bench:
    """A bench on which east and west are one cluster; the objects are in the pool of east."""
    pools.reset()
    prepare(pools, BEFORE)
    pools.control("POST", "/cluster", {"appliances": ["east", "west"]})
    return Bench(pools, module_host, request.param)


def info(subset: str, **names: str) -> Order:
    """Ask for what is in the pool of east."""
    return Order("zfssa_info", {"gather_subset": [subset], "pool": "tank", **names})


ELSEWHERE = (
    Order("zfssa_lun", {**PLACE, "name": "a", **GONE, "force": True}),
    Order("zfssa_lun", {**PLACE, "name": "a", "size": "2G"}),
    Order("zfssa_lun", {**PLACE, "name": "a", "new_name": "b"}),
    Order("zfssa_lun", {**PLACE, "name": "c", "source": {"lun": "a", "snapshot": "s1"}}),
    Order("zfssa_project", {"pool": "tank", "name": "proj-a", **GONE}),
    Order("zfssa_project", {"pool": "tank", "name": "proj-a"}),
    Order("zfssa_snapshot", {**A, "name": "s1", **GONE}),
    Order("zfssa_snapshot", {**A, "name": "s1", "new_name": "s2"}),
    Order("zfssa_snapshot", {**A, "name": "s1", "state": "restored"}),
    Order("zfssa_snapshot", {**A, "name": "s2", "keep_last": 2, "match": "s*"}),
    Order("zfssa_lun_mapping", {**A, "initiator_groups": ["ig-a"], **GONE}),
    Order("zfssa_lun_mapping", {**A, "initiator_groups": ["ig-a"]}),
    Order("zfssa_replication", {**A, "inherited": False}),
    info("projects"),
    info("luns"),
    info("luns", project="default", name="a"),
    info("snapshots", project="default", name="a"),
)


@pytest.mark.parametrize("order", ELSEWHERE, ids=lambda order: order.module[6:])
def test_what_the_other_node_has_is_refused_with_its_name(order: Order, cluster: Bench) -> None:
    for check in (True, False):
        run = cluster.refuse(order.module, order.options, "west", check=check)

        assert run.msg.endswith(HERE)
        assert run.writes == []


@pytest.mark.parametrize(
    "order",
    [
        Order("zfssa_replication_package", {"id": "x", **GONE}),
        Order("zfssa_replication_update", {"id": "x", "state": "cancelled"}),
    ],
    ids=lambda order: order.module[6:],
)
def test_what_may_be_in_any_pool_is_not_absent_where_no_pool_is(order: Order, cluster: Bench) -> None:
    assert not cluster.change(order.module, order.options, "west").changed

    cluster.lab.control("POST", "/cluster/takeover", {"appliance": "east"})

    run = cluster.refuse(order.module, order.options, "west")
    assert "all pools belong to " in run.msg


def test_what_nobody_has_is_absent(cluster: Bench) -> None:
    absent = (
        Order("zfssa_lun", {**PLACE, "name": "x", **GONE}),
        Order("zfssa_project", {"pool": "tank", "name": "x", **GONE}),
        Order("zfssa_snapshot", {**A, "name": "x", **GONE}),
    )
    for order in absent:
        assert not cluster.change(order.module, order.options).changed


# The task, its write, what it reads after that was lost, and how often it has read that before.
LOST = (
    ("zfssa_lun", {**PLACE, "name": "a", **GONE, "force": True}, "DELETE", "/luns/a$", 1),
    ("zfssa_lun", {**PLACE, "name": "a", "new_name": "z"}, "PUT", "/luns/z$", 1),
    ("zfssa_lun", {**PLACE, "name": "a", "new_project": "proj-a"}, "PUT", "/proj-a/luns/a$", 1),
    ("zfssa_project", {"pool": "tank", "name": "proj-a", **GONE}, "DELETE", "/projects/proj-a$", 1),
    ("zfssa_project", {"pool": "tank", "name": "proj-a", "new_name": "z"}, "PUT", "/projects/z$", 1),
    ("zfssa_snapshot", {**A, "name": "s1", **GONE}, "DELETE", "/snapshots/s1$", 1),
    ("zfssa_snapshot", {**A, "name": "s1", "new_name": "z"}, "PUT", "/snapshots/z$", 1),
    ("zfssa_snapshot", {**A, "name": "s2", "keep_last": 1, "match": "s*"}, "DELETE", "/snapshots/s1$", 0),
)


@pytest.mark.parametrize(("module", "options", "method", "look", "before"), LOST)
def test_takeover_after_a_lost_request_is_no_success(
    module: str, options: Record, method: str, look: str, before: int, cluster: Bench
) -> None:
    """The look comes when the other node has the pool, so that neither the old name nor the new one is found."""
    present = names(cluster)
    cluster.lab.fault({"drop": "before"}, method=method)
    cluster.lab.fault({"takeover": "west"}, method="GET", path=look, nth=before + 1)

    run = cluster.refuse(module, options)

    assert "pool tank belongs to west of this cluster" in run.msg
    assert cluster.lab.faults() == []
    cluster.lab.control("POST", "/cluster/failback")
    assert names(cluster) >= present


def test_capacity_is_told_by_the_node_that_serves_a_pool(cluster: Bench) -> None:
    def capacity(at: str) -> dict[str, Record]:
        told = cluster.change("zfssa_info", {"gather_subset": ["capacity"]}, at).result["capacity"]
        return {one["name"]: one for one in told["pools"]}

    before = {at: capacity(at) for at in ("east", "west")}
    cluster.lab.control("POST", "/cluster/takeover", {"appliance": "west"})
    after = {at: capacity(at) for at in ("east", "west")}

    assert [before[at][pool]["served_here"] for at, pool in (("east", "tank"), ("west", "lake"))] == [True, True]
    assert before["west"]["tank"] == {
        **dict.fromkeys(before["west"]["tank"]),
        "name": "tank",
        "status": "exported",
        "owner": "east",
        "served_here": False,
        "peer_hostname": "east",
        "peer_state": "AKCS_CLUSTERED",
    }
    # The pool still belongs to east, and all its numbers are told by the other node.
    told = {**before["east"]["tank"], "peer_hostname": "east", "peer_state": "AKCS_STRIPPED"}
    assert after["west"]["tank"] == told
    assert {pool["status"] for pool in after["east"].values()} == {"exported"}
    assert {pool["peer_state"] for pool in after["east"].values()} == {"AKCS_OWNER"}


def names(bench: Bench) -> set[tuple[str, str]]:
    """Name all that is in the pool of east."""
    state = bench.lab.east.state
    return {(kind, str(one["name"])) for kind in ("projects", "luns", "snapshots") for one in state[kind]}
