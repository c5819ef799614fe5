# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the HTTP library reports, put into this collection's own words."""

from __future__ import annotations

import warnings
from http.client import HTTPException
from typing import Any

from ..values._errors import CertificateRefused, InvalidInput, LostReply, Unfinished, Unreachable, ZfssaError
from ..values._mask import covered
from ._bounds import MOST_BYTES, TIMES, Bounds, NotConnected, NotDecoded, TookTooLong, TooLarge, bounded
from ._proxy import wrong_proxy

# What may be raised by a request that is not answered.
TRANSPORT_ERRORS: tuple[type[Exception], ...] = (
    OSError,
    ValueError,
    TypeError,
    HTTPException,
    TookTooLong,
    TooLarge,
    NotConnected,
)
try:
    import requests
    import urllib3
except ImportError:
    # The edge reports the missing package before anything here is called.
    pass
else:
    TRANSPORT_ERRORS += (requests.exceptions.RequestException, urllib3.exceptions.HTTPError)

# What OpenSSL says when a file of authorities cannot be used, and when two sides do not come to speak TLS at all.
_NO_AUTHORITY = ("NO_CERTIFICATE_OR_CRL_FOUND", "no certificate or crl found", "PEM lib", "[X509]")
_NO_HANDSHAKE = (
    "WRONG_VERSION_NUMBER",
    "UNSUPPORTED_PROTOCOL",
    "HANDSHAKE",
    "TLSV1_ALERT",
    "UNKNOWN_PROTOCOL",
    "HTTP_REQUEST",
)


_CHECK_PROXY = "check HTTPS_PROXY and NO_PROXY in the environment"


def open_session(bounds: Bounds) -> Any:
    """A `requests.Session`; no warning per request when the user has switched verification off.

    Args:
        bounds: of the answers to its requests.
    """
    warnings.filterwarnings("ignore", category=urllib3.exceptions.InsecureRequestWarning)

    class Adapter(requests.adapters.HTTPAdapter):
        """Makes connections whose answers are bounded."""

        def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
            """Make connections without a proxy."""
            super().init_poolmanager(*args, **kwargs)
            bounded(self.poolmanager, bounds)

        def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
            """Make connections through a proxy, and keep them for the next request."""
            known = proxy in self.proxy_manager
            manager = super().proxy_manager_for(proxy, **kwargs)
            if not known:
                bounded(manager, bounds)
            return manager

    class Session(requests.Session):
        """A session that goes nowhere else."""

        def get_redirect_target(self, resp: Any) -> None:
            """Read no redirect: even those that it does not follow requests would read to the end of their body."""

    session = Session()
    # Proxies of the environment come with each request. A .netrc file does not count, and REQUESTS_CA_BUNDLE, which would
    # beat `verify`, in no other way than the client gives it.
    session.trust_env = False
    session.mount("https://", Adapter())
    return session


def translate(error: Exception, url: str, request: str, timeout: float) -> ZfssaError:
    """Tell what an exception of the HTTP library means for the request.

    Args:
        error: what was raised.
        url: base URL of the appliance, for the message.
        request: method and path.
        timeout: seconds that were waited for an answer.

    Returns:
        `Unreachable` when nothing was sent, so that repeating is safe; `LostReply` when it may have been carried out.
    """
    failures = requests.exceptions
    if isinstance(error, (TookTooLong, TooLarge, NotConnected)):
        return _out_of_bounds(error, url, request, timeout)
    if isinstance(error, failures.SSLError):
        return _tls(error, url, request)
    # What a header of the answer has wrong is named like what is wrong with the request.
    answered = isinstance(_root(error), urllib3.exceptions.InvalidHeader)
    if not answered and isinstance(error, (failures.InvalidURL, failures.InvalidHeader, ValueError, TypeError)):
        return _impossible(error, url)
    if isinstance(error, failures.ConnectTimeout):
        return Unreachable(f"no connection to {url} in time", request=request, fleeting=True)
    if isinstance(error, failures.ReadTimeout):
        return Unfinished(f"no answer from {url} to {request} in {timeout:g} s", request=request, patience=timeout)
    if isinstance(error, failures.ProxyError):
        return Unreachable(
            f"the proxy to {url} does not connect ({_last_words(error)})",
            request=request,
            advice=_CHECK_PROXY,
        )
    if isinstance(error, failures.ConnectionError) and isinstance(_root(error), _not_connected()):
        return Unreachable(f"no connection to {url} ({_last_words(error)})", request=request, fleeting=True)
    if isinstance(error, (failures.RequestException, urllib3.exceptions.HTTPError, HTTPException)):
        return LostReply(f"the connection to {url} broke before {request} was answered", request=request)
    return InvalidInput(f"no connection to {url} can be tried: {error}", advice="check ca_path")


