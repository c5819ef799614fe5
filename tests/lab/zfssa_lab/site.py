"""A running lab: all ports of one process, from binding to the end."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zfssa_lab.certs import make_tls
from zfssa_lab.clock import Clock
from zfssa_lab.control import ControlServer
from zfssa_lab.dataplane.files import FilesPlane
from zfssa_lab.lab import PASSWORD, USERNAME, Lab, Settings
from zfssa_lab.listener import Server
from zfssa_lab.model.users import MONITOR, MONITOR_PASSWORD
from zfssa_lab.server import ApplianceServer

Address = tuple[str, int]


@dataclass(frozen=True)
class Ports:
    """Where to listen; port 0 means any free one."""

    appliances: dict[str, Address]
    control: Address


class Site:
    """The servers of a lab.  ``start``, then ``ready`` says how to reach it, at last ``stop``."""

    def __init__(
        self,
        settings: Settings,
        ports: Ports,
        state_dir: Path | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._made_dir: Path | None = None
        if state_dir is None:
            state_dir = self._made_dir = Path(tempfile.mkdtemp(prefix="zfssa-lab-"))
        self._servers: list[Server] = []
        self.appliances: dict[str, ApplianceServer] = {}
        self.lab = Lab(settings, clock)
        try:
            state_dir.mkdir(parents=True, exist_ok=True)
            if settings.data_plane == "files":
                self.lab.use_plane(FilesPlane(state_dir, settings.appliances))
            self._bind(ports, state_dir)
        except BaseException:
            self.stop()
            raise

    def _bind(self, ports: Ports, state_dir: Path) -> None:
        addresses = [host for host, _port in ports.appliances.values()]
        tls, self.ca_file = make_tls(state_dir, addresses)
        for name, address in ports.appliances.items():
            self.appliances[name] = ApplianceServer(address, self.lab, name, tls)
            self._servers.append(self.appliances[name])
        self.control = ControlServer(ports.control, self.lab)
        self._servers.append(self.control)

    def start(self) -> None:
        """Begin to serve."""
        for server in self._servers:
            server.start()

    def ready(self) -> dict[str, Any]:
        """Return the content of the ready line."""
        described = {}
        for name, server in self.appliances.items():
            host = str(server.server_address[0])
            described[name] = {
                "host": host,
                "port": server.port,
                "url": f"https://{host}:{server.port}",
                "username": USERNAME,
                "password": PASSWORD,
                "asn": self.lab.fleet.appliances[name].asn,
                "release": self.lab.settings.release,
                "monitor": {"username": MONITOR, "password": MONITOR_PASSWORD},
            }
            portal = self.lab.plane.portal(name)
            if portal is not None:
                described[name]["portal"] = portal
        control = f"http://{self.control.server_address[0]!s}:{self.control.port}"
        return {
            "ready": True,
            "ca_file": str(self.ca_file.resolve()),
            "control": control,
            "appliances": described,
        }

    def stop(self) -> None:
        """End all requests and remove what was made for this run."""
        self.lab.stopping.set()
        for server in self._servers:
            server.stop()
        self.lab.close()
        if self._made_dir is not None:
            shutil.rmtree(self._made_dir, ignore_errors=True)
