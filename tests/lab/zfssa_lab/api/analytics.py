"""Endpoints of analytics: the datasets that monitoring clients read (API reference 15.2)."""

from __future__ import annotations

import calendar
import time

from zfssa_lab.api.call import Call, Record, Reply, ok
from zfssa_lab.api.records import View
from zfssa_lab.api.routing import Route
from zfssa_lab.model.analytics import DATASETS, SPANS, Dataset, Stretch
from zfssa_lab.model.errors import InvalidArgument, expecting, not_found

_LONGEST = SPANS["year"]


def _find(call: Call) -> Dataset:
    if call.path["name"] not in DATASETS:
        raise not_found(call.path["name"])
    return DATASETS[call.path["name"]]


def _record(call: Call, dataset: Dataset) -> Record:
    view = View(call.release, call.version)
    return {
        "name": dataset.name,
        "explanation": dataset.explanation,
        "suspended": False,
        "since": view.stamp(call.appliance.started),
        "href": view.href("datasets", dataset.name, service="analytics"),
    }


def list_datasets(call: Call) -> Reply:
    """API reference 15.2."""
    return ok(datasets=[_record(call, dataset) for dataset in DATASETS.values()])


def get_dataset(call: Call) -> Reply:
    """API reference 15.2."""
    return ok(dataset=_record(call, _find(call)))


def get_data(call: Call) -> Reply:
    """What a dataset was on average, per second, in the stretch that the query names (API reference 15.2)."""
    dataset, stretch = _find(call), _stretch(call)
    parts = dataset.measure(call.appliance, stretch)
    data: Record = {
        "value": round(sum(parts.values())),
        "data": [{"key": key, "value": round(value)} for key, value in parts.items()] if dataset.broken_down else [],
    }
    start = View(call.release, call.version).stamp(stretch.start)
    return ok(data={"startTime": start, "samples": max(1, int(stretch.seconds)), "data": data})


def _stretch(call: Call) -> Stretch:
    """Return the stretch of time that is asked for: without ``start``, or with "now", the one up to now."""
    now, text = call.appliance.clock.now(), call.query.get("start", "now")
    seconds = _seconds(call)
    if text == "now":
        return Stretch(now - seconds, now)
    layout = View(call.release, call.version).layout.removesuffix("Z")
    try:
        start = float(calendar.timegm(time.strptime(text.removesuffix("Z"), layout)))
    except ValueError:
        raise _malformed("start", text, 'a UTC time or "now"') from None
    return Stretch(start, start + seconds)


def _seconds(call: Call) -> int:
    """Return how long it is: a span by its name, or a number of seconds; one if neither is given."""
    span, text = call.query.get("span"), call.query.get("seconds", "1")
    if span is not None:
        if span not in SPANS:
            raise _malformed("span", span, expecting(list(SPANS)))
        return SPANS[span]
    if not (text.isascii() and text.isdigit() and len(text) < 9 and 0 < int(text) <= _LONGEST):
        raise _malformed("seconds", text, f"a number from 1 to {_LONGEST}")
    return int(text)


def _malformed(name: str, value: str, wanted: str) -> InvalidArgument:
    return InvalidArgument(f'bad value "{value}" of query parameter "{name}" (expecting {wanted})')


_DATASETS = "analytics/datasets"
ROUTES = (
    Route("GET", _DATASETS, list_datasets, "List datasets"),
    Route("GET", f"{_DATASETS}/{{name}}", get_dataset, "Show a dataset"),
    Route("GET", f"{_DATASETS}/{{name}}/data", get_data, "Show the data of a dataset"),
)
