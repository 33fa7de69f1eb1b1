import * as z from "zod";

import { document, environment, project, text, textOrNull, time } from "./fields.ts";
import { problem } from "./shapes.ts";

/** A line of `up`: what every one has, and what belongs to its kind. */
function line<Kind extends string, Shape extends z.core.$ZodLooseShape>(
  kind: Kind,
  meaning: string,
  shape: Shape,
) {
  return document({
    type: z.literal("event").describe("Always so"),
    environment: environment(),
    at: time(),
    kind: z.literal(kind).describe(meaning),
    ...shape,
  });
}

const scheduledTime = time();

/** What `up` says, by the kind of event. */
export const upLine = z.discriminatedUnion("kind", [
  line("started", "The schedules are run from now on", {
    schedules: z.int().describe("How many there are"),
    enabled: z.int().describe("How many of them fire"),
    waiting: z.int().describe("Runs that wait for their turn"),
    next: z
      .strictObject({ project: project(), at: time(), timezone: text().describe("IANA name") })
      .nullable()
      .describe("What fires next"),
  }),
  line("schedule", "Somebody has changed a schedule", {
    project: project(),
    change: z.enum(["added", "changed", "enabled", "disabled", "removed"]).describe("How"),
  }),
  line("fired", "A run began", {
    project: project(),
    scheduledTime,
    run: text().describe("Its id"),
    lateMs: z.number().describe("Milliseconds after its time"),
    waitedMs: z.number().describe("Of those, how long it waited for its turn"),
  }),
  line("waiting", "As many runs go as may, and others are due", {
    count: z.int().describe("How many are due"),
    projects: z.array(text()).describe("Of which projects"),
  }),
  line("left-out", "It was due, and doesn't run", {
    project: project(),
    scheduledTime,
    why: z.enum(["overlap", "queue-full"]).describe("Why"),
  }),
  line("missed", "Nobody was there when it was due", {
    project: project(),
    count: z.int().describe("How many times"),
    last: time(),
    madeUp: z.boolean().describe("The last one runs now"),
  }),
  line("refused", "Its run could not be begun, and won't be", {
    project: project(),
    scheduledTime,
    error: problem.describe("Why"),
  }),
  line("taken-up", "A run whose process was gone continues here", {
    project: project(),
    run: text().describe("Its id"),
  }),
  line("not-taken-up", "A run whose process was gone can't continue here", {
    project: project(),
    run: text().describe("Its id"),
    error: problem.describe("Why"),
  }),
  line("ended", "A run has ended", {
    project: project(),
    run: text().describe("Its id"),
    status: z
      .enum(["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "PENDING_REDRIVE"])
      .describe("As AWS Step Functions has it"),
    skipped: z.boolean().describe("It ended at once because an earlier one was still going"),
    durationMs: z.number().describe("Milliseconds"),
    failure: textOrNull().describe("One line: what went wrong"),
  }),
  line(
    "starts-nothing",
    "A run has succeeded for a date or a time whose following run was started before",
    {
      project: project(),
      run: text().describe("Its id"),
      following: text().describe("Id of the run that follows, which an earlier success started"),
    },
  ),
  line("clock", "The machine slept, or somebody set its clock", {
    byMs: z.number().describe("Milliseconds; negative: the clock went back"),
  }),
  line("trouble", "Something doesn't work, and is tried again", {
    error: problem.describe("What"),
  }),
  line("recovered", "It works again", {}),
  line("duty", "Something that is done besides has to say something", {
    duty: text().describe("`watch`, `notifications`, `artifacts` or `held steps`"),
    text: text().describe("What it says"),
    failed: z.boolean().describe("It failed, and is tried again"),
  }),
  line("stopping", "Nothing is begun any more", {
    running: z.int().describe("Runs that are waited for"),
    waiting: z.int().describe("Runs that wait for their turn"),
  }),
  line("stopped", "The last line", {
    handedOver: z.array(text()).describe("Runs that another process can resume"),
    waiting: z.int().describe("Runs that wait for their turn"),
  }),
]);
