"""How the client reads replies: what is absent, what is a refusal, what is no appliance at all."""

from __future__ import annotations

import gzip
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from scripted_appliance import GIVEN_TOKEN, VERSION, Exchange, ScriptedAppliance, fault, login, logout

from ansible_collections.zfssa.storage.plugins.module_utils.client._client import (
    ACCESS,
    Client,
    Connection,
)
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import (
    ApplianceError,
    BadReply,
    ConfirmRequired,
    Conflict,
    Denied,
    InvalidArgument,
    NotFound,
    ObjectExists,
)

LUN = "/api/storage/v1/pools/tank/projects/proj-a/luns/lun-a"
NOT_FOUND = fault(404, "ERR_NOT_FOUND", "the requested item was not found")
PAGE = b"<html><body>Not here</body></html>"

Connect = Callable[..., Client]


@pytest.fixture
def client(connect: Connect) -> Client:
    """A client with a session that is not its own, so that a script is about the request only."""
    return connect(session=GIVEN_TOKEN)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(NOT_FOUND, id="fault and headers"),
        pytest.param({**NOT_FOUND, "appliance": False}, id="fault only"),
        pytest.param({"status": 404, "body": PAGE}, id="headers only"),
        pytest.param({"status": 404, "body": b""}, id="headers and no body"),
    ],
)
def test_not_found_of_an_appliance_reads_as_none(
    answer: dict[str, object], appliance: ScriptedAppliance, client: Client
) -> None:
    appliance.play(Exchange("GET", LUN, **answer))  # type: ignore[arg-type]

    with client:
        assert client.get(LUN) is None


@pytest.mark.parametrize("body", [PAGE, b"", {}, {"error": "no route"}, {"fault": "x"}])
def test_not_found_of_something_else_is_not_absence(body: object, appliance: ScriptedAppliance, client: Client) -> None:
    appliance.play(Exchange("GET", LUN, 404, body, appliance=False))

    with client, pytest.raises(BadReply) as caught:
        client.get(LUN)

    assert "not as an appliance does" in str(caught.value)
    assert "proxy" in str(caught.value)


@pytest.mark.parametrize("status", [400, 403, 405, 409, 410, 413])
def test_only_404_is_absence(status: int, appliance: ScriptedAppliance, client: Client) -> None:
    appliance.play(Exchange("GET", LUN, status, b""))

    with client, pytest.raises(ApplianceError) as caught:
        client.get(LUN)

    assert caught.value.status == status


def test_not_found_of_a_write_raises(appliance: ScriptedAppliance, client: Client) -> None:
    appliance.play(Exchange("DELETE", LUN, **NOT_FOUND))

    with pytest.raises(NotFound), client:
        client.send("DELETE", LUN)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("method", ["GET", "PUT"])
@pytest.mark.parametrize("marked", [True, False])
def test_redirect_is_refused_and_not_followed(
    marked: bool, method: str, status: int, appliance: ScriptedAppliance, client: Client
) -> None:
    there = {"Location": f"https://{appliance.host}:{appliance.port}/elsewhere"}
    appliance.play(Exchange(method, LUN, status, b"", headers=there, appliance=marked))

    with client, pytest.raises(BadReply) as caught:
        client.send(method, LUN)

    assert caught.value.status == status


@pytest.mark.parametrize("status", [302, 307, 308])
def test_nothing_goes_to_the_host_of_a_redirect(
    status: int, appliance: ScriptedAppliance, connect: Connect, loopback_tls: ssl.SSLContext
) -> None:
    elsewhere = ScriptedAppliance(loopback_tls)
    there = {"Location": f"https://{elsewhere.host}:{elsewhere.port}{ACCESS}"}
    away: dict[str, Any] = {"status": status, "body": b"", "headers": there}
    away_again = logout().but(**away)
    appliance.play(login().but(**away), login(), Exchange("GET", LUN, **away), away_again, away_again)
    try:
        for _login_and_read in range(2):
            with pytest.raises(BadReply), connect() as client:
                client.get(LUN)
    finally:
        elsewhere.stop()

    assert elsewhere.connections == 0


@pytest.mark.parametrize("place", ["https://[", "//", "\x1b[2K", "https://" + "a" * 9000, "http://x:99999/"])
def test_redirect_to_nowhere_is_refused_as_any(place: str, appliance: ScriptedAppliance, client: Client) -> None:
    # Its body is not read to the end either, be it as long as it likes.
    body = gzip.compress(bytes(1 << 20), mtime=0)
    headers = {"Location": place, "Content-Encoding": "gzip"}
    appliance.play(Exchange("PUT", LUN, 302, body, headers=headers))

    with client, pytest.raises(BadReply):
        client.send("PUT", LUN)


