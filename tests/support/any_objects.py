"""Any objects, as documents and tasks ask for them, and appliances on which some of them were made."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from lab_client import LabClient
from many import TIB, Wanted, do_alone, host, hosts, initiator, lun, ports, project, sent, target

from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import ZfssaError

_SOME = st.sampled_from
RELEASES = _SOME(["2013.1", "8.7", "8.8"])


def optional(**choices: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Some of the options."""
    return st.fixed_dictionaries({}, optional=choices)


@st.composite
def projects(draw: st.DrawFn) -> Wanted:
    name = draw(_SOME(["p", "q"]))
    if draw(st.integers(0, 4)) == 0:
        return project(name, state="absent", force=draw(st.booleans()))
    choices = optional(
        compression=_SOME(["off", "gzip"]),
        default_volblocksize=_SOME(["8K", "64K"]),
        quota=_SOME(["0", "500G"]),
        reservation=_SOME(["0", "300G", "600G"]),
    )
    return project(name, **draw(choices))


@st.composite
def some_ports(draw: st.DrawFn) -> Wanted:
    kind = draw(st.integers(0, 3))
    state = draw(_SOME(["present", "present", "present", "absent"]))
    number = draw(st.integers(1, 2))
    if kind == 0:
        return initiator(host(number), state=state, **({"alias": f"h{number}"} if state == "present" else {}))
    if kind == 1:
        return target(f"t{number}", state=state)
    make, names = (hosts, ["h1", "h2"]) if kind == 2 else (ports, ["t1", "t2"])
    if state == "absent":
        return make(f"g{number}", state=state)
    members = draw(st.lists(_SOME(names), max_size=2, unique=True))
    way = draw(_SOME(["exact", "add", "remove"])) if members else "exact"
    return make(f"g{number}", *members, membership=way)


@st.composite
def luns(draw: st.DrawFn) -> Wanted:
    name, place = draw(_SOME(["a", "b", "c"])), draw(_SOME(["p", "q"]))
    kind = draw(st.integers(0, 5))
    if kind == 0:
        return lun(name, place, state="absent")
    if kind == 1:
        return lun(name, place, new_name=draw(_SOME(["b", "z"])), **draw(optional(new_project=_SOME(["p", "q"]))))
    choices = optional(
        size=_SOME(["1G", "1G", "400G", "600G"]),
        sparse=st.booleans(),
        compression=_SOME(["off", "gzip"]),
        initiator_groups=_SOME([[], ["g1"], ["g2"], ["default"]]),
        target_group=_SOME(["g1", "g2", "default"]),
        lu_number=_SOME(["auto", 0, 1, 7]),
    )
    return lun(name, place, **draw(choices))


@st.composite
def actions(draw: st.DrawFn) -> Wanted:
    share, place = draw(_SOME(["a", "b", "c", "z", None])), draw(_SOME(["p", "q"]))
    inherited = {"inherited": draw(_SOME([False, False, True, None]))} if share else {}
    kind = draw(st.integers(0, 4))
    if kind == 0:
        return sent(share, place, state="absent", target_pool=draw(_SOME(["tank", None])), **inherited)
    if kind == 1 and share:
        return sent(share, place, target=None, target_pool=None, inherited=draw(st.booleans()))
    times = st.lists(_SOME([{"frequency": "hour", "minute": 5}, {"frequency": "5min"}]), max_size=2, unique_by=str)
    # None that sends by itself at once: nobody can tell what it is doing when the next item comes.
    choices = optional(enabled=st.booleans(), compression=st.booleans(), schedules=times)
    return sent(share, place, **inherited, **draw(choices))


OBJECTS = st.one_of(projects(), some_ports(), some_ports(), luns(), luns(), actions())
# What most of the others need.
GROUND = [
    *(project("p"), project("q", quota="800G")),
    *(initiator(host(number), alias=f"h{number}") for number in (1, 2)),
    *(target(f"t{number}") for number in (1, 2)),
    *(make(f"g{number}") for make in (hosts, ports) for number in (1, 2)),
    *(lun("a", "p", initiator_groups=["g1"], lu_number=1), lun("b", "q")),
]
STATES = st.lists(OBJECTS, max_size=6).map(lambda more: [*GROUND, *more])


def made_appliance(release: str, state: list[Wanted]) -> LabClient:
    """An appliance on which some of a document was made."""
    client = LabClient(release, pools={"tank": TIB})
    for one in state:
        try:
            do_alone(client, one)
        except ZfssaError:
            # Not all of it can be made.
            continue
    client.sent.clear()
    return client
