#!/usr/bin/env bash
# The example workspace, deployed and run on this machine; `make demo` runs this after the set-up. Can be run again and again:
# what is deployed already is left alone, and the runs are new ones.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/common.sh

root=$PWD
workspace=$root/examples/rentcars
export PATH=$root/node_modules/.bin:$PATH
cd "$workspace"

esteira() {
  printf '\n%s$ esteira %s%s\n\n' "$dim" "$*" "$plain"
  node "$root/bin/esteira.js" "$@"
}

# The outputs of a run's step, told by the newest run of the project.
artifacts_of() {
  node "$root/bin/esteira.js" status "$1" --json | node -p 'JSON.parse(require("node:fs").readFileSync(0, "utf8")).run.artifacts'
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

section "Where to look next"
cat <<EOF
  examples/rentcars/src/projects/   the two projects: change a step, then in examples/rentcars: npx esteira deploy; npx esteira run recsys
  examples/rentcars/README.md       a tour of five minutes
  README.md                         a first project of your own
  docs/                             reference and decisions

  The recommendations  $(artifacts_of recsys)score_model/recommendations.json
  The report           $(artifacts_of fleet-report)write_report/report.md
EOF
