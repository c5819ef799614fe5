"""From what a tgtd shows to what it is to show: the commands, in an order that is safe at every moment.

Units go before anybody is admitted and initiators go before units come, so nobody ever sees a LUN that is not his.
An initiator that is expelled loses its session as well, as soon as there is a unit that it would see by it.
A target that demands CHAP is closed while it has no account: tgt would take such a target for an open one.
"""

from __future__ import annotations

from collections.abc import Iterator

from zfssa_lab.dataplane.commands import (
    AddAccount,
    AddTarget,
    AddUnit,
    Admit,
    Answer,
    Command,
    CutOff,
    Demand,
    Expel,
    RemoveAccount,
    RemoveTarget,
    RemoveUnit,
    Renounce,
    State,
)
from zfssa_lab.dataplane.exports import ALL, Account, Export, Exports


def plan(state: State, wanted: Exports) -> list[Command]:
    """Return the commands that lead from ``state`` to ``wanted``; ``state`` stays as it is."""
    return list(_Plan(state.copy(), wanted).commands())


class _Plan:
    """``state`` is what it will be after the commands so far."""

    def __init__(self, state: State, wanted: Exports) -> None:
        self.state = state
        self.wanted = wanted
        accounts = {account for export in wanted.values() for account in export.accounts}
        self.accounts: dict[str, Account] = {account.user: account for account in sorted(accounts)}
        if len(accounts) != len(self.accounts):
            raise ValueError("accounts are global to a tgtd: one name cannot have two secrets")
        self.numbers: dict[str, int] = {}

    def commands(self) -> Iterator[Command]:
        """Yield the commands; each has its effect on ``state`` before the next is thought of."""
        for phase in (
            self._remove,
            self._add_targets,
            self._close,
            self._remove_accounts,
            self._add_accounts,
            self._renounce,
            self._cut_off,
            self._show,
        ):
            for command in phase():
                command.apply(self.state)
                yield command

    def _remove(self) -> Iterator[Command]:
        for tid, target in list(self.state.targets.items()):
            export = self.wanted.get(target.iqn)
            if export is None:
                yield RemoveTarget(tid, target.iqn)
                continue
            for number, unit in list(target.units.items()):
                if export.units.get(number) != unit:
                    yield RemoveUnit(tid, number)
            for initiator in sorted(target.initiators - export.initiators):
                yield Expel(tid, initiator)

    def _add_targets(self) -> Iterator[Command]:
        free = (number for number in range(1, 1 << 16) if number not in self.state.targets)
        missing = [iqn for iqn in self.wanted if iqn not in self.state.numbers()]
        for iqn, number in zip(missing, free, strict=False):
            yield AddTarget(number, iqn)
        self.numbers = self.state.numbers()

    def _kept(self, users: set[str]) -> set[str]:
        """Return those of ``users`` whose account stays as it is."""
        return {user for user in users if self.accounts.get(user) == self.state.accounts[user]}

    def _close(self) -> Iterator[Command]:
        """Admit nobody where no account of before goes on to be demanded, or one leaves.

        tgt does not find an account behind the gap that another one leaves, so that those which stay are demanded anew.
        """
        for iqn, export in self.wanted.items():
            target = self.state.targets[self.numbers[iqn]]
            if export.incoming is None:
                continue
            demanded = {account.user for account in export.incoming}
            kept = self._kept(target.incoming)
            if not kept & demanded or target.incoming - (kept & demanded):
                for initiator in sorted(target.initiators):
                    yield Expel(self.numbers[iqn], initiator)
            if target.incoming - (kept & demanded):
                for user in sorted(kept):
                    yield Renounce(self.numbers[iqn], user)

    def _remove_accounts(self) -> Iterator[Command]:
        """Remove what is not wanted or has another secret: each target that may be opened by this is closed, or open."""
        for user in sorted(set(self.state.accounts) - self._kept(set(self.state.accounts))):
            yield RemoveAccount(user)

    def _add_accounts(self) -> Iterator[Command]:
        for user, account in self.accounts.items():
            if user not in self.state.accounts:
                yield AddAccount(account)
        for iqn, export in self.wanted.items():
            tid = self.numbers[iqn]
            for account in sorted(export.incoming or frozenset()):
                if account.user not in self.state.targets[tid].incoming:
                    yield Demand(tid, account.user)

    def _renounce(self) -> Iterator[Command]:
        for iqn, export in self.wanted.items():
            tid = self.numbers[iqn]
            target = self.state.targets[tid]
            for user in sorted(target.incoming - {account.user for account in export.incoming or ()}):
                yield Renounce(tid, user)
            outgoing = export.outgoing.user if export.outgoing else None
            if target.outgoing not in (None, outgoing):
                yield Answer(tid, target.outgoing or "", on=False)
            if outgoing is not None and target.outgoing is None:
                yield Answer(tid, outgoing)

    def _cut_off(self) -> Iterator[Command]:
        """A session without units is left alone: its host learns that the LUN is gone, and not that the target is."""
        for iqn, export in self.wanted.items():
            tid = self.numbers[iqn]
            if export.units and ALL not in export.initiators and self.state.targets[tid].lingering - export.initiators:
                yield CutOff(tid, export.initiators)

    def _show(self) -> Iterator[Command]:
        for iqn, export in self.wanted.items():
            tid = self.numbers[iqn]
            target = self.state.targets[tid]
            for number, unit in export.units.items():
                if number not in target.units:
                    yield AddUnit(tid, number, unit)
            yield from _admit(tid, target.initiators, export)


def _admit(tid: int, admitted: set[str], export: Export) -> Iterator[Command]:
    for initiator in sorted(export.initiators - admitted):
        yield Admit(tid, initiator)