def translate_broken(error: Exception, url: str, request: str, timeout: float) -> ZfssaError:
    """Tell what it means that the body of an answer could not be read, whose header was.

    Args:
        error: what was raised.
        url, request, timeout: as for `translate`.
    """
    if isinstance(error, (TookTooLong, TooLarge)):
        return _out_of_bounds(error, url, request, timeout)
    if isinstance(error, urllib3.exceptions.ReadTimeoutError):
        return Unfinished(
            f"the answer of {url} to {request} stalled for {timeout:g} s", request=request, patience=timeout
        )
    if isinstance(error, NotDecoded):
        return LostReply(f"the answer of {url} to {request} is not compressed as its header says", request=request)
    return LostReply(f"the connection to {url} broke before {request} was answered", request=request)


def _out_of_bounds(error: Exception, url: str, request: str, timeout: float) -> ZfssaError:
    if isinstance(error, NotConnected):
        if error.by_proxy:
            return Unreachable(f"the proxy to {url} does not connect in time", request=request, advice=_CHECK_PROXY)
        return Unreachable(f"no connection to {url} in time", request=request, fleeting=True)
    if isinstance(error, TooLarge):
        what = str(error) or f"is larger than {MOST_BYTES >> 20} MiB"
        return Unfinished(f"the answer of {url} to {request} {what}", request=request, patience=timeout)
    return Unfinished(
        f"the answer of {url} to {request} has not ended after {TIMES * timeout:g} s", request=request, patience=timeout
    )


def _impossible(error: Exception, url: str) -> InvalidInput:
    """Tell what of a request can never be right: the token, the address of the proxy, or that of the appliance."""
    if isinstance(error, requests.exceptions.InvalidHeader):
        return InvalidInput("session is not a possible token", advice="give it as zfssa_session returns it")
    return wrong_proxy(error, url) or InvalidInput(f"{url} is not a possible address", advice="check host and port")


def _tls(error: Exception, url: str, request: str) -> ZfssaError:
    """Tell apart what TLS can say: the certificate, the file with its authority, the handshake, or a later break."""
    text = str(error)
    if "CERTIFICATE_VERIFY_FAILED" in text:
        return CertificateRefused(f"the certificate of {url} does not verify ({_certificate_reason(error)})")
    if "doesn't match" in text:
        return CertificateRefused(f"the certificate of {url} is for another host ({_last_words(error)})")
    if any(mark in text for mark in _NO_AUTHORITY):
        return InvalidInput(
            "ca_path holds no certificate authority", advice="give a file in PEM format, or a folder of such files"
        )
    # In mid-conversation the same words mean that the other side fell out of TLS, and a write may have been done.
    if any(mark in text for mark in _NO_HANDSHAKE) and request.startswith(("GET ", "POST /api/access/")):
        return Unreachable(f"no TLS connection to {url} ({_last_words(error)})", request=request)
    return LostReply(f"the TLS connection to {url} broke before {request} was answered", request=request)


def _not_connected() -> tuple[type[Exception], ...]:
    return (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError)


def _root(error: BaseException) -> object:
    """The reason inside the exception that requests wraps around urllib3's own."""
    inner: object = error.args[0] if error.args else error
    return getattr(inner, "reason", inner)


def _last_words(error: BaseException) -> str:
    """The innermost text of a chain of wrapped exceptions, such as "Connection refused"."""
    # OpenSSL ends with the place in Python's sources, which is nobody's business: `(_ssl.c:1006)`.
    text = covered(str(_root(error))).split(" (_ssl", 1)[0]
    text = text.rsplit("] ", 1)[-1] if "] " in text else text.rsplit(": ", 1)[-1]
    return text.strip("()'\". ")


def _certificate_reason(error: BaseException) -> str:
    text = covered(str(error))
    return text.rsplit("certificate verify failed: ", 1)[-1].split(" (_ssl", 1)[0].strip("()'\". ")
