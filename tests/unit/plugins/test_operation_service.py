"""Services: enabled or disabled, with properties under the appliance's own names."""

from __future__ import annotations

from typing import Any

import pytest
from memory_appliance import Book

from ansible_collections.zfssa.storage.plugins.module_utils.engine._apply import apply
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.service._operations import plan_service
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import (
    BadReply,
    InvalidInput,
    LostReply,
    PlanRefused,
)

SERVICES = "/api/service/v1/services"
PATH = f"{SERVICES}/iscsi"


def page(status: str = "online", **properties: Any) -> dict[str, Any]:
    """What the appliance says of the service."""
    return {"service": {"<status>": status, "href": PATH, "log": {"size": 8}, "isns": "", **properties}}


def record(status: str, **properties: Any) -> dict[str, Any]:
    """The result for the service."""
    return {"name": "iscsi", "status": status, "properties": {"isns": "", **properties}}


@pytest.mark.parametrize(
    ("status", "options", "sent"),
    [
        ("online", {}, []),
        ("online", {"state": "enabled"}, []),
        ("disabled", {"state": "disabled"}, []),
        ("disabled", {"state": "enabled"}, [("PUT", f"{PATH}/enable", None)]),
        ("maintenance", {"state": "enabled"}, [("PUT", f"{PATH}/enable", None)]),
        ("online", {"state": "disabled"}, [("PUT", f"{PATH}/disable", None)]),
        ("online", {"properties": {"isns": ""}}, []),
        ("online", {"properties": {"isns": "a", "n": 1}}, [("PUT", PATH, {"isns": "a"})]),
        (
            "disabled",
            {"state": "enabled", "properties": {"isns": "a"}},
            [("PUT", PATH, {"isns": "a"}), ("PUT", f"{PATH}/enable", None)],
        ),
    ],
)
def test_plan_sends_what_differs_and_properties_first(status: str, options: dict[str, Any], sent: list[Any]) -> None:
    plan = plan_service(Book({PATH: page(status, n=1)}), {"name": "iscsi", **options})

    assert [(step.method, step.path, step.body) for step in plan.steps] == sent
    assert plan.before == {"service": record(status, n=1)}


@pytest.mark.parametrize(
    ("present", "given"),
    [
        (22, "22"),
        (22, 22.0),
        (2.5, "2.5"),
        (2**60 + 1, str(2**60 + 1)),
        (True, "True"),
        (True, "yes"),
        (False, "off"),
        (["a", "b"], ["a", "b"]),
        (["a"], "a"),
        ([1, 2], ["1", "2"]),
        ([], ""),
        ("a", ["a"]),
        ("22", 22),
        ("true", True),
        ("off", False),
        ("", ""),
        ("********", "new-secret"),
    ],
)
def test_value_that_is_written_otherwise_does_not_differ(present: Any, given: Any) -> None:
    plan = plan_service(Book({PATH: page(value=present)}), {"name": "iscsi", "properties": {"value": given}})

    assert not plan.changed


@pytest.mark.parametrize(
    ("present", "given", "sent"),
    [
        (22, "2222", 2222),
        (2, "2.5", 2.5),
        (True, "no", False),
        (["a"], "b", ["b"]),
        ("22", 2222, "2222"),
        ("on", False, "off"),
        ("", "true", "true"),
        ("", 5, "5"),
        ("a", ["a", "b"], ["a", "b"]),
        ("********", "", ""),
        ("", "new-secret", "new-secret"),
    ],
)
def test_value_is_sent_in_the_form_of_the_present_one(present: Any, given: Any, sent: Any) -> None:
    plan = plan_service(Book({PATH: page(value=present)}), {"name": "iscsi", "properties": {"value": given}})

    assert [step.body for step in plan.steps] == [{"value": sent}]
    assert plan.after["service"]["properties"]["value"] == sent


@pytest.mark.parametrize(
    ("name", "present", "given", "said"),
    [
        ("value", True, "maybe", "value is True now, and 'maybe' is neither true nor false; correct value"),
        ("value", 22, "high", "value is 22 now, and 'high' is not a number; correct value"),
        ("value", 22, True, "and True is not a number"),
        ("value", 22, "nan", "and 'nan' is not a number"),
        ("password", 22, "high", "password is of another form than what is given; correct password"),
    ],
)
def test_value_of_another_form_is_refused(name: str, present: Any, given: Any, said: str) -> None:
    book = Book({PATH: page(**{name: present})})

    with pytest.raises(InvalidInput, match=said):
        plan_service(book, {"name": "iscsi", "properties": {name: given}})


@pytest.mark.parametrize("name", ["nis", "href", "log", "<status>"])
def test_unknown_property_is_refused_with_those_that_exist(name: str) -> None:
    book = Book({PATH: page(n=1)})

    with pytest.raises(PlanRefused, match=f"service iscsi has no property {name}; use one of: isns, n"):
        plan_service(book, {"name": "iscsi", "properties": {name: "a", "n": 2}})


def test_prediction_has_the_new_state_and_properties() -> None:
    options = {"name": "iscsi", "state": "enabled", "properties": {"isns": "a"}}

    plan = plan_service(Book({PATH: page("disabled", n=1)}), options)

    assert plan.after == {"service": record("online", isns="a", n=1)}


