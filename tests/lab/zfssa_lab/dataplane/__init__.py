"""The real data plane: LUN bytes in sparse files, shown to hosts over iSCSI by tgt."""

from __future__ import annotations

from typing import Any, Protocol

from zfssa_lab.model.fleet import Fleet
from zfssa_lab.model.plane import NoBytes, Plane


class DataPlane(Plane, Protocol):
    """What a lab does with the plane that its model writes to."""

    def before(self, fleet: Fleet) -> None:
        """Called before each look at the model: the model learns what hosts did."""

    def after(self, fleet: Fleet) -> None:
        """Called after each look: hosts see what was changed."""

    def portal(self, name: str) -> str | None:
        """Return ADDR:PORT where hosts find an appliance's targets; None when there is nothing to find."""

    def describe(self) -> dict[str, Any]:
        """Return what hosts see of each appliance."""

    def clear(self) -> None:
        """Forget all bytes."""

    def close(self) -> None:
        """End it."""


class NoDataPlane(NoBytes):
    """A lab without bytes."""

    def before(self, fleet: Fleet) -> None:
        """Hosts do nothing."""

    def after(self, fleet: Fleet) -> None:
        """Hosts see nothing."""

    def portal(self, name: str) -> str | None:
        """There is none."""
        return None

    def describe(self) -> dict[str, Any]:
        """Return nothing."""
        return {}

    def clear(self) -> None:
        """There is nothing to forget."""

    def close(self) -> None:
        """There is nothing to end."""
