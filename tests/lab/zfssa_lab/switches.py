"""What the guides leave open, and can be chosen: one table, nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Switch:
    """One open question: its answers, the default first, and the one of the strict preset."""

    values: tuple[str, ...]
    strict: str
    description: str

    @property
    def default(self) -> str:
        """The answer when nothing is said."""
        return self.values[0]


# Sections are those of the API reference.
TABLE: dict[str, Switch] = {
    # 10.5, 15.1
    "severed-guid": Switch(
        ("source", "new"), "source", "GUID of a LUN after a sever or reversal: that of its source, or one of its own"
    ),
    # 15.3, 15.4
    "severed-status": Switch(
        ("online", "replicated"),
        "online",
        "status of a LUN after a sever or reversal: online, or that of the source at the last update",
    ),
    # 15.3
    "severed-lu-number": Switch(
        ("kept", "new"), "new", "`lunumber` after a sever or reversal: as on the source, or `auto`"
    ),
    # 15.1
    "sever-missing-groups": Switch(
        ("not-presented", "refused"),
        "refused",
        "a group of a replicated LUN is missing on the target: nobody sees the LUN through it, or sever, reversal "
        "and clone of the package are refused (409)",
    ),
    # 1.8, 15.4
    "confirm-destroy": Switch(
        ("by-release", "always", "never"),
        "always",
        "which destructive calls want `confirm=true`: those with dependents from 8.7 on, all on every release, or none",
    ),
    # 10.5, 15.3
    "offline-update": Switch(
        ("accepted", "refused"), "refused", "an update of a LUN that is offline: it begins, or is refused (409)"
    ),
    # 10.4
    "package-keys": Switch(
        ("shown", "absent"),
        "absent",
        "whether a package tells its source, its pools and what it is a replica of; the keys are only recalled",
    ),
    # 14.1
    "date-header": Switch(
        ("sent", "absent"), "absent", "the HTTP header `Date` of an appliance's answers, by its own clock"
    ),
    # 10.5
    "link": Switch(
        ("each", "shared"),
        "shared",
        "bandwidth of replication: each update has all of it, or those between two appliances share it evenly",
    ),
}


class UnknownSwitch(ValueError):
    """A name that is not in the table."""

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no switch {name!r}; there are {', '.join(TABLE)}")


class BadPosition(ValueError):
    """A value that a switch does not have; the text is one sentence."""


class Switches:
    """The switches of a lab, in their present positions."""

    def __init__(self, initial: Mapping[str, str] | None = None) -> None:
        """``initial`` has those that do not stand at the default."""
        self._initial = {name: switch.default for name, switch in TABLE.items()}
        for name, value in (initial or {}).items():
            check(name, value)
            self._initial[name] = value
        self._positions = dict(self._initial)

    def __getitem__(self, name: str) -> str:
        """Return the position of a switch."""
        return self._positions[name]

    def put(self, name: str, value: str) -> None:
        """Put a switch into a position; UnknownSwitch, BadPosition."""
        check(name, value)
        self._positions[name] = value

    def reset(self) -> None:
        """Put all back to where they stood at first."""
        self._positions = dict(self._initial)


def check(name: str, value: str) -> None:
    """Refuse a name or a value that the table does not have."""
    if name not in TABLE:
        raise UnknownSwitch(name)
    if value not in TABLE[name].values:
        raise BadPosition(f"switch {name} takes {' or '.join(TABLE[name].values)}, not {value!r}")


def strict_positions() -> dict[str, str]:
    """Return the strict preset: of each open question the answer that is hardest on a client."""
    return {name: switch.strict for name, switch in TABLE.items()}
