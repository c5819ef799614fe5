"""Identifiers: made from the lab's seed, so that a run can be repeated exactly."""

from __future__ import annotations

import hashlib
import re
import uuid

from zfssa_lab.model.errors import InvalidArgument

_NAME = re.compile(r"[A-Za-z0-9_\-.:]{1,64}")


def check_name(name: str, what: str = "name", allow_hidden: bool = False) -> str:
    """Return ``name`` if an appliance takes it (API reference 12.14), else raise InvalidArgument."""
    if not _NAME.fullmatch(name):
        raise InvalidArgument(
            f'bad property value "{name}" (expecting at most 64 letters, digits, "_", "-", "." '
            f'or ":") (encountered while attempting to run command "set {what}="{name}"")'
        )
    if name.startswith(".") and not allow_hidden:
        raise InvalidArgument(f'bad property value "{name}" (names with a leading dot are reserved)')
    return name


class Identities:
    """Gives out the identifiers of one appliance: a stream that depends on seed and name only."""

    def __init__(self, seed: int, appliance: str) -> None:
        self._base = f"{seed}/{appliance}"
        self._count = 0
        self.asn = self._uuid("asn")

    def _digest(self, label: str) -> bytes:
        return hashlib.sha256(f"{self._base}/{label}".encode()).digest()

    def _uuid(self, label: str) -> str:
        return str(uuid.UUID(bytes=self._digest(label)[:16], version=4))

    def _next(self) -> str:
        self._count += 1
        return str(self._count)

    def uuid(self) -> str:
        """Return a fresh lower-case UUID."""
        return self._uuid(self._next())

    def share_id(self) -> str:
        """Return a fresh id of a project, share or snapshot (API reference 5.2)."""
        return f"{self.uuid()[:18]}-0000-000000000000"

    def lun_guid(self) -> str:
        """Return a fresh LUN GUID: 32 upper-case hex digits (API reference 5.2)."""
        return f"600144F0{self._digest(self._next()).hex()[:24].upper()}"

    def target_iqn(self) -> str:
        """Return a fresh iSCSI target name (API reference 9.3)."""
        return f"iqn.1986-03.com.sun:02:{self.uuid()}"

    def port_wwn(self, number: int) -> str:
        """Return the world wide name of a Fibre Channel port, the same each time (API reference 9.6)."""
        return f"wwn.2100{self._digest(f'port/{number}').hex()[:12].upper()}"
