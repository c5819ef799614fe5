"""What must hold of the appliances, and of what a run says of them. Each finding is words for a person."""

from __future__ import annotations

import json
import re
from typing import Any

# This one makes the modules of the tests known.
from tools.prove.world import NAME, PROJECT, World

# isort: split
from lab_appliances import Lab
from migration_world import SAME

from playbooks import MASK, Play, presented

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_MARKER, _SIGN = "zfssa-migration-ID", "zfssa-migration-of-"
_PROJECTS = {"default", PROJECT, "archive"}
# Words that show that something was put into a sentence which was not there, or something that nobody may see.
_NEVER = re.compile(
    r"is undefined|has no attribute|[Oo]bject of type|Error while resolving|[Tt]emplating error|Traceback \(most recent|"
    r"lab-password|this is a fault of the collection"
)
_LEAVES = re.compile(r"(?<!\w)None(?!\w)|\{\{|\}\}|<ansible|\\[0-9]")


def breaches(lab: Lab) -> list[str]:
    """Return what the lab itself has seen go wrong at any instant."""
    return [f"the lab saw {one['kind']} ({', '.join(one['luns'])}) after {one['after']}" for one in lab.breaches()]


def lost(lab: Lab) -> list[str]:
    """Return what is wrong with where the LUN is when no run is under way."""
    standing = [side.name for side in (lab.east, lab.west) if f"{PROJECT}/{NAME}" in side.luns()]
    seen = [side.name for side in (lab.east, lab.west) for lun in side.state["luns"] if presented(lun)]
    wrong = [] if standing else ["the LUN is on neither appliance under its own name"]
    return wrong + ([f"presented by {' and '.join(seen)}"] if len(seen) > 1 else [])


def is_seen(lab: Lab) -> bool:
    """Tell whether any appliance presents the LUN."""
    return any(presented(lun) for side in (lab.east, lab.west) for lun in side.state["luns"])


def messages(play: Play) -> list[str]:
    """Return the sentences that a run ended with, and those that it printed."""
    results = [task["result"] for task in play.tasks if task["outcome"] in ("ok", "failed")]
    return [str(text) for one in results for text in [one.get("msg")] if text]


def words(play: Play) -> list[str]:
    """Return what is wrong with the words of a run, whatever they mean."""
    shown = play.output + json.dumps(play.tasks)
    wrong = [f"it shows {found!r}" for found in sorted({match.group() for match in _NEVER.finditer(shown)})]
    wrong += [f"a message has {found.group()!r}: {text}" for text in messages(play) if (found := _LEAVES.search(text))]
    if play.status and not play.message:
        wrong.append("it failed without a message")
    return wrong


def claims(world: World, play: Play) -> list[str]:
    """Return what a run says of the appliances that is not so."""
    wrong, message = [], play.message
    here = [lun for lun in world.lab.east.state["luns"] if lun["name"] == NAME]
    if "as it was before" in message:
        # An action shows on its LUN: one that was there before, or that could not be removed and is named.
        had = world.found_actions or re.search(r"Not undone:.*\baction\b", message)
        told = ("rrsrc_actions", "source") if had else ()
        wanted = {key: value for key, value in world.before.items() if key not in told}
        changed = _changed(wanted, here[0]) if here else ["it is not there"]
        wrong += [f"it says 'as it was before': {difference}" for difference in changed]
    if "keeps nothing" in message and (left := leftovers(world.lab, "west") + world.lab.west.luns()):
        wrong.append(f"it says that west keeps nothing: {', '.join(left)}")
    if re.search(r"is whole on west", message) and f"{PROJECT}/{NAME}" not in world.lab.west.luns():
        wrong.append("it says that the LUN is on west")
    return wrong


def unsaid(play: Play, wrong: list[str]) -> list[str]:
    """Return what a run that succeeded has left without a word; the sign of a run is said to stay when it cannot go."""
    says = any("sign of this run" in text and "stays on" in text for text in messages(play))
    return [one for one in wrong if not (says and _SIGN in one)]


def leftovers(lab: Lab, side: str) -> list[str]:
    """Return what an appliance has that only a migration needs."""
    state = lab[side].state
    named = [
        *(f"project {one['name']}" for one in state["projects"] if one["name"] not in _PROJECTS),
        *(f"LUN {one['name']}" for one in state["luns"] if one["name"] != NAME),
        *(f"snapshot {one['name']}" for one in state["snapshots"] if _is_own(one["name"])),
        *(f"action {one['id']}" for one in state["actions"]),
        *(f"package {one['id']}" for one in state["packages"]),
    ]
    return [f"{side}: {_ID.sub('ID', name)}" for name in named]


def _is_own(snapshot: str) -> bool:
    return snapshot.startswith((".rr-", "zfssa-migration-"))


def finished(world: World) -> list[str]:
    """Return in what the appliances are not as a migration without any fault leaves them."""
    lab, keeps = world.lab, world.keeps_source
    west = [lun for lun in lab.west.state["luns"] if lun["name"] == NAME and lun["project"] == PROJECT]
    if not west:
        return ["the LUN is not on west"]
    wanted = {key: world.before[key] for key in (*SAME, "assignednumber") if key in world.before}
    wrong = [f"on west {difference}" for difference in _changed(wanted, west[0])]
    names = sorted(_ID.sub("ID", one["name"]) for one in lab.west.state["snapshots"])
    if names != (expected := ["monday"] + ([_MARKER] if keeps else [])):
        wrong.append(f"snapshots on west are {names} instead of {expected}")
    left = [name for side in ("east", "west") for name in leftovers(lab, side)]
    return wrong + [f"left on {name}" for name in left if not (keeps and name.endswith(_MARKER))] + _source(world)


def _source(world: World) -> list[str]:
    east = world.lab.east.state["luns"]
    if not world.keeps_source:
        return [f"east still has {lun['name']}" for lun in east]
    if [lun["name"] for lun in east] != [NAME]:
        return ["east has not kept the LUN"]
    groups = east[0]["initiatorgroup"]
    hidden = east[0]["status"] == "offline" and groups in (MASK, [MASK], [])
    return [] if hidden else [f"the kept LUN is {east[0]['status']} and in the groups {groups}"]


def _changed(wanted: dict[str, Any], found: dict[str, Any]) -> list[str]:
    return [f"{key} is {found.get(key)} instead of {value}" for key, value in wanted.items() if found.get(key) != value]
