"""Any document on any state: its plan is what is written, line by line, and a second run has nothing to do."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from any_objects import OBJECTS, RELEASES, STATES, made_appliance
from documents import lines, options_of, unlike
from hypothesis import event, given, settings
from hypothesis import strategies as st
from lab_client import LabClient
from many import Wanted

from ansible_collections.zfssa.storage.plugins.module_utils.engine import _membership
from ansible_collections.zfssa.storage.plugins.module_utils.engine._apply import apply
from ansible_collections.zfssa.storage.plugins.module_utils.run.document._operation import plan_san
from ansible_collections.zfssa.storage.plugins.module_utils.run.document._sections import SECTIONS
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import NoRoom, ZfssaError

_FEWER = settings(max_examples=settings().max_examples // 2)
_SECTION = {id(kind): section for section, kind in SECTIONS.items()}
_VERBS = {"POST": "+", "PUT": "~", "DELETE": "-"}
_PURGES = st.lists(st.sampled_from([*SECTIONS]), unique=True)


@pytest.fixture(autouse=True, scope="module")
def _quick() -> Any:
    """Let no time pass between two looks at a list that others may change."""
    real, _membership.REAL = _membership.REAL, _membership.Pace(clock=lambda: 0.0, sleep=lambda _seconds: None)
    yield
    _membership.REAL = real


def _document(wanted: list[Wanted]) -> dict[str, Any]:
    """Objects as a document lists them, in whatever order."""
    config: dict[str, list[dict[str, Any]]] = {}
    for kind, options in wanted:
        spec = kind.item_spec()
        item = {option: value for option, value in options.items() if option in spec and value is not None}
        config.setdefault(_SECTION[id(kind)], []).append(item)
    return config


@_FEWER
@given(RELEASES, STATES, st.lists(OBJECTS, min_size=1, max_size=6), _PURGES, st.booleans())
def test_plan_is_what_is_written(
    release: str, state: list[Wanted], wanted: list[Wanted], purge: list[str], force: bool
) -> None:
    appliance = made_appliance(release, state)
    options = options_of(_document(wanted), purge=purge, purge_limit="100%", force=force, concurrency=1)
    try:
        plan = plan_san(appliance, options)
    except ZfssaError as refusal:
        assert appliance.sent == []
        assert str(refusal).endswith(".")
        event("refused")
        return
    assert appliance.sent == []
    told = plan.after
    appliance.work.clear()

    try:
        results = apply(plan, appliance)
    except NoRoom as full:
        # What a LUN takes beyond its size only the appliance knows.
        assert [one for one in full.results["results"] if one["failure"]]
        event("no room")
        return

    assert unlike(told["results"], results["results"]) == []
    assert {key: results[key] for key in ("plan", "plan_id", "summary")} == {
        key: told[key] for key in ("plan", "plan_id", "summary")
    }
    _see_that_each_line_was_written(appliance, told["plan"])
    event(f"carried out with {min(len(plan.steps), 3)} or more writes")
    _see_that_nothing_is_left(appliance, options, wanted)


def _see_that_each_line_was_written(appliance: LabClient, plan: list[str]) -> None:
    """The writes are those of the lines: as many objects made, and as many removed, each with a write of its own."""
    # The line of an action tells of its schedules.
    written = Counter(_VERBS[method] for method, path, _body in appliance.work if "/schedules" not in path)
    told = Counter(line[0] for line in plan)
    assert (written["+"], written["-"]) == (told["+"], told["-"])
    scheduled = {path.partition("/schedules")[0] for _method, path, _body in appliance.work if "/schedules" in path}
    assert written["~"] + len(scheduled) >= told["~"]
    assert bool(appliance.work) == bool(plan)


def _see_that_nothing_is_left(appliance: LabClient, options: dict[str, Any], wanted: list[Wanted]) -> None:
    try:
        again = lines(appliance, options["config"], **{key: options[key] for key in ("purge", "purge_limit", "force")})
    except ZfssaError:
        # A document that renames an object and makes another of its old name undoes itself.
        assert any(one.get("new_name") or one.get("new_project") for _kind, one in wanted)
        return
    renames = any(one.get("new_name") or one.get("new_project") for _kind, one in wanted)
    assert again == [] or renames