@pytest.mark.parametrize("token", ["a b", "a\x1bb", "a\r\n b", "é", "t" * 5000])
def test_token_that_cannot_be_sent_is_no_session(token: str, appliance: ScriptedAppliance, connect: Connect) -> None:
    appliance.play(login(token))

    with connect() as client, pytest.raises(BadReply, match="token that cannot be sent"):
        client.get(LUN)


@pytest.mark.parametrize(
    ("status", "name", "kind"),
    [
        (400, "ERR_INVALID_ARG", InvalidArgument),
        (403, "ERR_DENIED", Denied),
        (409, "ERR_STATE_CHANGED", Conflict),
        (409, "ERR_OBJECT_EXISTS", ObjectExists),
        (409, "ERR_CONFIRM_REQUIRED", ConfirmRequired),
        (501, "ERR_NOT_IMPLEMENTED", ApplianceError),
    ],
)
def test_refusal_bears_the_facts(
    status: int,
    name: str,
    kind: type[ApplianceError],
    appliance: ScriptedAppliance,
    client: Client,
) -> None:
    appliance.play(Exchange("PUT", LUN, **fault(status, name, "the reason (of it).")))

    with client, pytest.raises(ApplianceError) as caught:
        client.send("PUT", LUN, {})

    assert caught.value.__class__ is kind
    assert caught.value.failure() == {
        "status": status,
        "fault": name,
        "message": "the reason (of it)",
        "request": f"PUT {LUN}",
        "steps_done": [],
    }


def test_deletion_is_answered_without_a_body(appliance: ScriptedAppliance, client: Client) -> None:
    appliance.play(Exchange("DELETE", LUN, 204, b"", sends=None))

    with client:
        reply = client.send("DELETE", LUN)

    assert (reply.status, reply.body) == (204, {})


def test_parameters_go_into_the_query_and_not_into_the_log(appliance: ScriptedAppliance, client: Client) -> None:
    appliance.play(Exchange("DELETE", f"{LUN}?confirm=true", 204, b""))

    with client:
        client.send("DELETE", LUN, params={"confirm": "true"})

    assert client.log == [("DELETE", LUN, 204)]


def test_body_is_sent_as_json(appliance: ScriptedAppliance, client: Client) -> None:
    body = {"name": "lün", "sparse": True, "volsize": 2**62, "initiatorgroup": ["a", "b"]}
    appliance.play(Exchange("POST", LUN, 201, sends=body, expects={"Content-Type": "application/json"}))

    with client:
        client.send("POST", LUN, body)


def test_release_is_taken_from_any_reply_without_asking(appliance: ScriptedAppliance, client: Client) -> None:
    version = {"X-Zfssa-Version": VERSION["X-Zfssa-Version"].replace(".8.28", ".7.9")}
    appliance.play(Exchange("GET", LUN, headers=version))

    with client:
        client.get(LUN)
        assert client.release.update == 7


def test_release_is_asked_for_when_there_was_no_reply_yet(appliance: ScriptedAppliance, client: Client) -> None:
    appliance.play(Exchange("GET", ACCESS))

    with client:
        assert (client.release.update, client.release.update) == (8, 8)


@pytest.mark.parametrize(
    ("host", "port", "url"),
    [
        ("zs-east", 215, "https://zs-east:215"),
        ("192.0.2.7", 8215, "https://192.0.2.7:8215"),
        ("2001:db8::7", 215, "https://[2001:db8::7]:215"),
        ("::1", 1, "https://[::1]:1"),
    ],
)
def test_url_of_a_connection(host: str, port: int, url: str) -> None:
    assert Connection(host=host, port=port).url == url


def test_connection_does_not_show_its_secrets() -> None:
    shown = repr(Connection("zs-east", username="robot", password="word-1", session="token-1"))

    assert "robot" in shown
    assert "word-1" not in shown
    assert "token-1" not in shown


def test_time_is_that_of_the_last_answer(appliance: ScriptedAppliance, client: Client) -> None:
    appliance.play(Exchange("GET", LUN), Exchange("GET", LUN))

    with client:
        appliance.date = "Fri, 27 Nov 2020 17:02:20 GMT"
        client.get(LUN)
        assert client.now == datetime(2020, 11, 27, 17, 2, 20, tzinfo=UTC)

        appliance.date = "later"
        client.get(LUN)
        assert abs(datetime.now(tz=UTC) - client.now) < timedelta(minutes=1)
