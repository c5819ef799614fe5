"""The control port: journal, state, faults, reset and writes of a host; plain HTTP, loopback only."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from zfssa_lab import clustering, steering, watching
from zfssa_lab.api.faults import refusal_reply
from zfssa_lab.faults import BadFault
from zfssa_lab.lab import Lab
from zfssa_lab.listener import Server
from zfssa_lab.model.errors import ApplianceError
from zfssa_lab.switches import TABLE, BadPosition, UnknownSwitch
from zfssa_lab.web import BadBody, JsonHandler

_SWITCH = "/switches/"
_MOST_DIGITS = 18  # of a number in a query

Result = tuple[int, dict[str, Any] | list[dict[str, Any]]]

_CALLS = {
    "GET /": "this description",
    "GET /journal[?appliance=NAME&since=N]": "the REST requests so far, after number N",
    "GET /state": "the whole model of every appliance",
    "GET /sessions": "of that, the open sessions only, which takes less time",
    "GET /faults": "the planned faults that are not spent",
    "POST /faults": "plan a fault: appliance, method, path (regex), nth, times, action",
    "DELETE /faults": "forget the planned faults; stalled updates go on",
    "GET /data-plane": "what hosts see over iSCSI, and what is withheld and why",
    "POST /reset": "back to the initial state",
    "POST /write": "a host writes new data: appliance, pool, project, lun, bytes",
    **clustering.CALLS,
    **steering.CALLS,
    **watching.CALLS,
}


class BadCall(Exception):
    """A control call that makes no sense."""


class ControlHandler(JsonHandler):
    """One connection to the control port."""

    server: ControlServer

    def serve(self) -> None:
        """Answer one call."""
        try:
            status, body = self._perform(self.read_body())
        except BadBody as refusal:
            self.close_connection = True
            status, body = 400, {"error": refusal.detail}
        except (BadCall, BadFault, BadPosition) as refusal:
            status, body = 400, {"error": str(refusal)}
        except ApplianceError as refusal:
            reply = refusal_reply(refusal)
            status, body = reply.status, {"error": (reply.body or {})["fault"]["message"]}
        self.send_json(status, body)

    def _perform(self, raw: bytes) -> Result:
        url = urlsplit(self.path)
        query = dict(parse_qsl(url.query))
        calls: dict[tuple[str, str], Callable[[], Result]] = {
            ("GET", "/"): lambda: (200, {"calls": _CALLS}),
            ("GET", "/journal"): lambda: self._journal(query),
            ("GET", "/state"): lambda: (200, self.server.lab.state()),
            ("GET", "/sessions"): lambda: (200, self.server.lab.sessions()),
            ("GET", "/faults"): lambda: (200, {"faults": self.server.lab.faults.list()}),
            ("POST", "/faults"): lambda: self._add_fault(raw),
            ("DELETE", "/faults"): self._clear_faults,
            ("GET", "/data-plane"): lambda: (200, self.server.lab.data_plane()),
            ("POST", "/reset"): self._reset,
            ("POST", "/write"): lambda: self._write(raw),
            ("GET", "/cluster"): lambda: (200, clustering.show(self.server.lab)),
            ("POST", "/cluster"): lambda: self._tell(clustering.form, raw),
            ("POST", "/cluster/takeover"): lambda: self._tell(clustering.take_over, raw),
            ("POST", "/cluster/failback"): lambda: self._tell(clustering.fail_back, raw),
            ("DELETE", "/cluster"): lambda: self._tell(clustering.dissolve, raw),
            ("GET", "/clock"): lambda: (200, steering.show_clock(self.server.lab)),
            ("POST", "/clock"): lambda: self._tell(steering.step_clock, raw),
            ("GET", "/settings"): lambda: (200, steering.show_settings(self.server.lab)),
            ("POST", "/settings"): lambda: self._tell(steering.change_settings, raw),
            ("GET", "/switches"): lambda: (200, steering.show_switches(self.server.lab)),
            ("POST", "/watch"): lambda: self._tell(watching.watch, raw),
            ("GET", "/breaches"): lambda: (200, watching.show_breaches(self.server.lab)),
            ("DELETE", "/breaches"): lambda: (200, watching.forget_breaches(self.server.lab)),
            ("POST", "/hardware"): lambda: self._tell(clustering.break_hardware, raw),
            ("POST", "/service"): lambda: self._tell(clustering.break_service, raw),
        }
        call = calls.get((self.command, url.path))
        if call is not None:
            return call()
        if url.path.startswith(_SWITCH):
            return self._put_switch(url.path.removeprefix(_SWITCH), raw)
        known = any(path == url.path for _method, path in calls)
        return (405, {"error": "method not allowed"}) if known else (404, {"error": "not found"})

    def _tell(self, order: Callable[[Lab, dict[str, Any]], dict[str, Any]], raw: bytes) -> Result:
        return 200, order(self.server.lab, _decode(raw or b"{}"))

    def _put_switch(self, name: str, raw: bytes) -> Result:
        if name not in TABLE:
            return 404, {"error": str(UnknownSwitch(name))}
        if self.command != "PUT":
            return 405, {"error": "method not allowed"}
        return 200, steering.put_switch(self.server.lab, name, _decode(raw or b"{}"))

    def _journal(self, query: dict[str, str]) -> Result:
        since, name = query.get("since", "0"), query.get("appliance")
        if not (since.isascii() and since.isdigit() and len(since) <= _MOST_DIGITS):
            raise BadCall("since must be a number")
        self._check_appliance(name)
        return 200, self.server.lab.journal.rows(name, int(since))

    def _check_appliance(self, name: Any) -> None:
        """Refuse the name of an appliance that is not there; None stands for all."""
        if name is not None and name not in list(self.server.lab.settings.appliances):
            raise BadCall(f"no appliance {name!r}")

    def _add_fault(self, raw: bytes) -> Result:
        body = _decode(raw)
        self._check_appliance(body.get("appliance"))
        clustering.check_fault(self.server.lab, body.get("action"))
        return 200, {"fault": self.server.lab.faults.add(body).describe()}

    def _clear_faults(self) -> Result:
        self.server.lab.clear_faults()
        return 200, {"faults": []}

    def _reset(self) -> Result:
        self.server.lab.reset()
        return 200, {"reset": True}

    def _write(self, raw: bytes) -> Result:
        body = _decode(raw)
        for name in ("appliance", "pool", "project", "lun"):
            if not isinstance(body.get(name), str):
                raise BadCall(f"{name} must be a string")
        count = body.get("bytes")
        if isinstance(count, bool) or not isinstance(count, int) or count < 1:
            raise BadCall("bytes must be a positive integer")
        self._check_appliance(body["appliance"])
        place = (body["appliance"], body["pool"], body["project"], body["lun"])
        return 200, self.server.lab.write(*place, count)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Refuse what is not HTTP."""
        del explain
        self.close_connection = True
        self.send_json(code, {"error": message or "bad request"})

    do_GET = do_POST = do_PUT = do_DELETE = serve


class ControlServer(Server):
    """The control port of a lab."""

    def __init__(self, address: tuple[str, int], lab: Lab) -> None:
        self.lab = lab
        super().__init__(address, ControlHandler)


def _decode(raw: bytes) -> dict[str, Any]:
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        raise BadCall("malformed JSON") from None
    if not isinstance(body, dict):
        raise BadCall("the body must be a JSON object")
    return body
