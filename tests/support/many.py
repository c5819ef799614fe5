"""Documents of several objects for `plan_many`, and what is seen of their plans on a lab appliance in this process."""

from __future__ import annotations

from typing import Any

from lab_client import LabClient

from ansible_collections.zfssa.storage.plugins.module_utils.engine._apply import apply, apply_plan
from ansible_collections.zfssa.storage.plugins.module_utils.engine._kind import Kind
from ansible_collections.zfssa.storage.plugins.module_utils.engine._many import plan_many
from ansible_collections.zfssa.storage.plugins.module_utils.engine._plan import Item, Key, Plan
from ansible_collections.zfssa.storage.plugins.module_utils.engine._preconditions import require
from ansible_collections.zfssa.storage.plugins.module_utils.engine._predicted import predicted_by
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.lun._kind import LUN
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.project._kind import PROJECT
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.replication._action_kind import REPLICATION
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.san._kind import (
    INITIATOR,
    INITIATOR_GROUP,
    TARGET,
    TARGET_GROUP,
)
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.schema._kind import SCHEMA
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.snapshot._kind import SNAPSHOT

KIB, MIB, GIB, TIB = 1 << 10, 1 << 20, 1 << 30, 1 << 40
Wanted = tuple[Kind, dict[str, Any]]


def appliance_of(release: str) -> LabClient:
    """An appliance of a release with a pool of 1T, a project and groups."""
    client = LabClient(release, pools={"tank": TIB})
    client.add_project("proj-a")
    client.add_groups()
    return client


def wanted(kind: Kind, **options: Any) -> Wanted:
    """An object as a task asks for it: with the defaults of its module."""
    spec = kind.operation().spec
    unknown = set(options) - set(spec)
    assert not unknown, f"{kind.name} has no {unknown}"
    return kind, {**{option: spec[option].get("default") for option in spec}, **options}


def project(name: str = "new", **options: Any) -> Wanted:
    """A project that shall be there."""
    return wanted(PROJECT, pool="tank", name=name, **options)


def lun(name: str, place: str = "proj-a", **options: Any) -> Wanted:
    """A LUN that shall be there, of 1G unless `size` is given."""
    size = {} if options.get("state") == "absent" or options.get("source") else {"size": "1G"}
    return wanted(LUN, pool="tank", project=place, name=name, **{**size, **options})


def initiator(name: str, **options: Any) -> Wanted:
    """An initiator that shall be there."""
    return wanted(INITIATOR, initiator=name, **options)


def target(alias: str, **options: Any) -> Wanted:
    """A target that shall be there."""
    return wanted(TARGET, alias=alias, **options)


def hosts(name: str, *members: str, **options: Any) -> Wanted:
    """A group of initiators that shall be there; without members it keeps those that it has."""
    return wanted(INITIATOR_GROUP, name=name, **({"initiators": list(members)} if members else {}), **options)


def ports(name: str, *members: str, **options: Any) -> Wanted:
    """A group of targets that shall be there; without members it keeps those that it has."""
    return wanted(TARGET_GROUP, name=name, **({"targets": list(members)} if members else {}), **options)


def custom(name: str, **options: Any) -> Wanted:
    """A custom property that shall be defined."""
    return wanted(SCHEMA, name=name, **options)


def snapshot(name: str, share: str | None = None, place: str = "proj-a", **options: Any) -> Wanted:
    """A snapshot of a LUN, or of a project."""
    return wanted(SNAPSHOT, pool="tank", project=place, lun=share, name=name, **options)


def sent(share: str | None = None, place: str = "proj-a", **options: Any) -> Wanted:
    """An action that shall send a LUN, or a project, to `west`; or with `target=None` the flag of the LUN alone."""
    there = {"target": "west", "target_pool": "tank"}
    return wanted(REPLICATION, **{"pool": "tank", "project": place, "lun": share, **there, **options})


def own(share: str, place: str = "proj-a", **options: Any) -> Wanted:
    """An action of a LUN, which takes no part in the replication of its project."""
    return sent(share, place, inherited=False, **options)


def flag(share: str, value: bool, place: str = "proj-a") -> Wanted:
    """The flag of a LUN alone."""
    return sent(share, place, target=None, target_pool=None, inherited=value)


def gone(one: Wanted) -> Wanted:
    """The same object, which shall not be there."""
    kind, options = one
    keep = {*kind.resource.scope, kind.resource.key, "pool", "project", "lun", "name", "alias", "protocol"}
    keep |= {"target", "target_pool"}
    return wanted(kind, **{key: value for key, value in options.items() if key in keep}, state="absent")


def host(number: int = 1) -> str:
    """The name of an initiator."""
    return f"iqn.2020-01.com.example:host-{number}"


def port(number: int = 1) -> str:
    """The name of a target."""
    return f"iqn.1986-03.com.sun:02:port-{number}"


def do(appliance: LabClient, *document: Wanted) -> dict[Key, dict[str, Any]]:
    """Carry out a plan, and see that all came as predicted and that nothing is left to do."""
    before = len(appliance.sent)
    plan = plan_many(appliance, document)
    assert len(appliance.sent) == before, "planning has written"
    results = apply_plan(plan, appliance)
    assert list(results) == [item.key for item in plan.items]
    assert unlike(plan, results) == []
    again = plan_many(appliance, document)
    assert [str(step) for step in again.steps] == []
    return results


def done(appliance: LabClient, *document: Wanted) -> Plan:
    """Carry out a document that is not for a second time, as with names that are given away, and see what was predicted."""
    plan = plan_many(appliance, document)
    assert unlike(plan, apply_plan(plan, appliance)) == []
    return plan


def do_alone(appliance: LabClient, *document: Wanted) -> None:
    """Do the same by tasks of their own, one after the other, as check mode and a real run do."""
    for kind, options in document:
        plan = kind.plan(appliance, options)
        require(plan.preconditions, appliance)
        apply(plan, appliance)


def judged(appliance: LabClient, kind: Kind, options: dict[str, Any]) -> Item:
    """Plan for one object as check mode does."""
    plan = kind.plan(appliance, options)
    require(plan.preconditions, appliance)
    predicted_by(appliance, plan)
    return plan


def unlike(plan: Plan, results: dict[Key, dict[str, Any]]) -> list[tuple[str, str, Any, Any]]:
    """Name what came otherwise than predicted; what only the appliance can know was predicted as `None`."""
    return [
        (str(key), option, value, results[key][kind][option])
        for key, predicted in plan.after.items()
        for kind, record in predicted.items()
        if isinstance(record, dict)
        for option, value in record.items()
        if value is not None and not _same(value, results[key][kind][option])
    ]


def _same(predicted: Any, came: Any) -> bool:
    """Whether a value is as predicted, where parts of it were known."""
    if isinstance(predicted, dict) and isinstance(came, dict) and predicted.keys() == came.keys():
        return all(value is None or value == came[key] for key, value in predicted.items())
    return bool(predicted == came)
