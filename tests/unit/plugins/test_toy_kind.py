"""A new kind of object is one description: all that tasks do with it, and its export, come of that alone."""

from __future__ import annotations

import ast
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from book import Book

from ansible_collections.zfssa.storage.plugins.module_utils.engine._apply import apply_plan
from ansible_collections.zfssa.storage.plugins.module_utils.engine._kind import Kind
from ansible_collections.zfssa.storage.plugins.module_utils.engine._many import plan_many
from ansible_collections.zfssa.storage.plugins.module_utils.engine._resource import Property, Resource
from ansible_collections.zfssa.storage.plugins.module_utils.run._perform import Mode, perform
from ansible_collections.zfssa.storage.plugins.module_utils.run._task import Task
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import NotFound, ObjectExists
from ansible_collections.zfssa.storage.plugins.module_utils.values._types import Choice, Size, Word

Wire = dict[str, Any]

TOY = Kind(
    Resource(
        kind="toy", plural="toys", title="toy", collection="/api/boxes/{box}/toys", scope=("box",),
        properties=(
            Property("size", "bytes", Size(least=1), create_only=True),
            Property("colour", "color", Choice(("red", "blue")), initial="red"),
            Property("id", "id", Word(), read_only=True, decided=True),
        ),
        required_to_create=("size",),
    ),
    new_names={"new_box": "box", "new_name": "name"},
)  # fmt: skip
TASK = Task.of(TOY.operation())
CONNECTION = {"host": "zs-east", "session": "token-word"}
CAR: Wire = {"box": "a", "name": "car", "bytes": 1024, "color": "red", "id": "toy-1"}
SHOWN: Wire = {"box": "a", "name": "car", "size": 1024, "colour": "red", "id": "toy-1"}


class Boxes(Book):
    """An appliance that has boxes with toys in them."""

    def __init__(self, *toys: Wire) -> None:
        super().__init__({})
        self.log: list[tuple[str, str, int]] = []
        self.toys = {(toy["box"], toy["name"]): dict(toy) for toy in toys}

    def get(self, path: str, params: Any = None) -> Wire | None:
        """Read a toy, or the list of those in a box."""
        box, *names = path.split("/")[3::2]
        if not names:
            return {"toys": [dict(toy) for (there, _name), toy in self.toys.items() if there == box]}
        (name,) = names
        return {"toy": dict(self.toys[box, name])} if (box, name) in self.toys else None

    def send(self, method: str, path: str, body: Wire | None = None, params: Any = None) -> Any:
        """Make, change or remove a toy."""
        # Refused or not, it was sent.
        try:
            self.answers = [self._done(method, *path.split("/")[3::2], **(body or {}))]
        except (NotFound, ObjectExists) as refusal:
            self.answers = [refusal]
        return super().send(method, path, body, params)

    def _done(self, method: str, box: str, old: str = "", /, **body: Any) -> Wire:
        if method == "POST":
            toy = {"box": box, "color": "red", "id": f"toy-{len(self.toys) + 1}", **body}
        elif (box, old) not in self.toys:
            raise NotFound("not found", status=404)
        else:
            toy = {**self.toys.pop((box, old)), **body}
        if (toy["box"], toy["name"]) in self.toys:
            raise ObjectExists("taken", status=409)
        if method == "DELETE":
            return {}
        self.toys[toy["box"], toy["name"]] = toy
        return {"toy": dict(toy)}


def run(boxes: Boxes, *, check: bool = False, **options: Any) -> Wire:
    """Run the toy's module from its options to its result."""
    checked = ArgumentSpecValidator(TASK.argument_spec()).validate({**CONNECTION, "box": "a", "name": "car", **options})
    assert not checked.error_messages
    return perform(TASK, checked.validated_parameters, Mode(check=check), lambda _connection: nullcontext(boxes))  # type: ignore[arg-type,return-value]


