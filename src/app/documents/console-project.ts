import * as z from "zod";

import { anything, document, environment, project, text, textOrNull, time } from "./fields.ts";
import { briefRun, deployed, nextFire } from "./console-fleet.ts";
import { release } from "./deploys.ts";
import { modelVersion } from "./models.ts";
import { run } from "./runs.ts";
import { schedule } from "./schedules.ts";
import { fieldChange, problem, projectPlan } from "./shapes.ts";

const node = z
  .strictObject({
    id: text().describe("As in `config.yaml`"),
    name: text().describe("As in `config.yaml`"),
    command: text().describe("Shell command line"),
    dependsOn: z.array(text()).describe("Ids of the steps before it"),
    forEach: z.boolean().describe("One task an item of a list"),
    cpu: z.number().describe("Virtual CPUs"),
    memoryGb: z.number().describe("GiB"),
    gpu: z.number().describe("How many"),
    timeoutSeconds: z.number().describe("How long an attempt may run"),
    retries: z.int().describe("Attempts after the first"),
    status: textOrNull().describe("In the newest run, as `Step` has it"),
    durationMs: z.number().nullable().describe("In the newest run"),
  })
  .meta({ id: "GraphNode", description: "A step of the deployed pipeline" });

export const projectDocument = document({
  environment: environment(),
  project: project(),
  description: text().describe("As in `config.yaml`"),
  owners: z
    .strictObject({
      technical: textOrNull().describe("`owners.tech_owner`"),
      business: textOrNull().describe("`owners.business_owner`"),
    })
    .describe("Who is asked"),
  inWorkspace: z.boolean().describe("It has a folder there"),
  deployed: deployed.nullable().describe("`null`: never deployed; what follows is empty then"),
  hold: textOrNull().describe("Why deploys skip it"),
  steps: z.array(node).describe("In the author's order"),
  parameters: z
    .array(
      z.strictObject({
        name: text().describe("As `--param` has it"),
        default: text().describe("Where none is given"),
        description: text().describe("What it is for"),
      }),
    )
    .describe("What a run can be given"),
  lastRun: run.nullable().describe("The newest run"),
  next: nextFire,
  schedule: schedule.nullable().describe("`null`: it has none"),
  model: z
    .strictObject({
      name: text().describe("Of the registered model"),
      required: z.boolean().describe("Without a version, nothing is deployed"),
      version: textOrNull().describe("What the deploy took"),
    })
    .nullable()
    .describe("`null`: never deployed"),
  config: anything().describe("The release as it is deployed; webhooks without what is secret"),
});

/** Runs, of an environment or a project. */
export const consoleRunsDocument = document({
  environment: environment(),
  runs: z.array(run).describe("The newest first"),
  next: textOrNull().describe("Cursor of the older ones; `null`: there are none"),
});

export const durationsDocument = document({
  environment: environment(),
  project: project(),
  steps: z.array(text()).describe("Ids, in the order of the pipeline"),
  runs: z
    .array(
      z.strictObject({
        run: briefRun,
        steps: z.record(z.string(), z.number()).describe("Milliseconds by step that ran"),
      }),
    )
    .describe("The last 60, the oldest first"),
});

export const compareReleasesDocument = document({
  environment: environment(),
  project: project(),
  from: release,
  to: release,
  fields: z.array(fieldChange).describe("What differs, field by field"),
});

export const resourcesDocument = document({
  environment: environment(),
  project: project(),
  observedAt: time(),
  release: textOrNull().describe("Fingerprint of what is deployed; `null`: nothing"),
  resources: projectPlan.shape.changes.describe("Each with how it differs now, field by field"),
});

export const projectModelsDocument = document({
  environment: environment(),
  project: project(),
  model: text().describe("Name of the registered model"),
  registry: textOrNull().describe("Its address; `null`: the environment names none"),
  versions: z
    .array(
      modelVersion.extend({
        metrics: z.record(z.string(), z.number()).nullable().describe("What its run logged"),
        releases: z.array(text()).describe("Fingerprints of those that were deployed with it"),
      }),
    )
    .describe("The newest first"),
  problem: problem.nullable().describe("Why the registry could not be asked"),
});
