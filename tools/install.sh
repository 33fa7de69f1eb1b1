#!/usr/bin/env bash
# Installs `esteira` for one user from a clone, as it would be shipped: the program and the Node
# that it was tested with in PREFIX/lib/esteira, and the command in PREFIX/bin. The clone may be
# moved or deleted afterwards.
#   tools/install.sh [PREFIX]
#   tools/install.sh --remove [PREFIX]
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/common.sh

remove=false
if [ "${1:-}" = --remove ]; then
  remove=true
  shift
fi
prefix=${1:-$HOME/.local}
case $prefix in
  /*) ;;
  *) prefix=$PWD/$prefix ;;
esac
program=$prefix/lib/esteira
command=$prefix/bin/esteira

# What is there and isn't ours stays.
mark='# Made by `make install` of Esteira.'
if [ -e "$command" ] && ! grep -qxF "$mark" "$command" 2>/dev/null; then
  printf '✗ %s is there and was not made by make install: move it away, or name another folder with PREFIX=\n' "$command" >&2
  exit 1
fi
if $remove; then
  rm -rf "$program" "$command"
  printf '✓ removed %s and %s\n' "$program" "$command"
  exit
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
quietly "packing" node_modules/.bin/node "$(command -v npm)" pack --ignore-scripts --pack-destination "$work"
tar -xzf "$work"/esteira-*.tgz -C "$work"
cp -L node_modules/node/bin/node "$work/package/node"
mkdir -p "$prefix/lib" "$prefix/bin"
rm -rf "$program"
mv "$work/package" "$program"
quoted() { printf "'%s'" "$(printf '%s' "$1" | sed "s/'/'\\\\''/g")"; }
printf '#!/bin/sh\n%s\nexec %s %s "$@"\n' "$mark" "$(quoted "$program/node")" "$(quoted "$program/bin/esteira.js")" >"$work/esteira"
chmod 755 "$work/esteira"
mv "$work/esteira" "$command"
printf '✓ esteira %s is %s\n' "$("$command" --version)" "$command"
case :$PATH: in
  *":$prefix/bin:"*) ;;
  *)
    printf '  %s is not on your PATH. For this terminal, and in your shell profile for the next ones:\n' "$prefix/bin"
    printf '  $ export PATH=%s:"$PATH"\n' "$(quoted "$prefix/bin")"
    ;;
esac
