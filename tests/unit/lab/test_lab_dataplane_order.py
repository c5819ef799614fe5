"""The commands for tgt: their order is safe at every moment, and they keep secrets."""

from __future__ import annotations

import random
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from zfssa_lab.dataplane import leash, tgtd
from zfssa_lab.dataplane.commands import AddUnit, Admit, Command, RemoveAccount, Shown, State
from zfssa_lab.dataplane.exports import ALL, Account, Export, Exports, Unit
from zfssa_lab.dataplane.reconcile import plan
from zfssa_lab.dataplane.tgtd import PlaneError, Tgtd

T1, T2 = "iqn.1986-03.com.sun:02:t1", "iqn.1986-03.com.sun:02:t2"
U1, U1_NEW, U2, OWN = (
    Account(user, secret) for user, secret in (("u1", "S1"), ("u1", "S1-new"), ("u2", "S2"), ("t", "S3"))
)
UNITS = {number: Unit(f"bytes/lun-{number}", 1, f"600144F{number}") for number in range(1, 4)}


def _run(state: State, wanted: Exports, check: Callable[[Command, State], None]) -> None:
    """Apply a plan command by command, and check the state after each."""
    for command in plan(state, wanted):
        command.apply(state)
        check(command, state)


def _state_of(exports: Exports) -> State:
    state = State()
    _run(state, exports, lambda _command, _state: None)
    return state


def _shows(state: State, wanted: Exports) -> None:
    assert {target.iqn for target in state.targets.values()} == set(wanted)
    for shown in state.targets.values():
        export = wanted[shown.iqn]
        incoming = {account.user for account in export.incoming or ()}
        outgoing = export.outgoing.user if export.outgoing else None
        assert shown == Shown(shown.iqn, export.units, set(export.initiators), incoming, outgoing)
        assert shown.found == incoming
        # Nobody looks through a session of before at what is not for him.
        assert not export.units or ALL in export.initiators or shown.lingering <= export.initiators
    assert set(state.accounts.values()) == {account for export in wanted.values() for account in export.accounts}
    assert plan(state, wanted) == []


def _views(exports: Exports) -> set[tuple[str, str, Unit]]:
    return {
        (iqn, initiator, unit)
        for iqn, one in exports.items()
        for initiator in one.initiators
        for unit in one.units.values()
    }


def _guard(before: Exports, after: Exports) -> Callable[[Command, State], None]:
    """Return a check: no view that neither state has, and no target open that must not be."""
    allowed = _views(before) | _views(after)

    def check(command: Command, state: State) -> None:
        for shown in state.targets.values():
            views = {(shown.iqn, who, unit) for who in shown.initiators for unit in shown.units.values()}
            assert views <= allowed, command
            # A session goes on when its initiator is expelled, and shows what its target has.
            for unit in shown.units.values():
                for who in shown.lingering:
                    assert {(shown.iqn, who, unit), (shown.iqn, ALL, unit)} & allowed, command
            demands = [one[shown.iqn].incoming is not None for one in (before, after) if shown.iqn in one]
            if all(demands):
                assert shown.incoming or not shown.initiators, command
            elif demands[-1] and isinstance(command, (Admit, AddUnit)) and state.targets[command.tid] is shown:
                assert shown.incoming or not shown.initiators, command

    return check


def _random_exports(chance: random.Random) -> Exports:
    accounts = [chance.choice([U1, U1_NEW]), U2]
    exports: Exports = {}
    for name in chance.sample([T1, T2], chance.randint(0, 2)):
        units = {number: UNITS[chance.choice([number, 3])] for number in chance.sample([1, 2], chance.randint(0, 2))}
        initiators = frozenset(chance.sample(["h1", "h2", ALL], chance.randint(0, 3)))
        if chance.random() < 0.7:
            incoming = frozenset(chance.sample(accounts, chance.randint(0, 2)))
            exports[name] = Export(units, initiators if incoming else frozenset(), incoming, chance.choice([None, OWN]))
        else:
            exports[name] = Export(units, initiators)
    return exports


