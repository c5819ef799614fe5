"""Sessions that several tasks share: opened, left open, and ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from scripted_appliance import (
    GIVEN_TOKEN,
    PASSWORD,
    TOKEN,
    USERNAME,
    ScriptedAppliance,
    fault,
    login,
    logout,
)

from ansible_collections.zfssa.storage.plugins.module_utils._client import Client
from ansible_collections.zfssa.storage.plugins.module_utils._errors import InvalidInput
from ansible_collections.zfssa.storage.plugins.module_utils.operations._session import (
    act_on_session,
    plan_session,
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


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({**OPEN, "username": None}, "username and password are needed"),
        ({**OPEN, "password": ""}, "username and password are needed"),
        ({**END, "session": None}, "needs the session that shall end"),
    ],
)
def test_missing_option_is_named(options: dict[str, Any], said: str, connect: Connect) -> None:
    with connect() as client, pytest.raises(InvalidInput, match=said):
        plan_session(client, options)
