"""A lab with bytes, on which images are cached and read back: its target, the host that writes, and hosts that read."""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lab_appliances import LIMIT, Lab, Record, running_lab

from zfssa_lab.dataplane.programs import CLIENT_PROGRAMS, SERVER_PROGRAMS, missing

WRITER = "iqn.2020-01.com.example:image-writer"
READER = "iqn.2020-01.com.example:reader"
MIB = 1 << 20
SAN = "san/v1/iscsi"
LUNS = "storage/v1/pools/tank/projects"


# What this machine lacks for a lab with bytes, in words; empty when it lacks nothing.
LACKS = missing(SERVER_PROGRAMS + CLIENT_PROGRAMS)
WHY_NOT = f"lacks {LACKS} (make setup-dataplane, as root, installs the programs)"


@contextmanager
def running_image_lab(release: str, folder: Path) -> Iterator[Lab]:
    """Run a lab of a release that has bytes."""
    with running_lab(release, folder, "--data-plane", "files") as lab:
        yield lab


def build(lab: Lab, chap: str = "") -> None:
    """Make the projects, a target for the host that writes and one for a host that reads."""
    east = lab.east
    for project in ("images", "machines"):
        east.call("POST", "storage/v1/pools/tank/projects", {"name": project})
    account = {"auth": "chap", "targetchapuser": "target", "targetchapsecret": chap} if chap else {}
    for name, more in (("writing", account), ("reading", {})):
        iqn = east.call("POST", f"{SAN}/targets", {"alias": name, **more})["target"]["iqn"]
        east.call("POST", f"{SAN}/target-groups", {"name": name, "targets": [iqn]})
    east.call("POST", f"{SAN}/initiators", {"initiator": READER, "alias": "reader"})
    east.call("POST", f"{SAN}/initiator-groups", {"name": "readers", "initiators": [READER]})


def writer(lab: Lab, **changes: Any) -> Record:
    """Return the host that writes, as the role wants it."""
    return {"initiator": WRITER, "target_group": "writing", "portal": lab.east.facts["portal"], **changes}


def variables(lab: Lab, image: Path | str, *luns: Record, **changes: Any) -> Record:
    """Return variables of the role for LUNs from an image."""
    given = {
        "appliance": lab.east.connection(),
        "pool": "tank",
        "project": "images",
        "image": str(image),
        "luns": list(luns),
        "writer": writer(lab),
        "takeover_after": 2,
        **changes,
    }
    return {f"image_cache_{name}": value for name, value in given.items() if value is not None}


def for_reader(name: str, **more: Any) -> Record:
    """Return a LUN that the host that reads sees."""
    return {"name": name, "project": "machines", "initiator_groups": ["readers"], "target_group": "reading", **more}


def make_image(file: Path, raw: bytes, fmt: str = "qcow2", *options: str) -> Path:
    """Make an image of the bytes of a disk."""
    plain = file.with_suffix(".raw")
    plain.write_bytes(raw)
    if fmt == "raw":
        return plain
    subprocess.run(
        ["qemu-img", "convert", "-f", "raw", "-O", fmt, *options, str(plain), str(file)], check=True, timeout=LIMIT
    )
    return file


def holes(size: int) -> bytes:
    """Return the bytes of a disk with holes at its start, in its middle and at its end."""
    part = max(size // 5, 1)
    whole = bytes(part) + os.urandom(part) + bytes(part) + os.urandom(part)
    return whole + bytes(size - len(whole))


def read_back(lab: Lab, name: str, folder: Path, project: str = "machines") -> bytes:
    """Return all that the host that reads finds in a LUN over iSCSI."""
    lun = lab.east.lun(name, project)
    number = lun["assignednumber"]
    number = number[0] if isinstance(number, list) else number
    iqn = next(one["iqn"] for one in lab.east.state["targets"] if one["alias"] == "reading")
    options = f"driver=iscsi,transport=tcp,portal={lab.east.facts['portal']},target={iqn},lun={number},initiator-name={READER}"
    file = folder / "read-back"
    subprocess.run(["qemu-img", "convert", "-O", "raw", "--image-opts", options, str(file)], check=True, timeout=LIMIT)
    return file.read_bytes()


def same_disk(found: bytes, disk: bytes) -> bool:
    """Tell whether a LUN has the bytes of a disk, and nothing but zeros after them."""
    return hashlib.sha256(found[: len(disk)]).digest() == hashlib.sha256(disk).digest() and not any(found[len(disk) :])


def cached(lab: Lab) -> list[str]:
    """Return the names of the cached LUNs."""
    return sorted(lun["name"] for lun in lab.east.state["luns"] if lun["project"] == "images")
