"""What the domain refuses, as exceptions that carry the fault name of API reference 1.7."""

from __future__ import annotations


class ApplianceError(Exception):
    """A refusal; ``fault`` is the symbolic name, ``detail`` the sentence in parentheses."""

    fault = "ERR_INTERNAL"

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail)
        self.detail = detail


class InvalidArgument(ApplianceError):
    """A value that the property does not take."""

    fault = "ERR_INVALID_ARG"


class UnknownArgument(ApplianceError):
    """An argument that the command does not know."""

    fault = "ERR_UNKNOWN_ARG"


class MissingArgument(ApplianceError):
    """A required argument that was not given."""

    fault = "ERR_MISSING_ARG"


class Unauthorized(ApplianceError):
    """No valid credentials or session."""

    fault = "ERR_UNAUTHORIZED"


class Denied(ApplianceError):
    """An operation that a property or a rule forbids."""

    fault = "ERR_DENIED"


class NotFound(ApplianceError):
    """The object or one of its ancestors does not exist."""

    fault = "ERR_NOT_FOUND"


class StateConflict(ApplianceError):
    """The operation does not fit the present state of the system."""

    fault = "ERR_STATE_CHANGED"


class NoSpace(StateConflict):
    """The pool or the project's quota has no room."""


class ObjectExists(ApplianceError):
    """The name is taken."""

    fault = "ERR_OBJECT_EXISTS"


class ConfirmRequired(ApplianceError):
    """A destructive call that wants ``?confirm=true``."""

    fault = "ERR_CONFIRM_REQUIRED"


class NotImplementedHere(ApplianceError):
    """A documented call that the lab does not offer."""

    fault = "ERR_NOT_IMPLEMENTED"


class Busy(ApplianceError):
    """Limited resources."""

    fault = "ERR_BUSY"


def expecting(choices: list[str]) -> str:
    """Name the valid values as an appliance does: ``one of "a", "b" or "c"``."""
    if not choices:
        return "a defined one; there is none"
    quoted = [f'"{choice}"' for choice in choices]
    if len(quoted) == 1:
        return quoted[0]
    return f"one of {', '.join(quoted[:-1])} or {quoted[-1]}"


def bad_value(name: str, value: object, wanted: str) -> InvalidArgument:
    """Return the refusal of ``value`` for property ``name``, in the words of API reference 14.5."""
    shown = value if isinstance(value, str) else str(value).lower()
    return InvalidArgument(
        f'bad property value "{shown}" (expecting {wanted}) '
        f'(encountered while attempting to run command "set {name}="{shown}"")'
    )


def not_found(what: str) -> NotFound:
    """Return the refusal for a missing object, in the words of API reference 14.5."""
    return NotFound(f'EAK_ZFS_NOENT: {{txtid: "AKTXT_NAS_NOENT", args: ["{what}"]}}')


def already_exists(kind: str, name: str, command: str = "") -> ObjectExists:
    """Return the refusal of a taken name to ``command`` (as a rule the kind), in the words of API reference 14.5."""
    return ObjectExists(
        f'{kind} "{name}" already exists (use "select {name}" to select it) '
        f'(encountered while attempting to run command "{command or kind} {name}")'
    )
