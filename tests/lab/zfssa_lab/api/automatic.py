"""Schedules of automatic snapshots (API reference 7.5)."""

from __future__ import annotations

from zfssa_lab.api.call import Call, Record
from zfssa_lab.api.kinds import Kind
from zfssa_lab.api.needs import schedule_changes
from zfssa_lab.api.records import project_href, share_href
from zfssa_lab.api.snapshots import PROJECT_BASE, SHARE_BASES, owner
from zfssa_lab.model.automatic import AUTOMATIC, Automatic, automatic_of
from zfssa_lab.model.project import Project
from zfssa_lab.model.share import Share

Owner = Project | Share


def _record(call: Call, schedule: Automatic) -> Record:
    holder = schedule.owner
    href = share_href(call.view, holder) if isinstance(holder, Share) else project_href(call.view, holder)
    record: Record = {
        "id": schedule.id,
        **schedule.timing.describe(),
        "keep": schedule.keep,
        "href": f"{href}/automatic/{schedule.id}",
    }
    if call.release.retention:
        record["retentionpolicy"] = schedule.retention
    return record


def _converts(call: Call, arguments: Record) -> bool:
    """Say whether snapshots that no schedule wants are to become manual ones, in the body or the query."""
    asked = call.query.get("convert", "").lower() == "true" and call.release.retention
    return bool(arguments.get("convert", asked))


def _create(call: Call, holder: Owner, arguments: Record) -> Automatic:
    return automatic_of(holder).create(holder, arguments, _converts(call, arguments))


def _change(call: Call, holder: Owner, schedule: Automatic, arguments: Record) -> None:
    automatic_of(holder).modify(schedule, arguments, _converts(call, arguments))


def _remove(call: Call, holder: Owner, schedule: Automatic) -> None:
    automatic_of(holder).delete(schedule, _converts(call, {}))


def _kind(base: str) -> Kind[Owner, Automatic]:
    return Kind(
        path=f"{base}/automatic",
        one="automatic",
        many="automatic",
        titles=("a schedule of automatic snapshots", "schedules of automatic snapshots"),
        key="automatic",
        where=owner,
        each=lambda _call, holder: automatic_of(holder).of(holder),
        called=lambda _call, schedule: schedule.id,
        record=_record,
        table=AUTOMATIC,
        metadata=False,
        create=_create,
        change=_change,
        remove=_remove,
        needs=schedule_changes,
    )


ROWS = tuple(_kind(base) for base in (PROJECT_BASE, *SHARE_BASES))
