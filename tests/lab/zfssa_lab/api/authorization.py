"""Which authorization each command wants: one table (API reference 1.7, 2.5 and 16.3); looking is free to all."""

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
    ("PUT", "user/users/{}/preferences", needs.preferences),
    ("POST DELETE", "user/users/{}/preferences/tokens**", needs.preferences),
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
    ("POST PUT DELETE", "storage/replication/targets**", needs.service("configure", "replication")),
    # replication: the target
    ("PUT", f"{_RECEIVED}/**snapshots/{{}}", needs.replica_snapshot("renameSnap", "rename")),
    ("DELETE", f"{_RECEIVED}/**snapshots/{{}}", needs.replica_snapshot("destroySnap", "destroy")),
    ("PUT", f"{_RECEIVED}**", needs.replica_changes),
    ("PUT", "storage/replication/**packages/{}/sever|clone", needs.package_to_project),
    ("PUT", "storage/replication/**packages/{}/reverse|pkgreverse", needs.reversal),
    ("PUT DELETE", "storage/replication/**packages/{}**", nas("rrtarget", of=needs.of_package)),
    # snapshots, clones and schedules
    ("POST", f"{_PROJECT}/**snapshots", needs.new_snapshot),
    ("PUT", f"{_PROJECT}/**snapshots/{{}}", needs.snapshot_changes),
    ("DELETE", f"{_PROJECT}/**snapshots/{{}}", needs.destroy_snapshot),
    ("PUT", f"{_PROJECT}/**snapshots/{{}}/clone", needs.clone),
    ("PUT", f"{_PROJECT}/**snapshots/{{}}/rollback", nas("rollback")),
    ("POST PUT DELETE", f"{_PROJECT}/**automatic**", needs.schedule_changes),
    # what is beside the pools
    ("POST PUT DELETE", "san/**", needs.scope("stmf", "configure")),
    ("POST PUT DELETE", "storage/schema**", needs.scope("schema", "modify")),
    ("PUT", "service/services/{}", needs.service_changes),
    ("PUT", "service/services/{}/enable|disable", needs.service("administer")),
    ("POST PUT DELETE", "service/services/{}/**", needs.service("configure")),
    # users and roles
    ("POST", "user/users", needs.new_user),
    ("PUT", "user/users/{}", needs.user_changes),
    ("DELETE", "user/users/{}", needs.user("destroyUser")),
    ("POST PUT DELETE", "user/users/{}/exceptions**", needs.user("configureExceptions")),
    ("POST", "role/roles", needs.role("createRole")),
    ("PUT", "role/roles/{}", needs.role("changeDescription")),
    ("PUT", "role/roles/{}/revoke", needs.role("revokeRole")),
    ("DELETE", "role/roles/{}", needs.role("destroyRole")),
    ("POST PUT DELETE", "role/roles/{}/authorizations**", needs.role("configureAuths")),
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


@cache
def needs_of(method: str, template: str) -> Needs:
    """Return what a command wants; LookupError for one that the table has forgotten."""
    for methods, path, wanted in TABLE:
        if method in methods.split() and pattern(path).fullmatch(template):
            return wanted
    raise LookupError(f"{method} {template} is not in the table of authorizations")


def authorize(call: Call, route: Route) -> None:
    """Refuse a command to a user who lacks an authorization for it (API reference 1.7); Unauthorized."""
    if route.method == "GET":
        return
    user = call.appliance.users.get(call.user)
    for need in needs_of(route.method, route.template)(call):
        if not call.appliance.users.may(user, need):
            raise Unauthorized(f'user "{user.logname}" lacks {need}')
