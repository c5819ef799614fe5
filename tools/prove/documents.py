"""Documents that are killed: a play of `zfssa_san` dies at a write by chance, and the next one must bring about what is declared."""

from __future__ import annotations

import functools
import random
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from tools import tree
from tools.prove.children import kill_all, kill_controller
from tools.prove.row import UNMET, Row, Verdict, verdict

# This one makes the modules of the tests known.
from tools.prove.runs import Runs

# isort: split
from lab_appliances import Lab, Record, running_lab

from playbooks import Play

SEEDS = range(50)
# What no two runs have in common.
_OWN = frozenset(("asn", "creation", "date", "ctime", "guid", "href", "id", "lunguid", "modified", "timestamp"))
# Kinds of which a state has what tells nothing about what was declared.
_ASIDE = frozenset(("sessions", "pools", "sources", "packages"))
# What becomes of the snapshots of a LUN.
_SNAPSHOTS: tuple[tuple[str, dict[str, str]], ...] = (("nightly", {"state": "absent"}), ("weekly", {}))
Config = dict[str, list[dict[str, Any]]]


class Documents:
    """A document that is there, and one that changes it into something else: made, changed, renamed, moved and removed.

    Args:
        chance: decides what there is.
    """

    def __init__(self, chance: random.Random) -> None:
        hosts = [f"iqn.1998-01.com.example:host-{number}" for number in range(chance.randint(3, 8))]
        groups = [f"group-{number}" for number in range(3)]
        luns = [self._lun(chance, number, groups) for number in range(chance.randint(4, 10))]
        self.before: Config = {
            "schema": [{"name": "owner", "type": "String", "description": "who it belongs to"}],
            "projects": [{"name": name, "compression": "lz4"} for name in ("alpha", "beta", "gamma")],
            "initiators": [{"initiator": host, "alias": host.rpartition(":")[2]} for host in hosts],
            "initiator_groups": [
                {"name": name, "initiators": hosts[number::3]} for number, name in enumerate(groups) if hosts[number::3]
            ],
            "targets": [{"alias": "front", "interfaces": ["ixgbe0"]}],
            "target_groups": [{"name": "front-group", "targets": ["front"]}],
            "luns": luns,
            "snapshots": [{"project": lun["project"], "lun": lun["name"], "name": "nightly"} for lun in luns[:3]],
        }
        self.after: Config = {
            **self.before,
            "projects": [
                {"name": "alpha", "compression": "off"},
                {"name": "beta", "new_name": "beta-two"},
                {"name": "gamma", "compression": "lz4", "custom": {"owner": "team"}},
            ],
            "targets": [{"alias": "front", "interfaces": ["ixgbe0", "ixgbe1"]}],
            "luns": [self._changed(chance, lun) for lun in luns]
            + [self._lun(chance, 100 + number, groups) for number in range(chance.randint(1, 4))],
            "snapshots": [],
        }
        for lun in self.after["luns"]:
            lun["project"] = "beta-two" if lun["project"] == "beta" else lun["project"]
        self.after["snapshots"] = [
            {
                "project": "beta-two" if one["project"] == "beta" else one["project"],
                "lun": one["lun"],
                "name": name,
                **state,
            }
            for one in self.before["snapshots"]
            for name, state in _SNAPSHOTS
            if not self._is_absent(one["lun"])
        ]

    @staticmethod
    def _lun(chance: random.Random, number: int, groups: list[str]) -> dict[str, Any]:
        return {
            "project": chance.choice(("alpha", "beta", "gamma")),
            "name": f"lun-{number}",
            "size": f"{chance.randint(1, 4)}G",
            "sparse": chance.random() < 0.5,
            "initiator_groups": chance.sample(groups, chance.randint(0, 1)),
        }

    def _changed(self, chance: random.Random, lun: dict[str, Any]) -> dict[str, Any]:
        """A LUN that grows, is presented to others, or goes."""
        way = chance.choice(("same", "grows", "presented", "goes"))
        if way == "goes":
            return {"project": lun["project"], "name": lun["name"], "state": "absent", "force": True}
        if way == "presented":
            return {**lun, "initiator_groups": ["group-0"]}
        return {**lun, "size": "8G"} if way == "grows" else lun

    def _is_absent(self, name: str) -> bool:
        return any(lun["name"] == name and lun.get("state") == "absent" for lun in self.after["luns"])


