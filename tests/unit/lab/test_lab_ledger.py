"""The kept sums and the index of LU numbers equal what a fresh look at every share gives, whatever was done."""

from __future__ import annotations

import base64
import json
import sys
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from lab_world import AUTH, GIB, LUNS, MASK, MIB, PACKAGES, PROJECTS

from zfssa_lab.api.call import Reply
from zfssa_lab.api.dispatch import Request
from zfssa_lab.clock import ManualClock
from zfssa_lab.lab import Lab, Settings
from zfssa_lab.model.appliance import Appliance
from zfssa_lab.model.errors import ApplianceError
from zfssa_lab.model.ledger import Parts
from zfssa_lab.model.lun import Lun
from zfssa_lab.model.project import Pool, Project
from zfssa_lab.model.share import Share
from zfssa_lab.model.snapshot import Snapshot
from zfssa_lab.model.space import POOL_METADATA
from zfssa_lab.model.tables import ALL_INITIATORS, ALL_TARGETS
from zfssa_lab.model.views import assign_numbers

HEADERS = {"authorization": "Basic " + base64.b64encode(":".join(AUTH).encode()).decode()}
IQNS = [f"iqn.2020-01.com.example:h{number}" for number in range(3)]
TARGET_IQNS = [f"iqn.1986-03.com.sun:02:t{number}" for number in range(2)]
HOSTS = [ALL_INITIATORS, MASK, "ig0", "ig1", "ig2"]
TARGETS = [ALL_TARGETS, "tg0", "tg1"]

names = st.sampled_from(["a", "b", "c", "d"])
projects = st.sampled_from(["default"] * 4 + ["p", "p", "q"])
snapshots = st.sampled_from(["s1", "s2"])
kinds = st.sampled_from(["luns", "luns", "filesystems"])
hosts = st.lists(st.sampled_from(HOSTS), min_size=1, max_size=2, unique=True)
sizes = st.integers(1, 40).map(lambda count: count * 32 * MIB)


def fresh_parts(share: Share) -> Parts:
    """Return what a share takes, from its blocks and each of its snapshots."""
    blocks = share.blocks
    held = sum(snapshot.unique for snapshot in share.snapshots.values())
    assert share.snapshot_space == held
    data = blocks.live - blocks.shared
    covered = data + held if share.values.get("reservation_snap") else blocks.fresh
    return Parts(data, held, max(0, share.reserved - covered))


def fresh_sum(project: Project) -> Parts:
    """Return what a project takes, from each of its shares."""
    parts = [fresh_parts(share) for share in project.shares.values()]
    data, held, unused = (sum(one[place] for one in parts) for place in range(3))
    return Parts(data, held, unused, max(0, int(project.setting("reservation")) - data - held - unused))


def fresh_views(pool: Pool) -> set[tuple[str, str, int, str]]:
    """Return who sees which LUN under which number, from each LUN."""
    return {
        (group, lun.values["targetgroup"], number, lun.path)
        for project in pool.projects.values()
        for lun in project.luns
        for group, number in lun.numbers.items()
    }


def kept_views(pool: Pool) -> set[tuple[str, str, int, str]]:
    """Return the same from the index."""
    return {
        (*audience, number, lun.path)
        for audience, numbers in pool.views.audiences.items()
        for number, lun in numbers.luns.items()
    }


def fresh_children(snapshot: Snapshot) -> list[Snapshot]:
    """Return the snapshots of shares that belong to a project's snapshot, from each share."""
    shares = snapshot.project.shares.values()
    return [one for share in shares for one in share.snapshots.values() if one.parent is snapshot]


def check_pool(pool: Pool) -> None:
    """Compare the kept sums and the index of one pool with a fresh look."""
    sums = [fresh_sum(project) for project in pool.projects.values()]
    assert [project.parts for project in pool.projects.values()] == sums
    assert pool.ledger.sum == Parts(*(sum(part) for part in zip(*sums, strict=True)))
    replicas = sum(package.footprint for package in pool.packages)
    assert pool.used == sum(one.total for one in sums) + replicas <= pool.size
    assert kept_views(pool) == fresh_views(pool)
    for numbers in pool.views.audiences.values():
        assert numbers.taken == sum(1 << number for number in numbers.luns)
    for project in pool.projects.values():
        for snapshot in project.snapshots.values():
            assert sorted(one.id for one in snapshot.children()) == sorted(one.id for one in fresh_children(snapshot))


