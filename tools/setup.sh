#!/usr/bin/env bash
# Brings a clone to where everything can run: npm packages as the lock file has them, and the build.
# Does only what is missing.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/common.sh

# The packages bring their own, newer Node; any that npm runs on is enough to fetch it.
if ! node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null; then
  printf '✗ Node 20 or newer is needed; found: %s\n' "$(node --version 2>/dev/null || echo none)" >&2
  exit 1
fi

# What npm noted when it installed, against what the lock file asks for; optional packages depend on
# the machine.
is_installed() {
  [ -x node_modules/.bin/node ] && node -e '
    const packages = (file) => JSON.parse(require("node:fs").readFileSync(file, "utf8")).packages;
    const installed = packages("node_modules/.package-lock.json");
    const wanted = Object.entries(packages("package-lock.json")).filter(([path, entry]) => path && !entry.optional);
    process.exit(wanted.every(([path, entry]) => installed[path]?.version === entry.version) ? 0 : 1);
  ' 2>/dev/null
}

# Node itself, which is as large as all the rest, is fetched meanwhile: as the package that `node`
# would install by its own script, as its lock-file entry says, and without any script.
install_packages() {
  local work fetching
  work=$(mktemp -d) || return 1
  fetch_node "$work" >"$work/log" 2>&1 &
  fetching=$!
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error || { kill "$fetching" 2>/dev/null; rm -rf "$work"; return 1; }
  if wait "$fetching" && place_node "$work"; then
    rm -rf "$work"
  else
    cat "$work/log"
    rm -rf "$work"
    npm rebuild node --loglevel=error # where the machine's Node has another package, or none by that name
  fi
}

fetch_node() {
  local package
  package=$(node -p '
    const { version } = JSON.parse(require("node:fs").readFileSync("package-lock.json", "utf8")).packages["node_modules/node"];
    `node-${process.platform}-${process.arch}@${version}`
  ') && npm install --prefix "$1" --ignore-scripts --no-save --no-audit --no-fund --loglevel=error "$package"
}

place_node() {
  mkdir -p node_modules/node/bin node_modules/.bin &&
    mv "$1"/node_modules/node-*/bin/node node_modules/node/bin/node &&
    node_modules/node/bin/node --version &&
    ln -sf ../node/bin/node node_modules/.bin/node
}

is_installed || quietly "installing npm packages" install_packages

node_modules/.bin/node tools/bundle/built.ts || quietly "building" npm run -s build
