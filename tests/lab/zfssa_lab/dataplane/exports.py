"""What is to be shown to hosts, as plain values: the plan of the publication is made from these alone."""

from __future__ import annotations

from dataclasses import dataclass, field

ALL = "ALL"  # tgt's word for any initiator


@dataclass(frozen=True, order=True)
class Account:
    """A CHAP name and its secret."""

    user: str
    secret: str = field(repr=False)


@dataclass(frozen=True)
class Unit:
    """A file as tgt has it open: it must be opened again when its content is another ``version``."""

    file: str
    version: int
    serial: str


@dataclass(frozen=True)
class Export:
    """A target: its units by LU number, who may log in, and with which accounts.

    ``incoming`` is None when no CHAP is demanded; ``outgoing`` is the target's own account.
    """

    units: dict[int, Unit] = field(default_factory=dict)
    initiators: frozenset[str] = frozenset()
    incoming: frozenset[Account] | None = None
    outgoing: Account | None = None

    def __post_init__(self) -> None:
        if self.incoming is not None and not self.incoming and self.initiators:
            raise ValueError("tgt lets anybody in where CHAP is demanded, but nobody has an account")

    @property
    def accounts(self) -> frozenset[Account]:
        """All accounts that it refers to."""
        return (self.incoming or frozenset()) | (frozenset() if self.outgoing is None else {self.outgoing})


Exports = dict[str, Export]
