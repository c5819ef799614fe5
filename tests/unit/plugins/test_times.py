"""Timestamps of both versions of the API."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.zfssa.storage.plugins.module_utils.values._units import parse_http_date, parse_time

MOMENT = datetime(2024, 1, 31, 9, 15, 7, tzinfo=UTC)
MOMENTS = st.datetimes(min_value=datetime(1000, 1, 1), timezones=st.just(UTC))


@pytest.mark.parametrize(
    "text",
    [
        "20240131T09:15:07",
        "2024-01-31T09:15:07",
        "2024-01-31 09:15:07",
        "2024-01-31T09:15:07Z",
        "2024-01-31T09:15:07.250Z",
        "2024-01-31T10:15:07+01:00",
        "2024-01-31T03:45:07-0530",
        "20240131T09:15:07Z",
        "Wed Jan 31 2024 09:15:07 GMT+0000 (UTC)",
        "Wed Jan 31 2024 10:15:07 GMT+0100 (CET)",
    ],
)
def test_timestamp_is_understood_as_utc(text: str) -> None:
    assert parse_time(text) == MOMENT


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "<unknown>",
        "unknown",
        "-",
        0,
        "2024",
        "20240131",
        "20241331T09:15:07",
        "2024-02-30T09:15:07",
        "20240131T25:15:07",
        "Sat Foo 17 2021 15:52:14 GMT+0000 (UTC)",
        "Sat Apr 31 2021 15:52:14 GMT+0000 (UTC)",
        "2024-01-31T09:15:07 tomorrow",
        ["20240131T09:15:07"],
    ],
)
def test_what_is_no_timestamp_is_none(value: object) -> None:
    assert parse_time(value) is None


@given(MOMENTS, st.sampled_from(["%Y%m%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S"]))
def test_written_moment_reads_back_as_the_same(moment: datetime, layout: str) -> None:
    assert parse_time(moment.strftime(layout)) == moment.replace(microsecond=0)


@pytest.mark.parametrize(
    ("header", "moment"),
    [
        ("Fri, 27 Nov 2026 17:02:20 GMT", datetime(2026, 11, 27, 17, 2, 20, tzinfo=UTC)),
        ("Fri, 27 Nov 2026 17:02:20 -0000", datetime(2026, 11, 27, 17, 2, 20, tzinfo=UTC)),
        ("Fri, 27 Nov 2026 18:02:20 +0100", datetime(2026, 11, 27, 17, 2, 20, tzinfo=UTC)),
        ("yesterday", None),
        ("Fri, 99 Nov 2026 17:02:20 GMT", None),
        ("", None),
        (None, None),
    ],
)
def test_date_of_an_answer(header: str | None, moment: datetime | None) -> None:
    assert parse_http_date(header) == moment
