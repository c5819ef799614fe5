# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""JMESPath expressions over results."""

from __future__ import annotations

import traceback
from typing import Any

from ..values._errors import InvalidInput

try:
    import jmespath
except ImportError:
    HAS_JMESPATH = False
    JMESPATH_IMPORT_ERROR: str | None = traceback.format_exc()
else:
    HAS_JMESPATH = True
    JMESPATH_IMPORT_ERROR = None


def check_query(expression: str) -> None:
    """Refuse an expression that is not JMESPath.

    Raises:
        InvalidInput: it is not, or the package jmespath is missing.
    """
    if not HAS_JMESPATH:
        raise InvalidInput("query needs the Python package jmespath", advice="install it beside Ansible")
    try:
        jmespath.compile(expression)
    except jmespath.exceptions.JMESPathError as error:
        reason = str(error).split("\n", maxsplit=1)[0].rstrip(":.")
        raise InvalidInput(
            f"query {expression!r} is not a JMESPath expression: {reason}", advice="correct query"
        ) from None


def run_query(expression: str, data: dict[str, Any]) -> Any:
    """Evaluate an expression that `check_query` has accepted.

    Raises:
        InvalidInput: it does not fit the data, as a function on a value of another type.
    """
    try:
        return jmespath.search(expression, data)
    except jmespath.exceptions.JMESPathTypeError as error:
        # Its own text has the whole value in it.
        wanted = " or ".join(error.expected_types)
        reason = f"{error.function_name}() takes {wanted}, and gets {error.actual_type}"
    except jmespath.exceptions.JMESPathError as error:
        reason = str(error).split("\n", maxsplit=1)[0].rstrip(":.")
    raise InvalidInput(f"query {expression!r} does not fit what was gathered: {reason}", advice="correct query")
