"""The page for people who come from OpenStack's driver: each of its playbooks is predicted, carried out, and changes nothing again."""

from __future__ import annotations

import hashlib
from pathlib import Path

import page_of_cinder as page
import pytest
import yaml
from image_lab import LACKS, WHY_NOT, make_image
from lab_appliances import Record, running_lab

from playbooks import PlaybookHost, Stage

IMAGE = "A volume from an image"


def carry_out(stage: Stage, row: page.Row, folder: Path, **more: str) -> None:
    """Run the playbook of a row in check mode, for real and again."""
    lab = stage.lab
    page.prepare(lab)
    page.BEFORE.get(row.title, lambda _lab: None)(lab)
    file = folder / f"{row}.yml"
    plays = page.at(lab, page.playbooks()[row.title], row.appliance)
    for role in plays[0].get("roles", []):
        # The port of a lab is a free one.
        if "image_cache_writer" in role:
            role["image_cache_writer"]["portal"] = lab.east.facts["portal"]
    file.write_text(yaml.safe_dump(plays, sort_keys=False), encoding="utf-8")
    given: Record = {**page.SECRETS, **more}
    if row.title == "Migrate a volume":
        sides = {"source": lab.east, "target": lab.west}
        given |= {f"migrate_lun_{side}": appliance.connection() for side, appliance in sides.items()}
        given |= {"migrate_lun_poll_interval": 1, "vault_east": "x", "vault_west": "x"}

    predicted = stage.run(str(file), given, "--check", "--diff")
    assert (predicted.status, predicted.writes) == (0, []), predicted.output
    done = stage.run(str(file), given, "--diff")
    assert done.status == 0, done.output
    assert row.there(lab)
    again = stage.run(str(file), given)
    assert (again.status, again.writes) == (0, []), again.output
    assert row.there(lab)


@pytest.mark.parametrize("row", [row for row in page.ROWS if row.title != IMAGE], ids=str)
def test_playbook_of_the_page_runs_as_it_stands(row: page.Row, stage: Stage, tmp_path: Path) -> None:
    carry_out(stage, row, tmp_path)


@pytest.mark.skipif(bool(LACKS), reason=WHY_NOT)
def test_image_of_the_page_becomes_volumes(tmp_path: Path, playbook_host: PlaybookHost) -> None:
    row = next(row for row in page.ROWS if row.title == IMAGE)
    image = make_image(tmp_path / "debian.qcow2", bytes(range(256)) * 4096)
    checksum = hashlib.sha256(image.read_bytes()).hexdigest()
    with running_lab("8.8", tmp_path / "lab", "--data-plane", "files") as lab:
        stage = Stage(lab, tmp_path, playbook_host)
        carry_out(stage, row, tmp_path, image=str(image), checksum=f"sha256:{checksum}")


def test_every_playbook_of_the_page_is_run_by_a_row() -> None:
    assert sorted(page.playbooks()) == sorted(row.title for row in page.ROWS)


def test_every_operation_leads_to_what_the_page_has() -> None:
    headings = {title.lower().replace(" ", "-") for title in page.sections()}
    found = page.anchors()

    assert len(found) > 10
    assert {anchor for anchors in found.values() for anchor in anchors} <= headings
    assert {str(row) for row in page.ROWS} <= {anchor for anchors in found.values() for anchor in anchors}
