"""Whether a sample of RETURN is what an appliance really gives, value by value.

What no two appliances have in common, such as identifiers and times, is compared by its form. All else must be equal.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

import yaml
from documented import EXCERPTS
from examples import COLLECTION, Example, tasks_in, text_of
from lab_appliances import Record

# What differs from appliance to appliance, and what stands for it.
_FORMS = (
    (re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "UUID"),
    (re.compile(r"\b[0-9A-F]{32}\b"), "GUID"),
    (re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"), "TIME"),
    (re.compile(r"\b\d{1,3}(\.\d{1,3}){3}\b"), "ADDRESS"),
)
# Numbers that depend on the clock, or on all that is in a pool.
_MEASURED = ("average_throughput", "available", "total", "used")
# What no example shows, because it is a secret as a whole: a test of its own compares it.
HIDDEN = {("zfssa_session", "session")}


def comparable(value: Any, key: str = "") -> Any:
    """Return a value with a form in place of what differs from appliance to appliance."""
    if isinstance(value, dict):
        return {name: comparable(inner, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [comparable(inner) for inner in value]
    if isinstance(value, str):
        for pattern, form in _FORMS:
            value = pattern.sub(form, value)
        return value
    is_measured = key in _MEASURED and isinstance(value, (int, float)) and not isinstance(value, bool) and value > 0
    return "NUMBER" if is_measured else value


def unlike(sample: Any, real: Any, excerpt: bool, where: str) -> Iterator[str]:
    """Name what a sample tells otherwise than a result.

    Args:
        sample, real: what `comparable` has made of them.
        excerpt: whether the sample may leave out keys of an object, and items of a list, but not all of them.
        where: the key of both.
    """
    if isinstance(sample, dict) and isinstance(real, dict):
        yield from (f"{where}.{key} does not come" for key in sorted(sample.keys() - real.keys()))
        if not excerpt:
            yield from (f"{where}.{key} is missing in the sample" for key in sorted(real.keys() - sample.keys()))
        for key in sorted(sample.keys() & real.keys()):
            yield from unlike(sample[key], real[key], excerpt, f"{where}.{key}")
    elif isinstance(sample, list) and isinstance(real, list) and (len(sample) == len(real) or (excerpt and sample)):
        for number, item in enumerate(sample):
            others = real if excerpt else [real[number]]
            found = [list(unlike(item, other, excerpt, f"{where}[{number}]")) for other in others]
            yield from min(found, key=len, default=[f"{where}[{number}] does not come"])
    elif json.dumps(sample, sort_keys=True) != json.dumps(real, sort_keys=True):
        yield f"{where} is {real!r}, and its sample is {sample!r}"


def not_given(module: str, examples: Iterable[Example], stand_ins: Record) -> list[str]:
    """Name what the samples of a module tell otherwise than the results of its examples: each is of one of them.

    Args:
        module: its name.
        examples: all that ran.
        stand_ins: what the lab has in place of names that the documentation makes up.
    """
    tasks = tasks_in(yaml.safe_load(text_of(module, "EXAMPLES")))
    own = {task["name"] for task in tasks if f"{COLLECTION}.{module}" in task}
    results = [one.done["result"] for one in examples if one.name.removeprefix(f"{module}: ") in own]
    return [
        line
        for key, facts in yaml.safe_load(_in_the_lab(text_of(module, "RETURN"), stand_ins)).items()
        if key != "failure" and (module, key) not in HIDDEN
        for line in _closest(facts["sample"], [one[key] for one in results if key in one], module in EXCERPTS, key)
    ]


def _in_the_lab(text: str, stand_ins: Record) -> str:
    for name, meant in stand_ins.items():
        text = text.replace(name, meant)
    return text


def _closest(sample: Any, results: list[Any], excerpt: bool, key: str) -> list[str]:
    """Name what is otherwise in the result that is most like a sample."""
    found = [list(unlike(comparable(sample), comparable(real), excerpt, key)) for real in results]
    return min(found, key=len, default=[f"no example returns {key}"])
