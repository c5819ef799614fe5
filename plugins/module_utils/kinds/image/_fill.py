# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fills a cached LUN: written over iSCSI, flushed, shown to nobody any more, and only then proved by a snapshot.

A fill that breaks off is thrown away and begun anew in a new LUN. It is never continued: where an image has holes, the bytes of another
one would stay.
"""

from __future__ import annotations

import contextlib
import secrets
import time
from collections.abc import Callable, Iterator
from typing import BinaryIO

from ...client._client import Client
from ...client._progress import Cadence
from ...engine._read import Reader, read
from ...engine._types import Record
from ...values._errors import PlanRefused, ZfssaError
from ...values._names import folded
from ...values._units import human_size
from ...values._wire import clear
from ..lun._connection import connection, read_fabric, read_groups
from ..lun._table import LUN
from ..san._protocols import ISCSI
from ._acts import Cache, beat, create, define_properties, hide, look_at, prove, remove_retired, retire, take_back
from ._entry import Entry, Image, entry_of, proof_of
from ._inspect import Inspected
from ._qemu import Failed, Target, image_source, transfer
from ._wish import Wish

_GIB = 1 << 30
# Seconds between two signs of life at most, and those for which a request for one may take.
_LONGEST_PAUSE = 15.0
# What is told of a transfer: whenever it has got on by that much, and not more often than that.
_TOLD_PERCENT, _TOLD_SECONDS = 10.0, 2.0


class Heart:
    """Gives signs of life on a LUN while it is filled, and ends the work when it could not for too long.

    Others take the LUN over when its sign of life stands still. So whoever cannot give one stops before they do.

    Args:
        client: of the appliance.
        cache: where the LUN is.
        lun: its record.
        token: what only this run writes.
        patience: seconds after which others take over.
        clock: tells seconds.
    """

    def __init__(
        self,
        client: Client,
        cache: Cache,
        lun: Record,
        token: str,
        patience: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client, self._cache, self._name, self._guid = client, cache, str(lun["name"]), str(lun["lunguid"])
        self._token, self._patience, self._clock = token, patience, clock
        self._count = 0
        self._given = self._tried = clock()

    def step(self, percent: float) -> None:
        """Give a sign of life when it is time for one.

        Raises:
            Failed: the LUN belongs to somebody else by now, or soon will.
        """
        now = self._clock()
        if now - self._tried >= min(_LONGEST_PAUSE, self._patience / 6):
            self._tried = now
            self._count += 1
            alive = self._beat(f"{self._token}.{self._count}.{percent:.0f}")
            if alive is False:
                raise _TakenOver
            self._given = now if alive else self._given
        if self._clock() - self._given > self._patience / 2:
            raise Failed(
                f"the appliance could not be told for {self._patience / 2:.0f} s that {self._cache.label(self._name)} is still being filled",
                advice="see that the host that writes reaches the appliance, and run it again",
            )

    def _beat(self, sign: str) -> bool | None:
        """Give a sign of life; `None` where nobody knows whether it has arrived."""
        try:
            return beat(self._client, self._cache, self._name, self._guid, sign)
        except ZfssaError:
            return None


class _TakenOver(Failed):
    """The LUN is somebody else's."""

    def __init__(self) -> None:
        super().__init__("another run has taken the LUN over, or somebody has destroyed it", advice="run it again")


def destination(reader: Reader, wish: Wish) -> tuple[str, str]:
    """Where the host that writes logs in: portal and target.

    Raises:
        PlanRefused: there is none, it wants CHAP, or others than that host would see the LUN.
    """
    writer = wish.writer
    groups = {group["name"]: group for group in read_groups(reader, (ISCSI,))}
    members = [folded(one) for one in groups[writer.group]["initiators"]] if writer.group in groups else []
    if folded(writer.initiator) not in members:
        raise PlanRefused(
            f"initiator group {writer.group} does not have the initiator {writer.initiator} in it",
            advice="make it with zfssa_initiator_group, for the host that writes alone",
        )
    if len(members) > 1:
        raise PlanRefused(
            f"initiator group {writer.group} has other initiators as well, which would see the LUN while it is written",
            advice="give a group of the host that writes alone",
        )
    fabric = read_fabric(reader, [writer.target_group], (), tuple(groups.values()))
    lun: Record = {
        **dict.fromkeys(("pool", "project", "name", "size", "lunguid")),
        "lu_numbers": {},
        "target_group": writer.target_group,
    }
    found = connection(lun, (), (), fabric)
    if not found["targets"]:
        raise PlanRefused(
            f"target group {writer.target_group} has no target that is online",
            advice="make one with zfssa_target and zfssa_target_group",
        )
    if found["auth"] == "chap" and not writer.chap_user:
        raise PlanRefused("the target wants CHAP", advice="give chap_user and chap_secret of the host that writes")
    portal = writer.portal or next(iter(found["portals"]), "")
    if not portal:
        raise PlanRefused("the appliance tells no address of the target", advice="give portal")
    return portal, str(found["targets"][0])


