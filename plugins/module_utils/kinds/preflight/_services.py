# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether services are online: API reference 2.3."""

from __future__ import annotations

from collections.abc import Sequence

from ...values._names import did_you_mean
from ...values._wire import Wire, found_by, named
from ..service._table import SERVICES, service_record
from ._finding import FAILED, UNKNOWN, Verdict, good
from ._once import OnceWithFailures

# The service that everything goes through that is asked of an appliance.
REST = "rest"
ISCSI, REPLICATION = "iscsi", "replication"
_ONLINE = "online"
_CURES = {
    "disabled": "enable it with zfssa_service",
    "maintenance": "look at its log on the appliance, clear what is wrong there, and restart it",
    "offline": "look on the appliance at what it waits for",
}


def read_services(once: OnceWithFailures) -> list[Wire]:
    """Read the services with their states."""
    return once.listed(SERVICES, "services")


def judge_service(services: Sequence[Wire], name: str) -> Verdict:
    """Whether a service is online.

    Args:
        services: all of them, as the appliance gives them.
        name: the service.
    """
    found = found_by(services, {"name": (name,)}, "service")
    # Who is answered needs no proof that it runs, and not every list has it.
    if name == REST:
        return good("the REST service answers")
    if not found:
        return Verdict(FAILED, f"the appliance has no service {name}", did_you_mean(name, named(services)))
    status = service_record(name, found[0])["status"]
    if status == _ONLINE:
        return good(f"service {name} is online")
    if status not in _CURES:
        return Verdict(
            UNKNOWN, f"service {name} is {status or 'in no state that it tells'}", "look at it on the appliance"
        )
    return Verdict(FAILED, f"service {name} is {status}", _CURES[status])
