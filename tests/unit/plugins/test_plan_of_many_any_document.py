"""Any document on any state: what is planned for all of it at once is what its tasks do one after the other."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from lab_client import LabClient
from many import TIB, Wanted, do_alone, host, hosts, initiator, lun, ports, project, sent, target, unlike

from ansible_collections.zfssa.storage.plugins.module_utils.engine import _membership
from ansible_collections.zfssa.storage.plugins.module_utils.engine._apply import apply_plan
from ansible_collections.zfssa.storage.plugins.module_utils.engine._many import plan_many
from ansible_collections.zfssa.storage.plugins.module_utils.engine._plan import Plan
from ansible_collections.zfssa.storage.plugins.module_utils.kinds._registry import KINDS
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import ZfssaError

ACTIONS = "/api/storage/v1/replication/actions"
# What each appliance chooses for itself.
_OWN = ("id", "creation", "lunguid", "stmfguid", "href", "iqn", "targets", "space_available", "initiatorid")
# What is refused though its tasks may succeed: nobody knows before.
_CAUTION = ("may be the one that the appliance chooses", "two items are about")
# Each example makes three appliances.
_FEWER = settings(max_examples=settings().max_examples // 3)
_SOME = st.sampled_from
_RELEASES = _SOME(["2013.1", "8.7", "8.8"])


def _optional(**choices: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Some of the options."""
    return st.fixed_dictionaries({}, optional=choices)


@st.composite
def _projects(draw: st.DrawFn) -> Wanted:
    name = draw(_SOME(["p", "q"]))
    if draw(st.integers(0, 4)) == 0:
        return project(name, state="absent", force=draw(st.booleans()))
    choices = _optional(
        compression=_SOME(["off", "gzip"]),
        default_volblocksize=_SOME(["8K", "64K"]),
        quota=_SOME(["0", "500G"]),
        reservation=_SOME(["0", "300G", "600G"]),
    )
    return project(name, **draw(choices))


@st.composite
def _ports(draw: st.DrawFn) -> Wanted:
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
def _luns(draw: st.DrawFn) -> Wanted:
    name, place = draw(_SOME(["a", "b", "c"])), draw(_SOME(["p", "q"]))
    kind = draw(st.integers(0, 5))
    if kind == 0:
        return lun(name, place, state="absent")
    if kind == 1:
        return lun(name, place, new_name=draw(_SOME(["b", "z"])), **draw(_optional(new_project=_SOME(["p", "q"]))))
    choices = _optional(
        size=_SOME(["1G", "1G", "400G", "600G"]),
        sparse=st.booleans(),
        compression=_SOME(["off", "gzip"]),
        initiator_groups=_SOME([[], ["g1"], ["g2"], ["default"]]),
        target_group=_SOME(["g1", "g2", "default"]),
        lu_number=_SOME(["auto", 0, 1, 7]),
    )
    return lun(name, place, **draw(choices))


@st.composite
def _actions(draw: st.DrawFn) -> Wanted:
    share, place = draw(_SOME(["a", "b", "c", "z", None])), draw(_SOME(["p", "q"]))
    inherited = {"inherited": draw(_SOME([False, False, True, None]))} if share else {}
    kind = draw(st.integers(0, 4))
    if kind == 0:
        return sent(share, place, state="absent", target_pool=draw(_SOME(["tank", None])), **inherited)
    if kind == 1 and share:
        return sent(share, place, target=None, target_pool=None, inherited=draw(st.booleans()))
    times = st.lists(_SOME([{"frequency": "hour", "minute": 5}, {"frequency": "5min"}]), max_size=2, unique_by=str)
    # None that sends by itself at once: nobody can tell what it is doing when the next item comes.
    choices = _optional(enabled=st.booleans(), compression=st.booleans(), schedules=times)
    return sent(share, place, **inherited, **draw(choices))


_OBJECTS = st.one_of(_projects(), _ports(), _ports(), _luns(), _luns(), _actions())
# What most of the others need.
_GROUND = [
    *(project("p"), project("q", quota="800G")),
    *(initiator(host(number), alias=f"h{number}") for number in (1, 2)),
    *(target(f"t{number}") for number in (1, 2)),
    *(make(f"g{number}") for make in (hosts, ports) for number in (1, 2)),
    *(lun("a", "p", initiator_groups=["g1"], lu_number=1), lun("b", "q")),
]
_STATES = st.lists(_OBJECTS, max_size=6).map(lambda more: [*_GROUND, *more])
_ORDER = list(KINDS.values())


def _in_order(document: list[Wanted]) -> list[Wanted]:
    """What is to be there first, in the order in which it needs each other, and what goes in the reverse order after it."""
    present = [one for one in document if one[1]["state"] == "present"]
    absent = [one for one in document if one[1]["state"] == "absent"]
    rank = {id(kind): number for number, kind in enumerate(_ORDER)}
    return [
        *sorted(present, key=lambda one: rank[id(one[0])]),
        *sorted(absent, key=lambda one: -rank[id(one[0])]),
    ]


