#!/usr/bin/env bash
# Starts an OCI registry of the rig's own on a free port of the loopback address. Does nothing where
# it runs already.
set -euo pipefail
cd "$(dirname "$0")"
. ./common.sh

command -v docker-registry >/dev/null || die "no docker-registry on this machine; tools/rig/install.sh installs it"
mkdir -p -m 700 "$rig_dir"

if is_running "$rig_dir/registry.pid"; then
  say "the registry runs already"
  exit 0
fi

cat >"$rig_dir/registry.yml" <<CONFIG
version: 0.1
log: {accesslog: {disabled: true}, level: info}
storage:
  filesystem: {rootdirectory: $rig_dir/registry}
  delete: {enabled: true}
http:
  addr: 127.0.0.1:0
  secret: only-for-tests
CONFIG
start_recorded registry docker-registry serve "$rig_dir/registry.yml"

# The kernel picks the port; the registry's first lines tell which.
address() { sed -n 's/.*listening on \(127\.0\.0\.1:[0-9]*\).*/\1/p' "$rig_dir/registry.log" | grep -m 1 .; }
if ! wait_until 20 address; then
  tail -n 20 "$rig_dir/registry.log" >&2
  die "the registry did not start within 20 seconds; the end of its log is above"
fi
publish ESTEIRA_TEST_REGISTRY "$(address)"
say "registry at $(address)"
