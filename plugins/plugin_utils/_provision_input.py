# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the role provision_san is given: judged as a whole, and settled in one form.

Hosts may share initiator groups, targets and LUNs. What several of them say of one thing comes together here, and is refused
where they say different things. Whatever is wrong is told together; values of connections and secrets are never shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.zfssa.storage.plugins.module_utils.client._environment_session import environment_secrets
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.san._protocols import EVERYTHING, MASKED
from ansible_collections.zfssa.storage.plugins.module_utils.run.document._checked import Form, Problem, notes_on
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import InvalidInput
from ansible_collections.zfssa.storage.plugins.module_utils.values._mask import Mask
from ansible_collections.zfssa.storage.plugins.module_utils.values._names import check_name, did_you_mean, folded, shown
from ansible_collections.zfssa.storage.plugins.plugin_utils._provision_spec import INITIATOR, MADE, PREFIX, VARIABLES
from ansible_collections.zfssa.storage.plugins.plugin_utils._variables import is_missing

Options = dict[str, Any]
# Pool, project and name of a LUN.
Place = tuple[str, str, str]
_SECRETIVE = ("chap_secret", "password")


@dataclass(frozen=True)
class Host:
    """One host as it shall be.

    Attributes:
        name: how it is called.
        initiators: its initiators, as the user names them.
        initiator_group: the group of its initiators.
        target_group: the group of the targets through which it sees its LUNs; `None` for those that the LUNs have.
        luns: its LUNs.
    """

    name: str
    initiators: tuple[str, ...]
    initiator_group: str
    target_group: str | None
    luns: tuple[Place, ...]


@dataclass
class Wanted:
    """All that is wanted, each thing once.

    Attributes:
        hosts: the hosts.
        initiators: the options of each initiator, by its folded name.
        luns: the options of each LUN.
        projects: the options of each project, by pool and name.
        targets: the options of each target, `group` among them.
        membership: whether the members of groups are added or all of them.
        update_secrets: when secrets are sent.
        absent: whether the hosts are taken away.
        remove_luns: whether their LUNs go with them.
        appliance: the options of the connection.
    """

    hosts: list[Host] = field(default_factory=list)
    initiators: dict[str, Options] = field(default_factory=dict)
    luns: dict[Place, Options] = field(default_factory=dict)
    projects: dict[tuple[str, str], Options] = field(default_factory=dict)
    targets: list[Options] = field(default_factory=list)
    membership: str = "add"
    update_secrets: str = "on_create"
    absent: bool = False
    remove_luns: bool = False
    appliance: Options = field(default_factory=dict)

    def groups_of_hosts(self) -> dict[str, list[Host]]:
        """The hosts of each initiator group."""
        found: dict[str, list[Host]] = {}
        for host in self.hosts:
            found.setdefault(host.initiator_group, []).append(host)
        return found

    def groups_of_targets(self) -> dict[str, list[str]]:
        """The aliases of the targets of each target group."""
        found: dict[str, list[str]] = {}
        for target in self.targets:
            found.setdefault(target["group"], []).append(target["alias"])
        return found


def judge(given: Mapping[str, Any]) -> tuple[Wanted, list[str]]:
    """Judge the variables of the role.

    Args:
        given: all variables whose names begin with the prefix of the role, by their full names.

    Returns:
        What is wanted, as far as it could be understood, and a clause for each thing that is wrong, without secrets.
    """
    judging = _Judging(given)
    judging.judge()
    mask = Mask(judging.secrets())
    told = [mask.text(str(problem)) for problem in judging.problems]
    # Names of variables, which may look like a secret, and nothing of their values.
    return judging.wanted, told or [str(problem) for problem in judging.hidden()]