def check_numbers(appliance: Appliance) -> None:
    """No initiator sees two LUNs under one number, by a comparison of all with all."""
    hosts, ports = appliance.san.initiator_members(), appliance.san.target_members()
    seen: dict[tuple[str, str, int], Lun] = {}
    for lun in appliance.luns():
        through = ports.get(lun.values["targetgroup"], frozenset()) | {lun.values["targetgroup"]}
        for group, number in lun.numbers.items():
            everybody = group == ALL_INITIATORS
            watchers = {*IQNS, *HOSTS} if everybody else {*hosts.get(group, frozenset()), group}
            gates = {*TARGETS, *TARGET_IQNS} if lun.values["targetgroup"] == ALL_TARGETS else through
            for watcher in watchers:
                for gate in gates:
                    assert seen.setdefault((watcher, gate, number), lun) is lun


def check_choice(appliance: Appliance) -> None:
    """A LUN keeps its number when asked for it again, and the number chosen afresh is the lowest that is free."""
    hosts, ports = appliance.san.initiator_members(), appliance.san.target_members()
    luns = appliance.luns()
    for lun in luns:
        targets = lun.values["targetgroup"]
        for group, number in lun.numbers.items():
            taken = {
                other.numbers[name]
                for other in luns
                for name in other.numbers
                if other is not lun
                and common(name, group, ALL_INITIATORS, hosts)
                and common(other.values["targetgroup"], targets, ALL_TARGETS, ports)
            }
            wanted = {"initiatorgroup": [group], "targetgroup": targets}
            kept = assign_numbers(appliance, lun, {**wanted, "lunumber": number}, {})
            lowest = min(set(range(len(taken) + 1)) - taken)
            assert kept == {group: number}
            assert assign_numbers(appliance, lun, {**wanted, "lunumber": "auto"}, {}) == {group: lowest}


def common(one: str, other: str, everything: str, members: dict[str, frozenset[str]]) -> bool:
    """Say whether two groups have a member in common."""
    return one == other or everything in (one, other) or not members[one].isdisjoint(members[other])


def check_families(luns: list[Lun]) -> None:
    """Every LUN is in its family, alone or with its copies, and LUNs with one GUID are in one."""
    families = {lun.guid: lun.family for lun in luns}
    for lun in luns:
        kin = {other for other in luns if other.family is lun.family}
        assert set(lun.family.members) == kin
        assert lun.family.shown == {other for other in kin if other.presented}
        assert families[lun.guid] is lun.family


def check_records(state: dict[str, Any]) -> None:
    """What the API shows adds up, from snapshots to pools (API reference 3, 4, 14.4, 14.8)."""
    shares = state["luns"] + state["filesystems"]
    for share in shares:
        assert share["space_total"] == share["space_data"] + share["space_snapshots"] + share["space_unused_res"]
        here = [one for one in state["snapshots"] if in_share(one, share)]
        assert share["space_snapshots"] == sum(one["space_unique"] for one in here)
        assert all(0 <= one["space_unique"] <= one["space_data"] for one in here)
    for project in state["projects"]:
        own = [one for one in shares if (one["pool"], one["project"]) == (project["pool"], project["name"])]
        for name in ("space_data", "space_snapshots"):
            assert project[name] == sum(one[name] for one in own)
        assert project["space_unused_res_shares"] == sum(one["space_unused_res"] for one in own)
        unused = project["space_unused_res"] + project["space_unused_res_shares"]
        assert project["space_total"] == project["space_data"] + project["space_snapshots"] + unused
    for pool in state["pools"]:
        check_usage(pool["usage"], [one for one in state["projects"] if one["pool"] == pool["name"]])


def in_share(snapshot: dict[str, Any], share: dict[str, Any]) -> bool:
    """Say whether a snapshot is one of a share's."""
    return all(snapshot[key] == share[key] for key in ("pool", "project", "share"))


def check_usage(usage: dict[str, Any], inside: list[dict[str, Any]]) -> None:
    """The numbers of a pool are those of its projects and replicas."""
    assert usage["usage_data"] == sum(one["space_data"] for one in inside) + POOL_METADATA
    assert usage["usage_snapshots"] == sum(one["space_snapshots"] for one in inside)
    assert usage["usage_child_reservation"] == sum(one["space_unused_res_shares"] for one in inside)
    assert usage["usage_reservation"] == sum(one["space_unused_res"] for one in inside)
    assert usage["used"] == sum(one["space_total"] for one in inside) + usage["usage_replication"] + POOL_METADATA
    parts = ("usage_data", "usage_snapshots", "usage_child_reservation", "usage_reservation", "usage_replication")
    assert usage["used"] == usage["usage_total"] == sum(usage[part] for part in parts)
    assert usage["total"] == usage["used"] + usage["available"]
    assert usage["free"] == usage["available"] + usage["usage_child_reservation"] + usage["usage_reservation"]


