"""Custom properties (API reference 8)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from zfssa_lab.model.errors import already_exists, bad_value
from zfssa_lab.model.properties import Property, Table
from zfssa_lab.model.shelf import named

TYPES = ("String", "Integer", "PositiveInteger", "Boolean", "EmailAddress", "Host")

PROPERTY = Table(
    Property("property", "name", required=True, modify=False),
    Property("type", "string", "String", choices=TYPES, modify=False),
    Property("description", "string", ""),
    read_only=("href",),
)

_PATTERNS = {
    "EmailAddress": (re.compile(r"[^@\s]+@[^@\s]+"), "an e-mail address"),
    "Host": (re.compile(r"[A-Za-z0-9.:\-]+"), "a host name or address"),
}


@dataclass
class CustomProperty:
    """One property of the schema."""

    name: str
    type: str
    description: str

    def parse(self, raw: Any) -> Any:
        """Return the value of ``raw`` in this property's type; InvalidArgument."""
        name = f"custom:{self.name}"
        if self.type == "Boolean":
            return Property(name, "boolean").parse(raw)
        if self.type in ("Integer", "PositiveInteger"):
            low = 1 if self.type == "PositiveInteger" else -(2**63)
            return Property(name, "integer", low=low).parse(raw)
        value = Property(name, "string").parse(raw)
        pattern, wanted = _PATTERNS.get(self.type, (None, ""))
        if pattern and not pattern.fullmatch(value):
            raise bad_value(name, raw, wanted)
        return value


class Schema:
    """All custom properties of an appliance."""

    def __init__(self) -> None:
        self.properties: dict[str, CustomProperty] = {}

    def get(self, name: str) -> CustomProperty:
        """Return the property called ``name``; NotFound."""
        return named(self.properties, name)

    def create(self, arguments: dict[str, Any]) -> CustomProperty:
        """Add a property from checked arguments."""
        name = arguments["property"]
        if name in self.properties:
            raise already_exists("property", name)
        found = CustomProperty(name, arguments.get("type", "String"), arguments.get("description", ""))
        self.properties[name] = found
        return found
