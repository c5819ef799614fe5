"""Clones of LUNs by a temporary snapshot: at whatever moment a task is killed, and whichever answer is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lab_client import AFTER, BEFORE, FINE, LATE, LabClient

from ansible_collections.zfssa.storage.plugins.module_utils.engine._apply import apply, apply_plan
from ansible_collections.zfssa.storage.plugins.module_utils.engine._many import plan_many
from ansible_collections.zfssa.storage.plugins.module_utils.engine._plan import Item
from ansible_collections.zfssa.storage.plugins.module_utils.engine._preconditions import require
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.lun._kind import LUN
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.project._kind import PROJECT
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.snapshot._temporary import (
    is_temporary,
    temporary_name,
)
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import LostReply, PlanRefused, ZfssaError
from ansible_collections.zfssa.storage.plugins.module_utils.values._names import check_name

RELEASES = ("2013.1", "8.7", "8.8")
GIB = 1 << 30
ROOT = "/api/storage/v1/pools/tank/projects"
A = f"{ROOT}/proj-a/luns/a"
NAMES = {"pool": "tank", "project": "proj-a", "name": "c"}
SOURCE = {"project": None, "lun": "a", "snapshot": None}
MADE = {"state": "present", **NAMES, "source": SOURCE}
GROWN = {**MADE, "size": "2G"}
ABSENT = {"state": "absent", **NAMES}
C = temporary_name(NAMES)


class Killed(BaseException):
    """The process is gone."""


class Dying(LabClient):
    """A client whose process is killed before one of its requests, or when that has been carried out."""

    left = 10**6
    after = False
    # What somebody else does right before the next write.
    meanwhile: Callable[[], Any] | None = None

    def _exchange(self, method: str, path: str, body: Any, params: Any) -> Any:
        if method != "GET" and self.meanwhile is not None:
            act, self.meanwhile = self.meanwhile, None
            act()
        self.left -= 1
        if self.left < 0 and not self.after:
            raise Killed
        reply = super()._exchange(method, path, body, params)
        if self.left < 0:
            raise Killed
        return reply


def appliance_of(release: str = "8.8", switches: dict[str, str] | None = None, **values: Any) -> Dying:
    """An appliance with a LUN, and a snapshot of it that is somebody's."""
    at = Dying(release, switches=switches)
    at.add_project("proj-a")
    at.add_project("proj-b")
    at.add_lun("proj-a", "a", **{"volsize": GIB, **values})
    at.add_snapshot("proj-a", "a", "s1")
    return at


def plan(at: LabClient, options: dict[str, Any]) -> Item:
    """Plan as a task does."""
    return LUN.plan(at, options)


def run(at: LabClient, options: dict[str, Any], kind: Any = LUN) -> Item:
    """Plan and carry out, as a task does."""
    planned: Item = kind.plan(at, options)
    apply(planned, at)
    return planned


def snapshots(at: LabClient, lun: str = "a") -> list[str]:
    """The names of the snapshots of a LUN."""
    return [one["name"] for one in at.do("GET", f"{ROOT}/proj-a/luns/{lun}/snapshots")["snapshots"]]


def moments(
    release: str, before: tuple[dict[str, Any], ...], options: dict[str, Any], kind: Any = LUN
) -> Iterator[Dying]:
    """The appliance after a task that was killed, at one moment after the other."""
    for after in (False, True):
        for moment in range(100):
            at = appliance_of(release)
            for one in before:
                run(at, one)
            at.left, at.after = moment, after
            try:
                run(at, options, kind)
            except Killed:
                at.left = 10**6
                yield at
            else:
                assert moment > 3
                break


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("options", [MADE, GROWN], ids=["made", "grown"])
def test_task_that_was_killed_is_gone_on_with(release: str, options: dict[str, Any]) -> None:
    for at in moments(release, (), options):
        run(at, options)

        assert at.luns() == ["proj-a/a", "proj-a/c"]
        assert at.existing("proj-a", "c")["volsize"] == (2 * GIB if "size" in options else GIB)
        assert snapshots(at) == ["s1", C]
        assert plan(at, options).steps == ()
        run(at, ABSENT)
        assert snapshots(at) == ["s1"]


