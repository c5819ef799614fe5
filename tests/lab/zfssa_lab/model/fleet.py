"""All appliances of a lab: what they share is a clock, a lock and the network between them."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable

from zfssa_lab.clock import Clock
from zfssa_lab.model.agenda import Agenda
from zfssa_lab.model.appliance import Appliance
from zfssa_lab.model.plane import NoBytes, Plane
from zfssa_lab.model.transfer import Update
from zfssa_lab.model.watch import Watch
from zfssa_lab.switches import Switches

MOST_RUNS = 100  # how often something restarts by itself within one look at the model
PASSING = "the passing of time"
LAST_STRETCH = 10.0  # seconds before the present from which it restarts again after that


def no_trouble(_appliance: str) -> str | None:
    """Say that no fault is planned for the next update of an appliance."""
    return None


def no_requests(_appliance: str, _start: float, _end: float) -> int:
    """Say that no requests are counted."""
    return 0


class Fleet:
    """The appliances by name.  Whoever reads or changes the model holds ``lock``.

    Nothing runs in the background: ``settle`` works through all that became due since the last look, in
    the order of time and with the clock standing at each event, so every look at the model, made under
    the lock and after ``settle``, shows one consistent instant.
    """

    def __init__(
        self,
        clock: Clock,
        bandwidth: float,
        trouble: Callable[[str], str | None] = no_trouble,
        plane: Plane | None = None,
        switches: Switches | None = None,
    ) -> None:
        self.clock = clock
        self.bandwidth = bandwidth
        self.trouble = trouble
        self.plane = plane or NoBytes()
        self.count_requests: Callable[[str, float, float], int] = no_requests
        self.switches = switches or Switches()
        self.watch = Watch(clock)
        self.numclones_lag = 0.0
        self.lock = threading.RLock()
        self.appliances: dict[str, Appliance] = {}
        self.updates: list[Update] = []
        self.agenda = Agenda()
        self.settled = clock.now()
        self._restarts: Counter[str] = Counter()

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
        """Bring the model up to the present, event by event."""
        now = self.clock.present()
        self._restarts.clear()
        while self._happen(now):
            pass
        self._progress(now)
        self.settled = now

    def _progress(self, when: float) -> None:
        """Bring the running updates up to ``when``: from then on they may be faster, or slower."""
        for update in self.updates:
            update.progress(when)

    def _happen(self, now: float) -> bool:
        """Let the earliest event up to ``now`` happen; False when there is none."""
        update = min(self.updates, key=lambda running: running.end_time(), default=None)
        appointment = self.agenda.first()
        ends = update.end_time() if update else float("inf")
        due = appointment.when if appointment else float("inf")
        if min(ends, due) > now:
            return False
        self._progress(min(ends, due))
        # An update that ends at the time of a scheduled one is out of its way.
        if update is not None and ends <= due:
            with self.clock.at(ends):
                update.finish()
                self.watch.judge(PASSING)
        else:
            with self.clock.at(due):
                self.agenda.take()
                self.watch.judge(PASSING)
        return True

    def restart_time(self, who: str, when: float) -> float:
        """Return when ``who`` begins again by itself: at ``when``, or later after many times in one look.

        A clock that is put forward by a year must not mean a year's worth of work: what restarts without
        end rests until shortly before the present.
        """
        self._restarts[who] += 1
        return when if self._restarts[who] <= MOST_RUNS else max(when, self.clock.present() - LAST_STRETCH)

    def end_stalls(self) -> None:
        """Let the stalled updates go on from where they stand."""
        self.settle()
        for update in self.updates:
            update.stalled = False
