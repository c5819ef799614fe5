"""Whether a LUN has schedules of automatic snapshots, which a move leaves behind."""

from __future__ import annotations

from typing import Any

import pytest
from lab_client import ROOT, LabClient, lun_path
from migration_pages import HERE, ID, MARKER

from ansible_collections.zfssa.storage.plugins.module_utils.kinds.migration._schedules import has_schedules
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import Busy

Wire = dict[str, Any]
PROJECT = f"{ROOT}pools/tank/projects/databases/automatic"
LUN = f"{lun_path('databases', 'redo-1')}/automatic"
DAILY: Wire = {"frequency": "day", "hour": "02", "minute": "00", "keep": 7}
HOURLY: Wire = {"frequency": "hour", "minute": "15", "keep": 7}


def appliance(of_lun: tuple[Wire, ...] = (), of_project: tuple[Wire, ...] = (), *, shows: bool = False) -> LabClient:
    """An appliance with the LUN, and schedules that have taken no snapshot yet.

    Args:
        of_lun, of_project: the schedules.
        shows: whether those of the LUN are what is read only: the lab does not show those of the project there, and wants
            no other beside them.
    """
    made = LabClient()
    made.add_project("databases")
    made.add_lun("databases", "redo-1")
    for path, schedules in ((LUN, () if shows else of_lun), (PROJECT, of_project)):
        for one in schedules:
            made.do("POST", path, one)
    if shows:
        listed = appliance(of_lun).do("GET", LUN)
        made.edit(LUN, lambda _page: listed)
    return made


@pytest.mark.parametrize(
    ("of_lun", "of_project", "shows", "scheduled"),
    [
        ((DAILY,), (), False, True),
        ((DAILY, HOURLY), (DAILY,), True, True),
        # What it has of its project.
        ((DAILY,), (HOURLY, DAILY), True, False),
        ((), (DAILY,), False, False),
        ((), (), False, False),
    ],
)
def test_schedule_that_has_taken_no_snapshot_yet_is_seen(
    of_lun: tuple[Wire, ...], of_project: tuple[Wire, ...], shows: bool, scheduled: bool
) -> None:
    assert has_schedules(appliance(of_lun, of_project, shows=shows), HERE, ()) is scheduled


def test_list_under_another_key_is_read_as_well() -> None:
    at = appliance((DAILY,))
    at.edit(LUN, lambda page: {"automatics": (page or {})["automatic"]})

    assert has_schedules(at, HERE, ()) is True


def test_lun_that_is_gone_has_none() -> None:
    assert has_schedules(LabClient(), HERE, ()) is False


def test_what_is_not_shown_is_not_guessed() -> None:
    spoilt, refused = appliance((DAILY,)), appliance((DAILY,))
    spoilt.edit(LUN, lambda _page: {"automatic": "none"})
    refused.fault({"status": 403}, path="/automatic$", times=9)

    assert has_schedules(spoilt, HERE, ()) is has_schedules(refused, HERE, ()) is None


def test_project_is_read_only_for_a_lun_that_shows_schedules() -> None:
    at = appliance()

    has_schedules(at, HERE, ())

    assert at.reads == [LUN]


@pytest.mark.parametrize(
    ("snapshot", "automatic"),
    [
        ({"name": ".auto-1762646400"}, True),
        ({"name": "nightly", "isauto": True}, True),
        ({"name": "nightly", "isauto": "true"}, True),
        ({"name": "nightly", "isauto": "false"}, False),
        ({"name": "weekly", "isauto": {}}, False),
        ({"name": f".rr-{ID}-1"}, False),
        ({"name": MARKER}, False),
    ],
)
def test_snapshots_tell_of_schedules_as_well(snapshot: Wire, automatic: bool) -> None:
    at = appliance()

    assert has_schedules(at, HERE, [snapshot]) is automatic
    # Where they tell, nothing is read.
    assert bool(at.reads) is not automatic


def test_appliance_that_is_not_well_is_not_taken_for_one_without_schedules() -> None:
    at = appliance()
    at.fault({"status": 503}, path="/automatic$", times=9)

    with pytest.raises(Busy):
        has_schedules(at, HERE, ())
