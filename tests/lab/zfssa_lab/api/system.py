"""Endpoints of the system service (API reference 2.1, 14.2 and 15.1)."""

from __future__ import annotations

import time

from zfssa_lab.api.arguments import refuse_arguments
from zfssa_lab.api.call import Call, Record, Reply, accepted, ok
from zfssa_lab.api.kinds import Kind
from zfssa_lab.api.routing import Route
from zfssa_lab.model.errors import NotImplementedHere, not_found
from zfssa_lab.release import Release

_DISKS = ("disk-000", "disk-001")
# Megabytes of the system disks, and of memory, by use.
_DISK_USE = {"root": 1800, "var": 50, "update": 1400, "stash": 1, "dump": 4096, "cores": 1, "unknown": 0, "free": 40960}
_MEMORY_USE = {"cache": 8192, "unused": 4096, "management": 1024, "other": 512, "kernel": 2048}


def _time(call: Call, when: float) -> str:
    """Return a time as v1 gives those of the system (14.2); v2 gives all times in one layout (15.1)."""
    if call.version > 1:
        return call.view.stamp(when)
    return time.strftime("%a %b %d %Y %H:%M:%S GMT+0000 (UTC)", time.gmtime(when))


def _href(call: Call, *path: str) -> str:
    return call.view.href(*path, service="system")


def get_version(call: Call) -> Reply:
    """API reference 14.2."""
    appliance = call.appliance
    release = appliance.release
    record = {
        "href": _href(call, "version"),
        "nodename": appliance.name,
        "mkt_product": "Sun ZFS Storage Lab Appliance",
        "product": "Sun Storage Lab",
        "version": release.version,
        "install_time": _time(call, appliance.installed),
        "update_time": _time(call, appliance.installed),
        "boot_time": _time(call, appliance.started),
        "asn": appliance.asn,
        "csn": "unknown",
        "part": "Oracle 000-0000",
        "urn": f"urn:uuid:{appliance.asn}",
        "navname": "aksh",
        "navagent": "aksh 1.0",
        "http": "Apache/2.4.46 (Unix)",
        "ssl": "OpenSSL 1.0.2u-fips  20 Dec 2019",
        "ak_version": f"ak/SUNW,ankimo@{release.version}",
        "ak_release": release.ak_release,
        "os_version": "SunOS 5.11 11.4.28.82.3 64-bit",
        "bios_version": "lab 1.0",
        "sp_version": "-",
    }
    return ok(version={key: value for key, value in record.items() if value is not None})


def _disk(call: Call, name: str) -> Record:
    return {"disk": name, "label": f"HDD {_DISKS.index(name)}", "state": "healthy", "href": _href(call, "disks", name)}


def get_disks(call: Call) -> Reply:
    """The disks that the software is on, each a member by its name, and how they are used (API reference 15.1)."""
    disks = {name: _disk(call, name) for name in _DISKS}
    return ok(disks={"href": _href(call, "disks"), "profile": "mirror", **_DISK_USE, **disks})


def get_disk(call: Call) -> Reply:
    """API reference 2.1."""
    if call.path["disk"] not in _DISKS:
        raise not_found(call.path["disk"])
    return ok(disk=_disk(call, call.path["disk"]))


def get_memory(call: Call) -> Reply:
    """API reference 2.1."""
    return ok(memory={"href": _href(call, "memory"), **_MEMORY_USE})


def _update(call: Call, _release: Release) -> Record:
    """The software that is installed; the lab has no other (API reference 2.1)."""
    return {
        "version": call.release.version,
        "release_name": call.release.ak_release or call.release.version,
        "install_date": _time(call, call.appliance.installed),
        "status": "current",
    }


UPDATE = Kind(
    path="system/updates",
    one="update",
    many="updates",
    titles=("software that is installed", "the software that is installed"),
    where=lambda call: call.release,
    each=lambda _call, release: (release,),
    called=lambda _call, release: f"ak-nas@{release.version}",
    record=_update,
)


def reboot(call: Call) -> Reply:
    """Come up anew at once: the sessions end, and in a cluster the peer takes over (API reference 2.1)."""
    refuse_arguments(call.body)
    call.appliance.restart()
    return accepted()


def restart(call: Call) -> Reply:
    """Restart the management only: the sessions end, nothing else changes (API reference 2.1)."""
    refuse_arguments(call.body)
    call.appliance.sessions.expire_all()
    return accepted()


def not_offered(call: Call) -> Reply:
    """Refuse what would end the lab's appliance."""
    raise NotImplementedHere(f"{call.path['verb']} of an appliance of the lab")


def _refused(verb: str) -> Route:
    return Route("PUT", f"system/{verb}", not_offered, f"Refuse {verb}", fixed={"verb": verb})


ROWS = (
    Route("GET", "system/version", get_version, "Show the software version"),
    Route("GET", "system/disks", get_disks, "Show the system disks"),
    Route("GET", "system/disks/{disk}", get_disk, "Show a system disk"),
    Route("GET", "system/memory", get_memory, "Show how memory is used"),
    UPDATE,
    Route("PUT", "system/reboot", reboot, "Reboot the appliance"),
    Route("PUT", "system/diagreboot", reboot, "Reboot the appliance, gathering diagnostics", "diagreboot"),
    Route("PUT", "system/restart", restart, "Restart the management"),
    _refused("poweroff"),
    _refused("factoryreset"),
)
