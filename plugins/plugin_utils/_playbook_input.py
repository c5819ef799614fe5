# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the playbooks export, apply and drift are given: judged as a whole, and settled in one form.

From the command line and from forms every value comes as a text, and what somebody left empty as an empty one. Whatever is
wrong is told together. Values of connections, and of documents, are never shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.zfssa.storage.plugins.module_utils.run.document._sections import SECTIONS
from ansible_collections.zfssa.storage.plugins.module_utils.values._mask import Mask, masking
from ansible_collections.zfssa.storage.plugins.module_utils.values._names import did_you_mean
from ansible_collections.zfssa.storage.plugins.plugin_utils._variables import (
    CONNECTION,
    Judged,
    Variable,
    Wrong,
    as_text,
    is_missing,
    one_line,
    settle,
    stranger,
    structured,
)
from ansible_collections.zfssa.storage.plugins.plugin_utils._variables import mask_of as mask_of_connections

_PARTS = ("config", "defaults")
_LIMIT = re.compile(r"[0-9]+%?")


class Given(str):
    """The name of a file, where something may be given as a file or as a structure."""

    __slots__ = ()


def _sections(value: Any) -> list[str]:
    form = "names of kinds with commas between them, or as a list"
    if isinstance(value, str):
        text = value.strip()
        value = structured(text, form) if text.startswith("[") else [part for part in re.split(r"[,\s]+", text) if part]
    if not isinstance(value, Sequence) or isinstance(value, (str, bytes)):
        raise Wrong(f"must be a list of kinds; write it as {form}")
    for name in value:
        if name not in SECTIONS:
            raise Wrong(f"names {one_line(name)}, which is no kind; {did_you_mean(str(name), SECTIONS)}")
    return [section for section in SECTIONS if section in value]


def connection(value: Any) -> dict[str, Any]:
    """The options of a connection; what is missing comes from the environment.

    Raises:
        Wrong: it can never be right.
    """
    form = "{host: NAME, username: NAME, password: SECRET}"
    if isinstance(value, str):
        value = structured(value, form)
    if not isinstance(value, Mapping):
        raise Wrong(f"must be written as {form}")
    settled = {}
    for name, given in value.items():
        if name not in CONNECTION:
            raise Wrong(f"has a key {one_line(name)}; {did_you_mean(str(name), CONNECTION)}")
        if is_missing(given):
            continue
        try:
            settled[str(name)] = CONNECTION[name].read(given)
        except Wrong as wrong:
            raise Wrong(f"is not right inside: {name} {wrong}") from None
    return settled


def document(value: Any) -> dict[str, Any] | Given:
    """A document, or the name of the file that has it.

    Raises:
        Wrong: it is neither.
    """
    if isinstance(value, str):
        text = value.strip()
        if not text.startswith("{") and "\n" not in text:
            return Given(text)
        value = structured(text, "a file, or as {config: {...}}")
    if not isinstance(value, Mapping):
        raise Wrong("must be a file, or a document such as {config: {luns: [...]}}")
    for name in value:
        if name in SECTIONS:
            raise Wrong(f"has {name} at its top; put the sections into config")
        if name not in _PARTS:
            raise Wrong(f"has {one_line(name)} at its top; {did_you_mean(str(name), _PARTS)}")
    for name in _PARTS:
        if not isinstance(value.get(name, {}), Mapping):
            raise Wrong(f"has something else than options in {name}")
    if "config" not in value:
        raise Wrong("has no config")
    return {name: value.get(name) or {} for name in _PARTS}


def _state(value: Any) -> str:
    word = as_text(value).lower()
    if word not in ("present", "planned"):
        raise Wrong(f"must be present or planned, not {one_line(value)!r}")
    return word


def _plan(value: Any) -> Any:
    """An approved plan: its id, or what the task that planned it has returned."""
    if isinstance(value, Mapping):
        if not isinstance(value.get("plan_id"), str):
            raise Wrong("has no plan_id")
        return {name: value[name] for name in ("plan_id", "plan") if name in value}
    return as_text(value)


def _limit(value: Any) -> str:
    limit = as_text(value)
    if not _LIMIT.fullmatch(limit):
        raise Wrong(f"must be a number or a percentage, not {one_line(value)!r}")
    return limit


def _pattern(value: Any) -> Any:
    # Ansible has judged it already.
    return value


_ALL = {"hosts": Variable(_pattern), "appliance": Variable(connection, default={})}
# By the name of the playbook, which is the prefix of its variables, too.
VARIABLES: Mapping[str, Mapping[str, Variable]] = {
    "export": {
        **_ALL,
        "file": Variable(as_text, default=""),
        "pool": Variable(as_text, default=""),
        "project": Variable(as_text, default=""),
        "kinds": Variable(_sections, default=[]),
    },
    "apply": {
        **_ALL,
        "document": Variable(document, required=True),
        "state": Variable(_state, default="present"),
        "expect_plan": Variable(_plan, default=""),
        "purge": Variable(_sections, default=[]),
        "purge_limit": Variable(_limit, default="10"),
    },
    "drift": {
        **_ALL,
        "document": Variable(document),
        "tasks": Variable(as_text),
        "report": Variable(as_text, default=""),
    },
}


def judge(playbook: str, given: Mapping[str, Any], names: Iterable[str]) -> Judged:
    """Judge the variables of a playbook.

    Args:
        playbook: its name.
        given: the values, without the prefix.
        names: all variables with the prefix.
    """
    known, prefix, mask = VARIABLES[playbook], f"{playbook}_", mask_of(given)
    unknown = sorted(name for name in names if name.removeprefix(prefix) not in known)
    problems = [stranger(name, prefix, known, f"playbook {playbook}") for name in unknown]
    with masking(mask):
        wrong, settled = settle(given, known)
    problems += [f"{prefix}{clause}" for clause in wrong]
    return Judged([mask.text(problem) for problem in problems], settled)


def mask_of(given: Mapping[str, Any]) -> Mask:
    """What takes the secrets of a connection, and of the environment, out of what is said of variables."""
    return mask_of_connections([given.get("appliance")])
