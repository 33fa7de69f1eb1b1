#!/usr/bin/env bash
# Installs what the rig is made of: a Docker engine, a registry, debootstrap for the base image,
# shells, a browser, and what makes a disk. Debian 12 or newer, as root.
# Does nothing where everything is there already.
#   tools/rig/install.sh [PACKAGE...]   more of Debian's packages, that the caller has found missing
set -euo pipefail
cd "$(dirname "$0")"
. ./common.sh

missing=("$@")
need() { PATH=$PATH:/usr/sbin:/sbin command -v "$1" >/dev/null || missing+=("$2"); }
need dockerd docker.io
need docker docker.io
need runc runc
need iptables iptables # dockerd looks for it even when it is not to use it
need debootstrap debootstrap
need docker-registry docker-registry
need zsh zsh # completion is tried in each shell
need fish fish
need mkfs.xfs xfsprogs # a disk whose files can be cloned
# The console is tried in a real browser. The one without a window needs half of the processor time;
# who may not install it does with the other.
[ "$(id -u)" != 0 ] && command -v chromium >/dev/null || need chromium-headless-shell chromium-headless-shell
[ ${#missing[@]} -gt 0 ] || exit 0

[ "$(id -u)" = 0 ] || die "needs root to install: ${missing[*]}"
command -v apt-get >/dev/null || die "needs a Debian machine to install: ${missing[*]}"

# Another apt may be at work on a fresh machine: wait for its lock, and try again after a broken
# download.
# RUNLEVEL=1 keeps the packages' own services from starting; the rig starts its own, elsewhere.
apt_get() {
  local try
  for try in 1 2 3; do
    RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=120 "$@" >"$log" 2>&1 && return
    sleep $((try * 5))
  done
  cat "$log" >&2
  die "apt-get $1 failed three times"
}

log=$(mktemp)
trap 'rm -f "$log"' EXIT
say "installing ${missing[*]}"
apt_get update
apt_get install -y --no-install-recommends "${missing[@]}"
