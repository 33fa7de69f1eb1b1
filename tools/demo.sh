#!/usr/bin/env bash
# The example workspace, deployed and run on this machine, then with a model registry; `make demo`.
# Installs what is missing first. Can be run again and again: what is deployed already is left
# alone, and the runs and model versions are new ones.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/common.sh

root=$PWD
workspace=$root/examples/rentcars
work=$(mktemp -d "${TMPDIR:-/tmp}/esteira-demo.XXXXXX")
installing=
edited=$workspace/src/projects/fleet-digest/steps/announce.py
leave() {
  [ -z "$installing" ] || kill -- "-$installing" 2>/dev/null || true
  correct
  rm -rf "$work"
}
# The step that the demo has edited becomes as it was.
correct() {
  [ ! -e "$work/announce.py" ] || { cat "$work/announce.py" >"$edited" && rm "$work/announce.py"; }
}
trap leave EXIT

# Begins a part of the demo; says of the one before how long it took.
stages=0 stage_started=0
stage() {
  stage_ends
  stages=$((stages + 1)) stage_started=$SECONDS
  section "$stages. $1"
}
stage_ends() {
  [ "$stages" -eq 0 ] || printf '\n%s%d s%s\n' "$dim" $((SECONDS - stage_started)) "$plain"
}

esteira() {
  printf '\n%s$ esteira %s%s\n\n' "$dim" "$*" "$plain"
  (cd "$workspace" && node "$root/bin/esteira.js" "$@")
}

# The outputs of a run's step, found by the newest run of the project.
artifacts_of() {
  (cd "$workspace" && node "$root/bin/esteira.js" status "$1" --json) |
    node -p 'JSON.parse(require("node:fs").readFileSync(0, "utf8")).run.artifacts'
}

# What the later parts need is installed while the first ones run: recsys is deployed, which is
# mostly the installing of its packages, and MLflow's server is installed and started. Each part
# that is ready leaves a file.
registry=http://127.0.0.1:5055
install_the_rest() {
  esteira deploy recsys >"$work/deploy" 2>&1 || return 1
  touch "$work/recsys"
  tools/rig/make-mlflow.sh 3 || return 1
  mkdir "$work/server" && cd "$work/server"
  touch "$work/mlflow"
  MLFLOW_DISABLE_TELEMETRY=true MLFLOW_SERVER_ENABLE_JOB_EXECUTION=false \
    exec "$root/.cache/mlflow3/bin/python" -m mlflow server --host 127.0.0.1 --port 5055 --workers 1 \
    --backend-store-uri sqlite:///mlflow.db --artifacts-destination ./artifacts
}

# Waits for a part, and says so where it isn't ready yet; false when it can't be had.
#   ready recsys "the packages of recsys"
ready() {
  local started=$SECONDS
  [ ! -e "$work/$1" ] || return 0
  printf '• installing %s\n' "$2"
  until [ -e "$work/$1" ]; do
    kill -0 "$installing" 2>/dev/null || return 1
    sleep 0.2
  done
  printf '  waited %d s for it\n' $((SECONDS - started))
}

answers() {
  node -e 'fetch(process.argv[1], { signal: AbortSignal.timeout(2000) }).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))' \
    "$registry/health"
}

# The registry of the environment "lab": see examples/rentcars/esteira.yaml. Each demo has an empty
# one, gone when it ends.
registry_is_up() {
  local until
  if $occupied; then
    printf 'Another server listens at %s already.\n' "$registry"
    return 1
  fi
  ready mlflow "MLflow" || { tail -n 20 "$work/log"; return 1; }
  until=$((SECONDS + 120))
  until answers; do
    if [ "$SECONDS" -gt "$until" ] || ! kill -0 "$installing" 2>/dev/null; then
      tail -n 20 "$work/log"
      return 1
    fi
    sleep 0.2
  done
  printf 'MLflow answers at %s.\n' "$registry"
}

