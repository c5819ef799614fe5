"""Write the JSON Schema of documents, by which an editor completes keys and marks mistakes: docs/document.schema.json.

It comes from the same tables as the module `zfssa_san`, and from the documentation of the modules of each kind.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import yaml

from tools import tree

FILE = tree.ROOT / "docs/document.schema.json"
_PLUGINS = "ansible_collections.zfssa.storage.plugins"
_TITLE = "Document of zfssa.storage.zfssa_san"
# What Ansible fills in; it may stand in the place of any value.
_TEMPLATE = {"type": "string", "pattern": r"\{\{.*\}\}"}
_MARKUP = re.compile(r"\b(?:O|V|C|E|RV|M|B|I)\(([^)]*)\)")
_TYPES: Mapping[str, Any] = {
    "str": {"type": ["string", "integer"]},
    "int": {"type": "integer"},
    "bool": {"type": "boolean"},
    "dict": {"type": "object"},
}


def schema() -> dict[str, Any]:
    """Return the schema of a file with a document."""
    sys.path.insert(0, str(tree.BUILD / "collections"))
    # Only now there is the collection by its name.
    fragment = import_module(f"{_PLUGINS}.doc_fragments.document").ModuleDocFragment
    sections = import_module(f"{_PLUGINS}.module_utils.run.document._sections")
    documented = yaml.safe_load(fragment.DOCUMENTATION)["options"]["config"]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": _TITLE,
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "defaults": {
                "description": "Options that hold for all items that have such an option and do not give it.",
                **_structure(sections.defaults_spec(), {}),
            },
            "config": {
                "description": _plain(documented["description"]),
                **_structure(sections.config_spec(), documented["suboptions"]),
            },
        },
    }


def _structure(spec: Mapping[str, Any], documented: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of options. What `defaults` may give is not needed in an item."""
    needed = [option for option, rules in spec.items() if rules.get("required") and option not in ("pool", "project")]
    properties = {
        name: _option(rules, documented.get(option, {}))
        for option, rules in spec.items()
        for name in (option, *rules.get("aliases", ()))
    }
    called_otherwise = [option for option in needed if spec[option].get("aliases")]
    found: dict[str, Any] = {"type": "object", "additionalProperties": False, "properties": properties}
    if needed:
        found["required"] = [option for option in needed if option not in called_otherwise]
    if called_otherwise:
        names = [name for option in called_otherwise for name in (option, *spec[option]["aliases"])]
        found["anyOf"] = [{"required": [name]} for name in names]
    return found


def _option(rules: Mapping[str, Any], documented: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of one option."""
    said = _plain(documented.get("description", ""))
    if rules.get("type") == "list":
        inner = {**rules, "type": rules.get("elements", "str")}
        value: dict[str, Any] = {"type": "array", "items": _value(inner, documented)}
    else:
        value = _value(rules, documented)
    return {**({"description": said} if said else {}), "anyOf": [value, _TEMPLATE]}


def _value(rules: Mapping[str, Any], documented: Mapping[str, Any]) -> dict[str, Any]:
    if "options" in rules:
        return _structure(rules["options"], documented.get("suboptions", {}))
    if "choices" in rules:
        return {"enum": list(rules["choices"])}
    return dict(_TYPES[rules.get("type", "str")])


def _plain(description: Any) -> str:
    """A description without the markup of Ansible."""
    text = description if isinstance(description, str) else " ".join(description)
    return _MARKUP.sub(lambda found: found.group(1).rpartition(":")[2], text)


def text() -> str:
    """Return the schema as the file has it."""
    return json.dumps(schema(), indent=1) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
    print(f"The schema is at {FILE}")
