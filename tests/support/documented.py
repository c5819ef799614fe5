"""Whether a module returns what its RETURN says: the same keys everywhere, and the types that are named or shown."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import Any

import yaml
from examples import text_of
from lab_appliances import Record

_TYPES: dict[str, tuple[type, ...]] = {
    "bool": (bool,),
    "dict": (dict,),
    "float": (float,),
    "int": (int,),
    "list": (list,),
    "str": (str,),
    "raw": (object,),
}
# What a text may look like, so that a sample that looks otherwise misleads whoever parses it.
_FORMS = {
    "time": re.compile(r"\d{8}T[\d:]{8}Z?|\d{4}-\d\d-\d\d[T ][\d:]{8}.*|[A-Z][a-z]{2} [A-Z][a-z]{2} \d\d \d{4} .*"),
    "uuid": re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    "guid": re.compile(r"[0-9A-F]{32}"),
    "path": re.compile(r"/.*"),
    "port": re.compile(r"(iqn|eui|naa|wwn)\..*"),
    "address": re.compile(r"[0-9.]+:[0-9]+"),
}
# Objects as the appliance gives them: the documentation has the keys that matter.
EXCERPTS = ("zfssa_image_cache", "zfssa_info", "zfssa_san")
# What Ansible documents for all modules, and what the verbosity asks for.
_COMMON = {
    "changed", "failed", "msg", "diff", "invocation", "exception", "requests", "writes", "warnings", "deprecations",
}  # fmt: skip


@functools.cache
def documented(module: str) -> Record:
    """Return what RETURN says of a module."""
    return dict(yaml.safe_load(text_of(module, "RETURN")))


def undocumented(module: str, result: Record) -> list[str]:
    """Name what a module has returned otherwise than it is documented."""
    promised = documented(module)
    unknown = [f"{key} is not documented" for key in sorted(result.keys() - promised.keys() - _COMMON)]
    unknown += [
        line
        for key in promised.keys() & result.keys() - {"failure"}
        for line in _unlike(promised[key], promised[key]["sample"], result[key], key)
    ]
    return unknown + [
        line
        for key in promised.keys() & result.keys()
        for line in _otherwise(promised[key], result[key], key, excerpt=module in EXCERPTS and key != "failure")
    ]


def _otherwise(promise: Record, value: Any, where: str, excerpt: bool) -> Iterator[str]:
    """Name what is otherwise in a value and in all that it holds; `None` is what does not exist, or nobody knows yet."""
    if value is None:
        return
    if not _is_a(promise["type"], value):
        yield f"{where} is documented as {promise['type']}, and is {value!r}"
        return
    if isinstance(value, list):
        for number, item in enumerate(value):
            if "elements" in promise:
                yield from _otherwise({**promise, "type": promise["elements"]}, item, f"{where}[{number}]", excerpt)
    elif isinstance(value, dict) and "contains" in promise:
        inner = promise["contains"]
        yield from (f"{where}.{key} did not come" for key in sorted(inner.keys() - value.keys()))
        if not excerpt:
            yield from (f"{where}.{key} is not documented" for key in sorted(value.keys() - inner.keys()))
        for key in inner.keys() & value.keys():
            yield from _otherwise(inner[key], value[key], f"{where}.{key}", excerpt)


def _unlike(promise: Record, sample: Any, value: Any, where: str) -> Iterator[str]:
    """Name what has no such form in a real result as in the sample, and no such type, where only the sample shows one.

    What is empty or missing in the result shows nothing.
    """
    if not promise and None not in (sample, value) and _kind(sample) != _kind(value):
        yield f"{where} is {value!r}, and its sample is {sample!r}"
    elif isinstance(sample, dict) and isinstance(value, dict):
        inner = promise.get("contains", {})
        for key in sample.keys() & value.keys():
            yield from _unlike(inner.get(key, {}), sample[key], value[key], f"{where}.{key}")
    elif isinstance(sample, list) and isinstance(value, list) and sample:
        one_of = {**promise, "type": promise["elements"]} if "elements" in promise else {}
        for number, item in enumerate(value):
            forms = [list(_unlike(one_of, one, item, f"{where}[{number}]")) for one in sample]
            yield from [] if [] in forms else forms[0]
    elif isinstance(sample, str) and isinstance(value, str) and value and _form(sample) not in ("text", _form(value)):
        yield f"{where} is {value!r}, and its sample is {sample!r}"


def _kind(value: Any) -> str:
    """What JSON has for a value; an appliance writes whole numbers with a point as well (API reference 12.10)."""
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return "number" if is_number else value.__class__.__name__


def _form(value: str) -> str:
    """What a text looks like: a time, an identifier, a path, an address or the name of an initiator or a target."""
    return next((name for name, pattern in _FORMS.items() if pattern.fullmatch(value)), "text")


def _is_a(name: str, value: Any) -> bool:
    """Whether a value is of a type as documentation names it; a flag is no number."""
    return isinstance(value, _TYPES[name]) and not (name == "int" and isinstance(value, bool))
