"""Who sees which LUN through which target, where tgt can say less than the appliance."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lab_hosts import defined, hosts_group, iqn, target
from lab_world import LUNS, MASK, World, lun

from zfssa_lab.dataplane.exports import ALL, Account, Export
from zfssa_lab.dataplane.publication import Publication, publish
from zfssa_lab.dataplane.store import ByteStore


@pytest.fixture
def store(tmp_path: Path) -> ByteStore:
    """Return an empty store."""
    return ByteStore(tmp_path / "bytes")


@pytest.fixture
def shown(world: World, store: ByteStore) -> Callable[..., Publication]:
    """Return a function that does steps on a lab with a target and three hosts, and gives what east shows then."""
    world.do(target(), *(defined(host) for host in ("h1", "h2", "h3")))
    for group, hosts in {"g1": ["h1"], "g2": ["h2"], "g12": ["h1", "h2"], "none": []}.items():
        world.do(hosts_group(group, *hosts))

    def see(*steps: Any) -> Publication:
        for step in steps:
            world.do(step)
            world.clock.advance(1)
        appliance = world.lab.fleet.appliances["east"]
        for one in appliance.luns():
            store.fit(one.volume, one.values["volsize"])
        return publish(appliance, store)

    return see


def _only(publication: Publication) -> Export:
    (export,) = publication.exports.values()
    return export


def _hosts(*names: str) -> frozenset[str]:
    return frozenset(map(iqn, names))


def _lun(name: str, *groups: str, number: int | str = 1) -> Any:
    return lun(name, initiatorgroup=list(groups) or ["default"], lunumber=number)


@pytest.mark.parametrize(
    ("luns", "numbers", "admitted", "withheld"),
    [
        ([("a", "g1", 1), ("b", "g1", 2)], [1, 2], ["h1"], []),
        ([("a", "g1", 1), ("b", "g2", 1)], [1], ["h1"], ["default/b as 1"]),
        ([("a", "g1", 1), ("b", "g2", 2)], [1], ["h1"], ["default/b as 2"]),
        ([("a", "g1", 1), ("b", "g12", 2)], [1, 2], ["h1"], [f"default/b from {iqn('h2')}"]),
        ([("a", "g12", 1), ("b", "g1", 2)], [1], ["h1", "h2"], ["default/b as 2"]),
        ([("a", "g1", 1), ("b", "default", 2)], [1, 2], ["h1"], [f"default/b from {ALL}"]),
        ([("a", "default", 1), ("b", "g1", 2)], [1], None, ["default/b as 2"]),
        ([("a", "g1", 0), ("b", "g1", 2)], [2], ["h1"], ["default/a as 0"]),
        ([("a", "none", 1), ("b", "g1", 1)], [1], ["h1"], []),
    ],
)
def test_nobody_sees_a_lun_that_is_not_for_him(
    shown: Callable[..., Publication],
    luns: list[tuple[str, str, int]],
    numbers: list[int],
    admitted: list[str] | None,
    withheld: list[str],
) -> None:
    """tgt has no masking by initiator: the older LUN wins, and what is not shown is listed."""
    publication = shown(*(_lun(name, group, number=number) for name, group, number in luns))
    export = _only(publication)
    assert sorted(export.units) == numbers
    assert export.initiators == (frozenset({ALL}) if admitted is None else _hosts(*admitted))
    assert [one.what for one in publication.withheld] == withheld


@pytest.mark.parametrize(
    "change",
    [
        ("PUT", f"{LUNS}/a", {"initiatorgroup": MASK}),
        ("PUT", f"{LUNS}/a", {"status": "offline"}),
        ("PUT", f"{LUNS}/a", {"exported": False}),
        ("PUT", "san/v1/iscsi/initiator-groups/g1", {"initiators": []}),
        ("DELETE", f"{LUNS}/a"),
    ],
)
def test_target_stays_when_its_luns_go(shown: Callable[..., Publication], change: Any) -> None:
    """Its sessions go on, without the LUN; nobody new is admitted."""
    assert _only(shown(_lun("a", "g1"))).units
    assert _only(shown(change)) == Export()


@pytest.mark.parametrize(
    "change",
    [
        ("PUT", "service/v1/services/iscsi/disable"),
        ("PUT", "san/v1/iscsi/targets/alias=t", {"state": "offline"}),
        ("DELETE", "san/v1/iscsi/targets/alias=t"),
    ],
)
def test_target_goes_with_its_sessions(shown: Callable[..., Publication], change: Any) -> None:
    """There is no such target any more."""
    assert shown(_lun("a", "g1")).exports
    assert not shown(change).exports


def _chap(host: str, user: str, secret: str) -> Any:
    return ("PUT", f"san/v1/iscsi/initiators/{iqn(host)}", {"chapuser": user, "chapsecret": secret})


DEMAND = (
    "PUT",
    "san/v1/iscsi/targets/alias=t",
    {"auth": "chap", "targetchapuser": "t", "targetchapsecret": "targets-secret"},
)


def test_chap_admits_only_hosts_that_have_an_account(shown: Callable[..., Publication]) -> None:
    """Also of those that are in no group, when the LUN is for everybody."""
    export = _only(shown(_lun("a"), _chap("h1", "u1", "secret-of-h1"), DEMAND))
    assert export.initiators == _hosts("h1")
    assert export.incoming == {Account("u1", "secret-of-h1")}
    assert export.outgoing == Account("t", "targets-secret")
    assert _only(shown(_chap("h1", "", ""))) == Export(export.units, frozenset(), frozenset(), export.outgoing)


def test_one_name_with_two_secrets_is_nobodys(shown: Callable[..., Publication]) -> None:
    """tgt could only take one of them for both hosts."""
    publication = shown(_lun("a", "g12"), _chap("h1", "u", "secret-of-h1"), _chap("h2", "u", "secret-of-h2"), DEMAND)
    assert _only(publication).initiators == frozenset()
    assert [one.what for one in publication.withheld] == ["CHAP name u"]
    assert _only(shown(_chap("h2", "u", "secret-of-h1"))).initiators == _hosts("h1", "h2")


def test_account_that_tgtadm_would_cut_is_none(shown: Callable[..., Publication]) -> None:
    """A comma ends a word there: the secret would be another, shorter one."""
    assert _only(shown(_lun("a", "g1"), _chap("h1", "u", "secret,of,h1"), DEMAND)).initiators == frozenset()
