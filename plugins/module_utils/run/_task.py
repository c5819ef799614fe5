# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one module does, as a value, and the options of the connection that all of them have."""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from ansible.module_utils.common.validation import check_type_dict, check_type_list
from ansible.module_utils.errors import AnsibleFallbackNotFound

from ..client._connection import Connection
from ..client._environment_session import environment_secrets, has_session, without_foreign_session
from ..engine._operation import Operation
from ..values._errors import InvalidInput
from ..values._mask import Mask
from ..values._secrets import HIDDEN, hidden, secret_texts, secret_words

_LONGEST_TIMEOUT = 24 * 3600
_HOST = re.compile(r"^[A-Za-z0-9_.:\-]+$")
_HOST_AND_PORT = re.compile(r"^([A-Za-z0-9_.\-]+|\[[^\]]*\]):[0-9]*$")
_MISSING = re.compile(r"missing required arguments: ([^;]*)")


class Task(Operation):
    """What one module does, with all that Ansible has to know of it: the options of the connection, and its secrets."""

    @classmethod
    def of(cls, operation: Operation) -> Task:
        """The task of an operation."""
        return cls(**vars(operation))

    def argument_spec(self) -> dict[str, Any]:
        """All its options, those of the connections included; nobody changes what stands in it."""
        return dict(self._whole_spec)

    @cached_property
    def _whole_spec(self) -> dict[str, Any]:
        # It names options and variables, and holds the value of none.
        second = {self.peer: {"type": "dict", "required": True, "options": _given_connection()}} if self.peer else {}
        return {**connection_spec(), **self.spec, **second}

    @cached_property
    def _secret_rules(self) -> _Rules:
        """What tells which of its options are secret, at any depth."""
        return _Rules({**self._whole_spec, **self.inner})

    def settled(self, given: Mapping[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
        """The options that hold for the task.

        Args:
            given: as the user wrote them.
            options: the same, checked by Ansible and completed from the environment.
        """
        # To end the session of the environment is no use of the task's own credentials.
        return without_foreign_session(given, options, with_credentials=self.own_client)

    def secrets(self, options: Mapping[str, Any]) -> set[str]:
        """What of the options may stand in no text of a result or log; they may be as the user wrote them."""
        named = self._secret_rules.secrets(options) | environment_secrets()
        return named | secret_texts(self._open(options)) | self.secret_parts(options)

    def mask(self, options: Mapping[str, Any]) -> Mask:
        """What takes the secrets of the task out of all that is shown."""
        connections = [options, _as_dict(options.get(self.peer or ""))]
        logins = [
            (str(one.get("username")), str(one["password"]))
            for one in connections
            if isinstance(one, Mapping) and one.get("password")
        ]
        return Mask(self.secrets(options), logins, secret_words(self._open(options)))

    def masked(self, result: Mapping[str, Any], mask: Mask) -> dict[str, Any]:
        """A result as it may be told, with the secret in it that it is there for."""
        shown = mask.result(result)
        for key, inner in (self.reveals,) if self.reveals else ():
            if isinstance(result.get(key), Mapping) and isinstance(shown.get(key), dict):
                shown[key][inner] = result[key].get(inner)
        return shown

    def shown(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """The options as a result may tell them."""
        free = {option: self._shown_open(options[option]) for option in self.open_options if option in options}
        return {**self._secret_rules.without_secrets(options), **free}

    def _open(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """The options in which the user names things freely, as structures."""
        return {option: _as_dict(options.get(option)) for option in self.open_options}

    def _shown_open(self, option: Any) -> Any:
        """Such an option as it may be told; a text whose parts have no names is not shown at all."""
        meant = _as_dict(option)
        return HIDDEN if isinstance(option, str) and not isinstance(meant, Mapping) else hidden(meant)

    def shown_results(self, results: Mapping[str, Any]) -> dict[str, Any]:
        """Results as they may be told."""
        return hidden(results) if self.open_options else dict(results)


class _Rules:
    """A specification, prepared to find the secrets in many structures of its kind.

    Args:
        spec: the specification of their options.
    """

    def __init__(self, spec: Mapping[str, Any]) -> None:
        self._names = {name: rules for option, rules in spec.items() for name in (option, *rules.get("aliases", ()))}
        self._secret = {name: rules for name, rules in self._names.items() if rules.get("no_log")}
        self._inner = {
            name: (rules, _Rules(rules["options"]))
            for name, rules in self._names.items()
            if "options" in rules and name not in self._secret
        }

    def secrets(self, options: Mapping[str, Any]) -> set[str]:
        """The values of all options that are secret, at any depth."""
        found: set[str] = set()
        for name, rules in self._secret.items():
            found |= set(_texts(options.get(name))) | set(_texts(_structure(rules, options.get(name))))
        for name, (rules, inner) in self._inner.items():
            there = _structure(rules, options.get(name))
            for one in there if isinstance(there, list) else [there]:
                found |= inner.secrets(one) if isinstance(one, Mapping) else set()
        return found

    def without_secrets(self, options: Any) -> Any:
        """Options without the values of those that are secret; what is no structure is not shown at all."""
        if not isinstance(options, Mapping):
            return HIDDEN
        shown = {
            name: HIDDEN if name in self._secret and value is not None else value for name, value in options.items()
        }
        for name, (rules, inner) in self._inner.items():
            if shown.get(name) is None:
                continue
            there, items = _structure(rules, shown[name]), rules.get("type") == "list"
            told = [inner._without_unknown(one) for one in (there if items else [there])]
            shown[name] = told if items else told[0]
        return shown

    def _without_unknown(self, options: Any) -> Any:
        """The same of inner options, and without the values of those that are unknown: one may be a secret whose option is misspelt."""
        shown = self.without_secrets(options)
        if not isinstance(shown, dict):
            return shown
        return {name: value if name in self._names else HIDDEN for name, value in shown.items()}


def _structure(rules: Mapping[str, Any], value: Any) -> Any:
    """What Ansible makes of the value of an option, which may be written as a text; `None` where it is no structure."""
    if rules.get("type") != "list":
        return _as_dict(value) if rules.get("type") == "dict" else value
    try:
        items = [] if value is None else check_type_list(value)
    except TypeError:
        items = [value]
    return [_as_dict(item) for item in items] if rules.get("elements") == "dict" else items


def _texts(value: Any) -> Iterator[str]:
    """All that stands in a value; flags and what is empty are no texts."""
    if isinstance(value, (Mapping, list)):
        for item in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(item)
    elif value and not isinstance(value, bool):
        yield str(value)


def _as_dict(value: Any) -> Any:
    """The structure that a text means where Ansible would take it for one."""
    try:
        return check_type_dict(value) if isinstance(value, str) else value
    except TypeError:
        return None


def _from_environment(name: str) -> str:
    """The value of a variable; one that a form has left empty counts as not set."""
    value = os.environ.get(name, "")
    if not value.strip():
        raise AnsibleFallbackNotFound
    return value


def connection_spec() -> dict[str, Any]:
    """The options of the documentation fragment `connection`."""

    def option(name: str, **spec: Any) -> dict[str, Any]:
        return {**spec, "fallback": (_from_environment, [f"ZFSSA_{name.upper()}"])}

    return {
        "host": option("host", type="str", required=True),
        "port": option("port", type="int", default=215),
        "username": option("username", type="str"),
        "password": option("password", type="str", no_log=True),
        "session": option("session", type="str", no_log=True),
        "validate_certs": option("validate_certs", type="bool", default=True),
        "ca_path": option("ca_path", type="path"),
        "timeout": option("timeout", type="int", default=120),
    }


def _given_connection() -> dict[str, Any]:
    """The options of the connection to a second appliance: the environment names neither its host nor its session."""
    spec = connection_spec()
    for option in ("host", "session"):
        del spec[option]["fallback"]
    return spec


def explained_missing(message: str) -> str:
    """Ansible's sentence about options that are missing, with the ways in which a host can be given.

    Args:
        message: what Ansible says of the options of a task; another one stays as it is.
    """
    found = _MISSING.fullmatch(message)
    if not found or "host" not in re.split(r",\s*", found.group(1)):
        return message
    return (
        f"{message}; give host in the task, in ZFSSA_HOST in the environment, or for all tasks in module_defaults of "
        "group/zfssa.storage.zfssa."
    )


def peer_connection_of(options: Mapping[str, Any], peer: str) -> Connection:
    """Make a checked connection to the second appliance, from the option that holds its options.

    Raises:
        InvalidInput: one of them can never be right; the sentence begins with the option, because both have the same names.
    """
    try:
        return connection_of(options[peer])
    except InvalidInput as error:
        raise InvalidInput(f"{peer}: {error.reason}", advice=error.advice) from None


def _host(given: str) -> str:
    """A host name or address; that of IPv6 may be in brackets, as in a URL.

    Raises:
        InvalidInput: it is neither.
    """
    if _HOST_AND_PORT.match(given):
        raise InvalidInput(f"host {given!r} has a port in it", advice="give the port with the option port")
    bracketed = given.startswith("[") and given.endswith("]") and ":" in given
    host = given[1:-1] if bracketed else given
    if not _HOST.match(host) or (":" in host and not _is_ipv6(host)):
        raise InvalidInput(
            f"host {given!r} is not a host name or address",
            advice="give it without https:// and path",
        )
    return host


def _is_ipv6(text: str) -> bool:
    try:
        ipaddress.IPv6Address(text)
    except ValueError:
        return False
    return True


def connection_of(options: Mapping[str, Any]) -> Connection:
    """Make a checked connection of a module's options.

    Raises:
        InvalidInput: one of them can never be right.
    """
    host = _host(str(options["host"]).strip())
    if not 0 < options["port"] < 65536:
        raise InvalidInput(f"port {options['port']} is out of range", advice="the appliance's is 215")
    if not 1 <= options["timeout"] <= _LONGEST_TIMEOUT:
        raise InvalidInput(
            f"timeout {options['timeout']} is out of range", advice=f"give seconds, from 1 to {_LONGEST_TIMEOUT}"
        )
    ca_path = options.get("ca_path")
    if ca_path and not os.path.exists(ca_path):
        raise InvalidInput(
            f"ca_path {ca_path} does not exist",
            advice="give the file with the certificate authority of the appliance",
        )
    if not options.get("session") and not (options.get("username") and options.get("password")):
        advice = "give username and password (or ZFSSA_USERNAME and ZFSSA_PASSWORD), or the token of zfssa_session"
        if has_session():
            advice += "; the one in ZFSSA_SESSION is for the appliance that ZFSSA_HOST and ZFSSA_PORT name only"
        raise InvalidInput(f"there is no way to log in to {host}", advice=advice)
    return Connection(
        host=host,
        port=options["port"],
        username=options.get("username"),
        password=options.get("password"),
        session=options.get("session"),
        validate_certs=options["validate_certs"],
        ca_path=ca_path,
        timeout=float(options["timeout"]),
    )