def _called(one: Wanted) -> tuple[str, ...]:
    """What an object is called in a document."""
    kind, options = one
    names = (*kind.resource.scope, kind.resource.key, "pool", "project", "lun", "target")
    return (kind.name, *(str(options.get(name)) for name in names))


_UNORDERED = st.lists(_OBJECTS, min_size=1, max_size=5, unique_by=_called)
_DOCUMENTS = st.one_of(_UNORDERED.map(_in_order), _UNORDERED.map(_in_order), _UNORDERED)


@pytest.fixture(autouse=True, scope="module")
def _quick() -> Any:
    """Let no time pass between two looks at a list that others may change."""
    real, _membership.REAL = _membership.REAL, _membership.Pace(clock=lambda: 0.0, sleep=lambda _seconds: None)
    yield
    _membership.REAL = real


def _appliance(release: str, state: list[Wanted]) -> LabClient:
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


def _all(appliance: LabClient) -> dict[str, Any]:
    """All that there is, without what each appliance chooses for itself."""
    san = [f"/api/san/v1/iscsi/{kind}{what}" for kind in ("initiator", "target") for what in ("s", "-groups")]
    found: dict[str, Any] = {}
    for path in (*san, "/api/storage/v1/projects", "/api/storage/v1/luns"):
        page = appliance.do("GET", path)
        items = page if isinstance(page, list) else next(iter(page.values()))
        found[path] = [{key: value for key, value in one.items() if key not in _OWN} for one in items]
        found[path].sort(key=str)
    found["actions"] = sorted((_sent(appliance, one) for one in appliance.do("GET", ACTIONS)["actions"]), key=str)
    luns = (appliance.do("GET", f"{one}/replication") for one in _shares(appliance))
    found["flags"] = [one["inherited"] for one in luns]
    return found


def _sent(appliance: LabClient, action: dict[str, Any]) -> dict[str, Any]:
    """An action with its schedules, without what each appliance chooses for itself."""
    schedules = appliance.do("GET", f"{ACTIONS}/{action['id']}/schedules")["schedules"]
    times = sorted((one["frequency"], one.get("minute")) for one in schedules)
    return {**{key: value for key, value in action.items() if key not in _OWN}, "schedules": times}


def _shares(appliance: LabClient) -> list[str]:
    """The paths under which each release has the flags of its LUNs."""
    luns = sorted((one["project"], one["name"]) for one in appliance.do("GET", "/api/storage/v1/luns")["luns"])
    return [f"/api/storage/v1/pools/tank/projects/{place}/filesystems/{name}" for place, name in luns]


@_FEWER
@given(_RELEASES, _STATES, _DOCUMENTS)
def test_document_does_what_its_tasks_do(release: str, state: list[Wanted], document: list[Wanted]) -> None:
    appliance = _appliance(release, state)
    before = _all(appliance)
    plan = plan_or_refusal(appliance, document)
    assert appliance.sent == []
    if isinstance(plan, ZfssaError):
        event(f"refused: {type(plan).__name__}")
        assert _all(appliance) == before
        if not any(why in plan.reason for why in _CAUTION):
            with pytest.raises(ZfssaError):
                do_alone(_appliance(release, state), *document)
        return

    results = apply_plan(plan, appliance)

    assert unlike(plan, results) == []
    twin = _appliance(release, state)
    do_alone(twin, *document)
    assert _all(appliance) == _all(twin)
    event(f"carried out with {min(len(plan.steps), 3)} or more writes")
    # A document that undoes itself has always something to do; all others have nothing left.
    again = plan_or_refusal(appliance, document)
    twin.sent.clear()
    try:
        do_alone(twin, *document)
    except ZfssaError:
        assert isinstance(again, ZfssaError)
    else:
        assert isinstance(again, ZfssaError) or again.changed == bool(twin.sent)


def plan_or_refusal(appliance: LabClient, document: list[Wanted]) -> Plan | ZfssaError:
    """Plan a document, or say what stands against it."""
    try:
        return plan_many(appliance, document)
    except ZfssaError as refusal:
        return refusal


@_FEWER
@given(_RELEASES, _STATES, _OBJECTS)
def test_document_with_one_object_is_its_task(release: str, state: list[Wanted], wanted: Wanted) -> None:
    """The same refusal in the same words, or the same writes and the same prediction."""
    appliance, twin = _appliance(release, state), _appliance(release, state)
    kind, options = wanted
    try:
        alone = kind.plan(twin, options)
    except ZfssaError as refusal:
        with pytest.raises(type(refusal)) as caught:
            plan_many(appliance, [wanted])
        assert caught.value.reason == refusal.reason
        return
    try:
        (item,) = plan_many(appliance, [wanted]).items
    except ZfssaError as refusal:
        # What a task leaves to the appliance, check mode says; see that it is no other.
        with pytest.raises(ZfssaError) as judged:
            do_alone(twin, wanted)
        assert judged.value.reason == refusal.reason or "quota" in refusal.reason
        return
    assert [(step.method, step.path, step.body) for step in item.steps] == [
        (step.method, step.path, step.body) for step in alone.steps
    ]
