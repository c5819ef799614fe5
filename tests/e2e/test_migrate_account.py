"""Migrations by an account that may do what docs/appliance.md lists for the role, and no more."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from accounts import CONNECTION, grants, make_account
from lab_appliances import Lab, Record
from migration_world import add_lun, alike, take_snapshot
from selection import ALL

from playbooks import Stage, presented

SIDES = {"east": "source", "west": "target"}


def account(lab: Lab, lacking: str = "") -> Record:
    """Make the account on both appliances, save for one flag; return how the role is to log in."""
    for appliance, side in SIDES.items():
        allowed = [grant for grant in grants("Appliance") if grant.whose == side]
        make_account(lab, allowed, appliance, lacking, pool="tank")
    return {side: lab[appliance].connection(**CONNECTION) for appliance, side in SIDES.items()}


@pytest.mark.long
@pytest.mark.parametrize("release", ["2013.1", "8.7", "8.8"] if ALL else ["8.8"])
def test_account_of_the_document_migrates(release: str, stage_of: Callable[[str], Stage]) -> None:
    stage = stage_of(release)
    lab = stage.lab
    before = add_lun(lab)
    take_snapshot(lab, "monday")
    before = lab.east.lun("redo-1")

    stage.migrate(**account(lab))

    assert (lab.east.luns(), lab.west.luns()) == ([], ["databases/redo-1"])
    alike(before, lab.west.lun("redo-1"))
    stage.nothing_left()


@pytest.mark.long
def test_account_that_may_not_receive_is_told_so_and_the_source_stays(stage: Stage) -> None:
    lab = stage.lab
    add_lun(lab)

    play = stage.fail(**account(lab, lacking="allow_rrtarget"))

    assert "lacks an authorization for this" in play.output
    assert lab.east.luns() == ["databases/redo-1"]
    assert presented(lab.east.lun("redo-1"))
    assert lab.west.luns() == []
