"""The client's sessions: opened when needed, closed on every path, opened once again when they are over."""

from __future__ import annotations

import base64
import os
import signal
import threading
import traceback
from collections.abc import Callable

import pytest
from scripted_appliance import (
    CUT,
    GIVEN_TOKEN,
    HALF,
    PASSWORD,
    SECOND_TOKEN,
    SECRETS,
    TOKEN,
    USERNAME,
    Exchange,
    ScriptedAppliance,
    fault,
    login,
    logout,
)

from ansible_collections.zfssa.storage.plugins.module_utils.client._client import ACCESS, Client
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import (
    BadReply,
    Denied,
    NotAuthenticated,
    NotAuthorized,
    ZfssaError,
)

POOLS = "/api/storage/v1/pools"
UNAUTHORIZED = fault(401, "ERR_UNAUTHORIZED", "this user is not authorized to execute command")

Connect = Callable[..., Client]


def in_session(token: str, method: str = "GET", path: str = POOLS, **values: object) -> Exchange:
    """A request that must bear the token and no password."""
    expects = {"X-Auth-Session": token, "Authorization": None, "Accept": "application/json"}
    return Exchange(method, path, expects=expects, **values)  # type: ignore[arg-type]


def test_session_is_opened_once_used_and_closed_over_one_connection(
    appliance: ScriptedAppliance, connect: Connect
) -> None:
    appliance.play(
        login(),
        in_session(TOKEN, body={"pools": []}),
        in_session(TOKEN, "PUT", f"{POOLS}/tank", status=202, body={"pool": {"name": "tank"}}),
        logout(),
    )

    with connect() as client:
        read = client.get(POOLS)
        written = client.send("PUT", f"{POOLS}/tank", {"x": 1})

    assert read == {"pools": []}
    assert (written.status, written.body) == (202, {"pool": {"name": "tank"}})
    assert appliance.connections == 1
    assert client.log == [
        ("POST", ACCESS, 201),
        ("GET", POOLS, 200),
        ("PUT", f"{POOLS}/tank", 202),
        ("DELETE", ACCESS, 204),
    ]


def test_client_that_asked_nothing_opens_no_session(appliance: ScriptedAppliance, connect: Connect) -> None:
    with connect() as client:
        pass

    assert client.log == []
    assert appliance.connections == 0


def test_session_is_closed_when_the_body_raises(appliance: ScriptedAppliance, connect: Connect) -> None:
    appliance.play(login(), in_session(TOKEN), logout())

    with pytest.raises(KeyError), connect() as client:
        client.get(POOLS)
        raise KeyError("anything")


def test_session_is_closed_when_the_process_is_told_to_exit(appliance: ScriptedAppliance, connect: Connect) -> None:
    appliance.play(login(), in_session(TOKEN), logout())

    with pytest.raises(SystemExit), connect() as client:
        client.get(POOLS)
        raise SystemExit(1)


def test_login_that_is_interrupted_is_seen_to_its_end(appliance: ScriptedAppliance, connect: Connect) -> None:
    interrupted = threading.Event()

    def interrupt(_number: int, _frame: object) -> None:
        interrupted.set()
        raise SystemExit(1)

    def meanwhile() -> None:
        os.kill(os.getpid(), signal.SIGUSR1)
        assert interrupted.wait(10)

    appliance.play(login().but(meanwhile=meanwhile), logout())
    before = signal.signal(signal.SIGUSR1, interrupt)
    try:
        with pytest.raises(SystemExit), connect() as client:
            client.get(POOLS)
    finally:
        signal.signal(signal.SIGUSR1, before)


def test_session_is_closed_when_the_appliance_refuses(appliance: ScriptedAppliance, connect: Connect) -> None:
    refused = fault(403, "ERR_DENIED", "operation denied")
    appliance.play(login(), in_session(TOKEN, "DELETE", f"{POOLS}/tank", **refused), logout())

    with pytest.raises(Denied), connect() as client:
        client.send("DELETE", f"{POOLS}/tank")


@pytest.mark.parametrize(
    "farewells",
    [
        pytest.param([logout().but(fate=CUT), logout()], id="lost once, done at the second"),
        pytest.param([logout().but(fate=CUT)] * 2, id="lost twice"),
        pytest.param([logout().but(**UNAUTHORIZED)], id="over already"),
        pytest.param([logout().but(status=500, body=b"oops")] * 2, id="the appliance is sick"),
    ],
)
def test_trouble_with_the_logout_does_not_fail_the_work(
    farewells: list[Exchange], appliance: ScriptedAppliance, connect: Connect
) -> None:
    appliance.play(login(), in_session(TOKEN, body={"pools": []}), *farewells)

    with connect() as client:
        read = client.get(POOLS)

    assert read == {"pools": []}


