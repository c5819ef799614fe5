"""Which LUN is shown under which target, to whom, and with which CHAP accounts (API reference 5.2 and 9).

tgt shows all units of a target to everybody whom the target admits, under one number, and its accounts are good for
all.  Where that cannot express what the appliance would do, less is shown, never more: of LUNs with different
initiators the older ones win, and what is withheld is listed with the reason.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from zfssa_lab.dataplane.exports import ALL, Account, Export, Exports, Unit
from zfssa_lab.dataplane.store import ByteStore
from zfssa_lab.model.appliance import Appliance
from zfssa_lab.model.lun import Lun
from zfssa_lab.model.san import Initiator, Target
from zfssa_lab.model.tables import ALL_INITIATORS, ALL_TARGETS

Initiators = frozenset[str]
EVERYBODY: Initiators = frozenset({ALL})


class Withheld(NamedTuple):
    """Something that the appliance would show, but tgt cannot."""

    target: str
    what: str
    reason: str


class Offer(NamedTuple):
    """One LUN under one number for some initiators."""

    lun: Lun
    number: int
    initiators: Initiators


@dataclass
class Publication:
    """All that an appliance shows."""

    exports: Exports = field(default_factory=dict)
    withheld: list[Withheld] = field(default_factory=list)


def publish(appliance: Appliance, store: ByteStore) -> Publication:
    """Return what hosts are to see of ``appliance``."""
    publication = Publication()
    stripped = appliance.cluster is not None and appliance.cluster.stripped is appliance
    if stripped or not appliance.services.online("iscsi"):
        return publication
    targets = [one for one in appliance.san.protocols["iscsi"].targets.values() if one.state == "online"]
    offers = _offers(appliance)
    accounts = _Accounts(appliance, targets, publication.withheld)
    for target in targets:
        publication.exports[target.iqn] = _Gate(target, accounts, publication.withheld).export(offers, store)
    return publication


def _offers(appliance: Appliance) -> dict[str, list[Offer]]:
    """Return the offers by target group, those of the oldest LUN first."""
    groups = appliance.san.protocols["iscsi"].initiator_groups
    offers: dict[str, list[Offer]] = defaultdict(list)
    for lun in sorted(appliance.luns(), key=lambda one: (one.created, one.id)):
        if lun.values["status"] != "online" or not lun.setting("exported"):
            continue
        by_number: dict[int, set[str]] = defaultdict(set)
        for name, number in sorted(lun.numbers.items()):
            by_number[number].update({ALL} if name == ALL_INITIATORS else _members(groups.get(name)))
        for number, initiators in by_number.items():
            if initiators:
                offers[lun.values["targetgroup"]].append(Offer(lun, number, frozenset(initiators)))
    return offers


def _members(group: object) -> list[str]:
    members: list[str] = getattr(group, "members", [])
    return members


class _Accounts:
    """The CHAP accounts that can stand side by side in one tgtd."""

    def __init__(self, appliance: Appliance, targets: list[Target], withheld: list[Withheld]) -> None:
        self.appliance = appliance
        self._initiators = appliance.san.protocols["iscsi"].initiators
        chap = [target for target in targets if target.auth == "chap"]
        wanted = [_account(one.chapuser, one.chapsecret) for one in self._initiators.values()] if chap else []
        wanted += [_account(target.targetchapuser, target.targetchapsecret) for target in chap]
        secrets: dict[str, set[str]] = defaultdict(set)
        for account in filter(None, wanted):
            secrets[account.user].add(account.secret)
        self._clashing = {user for user, different in secrets.items() if len(different) > 1}
        for user in sorted(self._clashing):
            withheld.append(
                Withheld("", f"CHAP name {user}", "it has several secrets, and tgt knows one for each name")
            )

    def _usable(self, account: Account | None) -> Account | None:
        return None if account is None or account.user in self._clashing else account

    def of_initiator(self, name: str) -> Account | None:
        """Return the account that an initiator must prove."""
        initiator = self._initiators.get(name, Initiator(name))
        return self._usable(_account(initiator.chapuser, initiator.chapsecret))

    def of_target(self, target: Target) -> Account | None:
        """Return the account with which a target proves itself."""
        return self._usable(_account(target.targetchapuser, target.targetchapsecret))

    def owners(self, initiators: Initiators) -> Initiators:
        """Return those of ``initiators`` who can prove an account."""
        named = self._initiators if ALL in initiators else initiators
        return frozenset(name for name in named if self.of_initiator(name))


def _account(user: str, secret: str) -> Account | None:
    # tgtadm would cut both at a comma.
    return Account(user, secret) if user and secret and "," not in user + secret else None


class _Gate:
    """A target in the making: who is admitted, and what all of them may see."""

    def __init__(self, target: Target, accounts: _Accounts, withheld: list[Withheld]) -> None:
        self._target = target
        self._accounts = accounts
        self._withheld = withheld
        self._chap = target.auth == "chap"
        self._admitted: Initiators | None = None
        self._units: dict[int, Unit] = {}

    def export(self, offers: dict[str, list[Offer]], store: ByteStore) -> Export:
        """Return what the target shows of ``offers``."""
        for offer in self._through(offers):
            reason = self._refusal(offer)
            if reason:
                self._withheld.append(Withheld(self._target.iqn, f"{offer.lun.path} as {offer.number}", reason))
                continue
            volume = offer.lun.volume
            file = str(store.path(volume).relative_to(store.folder.parent))
            self._units[offer.number] = Unit(file, store.contents[volume].version, offer.lun.guid)
        admitted = self._admitted or frozenset()
        if not self._chap:
            return Export(self._units, admitted)
        admitted = self._accounts.owners(admitted)
        incoming = frozenset(filter(None, map(self._accounts.of_initiator, admitted)))
        return Export(self._units, admitted, incoming, self._accounts.of_target(self._target))

    def _through(self, offers: dict[str, list[Offer]]) -> Iterator[Offer]:
        """Yield the offers made through this target, in their order."""
        groups = self._accounts.appliance.san.protocols["iscsi"].target_groups
        mine = [name for name, group in groups.items() if self._target.iqn in group.members]
        found = [offer for name in (ALL_TARGETS, *mine) for offer in offers.get(name, [])]
        yield from sorted(found, key=lambda offer: (offer.lun.created, offer.lun.id, offer.number))

    def _refusal(self, offer: Offer) -> str:
        """Say why an offer cannot be shown; admit its initiators if it can."""
        if offer.number == 0:
            return "tgt has its controller at LU number 0"
        if self._admitted is None:
            self._admitted = offer.initiators
        elif not _within(self._admitted, offer.initiators):
            return "tgt cannot hide it from the initiators that see an older LUN through this target"
        elif offer.number in self._units:
            return "tgt has one LUN for each number of a target"
        hidden = _missing(offer.initiators, self._admitted)
        if hidden:
            self._withheld.append(
                Withheld(
                    self._target.iqn,
                    f"{offer.lun.path} from {', '.join(sorted(hidden))}",
                    "tgt cannot hide an older LUN of this target from them",
                )
            )
        return ""


def _within(few: Initiators, many: Initiators) -> bool:
    return ALL in many or few <= many


def _missing(wanted: Initiators, admitted: Initiators) -> Initiators:
    return frozenset() if ALL in admitted else wanted - admitted
