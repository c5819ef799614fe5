"""A plan is carried out step by step, each once and only once, whatever becomes of its answer."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest
from book import Book
from lab_client import AFTER, BEFORE, FINE, LATE, LabClient

from ansible_collections.zfssa.storage.plugins.module_utils.engine import _apply
from ansible_collections.zfssa.storage.plugins.module_utils.engine._apply import apply
from ansible_collections.zfssa.storage.plugins.module_utils.engine._outcome import Seen
from ansible_collections.zfssa.storage.plugins.module_utils.engine._plan import Item, Step, Wait, unchanged
from ansible_collections.zfssa.storage.plugins.module_utils.engine._planner import plan_absent, plan_present
from ansible_collections.zfssa.storage.plugins.module_utils.engine._read import read
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.lun._table import LUN
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import (
    ApplianceError,
    Busy,
    CertificateRefused,
    ConfirmRequired,
    Conflict,
    Denied,
    InvalidArgument,
    LostReply,
    NotFound,
    ObjectExists,
    PlanRefused,
    Unfinished,
    Unreachable,
    UpdateFailed,
    WaitTimeout,
    ZfssaError,
)

NAMES = {"pool": "tank", "project": "proj-a", "name": "lun-a"}
LIST = "/api/storage/v1/pools/tank/projects/proj-a/luns"
PATH = f"{LIST}/lun-a"
GIB = 1024**3


def step(verb: str = "set", **values: Any) -> Step:
    """A step that is done when the object at its path has `x` equal 1."""
    given: dict[str, Any] = {
        "label": "box",
        "method": "PUT",
        "path": "/box",
        "body": {"x": 1},
    }
    seen: dict[str, Any] = {
        "probe": "/box",
        "done": lambda body: body == {"x": 1},
        "giving": lambda body: {"box": body["x"]} if "x" in body else None,
    }
    names = {field.name for field in fields(Seen)}
    seen.update({name: value for name, value in values.items() if name in names})
    values = {name: value for name, value in values.items() if name not in names}
    return Step(verb, **{**given, **values}, outcome=Seen(**seen))


def plan(*steps: Step, waits: tuple[Wait, ...] = ()) -> Item:
    """A plan whose result was 0 before."""
    return Item(steps, {"box": 0, "other": 5}, {"box": 1, "other": 5}, waits)


def wait(**values: Any) -> Wait:
    """A wait for `x` to be 1, without pauses."""
    given: dict[str, Any] = {
        "path": "/box",
        "done": lambda body: body == {"x": 1},
        "what": "the box",
        "describe": str,
        "timeout": 60,
        "interval": 0,
    }
    return Wait(**{**given, **values})


@pytest.fixture
def appliance() -> LabClient:
    """An appliance with one empty project."""
    made = LabClient()
    made.add_project("proj-a")
    return made


def test_plan_without_steps_sends_nothing() -> None:
    book = Book({})

    assert apply(unchanged({"box": 3}), book) == {"box": 3}
    assert (book.reads, book.sent) == ([], [])


def test_results_are_what_the_appliance_answers() -> None:
    book = Book({})
    book.answers = [{"x": 7}]

    assert apply(plan(step()), book) == {"box": 7, "other": 5}
    assert book.sent == [("PUT", "/box", {"x": 1})]
    assert book.reads == []


def test_answer_without_the_object_is_completed_by_a_read() -> None:
    book = Book({"/box": {"x": 7}})

    assert apply(plan(step()), book) == {"box": 7, "other": 5}
    assert book.reads == ["/box"]


def test_steps_are_carried_out_in_order() -> None:
    book = Book({})
    book.answers = [{"x": 1}, {"x": 2}]

    assert apply(plan(step("a", path="/1"), step("b", path="/2")), book)["box"] == 2
    assert [path for _method, path, _body in book.sent] == ["/1", "/2"]


def test_failure_names_the_step_and_those_before_it_and_ends_the_run() -> None:
    book = Book({})
    book.answers = [{"x": 1}, Denied("operation denied", status=403)]

    with pytest.raises(Denied) as caught:
        apply(plan(step("a"), step("b"), step("c")), book)

    assert caught.value.steps_done == ("a box",)
    assert str(caught.value).startswith("Cannot b box: operation denied [403]; done before that:")
    assert len(book.sent) == 2


@pytest.mark.parametrize(
    "refusal",
    [
        InvalidArgument("no", status=400),
        Denied("no", status=403),
        Conflict("no", status=409),
        Busy("no", status=503),
    ],
)
def test_refusal_is_final(refusal: ApplianceError) -> None:
    book = Book({"/box": {"x": 1}})
    book.answers = [refusal]

    with pytest.raises(type(refusal)):
        apply(plan(step()), book)

    assert len(book.sent) == 1
    assert book.reads == []


MET = (NotFound("no", status=404), ObjectExists("no", status=409))


@pytest.mark.parametrize("refusal", MET)
def test_what_somebody_else_has_done_meanwhile_is_well(refusal: ApplianceError) -> None:
    book = Book({"/box": {"x": 1}})
    book.answers = [refusal]

    assert apply(plan(step()), book)["box"] == 1
    assert len(book.sent) == 1


@pytest.mark.parametrize("there", [None, {"x": 2}, Busy("busy", status=503)])
@pytest.mark.parametrize("refusal", MET)
def test_what_somebody_else_has_done_otherwise_is_refused_as_ever(refusal: ApplianceError, there: Any) -> None:
    book = Book({"/box": there})
    book.answers = [refusal]

    with pytest.raises(type(refusal)):
        apply(plan(step()), book)


def test_name_that_is_taken_is_no_success_where_any_object_may_have_it() -> None:
    book = Book({"/box": {"x": 1}})
    book.answers = [ObjectExists("no", status=409)]

    with pytest.raises(ObjectExists):
        apply(plan(step(conclusive=False)), book)


@pytest.mark.parametrize("refusal", [*MET, Conflict("no", status=409), Busy("no", status=503)])
def test_refusal_of_what_the_client_has_repeated_is_looked_after(refusal: ApplianceError) -> None:
    refusal.repeated = True
    book = Book({"/box": {"x": 1}})
    book.answers = [refusal]

    assert apply(plan(step(conclusive=False)), book)["box"] == 1


def foreign(_pages: object) -> None:
    """A precondition that does not hold: the pool is with the other node."""
    raise PlanRefused("pool tank belongs to west of this cluster", advice="set host to west")


def gone(**values: Any) -> Step:
    """A step that is done when there is nothing at its path any more, unless that is with the other node."""
    return step("destroy", method="DELETE", done=lambda body: body is None, where=(foreign,), **values)


def test_absence_with_the_other_node_is_no_success_of_a_lost_request() -> None:
    book = Book({})
    book.answers = [LostReply("lost")]

    with pytest.raises(
        LostReply,
        match=r"could not be determined whether it was carried out .pool tank belongs to west of this cluster.",
    ):
        apply(plan(gone()), book)

    assert len(book.sent) == 1


def test_absence_with_the_other_node_is_told_as_such() -> None:
    book = Book({})
    book.answers = [NotFound("not found", status=404)]

    with pytest.raises(
        PlanRefused, match="Cannot destroy box: pool tank belongs to west of this cluster; set host to west"
    ):
        apply(plan(gone()), book)


@pytest.mark.parametrize("status", [500, 502, 504])
def test_error_of_the_server_is_success_when_the_work_is_done(status: int) -> None:
    book = Book({"/box": {"x": 1}})
    book.answers = [ApplianceError("oops", status=status)]

    assert apply(plan(step()), book)["box"] == 1
    assert len(book.sent) == 1


def test_error_of_the_server_stays_one_when_the_work_is_not_done() -> None:
    book = Book({"/box": {"x": 0}})
    book.answers = [ApplianceError("oops", status=500)]

    with pytest.raises(ApplianceError, match="oops"):
        apply(plan(step()), book)

    assert len(book.sent) == 1


@pytest.mark.parametrize(
    ("fates", "sent", "worked", "succeeds"),
    [
        ([], 1, 1, True),
        ([AFTER], 1, 1, True),
        ([BEFORE], 2, 1, True),
        ([BEFORE, AFTER], 2, 1, True),
        ([BEFORE, BEFORE], 2, 0, False),
        ([LATE], 2, 1, True),
        ([BEFORE, LATE], 2, 1, False),
    ],
)
@pytest.mark.parametrize("task", ["create", "destroy"])
def test_lost_answer_is_looked_after(
    task: str,
    fates: list[str],
    sent: int,
    worked: int,
    succeeds: bool,
    appliance: LabClient,
) -> None:
    if task == "create":
        todo = plan_present(LUN, NAMES, None, {"size": GIB})
    else:
        appliance.add_lun("proj-a", "lun-a", volsize=GIB)
        todo = plan_absent(LUN, NAMES, read(appliance, LUN, NAMES), [])
    appliance.fates = list(fates)

    try:
        result = apply(todo, appliance)
    except LostReply:
        assert not succeeds
    else:
        assert succeeds
        assert result == {"lun": read(appliance, LUN, NAMES)}

    assert (len(appliance.sent), len(appliance.work)) == (sent, worked)


def test_object_of_somebody_else_is_not_taken_for_ones_own(appliance: LabClient) -> None:
    todo = plan_present(LUN, NAMES, None, {"size": GIB})
    appliance.add_lun("proj-a", "lun-a", volsize=2 * GIB)
    appliance.fates = [BEFORE]

    with pytest.raises(ObjectExists):
        apply(todo, appliance)

    assert appliance.existing("proj-a", "lun-a")["volsize"] == 2 * GIB


@pytest.mark.parametrize(
    ("pages", "reads"),
    [([{"x": 1}], 1), ([{"x": 0}, {"x": 1}], 2), ([{"x": 0}] * 5 + [{"x": 1}], 6)],
    ids=["done at once", "done soon", "done late"],
)
def test_request_whose_answer_has_no_end_is_watched_and_not_sent_again(
    pages: list[Any], reads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_apply, "_LOOK_INTERVAL", 0.0)
    book = Book({"/box": pages})
    book.answers = [Unfinished("the answer has not ended", patience=60)]

    assert apply(plan(step()), book)["box"] == 1
    assert (len(book.sent), len(book.reads)) == (1, reads)


def test_request_whose_answer_has_no_end_and_that_does_nothing_fails_unrepeated() -> None:
    book = Book({"/box": {"x": 0}})
    book.answers = [Unfinished("the answer has not ended")]

    with pytest.raises(Unfinished) as caught:
        apply(plan(step()), book)

    assert str(caught.value) == (
        "Cannot set box: the answer has not ended, and a look afterwards did not show that it was done; look at the object on the "
        "appliance before you try again."
    )
    assert len(book.sent) == 1


def test_look_that_has_no_end_either_leaves_it_open() -> None:
    book = Book({"/box": Unfinished("no answer")})
    book.answers = [Unfinished("the answer has not ended", patience=60)]

    with pytest.raises(LostReply, match=r"could not be determined whether it was carried out .no answer."):
        apply(plan(step()), book)

    assert (len(book.sent), len(book.reads)) == (1, 1)


def test_conflict_with_ones_own_first_request_is_looked_after() -> None:
    book = Book({"/box": [{"x": 0}, {"x": 1}]})
    book.answers = [LostReply("lost"), ObjectExists("taken", status=409)]

    assert apply(plan(step()), book)["box"] == 1


@pytest.mark.parametrize("refusal", [Conflict("state changed", status=409), InvalidArgument("is sending", status=400)])
def test_any_refusal_of_the_repeat_is_looked_after(refusal: ApplianceError) -> None:
    book = Book({"/box": [{"x": 0}, {"x": 1}]})
    book.answers = [LostReply("lost"), refusal]

    assert apply(plan(step()), book)["box"] == 1


def test_refusal_of_the_repeat_is_told() -> None:
    book = Book({"/box": {"x": 0}})
    book.answers = [LostReply("lost"), Denied("operation denied", status=403)]

    with pytest.raises(Denied):
        apply(plan(step()), book)


def test_destruction_is_confirmed_when_asked(appliance: LabClient) -> None:
    appliance.add_lun("proj-a", "lun-a", volsize=GIB)
    appliance.lab.switches.put("confirm-destroy", "always")
    todo = plan_absent(LUN, NAMES, read(appliance, LUN, NAMES), ["snapshot s1"], allowed={"force": True})

    assert apply(todo, appliance) == {"lun": None}
    assert [entry[3] for entry in appliance.sent] == [None, {"confirm": "true"}]


def test_confirmation_is_not_given_without_permission() -> None:
    book = Book({})
    book.answers = [ConfirmRequired("confirm", status=409, fault="ERR_CONFIRM_REQUIRED")]

    with pytest.raises(ConfirmRequired):
        apply(plan(step()), book)

    assert len(book.sent) == 1


def test_confirmation_whose_answer_is_lost_is_looked_after(appliance: LabClient) -> None:
    appliance.add_lun("proj-a", "lun-a", volsize=GIB)
    appliance.lab.switches.put("confirm-destroy", "always")
    appliance.fates = [FINE, AFTER]
    todo = plan_absent(LUN, NAMES, read(appliance, LUN, NAMES), ["snapshot s1"], allowed={"force": True})

    assert apply(todo, appliance) == {"lun": None}
    assert len(appliance.sent) == 2


def test_wait_comes_after_its_step_and_gives_the_results() -> None:
    book = Book({"/box": [{"x": 5}, {"x": 3}, {"x": 1}]})
    book.answers = [{"x": 9}]

    assert apply(plan(step(wait=wait())), book)["box"] == 1
    assert book.reads == ["/box"] * 3


def test_wait_before_the_first_step_holds_it_up() -> None:
    book = Book({"/box": {"x": 0}})

    with pytest.raises(WaitTimeout, match=r"the box was not done after 0 s; last seen: \{'x': 0\}"):
        apply(plan(step(), waits=(wait(timeout=0),)), book)

    assert book.sent == []


def test_step_whose_wait_fails_counts_as_done() -> None:
    def fail(_body: object) -> bool:
        raise UpdateFailed("ended with: failed")

    book = Book({"/box": {"x": 0}})
    book.answers = [{"x": 0}]

    with pytest.raises(UpdateFailed) as caught:
        apply(plan(step(wait=wait(done=fail))), book)

    assert caught.value.steps_done == ("set box",)


def test_wait_before_the_first_step_adds_nothing_to_the_results() -> None:
    book = Book({"/box": {"x": 1}})
    book.answers = [{"x": 1}]

    assert set(apply(plan(step(), waits=(wait(),)), book)) == {"box", "other"}


def test_step_that_was_answered_counts_as_done_when_the_read_after_it_fails() -> None:
    book = Book({"/box": ApplianceError("oops", status=500)})
    book.answers = [{}]

    with pytest.raises(ZfssaError) as caught:
        apply(plan(step()), book)

    assert caught.value.steps_done == ("set box",)


@pytest.mark.parametrize(
    "trouble",
    [
        Unreachable("no connection", fleeting=True),
        LostReply("the connection broke"),
        Busy("busy", status=503),
        ApplianceError("oops", status=500),
    ],
)
def test_wait_goes_on_while_the_appliance_cannot_be_read(trouble: ZfssaError) -> None:
    book = Book({"/box": [trouble, {"x": 3}, trouble, {"x": 1}]})
    book.answers = [{"x": 9}]

    assert apply(plan(step(wait=wait())), book)["box"] == 1


def test_wait_that_ends_in_trouble_tells_it() -> None:
    book = Book({"/box": LostReply("the connection broke")})
    book.answers = [{"x": 9}]

    with pytest.raises(WaitTimeout, match="last seen: the connection broke"):
        apply(plan(step(wait=wait(timeout=0))), book)


@pytest.mark.parametrize("trouble", [Denied("no", status=403), CertificateRefused("it does not verify")])
def test_wait_ends_at_once_where_waiting_does_not_help(trouble: ZfssaError) -> None:
    book = Book({"/box": trouble})
    book.answers = [{"x": 9}]

    with pytest.raises(type(trouble)):
        apply(plan(step(wait=wait())), book)

    assert book.reads == ["/box"]


def test_step_is_completed_from_what_the_steps_before_it_made() -> None:
    made = step("make", path="/boxes", method="POST", probe="/boxes", giving=lambda body: {"box": body["id"]})
    tail = replace(
        step("fill", path="", giving=lambda _body: {"other": 6}),
        completed=lambda results: step("fill", path=f"/box/{results['box']}", giving=lambda _body: {"other": 6}),
    )
    book = Book({})
    book.answers = [{"id": 7}, {}]

    results = apply(plan(made, tail), book)

    assert [path for _method, path, _body in book.sent] == ["/boxes", "/box/7"]
    assert results == {"box": 7, "other": 6}
