# Shared by the scripts of this folder; sourced, never run. The working directory is the
# repository's root.

# Says what is being done; shows the command's output only when it fails. A function that is called
# so must join its commands with &&: in a condition, bash continues after one that fails, whatever
# `set -e` says.
#   quietly "installing packages" npm ci
quietly() {
  local what=$1 log
  shift
  printf '• %s\n' "$what"
  log=$(mktemp)
  if "$@" >"$log" 2>&1 </dev/null; then
    rm -f "$log"
  else
    cat "$log" >&2
    rm -f "$log"
    printf '✗ %s failed: %s\n' "$what" "$*" >&2
    return 1
  fi
}

# Prints the path of a Python that the examples run on.
find_python() {
  local name
  for name in "${PYTHON:-python3.11}" python3.11 python3 python; do
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
      command -v "$name"
      return
    fi
  done
  printf '✗ Python 3.11 or newer is needed, and none is on the PATH (set PYTHON to name one)\n' >&2
  return 1
}

# Prints the path of a virtual environment with a project's requirements and pytest, made where it
# isn't there yet.
#   environment_of examples/rentcars/src/projects/recsys
environment_of() {
  local folder=$1 requirements=$1/requirements.txt python environment
  [ -f "$requirements" ] || requirements=/dev/null
  python=$(find_python) || return 1
  environment=$PWD/.cache/python/$(basename "$folder")-$({ "$python" --version; cat "$requirements"; } | cksum | tr ' ' '-')
  if [ ! -d "$environment" ]; then
    mkdir -p "$PWD/.cache/python" &&
      quietly "installing the requirements of $(basename "$folder")" make_environment "$python" "$environment" "$requirements" >&2 || return 1
  fi
  printf '%s\n' "$environment"
}

# Made under another name and moved into place, so that a half-made one is never used as a whole
# one. Scripts of a virtual environment name the folder that it was made in, hence `python -m`
# everywhere instead of them.
make_environment() {
  local python=$1 environment=$2 requirements=$3
  rm -rf "$environment" &&
    new_environment "$python" "$environment.new" --requirement "$requirements" pytest &&
    mv "$environment.new" "$environment"
}

# Makes a virtual environment of the server that the tests start, in place, from a file of
# requirements. Its copy in the environment is put in last: with it, the environment is whole.
#   server_environment .cache/moto tools/rig/requirements-moto.txt "moto, the emulator of AWS"
server_environment() {
  local environment=$1 requirements=$2 what=$3
  cmp -s "$requirements" "$environment/requirements.txt" ||
    quietly "installing $what" make_server_environment "$environment" "$requirements"
}

make_server_environment() {
  local python environment=$1 requirements=$2
  python=$(find_python) &&
    new_environment "$python" "$environment" --requirement "$requirements" &&
    cp "$requirements" "$environment/requirements.txt"
}

# Makes a virtual environment with packages in it; what was there before is removed.
#   new_environment PYTHON FOLDER WHAT-PIP-INSTALLS...
# uv does it with a tenth of pip's work. Where uv can't, pip does it.
new_environment() {
  local python=$1 folder=$2 uv setting settings=(UV_SYSTEM_CERTS=true)
  shift 2
  mkdir -p "$(dirname "$folder")" && rm -rf "$folder" || return 1
  uv=$(find_uv "$python") &&
    while read -r setting; do settings+=("$setting"); done < <(uv_settings "$python") &&
    "$python" -m venv --without-pip "$folder" &&
    env "${settings[@]}" "$uv" pip install --quiet --python "$folder/bin/python" "$@" && return
  rm -rf "$folder" &&
    "$python" -m venv "$folder" &&
    "$folder/bin/python" -m pip install --quiet --disable-pip-version-check "$@"
}

uv_version=0.13.9
uv_oldest=0.8 # as in src/local/executors/packages/uv-release.ts

# Prints the path of uv: the one on the PATH where its version serves, else one that is fetched
# where it isn't there yet. It is one program, so it may be moved.
find_uv() {
  local python=$1 folder=$PWD/.cache/uv-$uv_version work
  usable_uv && return
  if [ ! -x "$folder/uv" ]; then
    mkdir -p "$PWD/.cache" && work=$(mktemp -d "$PWD/.cache/uv.XXXXXX") || return 1
    "$python" -m venv "$work/venv" >&2 &&
      "$work/venv/bin/python" -m pip install --quiet --disable-pip-version-check "uv==$uv_version" >&2 &&
      mkdir -p "$folder" &&
      mv "$work/venv/bin/uv" "$folder/uv"
    rm -rf "$work"
  fi
  [ -x "$folder/uv" ] && printf '%s\n' "$folder/uv"
}

