"""What people read acts on no terminal, deceives no eye, and has a length that is read."""

from __future__ import annotations

import unicodedata

import pytest

from ansible_collections.zfssa.storage.plugins.module_utils.values._legible import legible, legible_result
from ansible_collections.zfssa.storage.plugins.module_utils.values._mask import Mask

HOSTILE = [
    *map(chr, range(0x20)), "\x7f", *map(chr, range(0x80, 0xA0)), "\xad", "\u061c", "\u180e",
    *map(chr, range(0x200B, 0x2010)), *map(chr, range(0x2028, 0x202F)), *map(chr, range(0x2060, 0x2070)),
    "\ufeff", "\ufff9", "\ud800", "\udfff", "\U000e0041", "\ue000",
]  # fmt: skip


@pytest.mark.parametrize("character", HOSTILE, ids=ascii)
def test_character_that_acts_is_written_as_what_it_is(character: str) -> None:
    said = legible(f"LUN a{character}b is gone")

    assert said == f"LUN a{character.encode('unicode_escape').decode()}b is gone"
    assert not [one for one in said if unicodedata.category(one) in ("Cc", "Cf", "Cs", "Zl", "Zp")]
    said.encode()


@pytest.mark.parametrize(
    "text", ["LUN tank/a is gone.", "Größe 5 \u20ac", "日本\u3000語", "\U0001f600", "a\xa0b", r"C:\n"]
)
def test_what_is_legible_stays(text: str) -> None:
    assert legible(text) == text


def test_long_name_leaves_the_rest_of_the_sentence() -> None:
    name = "a" * 3000 + "b" * 3000

    said = legible(f"LUN tank/{name} does not exist; check the names in the task.")

    assert said.startswith("LUN tank/aaa")
    assert said.endswith("bbb does not exist; check the names in the task.")
    assert len(said) < 300


@pytest.mark.parametrize("piece", ["\x1b", "\U000e0041 ", "a\x1b. "])
def test_escaped_text_is_no_longer_than_others(piece: str) -> None:
    for count in (900, 1_000_000):
        assert len(legible(piece * count)) < 2100


def test_long_text_leaves_its_beginning_and_its_end() -> None:
    said = legible("no " * 3_500_000 + "room; look there.")

    assert said.startswith("no no ")
    assert said.endswith("no room; look there.")
    assert len(said) < 2100


def test_list_of_what_is_wrong_is_told_as_a_whole() -> None:
    problems = "; ".join(
        f"LUN tank/databases/redo-{number} has snapshots under a retention hold" for number in range(150)
    )
    failure = {"status": None, "fault": None, "message": problems, "request": None, "steps_done": []}

    result = legible_result({"msg": f"{problems}.", "failure": failure}, str)

    assert (result["msg"], result["failure"]["message"]) == (f"{problems}.", problems)


@pytest.mark.parametrize("status", [None, 409])
def test_long_name_with_spaces_is_one_long_clause(status: int | None) -> None:
    failure = {"status": status, "fault": None, "message": "no", "request": None, "steps_done": []}

    said = legible_result({"msg": f"{'so ' * 2000}does not exist; correct it.", "failure": failure}, str)["msg"]

    assert said.endswith("so does not exist; correct it.")
    assert len(said) < 1100


def test_all_words_of_a_result_are_legible_and_its_values_stay() -> None:
    name = "a\x1b[2Kb\u202e"
    shown = r"a\x1b[2Kb\u202e"
    failure = {"status": 409, "fault": name, "message": name, "request": f"PUT /{name}", "steps_done": [name]}

    result = legible_result(
        {
            "msg": f"{name} is\nthere.",
            "warnings": [name, name],
            "failure": failure,
            "lun": {"name": name},
            "changed": False,
        },
        str,
    )

    assert result["msg"] == rf"{shown} is\nthere."
    assert result["warnings"] == [shown]
    assert result["failure"] == {
        "status": 409, "fault": shown, "message": shown, "request": f"PUT /{shown}", "steps_done": [shown],
    }  # fmt: skip
    assert result["lun"] == {"name": name}


def test_failure_without_facts_keeps_none() -> None:
    failure = {"status": None, "fault": None, "message": "no", "request": None, "steps_done": []}

    assert legible_result({"failure": dict(failure)}, str)["failure"] == failure


@pytest.mark.parametrize("secret", ["se\tcret-word", "s" * 9000, "word " * 900])
def test_secret_is_hidden_before_it_is_escaped_or_cut(secret: str) -> None:
    result = legible_result({"msg": f"user {secret} is wrong.", "warnings": [secret]}, Mask([secret]).text)

    assert result["msg"] == "user ******** is wrong."
    assert secret[:5] not in str(result)
