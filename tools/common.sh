# Shared by the scripts of this folder; sourced, never run. The working directory is the repository's root.

# Says what is being done; shows the command's output only when it fails. A function that is called so must join its commands
# with &&: in a condition, bash goes on after one that fails, whatever `set -e` says.
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

# Prints the path of a virtual environment with a project's requirements and pytest, made where it isn't there yet.
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

# Made under another name and moved into place, so that a half-made one is never taken for a whole one. Virtual environments
# can't be moved once their scripts have been written, hence `python -m` everywhere instead of the scripts.
make_environment() {
  local python=$1 environment=$2 requirements=$3
  rm -rf "$environment" "$environment.new" &&
    "$python" -m venv "$environment.new" &&
    "$environment.new/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$requirements" pytest &&
    mv "$environment.new" "$environment"
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
