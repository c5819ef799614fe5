"""What the contract tests of initiators, targets and their groups share."""

from __future__ import annotations

from typing import Any

from module_runner import Bench

SAN = "san/v1/iscsi"
HOSTS = [f"iqn.2020-01.com.example:host-{number}" for number in range(8)]
HOST = HOSTS[0]


def host(name: str = HOST, **more: Any) -> tuple[Any, ...]:
    """Make an initiator."""
    return ("POST", f"{SAN}/initiators", {"initiator": name, **more})


def hosts(count: int) -> tuple[Any, ...]:
    """Make initiators."""
    return tuple(host(name) for name in HOSTS[:count])


def group(*members: str, name: str = "ig-a") -> tuple[Any, ...]:
    """Make an initiator group."""
    return ("POST", f"{SAN}/initiator-groups", {"name": name, "initiators": list(members)})


def members(bench: Bench) -> list[str]:
    """Return who is in the group."""
    (found,) = bench.lab.east.state["initiator_groups"]
    return sorted(found["initiators"])