class Appliances(RuleBasedStateMachine):
    """Random commands on two appliances with small pools; most are refused in some state."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = ManualClock()
        addresses = {"east": "127.0.0.1", "west": "127.0.0.2"}
        pools = {"tank": 6 * GIB, "small": GIB}
        self.lab = Lab(Settings(addresses, pools=pools, bandwidth=float(256 * MIB)), self.clock)
        self.actions: list[str] = []

    def send(self, method: str, path: str, body: Any = None, appliance: str = "east") -> Reply:
        """Send a request, which must not fail within the lab."""
        text = json.dumps(body).encode() if body is not None else b""
        reply = self.lab.exchange(appliance, Request(method, f"/api/{path}?confirm=true", HEADERS, text))
        assert reply is not None
        assert reply.status < 500, reply.body
        return reply

    @initialize()
    def prepare(self) -> None:
        """Make the groups and a project."""
        for iqn in IQNS:
            self.send("POST", "san/v1/iscsi/initiators", {"initiator": iqn})
        for number, members in enumerate([IQNS[:1], IQNS[1:], []]):
            self.send("POST", "san/v1/iscsi/initiator-groups", {"name": f"ig{number}", "initiators": members})
        for number, iqn in enumerate(TARGET_IQNS):
            self.send("POST", "san/v1/iscsi/targets", {"alias": f"t{number}", "iqn": iqn})
            self.send("POST", "san/v1/iscsi/target-groups", {"name": f"tg{number}", "targets": [iqn]})
        self.send("POST", PROJECTS, {"name": "p"})
        for name, group in (("a", "ig0"), ("b", "ig1")):
            body = {"name": name, "volsize": 512 * MIB, "sparse": name == "a", "initiatorgroup": group}
            self.send("POST", LUNS, body)
            self.lab.write("east", "tank", "default", name, 256 * MIB)
            self.send("POST", f"{LUNS}/{name}/snapshots", {"name": "s1"})
            self.lab.write("east", "tank", "default", name, 512 * MIB)
        self.send("POST", LUNS, {"name": "c", "volsize": GIB, "sparse": True})
        self.send("POST", f"{PROJECTS}/p/snapshots", {"name": "s1"})

    @rule(
        name=names, project=projects, size=sizes, sparse=st.booleans(), groups=hosts, through=st.sampled_from(TARGETS)
    )
    def create_lun(self, **given: Any) -> None:
        """A LUN, often where there is no room."""
        body = {"name": given["name"], "volsize": given["size"], "sparse": given["sparse"]}
        more = {"initiatorgroup": given["groups"], "targetgroup": given["through"]}
        self.send("POST", f"{PROJECTS}/{given['project']}/luns", {**body, **more})

    @rule(name=names, project=projects, size=st.sampled_from([0, 64 * MIB, GIB]))
    def create_filesystem(self, name: str, project: str, size: int) -> None:
        """A filesystem with a reservation."""
        self.send("POST", f"{PROJECTS}/{project}/filesystems", {"name": name, "reservation": size})

    @rule(name=names, project=projects, size=sizes, appliance=st.sampled_from(["east", "east", "west"]))
    def write(self, name: str, project: str, size: int, appliance: str) -> None:
        """A host writes."""
        try:
            self.lab.write(appliance, "tank", project, name, size)
        except ApplianceError:
            return

    @rule(
        name=names,
        project=projects,
        change=st.one_of(
            st.fixed_dictionaries({"volsize": sizes}),
            st.fixed_dictionaries({"sparse": st.booleans()}),
            st.fixed_dictionaries({"initiatorgroup": hosts}),
            st.fixed_dictionaries({"targetgroup": st.sampled_from(TARGETS)}),
            st.fixed_dictionaries({"lunumber": st.sampled_from(["auto", 0, 1, 2])}),
            st.fixed_dictionaries({"name": names}),
            st.fixed_dictionaries({"project": projects}),
        ),
    )
    def modify_lun(self, name: str, project: str, change: dict[str, Any]) -> None:
        """Resize, thin, present, number, rename or move."""
        self.send("PUT", f"{PROJECTS}/{project}/luns/{name}", change)

    @rule(name=names, project=projects, size=sizes)
    def modify_filesystem(self, name: str, project: str, size: int) -> None:
        """Another reservation."""
        self.send("PUT", f"{PROJECTS}/{project}/filesystems/{name}", {"reservation": size})

    @rule(name=projects, key=st.sampled_from(["reservation", "quota"]), size=sizes)
    def limit_project(self, name: str, key: str, size: int) -> None:
        """Reservation or quota of a project."""
        self.send("PUT", f"{PROJECTS}/{name}", {key: size})

    @rule(name=st.sampled_from(["p", "q"]), new=st.sampled_from(["p", "q"]))
    def rename_project(self, name: str, new: str) -> None:
        """Another name."""
        self.send("PUT", f"{PROJECTS}/{name}", {"name": new})

    @rule(name=st.sampled_from(["p", "q"]), size=st.sampled_from([0, GIB]))
    def create_project(self, name: str, size: int) -> None:
        """One more project."""
        self.send("POST", PROJECTS, {"name": name, "reservation": size})

    @rule(name=st.sampled_from(["p", "q"]))
    def delete_project(self, name: str) -> None:
        """With all that is in it."""
        self.send("DELETE", f"{PROJECTS}/{name}")

    @rule(name=names, project=projects, kind=kinds)
    def delete_share(self, name: str, project: str, kind: str) -> None:
        """With its snapshots and their clones."""
        self.send("DELETE", f"{PROJECTS}/{project}/{kind}/{name}")

    @rule(name=names, project=projects, kind=kinds, snapshot=snapshots)
    def take_snapshot(self, name: str, project: str, kind: str, snapshot: str) -> None:
        """Of one share."""
        self.send("POST", f"{PROJECTS}/{project}/{kind}/{name}/snapshots", {"name": snapshot})

    @rule(project=projects, snapshot=snapshots)
    def take_project_snapshot(self, project: str, snapshot: str) -> None:
        """Of a project and all its shares."""
        self.send("POST", f"{PROJECTS}/{project}/snapshots", {"name": snapshot})

    @rule(name=names, project=projects, snapshot=snapshots, new=snapshots)
    def rename_snapshot(self, name: str, project: str, snapshot: str, new: str) -> None:
        """Of a share; that of a project goes on without it."""
        self.send("PUT", f"{PROJECTS}/{project}/luns/{name}/snapshots/{snapshot}", {"name": new})

    @rule(name=names, project=projects, kind=kinds, snapshot=snapshots)
    def delete_snapshot(self, name: str, project: str, kind: str, snapshot: str) -> None:
        """Of a share."""
        self.send("DELETE", f"{PROJECTS}/{project}/{kind}/{name}/snapshots/{snapshot}")

    @rule(project=projects, snapshot=snapshots)
    def delete_project_snapshot(self, project: str, snapshot: str) -> None:
        """Of a project and its shares."""
        self.send("DELETE", f"{PROJECTS}/{project}/snapshots/{snapshot}")

    @rule(name=names, project=projects, kind=kinds, snapshot=snapshots)
    def roll_back(self, name: str, project: str, kind: str, snapshot: str) -> None:
        """Newer snapshots die."""
        self.send("PUT", f"{PROJECTS}/{project}/{kind}/{name}/snapshots/{snapshot}/rollback")

    @rule(name=names, project=projects, kind=kinds, snapshot=snapshots, new=names, into=projects)
    def clone(self, **given: Any) -> None:
        """Into any project."""
        path = f"{PROJECTS}/{given['project']}/{given['kind']}/{given['name']}/snapshots/{given['snapshot']}/clone"
        self.send("PUT", path, {"share": given["new"], "project": given["into"]})

    @rule(number=st.integers(0, 2), members=st.lists(st.sampled_from(IQNS), unique=True))
    def change_group(self, number: int, members: list[str]) -> None:
        """Other members, where no two LUNs collide."""
        self.send("PUT", f"san/v1/iscsi/initiator-groups/ig{number}", {"initiators": members})

    @rule(project=projects)
    def replicate(self, project: str) -> None:
        """Send a project to west."""
        body = {"pool": "tank", "project": project, "share": "", "target": "west", "target_pool": "tank"}
        reply = self.send("POST", "storage/v1/replication/actions", body)
        if reply.status == 201 and reply.body:
            self.actions.append(reply.body["action"]["id"])
        for action in self.actions:
            self.send("PUT", f"storage/v1/replication/actions/{action}/sendupdate")

    @rule(seconds=st.sampled_from([1, 60]))
    def wait(self, seconds: int) -> None:
        """Updates go on."""
        self.clock.advance(seconds)
        self.lab.look(lambda fleet: None)

    @rule(name=st.sampled_from(["t", "u"]))
    def sever(self, name: str) -> None:
        """Make projects of the packages on west."""
        for action in self.actions:
            self.send("PUT", f"{PACKAGES}/{action}/sever", {"projname": name}, "west")

    @invariant()
    def sums_are_right(self) -> None:
        """The model's sums are those of a fresh look."""
        for appliance in self.lab.fleet.appliances.values():
            for pool in appliance.pools.values():
                check_pool(pool)
            check_numbers(appliance)
            check_choice(appliance)

    @invariant()
    def watch_is_right(self) -> None:
        """What the lab's watch knows of LUNs and their copies is what a fresh look shows."""
        check_families([lun for one in self.lab.fleet.appliances.values() for lun in one.luns()])

    @invariant()
    def records_add_up(self) -> None:
        """What clients see adds up."""
        for state in self.lab.state()["appliances"].values():
            check_records(state)


