# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""REST over HTTPS to one appliance: sessions, repeats where they are safe, faults as exceptions.

This room knows HTTP and the appliance's way of speaking it (API reference 1). It knows nothing of LUNs, and it never
writes a secret anywhere: the log holds methods, paths and statuses only.
"""

from __future__ import annotations

import re
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from ..values._decode import TooMuch, decode
from ..values._errors import (
    BadReply,
    Busy,
    LostReply,
    NotAuthenticated,
    NotAuthorized,
    NotFound,
    Unfinished,
    ZfssaError,
    from_reply,
)
from ..values._release import Release, parse_release
from ..values._secrets import learn_token
from ..values._units import parse_http_date
from ..values._wire import Wire
from ._authorities import authorities
from ._bounds import ENCODINGS, Bounds, read_body
from ._connection import Connection, Keeper
from ._progress import Progress, Report, Tell
from ._proxy import environment_proxies
from ._repeats import MOST_TRIES, pause, tries
from ._transport import TRANSPORT_ERRORS, open_session, translate, translate_broken
from ._uninterrupted import unbroken

try:
    import requests
except ImportError:
    HAS_REQUESTS = False
    REQUESTS_IMPORT_ERROR: str | None = traceback.format_exc()
else:
    HAS_REQUESTS = True
    REQUESTS_IMPORT_ERROR = None

ACCESS = "/api/access/v1"
_CONNECT_TIMEOUT = 20.0
# Seconds for which an interruption waits for the answer to a login: a busy appliance may take them.
_LOGIN_PATIENCE = 30.0
# Seconds for the answer to a logout.
_LOGOUT_PATIENCE = 10.0
# What a token may be: anything else cannot stand in the header of a request.
_TOKEN = re.compile(r"[!-~]{1,4096}")


@dataclass(frozen=True)
class Reply:
    """An answer of success: its status, its JSON (empty when there is no body), its headers."""

    status: int
    body: Wire
    headers: Mapping[str, str]


class Client:
    """A conversation with one appliance over one kept-alive connection; a context manager.

    A session is opened with the first request unless a token came with the connection, and closed at the end on every
    path. A token that came with the connection stays open: it belongs to whoever made it.

    Args:
        connection: where and who.
        sleep: pauses for some seconds; tests give another one.
        tell: takes a sentence about what is waited for, while it lasts; nothing is told without it.
        keeper: takes over the sessions that stay open when the client closes.

    Attributes:
        log: one `(method, path, status)` per request, in order; the status is `None` where no answer came.
        peer: the client of a second appliance, where a task has to do with two.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        sleep: Callable[[float], None] = time.sleep,
        tell: Tell | None = None,
        keeper: Keeper | None = None,
    ) -> None:
        self.connection = connection
        self.log: list[tuple[str, str, int | None]] = []
        self.peer: Client | None = None
        self._sleep = sleep
        self._keeper = keeper
        self._progress = Progress(tell)
        self._bounds = Bounds()
        self._http = open_session(self._bounds)
        self._token = connection.session
        self._own_token = False
        self._granted: list[str] = []
        self._http.hooks["response"].append(self._note_grant)
        self._version: str | None = None
        self._date: str | None = None

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def release_known(self) -> bool:
        """Whether a reply has told the release, so that `release` costs nothing."""
        return self._version is not None

    @property
    def release(self) -> Release:
        """The appliance's software release, as its replies say; asks when there was none yet."""
        if self._version is None:
            self.get(ACCESS)
            # An appliance that does not tell is not asked again.
            self._version = self._version or ""
        return parse_release(self._version)

    @property
    def now(self) -> datetime:
        """The time on the appliance when it gave its last answer; the time here where its answers have no `Date`.

        Real appliances are not known to send one (API reference 14.1).
        """
        return parse_http_date(self._date) or datetime.now(tz=UTC)

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Wire | None:
        """Read one resource.

        Returns:
            Its JSON, or `None` when the appliance says that it does not exist. This is the only place where "not
            found" becomes `None`: every other trouble, a 404 from something that is not an appliance included, raises.
        """
        try:
            return self._talk("GET", path, None, params).body
        except NotFound:
            return None

    def send(
        self,
        method: str,
        path: str,
        body: Wire | None = None,
        params: Mapping[str, str] | None = None,
    ) -> Reply:
        """Make one request that may change something.

        It is repeated only when it is certain that it was not carried out: no connection came about, the session was
        over (401), or the appliance was busy (503).

        Raises:
            LostReply: it was sent and no readable answer came. The caller must look before it repeats.
            ApplianceError: the appliance refused. Where `repeated` is set it may have refused what it had done already.
        """
        return self._talk(method, path, body, params)

    def open(self) -> str:
        """Open a session of one's own and return its token; it is closed by `close()` unless `release_token()`.

        Raises:
            NotAuthenticated: the appliance refuses the login.
        """
        connection = self.connection
        if not connection.username or not connection.password:
            raise NotAuthenticated(
                f"there is no valid session at {connection.url}, and no username and password to open one",
                advice="give username and password (or ZFSSA_USERNAME and ZFSSA_PASSWORD), or the token of zfssa_session",
            )
        credentials = (connection.username, connection.password)
        # An interrupted login would leave a session behind that nobody can end.
        return unbroken(lambda: self._log_in(credentials), _LOGIN_PATIENCE)

    def _log_in(self, credentials: tuple[str, str]) -> str:
        """Ask for a session and keep its token."""
        url = self.connection.url
        self._granted.clear()
        try:
            reply = self._patiently("POST", ACCESS, None, None, auth=credentials)
        except NotAuthenticated as error:
            raise NotAuthenticated(
                f"{url} refuses the login of user {credentials[0]!r}: {error.reason}",
                status=error.status,
                fault=error.fault,
                request=error.request,
                advice="check username and password",
            ) from None
        except NotFound as error:
            raise BadReply(
                f"{url} has no REST API at {ACCESS}: {error.reason}",
                status=error.status,
                request=error.request,
                advice="check host and port, and that the appliance's software has the REST service",
            ) from None
        token = reply.headers.get("X-Auth-Session")
        if not token:
            raise BadReply(f"{url} accepted the login but gave no session token", status=reply.status)
        if not _TOKEN.fullmatch(token):
            raise BadReply(
                f"{url} accepted the login but gave a session token that cannot be sent", status=reply.status
            )
        self._own(token)
        return token

    def _note_grant(self, answer: Any, **_settings: Any) -> None:
        """Note the token of a login as soon as the head of its answer is there: the rest may never come."""
        token, request = answer.headers.get("X-Auth-Session"), answer.request
        granted = request.method == "POST" and request.path_url == ACCESS and not 300 <= answer.status_code < 500
        if not granted or not token or not _TOKEN.fullmatch(token):
            return
        self._granted.append(token)
        self._own(token)

    def _own(self, token: str) -> None:
        learn_token(token)
        self._token, self._own_token = token, True

    def release_token(self, *, lasting: bool = False) -> None:
        """Leave the session open when the client closes: somebody else will end it, unless the keeper does not want it.

        Args:
            lasting: whether it is to outlive the run of Ansible.
        """
        if self._keeper and self._own_token and self._token:
            if not self._keeper.keep(self.connection, self._token, lasting=lasting):
                return
        self._own_token = False

    def end(self, token: str, *, patiently: bool = False) -> bool:
        """End the session of a token.

        Args:
            token: of the session.
            patiently: whether to try again where the answer is lost or the appliance has no time.

        Returns:
            Whether it was open; a session that was over already is not an error. One whose end was not answered is over
            at the next try.
        """
        exchange = self._patiently if patiently else self._exchange
        was_open = True
        try:
            exchange("DELETE", ACCESS, None, None, token=token)
        except (NotAuthenticated, NotFound):
            was_open = False
        if self._keeper:
            self._keeper.ended(token)
        return was_open

    def close(self) -> None:
        """End the session if it is the client's own, and the connection. No trouble with it raises: the work is done."""
        if self._own_token and self._token:
            token = self._token
            # Nobody needs the answer as much as that of a request.
            self.connection = replace(self.connection, timeout=min(self.connection.timeout, _LOGOUT_PATIENCE))
            unbroken(lambda: self._log_out(token), _LOGOUT_PATIENCE)
        self._token, self._own_token = None, False
        self._http.close()
        self._progress.close()

    def beside(self, timeout: float | None = None) -> Client:
        """Another client of the same session, for a thread of its own; it has its own connection, and closes only that.

        It shares the log, and what it tells. Where the session turns out to be over, it opens one of its own, and closes that.

        Args:
            timeout: seconds that it waits for an answer at the most, where that is less than others wait.
        """
        patience = self.connection.timeout if timeout is None else min(timeout, self.connection.timeout)
        other = Client(
            replace(self.connection, session=self._token, timeout=patience),
            sleep=self._sleep,
            tell=self._progress.listener,
            keeper=self._keeper,
        )
        other.log, other._version = self.log, self._version
        return other

    def report(self, text: str) -> None:
        """Tell whoever waits for the work what has been done.

        Args:
            text: it, without an end.
        """
        self._progress.tell(Report(text))

    def tell(self, text: str) -> None:
        """Tell whoever waits for the work how it goes, where somebody listens.

        Args:
            text: a sentence without an end.
        """
        self._progress.tell(text)

    def _log_out(self, token: str) -> None:
        for _attempt in range(2):
            try:
                self.end(token)
                break
            except Unfinished:
                break
            except ZfssaError:
                continue

    def _talk(self, method: str, path: str, body: Wire | None, params: Mapping[str, str] | None) -> Reply:
        """One request in a session; a session that is over is opened anew, once."""
        if self._token is None:
            self.open()
        try:
            return self._patiently(method, path, body, params)
        except NotAuthenticated as error:
            if not self.connection.username or not self.connection.password:
                if self._is_alive():
                    raise _not_authorized(error, "the account of this session") from None
                raise NotAuthenticated(
                    error.reason,
                    status=error.status,
                    fault=error.fault,
                    request=error.request,
                    advice="the session may be over: make a new one with zfssa_session, or give username and password",
                ) from None
        # The appliance says 401 both for a session that is over and for a command that this user may not run
        # (API reference 1.6): the old session may be alive, and one's own must not be left behind.
        if self._own_token and self._token:
            try:
                self.end(self._token)
            except ZfssaError:
                pass
        self._token, self._own_token = None, False
        self.open()
        try:
            return self._patiently(method, path, body, params)
        except NotAuthenticated as error:
            # The session is new: it is the command that this account may not run.
            raise _not_authorized(error, f"the account {self.connection.username!r}") from None

    def _is_alive(self) -> bool:
        """Whether the session is alive, which a request tells that every account may make (API reference 1.3)."""
        try:
            self._exchange("GET", ACCESS, None, None, token=self._token)
        except ZfssaError:
            return False
        return True

    def _patiently(
        self,
        method: str,
        path: str,
        body: Wire | None,
        params: Mapping[str, str] | None,
        auth: tuple[str, str] | None = None,
        *,
        token: str | None = None,
    ) -> Reply:
        """One request, repeated with growing pauses where repeating is safe."""
        harmless = method == "GET" or path == ACCESS
        busy = False
        for attempt in range(1, MOST_TRIES + 1):
            try:
                return self._exchange(method, path, body, params, token=token or self._token, auth=auth)
            except ZfssaError as error:
                if auth and self._granted:
                    # The session is open, whatever became of the rest of the answer.
                    return Reply(error.status or 201, {}, {"X-Auth-Session": self._granted[-1]})
                # What says that it is busy, a proxy perhaps, may have done the work all the same.
                error.repeated = busy
                if harmless and isinstance(error, LostReply):
                    error.advice = "try again when the appliance and the network to it work"
                if attempt >= tries(error, harmless):
                    raise
                busy = busy or isinstance(error, Busy)
                url = self.connection.url
                said = error.reason if url in error.reason else f"{url} says to {method} {path}: {error.reason}"
                self.tell(f"{said}; trying again")
            self._sleep(pause(attempt))
        raise AssertionError("the loop ends by returning or raising")

    def _exchange(
        self,
        method: str,
        path: str,
        body: Wire | None,
        params: Mapping[str, str] | None,
        *,
        token: str | None,
        auth: tuple[str, str] | None = None,
    ) -> Reply:
        """Exactly one request on the wire, its answer checked."""
        connection = self.connection
        request = f"{method} {path}"
        headers = {"Accept": "application/json", "Accept-Encoding": ENCODINGS}
        if token and auth is None:
            headers["X-Auth-Session"] = token
        status: int | None = None
        self._bounds.begin(connection.timeout)
        try:
            with self._progress.during(f"{connection.url} has not answered {request}"):
                answer = self._http.request(
                    method,
                    connection.url + path,
                    json=body,
                    params=params,
                    headers=headers,
                    # Bytes, because it can write only Latin-1 by itself.
                    auth=requests.auth.HTTPBasicAuth(*(text.encode() for text in auth)) if auth else None,
                    proxies=environment_proxies(connection.url),
                    verify=(connection.ca_path or authorities()) if connection.validate_certs else False,
                    timeout=(min(_CONNECT_TIMEOUT, connection.timeout), connection.timeout),
                    allow_redirects=False,
                    stream=True,
                )
                content = self._body(answer, request)
            status = answer.status_code
        except TRANSPORT_ERRORS as error:
            raise translate(error, connection.url, request, connection.timeout) from None
        finally:
            self.log.append((method, path, status))
        self._version = answer.headers.get("X-Zfssa-Version") or self._version
        self._date = answer.headers.get("Date")
        return _checked(answer, content, request, connection.url)

    def _body(self, answer: Any, request: str) -> bytearray:
        """Read the body of an answer; the connection of one that is not read to its end is closed."""
        connection = self.connection
        try:
            return read_body(answer.raw, answer.headers.get("Content-Encoding", ""))
        except Exception as error:
            answer.close()
            raise translate_broken(error, connection.url, request, connection.timeout) from None


