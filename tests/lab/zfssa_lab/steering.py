"""What the control port can do to time and to the lab's ways: step the clock, let numbers lag."""

from __future__ import annotations

import time
from typing import Any

from zfssa_lab.lab import Lab
from zfssa_lab.model.errors import InvalidArgument, MissingArgument, UnknownArgument
from zfssa_lab.model.fleet import Fleet
from zfssa_lab.switches import TABLE, BadPosition

Body = dict[str, Any]

CALLS = {
    "GET /clock": "the time of all appliances, and by how much it is ahead of the wall's",
    "POST /clock": "put the clock forward; what becomes due happens in order: advance_s",
    "GET /settings": "the settings that can be changed while the lab runs",
    "POST /settings": "change settings: numclones_lag_s (seconds until a snapshot forgets a deleted clone)",
    "GET /switches": "the switches for what the guides leave open, with their values",
    "PUT /switches/NAME": "put a switch into a position: value",
}
_YEAR = 366 * 86400
_LONGEST_STEP = 10 * _YEAR
_FURTHEST = 100 * _YEAR
_LONGEST_LAG = 3600


def show_clock(lab: Lab) -> Body:
    """Return the present of the lab."""
    now = lab.clock.present()
    stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now))
    return {"now": now, "time": stamp, "ahead_s": lab.clock.ahead}


def step_clock(lab: Lab, body: Body) -> Body:
    """Let time pass at once: updates end, schedules run, sessions expire."""
    seconds = _number(body, "advance_s", _LONGEST_STEP)
    if lab.clock.ahead + seconds > _FURTHEST:
        raise InvalidArgument("the clock cannot be more than 100 years ahead")
    with lab.lock:
        lab.look(lambda fleet: None)
        lab.clock.advance(seconds)
        lab.look(lambda fleet: None)
    return show_clock(lab)


def show_settings(lab: Lab) -> Body:
    """Return the settings in force."""
    settings: Body = lab.look(_settings)
    return settings


def change_settings(lab: Lab, body: Body) -> Body:
    """Change settings; the initial state has them as they were."""
    lag = _number(body, "numclones_lag_s", _LONGEST_LAG)

    def change(fleet: Fleet) -> Body:
        fleet.numclones_lag = lag
        return _settings(fleet)

    settings: Body = lab.look(change)
    return settings


def show_switches(lab: Lab) -> Body:
    """Return the switches with their present positions."""
    return {
        name: {
            "value": lab.switches[name],
            "values": list(switch.values),
            "default": switch.default,
            "strict": switch.strict,
            "description": switch.description,
        }
        for name, switch in TABLE.items()
    }


def put_switch(lab: Lab, name: str, body: Body) -> Body:
    """Put a switch into another position; UnknownSwitch, BadPosition.  Updates that run go on from where they are."""
    value = body.get("value")
    if set(body) != {"value"} or not isinstance(value, str):
        raise BadPosition(f'switch {name} wants {{"value": TEXT}}')
    lab.look(lambda _fleet: lab.switches.put(name, value))
    return show_switches(lab)


def _settings(fleet: Fleet) -> Body:
    return {"numclones_lag_s": fleet.numclones_lag}


def _number(body: Body, name: str, high: float) -> float:
    """Return the only field of ``body``, a number of seconds."""
    for field in body:
        if field != name:
            raise UnknownArgument(field)
    if name not in body:
        raise MissingArgument(name)
    value = body[name]
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= high:
        raise InvalidArgument(f"{name} must be a number of seconds from 0 to {high}")
    return float(value)
