"""Members that others change at the same time: whoever interleaves how, every change is there in the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from book import Answer

from ansible_collections.zfssa.storage.plugins.module_utils.engine._apply import apply
from ansible_collections.zfssa.storage.plugins.module_utils.engine._membership import (
    Pace,
    ReplaceList,
    members_after,
)
from ansible_collections.zfssa.storage.plugins.module_utils.engine._outcome import Seen
from ansible_collections.zfssa.storage.plugins.module_utils.engine._plan import Item, Step, unchanged
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import (
    ApplianceError,
    Busy,
    Conflict,
    LostReply,
    NotFound,
    ObjectExists,
    PlanRefused,
    Unfinished,
    ZfssaError,
)

PATH = "/api/san/v1/iscsi/initiator-groups/ig-a"
READ, WRITE = 0.25, 2.0


class Group:
    """A group of the appliance, and time, in which others come between.

    Attributes:
        members: who is in it; `None` when there is no group.
        now: seconds.
        sent: the methods of the writes that came.
        slept: the pauses.
        before_read, in_sleep: what others do before each read and in each pause, in order; `None` for nothing.
        fates: what becomes of the writes, in order: an exception for trouble before it is carried out, a pair of `True`
            and an exception for trouble afterwards, `None` for none.
    """

    def __init__(self, *members: str, exists: bool = True) -> None:
        self.members: list[str] | None = list(members) if exists else None
        self.now = 0.0
        self.sent: list[str] = []
        self.slept: list[float] = []
        self.before_read: list[Callable[[], object] | None] = []
        self.in_sleep: list[Callable[[], object] | None] = []
        self.fates: list[Any] = []

    def replace(self, *members: str) -> None:
        """Somebody else writes the whole list."""
        self.members = list(members)

    def remove(self) -> None:
        """Somebody else removes the group."""
        self.members = None

    def get(self, path: str, params: dict[str, str] | None = None) -> dict[str, Any] | None:
        """Read as a client does."""
        if self.before_read and (happens := self.before_read.pop(0)):
            happens()
        self.now += READ
        return None if self.members is None else {"group": {"initiators": list(self.members)}}

    def tell(self, text: str) -> None:
        """Nobody listens."""

    def send(self, method: str, path: str, body: dict[str, Any] | None = None, params: Any = None) -> Answer:
        """Write as a client does."""
        assert body is not None
        self.sent.append(method)
        self.now += WRITE
        fate = self.fates.pop(0) if self.fates else None
        _fail(fate)
        if method == "POST" and self.members is not None:
            raise ObjectExists("there is one", status=409)
        if method == "PUT" and self.members is None:
            raise NotFound("there is none", status=404)
        self.members = list(body["initiators"])
        _fail(fate and fate[1])
        return Answer({"group": {"initiators": list(self.members)}})

    def sleep(self, seconds: float) -> None:
        """Let time pass, in which something may happen."""
        self.slept.append(seconds)
        self.now += seconds
        if self.in_sleep and (happens := self.in_sleep.pop(0)):
            happens()

    @property
    def pace(self) -> Pace:
        """Time as it passes here."""
        return Pace(clock=lambda: self.now, sleep=self.sleep, chance=lambda: 1.0)


def _fail(fate: object) -> None:
    """Raise what becomes of a write, if that is trouble."""
    if isinstance(fate, Exception):
        raise fate


def plan(group: Group, way: str, *given: str) -> Item:
    """Read the group, and plan that members are in it, or not."""
    body = group.get(PATH)
    present = None if body is None else body["group"]["initiators"]
    if present is None and way == "remove":
        return unchanged({"group": None})
    after = members_after(way, present or [], given)
    if present is not None and sorted(present) == after:
        return unchanged({"group": after})
    method = "PUT" if present is not None else "POST"
    step = Step(
        verb="update",
        label="group",
        method=method,
        path=PATH,
        body={"initiators": after},
        outcome=Seen(
            probe=PATH,
            done=lambda body: body is not None and body["group"]["initiators"] == after,
            giving=lambda body: {"group": body["group"]["initiators"]},
        ),
    )
    return Item((step,), {"group": present}, {"group": after})


def apply_among_others(first: Item, again: Callable[[], Item], group: Group, members: str = "m") -> Any:
    """Carry out a plan that replaces the list."""
    among_others = ReplaceList(members, lambda _client: again(), group.pace)
    return apply(replace(first, carry_out=among_others), group)


def change(group: Group, way: str, *given: str) -> Any:
    """Change the members, as a task does."""
    again = partial(plan, group, way, *given)
    return apply_among_others(again(), again, group, members="the members")["group"]


@pytest.mark.parametrize(
    ("way", "after"),
    [("exact", ["b", "d"]), ("add", ["a", "b", "c", "d"]), ("remove", ["a", "c"])],
)
def test_members_that_there_shall_be(way: str, after: list[str]) -> None:
    assert members_after(way, ["c", "b", "a"], ["d", "b"]) == after


@pytest.mark.parametrize(
    ("way", "after"),
    [("exact", ["iqn.b"]), ("add", ["IQN.a", "iqn.b", "t"]), ("remove", ["IQN.a", "t"])],
)
def test_members_keep_their_spelling(way: str, after: list[str]) -> None:
    assert members_after(way, ["iqn.b", "IQN.a", "t"], ["iqn.B"]) == after


def test_other_names_mean_what_they_are() -> None:
    assert members_after("remove", ["T"], ["t"]) == ["T"]


def test_nothing_is_written_when_all_is_as_wanted() -> None:
    group = Group("a", "b")

    assert change(group, "add", "a") == ["a", "b"]
    assert group.sent == [] and group.slept == []


@pytest.mark.parametrize("took", [0.0, 3.0])
def test_second_look_comes_after_the_time_that_all_has_taken(took: float) -> None:
    group = Group("a")
    again = partial(plan, group, "add", "b")

    result = apply_among_others(replace(again(), took=took), again, group)

    assert result == {"group": ["a", "b"]}
    assert group.sent == ["PUT"]
    assert group.slept == [took + WRITE + READ]


@pytest.mark.parametrize(("duration", "pause"), [(0.0, 0.5), (100.0, 30.0)])
def test_second_look_is_neither_too_early_nor_too_late(
    duration: float, pause: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(globals(), "WRITE", duration)
    monkeypatch.setitem(globals(), "READ", 0.0)
    group = Group("a")

    change(group, "add", "b")

    assert group.slept == [pause]


def test_change_that_is_overwritten_before_the_first_look_is_made_again() -> None:
    group = Group("a")
    # The other one has read [a], and writes after us.
    group.before_read = [None, lambda: group.replace("a", "other")]

    assert change(group, "add", "b") == ["a", "b", "other"]
    assert group.sent == ["PUT", "PUT"]


def test_change_that_is_overwritten_after_the_first_look_is_made_again() -> None:
    group = Group("a")
    group.in_sleep = [lambda: group.replace("a", "other")]

    assert change(group, "add", "b") == ["a", "b", "other"]
    assert group.sent == ["PUT", "PUT"]


def test_member_that_comes_back_is_taken_out_again() -> None:
    group = Group("a", "b")
    group.in_sleep = [lambda: group.replace("a", "b", "other")]

    assert change(group, "remove", "b") == ["a", "other"]


def test_what_others_add_meanwhile_is_no_reason_to_write_again() -> None:
    group = Group("a")
    group.before_read = [None, lambda: group.replace("a", "b", "other")]

    assert change(group, "add", "b") == ["a", "b", "other"]
    assert group.sent == ["PUT"]


def test_change_that_somebody_else_makes_good_is_still_looked_after() -> None:
    group = Group("a")
    # Overwritten, then there again by another's doing before we come to it, and overwritten once more.
    group.in_sleep = [
        lambda: group.replace("a", "x"),
        lambda: group.replace("a", "b"),
        lambda: group.replace("a", "y"),
    ]

    assert change(group, "add", "b") == ["a", "b", "y"]


def test_group_that_is_made_is_not_looked_after() -> None:
    group = Group(exists=False)

    assert change(group, "add", "b") == ["b"]
    assert group.sent == ["POST"] and group.slept == []


def test_group_that_somebody_else_makes_first_gets_the_member() -> None:
    group = Group(exists=False)
    first = plan(group, "add", "b")
    group.replace("other")

    result = apply_among_others(first, partial(plan, group, "add", "b"), group)

    assert result == {"group": ["b", "other"]}
    assert group.sent == ["POST", "PUT"]


def test_group_that_is_removed_meanwhile_is_made_again() -> None:
    group = Group("a")
    first = plan(group, "add", "b")
    group.remove()

    result = apply_among_others(first, partial(plan, group, "add", "b"), group)

    assert result == {"group": ["b"]}


def test_group_that_is_removed_has_lost_the_member_as_well() -> None:
    group = Group("a", "b")
    first = plan(group, "remove", "b")
    group.remove()

    result = apply_among_others(first, partial(plan, group, "remove", "b"), group)

    assert result == {"group": None}
    assert group.sent == ["PUT"]


@pytest.mark.parametrize("trouble", [LostReply("lost"), ApplianceError("ill", status=500)])
def test_write_that_was_carried_out_in_spite_of_trouble_is_not_repeated(trouble: ZfssaError) -> None:
    group = Group("a")
    group.fates = [(True, trouble)]

    assert change(group, "add", "b") == ["a", "b"]
    assert group.sent == ["PUT"]


def test_write_that_got_lost_is_made_again_from_what_there_is_now() -> None:
    group = Group("a")
    group.fates = [LostReply("lost")]
    group.before_read = [None, lambda: group.replace("a", "other")]

    assert change(group, "add", "b") == ["a", "b", "other"]
    assert group.sent == ["PUT", "PUT"]


def test_write_that_gets_lost_twice_is_given_up() -> None:
    group = Group("a")
    group.fates = [LostReply("lost"), LostReply("lost again")]

    with pytest.raises(LostReply, match="Cannot update group: lost again"):
        change(group, "add", "b")

    assert group.sent == ["PUT", "PUT"]


@pytest.mark.parametrize(
    "refusal",
    [Conflict("numbers collide", status=409), ApplianceError("ill", status=500), Busy("busy", status=503)],
)
def test_refusal_is_not_tried_again(refusal: ApplianceError) -> None:
    group = Group("a")
    group.fates = [refusal]

    with pytest.raises(type(refusal)) as caught:
        change(group, "add", "b")

    assert group.sent == ["PUT"]
    assert caught.value.steps_done == ()
    assert str(caught.value).startswith("Cannot update group: ")


def test_precondition_that_stands_against_the_repetition_tells_what_was_done() -> None:
    group = Group("a", "b")
    plans: list[Any] = [plan(group, "remove", "b"), plan(group, "remove", "b")]

    def replan() -> Item:
        if plans:
            return plans.pop()
        raise PlanRefused("the last one")

    with pytest.raises(PlanRefused) as caught:
        apply_among_others(plans.pop(), replan, group)

    assert caught.value.steps_done == ("update group",)


def test_look_that_fails_after_a_lost_answer_leaves_it_open() -> None:
    group = Group("a")
    group.fates = [(True, LostReply("lost"))]

    def ill() -> None:
        raise ApplianceError("ill", status=500)

    group.before_read = [None, ill]

    with pytest.raises(LostReply, match=r"lost, and it could not be determined whether it was carried out \(ill\)"):
        change(group, "add", "b")


def test_others_who_never_stop_are_told_of() -> None:
    group = Group("a")

    def fight() -> None:
        group.replace("a")

    group.before_read = [fight] * 99

    with pytest.raises(Conflict, match="others have undone the change of the members 12 times") as caught:
        change(group, "add", "b")

    assert group.sent == ["PUT"] * 12
    assert len(caught.value.steps_done) == 12
    assert max(group.slept) <= 30


@pytest.mark.parametrize("after", [0, 1, 3])
def test_write_whose_answer_has_no_end_is_watched_and_not_sent_again(after: int) -> None:
    group = Group("a")
    group.fates = [Unfinished("no answer", patience=60)]
    group.in_sleep = [None] * after + [lambda: group.replace("a", "b")]

    assert change(group, "add", "b") == ["a", "b"]
    assert group.sent == ["PUT"]


def test_write_whose_answer_has_no_end_and_that_does_nothing_fails_unrepeated() -> None:
    group = Group("a")
    group.fates = [Unfinished("no answer", patience=60)]

    with pytest.raises(Unfinished):
        change(group, "add", "b")

    assert group.sent == ["PUT"]
    assert 60 <= group.now < 80
