# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`zfssa_preflight`: looks at all that a play will need, reads each thing once, and writes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...client._client import Client
from ...engine._operation import Operation
from ...engine._plan import Item, unchanged
from ._asked import SPEC, Asked
from ._checks import check_all
from ._finding import passes, problems_in, summary_of

_RESULTS = ("preflight", "passed", "problems", "summary")


def plan_preflight(client: Client, options: Mapping[str, Any]) -> Item:
    """Look at everything that is asked for; what is wrong is a result and no failure.

    Raises:
        InvalidInput: an option can never be right.
    """
    findings = check_all(client, Asked.of(options))
    values = ([one.told() for one in findings], passes(findings), problems_in(findings), summary_of(findings))
    return unchanged(dict(zip(_RESULTS, values, strict=True)))


OPERATION = Operation(spec=SPEC, plan=plan_preflight, results=_RESULTS, diff=False)
