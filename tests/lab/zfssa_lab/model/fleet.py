"""All appliances of a lab: what they share is a clock, a lock and the network between them."""

from __future__ import annotations

import threading
from collections.abc import Callable

from zfssa_lab.clock import Clock
from zfssa_lab.model.appliance import Appliance
from zfssa_lab.model.transfer import Update


def no_trouble(_appliance: str) -> str | None:
    """Say that no fault is planned for the next update of an appliance."""
    return None


class Fleet:
    """The appliances by name.  Whoever reads or changes the model holds ``lock``.

    Updates are functions of time: ``settle`` brings them up to the present, so every look at the
    model, made under the lock and after ``settle``, shows one consistent instant.
    """

    def __init__(
        self,
        clock: Clock,
        bandwidth: float,
        trouble: Callable[[str], str | None] = no_trouble,
    ) -> None:
        self.clock = clock
        self.bandwidth = bandwidth
        self.trouble = trouble
        self.lock = threading.RLock()
        self.appliances: dict[str, Appliance] = {}
        self.updates: list[Update] = []

    def add(self, appliance: Appliance) -> None:
        """Put an appliance on the network: it and the others become each other's targets."""
        for other in self.appliances.values():
            other.replication.add_peer(appliance)
            appliance.replication.add_peer(other)
        self.appliances[appliance.name] = appliance

    def find(self, hostname: str) -> Appliance | None:
        """Return the appliance of that name, address or ADDRESS:PORT, if there is just one."""
        if hostname in self.appliances:
            return self.appliances[hostname]
        host = hostname.rsplit(":", 1)[0]
        found = [one for one in self.appliances.values() if one.address in (hostname, host)]
        return found[0] if len(found) == 1 else None

    def settle(self) -> None:
        """Bring every running update up to the present, in the order in which they end."""
        now = self.clock.now()
        for update in sorted(self.updates, key=lambda running: running.end_time()):
            if update in self.updates:
                update.advance(now)
        for appliance in self.appliances.values():
            appliance.replication.continue_updates()

    def end_stalls(self) -> None:
        """Let the stalled updates go on from where they stand."""
        self.settle()
        for update in self.updates:
            update.stalled = False
