"""The TLS port of one appliance."""

from __future__ import annotations

import ssl
import traceback
from http import HTTPStatus
from typing import Any

from zfssa_lab.api.dispatch import Request
from zfssa_lab.api.faults import fault_name, fault_reply
from zfssa_lab.lab import Delivery, Lab
from zfssa_lab.listener import Server
from zfssa_lab.pretty import pretty
from zfssa_lab.web import LINGER_BYTES, BadBody, JsonHandler

HANDSHAKE_SECONDS = 10.0
# A slow answer comes in so many pieces at least, and with no longer pause than this.
SLOW_PIECES = 10
LONGEST_PAUSE = 0.25
GARBAGE = b"<<< this body is not JSON >>>\n"
# What the table of faults has no status for (API reference 1.7).
_NAMES = {414: "ERR_OVER_LIMIT", 431: "ERR_OVER_LIMIT", 505: "ERR_NOT_IMPLEMENTED"}


class ApiHandler(JsonHandler):
    """One client's connection to an appliance."""

    server: ApplianceServer

    @property
    def peer(self) -> str:
        """The client's end of the connection: one client with two connections has two."""
        return f"{self.client_address[0]}:{self.client_address[1]}"

    @property
    def documented(self) -> bool:
        """Say whether faults have the shape of the guides on this release (API reference 1.7)."""
        return self.server.lab.release.documented_faults

    def serve(self) -> None:
        """Answer one request."""
        try:
            body = self.read_body()
        except BadBody as refusal:
            # What the client still sends cannot be told from a next request.
            self.close_connection = True
            reply = fault_reply(refusal.fault, refusal.detail, documented=self.documented)
            request = Request(self.command, self.path, peer=self.peer)
            self.server.lab.note_refusal(self.server.appliance, request, reply.status)
            self.deliver(Delivery(reply))
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.deliver(self.answer(Request(self.command, self.path, headers, body, self.peer)))

    def answer(self, request: Request) -> Delivery:
        """Return the lab's answer; an error of the lab itself shows as a 500."""
        try:
            return self.server.lab.serve(self.server.appliance, request)
        except Exception as error:
            traceback.print_exception(error)
            self.server.lab.note_refusal(self.server.appliance, request, 500)
            text = f"the lab itself failed: {error!r}"
            return Delivery(fault_reply("ERR_INTERNAL", text, documented=self.documented))

    def send_response(self, code: int, message: str | None = None) -> None:
        """Send the status line and the headers `Server` and, where the switch says so, `Date`."""
        if self.server.lab.switches["date-header"] == "sent":
            super().send_response(code, message)
            return
        self.send_response_only(code, message)
        self.send_header("Server", self.version_string())

    def date_time_string(self, timestamp: float | None = None) -> str:
        """Return the time on the appliance's own clock, for `Date`."""
        return super().date_time_string(self.server.lab.clock.present() if timestamp is None else timestamp)

    def deliver(self, delivery: Delivery) -> None:
        """Send an answer, in the manner that a planned fault wants."""
        reply = delivery.reply
        if reply is None:
            self.cut()
            return
        text = b"" if reply.body is None else pretty(reply.body).encode() + b"\n"
        if delivery.body == "garbage" and text:
            text = GARBAGE
        self.send_head(reply.status, len(text), reply.headers)
        if delivery.body == "cut" and text:
            self.send_text(text[: len(text) // 2])
            self.cut()
        elif delivery.seconds:
            self._trickle(text, delivery.seconds)
        else:
            self.send_text(text)

    def _trickle(self, text: bytes, seconds: float) -> None:
        pieces = max(SLOW_PIECES, int(seconds / LONGEST_PAUSE))
        self.send_text(text, pieces, lambda: self.server.lab.stopping.wait(seconds / pieces))

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Refuse what is not HTTP, or a method that is none, with a fault body."""
        del explain
        self.close_connection = True
        self.unread = 0 if code == HTTPStatus.REQUEST_TIMEOUT else LINGER_BYTES
        name = _NAMES.get(code) or fault_name(code)
        reply = fault_reply(name, message or HTTPStatus(code).phrase, code, self.documented)
        if code == HTTPStatus.NOT_IMPLEMENTED:
            self.server.lab.note_refusal(self.server.appliance, Request(self.command, self.path, peer=self.peer), code)
        self.deliver(Delivery(reply))

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = serve


class ApplianceServer(Server):
    """The port of appliance ``appliance``; the TLS handshake is made in the connection's thread."""

    def __init__(self, address: tuple[str, int], lab: Lab, appliance: str, tls: ssl.SSLContext) -> None:
        self.appliance = appliance
        self.lab = lab
        self._tls = tls
        super().__init__(address, ApiHandler)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Shake hands, then serve; a client that stalls holds up only its own thread."""
        request.settimeout(HANDSHAKE_SECONDS)
        try:
            secured = self._tls.wrap_socket(request, server_side=True)
        except (OSError, ValueError):
            self.shutdown_request(request)
            return
        finally:
            self.forget(request)
        self.adopt(secured)
        super().process_request_thread(secured, client_address)