def test_closing_twice_logs_out_once(appliance: ScriptedAppliance, connect: Connect) -> None:
    appliance.play(login(), in_session(TOKEN), logout())
    client = connect()
    client.get(POOLS)

    client.close()
    client.close()

    assert [entry[0] for entry in client.log] == ["POST", "GET", "DELETE"]


def test_given_session_is_used_and_stays_open(appliance: ScriptedAppliance, connect: Connect) -> None:
    appliance.play(in_session(GIVEN_TOKEN))

    with connect(session=GIVEN_TOKEN) as client:
        client.get(POOLS)

    assert [entry[0] for entry in client.log] == ["GET"]


def test_session_over_in_mid_task_logs_in_once_again_and_repeats(
    appliance: ScriptedAppliance, connect: Connect
) -> None:
    appliance.play(
        login(),
        in_session(TOKEN),
        in_session(TOKEN, "PUT", f"{POOLS}/tank", sends={"x": 1}, **UNAUTHORIZED),
        logout(TOKEN).but(**UNAUTHORIZED),
        login(SECOND_TOKEN),
        in_session(SECOND_TOKEN, "PUT", f"{POOLS}/tank", sends={"x": 1}, status=202),
        logout(SECOND_TOKEN),
    )

    with connect() as client:
        client.get(POOLS)
        reply = client.send("PUT", f"{POOLS}/tank", {"x": 1})

    assert reply.status == 202


@pytest.mark.parametrize("farewell", [{"fate": CUT}, {"status": 500, "body": b"oops"}])
def test_trouble_with_the_end_of_the_old_session_does_not_stop_the_new_login(
    farewell: dict[str, object], appliance: ScriptedAppliance, connect: Connect
) -> None:
    appliance.play(
        login(),
        in_session(TOKEN, **UNAUTHORIZED),
        logout(TOKEN).but(**farewell),
        login(SECOND_TOKEN),
        in_session(SECOND_TOKEN, body={"pools": []}),
        logout(SECOND_TOKEN),
    )

    with connect() as client:
        assert client.get(POOLS) == {"pools": []}


def test_command_that_the_user_may_not_run_fails_and_leaves_no_session(
    appliance: ScriptedAppliance, connect: Connect
) -> None:
    appliance.play(
        login(),
        in_session(TOKEN, **UNAUTHORIZED),
        logout(TOKEN),
        login(SECOND_TOKEN),
        in_session(SECOND_TOKEN, **UNAUTHORIZED),
        logout(SECOND_TOKEN),
    )

    with (
        pytest.raises(NotAuthorized, match=f"account '{USERNAME}' lacks an authorization") as caught,
        connect() as client,
    ):
        client.get(POOLS)

    assert (caught.value.status, caught.value.fault) == (401, "ERR_UNAUTHORIZED")
    assert "docs/appliance.md" in str(caught.value)


def test_given_session_that_is_alive_tells_what_its_account_lacks(
    appliance: ScriptedAppliance, connect: Connect
) -> None:
    appliance.play(
        in_session(GIVEN_TOKEN, "PUT", **UNAUTHORIZED), in_session(GIVEN_TOKEN, path=ACCESS, body={"services": []})
    )

    with pytest.raises(NotAuthorized, match="account of this session lacks"), connect(session=GIVEN_TOKEN) as client:
        client.send("PUT", POOLS, {})


def test_given_session_that_is_over_is_replaced_by_ones_own(appliance: ScriptedAppliance, connect: Connect) -> None:
    appliance.play(in_session(GIVEN_TOKEN, **UNAUTHORIZED), login(), in_session(TOKEN), logout(TOKEN))

    with connect(session=GIVEN_TOKEN, username=USERNAME, password=PASSWORD) as client:
        client.get(POOLS)


