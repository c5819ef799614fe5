"""A plan of many objects costs in proportion to their number: counted in calls of functions, which no slow machine changes."""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

import pytest
from lab_client import LabClient
from many import TIB, Wanted, lun, own, project

from ansible_collections.zfssa.storage.plugins.module_utils.engine._many import plan_many

PLUGINS = "/plugins/module_utils/"
PROJECTS = 4


def place(number: int) -> str:
    """The project of a LUN."""
    return f"p{number % PROJECTS}"


def world(size: int) -> LabClient:
    """An appliance with many LUNs, each of which hosts see under a number of its own."""
    appliance = LabClient(pools={"tank": 64 * TIB})
    appliance.add_groups()
    for number in range(PROJECTS):
        appliance.add_project(f"p{number}")
    for number in range(size):
        appliance.add_lun(place(number), f"lun-{number}", initiatorgroup="ig-a", lunumber=number)
    return appliance


def created(size: int) -> list[Wanted]:
    """New LUNs that reserve their size."""
    return [lun(f"new-{one}", place(one), initiator_groups=["ig-a"], lu_number=size + one) for one in range(size)]


def chosen(size: int) -> list[Wanted]:
    """New LUNs of which the appliance numbers every second."""
    numbers: list[Any] = [4 * size + one if one % 2 else "auto" for one in range(size)]
    return [lun(f"new-{one}", place(one), initiator_groups=["ig-a"], lu_number=numbers[one]) for one in range(size)]


def grown(size: int) -> list[Wanted]:
    """LUNs that get larger."""
    return [lun(f"lun-{one}", place(one), size="2G") for one in range(size)]


def renamed(size: int) -> list[Wanted]:
    """LUNs with new names, and then their projects."""
    luns = [lun(f"lun-{one}", place(one), size=None, new_name=f"next-{one}") for one in range(size)]
    return [*luns, *(project(f"p{number}", new_name=f"q{number}") for number in range(PROJECTS))]


def removed(size: int) -> list[Wanted]:
    """LUNs that go."""
    return [lun(f"lun-{one}", place(one), state="absent") for one in range(size)]


def replicated(size: int) -> list[Wanted]:
    """New LUNs, each with an action of its own."""
    luns = [lun(f"new-{one}", place(one)) for one in range(size)]
    return [*luns, *(own(f"new-{one}", place(one)) for one in range(size))]


def moved(size: int) -> list[Wanted]:
    """LUNs that get an action of their own and then another name, by which it is found."""
    actions = [own(f"lun-{one}", place(one)) for one in range(size)]
    luns = [lun(f"lun-{one}", place(one), size=None, new_name=f"next-{one}") for one in range(size)]
    return [*actions, *luns]


def mixed(size: int) -> list[Wanted]:
    """All of this in one plan, in turns."""
    part = size // 4
    turns = zip(
        created(size)[:part],
        grown(size)[part : 2 * part],
        renamed(size)[2 * part : 3 * part],
        removed(size)[3 * part :],
        strict=True,
    )
    return [one for turn in turns for one in turn]


def calls(size: int, document: list[Wanted]) -> int:
    """How many functions of the collection are called to make a plan."""
    appliance, counted = world(size), 0

    def count(frame: FrameType, event: str, _argument: object) -> None:
        nonlocal counted
        counted += event == "call" and PLUGINS in frame.f_code.co_filename

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        plan = plan_many(appliance, document)
    finally:
        sys.setprofile(before)
    assert len(plan.items) == len(document)
    assert plan.changed
    return counted


_DOCUMENTS = [created, chosen, grown, renamed, removed, mixed, replicated, moved]


@pytest.mark.parametrize("make", _DOCUMENTS, ids=lambda make: str(make.__name__))
def test_twice_as_many_objects_cost_twice_as_much(make: Any) -> None:
    few, many = (calls(size, make(size)) for size in (24, 48))

    assert many < 2.1 * few
