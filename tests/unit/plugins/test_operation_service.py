"""Services: enabled or disabled, with properties under the appliance's own names."""

from __future__ import annotations

from typing import Any

import pytest
from book import Book
from lab_client import AFTER, BEFORE, LATE, LabClient

from ansible_collections.zfssa.storage.plugins.module_utils.engine._apply import apply
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.service._operations import plan_service
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import (
    BadReply,
    InvalidInput,
    PlanRefused,
)

SERVICES = "/api/service/v1/services"
PATH = f"{SERVICES}/iscsi"


# The properties of service iscsi at first.
ISCSI = {
    "isns_server": "", "isns_access": False, "radius_server": "", "radius_access": False, "target_chap_name": "",
}  # fmt: skip


def service_at(status: str = "online", name: str = "iscsi", **properties: Any) -> LabClient:
    """An appliance whose service is so."""
    at = LabClient()
    if properties:
        at.do("PUT", f"{SERVICES}/{name}", properties)
    if status == "disabled":
        at.do("PUT", f"{SERVICES}/{name}/disable")
    if status == "maintenance":
        at.break_service(name)
    return at


def page(status: str = "online", **properties: Any) -> dict[str, Any]:
    """What the appliance says of the service."""
    return {"service": {"<status>": status, "href": PATH, "log": {"size": 8}, **properties}}


def record(status: str, **properties: Any) -> dict[str, Any]:
    """The result for the service."""
    return {"name": "iscsi", "status": status, "properties": {**ISCSI, **properties}}


@pytest.mark.parametrize(
    ("status", "options", "sent"),
    [
        ("online", {}, []),
        ("online", {"state": "enabled"}, []),
        ("disabled", {"state": "disabled"}, []),
        ("disabled", {"state": "enabled"}, [("PUT", f"{PATH}/enable", None)]),
        ("maintenance", {"state": "enabled"}, [("PUT", f"{PATH}/enable", None)]),
        ("online", {"state": "disabled"}, [("PUT", f"{PATH}/disable", None)]),
        ("online", {"properties": {"isns_server": ""}}, []),
        (
            "online",
            {"properties": {"isns_server": "a", "isns_access": False}},
            [("PUT", PATH, {"isns_server": "a"})],
        ),
        (
            "disabled",
            {"state": "enabled", "properties": {"isns_server": "a"}},
            [("PUT", PATH, {"isns_server": "a"}), ("PUT", f"{PATH}/enable", None)],
        ),
    ],
)
def test_plan_sends_what_differs_and_properties_first(status: str, options: dict[str, Any], sent: list[Any]) -> None:
    plan = plan_service(service_at(status), {"name": "iscsi", **options})

    assert [(step.method, step.path, step.body) for step in plan.steps] == sent
    assert plan.before == {"service": record(status)}


# Values of any form, which the services of the lab do not all have.


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


# What an appliance has, and what it becomes


@pytest.mark.parametrize("name", ["nis", "href", "<status>"])
def test_unknown_property_is_refused_with_those_that_exist(name: str) -> None:
    known = ", ".join(sorted(ISCSI))

    with pytest.raises(PlanRefused, match=f"service iscsi has no property {name}; use one of: {known}"):
        plan_service(service_at(), {"name": "iscsi", "properties": {name: "a", "isns_server": "b"}})


def test_log_of_a_service_is_none_of_its_properties() -> None:
    with pytest.raises(PlanRefused, match="service iscsi has no property log; use one of: n"):
        plan_service(Book({PATH: page(n=1)}), {"name": "iscsi", "properties": {"log": "a"}})


def test_prediction_has_the_new_state_and_properties() -> None:
    at = service_at("disabled")
    plan = plan_service(at, {"name": "iscsi", "state": "enabled", "properties": {"isns_server": "a"}})

    assert plan.after == {"service": record("online", isns_server="a")}
    assert apply(plan, at) == plan.after


def test_result_is_what_the_appliance_answers() -> None:
    at = service_at("disabled")
    plan = plan_service(at, {"name": "iscsi", "state": "enabled"})
    at.break_service("iscsi")

    assert apply(plan, at) == {"service": record("maintenance")}


@pytest.mark.parametrize("options", [{"state": "enabled"}, {"properties": {"isns_server": "a"}}])
@pytest.mark.parametrize(("fate", "sends"), [(AFTER, 1), (LATE, 2), (BEFORE, 2)])
def test_lost_answer_is_looked_after(options: dict[str, Any], fate: str, sends: int) -> None:
    at = service_at("disabled")
    plan = plan_service(at, {"name": "iscsi", **options})
    at.fates = [fate]

    assert apply(plan, at) == plan.after
    assert len(at.sent) == sends


def test_unknown_service_is_refused_with_those_that_exist() -> None:
    with pytest.raises(PlanRefused, match=r"service nsf does not exist; use one of: .*, nfs, "):
        plan_service(LabClient(), {"name": "nsf", "state": "enabled"})


def test_impossible_name_is_refused_before_anything_is_read() -> None:
    at = LabClient()

    with pytest.raises(InvalidInput):
        plan_service(at, {"name": "../x"})

    assert at.reads == []


def test_reply_without_the_service_is_a_bad_one() -> None:
    with pytest.raises(BadReply):
        plan_service(Book({PATH: {"iscsi": {}}}), {"name": "iscsi"})


@pytest.mark.parametrize(
    ("service", "name", "given", "said"),
    [
        ("ssh", "listen_port", 65536, "property listen_port of service ssh is 65536, and a port is from 1 to 65535"),
        ("ssh", "listen_port", "0", "is 0, and a port"),
        ("http", "https_port", -1, "is -1, and a port"),
        ("http", "protocols", "ftp", "is 'ftp', and takes one of: http/https, http, https"),
        ("nfs", "version_max", 5, "is '5', and takes one of: 2, 3, 4"),
        ("ntp", "servers", ["b", "b"], "has b more than once"),
        ("dns", "domain", None, "has no value"),
        (
            "iscsi",
            "radius_server",
            1.5,
            "1.5 is a number in YAML, and not a text; put it in quotes; correct radius_server",
        ),
        ("dns", "domain", 1.5, "1.5 is a number in YAML, and not a text; put it in quotes"),
        ("dns", "domain", True, "True is true or false in YAML, and not a text; put it in quotes"),
    ],
)
def test_value_that_no_appliance_takes_is_refused(service: str, name: str, given: Any, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        plan_service(LabClient(), {"name": service, "properties": {name: given}})


@pytest.mark.parametrize("given", [{"version_min": 4, "version_max": 3}, {"version_min": 4}, {"version_max": "2"}])
def test_versions_in_the_wrong_order_are_refused(given: dict[str, Any]) -> None:
    at = service_at(name="nfs", version_min="3", version_max="3")

    with pytest.raises(
        InvalidInput, match=r"property version_min of service nfs would be ., and version_max ., which is lower"
    ):
        plan_service(at, {"name": "nfs", "properties": given})


def test_version_that_nobody_understands_is_in_no_order() -> None:
    at = Book({f"{SERVICES}/nfs": {"service": {"<status>": "online", "version_min": "3", "version_max": {}}}})

    assert plan_service(at, {"name": "nfs", "properties": {"version_min": "4"}}).steps[0].body == {"version_min": "4"}


@pytest.mark.parametrize("port", [1, "65535"])
def test_port_within_its_range_is_taken(port: Any) -> None:
    assert plan_service(LabClient(), {"name": "ssh", "properties": {"listen_port": port}}).steps[0].body == {
        "listen_port": int(port)
    }
