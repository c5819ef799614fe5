"""Services (API reference 2.3)."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from functools import cache
from typing import Any

from zfssa_lab.model.properties import Property, Table
from zfssa_lab.model.shelf import named
from zfssa_lab.release import Release

ONLINE = "online"
DISABLED = "disabled"
MAINTENANCE = "maintenance"

_NAMES = (
    "ad", "cifs", "dns", "dynrouting", "ftp", "http", "identity", "idmap", "ipmp", "iscsi", "kerberos",
    "ldap", "ndmp", "nfs", "nis", "ntp", "replication", "rest", "scrk", "sftp", "shadow", "smb", "smtp",
    "snmp", "srp", "ssh", "stmf", "syslog", "tags", "tftp", "vscan",
)  # fmt: skip
_ONLINE_AT_FIRST = ("dns", "http", "iscsi", "nfs", "ntp", "replication", "rest", "ssh")

_PROPERTIES: dict[str, tuple[Property, ...]] = {
    "iscsi": (
        Property("isns_server", "string", ""),
        Property("isns_access", "boolean", False),
        Property("radius_server", "string", ""),
        Property("radius_access", "boolean", False),
        Property("target_chap_name", "string", ""),
    ),
    "nfs": (
        Property("version_min", "string", "2", choices=("2", "3", "4")),
        Property("version_max", "string", "4", choices=("2", "3", "4")),
    ),
    "ntp": (Property("servers", "strings", []),),
    "dns": (Property("domain", "string", "example.com"), Property("servers", "strings", [])),
    "replication": (Property("enable_start_finish_alerts", "boolean", True, feature="replication_alerts"),),
    "ssh": (Property("listen_port", "integer", 22, low=1, high=65535),),
    # The service behind `sharedav`; clients set the port and the login before they use WebDAV.
    "http": (
        Property("require_login", "boolean", True),
        Property("protocols", "string", "http/https", choices=("http/https", "http", "https")),
        Property("listen_port", "integer", 80, low=1, high=65535),
        Property("https_port", "integer", 443, low=1, high=65535),
    ),
}


@cache
def _table_of(name: str) -> Table:
    return Table(*_PROPERTIES.get(name, ()), read_only=("href", "log", "sources", "targets"))


@dataclass
class Service:
    """A service: ``status`` is "online" or "disabled", as it was told to be."""

    name: str
    status: str
    table: Table
    values: dict[str, Any]


class Services:
    """All services of an appliance.

    What a service was told is the same on both heads of a cluster (API reference 2.2); ``broken`` are those that
    cannot run on this head, whatever they were told.
    """

    def __init__(self, release: Release) -> None:
        self.by_name: dict[str, Service] = {}
        self.broken: dict[str, float] = {}
        for name in _NAMES:
            table = _table_of(name).on(release)
            status = ONLINE if name in _ONLINE_AT_FIRST else DISABLED
            self.by_name[name] = Service(name, status, table, table.defaults())

    def get(self, name: str) -> Service:
        """Return the service called ``name``; NotFound."""
        return named(self.by_name, name)

    def status(self, service: Service) -> str:
        """Return what becomes of a service here: one that is broken does not come up."""
        return MAINTENANCE if service.status == ONLINE and service.name in self.broken else service.status

    def online(self, name: str) -> bool:
        """Say whether the service called ``name`` works."""
        return self.status(self.by_name[name]) == ONLINE

    def share(self, other: Services) -> None:
        """Be told from now on what ``other`` is told."""
        self.by_name = other.by_name

    def part(self) -> None:
        """Go on alone, as told so far."""
        self.by_name = copy.deepcopy(self.by_name)