def fill(
    client: Client,
    wish: Wish,
    file: BinaryIO,
    inspected: Inspected,
    image: Image,
    size: int,
    compare: Callable[[], None],
) -> Entry:
    """Make a cached LUN and fill it, wholly or not at all.

    Args:
        client: of the appliance.
        wish: what is wanted.
        file: the image.
        inspected: what it is.
        image: with the checksums of its file.
        size: of the LUN.
        compare: raises `PlanRefused` when the file is not what was looked at any more.

    Raises:
        ObjectExists: somebody else is filling it; nothing was done.
        ZfssaError: it failed; the LUN is gone again, or the sentence says that it is not.
    """
    portal, iqn = destination(client, wish)
    compare()
    define_properties(client)
    token = secrets.token_hex(4)
    values = {
        "initiator_groups": [wish.writer.group],
        "target_group": wish.writer.target_group,
        "custom": image.properties(f"{token}.0.0"),
    }
    lun = create(client, wish.cache, image.name, size, values)
    with _thrown_away_unless_whole(client, wish.cache, lun):
        _write(client, wish, file, inspected, lun, token, (portal, iqn))
        compare()
        hide(client, wish.cache, image.name)
        if not beat(client, wish.cache, image.name, str(lun["lunguid"]), f"{token}.end.100"):
            raise _TakenOver
        return _proved(client, wish.cache, image.name, lun)


def _proved(client: Client, cache: Cache, name: str, lun: Record) -> Entry:
    """Prove a LUN that is whole; a snapshot that hit another LUN of its name is removed again.

    Raises:
        Failed: it is not the one of that name any more.
    """
    prove(client, cache, name, proof_of(str(lun["lunguid"])))
    now, snapshots = look_at(client, cache, name)
    entry = None if now is None else entry_of(now)
    if entry is None or entry.guid != lun["lunguid"] or entry.proof not in snapshots:
        # It proves nothing there, and the failure is that the LUN was taken over.
        with contextlib.suppress(ZfssaError):
            take_back(client, cache, name, lun)
        raise _TakenOver
    return entry


def _write(
    client: Client, wish: Wish, file: BinaryIO, inspected: Inspected, lun: Record, token: str, place: tuple[str, str]
) -> None:
    """Write the image into the LUN, and compare them when that is wanted."""
    target = Target(
        portal=place[0],
        iqn=place[1],
        number=_number(client, wish, lun),
        initiator=wish.writer.initiator,
        user=wish.writer.chap_user,
        secret=wish.writer.chap_secret,
        timeout=min(60, wish.still),
    )
    gibibytes = inspected.virtual_size // _GIB + 1
    source = image_source(file.fileno(), inspected.fmt)
    with _beating(client, wish, lun, token) as heart:
        # The LUN is new, so that it has nothing but zeros. A flush must reach the appliance before the snapshot.
        words = [
            "convert",
            "-n",
            "-t",
            "none",
            "--target-is-zero",
            "--target-image-opts",
            source,
            target.options(),
        ]
        transfer(
            words, file.fileno(), target, gibibytes=gibibytes, still=wish.still,
            step=_telling(client, heart, f"{human_size(inspected.virtual_size)} of image {wish.image.name} are being written"),
        )  # fmt: skip
        if wish.verify:
            status = transfer(
                ["compare", source, target.source()], file.fileno(), target, gibibytes=gibibytes,
                still=wish.still, accepted=(0, 1), step=_telling(client, heart, f"image {wish.image.name} is being compared"),
            )  # fmt: skip
            if status:
                raise Failed(
                    "what was written to the LUN is not what is in the image",
                    advice="look for a fault of the network or a disk",
                )


def _number(client: Client, wish: Wish, lun: Record) -> int:
    """The LU number under which the host that writes sees the LUN."""
    for record in (lun, read(client, LUN, wish.cache.identity(str(lun["name"]))) or {}):
        number = (clear(record.get("lu_numbers")) or {}).get(wish.writer.group)
        if isinstance(number, int):
            return number
    raise Failed(
        "the appliance does not tell the LU number of the LUN",
        advice="see that no other LUN of that host is in the way",
    )


@contextlib.contextmanager
def _beating(client: Client, wish: Wish, lun: Record, token: str) -> Iterator[Heart]:
    """What gives signs of life, over a connection of its own that does not wait as long as others do."""
    with client.beside(timeout=max(1.0, wish.patience / 4)) as other:
        yield Heart(other, wish.cache, lun, token, wish.patience)


def _telling(client: Client, heart: Heart, what: str) -> Callable[[float], None]:
    """What is called with the percentage: gives signs of life, and tells how it goes now and then."""
    began = told = time.monotonic()
    cadence, last = Cadence(), 0.0

    def step(percent: float) -> None:
        nonlocal told, last
        heart.step(percent)
        now = time.monotonic()
        if (percent - last >= _TOLD_PERCENT and now - told >= _TOLD_SECONDS) or cadence.due(now - began):
            told, last = now, percent
            client.tell(f"{what}: {percent:.0f} % after {now - began:.0f} s")

    return step


@contextlib.contextmanager
def _thrown_away_unless_whole(client: Client, cache: Cache, lun: Record) -> Iterator[None]:
    """Destroy a LUN again when its fill is not brought to its end, whatever ends it."""
    try:
        yield
    except BaseException as error:
        left = _throw_away(client, cache, lun)
        if left and isinstance(error, ZfssaError):
            error.advice = f"{error.advice}; {left}" if error.advice else left
        raise


def _throw_away(client: Client, cache: Cache, lun: Record) -> str:
    """Destroy a LUN that is not whole; return what is to be said when it stays."""
    entry = entry_of(lun)
    if entry is None:
        return f"{LUN.label(lun)} is not known again"
    try:
        retired = retire(client, cache, entry)
        reason = None if retired is None else remove_retired(client, cache, retired)
    except ZfssaError as error:
        reason = error.reason
    return f"{cache.label(entry.name)} could not be removed ({reason}), and the next run does it" if reason else ""
