# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An object as the options that make it."""

from __future__ import annotations

from ..values._errors import ZfssaError
from ..values._wire import clear, is_clear
from ._resource import CUSTOM, Resource
from ._types import Record


def options_of(resource: Resource, record: Record) -> Record:
    """The options that make an object as it is.

    What its module would not take is left out: what the appliance did not give, and values that came with a release
    later than this table.
    """
    options = {option: clear(record[option]) for option in (*resource.scope, resource.key)}
    spec = resource.argument_spec()
    for prop in resource.writable:
        value = None if prop.secret else clear(record[prop.option])
        choices = spec[prop.option].get("choices")
        if value is None or (choices and value not in choices):
            continue
        try:
            prop.value.from_user(prop.option, value)
        except (ValueError, ZfssaError):
            continue
        options[prop.option] = value
    if record.get(CUSTOM):
        options[CUSTOM] = record[CUSTOM]
    return options


def is_named(resource: Resource, record: Record) -> bool:
    """Whether an object bears names; of what does not no module could be told."""
    return all(is_clear(record[option]) for option in (*resource.scope, resource.key)) and bool(record[resource.key])
