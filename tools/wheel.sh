#!/usr/bin/env bash
# Makes the Python wheel, which brings the bundled program:
# python/dist/esteira_ml-VERSION-py3-none-any.whl. Its path is the last line. Needs what
# tools/setup.sh installs.
#   tools/wheel.sh [FOLDER]
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/common.sh

folder=${1:-$PWD/python/dist}
python=$(find_python)
mkdir -p "$folder"
rm -f "$folder"/esteira_ml-*.whl
if uv=$(find_uv "$python"); then
  quietly "building the wheel" env UV_SYSTEM_CERTS=true "$uv" build --quiet --no-config --wheel --out-dir "$folder" python
else
  quietly "building the wheel" "$python" -m pip wheel --quiet --no-deps --wheel-dir "$folder" ./python
fi
# uv leaves a .gitignore there.
rm -f "$folder/.gitignore"
printf '%s\n' "$folder"/esteira_ml-*.whl
