"""What the HTTP library reports: certainly not sent, or perhaps carried out."""

from __future__ import annotations

from http.client import HTTPException

import pytest
from requests import exceptions
from urllib3.connectionpool import HTTPSConnectionPool
from urllib3.exceptions import InvalidHeader, MaxRetryError, NewConnectionError, ProtocolError, ReadTimeoutError

from ansible_collections.zfssa.storage.plugins.module_utils.client._bounds import (
    NotConnected,
    NotDecoded,
    TookTooLong,
    TooLarge,
)
from ansible_collections.zfssa.storage.plugins.module_utils.client._repeats import tries
from ansible_collections.zfssa.storage.plugins.module_utils.client._transport import translate, translate_broken
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import (
    CertificateRefused,
    InvalidInput,
    LostReply,
    Unfinished,
    Unreachable,
    ZfssaError,
)

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
        exceptions.ConnectionError(ProtocolError("Connection aborted.", ConnectionResetError())),
        exceptions.ConnectionError(ReadTimeoutError(POOL, "/", "Read timed out.")),
        exceptions.ChunkedEncodingError("IncompleteRead"),
        exceptions.ContentDecodingError("not gzip"),
        exceptions.ConnectionError(),
        exceptions.RequestException("anything"),
        exceptions.InvalidHeader(InvalidHeader("two lengths")),
        HTTPException("senseless"),
    ],
)
def test_what_broke_later_may_have_been_carried_out(error: Exception) -> None:
    meant = translate(error, URL, REQUEST, 5)

    assert meant.__class__ is LostReply
    assert meant.request == REQUEST


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (exceptions.ReadTimeout("slow"), "no answer from https://zs-east:215"),
        (TookTooLong(), "has not ended after 25 s"),
        (TooLarge(), "larger than 256 MiB"),
    ],
)
def test_what_has_no_end_is_not_asked_for_again(error: Exception, words: str) -> None:
    meant = translate(error, URL, REQUEST, 5)

    assert isinstance(meant, Unfinished)
    assert words in str(meant)
    assert (meant.request, meant.patience) == (REQUEST, 5)
    assert tries(meant, harmless=True) == 1


def test_proxy_that_does_not_answer_has_sent_nothing() -> None:
    meant = translate(NotConnected(by_proxy=True), URL, REQUEST, 5)

    assert meant.__class__ is Unreachable
    assert "HTTPS_PROXY" in str(meant)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ReadTimeoutError(POOL, "/", "Read timed out."), "stalled for 5 s"),
        (TookTooLong(), "has not ended"),
        (NotDecoded(), "not compressed as its header says"),
        (ValueError("read length must be non-negative or -1"), "broke before"),
    ],
)
def test_body_that_breaks_may_belong_to_work_that_is_done(error: Exception, words: str) -> None:
    meant = translate_broken(error, URL, REQUEST, 5)

    assert isinstance(meant, LostReply)
    assert words in str(meant)


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
