#!/usr/bin/env bash
# Deploys every project to an environment: ENV=dev ./build_apps.sh, ENV=prd ./build_apps.sh
# What hasn't changed since the last deploy is proven so and left alone. Further arguments go to
# `esteira deploy`.
set -euo pipefail
cd "$(dirname "$0")"
: "${ENV:?says where to deploy to, such as ENV=dev ./build_apps.sh}"

# The one that package-lock.json pins, where `npm ci` has put it; else the one of this machine.
esteira=node_modules/.bin/esteira
[ -x "$esteira" ] || esteira=esteira
exec "$esteira" deploy --env "$ENV" "$@"
