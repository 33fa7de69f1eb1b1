import * as z from "zod";

import { ENDED_BY } from "../../runs/task-facts.ts";

import { anything, document, environment, project, text, textOrNull, time } from "./fields.ts";
import { eventOf } from "./run-event.ts";
import { cacheUse } from "./step-cache.ts";

export const status = z
  .enum(["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "PENDING_REDRIVE"])
  .describe("As AWS Step Functions has it");

export const run = z
  .strictObject({
    run: text().describe("Its id"),
    project: project(),
    environment: environment(),
    status,
    skipped: z.boolean().describe("It ended at once because an earlier one was still going"),
    interrupted: z.boolean().describe("It is RUNNING, and nobody drives it"),
    trigger: z
      .enum(["manual", "schedule", "backfill", "resume", "after", "on"])
      .describe("What started it; `after`: runs that it follows; `on`: data that arrived"),
    actor: text().describe("Who started it; empty: nobody"),
    startedAt: time(),
    endedAt: time().nullable(),
    scheduledTime: time().nullable(),
    origin: text().describe("The run whose artifacts it has"),
    artifacts: text().describe("URI of what its steps left"),
    release: text().describe("Fingerprint of its release"),
    version: text().describe("Version of the project"),
    modelVersion: textOrNull().describe("Version of the model that it used"),
    failure: textOrNull().describe("One line: what went wrong"),
    resumedBy: textOrNull().describe("The run that continued this one"),
  })
  .meta({ id: "Run", description: "A run's row in a list" });

const setback = z
  .strictObject({
    kind: z.enum(["instance-lost", "no-capacity"]).describe("What happened"),
    number: z.int().optional().describe("The how-many-th instance that was lost, from 1"),
    of: z.int().optional().describe("How often the step is started again for lost ones"),
  })
  .meta({ id: "Setback", description: "Why a try ended that its step is not to blame for" });

export const check = z
  .strictObject({
    metric: text().describe("Its name"),
    rule: text().describe("As `config.yaml` has it"),
    of: z
      .enum(["value", "median", "age"])
      .describe("What the value is compared with: a number, earlier runs, or the time"),
    otherwise: z.enum(["fail", "warn", "block_promotion"]).describe("What follows"),
    passed: z.boolean().describe("Whether the value is as the rule asks"),
    value: z.number().optional().describe("Seconds where `of` is `age`; absent: not a number"),
    limit: z.number().optional().describe("What the value was compared with"),
    median: z.number().optional().describe("Of the good runs before"),
    runs: z.int().optional().describe("How many those are"),
    text: text().optional().describe("What was left that is no number"),
    missing: z.literal(true).optional().describe("No step has left the metric"),
  })
  .meta({ id: "Check", description: "What a check said of one metric" });

export const attempt = z
  .strictObject({
    task: z.int().describe("Id of the event that scheduled it"),
    number: z.int().describe("1 for the first try"),
    item: z.int().nullable().describe("Index of the `for_each` item"),
    status: z
      .enum(["scheduled", "running", "succeeded", "failed", "timed_out", "aborted"])
      .describe("Its state"),
    scheduledAt: time(),
    startedAt: time().nullable(),
    endedAt: time().nullable(),
    exitCode: z.int().nullable().describe("Of the command"),
    error: textOrNull().describe("Name of the error"),
    cause: textOrNull().describe("Its details"),
    setback: setback.optional().describe("Where it ended for a reason that is not the command's"),
    log: textOrNull().describe("Where its log is"),
    peakMemoryBytes: z.number().nullable().describe("Most memory that it had; `null`: unknown"),
    memoryLimitBytes: z.number().nullable().describe("Memory that it may have"),
    timeLimitSeconds: z.number().nullable().describe("How long its command may run"),
    endedBy: z
      .enum(ENDED_BY)
      .nullable()
      .describe("Who or what ended it, on this machine; `null`: unknown"),
    undeclared: z
      .object({
        files: z.int().describe("How many"),
        bytes: z.number().describe("How large together"),
        paths: z
          .array(z.object({ path: z.string(), files: z.int(), bytes: z.number() }))
          .describe("The largest: a file, or a folder with `/` at its end"),
        more: z.int().describe("Files in none of those"),
      })
      .optional()
      .describe("Files that it left, that it doesn't declare, and that weren't kept"),
    cache: cacheUse.optional().describe("What it found in the step's cache"),
    checks: z
      .array(check)
      .optional()
      .describe("What [checks](checks.md) said of the metrics that it left"),
  })
  .meta({ id: "Attempt", description: "One try of a step" });

const step = z
  .strictObject({
    id: text().describe("As in `config.yaml`"),
    name: text().describe("As in `config.yaml`"),
    status: z
      .enum([
        "pending",
        "running",
        "waiting",
        "succeeded",
        "failed",
        "skipped",
        "aborted",
        "timed_out",
      ])
      .describe("Its state"),
    timeoutSeconds: z.number().nullable().describe("How long an attempt's command may run"),
    memoryBytes: z.number().nullable().describe("Memory that it declares"),
    startedAt: time().nullable(),
    endedAt: time().nullable(),
    attempts: z.array(attempt).describe("One a try of each item"),
    retryAt: time().nullable().describe("When a retry is due that waits"),
  })
  .meta({ id: "Step", description: "A step of a run, as the history has it" });

export const diagnosis = z
  .strictObject({
    code: text().describe("Stable: see [diagnoses](diagnoses.md)"),
    step: textOrNull().describe("The step that it is about"),
    message: text().describe("Why it failed"),
    help: text().describe("What now"),
  })
  .meta({ id: "Diagnosis", description: "Why a run failed or waits, and what to do" });

export const delivery = z
  .strictObject({
    recipient: text().describe("An address, or a webhook without what is secret in it"),
    state: z.enum(["waiting", "sent", "failed", "untold"]).describe("How far it has come"),
    attempts: z.int().describe("Tries by now"),
    nextTry: time().nullable(),
    sentAt: time().nullable(),
    error: textOrNull().describe("Why the last try failed"),
  })
  .meta({ id: "Delivery", description: "Somebody who is notified of a run's end" });

export const cost = z
  .strictObject({
    instanceMinutes: z.number().describe("Idle ones too"),
    instanceType: textOrNull().describe("The type that the price is of"),
    usd: z.number().nullable().describe("US dollars; `null`: no price is known"),
    spot: z.boolean().describe("On spot capacity"),
    spotShare: z.number().nullable().describe("Share of the price on demand"),
    pricesOf: text().describe("Date of the price table"),
    pricesRegion: text().describe("Region of the price table"),
    region: text().describe("Where the run was"),
  })
  .meta({ id: "Cost", description: "What a run has cost, roughly" });

export const hold = z
  .strictObject({
    until: time(),
    steps: z
      .array(
        z.strictObject({
          step: text().describe("Its id"),
          item: z.int().nullable().describe("Index of the `for_each` item"),
        }),
      )
      .describe("Those that can be entered"),
  })
  .meta({ id: "StepHold", description: "Failed steps whose places are kept" });

const runFields = {
  run: run.describe("Its row in a list"),
  input: anything().describe("What it was started with"),
  output: anything().describe("What the state machine gave"),
  error: textOrNull().describe("Name of the error"),
  cause: textOrNull().describe("Its details"),
  steps: z.array(step).describe("In the order of the release"),
  diagnosis: diagnosis.nullable().describe("Why it failed or waits"),
  deliveries: z.array(delivery).describe("Who is notified of its end"),
  cost: cost.nullable().describe("On AWS only"),
  hold: hold.nullable().describe("On this machine, after `run --hold-on-failure`"),
};

export const runDocument = document(runFields);

export const runLine = document({
  type: z.literal("run").describe("The last line: the run as it ended"),
  ...runFields,
  startsNothing: z
    .array(text())
    .describe("Runs that would follow it, and that an earlier success of its date has started"),
});

export const eventLine = document({
  type: z.literal("event").describe("Something happened"),
  event: eventOf,
});

export const logLine = document({
  type: z.literal("log").describe("A step wrote a line"),
  step: text().describe("Its id"),
  attempt: z.int().describe("1 for the first try"),
  item: z.int().nullable().describe("Index of the `for_each` item"),
  timestamp: time(),
  stream: z.enum(["stdout", "stderr", "system"]).describe("`system`: not the step itself"),
  text: text().describe("Without its line break"),
});

export const waitingLine = document({
  type: z.literal("waiting").describe("The run waits for an instance"),
  diagnosis: diagnosis.describe("Why"),
});

export const startedDocument = document({
  run: text().describe("Id of the run that continues by itself"),
  project: project(),
  environment: environment(),
});

export const stoppedDocument = document({
  run: text().describe("Its id"),
  status: status.describe("Its state now; `ABORTED`, unless it had ended and held failed steps"),
});

export const runsDocument = document({
  environment: environment(),
  runs: z.array(run).describe("The newest first"),
  more: z.boolean().describe("There are older ones"),
});

export const overviewDocument = document({
  environment: environment(),
  projects: z
    .array(
      z.strictObject({
        project: project(),
        deployed: z
          .strictObject({
            version: text().describe("Version of the project"),
            fingerprint: text().describe("Of the release"),
            deployedAt: time(),
          })
          .nullable()
          .describe("`null`: never deployed"),
        failedDeploy: z
          .strictObject({
            at: time(),
            actor: text().describe("Who deployed"),
            error: textOrNull().describe("Why it failed"),
          })
          .nullable()
          .describe("Its last deploy, where that failed"),
        hold: textOrNull().describe("Why deploys skip it"),
        lastRun: run.nullable().describe("The newest run"),
        next: z
          .discriminatedUnion("kind", [
            z.strictObject({ kind: z.literal("at").describe("It fires"), at: time() }),
            z.strictObject({
              kind: z.enum(["disabled", "none"]).describe("It doesn't, or can't be known"),
            }),
          ])
          .describe("When its schedule fires next"),
        after: z.array(text()).nullable().describe("The projects that it follows; `null`: none"),
        on: textOrNull().describe("The data that starts it when it arrives; `null`: none"),
        waits: textOrNull().describe("What of them keeps it from starting"),
      }),
    )
    .describe("By name"),
});

export const deliveriesDocument = document({
  environment: environment(),
  deliveries: z.array(delivery).describe("The state of each recipient now"),
});
