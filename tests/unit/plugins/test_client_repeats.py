"""What the client repeats: only what was certainly not carried out, or what is harmless."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from scripted_appliance import (
    ANSWER,
    CUT,
    GIVEN_TOKEN,
    HALF,
    NOISE,
    RUBBISH,
    SILENCE,
    Exchange,
    ScriptedAppliance,
    fault,
    login,
    logout,
)

from ansible_collections.zfssa.storage.plugins.module_utils.client._client import Client
from ansible_collections.zfssa.storage.plugins.module_utils.values import _decode
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import (
    ApplianceError,
    Busy,
    LostReply,
    Unfinished,
)

LUN = "/api/storage/v1/pools/tank/projects/proj-a/luns/lun-a"
BUSY = fault(503, "ERR_BUSY", "service not available due to limited resources")
WRITES = ["POST", "PUT", "DELETE"]

Connect = Callable[..., Client]

READ = Exchange("GET", LUN, body={"lun": {"name": "lun-a"}})
LOST = [
    pytest.param({"fate": CUT}, id="cut"),
    pytest.param({"fate": HALF}, id="cut in the middle"),
    pytest.param({"fate": RUBBISH}, id="no HTTP"),
    pytest.param({"fate": ANSWER, "body": b"<html>login</html>"}, id="no JSON"),
    pytest.param({"fate": ANSWER, "body": b'{"lun": {"na'}, id="half a JSON"),
    pytest.param({"fate": ANSWER, "body": [1, 2]}, id="JSON, but no object"),
]
BROKEN_TLS = pytest.param({"fate": NOISE}, id="no TLS")


@pytest.fixture
def client(connect: Connect) -> Client:
    """A client with a session that is not its own, so that a script is about the request only."""
    return connect(session=GIVEN_TOKEN)


@pytest.mark.parametrize("answer", LOST)
def test_read_whose_reply_is_lost_is_repeated(
    answer: dict[str, object],
    appliance: ScriptedAppliance,
    client: Client,
    pauses: list[float],
) -> None:
    appliance.play(READ.but(**answer), READ)

    with client:
        read = client.get(LUN)

    assert read == {"lun": {"name": "lun-a"}}
    assert len(pauses) == 1


@pytest.mark.parametrize("answer", LOST)
def test_read_whose_reply_is_always_lost_fails_after_three(
    answer: dict[str, object],
    appliance: ScriptedAppliance,
    client: Client,
) -> None:
    appliance.play(*[READ.but(**answer)] * 3)

    with client, pytest.raises(LostReply) as caught:
        client.get(LUN)

    assert caught.value.request == f"GET {LUN}"
    # Nothing can have been changed.
    assert "look at the object" not in str(caught.value)


@pytest.mark.parametrize("method", WRITES)
@pytest.mark.parametrize("answer", [*LOST, BROKEN_TLS])
def test_write_whose_reply_is_lost_is_never_repeated(
    answer: dict[str, object],
    method: str,
    appliance: ScriptedAppliance,
    client: Client,
    pauses: list[float],
) -> None:
    appliance.play(Exchange(method, LUN, **answer))  # type: ignore[arg-type]

    with client, pytest.raises(LostReply) as caught:
        client.send(method, LUN, {"volsize": 1})

    assert caught.value.request == f"{method} {LUN}"
    assert "look at the object" in str(caught.value)
    assert pauses == []


def test_write_without_an_answer_in_time_is_lost(appliance: ScriptedAppliance, connect: Connect) -> None:
    appliance.play(Exchange("PUT", LUN, fate=SILENCE))

    with connect(session=GIVEN_TOKEN, timeout=0.5) as client, pytest.raises(LostReply) as caught:
        client.send("PUT", LUN, {"volsize": 1})

    assert "in 0.5 s" in str(caught.value)
    assert client.log == [("PUT", LUN, None)]


def test_read_without_an_answer_in_time_is_not_repeated(appliance: ScriptedAppliance, connect: Connect) -> None:
    appliance.play(READ.but(fate=SILENCE))

    with connect(session=GIVEN_TOKEN, timeout=0.5) as client, pytest.raises(Unfinished) as caught:
        client.get(LUN)

    assert "in 0.5 s" in str(caught.value)


def test_read_of_more_than_anybody_can_want_is_not_repeated(
    appliance: ScriptedAppliance, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_decode, "_MOST_VALUES", 9)
    appliance.play(READ.but(body=[[]] * 10))

    with client, pytest.raises(Unfinished, match="more than 0 million values"):
        client.get(LUN)


@pytest.mark.parametrize("method", ["GET", *WRITES])
@pytest.mark.parametrize("refusals", [1, 4])
def test_busy_appliance_is_asked_again(
    method: str,
    refusals: int,
    appliance: ScriptedAppliance,
    client: Client,
    pauses: list[float],
) -> None:
    asked = Exchange(method, LUN, body={"lun": {}})
    appliance.play(*[asked.but(**BUSY)] * refusals, asked)

    with client:
        reply = client.send(method, LUN)

    assert reply.body == {"lun": {}}
    assert len(pauses) == refusals


def test_appliance_that_stays_busy_is_given_up_after_five(
    appliance: ScriptedAppliance, client: Client, pauses: list[float]
) -> None:
    appliance.play(*[Exchange("PUT", LUN, **BUSY)] * 5)

    with client, pytest.raises(Busy) as caught:
        client.send("PUT", LUN, {"volsize": 1})

    assert (caught.value.status, caught.value.fault) == (503, "ERR_BUSY")
    assert len(pauses) == 4


def test_pauses_grow_and_stay_near_their_measure(
    appliance: ScriptedAppliance, client: Client, pauses: list[float]
) -> None:
    appliance.play(*[READ.but(**BUSY)] * 4, READ)

    with client:
        client.get(LUN)

    for pause, measure in zip(pauses, (0.5, 1, 2, 4), strict=True):
        assert 0.75 * measure <= pause <= 1.25 * measure


def test_read_that_meets_an_error_of_the_server_is_repeated(appliance: ScriptedAppliance, client: Client) -> None:
    appliance.play(READ.but(status=500, body=b"oops"), READ.but(status=502, body=b""), READ)

    with client:
        read = client.get(LUN)

    assert read == {"lun": {"name": "lun-a"}}


def test_read_that_always_meets_an_error_of_the_server_fails_after_three(
    appliance: ScriptedAppliance, client: Client
) -> None:
    appliance.play(*[READ.but(status=500, body=b"oops")] * 3)

    with client, pytest.raises(ApplianceError) as caught:
        client.get(LUN)

    assert caught.value.status == 500


@pytest.mark.parametrize("method", WRITES)
def test_write_that_meets_an_error_of_the_server_is_not_repeated(
    method: str, appliance: ScriptedAppliance, client: Client
) -> None:
    appliance.play(Exchange(method, LUN, 500, b"oops"))

    with client, pytest.raises(ApplianceError) as caught:
        client.send(method, LUN)

    assert not isinstance(caught.value, Busy)
    assert caught.value.status == 500


@pytest.mark.parametrize("method", WRITES)
@pytest.mark.parametrize("busy", [0, 1, 2])
def test_refusal_after_a_repeat_is_marked(busy: int, method: str, appliance: ScriptedAppliance, client: Client) -> None:
    refusal = Exchange(method, LUN, **fault(409, "ERR_ANY", "no"))
    appliance.play(*[refusal.but(**BUSY)] * busy, refusal)

    with client, pytest.raises(ApplianceError) as caught:
        client.send(method, LUN)

    assert caught.value.repeated is (busy > 0)


@pytest.mark.parametrize("status", [400, 403, 409, 413])
@pytest.mark.parametrize("method", ["GET", *WRITES])
def test_refusal_is_not_repeated(method: str, status: int, appliance: ScriptedAppliance, client: Client) -> None:
    appliance.play(Exchange(method, LUN, **fault(status, "ERR_ANY", "no")))

    with client, pytest.raises(ApplianceError) as caught:
        client.send(method, LUN)

    assert caught.value.status == status


@pytest.mark.parametrize(
    "answer", [{"fate": CUT}, {"status": 500, "body": b"", "headers": {}}, {**BUSY, "headers": {}}]
)
def test_login_is_repeated(answer: dict[str, object], appliance: ScriptedAppliance, connect: Connect) -> None:
    appliance.play(login().but(**answer), login(), READ, logout())

    with connect() as client:
        read = client.get(LUN)

    assert read == {"lun": {"name": "lun-a"}}