Appliances.TestCase.settings = settings(
    max_examples=40, stateful_step_count=50, deadline=None, suppress_health_check=list(HealthCheck)
)
TestAppliances = Appliances.TestCase


def calls_of(machine: Appliances, method: str, path: str, body: Any = None) -> int:
    """Return how many functions a request calls within the lab."""
    calls = 0

    def count(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        reply = machine.send(method, path, body)
    finally:
        sys.setprofile(before)
    assert reply.status < 300, reply.body
    return calls


def test_work_does_not_grow_with_the_number_of_luns() -> None:
    """No request on one LUN walks over all: what it takes is counted, not timed, with 20 LUNs and with 1,000."""
    machine = Appliances()
    machine.lab = Lab(Settings({"east": "127.0.0.1"}), machine.clock)
    steps: list[tuple[str, str, Any]] = [
        ("POST", LUNS, {"name": "x", "volsize": MIB, "sparse": True}),
        ("POST", f"{LUNS}/x/snapshots", {"name": "s"}),
        ("PUT", f"{LUNS}/x/snapshots/s/clone", {"share": "c"}),
        ("PUT", f"{LUNS}/x", {"volsize": 2 * MIB}),
        ("PUT", f"{LUNS}/x", {"name": "y"}),
        ("PUT", f"{LUNS}/y", {"project": "p"}),
        ("GET", "storage/v1/pools/tank", None),
        ("GET", f"{PROJECTS}/p", None),
        ("DELETE", f"{LUNS}/c", None),
        ("DELETE", f"{PROJECTS}/p/luns/y", None),
    ]
    machine.send("POST", PROJECTS, {"name": "p"})
    counts: list[list[int]] = []
    made = 0
    for present in (20, 1000):
        for number in range(made, present):
            machine.send("POST", LUNS, {"name": f"l{number}", "volsize": MIB, "sparse": True})
        made = present
        counts.append([calls_of(machine, *step) for step in steps])
    few, many = counts
    assert all(late <= early + 20 for early, late in zip(few, many, strict=True)), counts


def test_a_share_that_goes_leaves_the_snapshot_of_its_project() -> None:
    """The children of a project's snapshot are kept, too, not looked for (API reference 7.1)."""
    machine = Appliances()
    machine.prepare()
    machine.send("POST", f"{PROJECTS}/default/snapshots", {"name": "s2"})
    pool = machine.lab.fleet.appliances["east"].pool("tank")
    snapshot = pool.project("default").snapshots["s2"]

    def shares() -> list[str]:
        assert snapshot.children() == fresh_children(snapshot)
        return [child.owner.name for child in snapshot.children()]

    assert shares() == ["a", "b", "c"]
    machine.send("PUT", f"{LUNS}/a", {"project": "p"})
    assert shares() == ["b", "c"]
    machine.send("DELETE", f"{LUNS}/b")
    assert shares() == ["c"]
    machine.send("DELETE", f"{LUNS}/c/snapshots/s2")
    assert shares() == []