@pytest.mark.parametrize("seed", range(20))
def test_every_way_from_one_state_to_another_is_safe(seed: int) -> None:
    """Random states: after each command nobody sees more than before or after, and CHAP is never left out."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    before: Exports = {}
    state = State()
    for _step in range(40):
        after = _random_exports(chance)
        _run(state, after, _guard(before, after))
        _shows(state, after)
        before = after


def test_new_secret_of_the_only_account_closes_the_target_meanwhile() -> None:
    """To remove the account would open the target: first nobody is admitted any more."""
    before = {T1: Export({1: UNITS[1]}, frozenset({"h1"}), frozenset({U1}), OWN)}
    after = {T1: Export({1: UNITS[1]}, frozenset({"h1"}), frozenset({U1_NEW}), OWN)}
    steps = [str(command) for command in plan(_state_of(before), after)]
    assert steps == [
        "expel h1",
        "remove the account of u1",
        "make the account of u1",
        "demand the account of u1",
        "admit h1",
    ]


def test_account_of_two_targets_closes_both() -> None:
    """One target's initiator leaves: the account goes from both, so both are closed first."""
    both = {name: Export({1: UNITS[1]}, frozenset({"h1"}), frozenset({U1})) for name in (T1, T2)}
    state = _state_of(both)
    after = {T1: Export(), T2: Export({1: UNITS[1]}, frozenset({"h2"}), frozenset({U2}))}
    commands = plan(state, after)
    removal = next(place for place, command in enumerate(commands) if isinstance(command, RemoveAccount))
    assert {str(command) for command in commands[:removal]} >= {"expel h1"}
    _run(state, after, _guard(both, after))


def test_session_of_a_host_that_has_lost_its_lun_ends_while_another_goes_on() -> None:
    """Also where the LUN went first, and another one comes later."""
    both = {T1: Export({1: UNITS[1]}, frozenset({"h1", "h2"}))}
    one = {T1: Export({1: UNITS[1]}, frozenset({"h2"}))}
    assert [str(command) for command in plan(_state_of(both), one)] == ["expel h1", "cut off all but h2"]

    state = _state_of(both)
    _run(state, {T1: Export()}, _guard(both, {T1: Export()}))
    assert str(plan(state, one)[0]) == "cut off all but h2"


def test_unchanged_units_stay() -> None:
    """One LUN more is one unit more: two calls of tgtadm."""
    before = {T1: Export({1: UNITS[1]}, frozenset({"h1"}))}
    after = {T1: Export({1: UNITS[1], 2: UNITS[2]}, frozenset({"h1"}))}
    (command,) = plan(_state_of(before), after)
    assert len(command.words()) == 2


def test_impossible_requests_are_refused() -> None:
    """What tgt would turn into an open target, or could not do at all."""
    with pytest.raises(ValueError, match="nobody has an account"):
        Export({}, frozenset({"h1"}), frozenset())
    with pytest.raises(ValueError, match="two secrets"):
        plan(State(), {T1: Export({}, frozenset({"h1"}), frozenset({U1, U1_NEW}))})


def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither by a command in words, nor by an error of tgtadm, nor when it hangs."""
    wanted = {T1: Export({}, frozenset({"h1"}), frozenset({U1}), OWN)}
    commands = plan(State(), wanted)
    assert any("S1" in words for command in commands for words in command.words())
    assert not {"S1", "S3"} & set(re.findall(r"\w+", f"{commands} {' '.join(map(str, commands))} {wanted}"))
    server = object.__new__(Tgtd)
    vars(server).update(_folder=tmp_path, _socket="s")
    hang = subprocess.TimeoutExpired(["tgtadm", "S1"], 1)

    def fail(*_words: object, **_options: object) -> Any:
        raise hang

    monkeypatch.setattr(tgtd.subprocess, "run", fail)
    with pytest.raises(PlaneError) as refusal:
        server.run(("--password", "S1"), "make an account")
    assert "S1" not in str(refusal.value)
    assert refusal.value.__suppress_context__


def test_sessions_are_read_from_what_tgtadm_lists() -> None:
    """A session may have several connections, and one that is logging in has no initiator yet."""
    shown = (
        "Session: 2\n    Connection: 0\n        Initiator: iqn.x:h1\n        IP Address: 127.0.0.1\n"
        "    Connection: 1\n        Initiator: iqn.x:h1\nSession: 1\n    Connection: 0\n        Initiator: iqn.x:h2\n"
        "Session: 3\n    Connection: 0\n"
    )
    found = [(one["Session"], one["Connection"], one["Initiator"]) for one in tgtd._connections(shown)]
    assert found == [("2", "0", "iqn.x:h1"), ("2", "1", "iqn.x:h1"), ("1", "0", "iqn.x:h2")]
    assert tgtd._connections("") == []


def test_leash_refuses_when_the_parent_is_gone() -> None:
    """A program that nobody would end does not begin."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", leash.__file__, "1", "/bin/true"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (1, "the parent is gone\n")
