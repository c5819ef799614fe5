"""LUNs: size, presentation to initiators, clones (API reference 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from zfssa_lab.model.errors import InvalidArgument, NoSpace, StateConflict, already_exists
from zfssa_lab.model.kinship import Family
from zfssa_lab.model.properties import Property, Table
from zfssa_lab.model.share import Share
from zfssa_lab.model.snapshot import Snapshot
from zfssa_lab.model.space import METADATA, reservation
from zfssa_lab.model.tables import LUN
from zfssa_lab.model.views import assign_numbers, check_references

if TYPE_CHECKING:
    from zfssa_lab.model.project import Project
    from zfssa_lab.model.watch import Watch

_PRESENTATION = ("initiatorgroup", "targetgroup", "lunumber")


class Lun(Share):
    """A LUN."""

    kind = "lun"
    table: ClassVar[Table] = LUN

    def __init__(self, project: Project, name: str) -> None:
        super().__init__(project, name)
        self.guid = project.pool.appliance.identities.lun_guid()
        self._numbers: dict[str, int] = {}
        self.family = Family()
        self._line = object()

    @property
    def numbers(self) -> dict[str, int]:
        """The LU number for each initiator group that really sees it; set to a new dictionary to change it."""
        return self._numbers

    @numbers.setter
    def numbers(self, numbers: dict[str, int]) -> None:
        self._numbers = numbers
        if self.settled:
            self.project.pool.views.put(self)
            self._watch.touch(self)

    @property
    def presented(self) -> bool:
        """Say whether hosts can reach it: online, and with a number for some initiator group."""
        return self.values["status"] == "online" and bool(self._numbers)

    @property
    def _watch(self) -> Watch:
        return self.project.pool.appliance.fleet.watch

    def entered(self) -> None:
        """It came into the list of its project: others must respect its LU numbers."""
        super().entered()
        self.project.pool.views.put(self)
        self._watch.entered(self)

    def left(self) -> None:
        """It left the list of its project: its LU numbers are free."""
        self.project.pool.views.drop(self)
        self._watch.left(self)

    def assign(self, arguments: dict[str, Any]) -> None:
        """Store checked arguments; the status is one of them."""
        super().assign(arguments)
        self._watch.touch(self)

    def returned(self, snapshot: Snapshot) -> None:
        """Its content is that of a snapshot again: what is written from now on is another line of writes."""
        before = self.content
        self.content = snapshot.content
        self._line = object()
        self._watch.returned(self, before)

    def _wrote(self) -> None:
        before = self.content
        self.content = before.after(self._line)
        self._watch.wrote(self, before)

    @property
    def reserved(self) -> int:
        """Bytes reserved: the volume, unless it is sparse (API reference 5.2)."""
        return 0 if self.values["sparse"] else reservation(self.values["volsize"])

    @property
    def volume(self) -> str:
        """The name of its bytes in the data plane."""
        return f"lun-{self.id}"

    def frozen_settings(self) -> dict[str, Any]:
        """A snapshot keeps the size that the volume had."""
        return {"volsize": self.values["volsize"]}

    def rollback_cost(self, snapshot: Snapshot) -> int:
        """A rollback to a larger size reserves the difference."""
        if self.values["sparse"]:
            return 0
        return max(0, reservation(snapshot.settings["volsize"]) - self.reserved)

    def present(self, arguments: dict[str, Any]) -> dict[str, int]:
        """Return the LU numbers that ``arguments`` lead to; refuses unknown groups and collisions."""
        wanted = {name: arguments.get(name, self.values[name]) for name in _PRESENTATION}
        appliance = self.project.pool.appliance
        check_references(appliance.san, {name: arguments[name] for name in _PRESENTATION if name in arguments})
        keep = self.numbers if wanted["targetgroup"] == self.values["targetgroup"] else {}
        return assign_numbers(appliance, self, wanted, keep)

    def modify(self, arguments: dict[str, Any]) -> None:
        """Set properties, all or none (API reference 5.2)."""
        change = self.begin(arguments)
        self._check_size(change.values)
        numbers = self.numbers
        if any(key in change.values for key in _PRESENTATION):
            numbers = self.present(change.values)
        self.check_one_place(change, "LUN")
        self.carry_out(change)
        self.numbers = numbers

    def _check_size(self, arguments: dict[str, Any]) -> None:
        volsize = arguments.get("volsize", self.values["volsize"])
        check_volume_size(volsize, self.values["volblocksize"])
        if volsize < self.blocks.live - METADATA:
            raise StateConflict(f'"{self.path}" holds more data than the new size')
        sparse = arguments.get("sparse", self.values["sparse"])
        wanted = 0 if sparse else reservation(volsize)
        growth = self.blocks.unused(wanted) - self.blocks.unused(self.reserved)
        if growth > 0:
            self.project.check_room(growth)

    def write(self, count: int) -> None:
        """Write ``count`` bytes as a host does that sees the LUN."""
        if self.values["status"] != "online":
            raise StateConflict(f'"{self.path}" is offline')
        if not self.numbers:
            raise StateConflict(f'"{self.path}" is presented to nobody')
        before = self.footprint
        saved = vars(self.blocks).copy()
        newest = self.newest_snapshot
        unique = newest.unique if newest else 0
        self.blocks.write(count, self.values["volsize"], newest)
        self.account()
        growth = self.footprint - before
        try:
            # The new blocks count already, so the pool must not be over-full with them.
            self.project.check_room(0)
            self.plane.write(self.volume, count)
        except StateConflict as refusal:
            vars(self.blocks).update(saved)
            if newest:
                newest.unique = unique
            self.account()
            if not isinstance(refusal, NoSpace):
                raise
            raise StateConflict(f"no room for {growth} more bytes") from None
        self._wrote()

    def note_written(self, grown: int, overwritten: int) -> None:
        """Count what a host wrote over the data plane: it filled free blocks and replaced others."""
        self.blocks.change(grown, overwritten, self.newest_snapshot)
        self.account()
        if grown or overwritten:
            self._wrote()


def check_volume_size(volsize: int, volblocksize: int) -> None:
    """Refuse a size that is not a multiple of the block size."""
    if volsize % volblocksize:
        raise InvalidArgument(
            f'bad property value "{volsize}" (expecting a multiple of the volume block size '
            f'{volblocksize}) (encountered while attempting to run command "set volsize={volsize}")'
        )


def create_lun(project: Project, arguments: dict[str, Any]) -> Lun:
    """Create a LUN in ``project`` from checked arguments."""
    if arguments["name"] in project.shares:
        raise _taken(arguments["name"])
    lun = Lun(project, arguments["name"])
    lun.values = {name: value for name, value in LUN.defaults().items() if _plain(LUN.by_name[name])}
    lun.values["volblocksize"] = project.setting("default_volblocksize")
    lun.values["sparse"] = project.setting("default_sparse")
    lun.assign({key: value for key, value in arguments.items() if key != "name"})
    check_volume_size(lun.values["volsize"], lun.values["volblocksize"])
    _settle_in(lun)
    return lun


def clone_lun(snapshot: Snapshot, project: Project, arguments: dict[str, Any]) -> Lun:
    """Make a writable LUN from a snapshot (API reference 7.3)."""
    name = arguments["share"]
    if name in project.shares:
        raise _taken(name)
    lun = Lun(project, name)
    lun.copy_from(snapshot)
    lun.values.update({"lunumber": "auto", "fixednumber": False})
    lun.assign({key: value for key, value in arguments.items() if key not in ("share", "project", "pool")})
    _settle_in(lun)
    lun.plane.copy(snapshot.volume, lun.volume)
    snapshot.clones.append(lun)
    return lun


def _plain(prop: Property) -> bool:
    return not prop.inherited and prop.name not in ("name", "project")


def _taken(name: str) -> Exception:
    refusal = already_exists("share", name)
    refusal.detail = refusal.detail.replace(f'command "share {name}"', f'command "lun {name}"')
    return refusal


def _settle_in(lun: Lun) -> None:
    """Find numbers and room for a new LUN, then enter it into its project."""
    lun.numbers = lun.present({name: lun.values[name] for name in _PRESENTATION})
    lun.project.check_room(lun.footprint)
    lun.project.shares[lun.name] = lun
