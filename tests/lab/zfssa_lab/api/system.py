"""Endpoints of system, cluster, network and services (API reference 2)."""

from __future__ import annotations

import time
from typing import Any

from zfssa_lab.api.arguments import parse_arguments, refuse_arguments
from zfssa_lab.api.call import Call, Record, Reply, accepted, ok
from zfssa_lab.api.records import View
from zfssa_lab.api.routing import Route
from zfssa_lab.model.errors import bad_value, expecting, not_found
from zfssa_lab.model.network import Interface
from zfssa_lab.model.services import DISABLED, ONLINE, Service


def _view(call: Call) -> View:
    return View(call.release, call.version)


def version(call: Call) -> Reply:
    """API reference 14.2."""
    appliance = call.appliance
    release = appliance.release
    booted = time.strftime("%a %b %d %Y %H:%M:%S GMT+0000 (UTC)", time.gmtime(appliance.started))
    record = {
        "href": f"/api/system/v{call.version}/version",
        "nodename": appliance.name,
        "mkt_product": "Sun ZFS Storage Lab Appliance",
        "product": "Sun Storage Lab",
        "version": release.version,
        "install_time": booted,
        "update_time": booted,
        "boot_time": booted,
        "asn": appliance.asn,
        "csn": "unknown",
        "part": "Oracle 000-0000",
        "urn": f"urn:uuid:{appliance.asn}",
        "navname": "aksh",
        "navagent": "aksh 1.0",
        "http": "Apache/2.4.46 (Unix)",
        "ssl": "OpenSSL 1.0.2u-fips  20 Dec 2019",
        "ak_version": f"ak/SUNW,ankimo@{release.version}",
        "ak_release": release.ak_release,
        "os_version": "SunOS 5.11 11.4.28.82.3 64-bit",
        "bios_version": "lab 1.0",
        "sp_version": "-",
    }
    return ok(version={key: value for key, value in record.items() if value is not None})


def cluster(call: Call) -> Reply:
    """API reference 14.3."""
    appliance = call.appliance
    base = f"/api/hardware/v{call.version}/cluster/resources"
    resources = [
        {
            "owner": appliance.name,
            "type": "singleton",
            "user_label": interface.name,
            "details": [interface.address],
            "href": f"{base}/net/{interface.name}",
        }
        for interface in appliance.network.interfaces.values()
    ] + [
        {
            "owner": appliance.name,
            "type": "singleton",
            "user_label": "",
            "details": [f"{pool.size / 2**30:.1f}G"],
            "href": f"{base}/zfs/{pool.name}",
        }
        for pool in appliance.pools.values()
    ]
    return ok(cluster={**vars(appliance.cluster), "resources": resources})


def _interface(call: Call, interface: Interface) -> Record:
    return {
        "interface": interface.name,
        "state": "up",
        "curaddrs": [interface.address],
        "class": "ip",
        "label": "management" if interface.admin else interface.name,
        "enable": True,
        "admin": interface.admin,
        "links": [interface.name],
        "v4addrs": [f"{interface.address}/24"],
        "v4dhcp": False,
        "v4directnets": [],
        "v6addrs": [],
        "v6dhcp": False,
        "v6directnets": [],
        "href": _view(call).href("interfaces", interface.name, service="network"),
    }


def _datalink(call: Call, interface: Interface) -> Record:
    return {
        "class": "device",
        "label": interface.name,
        "mac": interface.mac,
        "links": [interface.name],
        "mtu": 1500,
        "datalink": interface.name,
        "href": _view(call).href("datalinks", interface.name, service="network"),
    }


def _find_interface(call: Call) -> Interface:
    interfaces = call.appliance.network.interfaces
    if call.path["name"] not in interfaces:
        raise not_found(call.path["name"])
    return interfaces[call.path["name"]]


def list_interfaces(call: Call) -> Reply:
    """API reference 2.4."""
    return ok(interfaces=[_interface(call, one) for one in call.appliance.network.interfaces.values()])


def get_interface(call: Call) -> Reply:
    """API reference 2.4."""
    return ok(interface=_interface(call, _find_interface(call)))


def list_datalinks(call: Call) -> Reply:
    """API reference 2.4."""
    return ok(datalinks=[_datalink(call, one) for one in call.appliance.network.interfaces.values()])


def get_datalink(call: Call) -> Reply:
    """API reference 2.4."""
    return ok(datalink=_datalink(call, _find_interface(call)))


def _service(call: Call, service: Service) -> Record:
    record: Record = {
        "href": _view(call).href("services", service.name, service="service"),
        "<status>": service.status,
        **service.values,
    }
    if service.name == "replication" and call.release.replication_lists:
        replication = call.appliance.replication
        record["sources"] = list(replication.sources)
        record["targets"] = list(replication.peers)
    return record


def _listed(call: Call, service: Service) -> Record:
    href = _view(call).href("services", service.name, service="service")
    log: dict[str, Any] = {"href": f"/api/log/v{call.version}/logs/{service.name}", "size": 0}
    return {"<status>": service.status, "name": service.name, "href": href, "log": log}


def list_services(call: Call) -> Reply:
    """API reference 2.3."""
    return ok(services=[_listed(call, one) for one in call.appliance.services.by_name.values()])


def get_service(call: Call) -> Reply:
    """API reference 2.3."""
    return ok(service=_service(call, call.appliance.services.get(call.path["name"])))


def modify_service(call: Call) -> Reply:
    """Set properties; ``<status>`` takes "enable" or "disable" (API reference 2.3)."""
    service = call.appliance.services.get(call.path["name"])
    body = dict(call.body)
    wanted = body.pop("<status>", None)
    if wanted not in (None, "enable", "disable"):
        raise bad_value("<status>", wanted, expecting(["enable", "disable"]))
    values = parse_arguments(body, service.table, False, call.appliance.schema)
    service.values.update(values)
    if wanted:
        service.status = ONLINE if wanted == "enable" else DISABLED
    return accepted(service=_service(call, service))


def _switch(call: Call, status: str) -> Reply:
    refuse_arguments(call.body)
    service = call.appliance.services.get(call.path["name"])
    service.status = status
    return accepted(service=_service(call, service))


def enable_service(call: Call) -> Reply:
    """API reference 2.3."""
    return _switch(call, ONLINE)


def disable_service(call: Call) -> Reply:
    """API reference 2.3."""
    return _switch(call, DISABLED)


ROUTES = (
    Route("GET", "system/version", version, "Show the software version"),
    Route("GET", "hardware/cluster", cluster, "Show the cluster state"),
    Route("GET", "network/interfaces", list_interfaces, "List IP interfaces"),
    Route("GET", "network/interfaces/{name}", get_interface, "Show an IP interface"),
    Route("GET", "network/datalinks", list_datalinks, "List datalinks"),
    Route("GET", "network/datalinks/{name}", get_datalink, "Show a datalink"),
    Route("GET", "service/services", list_services, "List services"),
    Route("GET", "service/services/{name}", get_service, "Show a service"),
    Route("PUT", "service/services/{name}", modify_service, "Modify a service"),
    Route("PUT", "service/services/{name}/enable", enable_service, "Enable a service"),
    Route("PUT", "service/services/{name}/disable", disable_service, "Disable a service"),
)
