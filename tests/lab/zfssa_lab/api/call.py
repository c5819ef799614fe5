"""One request as endpoints see it, and what they answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from zfssa_lab.api.arguments import check_arguments
from zfssa_lab.api.records import View
from zfssa_lab.model.appliance import Appliance
from zfssa_lab.model.project import Pool, Project
from zfssa_lab.model.properties import Table
from zfssa_lab.model.sessions import Session
from zfssa_lab.release import Release

Record = dict[str, Any]


@dataclass
class Call:
    """A request: ``path`` holds the values of the template's braces, ``version`` the API's.

    ``with_password`` says that it carries a password, ``by_headers`` that it does so in headers of its own.
    """

    appliance: Appliance
    method: str
    service: str
    version: int
    path: dict[str, str]
    query: dict[str, str]
    body: Record
    user: str = ""
    session: Session | None = None
    with_password: bool = False
    by_headers: bool = False

    @property
    def release(self) -> Release:
        """The release of the appliance."""
        return self.appliance.release

    @property
    def view(self) -> View:
        """How the records of the answer are to look."""
        return View(self.release, self.version)

    @property
    def confirmed(self) -> bool:
        """Say whether the client confirms a destructive call (API reference 1.8)."""
        return self.query.get("confirm", "").lower() == "true"

    @property
    def pool(self) -> Pool:
        """The pool in the path; NotFound."""
        return self.appliance.pool(self.path["pool"])

    @property
    def project(self) -> Project:
        """The project in the path; NotFound."""
        return self.pool.project(self.path["project"])

    def arguments(self, table: Table) -> Record:
        """Return the checked arguments of a command that may create or modify."""
        return check_arguments(self, table)


@dataclass
class Reply:
    """An answer: ``body`` None means that there is none."""

    status: int
    body: Record | None = None
    headers: dict[str, str] = field(default_factory=dict)


def ok(**body: Any) -> Reply:
    """GET (API reference 0.2)."""
    return Reply(200, body)


def created(**body: Any) -> Reply:
    """POST: 201 with the object and its Location (API reference 0.2)."""
    record = next(iter(body.values()))
    headers = {"Location": record["href"]} if "href" in record else {}
    return Reply(201, body, headers)


def accepted(**body: Any) -> Reply:
    """PUT: 202 with the new state (API reference 0.2)."""
    return Reply(202, body or None)


def no_content() -> Reply:
    """DELETE: 204 without a body (API reference 0.2)."""
    return Reply(204)
