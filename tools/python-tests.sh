#!/usr/bin/env bash
# Runs the tests of the examples' projects, each in a separate virtual environment with the
# project's requirements.
#   tools/python-tests.sh [RESULTS]   RESULTS: a folder for JUnit files, python-PROJECT.xml
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/common.sh

results=${1:+$(mkdir -p "$1" && cd "$1" && pwd)}
failed=0

for tests in examples/*/src/projects/*/tests; do
  [ -d "$tests" ] || continue
  folder=$(dirname "$tests")
  project=$(basename "$folder")
  environment=$(environment_of "$folder")

  printf '• testing %s\n' "$folder"
  (
    cd "$folder"
    # Compiled once for all processes of the tests, and beside the sources nothing is left.
    PYTHONDONTWRITEBYTECODE='' PYTHONPYCACHEPREFIX="$environment/compiled" \
      "$environment/bin/python" -m pytest --quiet -p no:cacheprovider \
      ${results:+--junitxml="$results/python-$project.xml"}
  ) || failed=1
done
exit "$failed"
