"""Two runs on one appliance in this process, whose requests come in an order that chance has chosen."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from typing import Any

from lab_client import LabClient


class Turns:
    """Lets the requests of two runs come in an order that chance has chosen.

    Args:
        seed: of the chance.
    """

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)  # noqa: S311
        self._condition = threading.Condition()
        self._left = {0, 1}
        self._turn = self._chance.choice((0, 1))

    def take(self, who: int, work: Callable[[], Any]) -> Any:
        """Do something when it is one's turn."""
        with self._condition:
            self._condition.wait_for(lambda: self._turn == who or len(self._left) == 1)
            try:
                return work()
            finally:
                self._turn = self._chance.choice(sorted(self._left))
                self._condition.notify_all()

    def end(self, who: int) -> None:
        """Leave the turns to the other."""
        with self._condition:
            self._left.discard(who)
            self._condition.notify_all()


class Taking:
    """A client whose requests wait for their turn."""

    def __init__(self, client: LabClient, turns: Turns, who: int) -> None:
        self._client, self._turns, self._who = client, turns, who

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._client, name)
        if name not in ("get", "send"):
            return found
        return lambda *words, **more: self._turns.take(self._who, lambda: found(*words, **more))
