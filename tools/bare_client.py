"""What a person would write without any collection: log in, read some LUNs one by one, log out.

`make bench` measures the collection against it. The connection comes from the environment, names of LUNs are arguments.
"""

from __future__ import annotations

import os
import sys

import requests


def main() -> int:
    """Read each LUN, on one connection and in one session."""
    url = f"https://{os.environ['ZFSSA_HOST']}:{os.environ['ZFSSA_PORT']}"
    ca_path = os.environ["ZFSSA_CA_PATH"]
    with requests.Session() as http:
        credentials = (os.environ["ZFSSA_USERNAME"], os.environ["ZFSSA_PASSWORD"])
        login = http.post(f"{url}/api/access/v1", auth=credentials, verify=ca_path, timeout=60)
        login.raise_for_status()
        headers = {"X-Auth-Session": login.headers["X-Auth-Session"]}
        luns = f"{url}/api/storage/v1/pools/tank/projects/default/luns"
        for name in sys.argv[1:]:
            answer = http.get(f"{luns}/{name}", headers=headers, verify=ca_path, timeout=60)
            answer.raise_for_status()
            if answer.json()["lun"]["name"] != name:
                return 1
        http.delete(f"{url}/api/access/v1", headers=headers, verify=ca_path, timeout=60).raise_for_status()
    return 0


if __name__ == "__main__":
    sys.exit(main())
