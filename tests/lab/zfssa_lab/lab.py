"""The lab: its appliances, its faults and its journal, and one exchange of request and answer."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from zfssa_lab.api.call import Reply
from zfssa_lab.api.dispatch import ROWS, Answer, Api, Request
from zfssa_lab.api.faults import fault_name, fault_reply
from zfssa_lab.api.routing import Route, Row
from zfssa_lab.api.state import appliance_state, sessions_state
from zfssa_lab.clock import Clock
from zfssa_lab.dataplane import DataPlane, NoDataPlane
from zfssa_lab.faults import Faults
from zfssa_lab.journal import Journal
from zfssa_lab.model.appliance import Appliance, Identity
from zfssa_lab.model.cluster import take_over_if_possible
from zfssa_lab.model.fleet import Fleet
from zfssa_lab.release import release
from zfssa_lab.switches import Switches

USERNAME = "admin"
PASSWORD = "lab-password"  # public: the lab guards nothing


@dataclass(frozen=True)
class Delivery:
    """An answer and how it goes out: ``reply`` None means: cut the connection, say nothing.

    ``body``: "cut" for half of it only, "garbage" for no JSON; ``seconds``: how long it takes to arrive.
    """

    reply: Reply | None
    body: str = ""
    seconds: float = 0.0


@dataclass(frozen=True)
class Settings:
    """How the lab is set up: ``appliances`` maps names to addresses, ``pools`` names to bytes.

    ``own_pools`` holds, by appliance, the pools that only this one has; ``switches`` those that do not stand at the
    default.
    """

    appliances: dict[str, str]
    release: str = "8.8"
    pools: dict[str, int] = field(default_factory=lambda: {"tank": 2**40})
    own_pools: dict[str, dict[str, int]] = field(default_factory=dict)
    read_latency: float = 0.0
    write_latency: float = 0.0
    login_latency: float = 0.0
    bandwidth: float = float(2**30)
    seed: int = 0
    data_plane: str = "none"
    switches: dict[str, str] = field(default_factory=dict)


class Lab:
    """All that lives behind the ports.  ``lock`` guards the model; faults and journal have theirs."""

    def __init__(self, settings: Settings, clock: Clock | None = None, rows: Iterable[Route | Row] = ROWS) -> None:
        """``rows`` are the routes and kinds of objects of the API."""
        self.settings = settings
        self.plane: DataPlane = NoDataPlane()
        self.clock = clock or Clock()
        self.release = release(settings.release)
        self.api = Api(self.release, rows)
        self.faults = Faults()
        self.journal = Journal()
        self.switches = Switches(settings.switches)
        self.lock = threading.RLock()
        self.stopping = threading.Event()
        self.fleet = self._build()

    def _build(self) -> Fleet:
        settings = self.settings
        fleet = Fleet(self.clock, settings.bandwidth, self.faults.for_update, self.plane, self.switches)
        fleet.count_requests = self.journal.count
        for index, (name, address) in enumerate(settings.appliances.items()):
            identity = Identity(name, address, index, USERNAME, PASSWORD)
            fleet.add(
                Appliance(
                    identity,
                    release=self.release,
                    clock=self.clock,
                    fleet=fleet,
                    seed=settings.seed,
                    pools={**settings.pools, **settings.own_pools.get(name, {})},
                )
            )
        return fleet

    def use_plane(self, plane: DataPlane) -> None:
        """Begin anew with LUNs whose bytes are on ``plane``, which is the lab's to close from now on."""
        self.plane = plane
        self.reset()

    def close(self) -> None:
        """End the data plane, when no request is left."""
        with self.lock:
            self.plane.close()

    def look(self, action: Callable[[Fleet], Any], who: str = "the control port") -> Any:
        """Run ``action`` on the model as it is at this instant, alone; ``who`` is to blame for what it does."""
        with self.lock:
            fleet = self.fleet
            self.plane.before(fleet)
            try:
                fleet.watch.judge("a host")
                fleet.settle()
                return action(fleet)
            finally:
                fleet.watch.judge(who)
                self.plane.after(fleet)

    def reset(self) -> None:
        """Go back to the initial state: model, sessions, faults, journal, time and switches.

        A request that is still waiting then gets no answer and does nothing.
        """
        with self.lock:
            self.clock.rewind()
            self.faults.clear()
            self.journal.clear()
            self.switches.reset()
            self.plane.clear()
            self.fleet = self._build()

    def clear_faults(self) -> None:
        """Forget the planned faults; stalled updates go on."""
        self.faults.clear()
        self.look(lambda fleet: fleet.end_stalls())

    def state(self) -> dict[str, Any]:
        """Return the whole model."""
        state: dict[str, Any] = self.look(
            lambda fleet: {name: appliance_state(one, self.api.rows) for name, one in fleet.appliances.items()}
        )
        return {"appliances": state}

    def sessions(self) -> dict[str, Any]:
        """Return the open sessions, which the state has as well, among much else."""
        open_now: dict[str, Any] = self.look(
            lambda fleet: {name: sessions_state(one) for name, one in fleet.appliances.items()}
        )
        return {"appliances": open_now}

    def data_plane(self) -> dict[str, Any]:
        """Return what hosts see over iSCSI."""
        with self.lock:
            return {"data_plane": self.settings.data_plane, "appliances": self.plane.describe()}

    def write(self, name: str, pool: str, project: str, lun: str, count: int) -> dict[str, Any]:
        """Write ``count`` bytes of new data into a LUN as a host does."""

        def write(fleet: Fleet) -> dict[str, Any]:
            volume = fleet.appliances[name].pool(pool).project(project).lun(lun)
            volume.write(count)
            return {"space_data": volume.blocks.live - volume.blocks.shared, "written": count}

        written: dict[str, Any] = self.look(write)
        return written

    def exchange(self, name: str, request: Request) -> Reply | None:
        """Answer a request to appliance ``name``; None means: cut the connection, say nothing."""
        return self.serve(name, request).reply

    def serve(self, name: str, request: Request) -> Delivery:
        """Answer a request to appliance ``name``, and say how the answer is to go out."""
        arrived, cleared = self.clock.now(), self.journal.cleared
        action = self.faults.for_request(name, request.method, request.target)
        answer = self._answer(name, request, action, cleared)
        status = answer.reply.status if answer and "drop" not in action else None
        session = answer.session if answer else None
        self._note(name, request, status, arrived, session=session, fault=action or None, cleared=cleared)
        reply = None if answer is None or "drop" in action else answer.reply
        return Delivery(reply, action.get("body", ""), action.get("slow_ms", 0) / 1000)

    def note_refusal(self, name: str, request: Request, status: int) -> None:
        """Record a request that was refused before anything looked at it."""
        self._note(name, request, status, self.clock.now())

    def _note(
        self,
        name: str,
        request: Request,
        status: int | None,
        when: float,
        session: str | None = None,
        fault: dict[str, Any] | None = None,
        cleared: int | None = None,
    ) -> None:
        self.journal.add(
            cleared,
            appliance=name,
            method=request.method,
            path=request.target,
            status=status,
            t=when,
            session=session,
            fault=fault,
            peer=request.peer,
        )

    def _answer(self, name: str, request: Request, action: dict[str, Any], cleared: int) -> Answer | None:
        if action.get("drop") == "before":
            return None
        self.stopping.wait(self._latency(request) + action.get("delay_ms", 0) / 1000)
        if self.stopping.is_set() or self.journal.cleared != cleared:
            return None
        refusal = self._planned_refusal(request, action)
        if refusal is not None and not action.get("done"):
            return Answer(refusal)

        def work(fleet: Fleet) -> Answer:
            appliance = fleet.appliances[name]
            if "takeover" in action:
                take_over_if_possible(fleet.appliances[action["takeover"]])
            if action.get("expire_sessions"):
                appliance.sessions.expire_all()
            return self.api.answer(appliance, request)

        answer: Answer = self.look(work, f"{name}: {request.method} {request.target}")
        return answer if refusal is None else Answer(refusal, answer.session)

    def _planned_refusal(self, request: Request, action: dict[str, Any]) -> Reply | None:
        if "status" not in action:
            return None
        status = action["status"]
        reply = fault_reply(fault_name(status), "planned by the lab", status, self.release.documented_faults)
        reply.headers = self.api.headers(request)
        return reply

    def _latency(self, request: Request) -> float:
        """Return the seconds that an appliance takes for such a request (API reference 14.6)."""
        settings = self.settings
        seconds = settings.login_latency if request.has_password or request.is_login else 0.0
        # A session is no configuration: nothing is written for it.
        if not request.is_login and not request.is_logout:
            reading = request.method == "GET"
            seconds += settings.read_latency if reading else settings.write_latency
        return seconds
