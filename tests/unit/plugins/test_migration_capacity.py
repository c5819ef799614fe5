"""Whether the target has room for what is to be sent."""

from __future__ import annotations

from typing import Any

import pytest
from migration_pages import GIB, HERE, action, found, judged, migration_request, seen, target_side

from ansible_collections.zfssa.storage.plugins.module_utils.kinds.migration._capacity import capacity_problems
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.migration._judge import Standing

Facts = dict[str, Any]


def standings(*luns: Any, **more: Any) -> list[Standing]:
    """LUNs that are on the source alone."""
    return [judged(seen(place=HERE.named(one.place.name), lun=one, **more)) for one in luns]


def sized(name: str, size: int, **more: Any) -> Any:
    """A LUN of so many GiB."""
    return found(HERE.named(name), **{"volsize": size * GIB, "space_total": GIB, **more})


QUOTA = {"name": "archive", "quota": 30 * GIB, "space_available": 15 * GIB}


@pytest.mark.parametrize(
    ("luns", "target", "said"),
    [
        ((sized("a", 60), sized("b", 40)), {}, []),
        (
            (sized("a", 60), sized("b", 41)),
            {},
            ["LUN tank/databases/a, LUN tank/databases/b together need 101G, and pool pond of west has 100G available"],
        ),
        ((sized("a", 60, sparse=True), sized("b", 60)), {}, []),
        ((sized("a", 1, space_total=101 * GIB, sparse=True),), {}, ["needs 101G"]),
        ((sized("a", 200),), {"available": None}, []),
        (
            (sized("a", 20),),
            {"projects": (QUOTA,)},
            ["project pond/archive, which has a quota, of west has 15G available"],
        ),
        ((sized("a", 10), sized("b", 6)), {"projects": (QUOTA,)}, ["together need 16G"]),
        ((sized("a", 20),), {"projects": ({**QUOTA, "quota": 0},)}, []),
        ((sized("a", 20),), {"projects": ({**QUOTA, "space_available": None},)}, []),
        ((sized("a", 200),), {"projects": (QUOTA,)}, ["pool pond of", "project pond/archive"]),
        ((sized("a", 200),), {"projects": ()}, ["pool pond of"]),
    ],
)
def test_room_is_needed_for_all_together(luns: tuple[Any, ...], target: Facts, said: list[str]) -> None:
    problems = capacity_problems(standings(*luns), migration_request(), target_side(**target))

    assert len(problems) == len(said), problems
    for problem, words in zip(problems, said, strict=True):
        assert words in problem


def test_room_is_said_to_be_lacking_for_those_that_need_it() -> None:
    sent_already = standings(sized("a", 50), mine=(action(),), has_package=True)
    nowhere = [judged(seen(place=HERE.named("c"), lun=None))]

    (problem,) = capacity_problems(
        [*sent_already, *standings(sized("b", 101)), *nowhere], migration_request(), target_side()
    )

    assert problem.startswith("LUN tank/databases/b needs 101G, and pool pond")


def test_room_is_not_needed_again_for_what_was_sent() -> None:
    big = sized("a", 200)
    sent_already = standings(big, mine=(action(),), has_package=True)
    again = [judged(seen(lun=big, mine=(action(),), has_package=False), migration_request(full_again=True))]

    assert capacity_problems(sent_already, migration_request(), target_side()) == []
    assert len(capacity_problems(again, migration_request(), target_side())) == 1
