"""A guest moves from one host to another: for a while both have its LUN, over iSCSI, and the new one never loses it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from cases import LUNS, MASK, Call, prepare
from iscsi_hosts import Disk, TurnedAway, needs_data_plane, reading, write
from lab_appliances import Lab, Record, running_lab
from module_runner import WAYS, Bench, ModuleHost

pytestmark = needs_data_plane

MIB = 1 << 20
SAN = "san/v1/iscsi"
KVM_1, KVM_2, OTHER = (f"iqn.2020-01.com.example:{name}" for name in ("kvm-1", "kvm-2", "other"))
SECRETS = {KVM_1: "secret-of-kvm1", KVM_2: "secret-of-kvm2"}
GUEST = {"pool": "tank", "project": "default", "lun": "guest"}
OLD, NEW = ({**GUEST, "initiators": [host]} for host in (KVM_1, KVM_2))
READS = 20


@pytest.fixture(scope="module")
def plane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A lab whose LUNs have bytes."""
    with running_lab("8.8", tmp_path_factory.mktemp("lab-plane"), "--data-plane", "files") as lab:
        yield lab


@pytest.fixture(params=WAYS)
def bench(request: pytest.FixtureRequest, plane: Lab, module_host: ModuleHost) -> Bench:
    """A bench with that lab, as it is at first."""
    plane.reset()
    return Bench(plane, module_host, request.param)


def host(name: str, iqn: str, chap: bool) -> tuple[Call, ...]:
    """Make an initiator, and a group of it alone."""
    account = {"chapuser": f"{name}-user", "chapsecret": SECRETS[iqn]} if chap else {}
    return (
        ("POST", f"{SAN}/initiators", {"initiator": iqn, **account}),
        ("POST", f"{SAN}/initiator-groups", {"name": name, "initiators": [iqn]}),
    )


def world(chap: bool = False) -> tuple[Call, ...]:
    """Make a target, two hosts in a group each, and the disk of a guest, which nobody sees yet."""
    auth = {"auth": "chap", "targetchapuser": "t", "targetchapsecret": "secret-of-target"[:16]} if chap else {}
    return (
        ("POST", f"{SAN}/targets", {"alias": "t", **auth}),
        *host("kvm-1", KVM_1, chap),
        *host("kvm-2", KVM_2, chap),
        ("POST", LUNS, {"name": "guest", "volsize": 8 * MIB, "sparse": True, "initiatorgroup": MASK}),
    )


def disk(bench: Bench, connection: Record) -> Disk:
    """Return the LUN as the one host of a connection sees it; only the port is the lab's own."""
    portal = bench.lab.ready["appliances"]["east"]["portal"]
    assert {one.rpartition(":")[0] for one in connection["portals"]} == {portal.rpartition(":")[0]}
    (one,) = connection["hosts"]
    assert (connection["auth"] == "chap") == (one["chap_user"] is not None)
    account = (one["chap_user"], SECRETS[one["initiator"]]) if one["chap_user"] else ("", "")
    return Disk(one["initiator"], portal, connection["targets"][0], one["lu_number"], *account)


def attach(bench: Bench, options: Record) -> Disk:
    """Attach the LUN to a host."""
    run = bench.change("zfssa_lun_mapping", options)
    assert run.changed
    assert not any(secret in run.output for secret in SECRETS.values())
    return disk(bench, run.value)


def sessions(bench: Bench) -> dict[str, list[int]]:
    """Return the numbers of the sessions that hosts have, by their names: who comes back has another one."""
    (target,) = bench.lab.control("GET", "/data-plane")["appliances"]["east"]["targets"]
    found: dict[str, list[int]] = {}
    for one in target["sessions"]:
        found.setdefault(one["initiator"], []).append(one["number"])
    return found


@pytest.mark.parametrize("chap", [False, True], ids=["plain", "chap"])
def test_new_host_keeps_reading_while_the_old_one_loses_the_lun(chap: bool, bench: Bench) -> None:
    prepare(bench.lab, world(chap))
    old = attach(bench, OLD)
    write(old, MIB, 0x11)

    with reading(old, MIB, 0x11) as first:
        assert first.more(READS), first.failures
        new = attach(bench, NEW)
        with reading(new, MIB, 0x11) as second:
            assert second.more(READS) and first.more(READS), (first.failures, second.failures)
            before = sessions(bench)
            assert sorted(before) == [KVM_1, KVM_2]

            detached = bench.change("zfssa_lun_mapping", {**OLD, "state": "absent"})
            then = first.count

            # The new host never noticed: its reads go on, in the session that it had.
            assert detached.changed and second.more(READS), second.failures
            assert sessions(bench) == {KVM_2: before[KVM_2]}
            # The old one gets nothing, neither in its session nor by another.
            with pytest.raises(TurnedAway, match="Target not found"):
                old.look()
            assert second.more(READS), second.failures
            assert first.count == then and first.failures == []
    # What the new host writes from now on is what it reads.
    write(new, MIB, 0x22)
    with reading(new, MIB, 0x22) as again:
        assert again.more(1), again.failures


def test_nobody_reads_on_when_all_are_detached(bench: Bench) -> None:
    prepare(bench.lab, world())
    disks = [attach(bench, options) for options in (OLD, NEW)]
    write(disks[0], MIB, 0x33)

    with reading(disks[0], MIB, 0x33) as first, reading(disks[1], MIB, 0x33) as second:
        assert first.more(1) and second.more(1), (first.failures, second.failures)
        run = bench.change("zfssa_lun_mapping", {**GUEST, "all_hosts": True, "state": "absent"})
        again = bench.change("zfssa_lun_mapping", {**GUEST, "all_hosts": True, "state": "absent"})

        assert run.changed and not again.changed
        for one, reader in zip(disks, (first, second), strict=True):
            with pytest.raises(TurnedAway, match="Target not found"):
                one.look()
            # Their sessions are without the LUN.
            assert not reader.more(1)


def test_lun_that_comes_later_is_not_seen_through_a_session_of_before(bench: Bench) -> None:
    """The old host keeps a session that is empty; what another host is given then is not for it."""
    prepare(bench.lab, world())
    old = attach(bench, OLD)
    write(old, MIB, 0x44)

    with reading(old, MIB, 0x44) as first:
        assert first.more(1), first.failures
        bench.change("zfssa_lun_mapping", {**OLD, "state": "absent"})
        new = attach(bench, NEW)
        then = first.count

        with reading(new, MIB, 0x44) as second:
            assert second.more(READS), second.failures
            assert set(sessions(bench)) == {KVM_2}
            assert first.count == then