# Prints the path of the uv on the PATH, where there is one that is new enough.
usable_uv() {
  local version
  version=$(uv --version 2>/dev/null | sed -n 's/^uv \([0-9][0-9.]*\).*/\1/p')
  [ -n "$version" ] &&
    [ "$(printf '%s\n' "$uv_oldest" "$version" | sort -t. -k1,1n -k2,2n -k3,3n | head -n 1)" = "$uv_oldest" ] &&
    command -v uv
}

# What is set for pip, as uv's own variables, one assignment a line: uv reads nothing of pip's.
# Those that are set for uv stay.
#   uv_settings PYTHON
uv_settings() {
  local list place name value variable
  list=$("$1" -m pip config list 2>/dev/null) || return 0
  for place in global install :env:; do # what comes later counts more
    printf '%s\n' "$list" | sed -n "s/^$place\.\([a-z-]*\)='\(.*\)'\$/\1 \2/p" | while read -r name value; do
      value=${value//\\n/ } # several are one a line
      case $name in
        index-url) variable=UV_DEFAULT_INDEX ;;
        extra-index-url) variable=UV_INDEX ;;
        cert) variable=SSL_CERT_FILE ;;
        trusted-host) variable=UV_INSECURE_HOST ;;
        *) continue ;;
      esac
      [ -n "${!variable:-}" ] || printf '%s=%s\n' "$variable" "$value"
    done
  done
}

# Starts a command in the background, as one of those that `finish` waits for, in its own process
# group.
#   begin "lint" npm run -s lint
begin() {
  local name=$1
  shift
  [ -n "$begun_folder" ] || begun_folder=$(mktemp -d)
  set -m
  (
    start=$SECONDS
    "$@" >"$begun_folder/$name" 2>&1 </dev/null
    printf '%s %s\n' $? $((SECONDS - start)) >"$begun_folder/$name.end"
  ) &
  set +m
  begun+=("$name")
  begun_groups+=("$!")
}
begun=() begun_groups=() begun_folder=

# Ends what was begun, for a script that is interrupted: its own group doesn't hear of it.
abandon() {
  local group
  for group in "${begun_groups[@]}"; do kill -- "-$group" 2>/dev/null; done
  [ -z "$begun_folder" ] || rm -rf "$begun_folder"
}

# Waits for what was begun, and shows each one's output and how long it took. Fills `failed` with
# the names of those that did.
finish() {
  local name status seconds
  wait
  for name in "${begun[@]}"; do
    printf '\n• %s\n' "$name"
    cat "$begun_folder/$name"
    status=1 seconds=0
    read -r status seconds <"$begun_folder/$name.end"
    printf '  %s: %d s\n' "$name" "$seconds"
    [ "$status" -eq 0 ] || failed+=("$name")
  done
  rm -rf "$begun_folder"
  begun=() begun_groups=() begun_folder=
}

# Prints a new folder in memory, for what tests write and remove within seconds: a disk's file
# system makes several times the work of it. Nothing where memory is short, or where no program can
# be started from there.
folder_in_memory() {
  local folder free room
  free=$(sed -n 's/^MemAvailable: *\([0-9]*\) kB$/\1/p' /proc/meminfo 2>/dev/null)
  room=$(df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 && $1 == "tmpfs" { print $4 }')
  [ "${free:-0}" -gt $((12 * 1024 * 1024)) ] && [ "${room:-0}" -gt $((6 * 1024 * 1024)) ] || return 1
  folder=$(mktemp -d /dev/shm/esteira.XXXXXX) || return 1
  if printf '#!/bin/sh\n' >"$folder/try" && chmod +x "$folder/try" && "$folder/try" 2>/dev/null; then
    rm "$folder/try" && chmod 1777 "$folder" # as /tmp: some tests have steps of other users
    printf '%s\n' "$folder"
  else
    rm -rf "$folder"
    return 1
  fi
}

# Colours only where somebody watches and hasn't asked for none.
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
  bold=$(printf '\033[1m') dim=$(printf '\033[2m') plain=$(printf '\033[0m')
else
  bold='' dim='' plain=''
fi

# Prints a heading.
section() {
  printf '\n%s── %s%s\n' "$bold" "$1" "$plain"
}
