"""The commands of tgt, each with what it changes; the state they lead to is known without asking tgtd."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import takewhile
from typing import Protocol

from zfssa_lab.dataplane.exports import ALL, Account, Unit

VENDOR = "SUN"
PRODUCT = "ZFS Storage 7330"

Words = tuple[str, ...]


@dataclass
class Shown:
    """A target as tgtd has it.

    ``lingering`` are initiators that were expelled, and may have a session from before.  ``places`` are tgt's places for
    accounts, with the gaps that some left: tgt looks for an account up to the first gap.
    """

    iqn: str
    units: dict[int, Unit] = field(default_factory=dict)
    initiators: set[str] = field(default_factory=set)
    incoming: set[str] = field(default_factory=set)
    outgoing: str | None = None
    lingering: set[str] = field(default_factory=set, compare=False)
    places: list[str | None] = field(default_factory=list, compare=False)

    def copy(self) -> Shown:
        """Return another one that can change by itself."""
        return Shown(
            self.iqn,
            dict(self.units),
            set(self.initiators),
            set(self.incoming),
            self.outgoing,
            set(self.lingering),
            list(self.places),
        )

    def demand(self, user: str) -> None:
        """Bind an account: it gets the first place that is free."""
        self.incoming.add(user)
        if None in self.places:
            self.places[self.places.index(None)] = user
        else:
            self.places.append(user)

    def renounce(self, user: str) -> None:
        """Unbind an account: its place is free."""
        self.incoming.discard(user)
        self.places = [None if one == user else one for one in self.places]

    @property
    def found(self) -> set[str]:
        """The accounts that tgt finds when somebody logs in."""
        return {user for user in takewhile(lambda one: one is not None, self.places) if user is not None}


@dataclass
class State:
    """All that a tgtd has: targets by number, and accounts, which all targets share."""

    targets: dict[int, Shown] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)

    def copy(self) -> State:
        """Return another one that can change by itself."""
        return State({tid: target.copy() for tid, target in self.targets.items()}, dict(self.accounts))

    def numbers(self) -> dict[str, int]:
        """Return the number of each target by its name."""
        return {target.iqn: tid for tid, target in self.targets.items()}


class Command(Protocol):
    """One step: words for tgtadm, and its effect."""

    def words(self) -> list[Words]:
        """Return the arguments of one or more calls of tgtadm."""

    def apply(self, state: State) -> None:
        """Note in ``state`` what the command changed."""

    def __str__(self) -> str:
        """Say what it does, without secrets."""


def _words(mode: str, operation: str, **options: object) -> Words:
    found = ["--mode", mode, "--op", operation]
    for name, value in options.items():
        found += [f"--{name.replace('_', '-')}", *([] if value is True else [str(value)])]
    return tuple(found)


@dataclass(frozen=True)
class AddTarget:
    """Make a target; nobody may log in yet."""

    tid: int
    iqn: str

    def words(self) -> list[Words]:
        return [_words("target", "new", tid=self.tid, targetname=self.iqn)]

    def apply(self, state: State) -> None:
        state.targets[self.tid] = Shown(self.iqn)

    def __str__(self) -> str:
        return f"make target {self.iqn}"


@dataclass(frozen=True)
class RemoveTarget:
    """Remove a target; its sessions are cut."""

    tid: int
    iqn: str

    def words(self) -> list[Words]:
        return [_words("target", "delete", force=True, tid=self.tid)]

    def apply(self, state: State) -> None:
        del state.targets[self.tid]

    def __str__(self) -> str:
        return f"remove target {self.iqn}"


@dataclass(frozen=True)
class AddUnit:
    """Show a file as a logical unit, under the names of the appliance."""

    tid: int
    number: int
    unit: Unit

    def words(self) -> list[Words]:
        names = f"vendor_id={VENDOR},product_id={PRODUCT},scsi_sn={self.unit.serial}"
        place = {"tid": self.tid, "lun": self.number}
        return [
            _words("logicalunit", "new", **place, backing_store=self.unit.file),
            _words("logicalunit", "update", **place, params=names),
        ]

    def apply(self, state: State) -> None:
        state.targets[self.tid].units[self.number] = self.unit

    def __str__(self) -> str:
        return f"show LUN {self.unit.serial} as number {self.number}"


@dataclass(frozen=True)
class RemoveUnit:
    """Take a logical unit away; sessions go on without it."""

    tid: int
    number: int

    def words(self) -> list[Words]:
        return [_words("logicalunit", "delete", tid=self.tid, lun=self.number)]

    def apply(self, state: State) -> None:
        del state.targets[self.tid].units[self.number]

    def __str__(self) -> str:
        return f"take away LU number {self.number}"


def _initiator(name: str) -> dict[str, str]:
    return {"initiator_address": ALL} if name == ALL else {"initiator_name": name}


@dataclass(frozen=True)
class Admit:
    """Let an initiator, or any, log in."""

    tid: int
    initiator: str

    def words(self) -> list[Words]:
        return [_words("target", "bind", tid=self.tid, **_initiator(self.initiator))]

    def apply(self, state: State) -> None:
        state.targets[self.tid].initiators.add(self.initiator)
        state.targets[self.tid].lingering.discard(self.initiator)

    def __str__(self) -> str:
        return f"admit {self.initiator}"


@dataclass(frozen=True)
class Expel:
    """Let an initiator log in no more; present sessions stay until they are cut off."""

    tid: int
    initiator: str

    def words(self) -> list[Words]:
        return [_words("target", "unbind", tid=self.tid, **_initiator(self.initiator))]

    def apply(self, state: State) -> None:
        state.targets[self.tid].initiators.discard(self.initiator)
        state.targets[self.tid].lingering.add(self.initiator)

    def __str__(self) -> str:
        return f"expel {self.initiator}"


@dataclass(frozen=True)
class CutOff:
    """End the sessions of all initiators but some: tgt shows the units of a target to each session that there is."""

    tid: int
    but: frozenset[str]

    def words(self) -> list[Words]:
        # Only tgtd knows which sessions there are: see `Tgtd.cut_off`.
        return []

    def apply(self, state: State) -> None:
        state.targets[self.tid].lingering &= self.but

    def __str__(self) -> str:
        return f"cut off all but {', '.join(sorted(self.but)) or 'nobody'}"


@dataclass(frozen=True)
class AddAccount:
    """Make an account."""

    account: Account

    def words(self) -> list[Words]:
        return [_words("account", "new", user=self.account.user, password=self.account.secret)]

    def apply(self, state: State) -> None:
        state.accounts[self.account.user] = self.account

    def __str__(self) -> str:
        return f"make the account of {self.account.user}"


@dataclass(frozen=True)
class RemoveAccount:
    """Remove an account.  tgt takes it from every target, and a target without accounts is open to all it admits."""

    user: str

    def words(self) -> list[Words]:
        return [_words("account", "delete", user=self.user)]

    def apply(self, state: State) -> None:
        del state.accounts[self.user]
        for target in state.targets.values():
            target.renounce(self.user)
            target.outgoing = None if target.outgoing == self.user else target.outgoing

    def __str__(self) -> str:
        return f"remove the account of {self.user}"


@dataclass(frozen=True)
class Demand:
    """Demand CHAP on a target: initiators prove that they have this account, or one of several."""

    tid: int
    user: str

    def words(self) -> list[Words]:
        return [_words("account", "bind", tid=self.tid, user=self.user)]

    def apply(self, state: State) -> None:
        state.targets[self.tid].demand(self.user)

    def __str__(self) -> str:
        return f"demand the account of {self.user}"


@dataclass(frozen=True)
class Renounce:
    """Take an account off a target."""

    tid: int
    user: str

    def words(self) -> list[Words]:
        return [_words("account", "unbind", tid=self.tid, user=self.user)]

    def apply(self, state: State) -> None:
        state.targets[self.tid].renounce(self.user)

    def __str__(self) -> str:
        return f"take back the account of {self.user}"


@dataclass(frozen=True)
class Answer:
    """Let a target prove itself with this account when an initiator asks, or with none."""

    tid: int
    user: str
    on: bool = True

    def words(self) -> list[Words]:
        return [_words("account", "bind" if self.on else "unbind", tid=self.tid, user=self.user, outgoing=True)]

    def apply(self, state: State) -> None:
        state.targets[self.tid].outgoing = self.user if self.on else None

    def __str__(self) -> str:
        return f"{'set' if self.on else 'take back'} the target's own account"
