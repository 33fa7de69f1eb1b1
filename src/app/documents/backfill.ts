import * as z from "zod";

import { document, environment, project, text, time } from "./fields.ts";
import { run } from "./runs.ts";
import { backfillItems } from "./shapes.ts";

export const backfillPlanLine = document({
  type: z.literal("plan").describe("The first line: what is to be done"),
  project: project(),
  environment: environment(),
  timezone: text().describe("Of the schedule"),
  items: backfillItems(),
});

export const backfillBegunLine = document({
  type: z.literal("begun").describe("A run was begun"),
  at: time(),
  run: text().describe("Its id"),
  again: z.boolean().describe("An earlier backfill had begun it"),
});

export const backfillEndedLine = document({
  type: z.literal("ended").describe("A run has ended"),
  at: time(),
  run: run.describe("The run"),
});

export const backfillEndLine = document({
  type: z.literal("end").describe("The last line"),
  succeeded: z.int().describe("How many runs succeeded"),
  failed: z.int().describe("How many failed"),
  left: z.int().describe("How many were never begun"),
});
