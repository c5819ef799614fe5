"""What the HTTP library reports: certainly not sent, or perhaps carried out."""

from __future__ import annotations

import pytest
from requests import exceptions
from urllib3.connectionpool import HTTPSConnectionPool
from urllib3.exceptions import MaxRetryError, NewConnectionError, ProtocolError, ReadTimeoutError

from ansible_collections.zfssa.storage.plugins.module_utils._errors import (
    CertificateRefused,
    InvalidInput,
    LostReply,
    Unreachable,
    ZfssaError,
)
from ansible_collections.zfssa.storage.plugins.module_utils._transport import translate

URL = "https://zs-east:215"
REQUEST = "PUT /api/storage/v1/pools/tank"
POOL = HTTPSConnectionPool("zs-east", 215)


def not_connected(text: str) -> MaxRetryError:
    """What urllib3 raises where no connection came about."""
    return MaxRetryError(POOL, "/", NewConnectionError(POOL, text))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("error", "kind", "fleeting"),
    [
        (exceptions.ConnectTimeout("slow"), Unreachable, True),
        (exceptions.ConnectionError(not_connected("[Errno 111] Refused")), Unreachable, True),
        (exceptions.ProxyError(not_connected("Tunnel failed: 502")), Unreachable, False),
        (exceptions.SSLError("CERTIFICATE_VERIFY_FAILED"), CertificateRefused, False),
    ],
)
def test_what_never_connected_was_certainly_not_sent(error: Exception, kind: type[Unreachable], fleeting: bool) -> None:
    meant = translate(error, URL, REQUEST, 5)

    assert isinstance(meant, kind)
    assert meant.fleeting is fleeting
    assert URL in str(meant)


@pytest.mark.parametrize(
    "error",
    [
        exceptions.ReadTimeout("slow"),
        exceptions.ConnectionError(ProtocolError("Connection aborted.", ConnectionResetError())),
        exceptions.ConnectionError(ReadTimeoutError(POOL, "/", "Read timed out.")),
        exceptions.ChunkedEncodingError("IncompleteRead"),
        exceptions.ContentDecodingError("not gzip"),
        exceptions.ConnectionError(),
        exceptions.RequestException("anything"),
    ],
)
def test_what_broke_later_may_have_been_carried_out(error: Exception) -> None:
    meant = translate(error, URL, REQUEST, 5)

    assert meant.__class__ is LostReply
    assert meant.request == REQUEST


@pytest.mark.parametrize(
    "error",
    [
        exceptions.InvalidURL("label too long"),
        OSError("Could not find a suitable TLS CA certificate bundle, invalid path: /none"),
    ],
)
def test_what_could_not_even_be_tried_is_bad_input(error: Exception) -> None:
    meant: ZfssaError = translate(error, URL, REQUEST, 5)

    assert meant.__class__ is InvalidInput
    assert URL in str(meant)


@pytest.mark.parametrize(
    ("request_line", "kind"),
    [("GET /api/storage/v1/pools", Unreachable), ("POST /api/access/v1", Unreachable), (REQUEST, LostReply)],
)
def test_broken_tls_leaves_open_whether_a_write_was_done(request_line: str, kind: type[ZfssaError]) -> None:
    error = translate(exceptions.SSLError("[SSL: WRONG_VERSION_NUMBER] wrong version number"), URL, request_line, 1)

    assert isinstance(error, kind)


def test_parentheses_of_a_sentence_are_closed() -> None:
    said = "HTTPSConnectionPool(): Max retries exceeded (Caused by SSLError(SSLError(1, '[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006)')))"
    error = translate(exceptions.SSLError(said), URL, "GET /x", 1)

    assert error.reason == f"no TLS connection to {URL} (wrong version number)"
