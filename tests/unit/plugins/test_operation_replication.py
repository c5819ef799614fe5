"""The source side of a replication: actions, and the flag of a LUN."""

from __future__ import annotations

from typing import Any

import pytest
from memory_appliance import Book
from replication_pages import (
    ACTION,
    ACTIONS,
    EAST,
    LUN,
    PROJECT,
    TARGETS,
    WEST,
    action,
    pages,
)

from ansible_collections.zfssa.storage.plugins.module_utils.engine._apply import apply
from ansible_collections.zfssa.storage.plugins.module_utils.engine._plan import Plan
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
    LostReply,
    PlanRefused,
)
from ansible_collections.zfssa.storage.plugins.module_utils.values._release import Release

FLAG = f"{LUN}/replication"
OPTIONS = {"state": "present", "pool": "tank", "project": "proj-a", "lun": "lun-a"}


def plan(book: Book, **options: Any) -> Plan:
    """Plan for the LUN, to `west` unless said otherwise."""
    return plan_replication(book, {**OPTIONS, "target": "west", **options})


def facts(plan: Plan) -> list[tuple[str, str, object]]:
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


def test_created_action_is_the_result() -> None:
    book = Book(pages())
    planned = plan(book, target_pool="dr")
    book.answers = [{"action": action()}]

    result = apply(planned, book)["action"]

    assert result.items() >= {"id": "id-1", "target": "west", "target_pool": "dr"}.items()


@pytest.mark.parametrize(
    ("seen", "sends"),
    [([action()], 1), ([action(share="lun-b", id="id-2"), action()], 1), ([], 2)],
)
def test_lost_creation_is_looked_up_among_all_actions(seen: list[Any], sends: int) -> None:
    book = Book(pages())
    planned = plan(book, target_pool="dr")
    book.pages[ACTIONS] = {"actions": seen}
    book.answers = [LostReply("lost"), {"action": action()}]

    assert apply(planned, book)["action"]["id"] == "id-1"
    assert len(book.sent) == sends


def test_update_sends_what_differs() -> None:
    book = Book(pages(action()))

    planned = plan(book, use_ssl=True, compression=False, max_bandwidth="1G")

    assert facts(planned) == [("PUT", ACTION, {"compression": False, "max_bandwidth": 1024**3})]
    assert planned.after["action"] == {
        **planned.before["action"],
        "compression": False,
        "max_bandwidth": 1024**3,
    }
    assert planned.steps[0].outcome.reached({"action": action(compression=False, max_bandwidth=1024**3)})
    assert not planned.steps[0].outcome.reached({"action": action()})
    assert not planned.steps[0].outcome.reached(None)


def test_removal_deletes_the_action_by_its_id() -> None:
    planned = plan(Book(pages(action())), state="absent")

    assert facts(planned) == [("DELETE", ACTION, None)]
    assert planned.after["action"] is None


def test_removal_of_what_is_not_there_is_no_change() -> None:
    assert not plan(Book(pages()), state="absent").changed


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
    with pytest.raises(PlanRefused, match=r"north is not registered.*labels: east, west"):
        plan(Book(pages()), target="north")


def test_appliance_without_peers_says_so() -> None:
    with pytest.raises(PlanRefused, match="there is none"):
        plan(Book(pages(**{TARGETS: {"targets": []}})))


def test_several_actions_to_one_peer_need_the_pool() -> None:
    book = Book(pages(action(), action(id="id-2", target_pool="dr2")))

    with pytest.raises(PlanRefused, match=r"there are 2 actions.*pools dr, dr2.*target_pool"):
        plan(book)

    assert plan(book, target_pool="dr2").after["action"]["id"] == "id-2"


@pytest.mark.parametrize(("missing", "lun"), [(LUN, "lun-a"), (PROJECT, None)])
def test_what_does_not_exist_cannot_be_sent(missing: str, lun: str | None) -> None:
    with pytest.raises(PlanRefused, match="does not exist"):
        plan(Book(pages(**{missing: None})), lun=lun, target_pool="dr")


