"""Volumes as sparse files in one folder: a file is named after its volume."""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from zfssa_lab.dataplane import sparse

_NAME = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True)
class Content:
    """What a volume holds at present: ``version`` is another one when whoever has it open must open it again."""

    size: int
    version: int


class ByteStore:
    """The files of all volumes of a lab, those of snapshots and replicas included."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.contents: dict[str, Content] = {}
        # Volumes that are equal because one was made of the other since the last look.
        self.twins: set[frozenset[str]] = set()
        self._versions = 0
        folder.mkdir(parents=True, exist_ok=True)
        self.clear()

    def path(self, volume: str) -> Path:
        """Return the file of ``volume``; ValueError for a name that could lead out of the folder."""
        if not _NAME.fullmatch(volume):
            raise ValueError(f"{volume!r} is no name of a volume")
        return self.folder / volume

    def _note(self, volume: str, size: int) -> None:
        self._versions += 1
        self.contents[volume] = Content(size, self._versions)

    def fit(self, volume: str, size: int) -> None:
        """Make ``volume`` if it is missing, and let it have ``size`` bytes."""
        present = self.contents.get(volume)
        if present is None:
            sparse.create(self.path(volume), size)
        elif present.size != size:
            os.truncate(self.path(volume), size)
        else:
            return
        self._note(volume, size)

    def stat(self, volume: str) -> os.stat_result:
        """Return what the file system knows of ``volume``."""
        return self.path(volume).stat()

    def copy(self, source: str, volume: str) -> None:
        """Make ``volume`` a copy of ``source``."""
        sparse.copy(self.path(source), self.path(volume))
        self._note(volume, self.contents[source].size)
        self.twins.add(frozenset({source, volume}))

    def fill(self, volume: str, count: int) -> None:
        """Write ``count`` random bytes into ``volume``, at most as many as it has."""
        sparse.fill(self.path(volume), min(count, self.contents[volume].size))

    def room(self) -> int:
        """Return the bytes that the file system still has."""
        return shutil.disk_usage(self.folder).free

    def changed(self, volume: str, base: str) -> int:
        """Return how many bytes of ``volume`` are not as in ``base``."""
        if frozenset({volume, base}) in self.twins:
            return 0
        return sparse.changed_bytes(self.path(volume), self.path(base))

    def keep(self, volumes: set[str]) -> None:
        """Remove all others; their room is free once nobody has them open."""
        for volume in self.contents.keys() - volumes:
            self.path(volume).unlink(missing_ok=True)
            del self.contents[volume]

    def clear(self) -> None:
        """Remove all volumes, also those that an earlier lab left."""
        for entry in os.scandir(self.folder):
            os.unlink(entry.path)
        self.contents.clear()

    def remove(self) -> None:
        """Remove all volumes and the folder."""
        self.clear()
        self.folder.rmdir()
