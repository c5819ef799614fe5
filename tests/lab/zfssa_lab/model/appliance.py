"""One appliance: the root of its model."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zfssa_lab.clock import Clock
from zfssa_lab.model.cluster import Cluster
from zfssa_lab.model.fc import make_ports
from zfssa_lab.model.identity import Identities
from zfssa_lab.model.logs import Logs
from zfssa_lab.model.lun import Lun
from zfssa_lab.model.network import Network
from zfssa_lab.model.project import Pool, Project
from zfssa_lab.model.replication import Replication
from zfssa_lab.model.san import San
from zfssa_lab.model.schema import Schema
from zfssa_lab.model.services import Services
from zfssa_lab.model.sessions import Sessions
from zfssa_lab.model.shelf import Shelves, named
from zfssa_lab.model.users import ROOT, Users
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
    """An appliance with its pools, users, SAN objects, replication, sessions, services and network."""

    schema: Schema
    shelves: Shelves
    san: San
    services: Services
    replication: Replication

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
        self.release = release
        self.clock = clock
        self.fleet = fleet
        self.identities = Identities(seed, identity.name)
        self.asn = self.identities.asn
        self.installed = self.started = clock.now()
        everywhere = ipaddress.ip_address(identity.address).is_unspecified
        portal = identity.address if fleet.plane.serves_hosts and not everywhere else ""
        self.network = Network(identity.index, portal)
        self.logs = Logs(self.asn, clock)
        self.fc_ports = make_ports(self.identities)
        self.cluster: Cluster | None = None
        self._identity = identity
        self.users = Users(identity.user, identity.password)
        self.sessions = Sessions(clock, self.users)
        self.configure()
        self.pools = {name: Pool(self, name, size) for name, size in pools.items()}

    def configure(self) -> None:
        """Set up all that is configuration, as from the factory; pools are none of it."""
        self.users = self.sessions.users = Users(self._identity.user, self._identity.password)
        self.services = Services(self.release)
        self.schema = Schema()
        self.shelves = Shelves()
        self.san = San(self)
        self.replication = Replication(self)

    @property
    def password(self) -> str:
        """The password of the superuser, which a replication source must know (API reference 10.1)."""
        return self.users.by_name[ROOT].password

    @property
    def heads(self) -> tuple[Appliance, ...]:
        """The appliance itself, and its peer in a cluster."""
        return (self,) if self.cluster is None else (self, self.cluster.other(self))

    @property
    def peer(self) -> Appliance | None:
        """The other head of its cluster."""
        return None if self.cluster is None else self.cluster.other(self)

    @property
    def is_blank(self) -> bool:
        """Say whether it has no configuration that it would lose by joining another."""
        replication = self.replication
        own = self.san.in_use or self.schema.properties or self.shelves.in_use
        return not (own or replication.actions or replication.packages)

    def restart(self) -> None:
        """Come up anew: every session ends; in a cluster the peer takes over meanwhile (API reference 2.1)."""
        if self.cluster is not None and self.cluster.stripped is not self:
            self.cluster.take_over(self.cluster.other(self))
        self.started = self.clock.now()
        self.sessions.expire_all()

    def pool(self, name: str) -> Pool:
        """Return the pool called ``name`` that it serves; NotFound, as for a pool of its peer (12.12)."""
        return named(self.pools, name)

    def projects(self) -> list[Project]:
        """Return the projects of every pool that it serves."""
        return [project for pool in self.pools.values() for project in pool.projects.values()]

    def luns(self) -> list[Lun]:
        """Return the LUNs of every project that it serves."""
        return [lun for project in self.projects() for lun in project.luns]

    def data_interfaces(self) -> list[str]:
        """Names of the interfaces that a target may use, those of the peer included."""
        return sorted(name for head in self.heads for name in head.network.data_interfaces())
