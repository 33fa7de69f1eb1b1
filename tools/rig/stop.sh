#!/usr/bin/env bash
# Stops what the rig started, by its recorded pids and nothing else, and removes the rig's folder.
# The cache stays.
set -euo pipefail
cd "$(dirname "$0")"
. ./common.sh

[ -d "$rig_dir" ] || exit 0

# Asks, waits, and ends it: stop_recorded PIDFILE SECONDS
stop_recorded() {
  local pid
  is_running "$1" || return 0
  pid=$(cat "$1")
  kill "$pid" 2>/dev/null || true
  gone() { ! is_running "$pid_file"; }
  pid_file=$1 wait_until "$2" gone || kill -KILL "$pid" 2>/dev/null || true
}

# Containers first: the engine would wait ten seconds for each of them to end by itself.
if is_running "$rig_dir/docker.pid"; then
  rig_docker ps --quiet | xargs -r timeout 30 docker --host "unix://$docker_socket" kill >/dev/null 2>&1 || true
fi
stop_recorded "$rig_dir/docker.pid" 30
stop_recorded "$rig_dir/exec/containerd/containerd.pid" 10 # the engine's own; alive only if the engine had to be ended
stop_recorded "$rig_dir/registry.pid" 10

# Containers of an engine that was ended hard live on. Each one's first process is on record; its
# parent is the shim that containerd put over it.
for record in "$rig_dir"/exec/containerd/daemon/io.containerd.runtime.v2.task/moby/*/init.pid; do
  [ -s "$record" ] || continue
  container=$(basename "$(dirname "$record")")
  pid=$(cat "$record")
  grep -qF "$container" "/proc/$pid/cgroup" 2>/dev/null || continue # long gone, and its number given to another
  shim=$(sed -n 's/^PPid:\s*//p' "/proc/$pid/status")
  kill -KILL "$pid" 2>/dev/null || true
  ! tr '\0' ' ' <"/proc/$shim/cmdline" | grep -qF -- "$container" || kill "$shim" 2>/dev/null || true
done

# Mounts that an engine leaves when it is ended hard.
awk -v dir="$rig_dir/" 'index($2, dir) == 1 { print $2 }' /proc/mounts | sort -r | xargs -r -n 1 umount 2>/dev/null || true
rm -rf --one-file-system "$rig_dir"