def _not_authorized(error: NotAuthenticated, account: str) -> NotAuthorized:
    """Say of a refusal in a session that is alive what it means: 401 is both (API reference 1.6)."""
    return NotAuthorized(
        f"{account} lacks an authorization for this: {error.reason}",
        status=error.status,
        fault=error.fault,
        request=error.request,
    )


def _checked(answer: Any, content: bytearray, request: str, url: str) -> Reply:
    """Turn an HTTP answer into a reply, or raise what it means."""
    status = int(answer.status_code)
    try:
        decoded = decode(content) if content else {}
        trouble = "no JSON object"
    except TooMuch as said:
        raise Unfinished(f"the answer of {url} to {request} {said}", status=status, request=request) from None
    except (ValueError, RecursionError):
        decoded, trouble = None, "not JSON"
    if 200 <= status < 300:
        # What a login tells is in its headers.
        if isinstance(decoded, dict) or (trouble == "no JSON object" and request.endswith(f" {ACCESS}")):
            return Reply(status, decoded if isinstance(decoded, dict) else {}, answer.headers)
        # The work may well be done: whoever sent it must look.
        raise LostReply(f"the answer of {url} to {request} is {trouble}", status=status, request=request)
    error = from_reply(status, decoded, request)
    speaks = any(name.lower().startswith("x-zfssa-") for name in answer.headers) or error.fault is not None
    if 300 <= status < 400 or (isinstance(error, NotFound) and not speaks):
        raise BadReply(
            f"{url} answered {request} with HTTP {status}, and not as an appliance does",
            status=status,
        )
    raise error