def test_new_action_needs_the_pool_there() -> None:
    with pytest.raises(InvalidInput, match="target_pool is missing"):
        plan(Book(pages()))


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
    with pytest.raises(PlanRefused, match="LUN tank/proj-a/lun-a does not exist"):
        plan(Book(pages(**{LUN: None})), target=None, inherited=False)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"target": None}, "there is nothing to do"),
        ({"lun": None, "inherited": False}, "no lun is given"),
        ({"max_bandwidth": "fast"}, "max_bandwidth"),
        ({"pool": "a/b"}, "pool"),
    ],
)
def test_options_that_can_never_be_right_are_refused(options: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        plan(Book(pages()), **options)


CANCEL = "; cancel it with zfssa_replication_update and state=cancelled, or wait until it has ended."
OF_PROJECT = action(id="id-2", share="", state="sending")


def refusal(plan: Plan, at: Book) -> str:
    """What check mode says of a plan; empty when nothing."""
    try:
        require(plan.preconditions, at)
    except PlanRefused as refused:
        return str(refused)
    return ""


def plan_gone(at: Book, **options: Any) -> Plan:
    """Plan that the LUN is destroyed, whatever goes with it."""
    names = {"pool": "tank", "project": "proj-a", "name": "lun-a"}
    return LUN_KIND.plan(at, {**names, "state": "absent", "force": True, **options})


def at_source(*actions: dict[str, Any], **others: Any) -> Book:
    """A source whose LUN has no snapshots."""
    lun = {"name": "lun-a", "nodestroy": False, "status": "online", "initiatorgroup": [], "targetgroup": "default"}
    return Book(pages(*actions, **{LUN: {"lun": lun}, f"{LUN}/snapshots": {"snapshots": []}, **others}))


@pytest.mark.parametrize(
    ("actions", "others", "runs"),
    [
        ([action(state="sending")], {}, True),
        ([action()], {}, False),
        ([action(share="lun-b", state="sending")], {}, False),
        ([action(project="proj-b", state="sending")], {}, False),
        ([OF_PROJECT], {FLAG: {"inherited": True}}, True),
        ([OF_PROJECT], {FLAG: {"inherited": False}}, False),
        ([OF_PROJECT], {FLAG: ApplianceError("no such method", status=405)}, True),
    ],
)
def test_lun_is_not_destroyed_while_an_update_reads_it(
    actions: list[dict[str, Any]], others: dict[str, Any], runs: bool
) -> None:
    at = at_source(*actions, **others)

    said = refusal(plan_gone(at), at)

    expected = f"Cannot destroy LUN tank/proj-a/lun-a: an update of the replication to west is running{CANCEL}"
    assert said == (expected if runs else "")


def test_project_is_not_destroyed_while_an_update_reads_anything_of_it() -> None:
    at = Book(
        pages(
            action(state="sending"),
            **{PROJECT: {"project": {"name": "proj-a", "nodestroy": False}}},
            **{f"{PROJECT}/{kind}": {kind: []} for kind in ("luns", "filesystems", "snapshots")},
        )
    )
    plan = PROJECT_KIND.plan(at, {"pool": "tank", "name": "proj-a", "state": "absent", "force": True})

    assert "an update of the replication to west is running" in refusal(plan, at)


@pytest.mark.parametrize("kind", ["lun", "filesystem"])
def test_share_is_not_rolled_back_while_an_update_reads_it(kind: str) -> None:
    share = f"{PROJECT}/{kind}s/lun-a"
    snapshots = {"snapshots": [{"name": "s", "creation": "20260101T00:00:00"}]}
    at = Book(pages(OF_PROJECT, **{f"{share}/snapshots": snapshots, f"{share}/replication": {"inherited": True}}))
    options = {"pool": "tank", "project": "proj-a", kind: "lun-a", "name": "s", "state": "restored", "force": False}

    assert refusal(plan_snapshot(at, options), at).endswith(f"is running{CANCEL}")
    idle = Book({**at.pages, ACTIONS: {"actions": [action()]}})
    assert refusal(plan_snapshot(idle, options), idle) == ""


@pytest.mark.parametrize(("state", "runs"), [("sending", True), ("idle", False)])
def test_action_is_not_removed_while_its_update_runs(state: str, runs: bool) -> None:
    at = Book(pages(action(state=state)))
    gone = plan(at, state="absent")

    assert refusal(gone, at).endswith(f"is running{CANCEL}") is runs
    # What the appliance says comes in the same words.
    at.answers.append(ApplianceError("an update is in progress", status=409))
    with pytest.raises(ApplianceError if not runs else PlanRefused, match="running" if runs else "in progress"):
        apply(gone, at)
