#!/usr/bin/env bash
# Starts a Docker engine of the rig's own, and gives it the base image. As root, on Linux. Does
# nothing where it runs already.
#
# The engine leaves the machine alone: it keeps its data, its sockets and its containerd under the
# rig's folder, sets no firewall rule and makes no bridge. Two things follow:
# - containers have no network unless they ask for the host's: `docker run --network host`, `docker
# build --network host`
# - images can't be pulled from the internet: `python:3.11-slim` is made here, from Debian's
# packages
set -euo pipefail
cd "$(dirname "$0")"
. ./common.sh

[ "$(uname -s)" = Linux ] || die "the rig's engine needs Linux; on this machine, start Docker yourself and the tests will find it"
[ "$(id -u)" = 0 ] || die "the rig's engine needs root; where another Docker engine runs, the tests use that one"
export PATH=$PATH:/usr/sbin:/sbin # dockerd lives there
command -v dockerd >/dev/null || die "no dockerd on this machine; tools/rig/install.sh installs it"

# A UNIX socket's path may have 107 characters, and containerd adds its own under the engine's
# folder.
[ ${#rig_dir} -le 60 ] || die "ESTEIRA_RIG_DIR is too long for a socket: $rig_dir"
mkdir -p -m 700 "$rig_dir"

if is_running "$rig_dir/docker.pid"; then
  say "the engine runs already"
else
  # The storage driver is the engine's own choice (overlay2 where the file system allows it, else
  # vfs) unless it is named.
  options=()
  [ -z "${ESTEIRA_RIG_STORAGE_DRIVER:-}" ] || options+=(--storage-driver "$ESTEIRA_RIG_STORAGE_DRIVER")
  start_recorded docker dockerd \
    --iptables=false --ip6tables=false --bridge=none \
    --data-root "$rig_dir/docker" --exec-root "$rig_dir/exec" --pidfile "$rig_dir/dockerd.pid" \
    --host "unix://$docker_socket" "${options[@]}"
  if ! wait_until 60 rig_docker version; then
    tail -n 20 "$rig_dir/docker.log" >&2
    die "the engine did not answer within 60 seconds; the end of its log is above"
  fi
fi

./make-base-image.sh

publish DOCKER_HOST "unix://$docker_socket"
publish DOCKER_BUILDKIT 0 # Debian has no buildx, and BuildKit is not to be had without it
say "engine $(rig_docker version --format '{{.Server.Version}}') at unix://$docker_socket"
