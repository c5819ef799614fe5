"""The lab's own watch over LUNs: judged at each change of the model, not from outside now and then."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zfssa_lab.clock import Clock
from zfssa_lab.model.kinship import Content, Family

if TYPE_CHECKING:
    from zfssa_lab.model.lun import Lun

PRESENTED_TWICE = "presented-twice"
NO_WHOLE_COPY = "no-whole-copy"
MOST = 10_000  # breaches that are kept


@dataclass(frozen=True)
class Breach:
    """What must never be: since ``at``, after the request (or the event) ``after``."""

    kind: str
    at: float
    appliances: tuple[str, ...]
    luns: tuple[str, ...]
    after: str


class Watch:
    """Judges the families of LUNs in which something has changed.

    LUNs tell what happens to them; ``judge`` comes when the model is whole again, after each request and each event.
    A breach is listed when it begins, and again only when it has ended in between.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._touched: dict[Family, None] = {}
        self._watched: dict[Family, None] = {}
        self.breaches: deque[Breach] = deque(maxlen=MOST)

    @property
    def watched(self) -> list[str]:
        """The names under which LUNs were given to ``keep``."""
        return [family.name for family in self._watched]

    def keep(self, lun: Lun) -> None:
        """See to it from now on that a whole copy of ``lun`` exists: all that it holds now, and what hosts write."""
        family = lun.family
        if family not in self._watched:
            family.needed = lun.content
            family.name = name_of(lun)
            family.appliance = lun.project.pool.appliance.name
            self._watched[family] = None
        self._touched[family] = None

    def touch(self, lun: Lun) -> None:
        """Take note that ``lun`` may be presented, or not, from now on."""
        self._touched[lun.family] = None

    def entered(self, lun: Lun) -> None:
        """``lun`` is a local LUN."""
        lun.family.members[lun] = None
        self._touched[lun.family] = None

    def left(self, lun: Lun) -> None:
        """``lun`` is destroyed, or on its way to another name or project."""
        lun.family.members.pop(lun, None)
        self._touched[lun.family] = None

    def wrote(self, lun: Lun, before: Content) -> None:
        """A host wrote to ``lun``, whose content was ``before``: what is whole must have that, too."""
        family = lun.family
        if family.needed is not None and before.holds(family.needed):
            family.needed = lun.content
        self._touched[family] = None

    def returned(self, lun: Lun, before: Content) -> None:
        """``lun`` was rolled back: of the only whole copy, its older content is what is wanted from now on."""
        family = lun.family
        if family.needed is not None and before.holds(family.needed) and not family.whole():
            family.needed = lun.content
        self._touched[family] = None

    def judge(self, after: str) -> None:
        """Look at what has changed, and note what must not be; ``after`` says in words what changed it."""
        touched, self._touched = self._touched, {}
        for family in touched:
            self._judge_views(family, after)
            if family.needed is not None:
                self._judge_copies(family, after)

    def _judge_views(self, family: Family, after: str) -> None:
        shown = frozenset(lun for lun in family.members if lun.presented)
        if len(shown) > 1 and not shown <= family.shown:
            luns = sorted(shown, key=name_of)
            self._note(PRESENTED_TWICE, [lun.project.pool.appliance.name for lun in luns], map(name_of, luns), after)
        family.shown = shown

    def _judge_copies(self, family: Family, after: str) -> None:
        lost = not family.whole()
        if lost and not family.lost:
            self._note(NO_WHOLE_COPY, [family.appliance], [family.name], after)
        family.lost = lost

    def _note(self, kind: str, appliances: Iterable[str], luns: Iterable[str], after: str) -> None:
        names = tuple(dict.fromkeys(appliances))
        self.breaches.append(Breach(kind, self._clock.now(), names, tuple(luns), after))


def name_of(lun: Lun) -> str:
    """Return ``APPLIANCE:POOL/PROJECT/LUN``."""
    pool = lun.project.pool
    return f"{pool.appliance.name}:{pool.name}/{lun.path}"
