"""The TLS port of one appliance."""

from __future__ import annotations

import ssl
import traceback
from http import HTTPStatus
from typing import Any

from zfssa_lab.api.call import Reply
from zfssa_lab.api.dispatch import Request
from zfssa_lab.api.faults import fault_name, fault_reply
from zfssa_lab.lab import Lab
from zfssa_lab.web import BadBody, JsonHandler, Server

HANDSHAKE_SECONDS = 10.0


class ApiHandler(JsonHandler):
    """One client's connection to an appliance."""

    server: ApplianceServer

    def serve(self) -> None:
        """Answer one request."""
        try:
            body = self.read_body()
        except BadBody as refusal:
            # What the client still sends cannot be told from a next request.
            self.close_connection = True
            reply = fault_reply(refusal.fault, refusal.detail)
            request = Request(self.command, self.path)
            self.server.lab.note_refusal(self.server.appliance, request, reply.status)
            self.send_reply(reply)
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = self.answer(Request(self.command, self.path, headers, body))
        if answer is None:
            self.cut()
        else:
            self.send_reply(answer)

    def answer(self, request: Request) -> Reply | None:
        """Return the lab's answer; an error of the lab itself shows as a 500."""
        try:
            return self.server.lab.exchange(self.server.appliance, request)
        except Exception as error:
            traceback.print_exception(error)
            self.server.lab.note_refusal(self.server.appliance, request, 500)
            return fault_reply("ERR_INTERNAL", f"the lab itself failed: {error!r}")

    def send_reply(self, reply: Reply) -> None:
        """Send an answer."""
        self.send_json(reply.status, reply.body, reply.headers)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Refuse what is not HTTP, or a method that is none, with a fault body."""
        del explain
        self.close_connection = True
        reply = fault_reply(fault_name(code), message or HTTPStatus(code).phrase, code)
        self.send_reply(reply)

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