@pytest.mark.parametrize("release", RELEASES)
def test_removal_that_was_killed_leaves_no_snapshot_without_its_clone(release: str) -> None:
    for at in moments(release, (MADE,), ABSENT):
        # Never the snapshot first: what somebody makes of the clone at that moment would go with it.
        assert C in snapshots(at) or "proj-a/c" not in at.luns()
        run(at, {**ABSENT, "source": SOURCE})

        assert at.luns() == ["proj-a/a"] and snapshots(at) == ["s1"]


def test_removal_of_a_project_that_was_killed_leaves_no_snapshot_without_its_clone() -> None:
    elsewhere = [
        {**MADE, "project": "proj-b", "name": name, "source": {**SOURCE, "project": "proj-a"}} for name in ("c", "d")
    ]
    gone = {"state": "absent", "pool": "tank", "name": "proj-b", "force": True}
    for at in moments("8.8", tuple(elsewhere), gone, PROJECT):
        run(at, gone, PROJECT)
        for one in elsewhere:
            run(at, {**one, "state": "absent"})

        assert at.luns() == ["proj-a/a"] and snapshots(at) == ["s1"]


LOST = list(product(RELEASES, range(3), (BEFORE, AFTER, LATE)))


@pytest.mark.parametrize(("release", "write", "fate"), LOST)
def test_write_whose_answer_is_lost_is_done_once(release: str, write: int, fate: str) -> None:
    at = appliance_of(release)
    planned = plan(at, GROWN)
    at.fates = [*([FINE] * write), fate]

    results = apply(planned, at)

    # A size may be set twice.
    assert len(at.work) == 3 + (write == 2 and fate == LATE) and snapshots(at) == ["s1", C]
    assert results["lun"]["size"] == 2 * GIB and results["lun"]["origin"]["snapshot"] == C


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize(("write", "fate"), list(product(range(2), (BEFORE, AFTER, LATE))))
def test_removal_whose_answer_is_lost_is_done_once(release: str, write: int, fate: str) -> None:
    at = appliance_of(release)
    run(at, MADE)
    planned = plan(at, ABSENT)
    at.work.clear()
    at.fates = [*([FINE] * write), fate]

    assert apply(planned, at) == {"lun": None}
    assert len(at.work) == 2 and at.luns() == ["proj-a/a"] and snapshots(at) == ["s1"]


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("fate", [BEFORE, AFTER])
@pytest.mark.parametrize("refused", [1, 2], ids=["clone", "growth"])
def test_what_is_removed_again_is_removed_whichever_answer_is_lost(release: str, fate: str, refused: int) -> None:
    at = appliance_of(release)
    planned = plan(at, GROWN)
    at.fault({"status": 403}, method="PUT", nth=refused)
    at.fates = [*([FINE] * (refused + 1)), fate]

    with pytest.raises(ZfssaError) as caught:
        apply(planned, at)

    assert caught.value.steps_done == ()
    assert at.luns() == ["proj-a/a"] and snapshots(at) == ["s1"]


def test_what_nobody_knows_to_be_removed_again_is_said() -> None:
    at = appliance_of()
    planned = plan(at, MADE)
    at.fault({"status": 403}, method="PUT", path="/clone$")
    # The order to remove it, and the look after that.
    at.fault({"drop": "after"}, method="DELETE")
    at.fault({"status": 500}, method="GET", path=f"/snapshots/{C}$")

    with pytest.raises(ZfssaError) as caught:
        apply(planned, at)

    assert f"and snapshot tank/proj-a/a@{C}, which this task had made, could not be removed again" in str(caught.value)
    assert "it could not be determined whether it was carried out" in str(caught.value)
    assert caught.value.steps_done == (f"take snapshot tank/proj-a/a@{C}",)


def test_snapshot_that_was_there_stays_when_the_clone_is_refused() -> None:
    at = appliance_of()
    at.add_snapshot("proj-a", "a", C)
    planned = plan(at, MADE)
    at.fault({"status": 403}, method="PUT")

    with pytest.raises(ZfssaError):
        apply(planned, at)

    assert snapshots(at) == ["s1", C]


