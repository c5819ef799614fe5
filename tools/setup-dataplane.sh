#!/bin/sh
# Installs what `zfssa-lab serve --data-plane files` and its tests need. For root, on Debian or Ubuntu.
set -eu

packages="tgt libiscsi-bin qemu-utils qemu-block-extra"

die() {
    printf 'error: %s\n' "$1" >&2
    exit 1
}

installed() {
    dpkg-query --show --showformat '${Status}\n' "$@" 2>/dev/null | grep -c '^install ok installed$' || true
}

install() {
    DEBIAN_FRONTEND=noninteractive apt-get --quiet install --yes --no-install-recommends $packages </dev/null
}

[ "$(id -u)" -eq 0 ] || die "'make setup-dataplane' installs packages ($packages), so it must be run as root."
command -v apt-get >/dev/null && command -v dpkg-query >/dev/null ||
    die "'make setup-dataplane' works on Debian and Ubuntu only; install by other means: $packages."

if [ "$(installed $packages)" -eq "$(echo "$packages" | wc -w)" ]; then
    echo "Already installed: $packages."
    exit 0
fi

had_tgt=$(installed tgt)
# The package lists may be absent or too old.
install || { apt-get --quiet update && install; } || die "apt-get cannot install $packages."

# The lab starts tgtd by itself, with sockets and ports of its own. The service of the system, which listens
# on port 3260 of every address, would do no harm to it, but nobody has asked for it.
if [ "$had_tgt" -eq 0 ] && [ -d /run/systemd/system ]; then
    systemctl disable --now tgt.service
fi
