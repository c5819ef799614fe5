"""Which authorization each command wants (API reference 1.7, 2.5 and 16.3); looking is free to all.

A kind of object says so in its own description, and a route in its row; what does neither is in the table here.
"""

from __future__ import annotations

import re
from functools import cache

from zfssa_lab.api import needs
from zfssa_lab.api.call import Call
from zfssa_lab.api.needs import Needs, nas
from zfssa_lab.api.routing import Route
from zfssa_lab.model.errors import Unauthorized

_PROJECT = "storage/pools/{}/projects/{}"
_SHARES = f"{_PROJECT}/luns|filesystems"
_RECEIVED = "storage/replication/**packages/{}/projects/{}"

# Methods, template (``{}`` is any name, ``**`` any part, ``|`` stands between words) and what it wants; the first row
# that fits counts.  What is the same below a project, a LUN and a filesystem has ``**`` for the share.
TABLE: tuple[tuple[str, str, Needs], ...] = (
    # sessions, and what is one's own
    ("POST DELETE", "access", needs.nothing),
    # projects and shares
    ("POST", "storage/pools/{}/projects", nas("createProject", of=needs.new_project)),
    ("PUT", _PROJECT, needs.changes),
    ("DELETE", _PROJECT, nas("destroy")),
    ("POST", _SHARES, nas("createShare", of=needs.new_share)),
    ("PUT", f"{_SHARES}/{{}}", needs.changes),
    ("DELETE", f"{_SHARES}/{{}}", nas("destroy")),
    # replication: the source
    ("POST", "storage/replication/actions", nas("rrsource", of=needs.of_new_action)),
    ("POST", f"{_PROJECT}/**replication/actions", nas("rrsource")),
    ("POST PUT DELETE", "storage/**replication/actions/{}**", nas("rrsource", of=needs.of_action)),
    ("PUT", f"{_SHARES}/{{}}/replication", nas("rrsource")),
    # replication: the target
    ("PUT", f"{_RECEIVED}/**snapshots/{{}}", needs.replica_snapshot("renameSnap", "rename")),
    ("DELETE", f"{_RECEIVED}/**snapshots/{{}}", needs.replica_snapshot("destroySnap", "destroy")),
    ("PUT", f"{_RECEIVED}**", needs.replica_changes),
    ("PUT", "storage/replication/**packages/{}/sever|clone", needs.package_to_project),
    ("PUT", "storage/replication/**packages/{}/reverse|pkgreverse", needs.reversal),
    ("PUT DELETE", "storage/replication/**packages/{}**", nas("rrtarget", of=needs.of_package)),
    # snapshots and clones
    ("POST", f"{_PROJECT}/**snapshots", needs.new_snapshot),
    ("PUT", f"{_PROJECT}/**snapshots/{{}}", needs.snapshot_changes),
    ("DELETE", f"{_PROJECT}/**snapshots/{{}}", needs.destroy_snapshot),
    ("PUT", f"{_PROJECT}/**snapshots/{{}}/clone", needs.clone),
    ("PUT", f"{_PROJECT}/**snapshots/{{}}/rollback", nas("rollback")),
    # pools and the machine: of these scopes nobody has published the flags
    ("PUT DELETE", "storage/pools/{}/scrub", nas("scrub")),
    ("POST PUT DELETE", "storage/pools**", needs.superuser),
    ("POST", "storage/import", needs.superuser),
    ("PUT", "system/**", needs.superuser),
    ("PUT", "hardware/cluster/**", needs.superuser),
)


@cache
def pattern(template: str) -> re.Pattern[str]:
    """Return the pattern of the templates that a row of the table is for."""
    parts = re.split(r"(\*\*|\{\}|[^/{}*]*\|[^/{}*]*)", template)
    known = {"**": ".*", "{}": r"\{\w+\}"}
    return re.compile("".join(known.get(one) or (f"(?:{one})" if "|" in one else re.escape(one)) for one in parts))


def needs_of(route: Route) -> Needs:
    """Return what a command wants: its row says it, or the table; LookupError for one that both have forgotten."""
    return route.needs or _in_table(route.method, route.template)


@cache
def _in_table(method: str, template: str) -> Needs:
    for methods, path, wanted in TABLE:
        if method in methods.split() and pattern(path).fullmatch(template):
            return wanted
    raise LookupError(f"{method} {template} is not in the table of authorizations")


def authorize(call: Call, route: Route) -> None:
    """Refuse a command to a user who lacks an authorization for it (API reference 1.7); Unauthorized."""
    if route.method == "GET":
        return
    user = call.appliance.users.get(call.user)
    for need in needs_of(route)(call):
        if not call.appliance.users.may(user, need):
            raise Unauthorized(f'user "{user.logname}" lacks {need}')
