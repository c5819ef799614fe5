"""Endpoints of analytics: the datasets that monitoring clients read (API reference 15.2)."""

from __future__ import annotations

from zfssa_lab.api.arguments import bad_query
from zfssa_lab.api.call import Call, Record, Reply, ok
from zfssa_lab.api.kinds import Kind
from zfssa_lab.api.routing import Route
from zfssa_lab.model.analytics import DATASETS, SPANS, Dataset, Stretch
from zfssa_lab.model.errors import expecting

_LONGEST = SPANS["year"]


def _record(call: Call, dataset: Dataset) -> Record:
    return {
        "name": dataset.name,
        "explanation": dataset.explanation,
        "suspended": False,
        "since": call.view.stamp(call.appliance.started),
    }


def get_data(call: Call) -> Reply:
    """What a dataset was on average, per second, in the stretch that the query names (API reference 15.2)."""
    dataset, stretch = DATASET.found(call), _stretch(call)
    parts = dataset.measure(call.appliance, stretch)
    data: Record = {
        "value": round(sum(parts.values())),
        "data": [{"key": key, "value": round(value)} for key, value in parts.items()] if dataset.broken_down else [],
    }
    start = call.view.stamp(stretch.start)
    return ok(data={"startTime": start, "samples": max(1, int(stretch.seconds)), "data": data})


def _stretch(call: Call) -> Stretch:
    """Return the stretch of time that is asked for: without ``start``, or with "now", the one up to now."""
    now, text = call.appliance.clock.now(), call.query.get("start", "now")
    seconds = _seconds(call)
    if text == "now":
        return Stretch(now - seconds, now)
    try:
        start = float(call.view.moment(text))
    except ValueError:
        raise bad_query("start", text, 'a UTC time or "now"') from None
    return Stretch(start, start + seconds)


def _seconds(call: Call) -> int:
    """Return how long it is: a span by its name, or a number of seconds; one if neither is given."""
    span, text = call.query.get("span"), call.query.get("seconds", "1")
    if span is not None:
        if span not in SPANS:
            raise bad_query("span", span, expecting(list(SPANS)))
        return SPANS[span]
    if not (text.isascii() and text.isdigit() and len(text) < 9 and 0 < int(text) <= _LONGEST):
        raise bad_query("seconds", text, f"a number from 1 to {_LONGEST}")
    return int(text)


DATASET = Kind(
    path="analytics/datasets",
    one="dataset",
    many="datasets",
    titles=("a dataset", "datasets"),
    where=lambda _call: DATASETS,
    each=lambda _call, datasets: datasets.values(),
    record=_record,
    commands=(Route("GET", "analytics/datasets/{name}/data", get_data, "Show the data of a dataset"),),
)
ROWS = (DATASET,)
