"""Services (API reference 2.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from zfssa_lab.model.errors import not_found
from zfssa_lab.model.properties import Property, Table
from zfssa_lab.release import Release

ONLINE = "online"
DISABLED = "disabled"

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
        Property("radius_access", "boolean", False),
        Property("target_chap_name", "string", ""),
    ),
    "nfs": (Property("version_min", "string", "2"), Property("version_max", "string", "4")),
    "ntp": (Property("servers", "strings", []),),
    "dns": (Property("domain", "string", "example.com"), Property("servers", "strings", [])),
    "ssh": (Property("listen_port", "integer", 22, low=1, high=65535),),
}


@dataclass
class Service:
    """A service: ``status`` is "online" or "disabled"."""

    name: str
    status: str
    table: Table
    values: dict[str, Any]


class Services:
    """All services of an appliance."""

    def __init__(self, release: Release) -> None:
        self.by_name: dict[str, Service] = {}
        for name in _NAMES:
            table = Table(*_properties(name, release), read_only=("href", "log", "sources", "targets"))
            status = ONLINE if name in _ONLINE_AT_FIRST else DISABLED
            self.by_name[name] = Service(name, status, table, table.defaults())

    def get(self, name: str) -> Service:
        """Return the service called ``name``; NotFound."""
        if name not in self.by_name:
            raise not_found(name)
        return self.by_name[name]

    def online(self, name: str) -> bool:
        """Say whether the service called ``name`` works."""
        return self.by_name[name].status == ONLINE


def _properties(name: str, release: Release) -> tuple[Property, ...]:
    if name == "replication" and not release.replication_lists:
        return (Property("enable_start_finish_alerts", "boolean", True),)
    return _PROPERTIES.get(name, ())
