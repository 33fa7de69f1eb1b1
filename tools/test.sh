#!/usr/bin/env bash
# Every check there is, on a fresh clone or a worked-in one; `make test` runs this. All of them run even when one fails, and
# the last line is the count: `N passed, N failed`.
set -uo pipefail
cd "$(dirname "$0")/.."
. tools/common.sh

tools/setup.sh || exit 1
# Side by side, for they mostly wait. Without one of them, the tests that need it say so.
tools/rig/make-moto.sh &
tools/rig/make-mlflow.sh 3 &
tools/rig/make-mlflow.sh 2 &
wait

# A rig of `make rig` is used where one runs and nothing else is asked for.
. tools/rig/common.sh
if [ -z "${DOCKER_HOST:-}${ESTEIRA_TEST_REGISTRY:-}" ] && [ -f "$rig_env" ]; then
  set -a
  . "$rig_env"
  set +a
fi

results=$PWD/.cache/test-results
rm -rf "$results"
mkdir -p "$results"

failed=()
check() {
  local name=$1
  shift
  printf '\n• %s\n' "$name"
  local start=$SECONDS
  "$@" </dev/null || failed+=("$name")
  printf '  %s: %d s\n' "$name" $((SECONDS - start))
}
check "format" npm run -s format:check
check "lint" npm run -s lint
check "types" npm run -s types
check "tests" env ESTEIRA_TEST_RESULTS="$results" npm run -s test
check "example tests" tools/python-tests.sh "$results"

printf '\n'
[ ${#failed[@]} -eq 0 ] || printf '✗ failed: %s\n' "$(printf '%s, ' "${failed[@]}" | sed 's/, $//')"
node_modules/.bin/node tools/test-summary.ts "$results" | tee "$results/summary.txt"
[ "${PIPESTATUS[0]}" -eq 0 ] && [ ${#failed[@]} -eq 0 ]
