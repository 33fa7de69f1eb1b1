#!/usr/bin/env bash
# Runs the tests of the examples' projects, each in a virtual environment of its own with the project's requirements.
#   tools/python-tests.sh [RESULTS]   RESULTS: a folder for JUnit files, python-PROJECT.xml
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/common.sh

root=$PWD
results=${1:+$(mkdir -p "$1" && cd "$1" && pwd)}
python=$(find_python)
failed=0

# Made under another name and moved into place, so that a half-made one is never taken for a whole one. Virtual environments
# can't be moved once their scripts have been written, hence `python -m` everywhere instead of the scripts.
make_environment() {
  local environment=$1 requirements=$2
  rm -rf "$environment" "$environment.new" &&
    "$python" -m venv "$environment.new" &&
    "$environment.new/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$requirements" pytest &&
    mv "$environment.new" "$environment"
}

for tests in examples/*/src/projects/*/tests; do
  [ -d "$tests" ] || continue
  folder=$(dirname "$tests")
  project=$(basename "$folder")
  requirements=$folder/requirements.txt
  [ -f "$requirements" ] || requirements=/dev/null

  environment=$root/.cache/python/$project-$({ "$python" --version; cat "$requirements"; } | cksum | tr ' ' '-')
  if [ ! -d "$environment" ]; then
    mkdir -p "$root/.cache/python"
    quietly "installing the requirements of $project" make_environment "$environment" "$requirements"
  fi

  printf '• testing %s\n' "$folder"
  (
    cd "$folder"
    PYTHONDONTWRITEBYTECODE=1 "$environment/bin/python" -m pytest --quiet -p no:cacheprovider \
      ${results:+--junitxml="$results/python-$project.xml"}
  ) || failed=1
done
exit "$failed"
