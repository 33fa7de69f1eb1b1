#!/usr/bin/env bash
# The example workspace, deployed and run on this machine, then with a model registry; `make demo` runs this after the set-up. Can be run
# again and again: what is deployed already is left alone, and the runs and model versions are new ones.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/common.sh

root=$PWD
workspace=$root/examples/rentcars
export PATH=$root/node_modules/.bin:$PATH

esteira() {
  printf '\n%s$ esteira %s%s\n\n' "$dim" "$*" "$plain"
  (cd "$workspace" && node "$root/bin/esteira.js" "$@")
}

# The outputs of a run's step, told by the newest run of the project.
artifacts_of() {
  (cd "$workspace" && node "$root/bin/esteira.js" status "$1" --json) |
    node -p 'JSON.parse(require("node:fs").readFileSync(0, "utf8")).run.artifacts'
}

section "Two projects are checked, and deployed to the environment \"local\" of this machine"
esteira validate
esteira deploy

section "fleet-report: a graph; one task for each maker; check_quality fails once, on purpose, and succeeds on its retry"
esteira run fleet-report --param top=6

section "recsys: features from 406 real cars, then similar vehicles for each of them"
esteira run recsys

section "What they left"
esteira runs
esteira status fleet-report
esteira logs recsys --step score_model

# The registry of the environment "lab": see examples/rentcars/esteira.yaml. Each demo has an empty one, gone when it ends.
registry=http://127.0.0.1:5055
server=
server_folder=
stop_registry() {
  [ -z "$server" ] || kill -- "-$server" 2>/dev/null || true
  [ -z "$server_folder" ] || rm -rf "$server_folder"
}
trap stop_registry EXIT

answers() {
  node -e 'fetch(process.argv[1], { signal: AbortSignal.timeout(2000) }).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))' \
    "$registry/health"
}

start_registry() {
  local tries=0
  if answers; then
    printf 'Another server listens at %s already.\n' "$registry"
    return 1
  fi
  tools/rig/make-mlflow.sh 3 || return 1
  server_folder=$(mktemp -d "${TMPDIR:-/tmp}/esteira-mlflow.XXXXXX")
  printf '\n%s$ mlflow server --port 5055 …%s\n\n' "$dim" "$plain"
  # With job control it leads a process group, with which its workers end.
  set -m
  (
    cd "$server_folder"
    export MLFLOW_DISABLE_TELEMETRY=true MLFLOW_SERVER_ENABLE_JOB_EXECUTION=false
    exec "$root/.cache/mlflow3/bin/python" -m mlflow server --host 127.0.0.1 --port 5055 --workers 1 \
      --backend-store-uri sqlite:///mlflow.db --artifacts-destination ./artifacts
  ) >"$server_folder/log" 2>&1 </dev/null &
  server=$!
  set +m
  until answers; do
    tries=$((tries + 1))
    if [ "$tries" -gt 120 ] || ! kill -0 "$server" 2>/dev/null; then
      tail -n 20 "$server_folder/log"
      return 1
    fi
    sleep 0.5
  done
  printf 'MLflow answers at %s.\n' "$registry"
}

registered_models() {
  section "A model registry: the environment \"lab\" asks it before a deploy, as prd does"
  if ! start_registry; then
    printf '\nMLflow could not be started here, so the part of the demo with the model registry is left out.\n'
    return
  fi
  # An earlier demo's deploy would have nothing to change, and nothing to be refused.
  (esteira destroy recsys -e lab --yes) >/dev/null 2>&1 || true
  # The gate refuses: that is what is to be shown.
  esteira deploy recsys -e lab || true

  section "A scientist trains: the version is registered, in Staging; the gate of \"lab\" wants Production"
  local folder=examples/rentcars/src/projects/recsys environment
  environment=$(environment_of "$folder")
  printf '\n%s$ python steps/train_model.py%s\n\n' "$dim" "$plain"
  (
    cd "$folder"
    MLFLOW_TRACKING_URI=$registry MLFLOW_DISABLE_TELEMETRY=true PYTHONDONTWRITEBYTECODE=1 \
      "$environment/bin/python" steps/train_model.py 2>/dev/null
  )
  esteira deploy recsys -e lab || true

  section "The version is promoted, and the gate lets the deploy through; the run loads just that version"
  esteira model promote recsys --version 1 --to Production -e lab --yes
  esteira deploy recsys -e lab
  esteira run recsys -e lab
  esteira model show recsys -e lab
}
registered_models

section "A run fails: its source stays busy. Why, what to do, and on from there: what had finished isn't run again"
# That it fails is what is to be shown.
esteira run fleet-report --param busy=2 || true
esteira status fleet-report
esteira resume fleet-report

section "Where to look next"
cat <<EOF
  examples/rentcars/src/projects/   the two projects: change a step, then in examples/rentcars: npx esteira deploy; npx esteira run recsys
  examples/rentcars/README.md       a tour of five minutes
  README.md                         a first project of your own
  docs/                             reference and decisions

  The recommendations  $(artifacts_of recsys)score_model/recommendations.json
  The report           $(artifacts_of fleet-report)write_report/report.md
EOF