TOYS = "/api/boxes/a/toys"
CASES: dict[str, tuple[list[Wire], Wire, Wire | None, list[tuple[str, str, Any]]]] = {
    "create": ([], {"size": "1k"}, SHOWN, [("POST", TOYS, {"name": "car", "bytes": 1024})]),
    "no-op": ([CAR], {"size": "1k", "colour": "red"}, SHOWN, []),
    "update": ([CAR], {"colour": "blue"}, {**SHOWN, "colour": "blue"}, [("PUT", f"{TOYS}/car", {"color": "blue"})]),
    "rename": ([CAR], {"new_name": "bus"}, {**SHOWN, "name": "bus"}, [("PUT", f"{TOYS}/car", {"name": "bus"})]),
    "move": ([CAR], {"new_box": "b"}, {**SHOWN, "box": "b"}, [("PUT", f"{TOYS}/car", {"box": "b"})]),
    "all at once": (
        [CAR],
        {"new_box": "b", "new_name": "bus", "colour": "blue"},
        {**SHOWN, "box": "b", "name": "bus", "colour": "blue"},
        [
            ("PUT", f"{TOYS}/car", {"color": "blue"}),
            ("PUT", f"{TOYS}/car", {"box": "b"}),
            ("PUT", "/api/boxes/b/toys/car", {"name": "bus"}),
        ],
    ),
    "destroy": ([CAR], {"state": "absent"}, None, [("DELETE", f"{TOYS}/car", None)]),
    "absent already": ([], {"state": "absent"}, None, []),
}


@pytest.mark.parametrize(("before", "options", "after", "sent"), CASES.values(), ids=list(CASES))
def test_check_predicts_and_a_run_does_it_once(
    before: list[Wire], options: Wire, after: Wire | None, sent: list[tuple[str, str, Any]]
) -> None:
    boxes = Boxes(*before)

    rehearsed = run(boxes, check=True, **options)
    assert boxes.sent == []
    real = run(boxes, **options)
    again = run(boxes, **options)

    assert real == {"changed": bool(sent), "toy": after}
    assert again == {"changed": False, "toy": after}
    assert boxes.sent == sent
    # Only the appliance knows the number of a new one.
    known = after if before or after is None else {**after, "id": None}
    assert rehearsed == {"changed": bool(sent), "toy": known}


@pytest.mark.parametrize(
    ("before", "options", "said"),
    [
        ([], {}, "toy a/car does not exist, and to create it size is missing"),
        ([CAR], {"size": "2k"}, "size of toy a/car is 1K and cannot become 2K: it is fixed at creation"),
        ([CAR, {**CAR, "name": "bus", "id": "toy-2"}], {"new_name": "bus"}, "there is a toy a/bus"),
        ([CAR], {"state": "absent", "new_name": "bus"}, "new_box and new_name cannot be combined with state=absent"),
        ([CAR], {"name": "../x"}, "name '../x' is not a possible name"),
    ],
)
@pytest.mark.parametrize("check", [True, False])
def test_what_cannot_be_is_refused_before_anything_is_sent(
    before: list[Wire], options: Wire, said: str, check: bool
) -> None:
    boxes = Boxes(*before)

    result = run(boxes, check=check, **options)

    assert result["failed"]
    assert said in result["msg"]
    assert boxes.sent == []


def test_it_has_its_place_in_a_plan_with_others() -> None:
    boxes = Boxes(CAR)
    wanted = [
        (TOY, {"box": "a", "name": "car", "new_box": "b"}),
        (TOY, {"box": "a", "name": "car", "size": "2k"}),
        (TOY, {"box": "b", "name": "bus", "size": "1k", "colour": "blue"}),
    ]

    plan = plan_many(boxes, [(kind, {"state": "present", **options}) for kind, options in wanted])
    results = apply_plan(plan, boxes)

    assert [str(key) for key in results] == ["toy b/car", "toy a/car", "toy b/bus"]
    assert {place: toy["bytes"] for place, toy in boxes.toys.items()} == {
        ("b", "car"): 1024,
        ("a", "car"): 2048,
        ("b", "bus"): 1024,
    }


def test_it_is_given_as_the_task_that_makes_it() -> None:
    (task,) = TOY.export([TOY.told(CAR)])

    assert task == {"box": "a", "name": "car", "size": 1024, "colour": "red"}
    assert run(Boxes(CAR), **task)["changed"] is False
    assert run(Boxes(), **task)["toy"] == SHOWN


def test_the_kind_is_short() -> None:
    tree = ast.parse(Path(__file__).read_text(encoding="utf-8"))
    (lines,) = [
        (node.end_lineno or 0) - node.lineno + 1
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "TOY"
    ]
    assert lines <= 12