def test_snapshot_that_another_run_took_meanwhile_stays_when_the_clone_is_refused() -> None:
    at = appliance_of()
    planned = plan(at, MADE)
    at.add_snapshot("proj-a", "a", C)
    at.fault({"status": 403}, method="PUT")

    with pytest.raises(ZfssaError):
        apply(planned, at)

    assert snapshots(at) == ["s1", C]


def test_two_runs_at_once_make_one_clone() -> None:
    at = appliance_of()
    first, second = plan(at, MADE), plan(at, MADE)

    assert apply(first, at) == apply(second, at)
    assert snapshots(at) == ["s1", C] and at.luns() == ["proj-a/a", "proj-a/c"]


def test_clone_of_another_run_stays_when_this_one_cannot_grow_it() -> None:
    at = appliance_of()
    first, second = plan(at, MADE), plan(at, GROWN)
    apply(first, at)
    at.fault({"status": 403}, method="PUT", path="/luns/c$")

    with pytest.raises(ZfssaError):
        apply(second, at)

    assert snapshots(at) == ["s1", C] and at.luns() == ["proj-a/a", "proj-a/c"]


@pytest.mark.parametrize(
    ("age", "writes", "warns"), [(60, 1, False), (3600, 1, True), (86000, 1, True), (90000, 3, False)]
)
def test_what_was_left_is_used_for_a_day_and_taken_anew_after_that(age: int, writes: int, warns: bool) -> None:
    at = appliance_of()
    at.add_snapshot("proj-a", "a", C)
    at.clock.advance(age)

    planned = run(at, MADE)

    assert len(at.work) == writes and bool(planned.warnings) == warns
    assert snapshots(at) == ["s1", C]
    assert at.existing("proj-a", "c")["origin"]["snapshot"] == C


def test_old_one_that_is_held_stays() -> None:
    at = appliance_of()
    at.add_snapshot("proj-a", "a", C)
    at.do("PUT", f"{A}/snapshots/{C}", {"retentionpolicy": "unlocked"})
    at.clock.advance(90000)

    run(at, MADE)

    assert snapshots(at) == ["s1", C, temporary_name(NAMES, 1)]


