"""The lab: its appliances, its faults and its journal, and one exchange of request and answer."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from zfssa_lab.api.call import Reply
from zfssa_lab.api.dispatch import Answer, Api, Request
from zfssa_lab.api.faults import fault_name, fault_reply
from zfssa_lab.api.state import appliance_state
from zfssa_lab.clock import Clock
from zfssa_lab.faults import Faults
from zfssa_lab.journal import Journal
from zfssa_lab.model.appliance import Appliance, Identity
from zfssa_lab.model.fleet import Fleet
from zfssa_lab.release import release

USERNAME = "admin"
PASSWORD = "lab-password"  # public: the lab guards nothing


@dataclass(frozen=True)
class Settings:
    """How the lab is set up: ``appliances`` maps names to addresses, ``pools`` names to bytes."""

    appliances: dict[str, str]
    release: str = "8.8"
    pools: dict[str, int] = field(default_factory=lambda: {"tank": 2**40})
    read_latency: float = 0.0
    write_latency: float = 0.0
    login_latency: float = 0.0
    bandwidth: float = float(2**30)
    seed: int = 0


class Lab:
    """All that lives behind the ports.  ``lock`` guards the model; faults and journal have theirs."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self.settings = settings
        self.clock = clock or Clock()
        self.release = release(settings.release)
        self.api = Api(self.release)
        self.faults = Faults()
        self.journal = Journal()
        self.lock = threading.RLock()
        self.stopping = threading.Event()
        self.fleet = self._build()

    def _build(self) -> Fleet:
        settings = self.settings
        fleet = Fleet(self.clock, settings.bandwidth, self.faults.for_update)
        for index, (name, address) in enumerate(settings.appliances.items()):
            identity = Identity(name, address, index, USERNAME, PASSWORD)
            fleet.add(
                Appliance(
                    identity,
                    release=self.release,
                    clock=self.clock,
                    fleet=fleet,
                    seed=settings.seed,
                    pools=settings.pools,
                )
            )
        return fleet

    def look(self, action: Callable[[Fleet], Any]) -> Any:
        """Run ``action`` on the model as it is at this instant, alone."""
        with self.lock:
            self.fleet.settle()
            return action(self.fleet)

    def reset(self) -> None:
        """Go back to the initial state: model, sessions, faults and journal."""
        with self.lock:
            self.faults.clear()
            self.journal.clear()
            self.fleet = self._build()

    def clear_faults(self) -> None:
        """Forget the planned faults; stalled updates go on."""
        self.faults.clear()
        self.look(lambda fleet: fleet.end_stalls())

    def state(self) -> dict[str, Any]:
        """Return the whole model."""
        state: dict[str, Any] = self.look(
            lambda fleet: {name: appliance_state(one) for name, one in fleet.appliances.items()}
        )
        return {"appliances": state}

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
        arrived = self.clock.now()
        action = self.faults.for_request(name, request.method, request.target)
        answer = self._answer(name, request, action)
        self.journal.add(
            appliance=name,
            method=request.method,
            path=request.target,
            status=answer.reply.status if answer and "drop" not in action else None,
            t=arrived,
            session=answer.session if answer else None,
            fault=action or None,
        )
        return None if answer is None or "drop" in action else answer.reply

    def note_refusal(self, name: str, request: Request, status: int) -> None:
        """Record a request that was refused before anything looked at it."""
        self.journal.add(
            appliance=name,
            method=request.method,
            path=request.target,
            status=status,
            t=self.clock.now(),
            session=None,
            fault=None,
        )

    def _answer(self, name: str, request: Request, action: dict[str, Any]) -> Answer | None:
        if action.get("drop") == "before":
            return None
        self.stopping.wait(self._latency(request) + action.get("delay_ms", 0) / 1000)
        if self.stopping.is_set():
            return None
        if "status" in action:
            status = action["status"]
            reply = fault_reply(fault_name(status), "planned by the lab", status)
            reply.headers = self.api.headers(request)
            return Answer(reply)

        def work(fleet: Fleet) -> Answer:
            appliance = fleet.appliances[name]
            if action.get("expire_sessions"):
                appliance.sessions.expire_all()
            return self.api.answer(appliance, request)

        answer: Answer = self.look(work)
        return answer

    def _latency(self, request: Request) -> float:
        """Return the seconds that an appliance takes for such a request (API reference 14.6)."""
        settings = self.settings
        seconds = settings.login_latency if request.has_password or request.is_login else 0.0
        if not request.is_login:
            reading = request.method == "GET"
            seconds += settings.read_latency if reading else settings.write_latency
        return seconds
