#!/usr/bin/env bash
# Every check there is, on a fresh clone or a worked-in one; `make test` runs this. All of them run
# even when one fails, and the last line is the count: `N passed, N failed`.
#   tools/test.sh [--rig]   with a rig that is started meanwhile; as root
set -uo pipefail
cd "$(dirname "$0")/.."
. tools/common.sh
. tools/rig/common.sh

results=$PWD/.cache/test-results
rm -rf "$results"
mkdir -p "$results"
failed=() in_memory=''
trap 'abandon; forget; exit 130' INT TERM HUP

forget() {
  [ -z "$in_memory" ] || { chmod -R u+w "$in_memory"; rm -rf "$in_memory"; }
}

start_rig() {
  tools/rig/start-docker.sh && tools/rig/start-registry.sh
}

# Without one of them, the tests that need it say so.
make_servers() {
  local python
  python=$(find_python) && find_uv "$python" >/dev/null # once, before three ask for it at a time
  tools/rig/make-moto.sh &
  tools/rig/make-mlflow.sh 3 &
  tools/rig/make-mlflow.sh 2 &
  wait
}

# What the tests need, and the checks that need none of it, side by side: much of it waits for
# networks and disks.
[ "${1:-}" != --rig ] || begin "rig" start_rig
begin "servers for the tests" make_servers
start=$SECONDS
tools/setup.sh || { finish; exit 1; }
printf '  set-up: %d s\n' $((SECONDS - start))
begin "format" npm run -s format:check
begin "lint" npm run -s lint
begin "types" npm run -s types
finish

# A rig of `make rig` is used where one runs and nothing else is asked for.
if [ -z "${DOCKER_HOST:-}${ESTEIRA_TEST_REGISTRY:-}" ] && [ -f "$rig_env" ]; then
  set -a
  . "$rig_env"
  set +a
fi

check() {
  local name=$1
  shift
  printf '\n• %s\n' "$name"
  local start=$SECONDS
  "$@" </dev/null || failed+=("$name")
  printf '  %s: %d s\n' "$name" $((SECONDS - start))
}
begin "example tests" tools/python-tests.sh "$results"
in_memory=$(folder_in_memory)
check "tests" env ${in_memory:+TMPDIR="$in_memory"} ESTEIRA_TEST_RESULTS="$results" npm run -s test
finish
forget

printf '\n'
[ ${#failed[@]} -eq 0 ] || printf '✗ failed: %s\n' "$(printf '%s, ' "${failed[@]}" | sed 's/, $//')"
node_modules/.bin/node tools/test-summary.ts "$results" | tee "$results/summary.txt"
[ "${PIPESTATUS[0]}" -eq 0 ] && [ ${#failed[@]} -eq 0 ]
