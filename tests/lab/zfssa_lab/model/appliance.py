"""One appliance: the root of its model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zfssa_lab.clock import Clock
from zfssa_lab.model.cluster import Cluster
from zfssa_lab.model.errors import not_found
from zfssa_lab.model.identity import Identities
from zfssa_lab.model.lun import Lun
from zfssa_lab.model.network import Network
from zfssa_lab.model.project import Pool, Project
from zfssa_lab.model.replication import Replication
from zfssa_lab.model.san import San
from zfssa_lab.model.schema import Schema
from zfssa_lab.model.services import Services
from zfssa_lab.model.sessions import Sessions
from zfssa_lab.release import Release

if TYPE_CHECKING:
    from zfssa_lab.model.fleet import Fleet


@dataclass(frozen=True)
class Identity:
    """What makes an appliance: its name, address and the user that may log in."""

    name: str
    address: str
    index: int
    user: str
    password: str


class Appliance:
    """An appliance with its pools, SAN objects, replication, sessions, services and network."""

    def __init__(
        self,
        identity: Identity,
        *,
        release: Release,
        clock: Clock,
        fleet: Fleet,
        seed: int,
        pools: dict[str, int],
    ) -> None:
        self.name = identity.name
        self.address = identity.address
        self.password = identity.password
        self.release = release
        self.clock = clock
        self.fleet = fleet
        self.identities = Identities(seed, identity.name)
        self.asn = self.identities.asn
        self.started = clock.now()
        self.sessions = Sessions(clock, identity.user, identity.password)
        self.services = Services(release)
        self.network = Network(identity.index)
        self.cluster = Cluster()
        self.schema = Schema()
        self.san = San(self)
        self.replication = Replication(self)
        self.pools = {name: Pool(self, name, size) for name, size in pools.items()}

    def pool(self, name: str) -> Pool:
        """Return the pool called ``name``; NotFound."""
        if name not in self.pools:
            raise not_found(name)
        return self.pools[name]

    def projects(self) -> list[Project]:
        """Return the projects of every pool."""
        return [project for pool in self.pools.values() for project in pool.projects.values()]

    def luns(self) -> list[Lun]:
        """Return the LUNs of every project."""
        return [lun for project in self.projects() for lun in project.luns]