def test_given_session_that_is_over_without_a_password_says_what_to_do(
    appliance: ScriptedAppliance, connect: Connect
) -> None:
    appliance.play(in_session(GIVEN_TOKEN, **UNAUTHORIZED), in_session(GIVEN_TOKEN, path=ACCESS, **UNAUTHORIZED))

    with pytest.raises(NotAuthenticated) as caught, connect(session=GIVEN_TOKEN) as client:
        client.get(POOLS)

    assert "zfssa_session" in str(caught.value)
    assert caught.value.fault == "ERR_UNAUTHORIZED"


def test_wrong_password_is_refused_at_once_and_named(
    appliance: ScriptedAppliance, connect: Connect, pauses: list[float]
) -> None:
    appliance.play(login().but(headers={}, **UNAUTHORIZED))

    with pytest.raises(NotAuthenticated) as caught, connect() as client:
        client.get(POOLS)

    assert f"refuses the login of user {USERNAME!r}" in str(caught.value)
    assert caught.value.status == 401
    assert pauses == []


@pytest.mark.parametrize("missing", ["username", "password"])
def test_without_credentials_nothing_is_sent(missing: str, appliance: ScriptedAppliance, connect: Connect) -> None:
    with pytest.raises(NotAuthenticated, match="no username and password"):
        connect(**{missing: None}).get(POOLS)

    assert appliance.connections == 0


def test_appliance_without_rest_is_told_from_a_wrong_password(appliance: ScriptedAppliance, connect: Connect) -> None:
    appliance.play(login().but(headers={}, status=404, body=b"<h1>not found</h1>"))

    with pytest.raises(BadReply, match="has no REST API"):
        connect().get(POOLS)


def test_login_without_a_token_is_a_bad_reply(appliance: ScriptedAppliance, connect: Connect) -> None:
    appliance.play(login().but(headers={}))

    with pytest.raises(BadReply, match="no session token"):
        connect().get(POOLS)


@pytest.mark.parametrize(
    "trouble", [{"body": b"<oops"}, {"fate": HALF}, {"status": 500, "body": b"oops"}], ids=["no JSON", "cut", "error"]
)
def test_login_whose_token_came_is_not_made_again(
    trouble: dict[str, object], appliance: ScriptedAppliance, connect: Connect
) -> None:
    appliance.play(login().but(**trouble), in_session(TOKEN, body={"pools": []}), logout())

    with connect() as client:
        assert client.get(POOLS) == {"pools": []}


def test_released_token_stays_open(appliance: ScriptedAppliance, connect: Connect) -> None:
    appliance.play(login())

    with connect() as client:
        token = client.open()
        client.release_token()

    assert token == TOKEN


@pytest.mark.parametrize(
    ("answer", "was_open"),
    [
        ({"status": 204}, True),
        (UNAUTHORIZED, False),
        (fault(404, "ERR_NOT_FOUND", "the requested item was not found"), False),
    ],
)
def test_ending_a_session_tells_whether_it_was_open(
    answer: dict[str, object], was_open: bool, appliance: ScriptedAppliance, connect: Connect
) -> None:
    appliance.play(logout(GIVEN_TOKEN).but(**answer))

    with connect() as client:
        assert client.end(GIVEN_TOKEN) is was_open


@pytest.mark.parametrize("password", ["ключ", "10 €"])
def test_password_may_hold_any_letter(password: str, appliance: ScriptedAppliance, connect: Connect) -> None:
    basic = base64.b64encode(f"{USERNAME}:{password}".encode()).decode()
    appliance.play(login().but(expects={"Authorization": f"Basic {basic}"}), logout())

    with connect(password=password) as client:
        assert client.open() == TOKEN


@pytest.mark.parametrize(
    "script",
    [
        [login().but(headers={}, **UNAUTHORIZED)],
        [login(), in_session(TOKEN, status=500, body=b"")] + [in_session(TOKEN, status=500)] * 2,
        [login(), in_session(TOKEN, status=302, headers={"Location": "/login"})],
        [login()] + [in_session(TOKEN, fate=CUT)] * 3,
    ],
    ids=["wrong password", "server error", "redirect", "lost"],
)
def test_no_secret_is_in_an_error_a_log_or_a_repr(
    script: list[Exchange], appliance: ScriptedAppliance, connect: Connect
) -> None:
    appliance.play(*script, *([logout()] if len(script) > 1 else []))

    with pytest.raises(ZfssaError) as caught, connect() as client:
        client.get(POOLS)

    error = caught.value
    told = f"{error!r} {error.failure()} {client.log} {client.connection!r}"
    told += "".join(traceback.format_exception(error))
    assert not [secret for secret in SECRETS if secret in told]
