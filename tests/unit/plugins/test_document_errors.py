"""Documents with errors: all of them in one message, each with its place, and nothing written."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
from documents import Config, planned
from lab_client import LabClient
from many import appliance_of, host, port

from ansible_collections.zfssa.storage.plugins.module_utils.run.document._plan import DocumentRefused


class Bad(NamedTuple):
    """A document with errors.

    Attributes:
        name: what is wrong.
        config: the document.
        errors: the places of its errors, in any order, each with a part of what is said of it.
    """

    name: str
    config: Config
    errors: dict[str, str]


def lun(name: str = "x", **options: Any) -> dict[str, Any]:
    """A LUN of 1G."""
    return {"name": name, "size": "1G", **options}


BAD = [
    Bad("section", {"lun": []}, {"lun": "there is no such section; did you mean luns?"}),
    Bad("strange section", {"qqq": []}, {"qqq": "there are initiator_groups, initiators, luns, projects"}),
    Bad("peers", {"replication_targets": []}, {"replication_targets": "there is no such section"}),
    Bad("no list", {"luns": {"name": "x"}}, {"luns": "what stands there is no list"}),
    Bad("text for a list", {"luns": "x"}, {"luns": "what stands there is no list"}),
    Bad("item of text", {"luns": ["x"]}, {"luns[0]": "a text stands there, where options are to stand"}),
    Bad("item of nothing", {"luns": [None]}, {"luns[0]": "nothing stands there"}),
    Bad("item of a number", {"luns": [7]}, {"luns[0]": "7 stands there"}),
    Bad("item of a list", {"luns": [["x"]]}, {"luns[0]": "a list stands there"}),
    Bad("misspelt option", {"luns": [lun(sprse=True)]}, {"luns[0].sprse": "did you mean sparse?"}),
    Bad(
        "option of another kind",
        {"projects": [{"name": "p", "size": 1}]},
        {"projects[0].size": "there is no such option"},
    ),
    Bad("connection in an item", {"luns": [lun(host="x")]}, {"luns[0].host": "there is no such option"}),
    Bad("two misspelt", {"luns": [lun(szie=1, pol=2)]}, {"luns[0].szie": "mean size", "luns[0].pol": "mean pool"}),
    Bad("no name", {"luns": [{"size": "1G"}]}, {"luns[0]": "name is missing"}),
    Bad("no size", {"luns": [{"name": "x"}]}, {"luns[0]": "to create it size is missing"}),
    Bad("size", {"luns": [lun(size="10X")]}, {"luns[0].size": "'10X' is not a size"}),
    Bad("size of nothing", {"luns": [lun(size=0)]}, {"luns[0].size": "size 0 is out of range"}),
    Bad("size no multiple", {"luns": [lun(size=1000001)]}, {"luns[0]": "no multiple of its volblocksize"}),
    Bad("no flag", {"luns": [lun(sparse="perhaps")]}, {"luns[0].sparse": "'perhaps' is not true or false"}),
    Bad("no number", {"luns": [lun(copies="two")]}, {"luns[0].copies": "'two' is not a whole number"}),
    Bad("number out of range", {"luns": [lun(copies=9)]}, {"luns[0].copies": "copies 9 is out of range"}),
    Bad("choice", {"luns": [lun(compression="zip")]}, {"luns[0].compression": "'zip' is none of: off, lzjb"}),
    Bad("state", {"luns": [lun(state="gone")]}, {"luns[0].state": "'gone' is none of: present, absent"}),
    Bad(
        "restored",
        {"snapshots": [{"name": "s", "state": "restored"}]},
        {"snapshots[0].state": "none of: present, absent"},
    ),
    Bad("name", {"luns": [lun("a/b")]}, {"luns[0]": "name 'a/b' is not a possible name"}),
    Bad("name that YAML took for a flag", {"luns": [lun(True)]}, {"luns[0]": "name True is true or false in YAML"}),  # type: ignore[arg-type]
    Bad("LU number", {"luns": [lun(lu_number="many")]}, {"luns[0].lu_number": "lu_number 'many' is neither auto nor"}),
    Bad("twice", {"luns": [lun(), lun("y"), lun()]}, {"luns[2]": "the same object as luns[0]"}),
    Bad(
        "twice in other letters",
        {"initiators": [{"initiator": host()}, {"initiator": host().upper()}]},
        {"initiators[1]": "the same object as initiators[0]"},
    ),
    Bad("there and not there", {"luns": [lun(), lun(state="absent")]}, {"luns[1]": "the same object as luns[0]"}),
    Bad(
        "alias twice", {"targets": [{"alias": "t", "name": "u"}]}, {"targets[0].name": "given twice, as alias as well"}
    ),
    Bad(
        "no such group",
        {"luns": [lun(initiator_groups=["ig-a", "nix"])]},
        {"luns[0].initiator_groups[1]": "initiator group nix does not exist"},
    ),
    Bad(
        "no such target group",
        {"luns": [lun(target_group="nix", initiator_groups=["ig-a"])]},
        {"luns[0].target_group": "nix does not exist"},
    ),
    Bad(
        "group twice",
        {"luns": [lun(initiator_groups=["ig-a", "ig-a"])]},
        {"luns[0].initiator_groups": "ig-a more than once"},
    ),
    Bad("no such project", {"luns": [lun(project="nix")]}, {"luns[0]": "project tank/nix does not exist"}),
    Bad("no such pool", {"projects": [{"name": "p", "pool": "nix"}]}, {"projects[0]": "pool nix does not exist"}),
    Bad(
        "no such initiator",
        {"initiator_groups": [{"name": "g", "initiators": ["nobody"]}]},
        {"initiator_groups[0].initiators[0]": "nobody does not exist"},
    ),
    Bad(
        "no such interface",
        {"targets": [{"alias": "t", "interfaces": ["e0"]}]},
        {"targets[0].interfaces[0]": "interface e0 does not exist"},
    ),
    Bad(
        "interface for management",
        {"targets": [{"alias": "t", "interfaces": ["ixgbe2"]}]},
        {"targets[0].interfaces[0]": "is for management"},
    ),
    Bad(
        "no such custom property",
        {"luns": [lun(custom={"nix": 1})]},
        {"luns[0].custom": "custom property nix does not exist"},
    ),
    Bad(
        "LU numbers that collide",
        {"luns": [lun("a", initiator_groups=["ig-a"], lu_number=4), lun("b", initiator_groups=["ig-a"], lu_number=4)]},
        {"luns[1].lu_number": "LU number 4 is taken in initiator group ig-a by LUN tank/proj-a/a"},
    ),
    Bad("too large", {"luns": [lun(size="2T")]}, {"luns[0].size": "it takes 2T, and project tank/proj-a has"}),
    Bad(
        "too large together",
        {"luns": [lun("a", size="600G"), lun("b", size="600G")]},
        {"luns[1].size": "it takes 600G"},
    ),
    Bad(
        "quota of a new project",
        {"projects": [{"name": "p", "quota": "1G"}], "luns": [lun(project="p", size="2G")]},
        {"luns[0].size": "within its quota of 1G"},
    ),
    Bad(
        "user without a secret",
        {"initiators": [{"initiator": host(), "chap_user": "u"}]},
        {"initiators[0]": "cannot have CHAP without chap_secret"},
    ),
    Bad(
        "secret too short",
        {"initiators": [{"initiator": host(), "chap_user": "u", "chap_secret": "tiny-secret"}]},
        {"initiators[0].chap_secret": "a CHAP secret has from 12 to 16 characters"},
    ),
    Bad(
        "secret of a wrong form",
        {"initiators": [{"initiator": host(), "chap_secret": {"a": "tiny-secret"}}]},
        {"initiators[0].chap_secret": "what is given is not a text"},
    ),
    Bad(
        "always without a secret",
        {"initiators": [{"initiator": host(), "update_secret": "always"}]},
        {"initiators[0]": "missing"},
    ),
    Bad(
        "members to add and none given",
        {"initiator_groups": [{"name": "g", "membership": "add"}]},
        {"initiator_groups[0]": "initiators"},
    ),
    Bad(
        "snapshot of two shares",
        {"snapshots": [{"name": "s", "lun": "a", "filesystem": "b"}]},
        {"snapshots[0]": "mutually exclusive: lun|filesystem"},
    ),
    Bad(
        "snapshot of no LUN",
        {"snapshots": [{"name": "s", "lun": "nix"}]},
        {"snapshots[0]": "LUN tank/proj-a/nix does not exist"},
    ),
    Bad(
        "retention",
        {"snapshots": [{"keep_last": 3, "match": "*"}]},
        {
            "snapshots[0].keep_last": "no such option",
            "snapshots[0].match": "no such option",
            "snapshots[0]": "name is missing",
        },
    ),
    Bad(
        "source without a LUN",
        {"luns": [{"name": "c", "source": {"snapshot": "s"}}]},
        {"luns[0].source": "lun is missing"},
    ),
    Bad(
        "source with a misspelt option",
        {"luns": [{"name": "c", "source": {"lun": "a", "snapshot": "s", "snap": 1}}]},
        {"luns[0].source.snap": "did you mean snapshot?"},
    ),
    Bad(
        "source that is no mapping",
        {"luns": [{"name": "c", "source": ["a"]}]},
        {"luns[0].source": "a list stands there"},
    ),
    Bad(
        "source that is not there",
        {"luns": [{"name": "c", "source": {"lun": "a", "snapshot": "s"}}]},
        {"luns[0]": "LUN tank/proj-a/a does not exist"},
    ),
    Bad(
        "target with two groups",
        {
            "targets": [{"alias": "t", "iqn": port()}],
            "target_groups": [{"name": "one", "targets": ["t"]}, {"name": "two", "targets": ["t"]}],
        },
        {"target_groups[1]": "no target can be in two groups"},
    ),
    Bad(
        "group of the appliance",
        {"initiator_groups": [{"name": "default"}]},
        {"initiator_groups[0]": "a group of the appliance's own"},
    ),
    Bad(
        "removal of what is used",
        {
            "luns": [lun(initiator_groups=["ig-a"])],
            "initiator_groups": [{"name": "ig-a", "state": "absent"}],
        },
        {"initiator_groups[0]": "in use by LUN tank/proj-a/x"},
    ),
    Bad(
        "project that goes with a LUN that shall be there",
        {"projects": [{"name": "proj-a", "state": "absent", "force": True}], "luns": [lun()]},
        {"luns[0]": "would be destroyed with what another item of the document removes"},
    ),
    Bad(
        "LUN that goes with a snapshot that shall be there",
        {"luns": [{"name": "there", "state": "absent", "force": True}], "snapshots": [{"name": "s", "lun": "there"}]},
        {"snapshots[0]": "would be destroyed with what another item"},
    ),
    Bad(
        "error of the first and of the second reading",
        {
            "luns": [lun("a", sprse=1), lun("b", initiator_groups=["nix"]), lun("c", size="9T")],
        },
        {
            "luns[0].sprse": "mean sparse",
            "luns[1].initiator_groups[0]": "nix does not exist",
            "luns[2].size": "it takes 9T",
        },
    ),
    Bad(
        "what needs an item with an error is not told",
        {
            "projects": [{"name": "p", "compresion": "gzip"}],
            "luns": [lun(project="p"), lun("y", project="p")],
            "initiator_groups": [{"name": "g", "initiators": ["nobody"]}],
            "initiators": [{"initiator": host(2), "alias": "nobody", "chap_user": "x"}],
        },
        {"projects[0].compresion": "mean compression", "initiators[0]": "without chap_secret"},
    ),
    Bad(
        "what has a name in common with an item with an error is told",
        {
            "luns": [
                lun("data", size="1X"),
                lun("group", size="1X"),
                lun("b", initiator_groups=["data"]),
                lun("c", target_group="nix"),
            ],
        },
        {
            "luns[0].size": "not a size",
            "luns[1].size": "not a size",
            "luns[2].initiator_groups[0]": "initiator group data does not",
            "luns[3].target_group": "target group nix does not exist",
        },
    ),
    Bad(
        "what needs more than an item with an error is told",
        {
            "initiators": [{"initiator": host(), "alias": "h", "chap_user": "u"}],
            "initiator_groups": [{"name": "g", "initiators": ["h", "nobody"]}, {"name": "f", "initiators": ["h"]}],
            "luns": [lun(initiator_groups=["f"]), lun("y", initiator_groups=["f", "nix"])],
        },
        {
            "initiators[0]": "without chap_secret",
            "initiator_groups[0].initiators[0]": "h, nobody does not exist",
            "luns[1].initiator_groups[0]": "f, nix does not exist",
        },
    ),
    Bad(
        "new name of an item with an error",
        {
            "luns": [lun("x", size="1X", new_name="q"), {"name": "y", "source": {"lun": "q", "snapshot": "s"}}],
            "snapshots": [{"lun": "q", "name": "s"}],
        },
        {"luns[0].size": "not a size"},
    ),
    Bad(
        "protocol, and what needs the group",
        {
            "initiator_groups": [{"name": "g", "protocol": "nfs"}],
            "luns": [lun(initiator_groups=["g"]), lun("y", initiator_groups=["nix"])],
        },
        {"initiator_groups[0].protocol": "none of: iscsi", "luns[1].initiator_groups[0]": "nix does not exist"},
    ),
    Bad(
        "text for an item", {"luns": ["name=x size=1X", '{"name": "y", "size": "1G"}']}, {"luns[0].size": "not a size"}
    ),
    Bad(
        "errors in many sections",
        {
            "schema": [{"name": "o", "type": "Text"}],
            "projects": [{"name": ""}],
            "luns": [lun(size=-1)],
            "snapshots": [{}],
        },
        {
            "schema[0].type": "none of",
            "projects[0]": "not a possible name",
            "luns[0].size": "not a size",
            "snapshots[0]": "name is missing",
        },
    ),
]


@pytest.fixture(scope="module")
def appliance() -> LabClient:
    """An appliance with a pool of 1T, a project and groups; nothing is written to it."""
    made = appliance_of("8.8")
    made.add_lun("proj-a", "there")
    return made


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.name)
def test_bad_document(appliance: LabClient, bad: Bad) -> None:
    with pytest.raises(DocumentRefused) as caught:
        planned(appliance, bad.config)

    errors = {one["place"]: one["message"] for one in caught.value.failure()["errors"]}
    assert sorted(errors) == sorted(bad.errors)
    assert len(caught.value.problems) == len(bad.errors)
    for place, said in bad.errors.items():
        assert said in errors[place]
        assert f"{place}: " in str(caught.value)
    number = "an error" if len(errors) == 1 else f"{len(errors)} errors"
    assert str(caught.value).startswith(f"the document has {number}: ")
    assert str(caught.value).endswith("; correct the document.")
    assert "tiny-secret" not in str(caught.value)
    assert appliance.sent == []


def test_there_are_enough_of_them() -> None:
    assert len({bad.name for bad in BAD}) == len(BAD) > 50


def test_names_that_yaml_took_for_numbers_are_told(appliance: LabClient) -> None:
    plan = planned(appliance, {"luns": [lun(8)]})  # type: ignore[arg-type]

    assert plan.warnings == ("luns[0]: name 8 is a number in YAML, and the text '8' is used; put it in quotes.",)
