"""What is to happen at a later time: scheduled updates, automatic snapshots, and the like."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count


@dataclass(order=True)
class Appointment:
    """Something due at ``when``; of two at the same time, the one made first comes first."""

    when: float
    number: int
    run: Callable[[], None] = field(compare=False)
    cancelled: bool = field(default=False, compare=False)

    def cancel(self) -> None:
        """It will not happen."""
        self.cancelled = True


class Agenda:
    """All appointments, the earliest first."""

    def __init__(self) -> None:
        self._heap: list[Appointment] = []
        self._numbers = count()

    def put(self, when: float, run: Callable[[], None]) -> Appointment:
        """Have ``run`` called at ``when``, with the clock standing at that time."""
        appointment = Appointment(when, next(self._numbers), run)
        heapq.heappush(self._heap, appointment)
        return appointment

    def first(self) -> Appointment | None:
        """Return the earliest appointment that is not cancelled."""
        while self._heap and self._heap[0].cancelled:
            heapq.heappop(self._heap)
        return self._heap[0] if self._heap else None

    def take(self) -> None:
        """Remove the earliest appointment and keep it."""
        heapq.heappop(self._heap).run()
