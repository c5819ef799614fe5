"""Peers that replication can send to: registered, changed, removed."""

from __future__ import annotations

from typing import Any

import pytest
from book import Book
from lab_client import AFTER, BEFORE, LabClient
from replication_pages import ACTIONS, EAST, TARGETS, WEST, action

from ansible_collections.zfssa.storage.plugins.module_utils.engine._apply import apply
from ansible_collections.zfssa.storage.plugins.module_utils.engine._plan import Item
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.replication._target import PEERS
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import (
    Conflict,
    InvalidInput,
    PlanRefused,
)
from ansible_collections.zfssa.storage.plugins.module_utils.values._release import Release

NEW = {"label": "north", "hostname": "north", "root_password": "lab-password"}
NORTH = {"label": "north", "hostname": "zs-north.example", "asn": "asn-n", "address": "192.0.2.9:216", "actions": 0}


def peers_at(release: str = "8.8", *, third: bool = False) -> LabClient:
    """An appliance that can reach `west` and `north`, and has the first registered, or both."""
    at = LabClient(release, appliances=("east", "west", "north"))
    if not third:
        path = "target-001" if release == "2013.1" else "north"
        at.do("DELETE", f"{TARGETS}/{path}")
    return at


def book(*more: dict[str, Any], update: int = 8, **pages: Any) -> Book:
    """An appliance with two peers, or more."""
    return Book({TARGETS: {"targets": [WEST, EAST, *more]}, ACTIONS: {"actions": []}, **pages}, Release(update))


def plan(reader: Book | LabClient, **options: Any) -> Item:
    """Plan for a peer."""
    return PEERS.plan(reader, {"state": "present", **options})


def facts(planned: Item) -> list[tuple[str, str, object]]:
    """What a plan sends."""
    return [(step.method, step.path, step.body) for step in planned.steps]


def test_peer_is_registered_and_its_password_not_shown() -> None:
    at = peers_at()

    planned = plan(at, **NEW, host_match=False)

    assert facts(planned) == [("POST", TARGETS, {**NEW, "host_match": False})]
    assert planned.after["target"] == {
        "label": "north",
        "hostname": "north",
        "host_match": False,
        "auto_accept_cert": None,
        "address": None,
        "asn": None,
        "actions": 0,
    }
    made = apply(planned, at)["target"]
    assert {**made, "auto_accept_cert": None, "address": None, "asn": None} == planned.after["target"]


@pytest.mark.parametrize("options", [{}, {"hostname": "WEST"}, {"root_password": "whatever"}])
def test_peer_that_is_as_wanted_is_left_alone(options: dict[str, str]) -> None:
    reader = peers_at()

    assert not plan(reader, label="west", **options).changed
    assert reader.reads == [TARGETS]


@pytest.mark.parametrize(("release", "path"), [("2013.1", "target-000"), ("8.7", "west"), ("8.8", "west")])
@pytest.mark.parametrize(
    ("options", "method", "body"),
    [({"hostname": "192.0.2.7"}, "PUT", {"hostname": "192.0.2.7"}), ({"state": "absent"}, "DELETE", None)],
)
def test_peer_is_where_the_release_keeps_it(
    options: dict[str, str], method: str, body: object, release: str, path: str
) -> None:
    assert facts(plan(peers_at(release), label="west", **options)) == [(method, f"{TARGETS}/{path}", body)]


def test_new_address_is_not_known_before() -> None:
    at = peers_at(third=True)

    planned = plan(at, label="north", hostname="127.0.0.3")

    assert planned.after["target"]["address"] is None
    assert planned.after["target"]["asn"] == at.lab.fleet.appliances["north"].asn


def test_address_of_another_appliance_is_told() -> None:
    reader = book(NORTH)
    planned = plan(reader, label="north", hostname="zs-south.example")
    reader.answers = [{"target": {**NORTH, "hostname": "zs-south.example", "asn": "asn-s"}}]

    with pytest.raises(Conflict, match="leads to another appliance now") as caught:
        apply(planned, reader)

    assert caught.value.steps_done == ("update replication target north (hostname)",)


@pytest.mark.parametrize(
    ("actions", "said"),
    [
        ([action()], "has 1 action, of LUN tank/proj-a/lun-a"),
        ([action(), action(id="2", share="", target=WEST["asn"])], "has 2 actions, of LUN .*, project tank/proj-a"),
        ([action(target="elsewhere")], "has 1 action;"),
        ([action(id=str(number), share=f"l{number}") for number in range(7)], "has 7 actions, .*l4 and 2 more;"),
    ],
)
def test_peer_that_is_used_stays(actions: list[dict[str, Any]], said: str) -> None:
    with pytest.raises(PlanRefused, match=said):
        plan(book(**{ACTIONS: {"actions": actions}}), label="west", state="absent")


@pytest.mark.parametrize("actions", [0, None])
def test_peer_that_nothing_uses_goes(actions: int | None) -> None:
    reader = book({**NORTH, "actions": actions})

    assert plan(reader, label="north", state="absent").changed
    assert not plan(reader, label="south", state="absent").changed


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"label": "north"}, InvalidInput, "hostname and root_password is missing"),
        ({"label": "north", "hostname": "zs-north"}, InvalidInput, "root_password is missing"),
        ({**NEW, "hostname": "WEST"}, PlanRefused, "registered already, as west"),
        ({**NEW, "hostname": "a b"}, InvalidInput, "not a host name"),
        ({**NEW, "root_password": ""}, InvalidInput, "root_password is empty"),
        ({**NEW, "label": "../x"}, InvalidInput, "label"),
    ],
)
def test_what_cannot_be_is_refused(options: dict[str, str], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        plan(peers_at(), **options)


@pytest.mark.parametrize("option", ["host_match", "auto_accept_cert"])
@pytest.mark.parametrize("label", ["west", "north"])
def test_older_software_knows_no_certificates(label: str, option: str) -> None:
    with pytest.raises(PlanRefused, match=f"replication target {label} cannot have {option}, which needs OS8.8"):
        plan(peers_at("8.7"), **{**NEW, "label": label, option: True})


@pytest.mark.parametrize(
    ("options", "before", "after"),
    [
        (NEW, ["west"], ["west", "north"]),
        ({"label": "west", "hostname": "127.0.0.2"}, ["west"], ["west"]),
        ({"label": "north", "state": "absent"}, ["west", "north"], ["west"]),
    ],
)
@pytest.mark.parametrize("fate", [AFTER, BEFORE])
def test_lost_answer_is_looked_after(options: dict[str, str], before: list[str], after: list[str], fate: str) -> None:
    at = peers_at(third="north" in before)
    planned = plan(at, **options)
    at.fates = [fate]

    result = apply(planned, at)["target"]

    assert (len(at.sent), len(at.work)) == (1 if fate == AFTER else 2, 1)
    assert [one["label"] for one in at.do("GET", TARGETS)["targets"]] == after
    assert (result or {}).get("hostname") == (planned.after["target"] or {}).get("hostname")
