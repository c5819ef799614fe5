"""Hosts that reach the LUNs of a lab over iSCSI, with the command-line tools of qemu and libiscsi."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from lab_world import Step, World

from zfssa_lab.dataplane.programs import CLIENT_PROGRAMS, SERVER_PROGRAMS, missing

MIB = 1 << 20
SECONDS = 30
_ABSENT = missing(SERVER_PROGRAMS + CLIENT_PROGRAMS)
needs_tgt = pytest.mark.skipif(
    bool(_ABSENT), reason=f"lacks {_ABSENT} (Debian packages tgt, libiscsi-bin, qemu-utils, qemu-block-extra)"
)


def iqn(host: str) -> str:
    """Return the iSCSI name of a host."""
    return f"iqn.2020-01.com.example:{host}"


class LoginFailed(Exception):
    """The target turned the host away, or has no such LUN."""


@dataclass(frozen=True)
class Host:
    """A host called ``name`` that logs in at ``portal``; ``user`` and ``secret`` are its CHAP account."""

    name: str
    portal: str
    folder: Path
    user: str = ""
    secret: str = ""

    def _options(self, target: str, number: int) -> list[str]:
        image = "driver=iscsi,transport=tcp"
        image += f",portal={self.portal},target={target},lun={number},initiator-name={iqn(self.name)}"
        if not self.user:
            return ["--image-opts", image]
        secret = ["--object", f"secret,id=s0,data={self.secret}"]
        return [*secret, "--image-opts", f"{image},user={self.user},password-secret=s0"]

    def _qemu(self, program: str, *words: str) -> str:
        done = subprocess.run([program, *words], capture_output=True, text=True, timeout=SECONDS, check=False)
        if done.returncode:
            raise LoginFailed(done.stderr.strip())
        return done.stdout

    def write(self, target: str, number: int, data: bytes, offset: int = 0) -> None:
        """Write ``data`` into a LUN."""
        file = self.folder / "to-write"
        file.write_bytes(data)
        order = f"write -s {file} {offset} {len(data)}"
        self._qemu("qemu-io", *self._options(target, number), "-c", order, "-c", "flush")

    def read(self, target: str, number: int) -> bytes:
        """Return all that is in a LUN."""
        file = self.folder / "was-read"
        self._qemu("qemu-img", "convert", "-O", "raw", *self._options(target, number), str(file))
        return file.read_bytes()

    def sum(self, target: str, number: int) -> str:
        """Return the checksum of a LUN."""
        return checksum(self.read(target, number))

    def size(self, target: str, number: int) -> int:
        """Return the bytes of a LUN."""
        shown = self._qemu("qemu-img", "info", "--output", "json", *self._options(target, number))
        size: int = json.loads(shown)["virtual-size"]
        return size

    def inquire(self, target: str, number: int, *words: str, mutual: str = "") -> str:
        """Return what a LUN says of itself; ``mutual`` is the account that the target must prove."""
        account = f"{self.user}%{self.secret}@" if self.user else ""
        query = "?target_user={}&target_password={}".format(*mutual.split("%")) if mutual else ""
        url = f"iscsi://{account}{self.portal}/{target}/{number}{query}"
        return self._qemu("iscsi-inq", "-i", iqn(self.name), *words, url)

    def list(self) -> str:
        """Return the targets that the portal shows to this host, and their LUNs."""
        return self._qemu("iscsi-ls", "-s", "-i", iqn(self.name), f"iscsi://{self.portal}")


def checksum(data: bytes) -> str:
    """Return the SHA-256 of bytes."""
    return hashlib.sha256(data).hexdigest()


def random_bytes(count: int) -> bytes:
    """Return bytes that no other call returned."""
    return os.urandom(count)


def over(image: bytes, data: bytes, offset: int = 0) -> bytes:
    """Return an image with ``data`` written over it."""
    return image[:offset] + data + image[offset + len(data) :]


def target(alias: str = "t", **more: str) -> Step:
    """Make an iSCSI target."""
    return ("POST", "san/v1/iscsi/targets", {"alias": alias, **more})


def hosts_group(name: str, *hosts: str) -> Step:
    """Make an initiator group of hosts that are defined."""
    return ("POST", "san/v1/iscsi/initiator-groups", {"name": name, "initiators": [iqn(host) for host in hosts]})


def defined(host: str, user: str = "", secret: str = "") -> Step:
    """Define a host's initiator."""
    account = {"chapuser": user, "chapsecret": secret} if user else {}
    return ("POST", "san/v1/iscsi/initiators", {"initiator": iqn(host), **account})


def portal(world: World, appliance: str = "east") -> str:
    """Return where an appliance's targets are."""
    address: str = world.site.ready()["appliances"][appliance]["portal"]
    return address
