"""Clients that are in use with real appliances run against each release of the lab, and under its switches.

What a switch makes harder is refused in the documented way, and goes on once it is confirmed (API reference 1.8).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from lab_clients import CONVERSATIONS, Caller, container_volumes, migration
from lab_world import World

from zfssa_lab.release import RELEASE_NAMES
from zfssa_lab.switches import TABLE

Worlds = Callable[[str], World]
Talk = Callable[[str], tuple[Any, ...]]

ALL = [(talk, release) for talk in CONVERSATIONS for release in RELEASE_NAMES] + [(container_volumes, "8.8")]
STRICT = {name: switch.strict for name, switch in TABLE.items()}
OTHER = [(name, value) for name, switch in TABLE.items() for value in switch.values[1:]]


def converse(world: World, talk: tuple[Any, ...], switches: dict[str, str]) -> Caller:
    """Have a conversation with a lab whose switches stand as given, and log out."""
    for name, value in switches.items():
        assert "error" not in world.tell("PUT", f"/switches/{name}", {"value": value})
    caller = Caller(world, confirms=switches.get("confirm-destroy") == "always")
    for say in talk:
        caller.have(say)
    caller.logout()
    return caller


@pytest.mark.parametrize(("talk", "release"), ALL)
def test_client(worlds: Worlds, talk: Talk, release: str) -> None:
    """The client gets what it needs from each release."""
    assert converse(worlds(release), talk(release), {}).asked == 0


@pytest.mark.parametrize(("talk", "release"), ALL)
def test_client_of_a_strict_lab(worlds: Worlds, talk: Talk, release: str) -> None:
    """The hardest answers to all open questions change nothing but what wants to be confirmed."""
    say = talk(release)
    destroys = any(getattr(one, "method", "") == "DELETE" and "/pools/" in one.path for one in say)
    assert bool(converse(worlds(release), say, STRICT).asked) == destroys


@pytest.mark.parametrize("release", RELEASE_NAMES)
@pytest.mark.parametrize(("switch", "value"), OTHER)
def test_migration_under_each_switch(worlds: Worlds, release: str, switch: str, value: str) -> None:
    """A volume moves from one appliance to the other, whichever answer one open question has."""
    converse(worlds(release), migration(release), {switch: value})
