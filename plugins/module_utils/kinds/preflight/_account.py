# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an account may do, as far as the appliance tells: API reference 16.3. Nothing is tried, and nothing is guessed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Union

from ...engine._read import items_of, unwrap
from ...values._errors import NotUnderstood
from ...values._names import segment, shown
from ...values._release import Release
from ...values._types import Flag
from ...values._wire import Wire, told_texts
from ._finding import FAILED, TELLS_NOTHING, UNKNOWN, Verdict, good
from ._once import OnceWithFailures
from ._purposes import NAS, SVC, Purpose

_USERS, _ROLES = "/api/user/v1/users", "/api/role/v1/roles"
# The one who may do everything (API reference 16.3.2); no list of authorizations says so.
_SUPERUSER = "root"
# What narrows authorizations of a scope; `*` stands for all.
_FILTERS = {NAS: ("pool", "project", "share"), SVC: ("service",)}
_ALL = "*"
_GRANT = "give a role of the account these authorizations; docs/appliance.md says how"

# The object's part of each filter: `*` where it is all there are, empty where it has none, `None` where nobody has said.
Place = Mapping[str, Union[str, None]]  # noqa: UP007 - ansible-test does not know the other form here
NO, PARTLY, UNTOLD, YES = range(4)


@dataclass(frozen=True)
class Account:
    """What an appliance tells of an account.

    Attributes:
        name: how it logs in.
        granted: its authorizations, those of its roles among them.
        unread: its roles of which nobody knows what they allow.
    """

    name: str
    granted: tuple[Wire, ...] = ()
    unread: tuple[str, ...] = ()
    is_superuser: bool = field(default=False, kw_only=True)


def read_account(once: OnceWithFailures, name: str | None) -> Account:
    """Read what an account may do.

    Args:
        once: reads it.
        name: how it logs in; `None` where only the token of a session is known.

    Raises:
        NotUnderstood: the appliance does not tell.
    """
    if name is None:
        raise NotUnderstood(
            "the token of a session does not tell whose it is",
            advice="give username and password in place of the session",
        )
    if name == _SUPERUSER:
        return Account(name, is_superuser=True)
    path = f"{_USERS}/{segment(name)}"
    body = once.get(path)
    if body is None:
        raise NotUnderstood(
            f"the appliance knows no user {name} of its own, who may come from a directory",
            advice="look on the appliance at what that user may do",
        )
    user = unwrap(body, "user", f"user {name}")
    granted = list(_authorizations(once, user, "exceptions", f"{path}/exceptions"))
    unread = []
    for role in told_texts(user, "roles"):
        try:
            granted += _of_role(once, role)
        except TELLS_NOTHING:
            unread.append(role)
    if not isinstance(user.get("roles"), list):
        unread.append("that it does not tell")
    return Account(name, tuple(granted), tuple(unread))


def _of_role(once: OnceWithFailures, role: str) -> list[Wire]:
    path = f"{_ROLES}/{segment(role)}"
    body = once.get(path)
    if body is None:
        raise NotUnderstood(f"there is no role {role}")
    return _authorizations(once, unwrap(body, "role", f"role {role}"), "authorizations", f"{path}/authorizations")


def _authorizations(once: OnceWithFailures, holder: Wire, key: str, path: str) -> list[Wire]:
    """The authorizations of a user or a role, which stand in it, or in a list of their own."""
    return items_of(holder, key) if isinstance(holder.get(key), list) else once.listed(path, key)


def judge_purpose(account: Account, purpose: Purpose, release: Release, place: Place) -> Verdict:
    """Whether an account may do something in a place.

    Args:
        account: what is known of it.
        purpose: what it shall do.
        release: that of the appliance.
        place: pool, project and service that it is about.
    """
    whose = f"the account {account.name!r}"
    if account.is_superuser:
        return good(f"{whose} may do everything")
    where = _narrowed(purpose, place)
    answers = {need: _may(account, *need, where) for need in purpose.needs(release)}
    missing, untold, partly = (_named(answers, answer) for answer in (NO, UNTOLD, PARTLY))
    about = "/".join(part for part in (where.get("pool"), where.get("project")) if part and part != _ALL)
    of = f" in {about}" if about and any(scope == NAS for scope, _flag in answers) else ""
    if missing and not account.unread:
        return Verdict(FAILED, f"{whose} lacks {missing}{of}", _GRANT)
    if missing:
        return Verdict(
            UNKNOWN,
            f"nobody can tell what the roles {shown(account.unread)} of {whose} allow, and without them it lacks {missing}",
            _GRANT,
        )
    if untold:
        return Verdict(
            UNKNOWN, f"the appliance does not tell whether {whose} has {untold}", "look at it on the appliance"
        )
    if partly:
        return Verdict(
            UNKNOWN,
            f"{whose} has {partly} for some objects only, and whether for all that are meant nobody has said",
            _GRANT,
        )
    return good(f"{whose} has all that it needs for this{of}")


def _narrowed(purpose: Purpose, place: Place) -> dict[str, str | None]:
    """The place as the authorizations for a purpose must cover it."""
    found: dict[str, str | None] = {**place, "share": None if purpose.of_shares else ""}
    if purpose.everywhere:
        found.update(project=_ALL, share=_ALL)
    if purpose.service:
        found["service"] = purpose.service
    return found


def _named(answers: Mapping[tuple[str, str], int], answer: int) -> str:
    """The authorizations that got an answer, by their scopes."""
    scopes: dict[str, list[str]] = {}
    for (scope, flag), got in answers.items():
        if got == answer:
            scopes.setdefault(scope, []).append(flag)
    return " and ".join(f"{', '.join(flags)} of scope {scope}" for scope, flags in scopes.items())


def _may(account: Account, scope: str, flag: str, place: Place) -> int:
    """Whether one of the account's authorizations is enough, and what is known where none is."""
    of_scope = (wire for wire in account.granted if wire.get("scope") == scope)
    return max((_covers(wire, scope, flag, place) for wire in of_scope), default=NO)


def _covers(wire: Wire, scope: str, flag: str, place: Place) -> int:
    allowed = _flag(wire, flag)
    if allowed is False:
        return NO
    covered = (
        min(_filtered(wire.get(name, _ALL), place.get(name)) for name in _FILTERS[scope]) if scope in _FILTERS else YES
    )
    return covered if allowed or covered == NO else UNTOLD


def _flag(wire: Wire, flag: str) -> bool | None:
    """A flag of an authorization; `None` where it is not there, or none."""
    if flag not in wire:
        return None
    try:
        return bool(Flag().from_wire(wire[flag]))
    except ValueError:
        return None


def _filtered(own: object, wanted: str | None) -> int:
    """Whether a filter lets a name through."""
    if own == _ALL or (own == wanted and wanted):
        return YES
    if not isinstance(own, str):
        return UNTOLD
    return PARTLY if wanted is None else NO
