"""How many files a reader has to open to follow a task from its options to its write and back."""

from __future__ import annotations

import sys
from pathlib import Path
from types import FrameType
from typing import Any

from lab_client import LabClient

from ansible_collections.zfssa.storage.plugins.module_utils.engine import _apply
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.lun._kind import LUN

ROOT = Path(_apply.__file__).parents[1]
MOST = 15


def test_a_lun_grows_through_few_files() -> None:
    appliance = LabClient()
    appliance.add_project("proj-a")
    appliance.add_lun("proj-a", "lun-a")
    options = {"state": "present", "pool": "tank", "project": "proj-a", "name": "lun-a", "size": "2M"}
    files: set[str] = set()

    def note(frame: FrameType, event: str, _argument: Any) -> None:
        file = Path(frame.f_code.co_filename)
        # What a file does when it is imported is nobody's walk.
        if event == "call" and frame.f_code.co_name != "<module>" and file.is_relative_to(ROOT):
            files.add(str(file.relative_to(ROOT)))

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        results = _apply.apply(LUN.plan(appliance, options), appliance)
    finally:
        sys.setprofile(before)

    assert results["lun"]["size"] == 2 * 1024**2
    assert {"engine/_kind.py", "engine/_apply.py", "kinds/lun/_table.py"} < files
    assert len(files) <= MOST, " ".join(sorted(files))