def test_result_is_what_the_appliance_answers() -> None:
    book = Book({PATH: page("disabled")})
    plan = plan_service(book, {"name": "iscsi", "state": "enabled"})
    book.answers = [page("maintenance")]

    assert apply(plan, book) == {"service": record("maintenance")}


@pytest.mark.parametrize(
    ("options", "seen", "sends"),
    [
        ({"state": "enabled"}, [page("online")], 1),
        ({"state": "enabled"}, [page("disabled"), page("online")], 2),
        ({"properties": {"isns": "a"}}, [page("disabled", isns="a")], 1),
        ({"properties": {"isns": "a"}}, [page("disabled"), page("disabled", isns="a")], 2),
    ],
)
def test_lost_answer_is_looked_after(options: dict[str, Any], seen: list[dict[str, Any]], sends: int) -> None:
    book = Book({PATH: page("disabled")})
    plan = plan_service(book, {"name": "iscsi", **options})
    book.pages[PATH] = seen
    book.answers = [LostReply("lost")]

    assert apply(plan, book) == plan.after
    assert len(book.sent) == sends


def test_unknown_service_is_refused_with_those_that_exist() -> None:
    services = {"services": [{"name": "nfs"}, {"name": "iscsi"}]}

    with pytest.raises(PlanRefused, match="service nsf does not exist; use one of: iscsi, nfs"):
        plan_service(Book({SERVICES: services}), {"name": "nsf", "state": "enabled"})


def test_impossible_name_is_refused_before_anything_is_read() -> None:
    book = Book({})

    with pytest.raises(InvalidInput):
        plan_service(book, {"name": "../x"})

    assert book.reads == []


def test_reply_without_the_service_is_a_bad_one() -> None:
    with pytest.raises(BadReply):
        plan_service(Book({PATH: {"iscsi": {}}}), {"name": "iscsi"})


@pytest.mark.parametrize(
    ("service", "present", "given", "said"),
    [
        (
            "ssh",
            {"listen_port": 22},
            65536,
            "property listen_port of service ssh is 65536, and a port is from 1 to 65535",
        ),
        ("ssh", {"listen_port": 22}, "0", "is 0, and a port"),
        ("http", {"https_port": 443}, -1, "is -1, and a port"),
        ("http", {"protocols": "http"}, "ftp", "is 'ftp', and takes one of: http/https, http, https"),
        ("nfs", {"version_max": "4"}, 5, "is '5', and takes one of: 2, 3, 4"),
        ("ntp", {"servers": ["a"]}, ["b", "b"], "has b more than once"),
        ("dns", {"domain": "a"}, None, "has no value"),
        ("dns", {"domain": ""}, 1.5, "1.5 is a number in YAML, and not a text; put it in quotes; correct domain"),
        ("dns", {"domain": "a"}, 1.5, "1.5 is a number in YAML, and not a text; put it in quotes"),
        ("dns", {"domain": ""}, True, "True is true or false in YAML, and not a text; put it in quotes"),
        ("dns", {"domain": "a"}, False, "False is true or false in YAML, and not a text; put it in quotes"),
        ("ntp", {"servers": ["a"]}, ["b", 1.5], "1.5 is a number in YAML, and not a text; put it in quotes"),
        ("ldap", {"proxy_password": ""}, 1.5, "of another form than what is given; correct proxy_password, in quotes"),
    ],
)
def test_value_that_no_appliance_takes_is_refused(service: str, present: dict[str, Any], given: Any, said: str) -> None:
    at = Book({f"{SERVICES}/{service}": {"service": {"<status>": "online", **present}}})

    with pytest.raises(InvalidInput, match=said):
        plan_service(at, {"name": service, "properties": dict.fromkeys(present, given)})


@pytest.mark.parametrize("given", [{"version_min": 4, "version_max": 3}, {"version_min": 4}, {"version_max": "2"}])
def test_versions_in_the_wrong_order_are_refused(given: dict[str, Any]) -> None:
    at = Book({f"{SERVICES}/nfs": {"service": {"<status>": "online", "version_min": "3", "version_max": "3"}}})

    with pytest.raises(
        InvalidInput, match=r"property version_min of service nfs would be ., and version_max ., which is lower"
    ):
        plan_service(at, {"name": "nfs", "properties": given})


def test_version_that_nobody_understands_is_in_no_order() -> None:
    at = Book({f"{SERVICES}/nfs": {"service": {"<status>": "online", "version_min": "3", "version_max": {}}}})

    assert plan_service(at, {"name": "nfs", "properties": {"version_min": "4"}}).steps[0].body == {"version_min": "4"}


@pytest.mark.parametrize("port", [1, "65535"])
def test_port_within_its_range_is_taken(port: Any) -> None:
    at = Book({f"{SERVICES}/ssh": {"service": {"<status>": "online", "listen_port": 22}}})

    assert plan_service(at, {"name": "ssh", "properties": {"listen_port": port}}).steps[0].body == {
        "listen_port": int(port)
    }
