# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one exception tree, and the one place where an HTTP status becomes an exception.

Inside the collection everything that goes wrong is a `ZfssaError`. Only the edge (`_module`) turns it into
Ansible's failure. Its text is one sentence: what was being done to which object, the appliance's own reason,
and what to do next.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ._mask import covered

# The statuses with which an appliance answers a method that it does not have at a path.
NO_SUCH_METHOD = (405, 501)


class ZfssaError(Exception):
    """Something went wrong; `str()` gives the sentence for the user.

    Args:
        reason: what happened, in the appliance's words where it gave any; no full stop at the end.
        advice: what the user can do next; a class has a default.
        status: HTTP status of the reply, `None` when there was none.
        fault: symbolic name of the appliance's fault, such as `ERR_NOT_FOUND`.
        request: method and path of the request, such as `GET /api/storage/v1/pools`.
    """

    default_advice = ""
    # Whether the sentence has the status and the name of the fault in it.
    shows_code = True
    # Whether the reason is that something does not exist which a task can make: in check mode none has.
    may_be_made = False

    def __init__(
        self,
        reason: str,
        *,
        advice: str | None = None,
        status: int | None = None,
        fault: str | None = None,
        request: str | None = None,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.advice = self.default_advice if advice is None else advice
        self.status = status
        self.fault = fault
        self.request = request
        # Whether the request had been made before, and been answered with "busy" (503).
        self.repeated = False
        self.doing: str | None = None
        self.steps_done: tuple[str, ...] = ()
        self.finished: Mapping[Any, Any] = {}
        # The option that the reason is about, and the one of its values where it is a list of names.
        self.option = ""
        self.member = ""
        # What there is to tell in spite of it, by the keys of results.
        self.results: Mapping[str, Any] = {}

    def during(self, doing: str) -> ZfssaError:
        """Name what was being done ("create LUN tank/proj-a/lun-a"), unless a deeper layer has named it."""
        if self.doing is None:
            self.doing = doing
        return self

    def about(self, option: str, member: str = "") -> ZfssaError:
        """Name the option that the reason is about, and the one of its values, unless a deeper layer has named them."""
        if not self.option:
            self.option, self.member = option, member
        return self

    def __str__(self) -> str:
        sentence = f"Cannot {self.doing}: {self.reason}" if self.doing else self.reason
        mark = " ".join(str(part) for part in (self.status, self.fault) if part)
        if mark and self.shows_code:
            sentence += f" [{mark}]"
        if self.steps_done:
            sentence += f"; done before that: {', '.join(self.steps_done)}"
        return f"{sentence}; {self.advice}." if self.advice else f"{sentence}."

    def failure(self) -> dict[str, Any]:
        """The facts of the failure for programs: `status, fault, message, request, steps_done`."""
        return {
            "status": self.status,
            "fault": self.fault,
            "message": self.reason,
            "request": self.request,
            "steps_done": list(self.steps_done),
        }


class InvalidInput(ZfssaError):
    """An option has a value that can never be right; nothing was sent."""


class PlanRefused(ZfssaError):
    """The change is well formed but not safe, or not possible, as things stand; nothing was written.

    The appliance may have been the first to refuse it. The sentence is the same then; `failure()` has its answer.
    """

    shows_code = False


class Incomplete(InvalidInput):
    """An object does not exist, and the options are not enough to create it."""

    may_be_made = True


class Absent(PlanRefused):
    """Something that the change needs does not exist, and another task can make it.

    Args:
        reason, kwargs: as in `ZfssaError`.
        missing: all that does not exist, as messages call it; what the reason says when it is not given.
    """

    may_be_made = True

    def __init__(self, reason: str, *, missing: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(reason, **kwargs)
        self.missing = tuple(missing) or (reason.removesuffix(" does not exist"),)


class Unreachable(ZfssaError):
    """No connection came about, so nothing was done.

    Args:
        reason, kwargs: as in `ZfssaError`.
        fleeting: whether it may pass by itself, as when a cluster node takes over.
    """

    default_advice = "check host, port and the network, and that the appliance's REST service is enabled"

    def __init__(self, reason: str, *, fleeting: bool = False, **kwargs: Any) -> None:
        super().__init__(reason, **kwargs)
        self.fleeting = fleeting


class CertificateRefused(Unreachable):
    """The appliance's certificate does not verify."""

    default_advice = (
        "give the certificate authority with ca_path, or the host name that the certificate bears with host"
    )


class LostReply(ZfssaError):
    """A request was sent and no readable answer came: it may have been carried out, or not."""

    default_advice = "look at the object on the appliance before you try again"


class Unfinished(LostReply):
    """The answer did not come to its end in time, or was too large to be read: the same request is not made again.

    Args:
        reason, kwargs: as in `ZfssaError`.
        patience: seconds for which the work may still be under way.
    """

    def __init__(self, reason: str, *, patience: float = 0.0, **kwargs: Any) -> None:
        super().__init__(reason, **kwargs)
        self.patience = patience


class Unmet(ZfssaError):
    """The appliance accepted a request, and did not do all that it asks for."""


class WaitTimeout(ZfssaError):
    """Something that was waited for did not come in time."""


class UpdateFailed(ZfssaError):
    """A replication update ended, and not with success."""


class ApplianceError(ZfssaError):
    """The appliance answered, and the answer was not success."""

    default_advice = "look at the appliance's logs, and try again when it is well"


class InvalidArgument(ApplianceError):
    """400: unknown, missing or invalid argument."""

    default_advice = "correct the value that the reason names"


class NotAuthenticated(ApplianceError):
    """401: wrong credentials, a session that is over, or a command that this user may not run."""

    default_advice = "check username and password, and the authorizations of that user on the appliance"


class NotAuthorized(ApplianceError):
    """401 in a session that is alive: the account may log in, and may not run this command (API reference 1.6, 2.5)."""

    default_advice = "give the account on the appliance the authorization that docs/appliance.md lists for this"


class Denied(ApplianceError):
    """403: the appliance refuses the operation on this object, or to this account (API reference 1.6, 2.5)."""

    default_advice = (
        "lift the protection that the reason names (nodestroy, for one) if you mean it; if it names none, the account lacks "
        "an authorization that docs/appliance.md lists"
    )


class NotFound(ApplianceError):
    """404: the object, or something above it in its path, does not exist."""

    default_advice = "check the names in the task"


class Conflict(ApplianceError):
    """409: the request does not fit the state that the appliance is in."""

    default_advice = "look at the object's present state, and run the task again"


class ObjectExists(Conflict):
    """409 ERR_OBJECT_EXISTS: the name is taken."""

    default_advice = "choose another name, or remove the object that has it"


class NoRoom(Conflict):
    """409 with a reason that speaks of space: the pool is full, or the quota of a project."""

    default_advice = (
        "free space or raise the quota of the project, choose a smaller size, or make the LUN sparse, which takes only what "
        "is written"
    )


class ConfirmRequired(Conflict):
    """409 ERR_CONFIRM_REQUIRED: a destructive call that needs `confirm=true` (API reference 1.8)."""

    default_advice = "something depends on the object: look at it, and set force to true if it may be destroyed too"


class Busy(ApplianceError):
    """503: the appliance has no resources for this at the moment."""

    default_advice = "try again when the appliance is less busy"


class BadReply(ApplianceError):
    """The answer is not what this API gives: another server, a proxy, or a broken body."""

    default_advice = "check that host and port are the appliance's own, and that no proxy answers for it"


class NotUnderstood(ZfssaError):
    """A decision depends on a value that is not what any guide or release gives; nothing is guessed in its place."""

    default_advice = "look at it on the appliance, and report the value to the collection if it is right there"


# API reference 1.6 and 1.7.
_BY_STATUS: dict[int, type[ApplianceError]] = {
    400: InvalidArgument,
    401: NotAuthenticated,
    403: Denied,
    404: NotFound,
    409: Conflict,
    503: Busy,
}
# How reasons begin that speak of space (API reference 1.7, 12.9).
_NO_ROOM = ("EAK_ZFS_NOSPC", "EAK_ZFS_DQUOT")
# What a question for a confirmation names, whatever the fault is called (API reference 1.7).
_QUESTION = "confirm=true"
_BY_FAULT: dict[str, type[ApplianceError]] = {
    "ERR_OBJECT_EXISTS": ObjectExists,
    "ERR_CONFIRM_REQUIRED": ConfirmRequired,
}


def from_reply(status: int, body: object, request: str) -> ApplianceError:
    """Make the exception for a reply that is not success.

    Args:
        status: HTTP status.
        body: the decoded JSON, or `None` when the body was not JSON.
        request: method and path.

    The fault has two documented shapes: `message` is the sentence and `name` the symbol on real appliances,
    `details` the sentence and `message` the symbol in the guides (API reference 1.7).
    """
    fault = body.get("fault") if isinstance(body, Mapping) else None
    fault = fault if isinstance(fault, Mapping) else {}
    name = fault.get("name")
    text = fault.get("message")
    if name is None and isinstance(text, str) and text.startswith("ERR_"):
        name, text = text, fault.get("details")
    name = name if isinstance(name, str) else None
    reason = text if isinstance(text, str) and text else f"the appliance answered HTTP {status} without a reason"
    kind = _BY_FAULT.get(name or "") or _BY_STATUS.get(status) or ApplianceError
    if kind is Conflict and _QUESTION in reason:
        kind = ConfirmRequired
    if kind is Conflict and any(word in reason for word in _NO_ROOM):
        kind = NoRoom
    return kind(_without_end(reason), status=status, fault=name, request=request)


def _without_end(reason: str) -> str:
    """A sentence without its full stop, which may be the last character of a secret as well."""
    plain = covered(reason)
    end = len(plain) - len(plain.rstrip(". "))
    return reason[: len(reason) - end]
