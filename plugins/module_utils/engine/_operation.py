# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one module does, as a value: its options, how it plans, and how its plan is carried out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..client._client import Client
from ._apply import apply
from ._plan import Item
from ._types import Results

Options = Mapping[str, Any]


@dataclass(frozen=True)
class Operation:
    """What one module does.

    Attributes:
        spec: its options, without those of the connection.
        plan: reads and plans.
        results: keys of its results, present on every path.
        act: does what is planned; the engine's own way, save for what is no configuration.
        rules: further arguments for `AnsibleModule`, such as `required_if`.
        diff: whether a difference can be shown.
        own_client: whether it needs a client to itself, because it deals with sessions.
        open_options: options in which the user names things freely, so that secrets are known by their keys only; such
            keys are in its results as well.
        peer: the option that holds the connection to a second appliance; its client is the `peer` of the first one's.
        reveals: the result, and the key in it, that holds a secret on purpose.
        inner: of options whose structure the task judges by itself, the specification with what is in them; it says what of it is
            secret.
        differences: what is shown as the difference, where that is not the results before and after; gets the plan and the
            results.
        told_by_writes: whether a real run has changed something only if it has sent a write, since others may have done the work.
        secret_parts: what of options that are no secrets is one, such as a signature in a URL.
        legible: values of `state` whose results others go by, so that nothing is done when a secret hides something in them.
    """

    spec: Mapping[str, Any]
    plan: Callable[[Client, Options], Item]
    results: tuple[str, ...]
    act: Callable[[Item, Client, Options], Results] = lambda plan, client, _options: apply(plan, client)
    rules: Mapping[str, Any] | None = None
    diff: bool = True
    own_client: bool = False
    open_options: tuple[str, ...] = ()
    peer: str | None = None
    reveals: tuple[str, str] | None = None
    legible: tuple[str, ...] = ()
    told_by_writes: bool = False
    secret_parts: Callable[[Options], set[str]] = lambda _options: set()
    inner: Mapping[str, Any] = field(default_factory=dict)
    differences: Callable[[Item, Results], list[dict[str, Any]]] | None = None
