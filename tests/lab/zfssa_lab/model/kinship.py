"""Which LUNs are copies of one another, and what each holds of what hosts wrote: hidden, no request shows it.

A LUN that a package became descends from the replicated one, whatever its GUID, name and place.  A clone is a LUN of
its own: its content is meant to go another way, and no appliance takes it for its origin.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zfssa_lab.model.lun import Lun


@dataclass(frozen=True)
class Content:
    """What was written, by whom: for each line of writes, how many of them are in it.

    A line goes from one write to the next of a LUN; copies have lines of their own from then on, and a rollback begins
    a new one, so that what was undone is not taken for what comes after it.
    """

    writes: Mapping[Hashable, int] = field(default_factory=dict)

    def after(self, line: Hashable) -> Content:
        """Return the content after one more write of a line."""
        return Content({**self.writes, line: self.writes.get(line, 0) + 1})

    def holds(self, other: Content) -> bool:
        """Say whether all that is in ``other`` is in this one, too."""
        return all(self.writes.get(line, 0) >= count for line, count in other.writes.items())


EMPTY = Content()


@dataclass(eq=False)
class Family:
    """The LUNs that descend from one, those in packages left out; what the lab's watch knows of them.

    ``needed`` is the content that some member must have, None while nobody asks; ``name`` what the LUN was called when
    somebody asked.  ``shown`` were presented when they were looked at last; ``lost`` says that none was whole then.
    """

    members: dict[Lun, None] = field(default_factory=dict)
    needed: Content | None = None
    name: str = ""
    appliance: str = ""
    shown: frozenset[Lun] = frozenset()
    lost: bool = False

    def whole(self) -> list[Lun]:
        """Return the members that hold all that is needed."""
        needed = self.needed or EMPTY
        return [lun for lun in self.members if lun.content.holds(needed)]
