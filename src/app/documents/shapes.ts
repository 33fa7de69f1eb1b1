import * as z from "zod";

import { failureReasons } from "./failure-reasons.ts";
import { anything, text, textOrNull, time } from "./fields.ts";
import { cacheUse } from "./step-cache.ts";

const range = z.strictObject({
  line: z.int().describe("From 1"),
  column: z.int().describe("From 1, in UTF-16 code units"),
  length: z.int().describe("How much of the line is meant"),
  text: text().describe("The line itself"),
});

const location = z
  .strictObject({
    file: text().describe("Relative to the workspace, with `/`"),
    range: range.optional().describe("Absent: the file as a whole"),
  })
  .meta({ id: "Location", description: "A place in a file" });

export const diagnostic = z
  .strictObject({
    code: text().describe("Stable: see [diagnostics](diagnostics.md)"),
    severity: z.enum(["error", "warning"]).describe("Whether it stops anything"),
    message: text().describe("What is wrong"),
    help: text().optional().describe("What to do about it"),
    location: location.optional().describe("Absent: no file is concerned"),
    related: z
      .array(
        z.strictObject({
          message: text().describe("What is there"),
          location: location.describe("Where"),
        }),
      )
      .optional()
      .describe("Other places that explain it"),
  })
  .meta({ id: "Diagnostic", description: "A problem in something that a person wrote" });

export const problem = z
  .strictObject({
    reason: z.enum(failureReasons).describe("Stable word for programs"),
    message: text().describe("What happened, one sentence"),
    help: text().optional().describe("What to do next"),
    resource: text().optional().describe("What it is about: a run, a path, an ARN"),
  })
  .meta({ id: "Problem", description: "Why something could not be done" });

export const fieldChange = z
  .strictObject({
    path: text().describe("Dotted, such as `steps.train.command`"),
    before: anything().describe("`null`: it was not there"),
    after: anything().describe("`null`: it is not there any more"),
  })
  .meta({ id: "FieldChange", description: "A field that differs" });

const change = z
  .strictObject({
    kind: text().describe("Kind of resource, such as `schedule`"),
    name: text().describe("Its name"),
    action: z
      .enum(["create", "update", "replace", "remove", "unchanged"])
      .describe("What a deploy does with it"),
    fields: z.array(fieldChange).describe("What an update changes"),
    drift: z.boolean().describe("Somebody else has changed it since the last deploy"),
    note: text().optional().describe("Something worth a word"),
  })
  .meta({ id: "Change", description: "What a plan does with one resource" });

const modelDecision = z
  .strictObject({
    model: text().describe("The registered model"),
    version: text().optional().describe("The version that the gate found"),
    place: text().optional().describe("Where: `Production`, `@champion`"),
    promotion: z
      .strictObject({
        to: text().describe("Stage that the version goes to"),
        replaces: text().optional().describe("Version that is there now"),
      })
      .optional()
      .describe("What the deploy does last"),
    refusal: problem.optional().describe("Why the project can't be deployed"),
    warnings: z.array(text()).describe("What a person should know"),
    without: text().optional().describe("Why somebody continued without the gate"),
  })
  .meta({ id: "ModelDecision", description: "What the model registry says of a project" });

export const projectPlan = z
  .strictObject({
    project: text().describe("Name of the project; `base layer` for that of the account"),
    fingerprint: textOrNull().describe("Of the release it leads to; `null`: the project is gone"),
    changes: z.array(change).describe("One a resource"),
    cause: z
      .literal("esteira-changed")
      .optional()
      .describe("It changes only because another version of Esteira compiles it"),
    passedOver: z
      .literal(true)
      .optional()
      .describe("Its commit mark is this release's; its fields were not compared"),
    hold: textOrNull().describe("Why deploys leave this project alone"),
    warnings: z.array(text()).describe("What a person should know"),
    caches: z
      .array(cacheUse)
      .optional()
      .describe("What the next run of each step with `cache` finds, unless its inputs differ"),
    model: modelDecision.optional().describe("Absent: nobody asked the registry"),
    blocked: problem.optional().describe("Why a deploy of it would fail"),
  })
  .meta({ id: "ProjectPlan", description: "What a plan does for one project" });

/** The fields of a plan, which is alone or in another document. */
export const planFields = {
  environment: text().describe("Name of the environment"),
  platform: z.enum(["aws", "local"]).describe("Where it is"),
  projects: z.array(projectPlan).describe("By project"),
  retention: z
    .strictObject({
      days: z.int().describe("As `keep_artifacts_days` has it"),
      expiredRuns: z
        .int()
        .optional()
        .describe("Runs whose artifacts are older; absent: not counted"),
    })
    .optional()
    .describe("Which artifacts `gc` and `up` remove"),
};

export const plan = z
  .strictObject({ schema: z.literal(1).describe("Version of the shape"), ...planFields })
  .meta({ id: "Plan", description: "The difference between what should be and what is" });

export const fieldChanges = z.array(fieldChange);

export const check = z
  .strictObject({
    project: textOrNull().describe("`null`: it concerns the environment as a whole"),
    subject: text().describe("What was looked at"),
    outcome: z.enum(["passed", "warning", "failed"]).describe("How it is"),
    message: text().describe("What was found, one sentence"),
    help: text().optional().describe("What to do about it"),
  })
  .meta({ id: "Check", description: "One thing that was looked at" });

/** What a backfill would do for each fire. */
export const backfillItems = () =>
  z
    .array(
      z.strictObject({
        at: time(),
        state: z.enum(["to-run", "succeeded", "running"]).describe("Its state"),
        run: textOrNull().describe("The run that has succeeded, or is in progress"),
      }),
    )
    .describe("One a fire, the oldest first");
