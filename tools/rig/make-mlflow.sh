#!/usr/bin/env bash
# Makes the virtual environments that the tests and the demo start MLflow servers from:
# .cache/mlflow3 and .cache/mlflow2. Does nothing where they are as the requirements have them.
# Needs Python 3.11 and takes some seconds for each, once.
#   tools/rig/make-mlflow.sh [MAJOR...]   only these; without any: 3 and 2
set -euo pipefail
cd "$(dirname "$0")/../.."
. tools/common.sh

[ $# -gt 0 ] || set -- 3 2
for major; do
  server_environment ".cache/mlflow$major" "tools/rig/requirements-mlflow$major.txt" "an MLflow $major server"
done
