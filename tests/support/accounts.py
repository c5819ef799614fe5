"""Accounts as docs/appliance.md describes them: its tables, and users made by REST exactly from their rows."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cases import Call, prepare
from lab_appliances import ROOT, Lab, Record

DOCUMENT = ROOT / "docs/appliance.md"
NAME, PASSWORD = "ansible", "password-of-ansible"
CONNECTION: Record = {"username": NAME, "password": PASSWORD}
NEWEST = "8.8"
_FLAG = re.compile(r"`(allow_\w+)`")
_WORD = re.compile(r"`?(\w+)`?")


@dataclass(frozen=True)
class Grant:
    """One row of the document: an authorization for somebody or something.

    Attributes:
        whose: the module, or the appliance of a migration.
        scope: of the authorization.
        flags: what is wanted on every release.
        newer: what OS8.8 wants besides.
    """

    whose: str
    scope: str
    flags: tuple[str, ...]
    newer: tuple[str, ...]

    def on(self, release: str) -> tuple[str, ...]:
        """Return the flags that the document gives for a release."""
        return self.flags + (self.newer if release == NEWEST else ())


def grants(first_column: str) -> list[Grant]:
    """Return the rows of the table whose first column has that title."""
    lines = DOCUMENT.read_text("utf-8").splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"| {first_column} |"))
    found = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        whose, scope, flags, newer = (cell.strip() for cell in line.strip("|").split("|"))
        words = [_WORD.fullmatch(cell) for cell in (whose, scope)]
        assert all(words), line
        found.append(
            Grant(*(word[1] for word in words if word), tuple(_FLAG.findall(flags)), tuple(_FLAG.findall(newer)))
        )
    return found


def grants_of(playbook: str) -> list[Grant]:
    """Return the rows of the modules that the document names for a playbook, which must be named in one sentence."""
    text = DOCUMENT.read_text("utf-8")
    sentence = re.search(rf"`{re.escape(playbook)}` needs the rows of ([^.]+)\.", text)
    assert sentence, playbook
    modules = re.findall(r"`(\w+)`", sentence[1])
    found = [grant for grant in grants("Module") if grant.whose in modules]
    assert {grant.whose for grant in found} == set(modules)
    return found


def grants_of_adoption() -> list[Grant]:
    """Return what the document says that the role adopt_lun needs."""
    said = re.search(r"The role `adopt_lun`\s+needs (.+?)\.\n", DOCUMENT.read_text("utf-8"), re.DOTALL)
    assert said
    flags = tuple(_FLAG.findall(said[1]))
    return [Grant("adopt_lun", "nas", flags, ()), Grant("adopt_lun", "schema", ("allow_modify",), ())]


def make_account(lab: Lab, allowed: list[Grant], appliance: str = "east", lacking: str = "", **filters: str) -> None:
    """Make the user with a role of these authorizations, save for one flag; filters narrow those of scope nas."""
    role = f"role/v1/roles/{NAME}"
    calls: list[Call] = [("POST", "role/v1/roles", {"name": NAME, "description": "automation"})]
    for grant in allowed:
        flags = {flag: True for flag in grant.on(lab.release) if flag != lacking}
        narrowed = filters if grant.scope == "nas" else {}
        calls.append(("POST", f"{role}/authorizations", {"scope": grant.scope, **narrowed, **flags}))
    calls.append(("POST", "user/v1/users", {"logname": NAME, "fullname": "Ansible", "initial_password": PASSWORD}))
    calls.append(("PUT", f"user/v1/users/{NAME}", {"roles": ["basic", NAME]}))
    prepare(lab, tuple((appliance, *call) for call in calls))
