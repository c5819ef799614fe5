"""What a fact about the API is, how it is checked, and the names that the facts use."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
from lab_world import LUNS, PROJECTS, World

from zfssa_lab.release import RELEASE_NAMES


class Fact(NamedTuple):
    """``then`` is a fault name, a part of the object in the answer, or a test of the body.

    ``on`` names the releases that it holds for.  ``assumed`` marks what the API reference leaves open:
    such a row pins the lab's own choice, which docs/lab.md lists.
    """

    section: str
    what: str
    given: tuple[Any, ...]
    when: tuple[Any, ...]
    status: int
    then: Any = None
    on: tuple[str, ...] = RELEASE_NAMES
    assumed: bool = False


OLD = ("2013.1",)
UP_TO_87 = ("2013.1", "8.7")
FROM_87 = ("8.7", "8.8")
NEW = ("8.8",)


def proj(name: str = "p", **more: Any) -> tuple[Any, ...]:
    """Create a project."""
    return ("POST", PROJECTS, {"name": name, **more})


A = f"{LUNS}/a"
S1 = f"{A}/snapshots/s1"
FS = f"{PROJECTS}/default/filesystems"
IG = "san/v1/iscsi/initiator-groups"
IT = "san/v1/iscsi/initiators"
TG = "san/v1/iscsi/target-groups"
TT = "san/v1/iscsi/targets"
RT = "storage/v1/replication/targets"
PKG = "{packages}/{id}"
SCHEMA = "storage/v1/schema"
OWNER = ("POST", SCHEMA, {"property": "owner", "type": "String"})
BAD_COUNT: dict[str, Any] = {"custom:count": 0}
COUNT = ("POST", SCHEMA, {"property": "count", "type": "PositiveInteger"})
H1 = "iqn.2020-01.com.example:h1"
TARGET = ("POST", TT, {"alias": "t1", "iqn": "iqn.1986-03.com.sun:02:t1"})
OFF = "service/v1/services/replication/disable"


def rows(facts: list[Fact]) -> Any:
    """Return the decorator that runs a test for each fact on each of its releases."""
    return pytest.mark.parametrize(
        ("fact", "release"),
        [
            pytest.param(fact, release, id=name_of(fact, release), marks=[pytest.mark.assumption] * fact.assumed)
            for fact in facts
            for release in fact.on
        ],
    )


def check(fact: Fact, world: World) -> None:
    """Do what the fact says and compare the outcome."""
    world.do(*fact.given)
    response = world.send(fact.when)
    assert response is not None
    assert response.status_code == fact.status, response.text
    body: Any = seen(response.json()) if response.content else None
    if isinstance(fact.then, str):
        assert body["fault"]["name"] == fact.then
        assert body["fault"]["code"] == fact.status
    elif isinstance(fact.then, dict):
        found = body if fact.then.keys() <= body.keys() else next(iter(body.values()))
        assert {key: found.get(key) for key in fact.then} == fact.then
    elif fact.then is not None:
        assert fact.then(body), body


def seen(body: Any) -> Any:
    """Return a fault as appliances of 8.6 and later give it, so that one row fits both shapes (API reference 1.7)."""
    fault = body.get("fault") if isinstance(body, dict) else None
    if fault is None or "details" not in fault:
        return body
    return {"fault": {"message": fault["details"], "code": fault["code"], "name": fault["message"]}}


def name_of(fact: Fact, release: str) -> str:
    """Return how the fact is called in a test report: its section first."""
    return f"{fact.section} {fact.what} ({release}{', assumed' if fact.assumed else ''})"
