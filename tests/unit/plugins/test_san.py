"""Initiators, targets and their groups: what is sent, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lab_client import MASKED, LabClient

from ansible_collections.zfssa.storage.plugins.module_utils.engine._apply import apply
from ansible_collections.zfssa.storage.plugins.module_utils.engine._plan import Item
from ansible_collections.zfssa.storage.plugins.module_utils.engine._preconditions import ReferenceExists
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.san._kind import INITIATOR as INITIATOR_KIND
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.san._kind import (
    INITIATOR_GROUP as INITIATOR_GROUP_KIND,
)
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.san._kind import TARGET as TARGET_KIND
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.san._kind import TARGET_GROUP as TARGET_GROUP_KIND
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.san._table import (
    check_port_name,
)
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import (
    ApplianceError,
    InvalidInput,
    PlanRefused,
)

SAN = "/api/san/v1/iscsi"
HOST = "iqn.2020-01.com.example:host"
IQN = "iqn.1986-03.com.sun:02:t-a"
HOSTS = [f"{HOST}-{number}" for number in range(5)]
USER_SECRET = "the-old-secret"

Options = dict[str, Any]


def initiator_at(alias: str = "", user: str = "") -> LabClient:
    """An appliance that knows the initiator."""
    at = LabClient()
    chap = {"chapuser": user, "chapsecret": USER_SECRET} if user else {}
    at.do("POST", f"{SAN}/initiators", {"initiator": HOST, "alias": alias, **chap})
    return at


def target_at(**values: Any) -> LabClient:
    """An appliance that has the target."""
    at = LabClient()
    at.do("POST", f"{SAN}/targets", {"alias": "t-a", "iqn": IQN, **values})
    return at


def groups_at(kind: str, luns: tuple[Options, ...] = (), at: LabClient | None = None, **groups: list[str]) -> LabClient:
    """An appliance that has groups, ports for their members, and LUNs."""
    at = at or LabClient(pools={"p": 1 << 40})
    ports = f"{SAN}/{kind}s"
    key = "iqn" if kind == "target" else "initiator"
    for name in dict.fromkeys(name for members in groups.values() for name in members):
        if at.look(f"{ports}/{key}={name}") is None:
            at.do("POST", ports, {key: name})
    for name, members in groups.items():
        at.do("POST", f"{SAN}/{kind}-groups", {"name": name, f"{kind}s": members})
    if luns:
        at.add_project("q", "p")
    for lun in luns:
        at.add_lun("q", pool="p", **lun)
    return at


def sent(plan: Item) -> list[tuple[str, str, Any]]:
    """What a plan sends."""
    return [(step.method, step.path, step.body) for step in plan.steps]


def group_options(name: str, way: str = "exact", **more: Any) -> Options:
    """Options of a module for groups."""
    return {"state": "present", "protocol": "iscsi", "membership": way, "name": name, **more}


# Initiators


@pytest.mark.parametrize(
    ("options", "body"),
    [
        ({}, {}),
        ({"alias": "h"}, {"alias": "h"}),
        ({"chap_user": "u", "chap_secret": USER_SECRET}, {"chapuser": "u", "chapsecret": USER_SECRET}),
    ],
)
def test_initiator_is_made_with_what_is_given(options: Options, body: Options) -> None:
    plan = INITIATOR_KIND.plan(LabClient(), {"initiator": HOST, **options})

    assert sent(plan) == [("POST", f"{SAN}/initiators", {"initiator": HOST, **body})]
    assert USER_SECRET not in str(plan.after) + str(plan.steps[0].label)


@pytest.mark.parametrize(
    ("options", "body"),
    [
        ({"alias": "h", "chap_user": "u", "chap_secret": USER_SECRET}, None),
        ({"chap_secret": USER_SECRET}, None),
        ({"chap_user": ""}, {"chapuser": ""}),
        ({"chap_user": "v", "chap_secret": USER_SECRET}, {"chapuser": "v", "chapsecret": USER_SECRET}),
        ({"chap_secret": USER_SECRET, "update_secret": "always"}, {"chapsecret": USER_SECRET}),
        ({"alias": "", "chap_user": "u", "chap_secret": USER_SECRET}, {"alias": ""}),
    ],
)
def test_secret_goes_with_its_user_or_when_told_so(options: Options, body: Options | None) -> None:
    plan = INITIATOR_KIND.plan(initiator_at("h", "u"), {"initiator": HOST, **options})

    assert sent(plan) == ([] if body is None else [("PUT", f"{SAN}/initiators/{HOST}", body)])


@pytest.mark.parametrize("user", [None, "", "u"])
@pytest.mark.parametrize(
    ("options", "missing"),
    [
        ({"chap_user": "v"}, "chap_secret"),
        ({"chap_user": "v", "chap_secret": ""}, "chap_secret"),
        ({"chap_user": "", "chap_secret": USER_SECRET}, "chap_user"),
        ({"chap_user": "", "chap_secret": USER_SECRET, "update_secret": "always"}, "chap_user"),
    ],
)
def test_initiator_has_both_or_none(options: Options, missing: str, user: str | None) -> None:
    at = LabClient() if user is None else initiator_at("", user)

    with pytest.raises(InvalidInput, match=f"cannot have CHAP without {missing}"):
        INITIATOR_KIND.plan(at, {"initiator": HOST, **options})


@pytest.mark.parametrize("secret", [{}, {"chap_secret": ""}])
@pytest.mark.parametrize("user", ["", "u"])
def test_target_asks_for_chap_with_a_secret_that_is_given(secret: Options, user: str) -> None:
    with pytest.raises(InvalidInput, match=r"cannot have CHAP without chap_(user|secret)"):
        TARGET_KIND.plan(target_at(targetchapuser=user), {"alias": "t-a", "auth": "chap", **secret})


def test_target_that_asks_for_chap_keeps_its_secret() -> None:
    at = target_at(auth="chap", targetchapuser="u", targetchapsecret=USER_SECRET)

    assert TARGET_KIND.plan(at, {"alias": "t-a", "chap_user": "v"}).changed
    with pytest.raises(InvalidInput, match="cannot have CHAP without chap_secret"):
        TARGET_KIND.plan(at, {"alias": "t-a", "chap_secret": "", "update_secret": "always"})


# Upper case means nothing in the name of an initiator or a target.

UPPER = HOST.replace("host", "HOST")


@pytest.mark.parametrize("state", ["present", "absent"])
def test_initiator_is_known_in_other_letters(state: str) -> None:
    at = LabClient()
    at.do("POST", f"{SAN}/initiators", {"initiator": UPPER})

    plan = INITIATOR_KIND.plan(at, {"initiator": HOST, "alias": "h", "state": state})

    method, body = ("DELETE", None) if state == "absent" else ("PUT", {"alias": "h"})
    assert sent(plan) == [(method, f"{SAN}/initiators/{UPPER}", body)]


def test_initiator_of_a_group_that_has_it_in_other_letters_is_not_removed() -> None:
    at = groups_at("initiator", at=initiator_at(), a=[UPPER])

    with pytest.raises(PlanRefused, match="is a member of initiator group a"):
        INITIATOR_KIND.plan(at, {"initiator": HOST, "state": "absent"})


@pytest.mark.parametrize(
    ("present", "way", "given", "after"),
    [
        ([HOST], "exact", [UPPER], [HOST]),
        ([HOST, HOSTS[1]], "remove", [UPPER], [HOSTS[1]]),
        ([HOST], "add", [UPPER], [HOST]),
        # A new member is spelled as the appliance knows it.
        ([HOSTS[1]], "add", [UPPER], [HOST, HOSTS[1]]),
        ([], "exact", [UPPER], [HOST]),
    ],
)
def test_members_are_the_same_in_other_letters(
    present: list[str], way: str, given: list[str], after: list[str]
) -> None:
    at = groups_at("initiator", g=present, known=[HOST, HOSTS[1]])

    assert (
        INITIATOR_GROUP_KIND.plan(at, group_options("g", way, initiators=given)).after["group"]["initiators"] == after
    )


def test_member_is_not_named_twice_in_other_letters() -> None:
    with pytest.raises(InvalidInput, match="more than once"):
        INITIATOR_GROUP_KIND.plan(LabClient(), group_options("g", initiators=[HOST, UPPER]))


def test_target_is_the_same_in_other_letters() -> None:
    upper = IQN.replace("t-a", "T-A")
    at = target_at()
    groups = groups_at("target", other=[upper])

    assert not TARGET_KIND.plan(at, {"alias": "t-a", "iqn": upper}).changed
    with pytest.raises(PlanRefused, match="belongs to the target whose alias is 't-a'"):
        TARGET_KIND.plan(at, {"alias": "t-b", "iqn": upper})
    with pytest.raises(PlanRefused, match="belongs to target group other"):
        TARGET_GROUP_KIND.plan(groups, group_options("g", targets=[IQN]))


# A cluster: both nodes share their groups, and none sees the LUNs of the other.


@pytest.mark.parametrize(
    ("options", "own", "advice"),
    [
        ({"initiators": []}, {}, "set host to west"),
        ({"state": "absent"}, {}, "set host to west"),
        ({"initiators": []}, {"own": 1 << 40}, "while one node has all pools"),
    ],
)
def test_group_that_unseen_luns_may_use_keeps_a_member(own: dict[str, int], advice: str, options: Options) -> None:
    at = LabClient(pools={}, own_pools={"east": own, "west": {"lake": 1 << 40}})
    at.pair()
    groups_at("initiator", at=at, g=[HOST])

    with pytest.raises(PlanRefused, match=f"LUNs in pool lake may use it, and only west .* sees them; .*{advice}"):
        INITIATOR_GROUP_KIND.plan(at, {**group_options("g"), **options})


def test_initiator_of_a_group_is_not_removed() -> None:
    at = groups_at("initiator", at=initiator_at(), a=[HOST], b=[], c=[HOST])

    with pytest.raises(
        PlanRefused, match=f"initiator {HOST} is a member of initiator group a, c; remove it from there"
    ):
        INITIATOR_KIND.plan(at, {"initiator": HOST, "state": "absent"})


@pytest.mark.parametrize(
    ("protocol", "name"),
    [
        ("iscsi", "iqn.1998-01.com.vmware:esx-1-5f3e"),
        ("iscsi", "iqn.1991-05.com.microsoft:win_host.example.com"),
        ("iscsi", "iqn.2020-01.com.example"),
        ("iscsi", "iqn.2020-01.com.Example:HOST"),
        ("iscsi", "eui.02004567A425678D"),
        ("iscsi", "naa.52004567BA64678D"),
        ("fc", "wwn.2101001B32A11639"),
        ("srp", "eui.0002C903000489A4"),
    ],
)
def test_names_of_ports_stay_as_they_are_written(protocol: str, name: str) -> None:
    assert check_port_name(protocol, "initiator", name) == name


# Targets


@pytest.mark.parametrize("alias", ["t-a", "my target"])
def test_target_is_read_by_its_alias(alias: str) -> None:
    at = LabClient()

    plan = TARGET_KIND.plan(at, {"alias": alias, "interfaces": ["ixgbe1", "ixgbe0"]})

    assert at.reads[:1] == [f"{SAN}/targets/alias={alias.replace(' ', '%20')}"]
    assert sent(plan) == [("POST", f"{SAN}/targets", {"alias": alias, "interfaces": ["ixgbe0", "ixgbe1"]})]
    assert plan.after["target"]["iqn"] is None


def test_lone_interface_is_sent_as_a_list() -> None:
    at = target_at(interfaces=["ixgbe0", "ixgbe1"])

    plan = TARGET_KIND.plan(at, {"alias": "t-a", "interfaces": ["ixgbe0"]})

    assert sent(plan) == [("PUT", f"{SAN}/targets/alias=t-a", {"interfaces": ["ixgbe0"]})]


@pytest.mark.parametrize("listed", [True, False])
def test_bad_argument_for_an_unknown_alias_is_looked_after_in_the_list(listed: bool) -> None:
    at = target_at() if listed else LabClient()
    at.do("POST", f"{SAN}/targets", {"alias": "other"})
    at.fault({"status": 400}, "GET", "/alias=t-a$")

    plan = TARGET_KIND.plan(at, {"alias": "t-a"})

    assert plan.changed != listed


def test_sick_appliance_is_no_unknown_alias() -> None:
    at = target_at()
    at.fault({"status": 500}, "GET", "/alias=t-a$")

    with pytest.raises(ApplianceError, match="internal error"):
        TARGET_KIND.plan(at, {"alias": "t-a"})


@pytest.mark.parametrize(
    ("options", "body"),
    [
        (
            {"auth": "chap", "chap_user": "u", "chap_secret": USER_SECRET},
            {"auth": "chap", "targetchapuser": "u", "targetchapsecret": USER_SECRET},
        ),
        ({"chap_user": "u"}, {"targetchapuser": "u"}),
    ],
)
def test_credentials_of_a_target(options: Options, body: Options) -> None:
    plan = TARGET_KIND.plan(target_at(), {"alias": "t-a", **options})

    assert sent(plan) == [("PUT", f"{SAN}/targets/alias=t-a", body)]


# Groups


@pytest.mark.parametrize("kind", ["initiator", "target"])
def test_lone_member_is_sent_as_a_list(kind: str) -> None:
    planner = {"initiator": INITIATOR_GROUP_KIND.plan, "target": TARGET_GROUP_KIND.plan}[kind]

    plan = planner(groups_at(kind), group_options("g", **{f"{kind}s": [IQN]}))

    assert sent(plan) == [("POST", f"{SAN}/{kind}-groups", {"name": "g", f"{kind}s": [IQN]})]


@given(
    present=st.none() | st.sets(st.sampled_from(HOSTS)),
    listed=st.sets(st.sampled_from(HOSTS)),
    way=st.sampled_from(["exact", "add", "remove"]),
)
def test_group_gets_the_wanted_members_in_one_go(present: set[str] | None, listed: set[str], way: str) -> None:
    at = groups_at("initiator", known=HOSTS, **({} if present is None else {"g": list(present)}))
    options = group_options("g", way, initiators=list(listed))

    plan = INITIATOR_GROUP_KIND.plan(at, options)

    before = present or set()
    wanted = {"exact": listed, "add": before | listed, "remove": before - listed}[way]
    if present is None and way == "remove":
        assert plan.after == {"group": None} and not plan.changed
        return
    assert plan.after["group"] == {"protocol": "iscsi", "name": "g", "initiators": sorted(wanted)}
    assert plan.changed == (present is None or wanted != before)
    looked_up = [one for _doing, one in plan.preconditions if isinstance(one, ReferenceExists)]
    assert [name for one in looked_up for name in one.names] == sorted(wanted - before)
    if plan.changed:
        assert apply(plan, at) == plan.after
        assert [body and body["initiators"] for _method, _path, body in at.work] == [sorted(wanted)]
        assert not INITIATOR_GROUP_KIND.plan(at, options).changed


LUNS_OF_TWO: tuple[Options, ...] = (
    {"name": "a", "initiatorgroup": ["g", "h"]},
    {"name": "b", "initiatorgroup": "g"},
)


@pytest.mark.parametrize(
    ("options", "luns"),
    [
        ({"state": "absent"}, LUNS_OF_TWO),
        ({"initiators": []}, LUNS_OF_TWO),
        ({"initiators": [HOST], "membership": "remove"}, LUNS_OF_TWO),
    ],
)
def test_group_that_luns_use_keeps_a_member(options: Options, luns: tuple[Options, ...]) -> None:
    with pytest.raises(PlanRefused, match="in use by LUN p/q/a, LUN p/q/b; give them another initiator group first"):
        INITIATOR_GROUP_KIND.plan(groups_at("initiator", luns, g=[HOST], h=[]), {**group_options("g"), **options})


@pytest.mark.parametrize(
    "options", [{"state": "absent"}, {"initiators": []}, {"initiators": [HOST], "membership": "remove"}]
)
@pytest.mark.parametrize(
    "luns", [(), ({"name": "a", "initiatorgroup": ["h"]},), ({"name": "b", "initiatorgroup": MASKED},)]
)
def test_group_that_no_lun_uses_may_lose_all(options: Options, luns: tuple[Options, ...]) -> None:
    plan = INITIATOR_GROUP_KIND.plan(groups_at("initiator", luns, g=[HOST], h=[]), {**group_options("g"), **options})

    assert plan.changed


def test_luns_are_read_only_when_the_last_member_goes() -> None:
    at = groups_at("initiator", g=HOSTS[:2])

    INITIATOR_GROUP_KIND.plan(at, group_options("g", "remove", initiators=HOSTS[:1]))
    INITIATOR_GROUP_KIND.plan(at, group_options("g", "add", initiators=HOSTS))

    assert at.reads == [f"{SAN}/initiator-groups/g"] * 2


def test_many_luns_are_not_all_named() -> None:
    luns = tuple({"name": f"lun-{number}", "targetgroup": "g"} for number in range(9))

    with pytest.raises(PlanRefused, match="LUN p/q/lun-4 and 4 more; give them another target group"):
        TARGET_GROUP_KIND.plan(groups_at("target", luns, g=[IQN]), group_options("g", state="absent"))


def test_target_of_another_group_is_refused_only_when_it_is_new() -> None:
    at = groups_at("target", g=[], other=[IQN])

    with pytest.raises(PlanRefused, match=f"target {IQN} belongs to target group other"):
        TARGET_GROUP_KIND.plan(at, group_options("g", targets=[IQN]))
    assert not TARGET_GROUP_KIND.plan(at, group_options("other", targets=[IQN])).changed


def test_aliases_become_names() -> None:
    at = groups_at("target", at=target_at(), g=[])
    at.do("POST", f"{SAN}/targets", {})

    plan = TARGET_GROUP_KIND.plan(at, group_options("g", targets=["t-a"]))

    assert plan.after["group"]["targets"] == [IQN]
    with pytest.raises(PlanRefused, match="target t-b does not exist; create it with zfssa_target, or use one of: t-a"):
        TARGET_GROUP_KIND.plan(at, group_options("g", targets=["t-b"]))
    with pytest.raises(InvalidInput, match="more than once"):
        TARGET_GROUP_KIND.plan(at, group_options("g", targets=["t-a", IQN]))


@pytest.mark.parametrize(
    ("planner", "options"),
    [
        (INITIATOR_KIND.plan, {"initiator": "host"}),
        (INITIATOR_KIND.plan, {"initiator": HOST, "chap_user": "u", "chap_secret": "short"}),
        (TARGET_KIND.plan, {"alias": "a/b"}),
        (INITIATOR_GROUP_KIND.plan, group_options("default")),
        (TARGET_GROUP_KIND.plan, group_options("g", targets=["t-a", "../x"])),
        (TARGET_GROUP_KIND.plan, group_options("g", "add", state="absent", targets=[IQN])),
    ],
)
def test_bad_input_is_refused_before_anything_is_read(planner: Any, options: Options) -> None:
    at = LabClient()

    with pytest.raises(InvalidInput):
        planner(at, options)

    assert at.reads == []


# Options


@pytest.mark.parametrize("kind", [INITIATOR_KIND, TARGET_KIND], ids=["initiator", "target"])
def test_secret_is_marked_as_such_and_nothing_else(kind: Any) -> None:
    spec = kind.spec()

    assert [option for option in spec if spec[option].get("no_log")] == ["chap_secret"]


@pytest.mark.parametrize("kind", [INITIATOR_GROUP_KIND, TARGET_GROUP_KIND], ids=["initiators", "targets"])
def test_groups_of_all_protocols_have_the_same_options(kind: Any) -> None:
    specs = [kind.meant({"protocol": protocol}).spec() for protocol in kind.tables]

    assert all(spec == specs[0] for spec in specs)


# Spellings


@pytest.mark.parametrize(
    ("protocol", "given", "taken"),
    [
        ("iscsi", "IQN.1998-01.com.example:Host", "iqn.1998-01.com.example:Host"),
        ("iscsi", "Eui.0123456789abcdef", "eui.0123456789abcdef"),
        ("fc", "WWN.210000E08B1234AB", "wwn.210000E08B1234AB"),
        ("iscsi", HOST, HOST),
    ],
)
def test_type_of_a_name_may_be_in_upper_case(protocol: str, given: str, taken: str) -> None:
    assert check_port_name(protocol, "initiator", given) == taken


def test_initiator_in_upper_case_is_the_one_that_is_there() -> None:
    known = initiator_at()

    assert not INITIATOR_KIND.plan(known, {"initiator": HOST.replace("iqn.", "IQN."), "alias": ""}).changed
    assert INITIATOR_KIND.plan(LabClient(), {"initiator": HOST.upper()}).changed


def test_initiators_of_a_group_are_given_by_their_aliases() -> None:
    at = groups_at("initiator", g=[HOSTS[0]], known=HOSTS)
    for number, name in enumerate(HOSTS):
        at.do("PUT", f"{SAN}/initiators/{name}", {"alias": f"host {number}"})

    plan = INITIATOR_GROUP_KIND.plan(at, group_options("g", initiators=["host 1", HOSTS[0]]))
    assert sent(plan) == [("PUT", f"{SAN}/initiator-groups/g", {"initiators": HOSTS[:2]})]
    assert not INITIATOR_GROUP_KIND.plan(at, group_options("g", initiators=["host 0"])).changed
    assert not INITIATOR_GROUP_KIND.plan(at, group_options("g", "remove", initiators=["nobody"])).changed

    with pytest.raises(
        PlanRefused, match="initiator nobody does not exist; create it with zfssa_initiator, or use one"
    ):
        INITIATOR_GROUP_KIND.plan(at, group_options("g", initiators=["nobody"]))
    with pytest.raises(InvalidInput, match="more than once; leave out its alias"):
        INITIATOR_GROUP_KIND.plan(at, group_options("g", initiators=["host 0", HOSTS[0]]))


@pytest.mark.parametrize(("kind", "aliases"), [(INITIATOR_KIND, None), (TARGET_KIND, ["name"])])
def test_name_stands_for_the_option_that_names_an_object(kind: Any, aliases: list[str] | None) -> None:
    assert kind.spec()[kind.resource.key].get("aliases") == aliases
