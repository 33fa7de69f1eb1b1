#!/usr/bin/env bash
# Makes the virtual environments that the tests and the demo start MLflow servers from: .cache/mlflow3 and .cache/mlflow2. Does nothing
# where they are as the requirements have them. Needs Python 3.11 and takes a quarter of a minute for each, once.
#   tools/rig/make-mlflow.sh [MAJOR...]   only these; without any: 3 and 2
set -euo pipefail
cd "$(dirname "$0")/../.."
. tools/common.sh

make_environment() {
  local python environment=$1 requirements=$2
  # Made in place, and counts only when the copy of the requirements is there: that is put in last.
  python=$(find_python) &&
    rm -rf "$environment" &&
    mkdir -p .cache &&
    "$python" -m venv "$environment" &&
    "$environment/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$requirements" &&
    cp "$requirements" "$environment/requirements.txt"
}

[ $# -gt 0 ] || set -- 3 2
for major; do
  requirements=tools/rig/requirements-mlflow$major.txt
  environment=.cache/mlflow$major
  cmp -s "$requirements" "$environment/requirements.txt" ||
    quietly "installing an MLflow $major server" make_environment "$environment" "$requirements"
done
