#!/usr/bin/env bash
# Makes `python:3.11-slim` from Debian's packages, for an engine that can't pull the real one, and
# loads it into the rig's engine.
# As close to the real image as the tests can tell: Debian 12, Python 3.11 with pip and venv,
# `python` on the PATH.
# The file system is kept in the cache; making it takes about a minute, loading it two seconds.
set -euo pipefail
cd "$(dirname "$0")"
. ./common.sh

suite=bookworm # the Debian whose python3 is 3.11
rig_docker image inspect "$base_image" >/dev/null 2>&1 && exit 0

# What the host trusts, the image trusts: behind a proxy with its own certificate, pip would fail in
# a build otherwise.
certificates=(/usr/local/share/ca-certificates/*.crt)
[ -e "${certificates[0]}" ] || certificates=()

# The name changes with the recipe and the certificates, so that an old file is never used as a new
# one.
key=$(cat "$0" "${certificates[@]}" | sha256sum | cut -c1-12)
tarball=$rig_cache/python-3.11-slim-$key.tar

make_tarball() {
  local mirror root log
  command -v debootstrap >/dev/null || die "no debootstrap on this machine; tools/rig/install.sh installs it"
  # The mirror that this machine's apt uses for the same suite; another Debian's default mirror
  # otherwise.
  mirror=${ESTEIRA_RIG_MIRROR:-$(apt-get indextargets --format '$(CODENAME) $(SITE)' 'Created-By: Packages' |
    sed -n "s/^$suite //p" | head -n 1)}
  root=$work/root
  log=$work/log
  say "making $base_image from Debian's packages (about a minute, once)"
  if ! debootstrap --variant=minbase --include=python3,python3-venv,python3-pip,ca-certificates \
    "$suite" "$root" ${mirror:+"$mirror"} >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    die "debootstrap failed; the end of its log is above"
  fi
  ln -s python3 "$root/usr/bin/python"
  # The real image's pip installs into the system's Python without being asked twice.
  rm -f "$root/usr/lib/python3.11/EXTERNALLY-MANAGED"
  if [ ${#certificates[@]} -gt 0 ]; then
    cp "${certificates[@]}" "$root/usr/local/share/ca-certificates/"
    chroot "$root" update-ca-certificates >/dev/null 2>&1
  fi
  rm -rf "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/* "$root"/var/log/* \
    "$root"/usr/share/{doc,man,info,locale}/* "$root/etc/hostname" "$root/etc/resolv.conf"
  tar -C "$root" --numeric-owner -cf "$work/image.tar" .
  mkdir -p "$rig_cache"
  rm -f "$rig_cache"/python-3.11-slim-*.tar
  mv "$work/image.tar" "$tarball" # in one go: a half-written file must not be found by the next rig
}

if [ ! -s "$tarball" ]; then
  mkdir -p "$rig_cache"
  work=$(mktemp -d "$rig_cache/work.XXXXXX") # not /tmp, which may be mounted without devices
  trap 'rm -rf --one-file-system "$work"' EXIT
  make_tarball
fi

rig_docker import \
  --change 'ENV PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin' \
  --change 'ENV LANG=C.UTF-8' \
  --change 'ENV PIP_CERT=/etc/ssl/certs/ca-certificates.crt' \
  --change 'CMD ["python3"]' \
  "$tarball" "$base_image" >/dev/null
rig_docker run --rm --network none "$base_image" timeout 20 python -c 'import pip, venv'
