"""Fault bodies (API reference 1.7)."""

from __future__ import annotations

from typing import Any

from zfssa_lab.api.call import Reply
from zfssa_lab.model.errors import ApplianceError

# name: (HTTP status, generic text).  The last four are not in the reference's table.
FAULTS = {
    "ERR_INVALID_ARG": (400, "invalid input argument"),
    "ERR_UNKNOWN_ARG": (400, "extra unhandled input argument"),
    "ERR_MISSING_ARG": (400, "required input argument missing"),
    "ERR_UNAUTHORIZED": (401, "this user is not authorized to execute command"),
    "ERR_DENIED": (403, "operation denied"),
    "ERR_NOT_FOUND": (404, "the requested item was not found"),
    "ERR_STATE_CHANGED": (409, "conflict in system state"),
    "ERR_OBJECT_EXISTS": (409, "request creates an object that already exists"),
    "ERR_CONFIRM_REQUIRED": (409, "request requires the confirm=true query parameter to complete"),
    "ERR_OVER_LIMIT": (413, "input request too large to handle"),
    "ERR_UNSUPPORTED_MEDIA": (415, "requested media type is not supported by request"),
    "ERR_NOT_IMPLEMENTED": (501, "operation not implemented"),
    "ERR_BUSY": (503, "service not available due to limited resources"),
    "ERR_METHOD_NOT_ALLOWED": (405, "method not allowed for resource"),
    "ERR_TIMEOUT": (408, "request timed out"),
    "ERR_LENGTH_REQUIRED": (411, "request body without a length"),
    "ERR_INTERNAL": (500, "internal error"),
}
_BY_STATUS = {status: name for name, (status, _text) in reversed(FAULTS.items())}


def fault_name(status: int) -> str:
    """Return the usual fault name of an HTTP status."""
    return _BY_STATUS.get(status, "ERR_INTERNAL" if status >= 500 else "ERR_INVALID_ARG")


def fault_reply(name: str, detail: str = "", status: int | None = None, documented: bool = False) -> Reply:
    """Return the answer for fault ``name``; ``status`` stands for the table's if given.

    ``documented`` picks the shape that the guides print; the other was seen on appliances of 8.6 and later.
    """
    usual, generic = FAULTS[name]
    sentence = f"{generic} ({detail})" if detail else generic
    code = status or usual
    fault: dict[str, Any] = {"message": sentence, "code": code, "name": name}
    if documented:
        fault = {"message": name, "details": sentence, "code": code}
    return Reply(code, {"fault": fault})


def refusal_reply(error: ApplianceError, documented: bool = False) -> Reply:
    """Return the answer for what the domain refused."""
    return fault_reply(error.fault, error.detail, documented=documented)
