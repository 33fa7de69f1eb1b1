#!/usr/bin/env bash
# Brings a clone to where everything can run: npm packages as the lock file has them, and the build. Does only what is missing.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/common.sh

# The packages bring their own, newer Node; any that npm runs on is enough to fetch it.
if ! node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null; then
  printf '✗ Node 20 or newer is needed; found: %s\n' "$(node --version 2>/dev/null || echo none)" >&2
  exit 1
fi

# What npm noted when it installed, against what the lock file asks for; optional packages depend on the machine.
is_installed() {
  [ -x node_modules/.bin/node ] && node -e '
    const packages = (file) => JSON.parse(require("node:fs").readFileSync(file, "utf8")).packages;
    const installed = packages("node_modules/.package-lock.json");
    const wanted = Object.entries(packages("package-lock.json")).filter(([path, entry]) => path && !entry.optional);
    process.exit(wanted.every(([path, entry]) => installed[path]?.version === entry.version) ? 0 : 1);
  ' 2>/dev/null
}

# Of the packages' own scripts only the one that brings Node runs.
install_packages() {
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error && npm rebuild node --loglevel=error
}

is_installed || quietly "installing npm packages" install_packages

node_modules/.bin/node tools/bundle/built.ts || quietly "building" npm run -s build
