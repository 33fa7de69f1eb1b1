# Shared by the scripts beside it; sourced, never run.
#
# The rig gives the tests their real parts: a Docker engine and an OCI registry, which are theirs
# alone, started from Debian's packages, which touch nothing outside the folders named here.
#
#   ESTEIRA_RIG_DIR    where the running rig lives (sockets, pids, logs, images); gone after stop.sh
#   ESTEIRA_RIG_CACHE  what is worth keeping between two rigs (the base image)

rig_dir=${ESTEIRA_RIG_DIR:-${TMPDIR:-/tmp}/esteira-rig-$(id -u)}
rig_cache=${ESTEIRA_RIG_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/esteira-rig}
rig_env=$rig_dir/env # KEY=value lines: what the tests need to know to find the parts

docker_socket=$rig_dir/docker.sock
base_image=python:3.11-slim

say() { printf 'rig: %s\n' "$*" >&2; }

die() {
  say "$*"
  exit 1
}

# The client, always pointed at the rig's engine and never at one that the machine has besides.
rig_docker() { DOCKER_HOST=unix://$docker_socket docker "$@"; }

# Is the process recorded in this pid file alive, and is it ours? A pid may have been given to
# another process since, so the command line must name the rig's folder.
is_running() {
  local pid
  [ -s "$1" ] || return 1
  pid=$(cat "$1")
  tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -qF -- "$rig_dir/"
}

# Starts a process in its own session (so that Ctrl-C in the terminal doesn't reach it) and records
# its pid.
#   start_recorded NAME COMMAND...
start_recorded() {
  local name=$1
  shift
  # What a rig that was killed left behind would be read as this one's.
  rm -f "$rig_dir/$name.pid" "$rig_dir/$name.log"
  # exec keeps the pid: what the file names is the process itself, not a shell around it.
  setsid bash -c 'echo $$ >"$0"; exec "$@"' "$rig_dir/$name.pid" "$@" >"$rig_dir/$name.log" 2>&1 </dev/null &
  disown
}

# wait_until SECONDS COMMAND...: true as soon as the command is.
wait_until() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$deadline" ] || return 1
    sleep 0.2
  done
}

# Adds or replaces one line of the env file.
#   publish KEY VALUE
publish() {
  touch "$rig_env"
  sed -i "/^$1=/d" "$rig_env"
  printf '%s=%s\n' "$1" "$2" >>"$rig_env"
}
