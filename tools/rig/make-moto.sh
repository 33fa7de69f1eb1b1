#!/usr/bin/env bash
# Makes the virtual environment that the tests start moto from, the emulator of AWS: .cache/moto. Does nothing where it is as the
# requirements have it. Needs Python 3.11 and takes half a minute, once.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tools/common.sh

environment=.cache/moto
requirements=tools/rig/requirements-moto.txt

# The copy of the requirements is put in last: with it, the environment is whole.
cmp -s "$requirements" "$environment/requirements.txt" && exit 0

make_environment() {
  local python
  # Virtual environments can't be moved, so it is made in place and counts only when the copy of the requirements is there.
  python=$(find_python) &&
    rm -rf "$environment" &&
    mkdir -p .cache &&
    "$python" -m venv "$environment" &&
    "$environment/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$requirements" &&
    cp "$requirements" "$environment/requirements.txt"
}
quietly "installing moto, the emulator of AWS" make_environment
