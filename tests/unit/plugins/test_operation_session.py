"""Sessions that several tasks share: opened, left open, and ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from scripted_appliance import (
    CUT,
    GIVEN_TOKEN,
    PASSWORD,
    TOKEN,
    USERNAME,
    ScriptedAppliance,
    fault,
    login,
    logout,
)

from ansible_collections.zfssa.storage.plugins.module_utils.client._client import Client
from ansible_collections.zfssa.storage.plugins.module_utils.run._session import (
    act_on_session,
    plan_session,
)
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import (
    ApplianceError,
    Busy,
    Denied,
    InvalidInput,
    LostReply,
)

OPEN = {"state": "present", "host": "zs-east", "username": USERNAME, "password": PASSWORD}
END = {"state": "absent", "session": GIVEN_TOKEN}

Connect = Callable[..., Client]


@pytest.mark.parametrize("options", [OPEN, END])
def test_plan_sends_nothing_and_is_no_change(
    options: dict[str, Any], appliance: ScriptedAppliance, connect: Connect
) -> None:
    with connect() as client:
        plan = plan_session(client, options)

    assert not plan.changed
    assert PASSWORD not in str(plan)
    assert appliance.connections == 0


def test_session_is_opened_and_stays_open(appliance: ScriptedAppliance, connect: Connect) -> None:
    appliance.play(login())

    with connect() as client:
        results = act_on_session(plan_session(client, OPEN), client, OPEN)

    assert results == {"session": {"token": TOKEN, "username": USERNAME, "host": "zs-east"}}


@pytest.mark.parametrize("answer", [{}, fault(401, "ERR_UNAUTHORIZED", "no session")])
def test_session_is_ended_though_it_may_be_over(
    answer: dict[str, Any], appliance: ScriptedAppliance, connect: Connect
) -> None:
    appliance.play(logout(GIVEN_TOKEN).but(**answer))

    with connect(session=GIVEN_TOKEN) as client:
        results = act_on_session(plan_session(client, END), client, END)

    assert results == {"session": None}


OVER = fault(401, "ERR_UNAUTHORIZED", "no session")
BUSY = fault(503, "ERR_BUSY", "no time")


@pytest.mark.parametrize(
    "script",
    [
        pytest.param([{"fate": CUT}, OVER], id="answer lost"),
        pytest.param([{"fate": CUT}, {}], id="request lost"),
        pytest.param([BUSY, BUSY, BUSY, BUSY, {}], id="busy for a while"),
        pytest.param([{"status": 500}, OVER], id="ended and failed"),
    ],
)
def test_session_whose_end_is_not_answered_is_ended_for_sure(
    script: list[dict[str, Any]], appliance: ScriptedAppliance, connect: Connect, pauses: list[float]
) -> None:
    appliance.play(*[logout(GIVEN_TOKEN).but(**answer) for answer in script])

    with connect(session=GIVEN_TOKEN, username=USERNAME, password=PASSWORD) as client:
        results = act_on_session(plan_session(client, END), client, END)

    assert results == {"session": None}
    assert len(pauses) == len(script) - 1


@pytest.mark.parametrize(
    ("answer", "times", "kind", "advice"),
    [
        ({"fate": CUT}, 3, LostReply, "run the task again"),
        (BUSY, 5, Busy, "run the task again"),
        ({"status": 500}, 3, ApplianceError, "look at the appliance's logs"),
        (fault(403, "ERR_DENIED", "no"), 1, Denied, "lift the protection"),
    ],
)
def test_session_that_cannot_be_ended_is_told(
    answer: dict[str, Any], times: int, kind: type, advice: str, appliance: ScriptedAppliance, connect: Connect
) -> None:
    appliance.play(*[logout(GIVEN_TOKEN).but(**answer)] * times)

    with connect(session=GIVEN_TOKEN) as client, pytest.raises(kind, match=f"Cannot end the session: .*{advice}"):
        act_on_session(plan_session(client, END), client, END)


def test_login_without_an_answer_is_tried_three_times(appliance: ScriptedAppliance, connect: Connect) -> None:
    appliance.play(*[login().but(fate=CUT)] * 3)

    with connect() as client, pytest.raises(LostReply):
        act_on_session(plan_session(client, OPEN), client, OPEN)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({**OPEN, "username": None}, "username and password are needed"),
        ({**OPEN, "password": ""}, "username and password are needed"),
        ({**END, "session": None}, "needs the session to end"),
    ],
)
def test_missing_option_is_named(options: dict[str, Any], said: str, connect: Connect) -> None:
    with connect() as client, pytest.raises(InvalidInput, match=said):
        plan_session(client, options)
