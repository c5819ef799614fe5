"""The playbooks of docs/coming-from-cinder.md, what they take for granted, and what there is when they have run."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import yaml
from lab_appliances import ROOT, Lab, Record

PAGE = ROOT / "docs/coming-from-cinder.md"
MASK = "com.sun.ms.vss.hg.maskAll"
GIB = 2**30
VOLUMES = "storage/v1/pools/tank/projects/volumes"
OPENSTACK = "storage/v1/pools/tank/projects/openstack"
SAN = "san/v1/iscsi"
HOSTS = ("compute-1", "compute-2")
SECRETS = {
    "vault_target_secret": "the-target-key-2",
    "vault_compute_1_secret": "initiator-key-1",
    "vault_compute_2_secret": "initiator-key-2",
}
_SECTION = re.compile(r"^## (.+?)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_BLOCK = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# A line of the table, with the anchors that it leads to.
_ROW = re.compile(r"^\| (`.+?) \| (.+) \|$", re.MULTILINE)
_ANCHOR = re.compile(r"\]\(#([a-z-]+)\)")


@dataclass(frozen=True)
class Row:
    """One playbook of the page.

    Attributes:
        title: its heading.
        there: judges what there is after it.
        appliance: the one that it finds in its environment.
    """

    title: str
    there: Callable[[Lab], bool]
    appliance: str = "east"

    def __str__(self) -> str:
        return self.title.lower().replace(" ", "-")


def sections() -> dict[str, str]:
    """Return what stands below each heading of the page."""
    return dict(_SECTION.findall(PAGE.read_text(encoding="utf-8")))


def playbooks() -> dict[str, list[Record]]:
    """Return the playbook below each heading that has one; no heading has several."""
    found = {title: _BLOCK.findall(text) for title, text in sections().items()}
    assert all(len(blocks) <= 1 for blocks in found.values())
    return {title: yaml.safe_load(blocks[0]) for title, blocks in found.items() if blocks}


def anchors() -> dict[str, list[str]]:
    """Return the operations of the table, with the headings that they lead to."""
    return {
        operations: _ANCHOR.findall(where) for operations, where in _ROW.findall(PAGE.read_text(encoding="utf-8"))
        if _ANCHOR.search(where)
    }  # fmt: skip


def at(lab: Lab, plays: list[Record], appliance: str = "east") -> list[Record]:
    """Return plays that find an appliance in their environment, as those of the page do."""
    facts = lab[appliance].connection()
    environment = {f"ZFSSA_{name.upper()}": str(value) for name, value in facts.items()}
    return [{**play, "environment": environment} for play in plays]


def prepare(lab: Lab) -> None:
    """Make what the playbooks take for granted: hosts, and volumes that somebody has made before."""
    lab.reset()
    east = lab.east
    for name in ("volumes", "openstack", "images"):
        east.call("POST", "storage/v1/pools/tank/projects", {"name": name})
    east.call("POST", "storage/v1/schema", {"property": "cinder_managed", "type": "Boolean", "description": ""})
    for host in HOSTS:
        iqn = f"iqn.1998-01.com.example:{host}"
        east.call("POST", f"{SAN}/initiators", {"initiator": iqn, "alias": host})
        east.call("POST", f"{SAN}/initiator-groups", {"name": host, "initiators": [iqn]})
    made = east.call("POST", f"{SAN}/targets", {"alias": "volumes-target", "interfaces": ["ixgbe0"]})
    east.call("POST", f"{SAN}/target-groups", {"name": "volumes-target", "targets": [made["target"]["iqn"]]})
    for name in ("volume-1", "volume-9", "volume-tmp"):
        _lun(lab, VOLUMES, name, size="10g")
    for name in ("snapshot-0", "snapshot-1"):
        east.call("POST", f"{VOLUMES}/luns/volume-1/snapshots", {"name": name})
    _lun(lab, OPENSTACK, "volume-8", **{"custom:cinder_managed": False})
    _lun(lab, OPENSTACK, "volume-0f1e2d", **{"custom:cinder_managed": True, "initiatorgroup": "compute-1"})


def _lun(lab: Lab, project: str, name: str, size: str = "1g", **values: Any) -> None:
    body = {"name": name, "volsize": size, "sparse": True, "initiatorgroup": MASK, "targetgroup": "volumes-target"}
    lab.east.call("POST", f"{project}/luns", {**body, **values})


def _seen_by(name: str, *groups: str) -> Callable[[Lab], bool]:
    """Return what tells whether just these groups see a volume."""
    return lambda lab: _groups(lab.east.lun(name)) == sorted(groups or (MASK,))


def _groups(lun: Record) -> list[str]:
    found = lun["initiatorgroup"]
    return sorted([found] if isinstance(found, str) else found)


def _is_clone(name: str, size: int, snapshot: str | None = None) -> Callable[[Lab], bool]:
    def told(lab: Lab) -> bool:
        lun = lab.east.lun(name, "volumes")
        return (lun["origin"]["share"], lun["volsize"]) == ("volume-1", size) and snapshot in (
            None,
            lun["origin"]["snapshot"],
        )

    return told


def _snapshots(lab: Lab) -> list[str]:
    return sorted(one["name"] for one in lab.east.state["snapshots"] if one["share"] == "volume-1")


def _cared_for(lab: Lab) -> bool:
    luns = {lun["name"]: lun for lun in lab.east.state["luns"] if lun.get("custom:zfssa_managed_by") == "ansible"}
    return (
        sorted(luns) == ["redo-1", "volume-8"]
        and all(lun["project"] == "volumes" and lun["custom:cinder_managed"] is True for lun in luns.values())
        and _groups(luns["redo-1"]) == ["compute-1"]
    )


def _moved(lab: Lab) -> bool:
    return (
        "volumes/volume-1" not in lab.east.luns()
        and "volumes/volume-1" in lab.west.luns()
        and lab.west.lun("volume-1")["custom:zfssa_managed_by"] == "ansible"
    )


_KNOWN = {"zfssa_managed_by": "String", "cinder_managed": "Boolean"}


def _known(lab: Lab) -> Record:
    """The custom properties that the target knows, with their types."""
    schema = lab.west.state["schema"]
    return {one["property"].removeprefix("custom:"): one["type"] for one in schema}


ROWS = (
    Row("Set up", _seen_by("volume-1", "compute-1")),
    Row("Check the set-up", _seen_by("volume-1")),
    Row("Create and extend a volume", lambda lab: lab.east.lun("volume-3", "volumes")["volsize"] == 10 * GIB),
    Row("Delete a volume", lambda lab: "volumes/volume-9" not in lab.east.luns()),
    Row("Snapshots", lambda lab: _snapshots(lab) == ["snapshot-1"]),
    Row("A volume from a snapshot", _is_clone("volume-4", 20 * GIB, "snapshot-1")),
    Row("Clone a volume", _is_clone("volume-5", 10 * GIB)),
    Row(
        "A volume from an image",
        lambda lab: {"volumes/volume-6", "volumes/volume-7"} <= set(lab.east.luns()),
    ),
    Row("Attach a volume", _seen_by("volume-1", *HOSTS)),
    Row("Detach a volume", _seen_by("volume-1", "compute-2")),
    Row("Detach a volume from all hosts", _seen_by("volume-1")),
    Row("Capacity", _seen_by("volume-1")),
    Row("What can be managed", lambda lab: "openstack/volume-8" in lab.east.luns()),
    Row("Manage volumes", _cared_for),
    Row("Unmanage volumes", lambda lab: lab.east.lun("redo-1")["custom:zfssa_managed_by"] == "nobody"),
    Row("Properties on the target", lambda lab: _known(lab) == _KNOWN, appliance="west"),
    Row("Migrate a volume", _moved),
    Row(
        "Rename a volume",
        lambda lab: {"volumes/volume-2"} <= set(lab.east.luns()) and "volumes/volume-tmp" not in lab.east.luns(),
    ),
)


def _define(lab: Lab, appliance: str, name: str) -> None:
    lab[appliance].call("POST", "storage/v1/schema", {"property": name, "type": _KNOWN[name], "description": ""})


def _present(lab: Lab, *groups: str) -> None:
    lab.east.call("PUT", f"{VOLUMES}/luns/volume-1", {"initiatorgroup": list(groups)})


def _adopted(lab: Lab) -> None:
    _define(lab, "east", "zfssa_managed_by")
    marks = {"custom:zfssa_managed_by": "ansible", "custom:cinder_managed": True}
    _lun(lab, VOLUMES, "redo-1", **marks)


def _other_side(lab: Lab) -> None:
    lab.west.call("POST", "storage/v1/pools/tank/projects", {"name": "volumes"})
    # The LUN says who manages it, and the target knows both properties: another playbook has defined them.
    _define(lab, "east", "zfssa_managed_by")
    lab.east.call("PUT", f"{VOLUMES}/luns/volume-1", {"custom:zfssa_managed_by": "ansible"})
    for name in _KNOWN:
        _define(lab, "west", name)
    made = lab.west.call("POST", f"{SAN}/targets", {"alias": "volumes-target", "interfaces": ["ixgbe0"]})
    lab.west.call("POST", f"{SAN}/target-groups", {"name": "volumes-target", "targets": [made["target"]["iqn"]]})


def _target_of_its_own(lab: Lab) -> None:
    """Make the target of the host that writes images."""
    iqn = lab.east.call("POST", f"{SAN}/targets", {"alias": "images"})["target"]["iqn"]
    lab.east.call("POST", f"{SAN}/target-groups", {"name": "images", "targets": [iqn]})


# What must be there before, beside what `prepare` makes.
BEFORE: dict[str, Callable[[Lab], None]] = {
    "Detach a volume": lambda lab: _present(lab, *HOSTS),
    "Detach a volume from all hosts": lambda lab: _present(lab, *HOSTS),
    "A volume from an image": _target_of_its_own,
    "Unmanage volumes": _adopted,
    "Migrate a volume": _other_side,
}
