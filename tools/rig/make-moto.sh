#!/usr/bin/env bash
# Makes the virtual environment that the tests start moto from, the emulator of AWS: .cache/moto.
# Does nothing where it is as the requirements have it. Needs Python 3.11 and takes some seconds,
# once.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tools/common.sh

server_environment .cache/moto tools/rig/requirements-moto.txt "moto, the emulator of AWS"
