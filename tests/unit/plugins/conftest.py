"""What the tests of the client have in common: certificates, and a server that plays a script."""

from __future__ import annotations

import os
import socket
import ssl
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
import trustme
from hypothesis import settings
from scripted_appliance import ScriptedAppliance

from ansible_collections.zfssa.storage.plugins.module_utils.client._client import Client

# A busy machine is no failure, and a found example belongs into a test of its own.
_EXAMPLES = 2000 if os.environ.get("ZFSSA_EXAMPLES") == "many" else 100
settings.register_profile("collection", deadline=None, max_examples=_EXAMPLES, database=None)
settings.load_profile("collection")

_PASSED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember whether the body of a test passed, for fixtures that verify something afterwards."""
    report = yield
    if report.when == "call":
        item.stash[_PASSED] = report.passed
    return report


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """The certificate authority of the scripted appliances."""
    return trustme.CA()


@pytest.fixture(scope="session")
def ca_path(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The file of that authority."""
    file: Path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(str(file))
    return str(file)


@pytest.fixture(scope="session")
def other_ca_path(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The file of an authority that has nothing to do with it."""
    file: Path = tmp_path_factory.mktemp("ca") / "other.pem"
    trustme.CA().cert_pem.write_to_path(str(file))
    return str(file)


@pytest.fixture(scope="session")
def tls_for(authority: trustme.CA) -> Callable[..., ssl.SSLContext]:
    """Make the TLS side of a server that bears the given names."""

    def make(*names: str) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(*names).configure_cert(context)
        return context

    return make


@pytest.fixture(scope="session")
def loopback_tls(tls_for: Callable[..., ssl.SSLContext]) -> ssl.SSLContext:
    """The TLS side of a server that may be reached by its loopback names."""
    return tls_for("127.0.0.1", "::1", "localhost")


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "REQUESTS_CA_BUNDLE",
        "CURL_CA_BUNDLE",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
        "NETRC",
        "HTTPS_PROXY",
        "https_proxy",
        "ALL_PROXY",
        "all_proxy",
        "NO_PROXY",
        "no_proxy",
    ):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def appliance(loopback_tls: ssl.SSLContext, request: pytest.FixtureRequest) -> Iterator[ScriptedAppliance]:
    """A server that plays a script; the test fails when the conversation was another one."""
    server = ScriptedAppliance(loopback_tls)
    yield server
    server.stop()
    if request.node.stash.get(_PASSED, False):
        server.verify()


@pytest.fixture
def pauses() -> list[float]:
    """The pauses that the client made, in seconds."""
    return []


@pytest.fixture
def connect(appliance: ScriptedAppliance, ca_path: str, pauses: list[float]) -> Callable[..., Client]:
    """Make a client of the scripted appliance that does not really sleep."""

    def make(**values: object) -> Client:
        connection = appliance.connection(**{"ca_path": ca_path, **values})
        return Client(connection, sleep=pauses.append)

    return make


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port that nobody else can take, and where nobody listens."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        yield holder.getsockname()[1]
