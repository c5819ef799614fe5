"""The data plane as a whole: bytes in files, one tgtd for each appliance."""

from __future__ import annotations

import contextlib
import fcntl
import os
from pathlib import Path
from typing import Any

from zfssa_lab.dataplane.commands import CutOff, State
from zfssa_lab.dataplane.meter import Meter
from zfssa_lab.dataplane.publication import Publication, publish
from zfssa_lab.dataplane.reconcile import plan
from zfssa_lab.dataplane.store import ByteStore
from zfssa_lab.dataplane.tgtd import PlaneError, Tgtd
from zfssa_lab.model.errors import StateConflict
from zfssa_lab.model.fleet import Fleet
from zfssa_lab.model.lun import Lun
from zfssa_lab.model.plane import volumes

_BYTES = "bytes"


class Portal:
    """What the hosts see of one appliance."""

    def __init__(self, tgtd: Tgtd) -> None:
        self._tgtd = tgtd
        self._state = State()
        self.publication = Publication()

    @property
    def address(self) -> str:
        """ADDR:PORT."""
        return self._tgtd.portal

    def show(self, publication: Publication) -> None:
        """Show that, and nothing else; PlaneError leaves known what is shown, so the next try begins there."""
        self.publication = publication
        for command in plan(self._state, publication.exports):
            for words in command.words():
                self._tgtd.run(words, str(command))
            if isinstance(command, CutOff):
                self._tgtd.cut_off(command.tid, command.but, str(command))
            command.apply(self._state)

    def sessions(self, iqn: str) -> list[dict[str, Any]]:
        """Return who is logged in at a target; a host that comes back has another number."""
        found = self._tgtd.connections(self._state.numbers()[iqn], "tell its sessions")
        told = [{"initiator": one["Initiator"], "number": int(one["Session"])} for one in found]
        return sorted(told, key=lambda one: (one["initiator"], one["number"]))

    def stop(self) -> None:
        """End the tgtd."""
        self._tgtd.stop()


class FilesPlane:
    """Keeps the bytes of LUNs in sparse files below ``folder`` and shows them by iSCSI at ``addresses``.

    Whoever calls it holds the lab's lock; copies are made meanwhile, so that each answer is about what is there.
    """

    lowest_lu_number = 1  # tgt has its controller at 0
    serves_hosts = True

    def __init__(self, folder: Path, addresses: dict[str, str]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        with contextlib.ExitStack() as closing:
            _lock(folder, closing)
            self._store = ByteStore(folder / _BYTES)
            closing.callback(self._store.remove)
            self._meter = Meter(self._store)
            self._portals: dict[str, Portal] = {}
            for number, (name, address) in enumerate(addresses.items()):
                self._portals[name] = Portal(Tgtd(address, folder, str(number)))
                closing.callback(self._portals[name].stop)
            self._closing = closing.pop_all()

    def copy(self, source: str, volume: str) -> None:
        """Make ``volume`` an independent copy of ``source``."""
        self._store.copy(source, volume)

    def write(self, volume: str, count: int) -> None:
        """Write ``count`` random bytes; StateConflict when the disk below the lab has no room for them."""
        room = self._store.room()
        if count > room:
            raise StateConflict(f"the disk that holds the lab's data plane has only {room} bytes left")
        self._store.fill(volume, count)
        self._meter.forget(volume)

    def before(self, fleet: Fleet) -> None:
        """Tell the model what hosts wrote since the last look."""
        for lun in _luns(fleet):
            self._meter.measure(lun)

    def after(self, fleet: Fleet) -> None:
        """Bring files and portals to what the model says now."""
        luns = _luns(fleet)
        for lun in luns:
            self._store.fit(lun.volume, lun.values["volsize"])
        self._meter.begin([lun for lun in luns if lun.numbers])
        for name, portal in self._portals.items():
            portal.show(publish(fleet.appliances[name], self._store))
        self._store.keep(volumes(fleet.appliances.values()))

    def portal(self, name: str) -> str | None:
        """Return ADDR:PORT of the portal of an appliance."""
        return self._portals[name].address

    def describe(self) -> dict[str, Any]:
        """Return what is shown to whom, and what is withheld and why; no secrets."""
        return {name: _describe(portal) for name, portal in self._portals.items()}

    def clear(self) -> None:
        """Forget all bytes and show nothing."""
        for portal in self._portals.values():
            portal.show(Publication())
        self._store.clear()
        self._meter.begin([])

    def close(self) -> None:
        """End the portals and remove the files."""
        self._closing.close()


def _luns(fleet: Fleet) -> list[Lun]:
    return [lun for appliance in fleet.appliances.values() for lun in appliance.luns()]


def _lock(folder: Path, closing: contextlib.ExitStack) -> None:
    """Make sure that no other lab uses the folder; the lock ends with this process at the latest."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    closing.callback(os.close, descriptor)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise PlaneError(f"another lab keeps its data in {folder}") from None


def _describe(portal: Portal) -> dict[str, Any]:
    publication = portal.publication
    targets = [
        {
            "iqn": iqn,
            "luns": [
                {"number": number, "guid": unit.serial, "file": unit.file} for number, unit in export.units.items()
            ],
            "initiators": sorted(export.initiators),
            "sessions": portal.sessions(iqn),
            "chap": None if export.incoming is None else sorted(account.user for account in export.incoming),
        }
        for iqn, export in publication.exports.items()
    ]
    return {"portal": portal.address, "targets": targets, "withheld": [one._asdict() for one in publication.withheld]}
