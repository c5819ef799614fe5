"""The way to the appliance: certificates, ports, proxies, and an environment that must not interfere."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from scripted_appliance import (
    BASIC,
    GIVEN_TOKEN,
    SECRETS,
    Exchange,
    ScriptedAppliance,
    login,
    logout,
)

from ansible_collections.zfssa.storage.plugins.module_utils.client._client import Client
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import (
    CertificateRefused,
    InvalidInput,
    Unreachable,
)

POOLS = "/api/storage/v1/pools"
READ = Exchange("GET", POOLS, body={"pools": []}, expects={"X-Auth-Session": GIVEN_TOKEN})

Connect = Callable[..., Client]


@pytest.fixture
def client(connect: Connect) -> Client:
    """A client with a session that is not its own, so that a script is about the request only."""
    return connect(session=GIVEN_TOKEN)


def test_certificate_that_verifies_is_accepted(appliance: ScriptedAppliance, client: Client) -> None:
    appliance.play(READ)

    with client:
        assert client.get(POOLS) == {"pools": []}


def test_host_name_of_the_certificate_is_accepted(appliance: ScriptedAppliance, connect: Connect) -> None:
    appliance.play(READ)

    with connect(session=GIVEN_TOKEN, host="localhost") as client:
        assert client.get(POOLS) == {"pools": []}


def test_certificate_of_another_authority_is_refused_and_nothing_is_sent(
    connect: Connect, other_ca_path: str, pauses: list[float]
) -> None:
    with pytest.raises(CertificateRefused) as caught, connect(ca_path=other_ca_path) as client:
        client.get(POOLS)

    assert "does not verify" in str(caught.value)
    assert "ca_path" in str(caught.value)
    assert pauses == []


def test_certificate_is_verified_by_default(connect: Connect) -> None:
    with pytest.raises(CertificateRefused), connect(ca_path=None) as client:
        client.get(POOLS)


def test_verification_can_be_switched_off(appliance: ScriptedAppliance, connect: Connect) -> None:
    appliance.play(READ)

    with connect(session=GIVEN_TOKEN, ca_path=None, validate_certs=False) as client:
        assert client.get(POOLS) == {"pools": []}


def test_certificate_of_another_host_is_refused(tls_for: Callable[..., ssl.SSLContext], ca_path: str) -> None:
    server = ScriptedAppliance(tls_for("zs-west.example"))
    try:
        with (
            pytest.raises(CertificateRefused) as caught,
            Client(server.connection(ca_path=ca_path)) as client,
        ):
            client.get(POOLS)
    finally:
        server.stop()
    server.verify()

    assert "127.0.0.1" in str(caught.value)


def test_ipv6_address_is_reached(loopback_tls: ssl.SSLContext, ca_path: str) -> None:
    try:
        server = ScriptedAppliance(loopback_tls, socket.AF_INET6)
    except OSError:
        pytest.skip("this host has no IPv6")
    server.play(READ)
    try:
        with Client(server.connection(ca_path=ca_path, session=GIVEN_TOKEN)) as client:
            assert client.get(POOLS) == {"pools": []}
    finally:
        server.stop()
    server.verify()


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_port_where_nobody_listens_is_tried_three_times(
    method: str, connect: Connect, closed_port: int, pauses: list[float]
) -> None:
    with pytest.raises(Unreachable) as caught, connect(port=closed_port) as client:
        client.send(method, POOLS)

    assert "Connection refused" in str(caught.value)
    assert caught.value.fleeting
    assert len(pauses) == 2


def test_host_without_an_address_is_unreachable(connect: Connect) -> None:
    with (
        pytest.raises(Unreachable) as caught,
        connect(session=GIVEN_TOKEN, host="zs-none.invalid") as client,
    ):
        client.send("PUT", POOLS)

    assert "zs-none.invalid" in str(caught.value)
    assert "check host, port" in str(caught.value)


@pytest.mark.parametrize("host", ["a" * 70, "zs..east"])
def test_impossible_host_is_bad_input(host: str, connect: Connect) -> None:
    with pytest.raises(InvalidInput), connect(session=GIVEN_TOKEN, host=host) as client:
        client.get(POOLS)


def test_server_without_tls_is_told_apart(connect: Connect) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def talk_plainly() -> None:
            caller, _address = listener.accept()
            with caller:
                caller.recv(4096)
                caller.sendall(b"HTTP/1.0 400 Bad Request\r\n\r\n")

        thread = threading.Thread(target=talk_plainly, daemon=True)
        thread.start()
        with (
            pytest.raises(Unreachable) as caught,
            connect(port=listener.getsockname()[1]) as client,
        ):
            client.get(POOLS)
        thread.join(5)

    assert not isinstance(caught.value, CertificateRefused)
    assert "no TLS connection" in str(caught.value)


def test_file_that_is_no_authority_is_bad_input(connect: Connect, tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    file.write_text("this is no certificate", encoding="utf-8")

    with pytest.raises(InvalidInput) as caught, connect(ca_path=str(file)) as client:
        client.get(POOLS)

    assert "ca_path" in str(caught.value)
    assert "Max retries" not in str(caught.value)


def test_authority_of_the_environment_does_not_replace_the_given_one(
    appliance: ScriptedAppliance,
    client: Client,
    other_ca_path: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", other_ca_path)
    appliance.play(READ)

    with client:
        assert client.get(POOLS) == {"pools": []}


def test_authority_of_the_environment_does_not_help_a_wrong_one(
    connect: Connect, ca_path: str, other_ca_path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", ca_path)

    with pytest.raises(CertificateRefused), connect(ca_path=other_ca_path) as client:
        client.get(POOLS)


def test_authority_of_the_environment_does_not_switch_verification_on_again(
    appliance: ScriptedAppliance,
    connect: Connect,
    other_ca_path: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", other_ca_path)
    appliance.play(READ)

    with connect(session=GIVEN_TOKEN, ca_path=None, validate_certs=False) as client:
        assert client.get(POOLS) == {"pools": []}


def test_netrc_does_not_leak_into_requests(
    appliance: ScriptedAppliance, connect: Connect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login stranger password stray\n", encoding="utf-8")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    appliance.play(
        login().but(expects={"Authorization": BASIC}),
        Exchange("GET", POOLS, expects={"Authorization": None}),
        logout().but(expects={"Authorization": None}),
    )

    with connect() as client:
        client.get(POOLS)

    assert client.log[-1][2] == 204


@pytest.mark.parametrize("said", [b"", b"H", b"HTTP/1.0 200 OK\r\n", b"HTTP/1.0 200 OK\r\n\r\n"])
def test_proxy_that_never_comes_to_an_end_has_sent_nothing(
    said: bytes, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is silent, or drips: its first line, its header, or what TLS shall begin with."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def drip() -> None:
            caller, _address = listener.accept()
            with caller, contextlib.suppress(OSError):
                caller.sendall(said)
                while not over.wait(0.02):
                    caller.sendall(b"X" if said and not said.endswith(b"\n\r\n") else b"")

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{listener.getsockname()[1]}")

        with pytest.raises(Unreachable) as caught, connect(session=GIVEN_TOKEN, timeout=0.1) as client:
            client.send("PUT", POOLS)
        over.set()
        thread.join(5)

    assert "the proxy to https://127.0.0.1" in str(caught.value)
    assert "HTTPS_PROXY" in str(caught.value)


def test_server_that_never_begins_tls_has_been_sent_nothing(connect: Connect, pauses: list[float]) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        pytest.raises(Unreachable) as caught,
        connect(port=listener.getsockname()[1], timeout=0.1) as client,
    ):
        client.send("PUT", POOLS)

    assert "no connection to" in str(caught.value)
    assert caught.value.fleeting
    assert len(pauses) == 2


def test_proxy_that_does_not_connect_is_named_without_its_password(
    connect: Connect, closed_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://stranger:proxy-word@127.0.0.1:{closed_port}")

    with pytest.raises(Unreachable) as caught, connect(session=GIVEN_TOKEN) as client:
        client.send("PUT", POOLS)

    assert "HTTPS_PROXY" in str(caught.value)
    assert not [secret for secret in (*SECRETS, "proxy-word") if secret in str(caught.value)]
