"""Whether a LUN has schedules of automatic snapshots, which a move leaves behind."""

from __future__ import annotations

from typing import Any

import pytest
from book import Book
from migration_pages import HERE, ID, MARKER

from ansible_collections.zfssa.storage.plugins.module_utils.kinds.migration._schedules import has_schedules
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import ApplianceError, Busy

Wire = dict[str, Any]
PROJECT = "/api/storage/v1/pools/tank/projects/databases/automatic"
LUN = "/api/storage/v1/pools/tank/projects/databases/luns/redo-1/automatic"
DAILY: Wire = {"id": "automatic-000", "frequency": "day", "hour": "02", "minute": "00", "keep": 7}
HOURLY: Wire = {**DAILY, "frequency": "hour", "href": "/somewhere"}


def listed(*schedules: Wire) -> Wire:
    """A list as the appliance gives it."""
    return {"automatic": list(schedules)}


@pytest.mark.parametrize(
    ("pages", "scheduled"),
    [
        ({LUN: listed(DAILY)}, True),
        ({LUN: {"automatics": [DAILY]}, PROJECT: listed()}, True),
        ({LUN: listed(DAILY, HOURLY), PROJECT: listed(DAILY)}, True),
        # What it has of its project.
        ({LUN: listed({**DAILY, "id": "automatic-003"}), PROJECT: listed(HOURLY, DAILY)}, False),
        ({LUN: listed(), PROJECT: listed(DAILY)}, False),
        ({}, False),
        ({LUN: ApplianceError("no", status=403)}, None),
        ({LUN: {"automatic": "none"}}, None),
    ],
)
def test_schedule_that_has_taken_no_snapshot_yet_is_seen(pages: Wire, scheduled: bool | None) -> None:
    assert has_schedules(Book(pages), HERE, ()) is scheduled


def test_project_is_read_only_for_a_lun_that_shows_schedules() -> None:
    book = Book({LUN: listed()})

    has_schedules(book, HERE, ())

    assert book.reads == [LUN]


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
    book = Book({})

    assert has_schedules(book, HERE, [snapshot]) is automatic
    # Where they tell, nothing is read.
    assert bool(book.reads) is not automatic


def test_appliance_that_is_not_well_is_not_taken_for_one_without_schedules() -> None:
    with pytest.raises(Busy):
        has_schedules(Book({LUN: Busy("busy", status=503)}), HERE, ())
