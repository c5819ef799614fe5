# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a failed task had to say, in one line: its name, its item, and the last words of what it ran."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.zfssa.storage.plugins.module_utils.values._legible import legible

_LINES = 3
_CHARACTERS = 400
_ITEMS = 3
_NOTHING = ("", "non-zero return code", "MODULE FAILURE")


def _one_line(value: Any) -> str:
    return " ".join(str(value).split())


def _tail(text: str) -> str:
    lines = [_one_line(line) for line in text.splitlines() if line.strip()]
    tail = " ".join(lines[-_LINES:])
    return tail if len(tail) <= _CHARACTERS else f"...{tail[-_CHARACTERS:]}"


def _words(result: Mapping[str, Any]) -> str:
    """What one result says: its message, and what the command wrote last."""
    message = _one_line(result.get("msg") or result.get("reason") or "")
    output = next(
        (str(result[key]) for key in ("stderr", "module_stderr", "stdout", "module_stdout") if result.get(key)), ""
    )
    # What a module says of itself is enough; of a command only the output tells why.
    last = _tail(output) if "rc" in result or message in _NOTHING else ""
    assertion = f"({_one_line(result['assertion'])})" if result.get("assertion") else ""
    return ": ".join(part for part in (" ".join(filter(None, (message, assertion))), last) if part)


def _item(result: Mapping[str, Any]) -> str:
    variable = result.get("ansible_loop_var", "item")
    label = result.get("_ansible_item_label", result.get(str(variable), ""))
    return _one_line(label)[:100]


def _failed_items(result: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    items = result.get("results")
    if not isinstance(items, Sequence) or isinstance(items, str):
        return []
    return [item for item in items if isinstance(item, Mapping) and (item.get("failed") or item.get("unreachable"))]


def _hidden(result: Mapping[str, Any], task: Mapping[str, Any]) -> bool:
    # A template of no_log may have come to anything; better nothing is said than a secret.
    results = (result, *_failed_items(result))
    return bool(task.get("no_log")) or any(one.get("_ansible_no_log") or "censored" in one for one in results)


def last_words(result: Mapping[str, Any], task: Mapping[str, Any], file: str = "") -> str:
    """Say what failed and why, as a sentence.

    Args:
        result: what the task came to (`ansible_failed_result`), empty when there was none.
        task: what it is (`ansible_failed_task`), empty when there was none.
        file: the task file that was run, which may have included the one that the task is in.
    """
    name = _one_line(task.get("name") or task.get("action") or "")
    of = f" of {file}" if file else ""
    what = f"Task {name!r}{of} failed" if name else f"A task{of} failed"
    if _hidden(result, task):
        return f"{what}, and no_log hides what it said."
    items = _failed_items(result)
    if items:
        said = [f"for item {_item(item)}: {_words(item) or 'it gave no reason'}" for item in items[:_ITEMS]]
        more = f"; and {len(items) - _ITEMS} more items" if len(items) > _ITEMS else ""
        text = f"{what} {'; '.join(said)}{more}"
    else:
        text = f"{what}: {_words(result) or 'it gave no reason'}"
    return legible(text if text.endswith((".", "!", "?")) else f"{text}.")
