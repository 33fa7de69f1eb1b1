import * as z from "zod";

import { anything, document, environment, project, text, textOrNull, time } from "./fields.ts";
import { eventOf } from "./run-event.ts";
import { attempt, cost, delivery, diagnosis, hold, run } from "./runs.ts";
import { fieldChange } from "./shapes.ts";

const bar = attempt
  .extend({
    placedAt: time().nullable().describe("It had a place from then on, and was starting"),
  })
  .meta({
    id: "Bar",
    description:
      "One try of a step: it waits from `scheduledAt`, starts from `placedAt`, runs from `startedAt`",
  });

const stepStatus = z
  .enum(["pending", "running", "waiting", "succeeded", "failed", "skipped", "aborted", "timed_out"])
  .describe("Its state");

const ganttStep = z
  .strictObject({
    id: text().describe("As in `config.yaml`"),
    name: text().describe("As in `config.yaml`"),
    dependsOn: z.array(text()).describe("Ids of the steps before it"),
    status: stepStatus,
    startedAt: time().nullable(),
    endedAt: time().nullable(),
    retryAt: time().nullable().describe("When a retry is due that waits"),
    timeoutSeconds: z.number().nullable().describe("How long an attempt may run"),
    memoryBytes: z.number().nullable().describe("Memory that it declares"),
    attempts: z.array(bar).describe("Its tries; empty for a step with items"),
    items: z
      .strictObject({
        total: z.int().describe("How many have begun"),
        succeeded: z.int().describe("How many have succeeded"),
        failed: z.int().describe("How many have failed"),
        running: z.int().describe("How many run or wait"),
      })
      .nullable()
      .describe("Of a `for_each`: opened with `items`; `null`: it has none"),
  })
  .meta({ id: "GanttStep", description: "A step of a run with its tries" });

const runHold = hold
  .extend({
    commands: z.array(text()).describe("Command lines that enter them, and one that ends the hold"),
  })
  .meta({
    id: "RunHold",
    description: "Failed steps whose places are kept, and how to enter them",
  });

const cached = z
  .strictObject({
    step: text().describe("Its id"),
    items: z.int().nullable().describe("Items that looked into the cache; `null`: no `for_each`"),
    taken: z.int().describe("How many of them, or the step: 1"),
    from: z.array(text()).describe("Runs that it was taken from; at most five"),
    missed: z
      .array(
        z.strictObject({
          text: text().describe("Why nothing was taken, as `status` says it"),
          items: z.array(z.int()).describe("Their indexes; at most twenty"),
          more: z.int().describe("Items of the same reason that aren't named"),
        }),
      )
      .describe("By reason; at most twenty"),
    more: z.int().describe("Items of further reasons"),
  })
  .meta({ id: "RunCache", description: "What a step with `cache` found there in a run" });

export const consoleRunDocument = document({
  environment: environment(),
  run: run.describe("Its row in a list"),
  commit: textOrNull().describe("Of the working copy that its release was deployed from"),
  diagnosis: diagnosis.nullable().describe("Why it failed or waits, with the remedy"),
  remedy: textOrNull().describe("The command to type next; `null`: none fits"),
  error: textOrNull().describe("Name of the error"),
  cause: textOrNull().describe("Its details"),
  input: anything().describe("What it was started with"),
  output: anything().describe("What the state machine gave"),
  parameters: z.record(z.string(), z.string()).describe("What steps got, defaults included"),
  steps: z.array(ganttStep).describe("In the order of the release"),
  checks: z
    .array(
      z
        .strictObject({
          step: text().describe("The step that left the metric"),
          item: z.int().nullable().describe("Index of the `for_each` item"),
          passed: z.boolean().describe("It is as it must be"),
          otherwise: z
            .enum(["fail", "warn", "block_promotion"])
            .describe("What follows where it isn't"),
          text: text().describe("What it is and what is asked, in one sentence"),
        })
        .meta({ id: "RunCheck", description: "What a check said in a run" }),
    )
    .describe("What [checks](checks.md) said, those that aren't met first"),
  cached: z.array(cached).describe("What [steps with `cache`](outputs.md) found there"),
  hold: runHold.nullable().describe("On this machine, after `run --hold-on-failure`"),
  deliveries: z.array(delivery).describe("Who is notified of its end"),
  cost: cost.nullable().describe("On AWS only"),
  lastGood: run.nullable().describe("The last run of the project before it that succeeded"),
});

export const runItemsDocument = document({
  environment: environment(),
  run: text().describe("Id of the run"),
  step: text().describe("Id of the step"),
  items: z
    .array(
      z.strictObject({
        item: z.int().describe("Its index, from 0"),
        status: bar.shape.status,
        attempts: z.array(bar).describe("Its tries, the first one first"),
      }),
    )
    .describe("By index"),
  next: textOrNull().describe("Cursor of the following ones; `null`: there are none"),
});

export const runEventsDocument = document({
  environment: environment(),
  run: text().describe("Id of the run"),
  events: z.array(eventOf).describe("The oldest first"),
  next: textOrNull().describe("Cursor of the following ones; `null`: none can come"),
});

export const compareRunsDocument = document({
  environment: environment(),
  project: project(),
  run: run.describe("The run in question"),
  good: run.nullable().describe("The last good one before it; `null`: there is none"),
  code: z
    .strictObject({
      changed: z.boolean().describe("The sources differ"),
      commitBefore: textOrNull().describe("Of the good run's release"),
      commitAfter: textOrNull().describe("Of this run's release"),
    })
    .describe("What the steps ran"),
  config: z.array(fieldChange).describe("Fields of the releases that differ"),
  model: z
    .strictObject({
      before: textOrNull().describe("Version that the good run used"),
      after: textOrNull().describe("Version that this run used"),
    })
    .describe("Of the registered model"),
  parameters: z
    .array(
      z.strictObject({
        name: text().describe("As `--param` has it"),
        before: textOrNull().describe("In the good run"),
        after: textOrNull().describe("In this run"),
      }),
    )
    .describe("Those that differ"),
  durations: z
    .array(
      z.strictObject({
        step: text().describe("Its id"),
        beforeMs: z.number().nullable().describe("In the good run; `null`: it did not run"),
        afterMs: z.number().nullable().describe("In this run; `null`: it did not run"),
      }),
    )
    .describe("By the order of the pipeline"),
});