class _Judging:
    """The variables of the role while they are judged.

    Args:
        given: them, by their full names.
    """

    def __init__(self, given: Mapping[str, Any]) -> None:
        names = {str(name).removeprefix(PREFIX): value for name, value in given.items()}
        self._plain = {name: value for name, value in names.items() if name not in MADE and not is_missing(value)}
        self._unknown = [name for name in self._plain if name not in VARIABLES]
        self.problems: list[Problem] = []
        self.wanted = Wanted()
        self._options: Options = {}

    def judge(self) -> None:
        """Judge all of them, and settle what is wanted."""
        for name in self._unknown:
            names = [f"{PREFIX}{one}" for one in VARIABLES]
            self._wrong(name, f"there is no such variable of the role; {did_you_mean(PREFIX + name, names)}")
        known = {name: _without_nothing(value) for name, value in self._plain.items() if name in VARIABLES}
        self._options = self._checked(VARIABLES, known, "")
        if self.problems:
            return
        if not self._options.get("hosts"):
            self._wrong("hosts", "it is missing; name at least one host")
        wanted = self.wanted
        wanted.absent, wanted.remove_luns = self._options["state"] == "absent", self._options["remove_luns"]
        wanted.membership, wanted.update_secrets = self._options["membership"], self._options["update_secrets"]
        wanted.appliance = _given(self._options.get("appliance") or {})
        self._settle_projects()
        self._settle_targets()
        for number, options in enumerate(self._options.get("hosts") or ()):
            self._settle_host(f"hosts[{number}]", options)
        self._refuse_unguarded()

    def secrets(self) -> set[str]:
        """The secrets that are given, and those in the environment."""
        return set(_secrets_in(self._plain)) | environment_secrets()

    def hidden(self) -> list[Problem]:
        """What is hidden in results, because a secret is a part of it."""
        mask = Mask(self.secrets())
        wanted = self.wanted
        named = {
            "hosts": [
                [*map(list, (host.initiators, host.luns)), host.name, host.initiator_group, host.target_group]
                for host in wanted.hosts
            ],
            "targets": [[one["alias"], one["group"]] for one in wanted.targets],
            "projects": [list(place) for place in wanted.projects],
        }
        within = [f"{PREFIX}{name}" for name, value in named.items() if mask.value(_lists(value)) != _lists(value)]
        reason = (
            f"the password or a secret of CHAP is a part of {' and '.join(within)}, so that it is hidden in results, which this role "
            "depends on; choose another name or another secret"
        )
        return [Problem("", reason)] if within else []

    # The parts

    def _settle_projects(self) -> None:
        for number, options in enumerate(self._options.get("projects") or ()):
            place = f"projects[{number}]"
            pool = options.get("pool") or self._options.get("pool")
            if not pool:
                self._wrong(place, f"pool is missing, and {PREFIX}pool, too")
                continue
            names = (str(pool), str(options["name"]))
            if names in self.wanted.projects:
                self._wrong(place, f"project {'/'.join(names)} is there twice")
            self.wanted.projects[names] = {**_given(options), "pool": pool}

    def _settle_targets(self) -> None:
        for number, options in enumerate(self._options.get("targets") or ()):
            target = {"group": options["alias"], **_given(options)}
            if any(target["alias"] == other["alias"] for other in self.wanted.targets):
                self._wrong(f"targets[{number}]", f"target {target['alias']} is there twice")
            if target.get("chap_secret") or target.get("auth") == "chap":
                target.setdefault("chap_user", target["alias"])
            self._refuse_name(f"targets[{number}].group", target["group"])
            self.wanted.targets.append(target)

    def _settle_host(self, place: str, options: Options) -> None:
        name = str(options["name"])
        if any(name == other.name for other in self.wanted.hosts):
            self._wrong(place, f"host {name} is there twice")
        initiators = [
            self._settle_initiator(f"{place}.initiators[{number}]", name, one)
            for number, one in enumerate(options["initiators"])
        ]
        if not initiators:
            self._wrong(f"{place}.initiators", "it is empty; name at least one initiator")
        elif len(set(map(folded, initiators))) < len(initiators):
            self._wrong(f"{place}.initiators", "an initiator is there twice")
        group = str(options.get("initiator_group") or name)
        self._refuse_name(f"{place}.{'initiator_group' if options.get('initiator_group') else 'name'}", group)
        through = self._target_group(place, options.get("target_group"))
        luns = [
            self._settle_lun(f"{place}.luns[{number}]", name, one, through)
            for number, one in enumerate(options.get("luns") or ())
        ]
        places = [one for one in luns if one is not None]
        for twice in sorted({one for one in places if places.count(one) > 1}):
            self._wrong(f"{place}.luns", f"LUN {'/'.join(twice)} is there twice")
        self.wanted.hosts.append(Host(name, tuple(filter(None, initiators)), group, through, tuple(places)))

    def _target_group(self, place: str, given: Any) -> str | None:
        groups = list(self.wanted.groups_of_targets())
        if given or len(groups) <= 1:
            return str(given) if given else next(iter(groups), None)
        if not self.wanted.absent:
            self._wrong(place, f"target_group is missing, and there are several: {shown(groups)}")
        return None

    def _settle_initiator(self, place: str, host: str, given: Any) -> str:
        """Settle an initiator, which is a name or has options; return its name."""
        options = self._checked(
            INITIATOR, {"initiator": given} if isinstance(given, str) else _without_nothing(given), place
        )
        if not options.get("initiator"):
            return ""
        options = _given(options)
        if options.get("chap_secret"):
            options.setdefault("chap_user", host)
        name = folded(options["initiator"])
        known = self.wanted.initiators.setdefault(name, options)
        self._combine(place, f"initiator {options['initiator']}", known, {**options, "initiator": known["initiator"]})
        return str(options["initiator"])

    def _settle_lun(self, place: str, host: str, given: Options, through: str | None) -> Place | None:
        options = _given(given)
        names = {one: options.pop(one, None) or self._options.get(one) for one in ("pool", "project")}
        missing = [f"{one} is missing, and {PREFIX}{one}, too" for one, value in names.items() if not value]
        if missing:
            self._wrong(place, "; ".join(missing))
            return None
        found = (str(names["pool"]), str(names["project"]), str(options.pop("name")))
        if through is not None:
            options["target_group"] = through
        known = self.wanted.luns.setdefault(found, options)
        self._combine(place, f"LUN {'/'.join(found)}", known, options)
        self.wanted.projects.setdefault(found[:2], {"pool": found[0], "name": found[1]})
        return found

    def _combine(self, place: str, what: str, known: Options, options: Options) -> None:
        """Take over what one more host says of a thing."""
        unlike = [name for name in options if name in known and known[name] != options[name]]
        if unlike:
            self._wrong(place, f"{what} has another {shown(unlike)} at another host; say it once, or the same")
        known.update(options)

    def _refuse_unguarded(self) -> None:
        """Refuse secrets of hosts that nobody would ask for; settle that targets ask for them where nobody says so."""
        guarded = {
            host.target_group
            for host in self.wanted.hosts
            for name in host.initiators
            if self.wanted.initiators[folded(name)].get("chap_secret")
        }
        for number, target in enumerate(self.wanted.targets):
            if target["group"] in guarded and target.get("auth") == "none" and not self.wanted.absent:
                self._wrong(
                    f"targets[{number}].auth",
                    "it is none, so that nobody asks the hosts for the secrets that they have; give chap",
                )
            if target["group"] in guarded or target.get("chap_secret"):
                target.setdefault("auth", "chap")
                target.setdefault("chap_user", target["alias"])

    # What they have in common

    def _checked(self, spec: Mapping[str, Any], given: Any, place: str) -> Options:
        """Judge options, and what YAML has made of them."""
        problems: list[Problem] = []
        options = Form(spec).checked(given, place, problems)
        if not problems and place:
            notes_on(spec, given, place, problems)
        self.problems += [Problem(f"{PREFIX}{problem.place.removeprefix('.')}", problem.text) for problem in problems]
        return options

    def _refuse_name(self, place: str, name: Any) -> None:
        try:
            check_name("", str(name))
        except InvalidInput as error:
            self._wrong(place, error.reason.strip())
        if name in (EVERYTHING, MASKED):
            self._wrong(place, f"{name} is a group of the appliance's own, which is nobody's; choose another name")

    def _wrong(self, place: str, text: str) -> None:
        self.problems.append(Problem(f"{PREFIX}{place}", text))


def _secrets_in(value: Any) -> Iterator[str]:
    """The secrets anywhere in what is given, be it right or wrong."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key in _SECRETIVE and not is_missing(inner):
                yield str(inner)
            yield from _secrets_in(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _secrets_in(inner)


def _without_nothing(value: Any) -> Any:
    """A value without the options inside it that are not given."""
    if isinstance(value, Mapping):
        return {key: _without_nothing(inner) for key, inner in value.items() if not is_missing(inner)}
    return [_without_nothing(inner) for inner in value] if isinstance(value, (list, tuple)) else value


def _given(options: Mapping[str, Any]) -> Options:
    return {name: value for name, value in options.items() if value is not None}


def _lists(value: Any) -> Any:
    """A structure with lists in the place of tuples, as masks know them."""
    return [_lists(inner) for inner in value] if isinstance(value, (list, tuple)) else value


def sentence(problems: Iterable[str]) -> str:
    """One sentence of all that is wrong; empty where nothing is."""
    clauses = list(problems)
    return f"{'; '.join(clauses)}." if clauses else ""
