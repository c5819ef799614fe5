"""What a command wants of an account: the parts from which the table of authorizations is made (API reference 16.3)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from zfssa_lab.api.call import Call
from zfssa_lab.model.authorizations import Need
from zfssa_lab.model.automatic import automatic_of
from zfssa_lab.model.errors import NotFound
from zfssa_lab.model.project import Project
from zfssa_lab.model.share import Share
from zfssa_lab.model.snapshot import UNRETAINED
from zfssa_lab.model.users import User

Place = dict[str, str | None]
Needs = Callable[[Call], Iterable[Need]]
NOWHERE: Place = {"pool": None, "project": None, "share": None}
# A need that no account can be given: only the superusers have it.
SUPERUSER = Need("superuser", "everything", {})

_SPACE = frozenset(("volsize", "sparse", "quota", "quota_snap", "reservation", "reservation_snap"))
_USER_QUOTA = frozenset(("defaultuserquota", "defaultgroupquota"))
_ACCESS = frozenset(("root_user", "root_group", "root_permissions", "root_acl", "aclmode", "aclinherit"))
_PRESENTATION = frozenset(
    ("initiatorgroup", "targetgroup", "lunumber", "lunnumber", "fixednumber", "status", "writecache")
)


def text(value: Any) -> str | None:
    """Return a value of the body that names an object; None when it names none, and will be refused for that."""
    return value if isinstance(value, str) else None


def share_name(path: Mapping[str, str]) -> str:
    """Return the share in a path, by whatever name the template has it."""
    return next((path[key] for key in ("share", "lun", "filesystem") if key in path), "")


def here(call: Call) -> Place:
    """The project or share in the path."""
    path = call.path
    return {"pool": path["pool"], "project": path.get("project", ""), "share": share_name(path)}


def new_project(call: Call) -> Place:
    """The project that the body names."""
    return {**here(call), "project": text(call.body.get("name"))}


def new_share(call: Call) -> Place:
    """The share that the body names."""
    return {**here(call), "share": text(call.body.get("name"))}


def of_new_action(call: Call) -> Place:
    """The source in the body of an action, in its flat form (API reference 10.2)."""
    body = call.body
    return {"pool": text(body.get("pool")), "project": text(body.get("project")), "share": text(body.get("share", ""))}


def of_action(call: Call) -> Place:
    """The source of the action in the path."""
    if "project" in call.path:
        return here(call)
    action = call.appliance.replication.actions.get(call.path["action"])
    if action is None:
        return NOWHERE
    project = action.project
    return {"pool": project.pool.name, "project": project.name, "share": action.share.name if action.share else ""}


def of_package(call: Call) -> Place:
    """What the package in the path replicates, in the pool that it is in."""
    package = call.appliance.replication.packages.get(call.path["package"])
    if package is None:
        return NOWHERE
    only = next(iter(package.replicas), "") if package.of_share else ""
    share = share_name(call.path) or only
    return {"pool": package.pool.name, "project": package.project.name, "share": share}


def _local_project(call: Call) -> Place:
    """The project that a package becomes."""
    body = call.body
    name = body.get("projname", body.get("target_project"))
    return {"pool": of_package(call)["pool"], "project": text(name), "share": ""}


def nas(*flags: str, of: Callable[[Call], Place] = here) -> Needs:
    """Flags of the scope of storage objects, each for the object that ``of`` finds."""
    return lambda call: [Need("nas", flag, of(call)) for flag in flags]


def scope(name: str, flag: str) -> Needs:
    """A flag of a scope without filters."""
    return lambda call: [Need(name, flag, {})]


def service(flag: str, name: str = "") -> Needs:
    """A flag for the service of that name, or the one in the path."""
    return lambda call: [Need("svc", flag, {"service": name or call.path["name"]})]


def user(flag: str) -> Needs:
    """A flag for the user in the path, or that the body names."""
    return lambda call: [Need("user", flag, {"user": call.path.get("name", text(call.body.get("logname")))})]


def role(flag: str) -> Needs:
    """A flag for the role in the path, or that the body names."""
    return lambda call: [Need("role", flag, {"role": call.path.get("name", text(call.body.get("name")))})]


def nothing(call: Call) -> Iterable[Need]:
    """Free to everybody who may log in."""
    return ()


def superuser(call: Call) -> Iterable[Need]:
    """Only for superusers: the flags of the scope are not known."""
    return (SUPERUSER,)


def finer(call: Call, newer: str, older: str) -> str:
    """Return the flag that a release has for something, and before it was told finer another one."""
    return newer if call.release.finer_authorizations else older


def names_set(body: Mapping[str, Any]) -> set[str]:
    """Return the properties that a command changes: those set, and those unset."""
    unset = body.get("unset")
    named = unset if isinstance(unset, list) else []
    return {name for name in body if name != "unset"} | {one for one in named if isinstance(one, str)}


def changes(call: Call) -> Iterable[Need]:
    """A flag for each kind of property that a project or share is given (API reference 16.3.5)."""
    place = here(call)
    flags = {_flag_of(call, name) for name in names_set(call.body)} or {"changeGeneralProps"}
    yield from (Need("nas", flag, place) for flag in sorted(flags))
    if "project" in call.body:
        yield Need("nas", "createShare", {**place, "project": text(call.body["project"])})


def _flag_of(call: Call, name: str) -> str:
    """Return what changing a property wants; presenting a LUN is told from the rest by newer releases."""
    if name in ("name", "project"):
        return "rename"
    if name in _PRESENTATION:
        return finer(call, "changeProtocolProps", "changeGeneralProps")
    if name.startswith("share") or name == "smbshareacl":
        return "changeProtocolProps"
    groups = ((_SPACE, "changeSpaceProps"), (_USER_QUOTA, "changeUserQuota"), (_ACCESS, "changeAccessProps"))
    return next((flag for members, flag in groups if name in members), "changeGeneralProps")


def clone(call: Call) -> Iterable[Need]:
    """To clone the share, and to make one where the clone is to be (API reference 7.3)."""
    place, body = here(call), call.body
    project = text(body.get("project", place["project"]))
    yield Need("nas", "clone", place)
    yield Need("nas", "createShare", {**place, "project": project, "share": text(body.get("share"))})


def new_snapshot(call: Call) -> Iterable[Need]:
    """To take a snapshot, and to hold it (API reference 16.2.1)."""
    yield Need("nas", "takeSnap", here(call))
    if call.body.get("retentionpolicy", UNRETAINED) != UNRETAINED and call.release.finer_authorizations:
        yield Need("nas", "retainSnap", here(call))


def snapshot_changes(call: Call) -> Iterable[Need]:
    """To rename a snapshot, or to change its hold."""
    if "retentionpolicy" in call.body and call.release.finer_authorizations:
        releases = call.body["retentionpolicy"] == UNRETAINED
        yield Need("nas", "releaseSnapRetention" if releases else "retainSnap", here(call))
    if "retentionpolicy" not in call.body or len(call.body) > 1:
        yield Need("nas", finer(call, "renameSnap", "rename"), here(call))


def destroy_snapshot(call: Call) -> Iterable[Need]:
    """To destroy a snapshot."""
    yield Need("nas", finer(call, "destroySnap", "destroy"), here(call))


def schedule_changes(call: Call) -> Iterable[Need]:
    """To have snapshots taken by themselves, and to have them held or no longer held (API reference 16.2.1)."""
    yield Need("nas", "scheduleSnap", here(call))
    if not call.release.finer_authorizations:
        return
    policy = call.body.get("retentionpolicy")
    if policy is not None and policy != UNRETAINED:
        yield Need("nas", "scheduleLockedSnap", here(call))
    if (policy is not None or call.method == "DELETE") and _holds(call):
        yield Need("nas", "releaseSnapRetention", here(call))


def _holds(call: Call) -> bool:
    """Say whether the schedule in the path holds its snapshots."""
    if "automatic" not in call.path:
        return False
    try:
        owner: Project | Share = call.project
        if share_name(call.path):
            owner = call.project.share(share_name(call.path))
        return automatic_of(owner).find(owner, call.path["automatic"]).retention != UNRETAINED
    except NotFound:
        return False


def replica_changes(call: Call) -> Iterable[Need]:
    """What changing a received project or share wants, besides the right to receive it."""
    place = of_package(call)
    yield Need("nas", "rrtarget", place)
    yield from (Need("nas", flag, place) for flag in sorted({_flag_of(call, one) for one in names_set(call.body)}))


def replica_snapshot(newer: str, older: str) -> Needs:
    """What a received snapshot wants, besides the right to receive it."""
    return lambda call: nas("rrtarget", finer(call, newer, older), of=of_package)(call)


def package_to_project(call: Call) -> Iterable[Need]:
    """To receive, and to make the project that the package becomes."""
    yield Need("nas", "rrtarget", of_package(call))
    yield Need("nas", "createProject", _local_project(call))


def reversal(call: Call) -> Iterable[Need]:
    """Besides, to send that project back."""
    yield from package_to_project(call)
    yield Need("nas", "rrsource", _local_project(call))


def service_changes(call: Call) -> Iterable[Need]:
    """To switch a service, and to set its properties (API reference 2.3)."""
    if "<status>" in call.body:
        yield from service("administer")(call)
    if set(call.body) - {"<status>"} or not call.body:
        yield from service("configure")(call)


def new_user(call: Call) -> Iterable[Need]:
    """To make a user; nobody but a superuser makes another one by a clone."""
    name = text(call.body.get("clonename", call.body.get("logname")))
    yield Need("user", "createUser", {"user": name})
    model = _user_called(call, call.body.get("user")) if "clonename" in call.body else None
    if model is not None and model.superuser:
        yield SUPERUSER


def user_changes(call: Call) -> Iterable[Need]:
    """A flag for each kind of property of a user; the password of a superuser is theirs."""
    flags = {"initial_password": "changePassword", "roles": "changeRoles"}
    wanted = {flags.get(name, "changeProperties") for name in call.body} or {"changeProperties"}
    yield from (Need("user", flag, {"user": call.path["name"]}) for flag in sorted(wanted))
    found = _user_called(call, call.path["name"])
    if found is not None and found.superuser:
        yield SUPERUSER


def _user_called(call: Call, name: Any) -> User | None:
    return call.appliance.users.by_name.get(name) if isinstance(name, str) else None


def preferences(call: Call) -> Iterable[Need]:
    """One's own are free."""
    return () if call.path["name"] == call.user else user("changePreferences")(call)
