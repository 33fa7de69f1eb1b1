import * as z from "zod";

import {
  amount,
  flag,
  looseText,
  retries,
  text,
  timeout,
  variables,
  whole,
} from "./schema-fields.ts";
import { outputFields } from "./schema-outputs.ts";

const ONE_DAY = 86_400;

const resources = z
  .strictObject({
    cpu: amount(0.01, 192, "Virtual CPUs; fractions are allowed. Default: 1.").optional(),
    memory_gb: amount(0.0625, 24_576, "Memory in GiB; more is killed. Default: 2.").optional(),
    gpu: whole(0, 16, "GPUs; the instance types must have them. Default: 0.").optional(),
  })
  .describe("What one attempt of the step needs.");

const retry = z
  .strictObject({
    interval_seconds: whole(1, ONE_DAY, "Wait before the second attempt. Default: 60.").optional(),
    backoff_rate: amount(
      1,
      10,
      "What the wait is multiplied with each time. Default: 2.",
    ).optional(),
    max_interval_seconds: whole(1, ONE_DAY, "The wait never gets longer. Default: 600.").optional(),
  })
  .describe("How long is waited between attempts.");

const forEach = z
  .strictObject({
    items: z
      .array(z.json())
      .min(1)
      .describe("The items, any JSON values, at most 4 KiB each and 256 KiB together.")
      .optional(),
    from: text(
      "`STEP/file.json`: a JSON list that an earlier step left among the artifacts.",
    ).optional(),
    max_items: whole(
      1,
      50_000,
      "With `from`: the most items that the list may have. Default: what a run's history holds, at most 2,500.",
    ).optional(),
    max_concurrency: whole(
      1,
      10_000,
      "Tasks at the same time; on AWS never more than the instances hold. Default: 10.",
    ).optional(),
  })
  .describe(
    "Runs the step once for each item, given as JSON in ESTEIRA_ITEM. Give `items` or `from`.",
  );

const stepFields = {
  name: looseText("What people see. Default: the id.").optional(),
  depends_on: z
    .array(text("Id of a step."))
    .describe(
      "Steps that must have succeeded before. Default: the step before it in the list; [] for none.",
    )
    .optional(),
  resources: resources.optional(),
  timeout_seconds: timeout("Time limit of one attempt, in seconds. Default: the schedule's."),
  retries: retries("Attempts after the first. Default: the schedule's."),
  retry: retry.optional(),
  env_vars: variables("Environment variables of this step, over those of `runtime`.").optional(),
  sample_env: variables(
    "Other values of variables for `run --sample`, a quick trial; each has one in `env_vars` too.",
  ).optional(),
  for_each: forEach.optional(),
  pools: z
    .array(text("A pool of esteira.yaml.").min(1))
    .max(20)
    .describe(
      "Pools of which the step holds a place each while it runs, with all its items and tries; it waits for them first. Default: none.",
    )
    .optional(),
  ...outputFields,
};
const stepIdField = text(
  "Names the step in states, logs and paths: letters, digits, hyphens and underscores.",
);
const commandField = text("Shell command line, run in the project's folder.").min(1);

export const step = z.strictObject({ id: stepIdField, command: commandField, ...stepFields });
export const stepOverlay = z.strictObject({
  id: stepIdField,
  command: commandField.optional(),
  ...stepFields,
});

/** `batch`, of whole steps or of those of an overlay. */
export const batchWith = <Item extends z.ZodType>(item: Item) =>
  z
    .strictObject({
      enabled: flag(
        "False: the image is built and the schedule disabled; nothing is deleted. Default: true.",
      ).optional(),
      orchestrator: z.enum(["step_functions"]).describe("Always step_functions.").optional(),
      pipeline: z
        .strictObject({
          steps: z
            .array(item)
            .max(500)
            .describe("The steps. Default: one step `main` that runs main.py, where it exists.")
            .optional(),
          definition: text(
            "The project's own order of things: a JSON file in the Amazon States Language, relative to the project, in which steps are written as ${step:ID}.",
          ).optional(),
        })
        .describe("What a run does.")
        .optional(),
    })
    .describe("The pipeline.");

export type RawStep = z.infer<typeof step>;
export type RawForEach = z.infer<typeof forEach>;