@pytest.mark.parametrize("sparse", [False, True])
def test_room_is_judged_before_the_first_write(sparse: bool) -> None:
    at = appliance_of(sparse=sparse)
    at.do("PUT", f"{ROOT}/proj-a", {"quota": GIB + GIB // 2})
    planned = plan(at, MADE)

    if sparse:
        apply(planned, at)
        return
    with pytest.raises(PlanRefused, match=r"it takes 1G, and project tank/proj-a has 479\.48M left"):
        require(planned.preconditions, at)
    with pytest.raises(PlanRefused, match=r"it takes 1G, and project tank/proj-a has 479\.48M left"):
        apply(planned, at)
    assert at.sent == []


def test_body_of_the_clone_has_neither_size_nor_blocks() -> None:
    steps = plan(appliance_of(volblocksize="16k"), {**GROWN, "volblocksize": "16k"}).steps

    assert [(step.method, step.body) for step in steps] == [
        ("POST", {"name": C}),
        ("PUT", {"project": "proj-a", "share": "c", "initiatorgroup": "com.sun.ms.vss.hg.maskAll"}),
        ("PUT", {"volsize": 2 * GIB}),
    ]


def test_appliance_that_asks_before_it_destroys_is_answered() -> None:
    at = appliance_of(switches={"confirm-destroy": "always"})
    planned = plan(at, GROWN)
    at.fault({"status": 403}, method="PUT", path="/luns/c$")
    with pytest.raises(ZfssaError) as caught:
        apply(planned, at)
    undone = snapshots(at)
    run(at, MADE)
    run(at, ABSENT)

    assert caught.value.steps_done == () and undone == ["s1"]
    assert at.luns() == ["proj-a/a"] and snapshots(at) == ["s1"]


def test_clone_that_somebody_has_made_of_the_snapshot_in_the_last_moment_lives() -> None:
    at = appliance_of("2013.1")
    run(at, MADE)
    planned = plan(at, ABSENT)
    at.do("PUT", f"{A}/snapshots/{C}/clone", {"share": "theirs"})

    apply(planned, at)

    assert at.luns() == ["proj-a/a", "proj-a/theirs"] and snapshots(at) == ["s1", C]


def test_clone_that_got_dependents_in_the_last_moment_lives() -> None:
    at = appliance_of("2013.1")
    run(at, MADE)
    planned = plan(at, ABSENT)
    at.add_snapshot("proj-a", "c", "theirs")

    with pytest.raises(PlanRefused, match="holds snapshot theirs"):
        apply(planned, at)

    assert at.luns() == ["proj-a/a", "proj-a/c"]


def test_clone_of_a_clone_that_is_made_in_the_last_moment_is_not_lost() -> None:
    """Whoever clones the clone between all looks at it and its end: the appliance is asked to destroy the clone alone, and refuses."""
    at = appliance_of("8.8")
    run(at, MADE)
    planned = plan(at, ABSENT)
    at.meanwhile = lambda: run(at, {**MADE, "name": "d", "source": {**SOURCE, "lun": "c"}})

    with pytest.raises(ZfssaError):
        apply(planned, at)

    assert at.luns() == ["proj-a/a", "proj-a/c", "proj-a/d"]


def test_snapshot_that_stays_behind_is_said() -> None:
    at = appliance_of()
    run(at, MADE)
    planned = plan(at, ABSENT)
    at.fault({"status": 403}, method="DELETE", path=f"/{C}$")

    with pytest.raises(
        ZfssaError, match=f"LUN tank/proj-a/c is destroyed, and snapshot tank/proj-a/a@{C}, which it"
    ) as caught:
        apply(planned, at)

    assert caught.value.steps_done == ("destroy LUN tank/proj-a/c",)


def test_nobody_knows_whether_it_is_removed() -> None:
    at = appliance_of()
    run(at, MADE)
    planned = plan(at, ABSENT)
    at.fates = [AFTER]
    at.fault({"status": 500}, method="GET", path="/luns/c$")

    with pytest.raises(LostReply):
        apply(planned, at)


DOCUMENT = [{**ABSENT, "name": "old"}, MADE, {**GROWN, "name": "d", "source": {**SOURCE, "lun": "c"}}]


def document_at(release: str) -> Dying:
    """An appliance with the clone that the document removes."""
    at = appliance_of(release)
    run(at, {**MADE, "name": "old"})
    at.work.clear()
    return at


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize(("write", "fate"), list(product(range(7), (BEFORE, AFTER, LATE))))
def test_document_with_clones_is_carried_out_whichever_answer_is_lost(release: str, write: int, fate: str) -> None:
    at = document_at(release)
    many = plan_many(at, [(LUN, one) for one in DOCUMENT])
    assert len(many.steps) == 7
    at.fates = [*([FINE] * write), fate]

    apply_plan(many, at)

    assert at.luns() == ["proj-a/a", "proj-a/c", "proj-a/d"]
    assert snapshots(at) == ["s1", C] and snapshots(at, "c") == [temporary_name({**NAMES, "name": "d"})]
    assert not plan_many(at, [(LUN, one) for one in DOCUMENT]).changed


names = st.from_regex(r"[A-Za-z0-9_:\-][A-Za-z0-9_.:\-]{0,30}", fullmatch=True)
clones = st.fixed_dictionaries({"pool": names, "project": names, "name": names})


@given(clones, st.integers(0, 1000), clones, st.integers(0, 1000))
def test_no_two_clones_share_a_name(one: dict[str, str], number: int, other: dict[str, str], another: int) -> None:
    first, second = temporary_name(one, number), temporary_name(other, another)

    assert is_temporary(check_name("name", first)) and len(first) <= 64
    assert (first == second) == ((one, number) == (other, another))


@given(st.one_of(st.none(), st.integers(), names, st.from_regex(r"zfssa-clone-[0-9a-f]{0,41}", fullmatch=True)))
def test_no_name_that_somebody_has_typed_is_a_temporary_one(name: Any) -> None:
    assert not is_temporary(name)
