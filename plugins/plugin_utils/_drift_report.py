# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports of drift, for programs (JSON), pipelines (JUnit) and people (Markdown); the same findings are always the same text."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from xml.etree import ElementTree

from ansible_collections.zfssa.storage.plugins.module_utils.values._legible import legible
from ansible_collections.zfssa.storage.plugins.plugin_utils._drift import (
    DIFFERS,
    FAILED,
    MARKS,
    SAME,
    UNDECLARED,
    Case,
    Found,
)


def as_json(found: Sequence[Found]) -> str:
    """All that was found, and whether anything has drifted."""
    whole = {"drift": any(one["drift"] for one in found), "appliances": list(found)}
    return json.dumps(whole, indent=2, sort_keys=True) + "\n"


def as_junit(found: Sequence[Found]) -> str:
    """A suite for each appliance, a case for each object; what has drifted has failed, and what nobody knows is an error."""
    everything = [one for each in found for one in each["cases"]]
    suites = ElementTree.Element("testsuites", {"name": "drift", **_counts(everything)})
    for one in found:
        suite = ElementTree.SubElement(
            suites, "testsuite", {"name": legible(one["appliance"]), **_counts(one["cases"])}
        )
        for each in one["cases"]:
            _add(suite, one["appliance"], each)
    ElementTree.indent(suites)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ElementTree.tostring(suites, encoding="unicode")}\n'


def _counts(cases: Sequence[Case]) -> dict[str, str]:
    errors = sum(one["state"] == FAILED for one in cases)
    failures = sum(one["state"] != SAME for one in cases) - errors
    return {"tests": str(len(cases)), "failures": str(failures), "errors": str(errors)}


def _add(suite: ElementTree.Element, appliance: str, each: Case) -> None:
    place = f"{legible(appliance)}.{legible(each['kind'])}"
    node = ElementTree.SubElement(suite, "testcase", classname=place, name=legible(each["name"]))
    if each["state"] != SAME:
        kind = "error" if each["state"] == FAILED else "failure"
        ElementTree.SubElement(node, kind, type=each["state"], message=legible(each["said"] or MARKS[each["state"]]))


def as_markdown(found: Sequence[Found]) -> str:
    """A table of the appliances, and what has drifted on each."""
    return "\n".join(_lines(found)) + "\n"


def _lines(found: Sequence[Found]) -> Iterator[str]:
    drifted = [one for one in found if one["drift"]]
    yield f"## Drift on {len(drifted)} of {len(found)} appliances" if drifted else "## No drift"
    yield ""
    yield "| Appliance | As described | Differ | Not declared | Could not be looked at |"
    yield "|---|---|---|---|---|"
    for one in found:
        numbers = " | ".join(str(one["numbers"][state]) for state in (SAME, DIFFERS, UNDECLARED, FAILED))
        yield f"| {_code(one['appliance'])} | {numbers} |"
    for one in drifted:
        yield ""
        yield f"### {_code(one['appliance'])}"
        yield ""
        for each in one["cases"]:
            if each["state"] != SAME:
                said = f": {_code(each['said'])}" if each["said"] else ""
                yield f"- {each['kind']} {_code(each['name'])} {MARKS[each['state']]}{said}"


def _code(text: str) -> str:
    """A text that means nothing to Markdown."""
    plain = legible(text).replace("`", "'").replace("|", "\\|")
    return f"`{plain}`" if plain else ""


FORMS: Mapping[str, Callable[[Sequence[Found]], str]] = {"json": as_json, "junit": as_junit, "markdown": as_markdown}


def report(found: Sequence[Any], form: str) -> str:
    """Write what was found in one of the forms: `json`, `junit` or `markdown`."""
    return FORMS[form](found)
