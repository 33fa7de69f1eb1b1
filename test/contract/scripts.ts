import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import type { Behaviour, ContractProject } from "./harness.ts";

/** What the file of a step does, by its behaviour. */
const scripts: Readonly<Record<Behaviour, (id: string) => string>> = {
  succeeds: (id) => `echo "${id} says hello"\n`,
  fails: (id) => `echo "${id} gives up"\nexit 3\n`,
  // The runs of one origin share their artifacts.
  "fails-once": (id) =>
    `mark="\${ESTEIRA_ARTIFACTS_URI#file://}${id}"\nif [ -e "$mark" ]; then echo "${id} says hello"; exit 0; fi\ntouch "$mark"\necho "${id} gives up"\nexit 3\n`,
  "shows-data": () => `echo "started by $ESTEIRA_TRIGGER_URIS"\n`,
  waits: (id) => `echo "${id} waits"\nexec sleep 3600\n`,
  measures: () => MEASURES,
  // As a step that trains with MLflow's client, which reads the variable by itself:
  // https://mlflow.org/docs/latest/api_reference/python_api/mlflow.environment_variables.html
  trains: () => `python3 - <<'TRAINS'
import json, os, urllib.request
tags = json.loads(os.environ["MLFLOW_RUN_CONTEXT"])
body = {"experiment_id": "0", "tags": [{"key": key, "value": tags[key]} for key in tags]}
url = os.environ["MLFLOW_TRACKING_URI"] + "/api/2.0/mlflow/runs/create"
headers = {"content-type": "application/json"}
urllib.request.urlopen(urllib.request.Request(url, json.dumps(body).encode(), headers)).read()
TRAINS
${MEASURES}`,
};

const MEASURES = `printf %s "$ESTEIRA_PARAM_METRICS" > "$ESTEIRA_ARTIFACTS_DIR/metrics.json"\n`;

/** Writes the files of a project's steps below a folder. */
export function writeScripts(folder: string, { steps }: ContractProject): void {
  for (const [id, behaviour] of Object.entries(steps)) {
    const path = join(folder, "steps", `${id}.sh`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, scripts[behaviour](id));
  }
}
