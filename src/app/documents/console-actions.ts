import * as z from "zod";

import { anything, document, environment, project, text, textOrNull, time } from "./fields.ts";
import { auditEntry } from "./environments.ts";
import { schedule } from "./schedules.ts";
import { backfillItems, problem } from "./shapes.ts";

const command = text().describe("The command that does the same");

/** What is said of a run that was started, stopped or resumed. */
export const runActionDocument = document({
  environment: environment(),
  project: project(),
  run: text().describe("Id of the run that continues or has ended"),
  command,
});

export const scheduleActionDocument = document({
  environment: environment(),
  schedule: schedule.describe("As it is now"),
  command,
});

export const promoteActionDocument = document({
  environment: environment(),
  project: project(),
  model: text().describe("Name of the registered model"),
  version: text().describe("The one that was meant"),
  to: text().describe("Where it is now"),
  changed: z.boolean().describe("False: it was there already"),
  undo: textOrNull().describe("The commands that undo it"),
  command,
});

/** Something that takes its time: a deploy, a rollback, a backfill. */
export const operationDocument = document({
  id: text().describe("Names it while the console lives"),
  kind: z.enum(["deploy", "rollback", "backfill"]).describe("What is done"),
  environment: environment(),
  projects: z.array(text()).describe("Of which projects; empty: all"),
  actor: text().describe("Who began it"),
  command,
  state: z.enum(["running", "succeeded", "failed"]).describe("Its state"),
  startedAt: time(),
  endedAt: time().nullable(),
  lines: z
    .array(z.strictObject({ at: time(), text: text().describe("What happened") }))
    .describe("The newest 500, the oldest of them first"),
  result: anything().describe("`applied`, or a backfill's sum; `null` while it runs"),
  problem: problem.nullable().describe("Why it failed"),
});

/** What a backfill would start. */
export const backfillPreviewDocument = document({
  environment: environment(),
  project: project(),
  timezone: text().describe("Of the schedule"),
  items: backfillItems(),
  command,
});

export const consoleAuditDocument = document({
  environment: environment(),
  entries: z.array(auditEntry).describe("The newest first"),
  next: textOrNull().describe("Cursor of the older ones; `null`: there are none"),
});

/** What the bodies of requests hold. */
export const requests = {
  none: z.strictObject({}),
  run: z.strictObject({
    params: z.record(z.string(), z.string()).optional().describe("By name"),
    from: text().optional().describe("The first step to run"),
    only: z.array(text()).optional().describe("Steps to run, and no others"),
  }),
  resume: z.strictObject({
    release: z.enum(["same", "latest"]).optional().describe("With which release"),
    from: text().optional().describe("A step that runs again although it succeeded"),
  }),
  schedule: z.strictObject({
    enabled: z.boolean().describe("How it is to be"),
    reason: text().optional().describe("Why it is disabled"),
  }),
  backfill: z.strictObject({
    from: text().describe("`YYYY-MM-DD`, as the command takes it"),
    to: text().describe("`YYYY-MM-DD`, as the command takes it"),
    maxActive: z.int().min(1).max(100).optional().describe("Runs at a time"),
  }),
  rollback: z.strictObject({
    to: text().optional().describe("Version or fingerprint; absent: the one before"),
    reason: text().optional().describe("Why"),
  }),
  promote: z.strictObject({
    version: text().describe("A whole number, as text"),
    to: text().describe("Stage, or an alias with `@`"),
  }),
  deploy: z.strictObject({
    projects: z.array(text()).optional().describe("Absent: all"),
    prune: z.boolean().optional().describe("Remove projects whose folder is gone"),
  }),
  login: z.strictObject({ token: text().describe("Of `esteira console token add`") }),
} as const;
