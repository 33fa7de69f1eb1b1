#!/usr/bin/env bash
# Puts together what a release publishes: the npm tarball, the Python wheel, an SBOM, the notes, and
# checksums of them all.
# REPOSITORY is the repository's address, which npm compares with the one that built the package.
#   REPOSITORY=https://github.com/OWNER/NAME tools/release.sh v0.2.0 FOLDER
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/common.sh

tag=$1
mkdir -p "$2"
folder=$(cd "$2" && pwd)

npx --no-install node tools/release-notes.ts "$tag" >"$folder/notes.md"
if [ -n "${REPOSITORY:-}" ]; then
  npm pkg set repository.type=git repository.url="git+$REPOSITORY.git"
fi
quietly "building and packing" npm pack --pack-destination "$folder"
tools/wheel.sh "$folder"
npm sbom --sbom-format cyclonedx --package-lock-only >"$folder/sbom.cdx.json"
(cd "$folder" && sha256sum ./*.tgz ./*.whl sbom.cdx.json notes.md >SHA256SUMS)
