"""The source side of a replication: actions, and the flag of a LUN."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from book import Book
from lab_client import AFTER, BEFORE, LabClient
from replication_pages import (
    ACTIONS,
    EAST,
    LUN,
    PROJECT,
    WEST,
    action,
    pages,
)

from ansible_collections.zfssa.storage.plugins.module_utils.engine._apply import apply
from ansible_collections.zfssa.storage.plugins.module_utils.engine._plan import Item
from ansible_collections.zfssa.storage.plugins.module_utils.engine._preconditions import require
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.lun._kind import LUN as LUN_KIND
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.project._kind import PROJECT as PROJECT_KIND
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.replication._action import (
    plan_replication,
)
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.snapshot._operations import plan_snapshot
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import (
    ApplianceError,
    InvalidInput,
    PlanRefused,
)
from ansible_collections.zfssa.storage.plugins.module_utils.values._release import Release

FLAG = f"{LUN}/replication"
OPTIONS = {"state": "present", "pool": "tank", "project": "proj-a", "lun": "lun-a"}


def source_at() -> LabClient:
    """An appliance with a LUN that can be sent to `west`."""
    at = LabClient(pools={"tank": 1 << 50, "dr": 1 << 50})
    at.add_project("proj-a")
    at.add_lun("proj-a", "lun-a")
    return at


def add_action(
    at: LabClient, lun: str = "lun-a", project: str = "proj-a", *, sending: bool = False, **values: Any
) -> str:
    """Make an action of a LUN, or of the whole project when none is named, and return its path; perhaps let it send."""
    above = f"{PROJECT.removesuffix('proj-a')}{project}"
    if lun:
        at.do("PUT", f"{above}/luns/{lun}/replication", {"inherited": False})
    made = at.do(
        "POST",
        f"{above}/luns/{lun}/replication/actions" if lun else f"{above}/replication/actions",
        {"pool": "dr", "target": "west", **values},
    )
    path = f"{ACTIONS}/{made['id']}"
    if sending:
        at.lab.write(at.at, "tank", project, lun or "lun-a", 1 << 20)
        at.do("PUT", f"{path}/sendupdate")
    return path


def plan(book: Book | LabClient, **options: Any) -> Item:
    """Plan for the LUN, to `west` unless said otherwise."""
    return plan_replication(book, {**OPTIONS, "target": "west", **options})


def facts(plan: Item) -> list[tuple[str, str, object]]:
    """What a plan sends."""
    return [(step.method, step.path, step.body) for step in plan.steps]


@pytest.mark.parametrize("target", ["west", WEST["asn"], WEST["hostname"]])
@pytest.mark.parametrize("shown_as", ["label", "asn", "hostname", "target"])
def test_action_is_found_however_the_peer_is_called(target: str, shown_as: str) -> None:
    planned = plan(Book(pages(action(target=WEST[shown_as]))), target=target, target_pool="dr")

    assert not planned.changed
    assert planned.after["action"].items() >= {"id": "id-1", "target": "west", "lun": "lun-a"}.items()
    assert planned.after["action"]["compression"] is True
    assert "name" not in planned.after["action"]


@pytest.mark.parametrize(
    "other",
    [
        {"pool": "other"},
        {"project": "proj-b"},
        {"share": "lun-b"},
        {"share": ""},
        {"target": EAST["asn"]},
        {"target_pool": "other"},
    ],
)
def test_action_that_goes_another_way_is_another_one(other: dict[str, str]) -> None:
    planned = plan(Book(pages(action(**other))), target_pool="dr")

    assert [step.verb for step in planned.steps] == ["create"]


@pytest.mark.parametrize(
    ("release", "lun", "path", "body"),
    [
        (8, "lun-a", f"{LUN}/replication/actions", {"pool": "dr", "target": "west"}),
        (7, None, f"{PROJECT}/replication/actions", {"pool": "dr", "target": "west"}),
        (
            6,
            "lun-a",
            ACTIONS,
            {
                "pool": "tank",
                "project": "proj-a",
                "share": "lun-a",
                "target": "west",
                "target_pool": "dr",
            },
        ),
        (
            6,
            None,
            ACTIONS,
            {"pool": "tank", "project": "proj-a", "target": "west", "target_pool": "dr"},
        ),
    ],
)
def test_action_is_made_where_the_release_takes_it(
    release: int, lun: str | None, path: str, body: dict[str, str]
) -> None:
    book = Book(pages(), Release(release))

    planned = plan(book, lun=lun, target_pool="dr", max_bandwidth="10M")

    assert facts(planned) == [("POST", path, {**body, "max_bandwidth": 10 * 1024**2})]
    after = planned.after["action"]
    assert (after["lun"], after["target"], after["id"]) == (lun, "west", None)
    assert (after["max_bandwidth"], after["state"]) == (10 * 1024**2, "idle")


@pytest.mark.parametrize(("fates", "sends"), [([], 1), ([AFTER], 1), ([BEFORE], 2)])
@pytest.mark.parametrize("others", [0, 1])
def test_created_action_is_the_result_and_a_lost_creation_is_looked_up(
    others: int, fates: list[str], sends: int
) -> None:
    at = source_at()
    at.add_lun("proj-a", "lun-b")
    at.do("PUT", FLAG, {"inherited": False})
    for _number in range(others):
        add_action(at, "lun-b")
    planned = plan(at, target_pool="dr")
    at.fates = list(fates)

    result = apply(planned, at)["action"]

    assert result.items() >= {"lun": "lun-a", "target": "west", "target_pool": "dr"}.items()
    assert result["id"] in [one["id"] for one in at.do("GET", ACTIONS)["actions"]]
    assert (len(at.sent), len(at.work)) == (sends, 1)


def test_update_sends_what_differs() -> None:
    at = source_at()
    path = add_action(at)
    before = at.get(path)

    planned = plan(at, use_ssl=True, compression=False, max_bandwidth="1G")

    assert facts(planned) == [("PUT", path, {"compression": False, "max_bandwidth": 1024**3})]
    assert planned.after["action"] == {
        **planned.before["action"],
        "compression": False,
        "max_bandwidth": 1024**3,
    }
    apply(planned, at)
    assert planned.steps[0].outcome.reached(at.get(path))
    assert not planned.steps[0].outcome.reached(before)
    assert not planned.steps[0].outcome.reached(None)


def test_removal_deletes_the_action_by_its_id() -> None:
    at = source_at()
    path = add_action(at)

    planned = plan(at, state="absent")

    assert facts(planned) == [("DELETE", path, None)]
    assert planned.after["action"] is None


def test_removal_of_what_is_not_there_is_no_change() -> None:
    assert not plan(source_at(), state="absent").changed


@pytest.mark.parametrize(
    ("pool", "said"),
    [
        (
            {"pool": {"name": "tank", "status": "exported", "owner": "zs-2"}},
            "pool tank belongs to zs-2 of this cluster",
        ),
        (None, "pool tank does not exist"),
    ],
)
def test_action_of_a_pool_that_is_not_here_is_not_taken_for_absent(pool: Any, said: str) -> None:
    with pytest.raises(PlanRefused, match=said):
        plan(Book(pages(**{"/api/storage/v1/pools/tank": pool})), state="absent")


def test_unknown_peer_is_refused_with_those_that_are_registered() -> None:
    with pytest.raises(PlanRefused, match=r"north is not registered.*labels: west"):
        plan(source_at(), target="north")


def test_appliance_without_peers_says_so() -> None:
    with pytest.raises(PlanRefused, match="there is none"):
        plan(LabClient(appliances=("east",)))


def test_several_actions_to_one_peer_need_the_pool() -> None:
    # The lab has one action of a source to a target at most.
    book = Book(pages(action(), action(id="id-2", target_pool="dr2")))

    with pytest.raises(PlanRefused, match=r"there are 2 actions.*pools dr, dr2.*target_pool"):
        plan(book)

    assert plan(book, target_pool="dr2").after["action"]["id"] == "id-2"


@pytest.mark.parametrize("missing", [{"lun": "lun-x"}, {"lun": None, "project": "proj-x"}])
def test_what_does_not_exist_cannot_be_sent(missing: dict[str, Any]) -> None:
    with pytest.raises(PlanRefused, match="does not exist"):
        plan(source_at(), **missing, target_pool="dr")


def test_new_action_needs_the_pool_there() -> None:
    with pytest.raises(InvalidInput, match="target_pool is missing"):
        plan(source_at())


@pytest.mark.parametrize("release", [7, 8])
@pytest.mark.parametrize("page", [{"inherited": True}, {"replication": {"inherited": "true"}}], ids=["bare", "wrapped"])
def test_flag_is_read_and_set_before_the_action(release: int, page: dict[str, Any]) -> None:
    book = Book(pages(**{FLAG: page}), Release(release))

    same = plan(book, target_pool="dr", inherited=True)
    other = plan(book, target_pool="dr", inherited=False)

    assert [step.verb for step in same.steps] == ["create"]
    assert facts(other)[0] == ("PUT", FLAG, {"inherited": False})
    assert [step.verb for step in other.steps] == ["switch off", "create"]
    assert (other.before["inherited"], other.after["inherited"]) == (True, False)


def test_flag_of_an_older_release_is_beside_the_filesystems() -> None:
    path = f"{PROJECT}/filesystems/lun-a/replication"
    book = Book(pages(**{path: {"inherited": True}}), Release(6))

    planned = plan(book, target=None, inherited=False)

    assert facts(planned) == [("PUT", path, {"inherited": False})]


@pytest.mark.parametrize("status", [405, 501])
def test_flag_that_cannot_be_read_is_set(status: int) -> None:
    book = Book(pages(**{FLAG: ApplianceError("no such method", status=status)}))

    planned = plan(book, target=None, inherited=False)

    assert facts(planned) == [("PUT", FLAG, {"inherited": False})]
    assert planned.before["inherited"] is None
    assert apply(planned, book)["inherited"] is False


def test_sick_appliance_is_not_one_that_cannot_tell_the_flag() -> None:
    book = Book(pages(**{FLAG: ApplianceError("oops", status=500)}))

    with pytest.raises(ApplianceError, match="oops"):
        plan(book, target=None, inherited=False)


def test_flag_of_a_lun_that_does_not_exist_is_refused() -> None:
    with pytest.raises(PlanRefused, match="LUN tank/proj-a/lun-x does not exist"):
        plan(source_at(), lun="lun-x", target=None, inherited=False)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"target": None}, "asks for nothing"),
        ({"lun": None, "inherited": False}, "needs lun"),
        ({"max_bandwidth": "fast"}, "max_bandwidth"),
        ({"pool": "a/b"}, "pool"),
    ],
)
def test_options_that_can_never_be_right_are_refused(options: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        plan(source_at(), **options)


CANCEL = "; cancel it with zfssa_replication_update and state=cancelled, or wait until it has ended."


def refusal(plan: Item, at: LabClient) -> str:
    """What check mode says of a plan; empty when nothing."""
    try:
        require(plan.preconditions, at)
    except PlanRefused as refused:
        return str(refused)
    return ""


def plan_gone(at: LabClient) -> Item:
    """Plan that the LUN is destroyed, whatever goes with it."""
    return LUN_KIND.plan(at, {"pool": "tank", "project": "proj-a", "name": "lun-a", "state": "absent", "force": True})


def of_another_lun(at: LabClient) -> None:
    """Let an update of another LUN run."""
    at.add_lun("proj-a", "lun-b")
    add_action(at, "lun-b", sending=True)


def of_another_project(at: LabClient) -> None:
    """Let an update of a LUN of that name in another project run."""
    at.add_project("proj-b")
    at.add_lun("proj-b", "lun-a")
    add_action(at, project="proj-b", sending=True)


def of_the_project_without_it(at: LabClient) -> None:
    """Let an update of its project run, in which the LUN is not."""
    at.do("PUT", FLAG, {"inherited": False})
    add_action(at, "", sending=True)


def of_the_project_perhaps(at: LabClient) -> None:
    """Let an update of its project run, and the appliance not tell whether the LUN is in it."""
    add_action(at, "", sending=True)
    at.fault({"status": 405}, "GET", "/luns/lun-a/replication$", times=9)


@pytest.mark.parametrize(
    ("prepare", "runs"),
    [
        (lambda at: add_action(at, sending=True), True),
        (add_action, False),
        (of_another_lun, False),
        (of_another_project, False),
        (lambda at: add_action(at, "", sending=True), True),
        (of_the_project_without_it, False),
        (of_the_project_perhaps, True),
    ],
    ids=["runs", "idle", "another LUN", "another project", "its project", "its project without it", "perhaps"],
)
def test_lun_is_not_destroyed_while_an_update_reads_it(prepare: Callable[[LabClient], object], runs: bool) -> None:
    at = source_at()
    prepare(at)

    said = refusal(plan_gone(at), at)

    expected = f"Cannot destroy LUN tank/proj-a/lun-a: an update of the replication to west is running{CANCEL}"
    assert said == (expected if runs else "")


def test_project_is_not_destroyed_while_an_update_reads_anything_of_it() -> None:
    at = source_at()
    add_action(at, sending=True)
    plan = PROJECT_KIND.plan(at, {"pool": "tank", "name": "proj-a", "state": "absent", "force": True})

    assert "an update of the replication to west is running" in refusal(plan, at)


@pytest.mark.parametrize("kind", ["lun", "filesystem"])
def test_share_is_not_rolled_back_while_an_update_reads_it(kind: str) -> None:
    at = source_at()
    if kind == "filesystem":
        at.do("POST", f"{PROJECT}/filesystems", {"name": "f"})
    name = {"lun": "lun-a", "filesystem": "f"}[kind]
    at.do("POST", f"{PROJECT}/{kind}s/{name}/snapshots", {"name": "s"})
    path = add_action(at, "", sending=True)
    options = {"pool": "tank", "project": "proj-a", kind: name, "name": "s", "state": "restored", "force": True}

    assert refusal(plan_snapshot(at, options), at).endswith(f"is running{CANCEL}")
    at.do("PUT", f"{path}/cancelupdate")
    assert refusal(plan_snapshot(at, options), at) == ""


@pytest.mark.parametrize("runs", [True, False])
def test_action_is_not_removed_while_its_update_runs(runs: bool) -> None:
    at = source_at()
    add_action(at, sending=runs)
    gone = plan(at, state="absent")

    assert refusal(gone, at).endswith(f"is running{CANCEL}") is runs
    if not runs:
        at.fault({"status": 409}, "DELETE")
    # What the appliance says comes in the same words.
    with pytest.raises(PlanRefused if runs else ApplianceError, match="running" if runs else "conflict"):
        apply(gone, at)
