"""Documents of `zfssa_san` on a lab appliance in this process, without Ansible."""

from __future__ import annotations

from typing import Any

from lab_client import LabClient

from ansible_collections.zfssa.storage.plugins.module_utils.engine._apply import apply
from ansible_collections.zfssa.storage.plugins.module_utils.engine._plan import Item
from ansible_collections.zfssa.storage.plugins.module_utils.run.document._operation import OPERATION, plan_san

Config = dict[str, Any]
SHARED = {"pool": "tank", "project": "proj-a"}


def options_of(config: Config, **options: Any) -> dict[str, Any]:
    """The options of a task, with the defaults of the module; pool and project stand once."""
    unknown = set(options) - set(OPERATION.spec)
    assert not unknown, f"zfssa_san has no {unknown}"
    given = {option: rules.get("default") for option, rules in OPERATION.spec.items()}
    return {**given, "defaults": SHARED, "config": config, **options}


def planned(appliance: LabClient, config: Config, **options: Any) -> Item:
    """Plan, and see that nothing is written for it."""
    before = len(appliance.sent)
    plan = plan_san(appliance, options_of(config, **options))
    assert len(appliance.sent) == before, "planning has written"
    return plan


def lines(appliance: LabClient, config: Config, **options: Any) -> list[str]:
    """The lines of a plan."""
    found: list[str] = planned(appliance, config, **options).after["plan"]
    return found


def done(appliance: LabClient, config: Config, **options: Any) -> dict[str, Any]:
    """Carry a document out; see that the plan is what was written, all came as predicted, and nothing is left to do."""
    options = {"concurrency": 1, **options}
    plan = planned(appliance, config, **options)
    before = len(appliance.work)
    results = apply(plan, appliance)
    for step, (method, path, _body) in zip(plan.steps, appliance.work[before:], strict=True):
        assert step.method == method
        # Where something is that the appliance has yet to name, nobody knows before.
        assert step.path in ("", path) or "<" in step.path
    for key in ("plan", "summary", "plan_id", "san"):
        assert results[key] == plan.after[key]
    assert unlike(plan.after["results"], results["results"]) == []
    assert lines(appliance, config, **options) == []
    return results


def unlike(predicted: list[dict[str, Any]], came: list[dict[str, Any]]) -> list[tuple[str, str, Any, Any]]:
    """Name what came otherwise than predicted; what only the appliance can know was predicted as `None`."""
    assert [(one["kind"], one["key"], one["changed"]) for one in predicted] == [
        (one["kind"], one["key"], one["changed"]) for one in came
    ]
    found = []
    for before, after in zip(predicted, came, strict=True):
        assert (before["object"] is None) == (after["object"] is None), before["key"]
        for option, value in (before["object"] or {}).items():
            if value is not None and not _same(value, after["object"][option]):
                found.append((before["key"], option, value, after["object"][option]))
    return found


def _same(predicted: Any, came: Any) -> bool:
    if isinstance(predicted, dict) and isinstance(came, dict) and predicted.keys() == came.keys():
        return all(value is None or value == came[key] for key, value in predicted.items())
    return bool(predicted == came)