class Appliance:
    """An appliance that gets documents.

    Args:
        lab: it is its first one.
        folder: for files of runs.
        concurrency: how many items are carried out at once.
    """

    def __init__(self, lab: Lab, folder: Path, concurrency: int) -> None:
        self.lab = lab
        self._runs = Runs(lab, folder)
        self._book = folder / "document.yml"
        self._book.write_text(_BOOK.replace("CONCURRENCY", str(concurrency)), encoding="utf-8")

    def apply(self, config: Config, *, kill: Any = None) -> Play | None:
        """Bring the appliance to a document."""
        given = {"document": config, "appliance": self.lab.east.connection()}
        return self._runs.run(str(self._book), given, kill=kill)

    def state(self) -> dict[str, list[Record]]:
        """What there is, without what no two runs have in common."""
        return {
            kind: sorted((_common(one) for one in records), key=repr)
            for kind, records in self.lab.east.state.items()
            if kind not in _ASIDE
        }


_BOOK = """\
- name: Bring an appliance to a document
  hosts: localhost
  connection: local
  gather_facts: false
  module_defaults:
    group/zfssa.storage.zfssa: "{{ appliance }}"
  tasks:
    - name: Bring it to the document
      zfssa.storage.zfssa_san:
        config: "{{ document }}"
        defaults: {pool: tank}
        concurrency: CONCURRENCY
"""


def _common(value: Any) -> Any:
    """A record without what differs from one run to the next."""
    if isinstance(value, dict):
        return {key: _common(item) for key, item in sorted(value.items()) if key not in _OWN}
    return [_common(item) for item in value] if isinstance(value, list) else value


def attempt(seed: int) -> Verdict:
    """Kill the second of two documents at a write by chance, apply it again, and compare with a run that nothing has met."""
    chance = random.Random(seed)  # noqa: S311 - to be repeated, and no secret
    documents, concurrency = Documents(chance), chance.choice((1, 1, 2, 4, 8))
    kill = chance.choice((kill_all, kill_all, kill_controller))
    with tempfile.TemporaryDirectory(prefix="zfssa-prove-") as home:
        folder = Path(home)
        (folder / "ansible.cfg").touch()
        tree.link()
        release = chance.choice(("2013.1", "8.7", "8.8"))
        with running_lab(release, folder / "lab") as lab:
            at = Appliance(lab, folder, concurrency)
            first, whole = at.apply(documents.before), at.apply(documents.after)
            if first is None or whole is None or first.status or whole.status:
                return verdict([f"without a fault: {play.message}" for play in (first, whole) if play and play.status])
            wanted, writes = at.state(), [(row["method"], row["path"]) for row in whole.writes]
            number = chance.randrange(len(writes))
            method = writes[number][0]
            nth = Counter(one for one, _path in writes[: number + 1])[method]
            lab.reset()
            at.apply(documents.before)
            # Carried out, and the answer on its way for as long as it takes to kill who waits for it; or not carried out at all.
            slow = {"slow_ms": 60_000} if kill is kill_all else {"slow_ms": 3_000}
            lab.fault(slow, method=method, path="^/api/(?!access/)", nth=nth)
            at.apply(documents.after, kill=kill)
            if not any(row["fault"] for row in lab.journal()):
                return Verdict(UNMET, "the write did not come")
            lab.control("DELETE", "/faults")
            return _judged(
                at, documents, wanted, f"(killed at write {number + 1} of {len(writes)}, {concurrency} at once)"
            )


def _judged(at: Appliance, documents: Documents, wanted: dict[str, list[Record]], note: str) -> Verdict:
    """Apply the document again, twice; the second time there is nothing to do."""
    again = at.apply(documents.after)
    if again is None or again.status:
        return verdict([f"the next run fails: {again.message if again else 'it was killed'}"], note)
    wrong = []
    for kind, records in at.state().items():
        if records != wanted[kind]:
            missing = [one for one in wanted[kind] if one not in records]
            more = [one for one in records if one not in wanted[kind]]
            wrong.append(
                f"{kind}: {len(missing)} are not as declared, {len(more)} are otherwise: {missing[:1]} {more[:1]}"
            )
    once_more = at.apply(documents.after)
    if once_more is None or once_more.status:
        wrong.append("once more it fails")
    elif once_more.writes:
        wrong += [f"once more it sends {row['method']} {row['path']}" for row in once_more.writes]
    return verdict(wrong, note)


def rows() -> list[Row]:
    """Return all rows, one for each seed."""
    return [Row(f"documents/{seed}", "documents", functools.partial(attempt, seed)) for seed in SEEDS]