registered_models() {
  stage "A model registry: \"lab\" asks it before a deploy, as prd does"
  printf '\n'
  if ! registry_is_up; then
    printf '\nMLflow could not be started here: the part with the model registry is left out.\n'
    return
  fi
  # An earlier demo's deploy would have nothing to change, and nothing to be refused.
  (esteira destroy recsys -e lab --yes) >/dev/null 2>&1 || true
  # The gate refuses: that is what is to be shown.
  esteira deploy recsys -e lab || true

  stage "A scientist trains: the version is in Staging; \"lab\" wants Production"
  printf '\n%s$ python steps/train_model.py%s\n\n' "$dim" "$plain"
  local python
  for python in "$workspace"/.esteira/venvs/*/*/bin/python; do # the environment that the deploy made
    ! "$python" -c 'import mlflow, sklearn' 2>/dev/null || break
  done
  (
    cd examples/rentcars/src/projects/recsys
    MLFLOW_TRACKING_URI=$registry MLFLOW_DISABLE_TELEMETRY=true PYTHONDONTWRITEBYTECODE=1 \
      "$python" steps/train_model.py 2>/dev/null
  )
  esteira deploy recsys -e lab || true

  stage "The version is promoted, the deploy goes through, the run loads it"
  esteira model promote recsys --version 1 --to Production -e lab --yes
  esteira deploy recsys -e lab
  esteira run recsys -e lab
  esteira model show recsys -e lab
}

stage "The program: its packages, and its build"
printf '\n'
tools/setup.sh
export PATH=$root/node_modules/.bin:$PWD/.cache/uv-$uv_version:$PATH

stage "fleet-report, which needs nothing but Python: checked, deployed and run"
esteira validate
esteira deploy fleet-report
(esteira deploy fleet-digest) >/dev/null
occupied=false
! answers || occupied=true
# With job control it leads a process group, with which the server and its workers end.
set -m
install_the_rest >"$work/log" 2>&1 </dev/null &
installing=$!
set +m
printf '\nA graph; a task for each maker; check_quality fails once, on purpose, and is tried again.\n'
esteira run fleet-report --param top=6
green=$SECONDS

# Runs the schedules until what follows fleet-report has ended, which is mostly at once.
until_followed() {
  local up until=$((SECONDS + 60))
  printf '\n%s$ esteira up%s\n\n' "$dim" "$plain"
  (cd "$workspace" && exec node "$root/bin/esteira.js" up) >"$work/up" 2>&1 &
  up=$!
  until grep -q "fleet-digest.* succeeded" "$work/up" || [ "$SECONDS" -gt "$until" ]; do
    kill -0 "$up" 2>/dev/null || break
    sleep 0.2
  done
  kill -TERM "$up" 2>/dev/null || true
  wait "$up" || true
  cat "$work/up"
}

stage "fleet-digest has no clock: it follows fleet-report, and starts when that has succeeded"
until_followed
esteira logs fleet-digest

stage "An edit breaks fleet-digest without an error; its check stops the run"
cp "$edited" "$work/announce.py"
sed 's/delimiter=","/delimiter=";"/' "$work/announce.py" >"$edited"
printf '\n'
diff "$work/announce.py" "$edited" || true
# That it fails is what is to be shown: it finds no reader, and there must be three.
esteira run fleet-digest --deploy || true

stage "The step is corrected, and the run continues: checked, and with a report"
correct
(esteira deploy fleet-digest) >/dev/null
esteira resume fleet-digest
esteira checks fleet-digest
esteira report fleet-digest --no-open

stage "A run fails: its source stays busy. Why, what to do, and on from there"
# That it fails is what is to be shown.
esteira run fleet-report --param busy=2 || true
esteira resume fleet-report

stage "recsys, with pandas and scikit-learn: similar vehicles for 406 real cars"
printf '\n'
ready recsys "the packages of recsys" || { cat "$work/deploy"; exit 1; }
cat "$work/deploy"
esteira run recsys
esteira runs

registered_models
stage_ends

section "Where to look next"
cat <<EOF
  examples/rentcars/src/projects/  the projects: change a step; then, in
                                   examples/rentcars, npx esteira deploy
  examples/rentcars/README.md      a tour of five minutes
  README.md                        your own first project
  docs/                            reference and decisions

  The recommendations:
  $(artifacts_of recsys)score_model/recommendations.json
  The report:
  $(artifacts_of fleet-report)write_report/report.md
EOF
printf '\n%sFirst successful run after %d s, everything in %d s%s\n' "$dim" "$green" "$SECONDS" "$plain"
