import * as z from "zod";

import { document, environment, project, text, textOrNull, time } from "./fields.ts";

const scheduleFields = {
  project: project(),
  name: text().describe("Such as `sched-recsys`"),
  state: z.enum(["enabled", "disabled", "missing"]).describe("`missing`: somebody has removed it"),
  disabledBy: z
    .enum(["hand", "other", "config", "environment", "gone", "missing"])
    .nullable()
    .describe("Why it doesn't fire; `null`: it does"),
  hold: z
    .strictObject({
      actor: text().describe("Who disabled it"),
      at: time(),
      reason: textOrNull().describe("Why"),
    })
    .nullable()
    .describe("It was disabled by hand, and deploys keep it so"),
  configured: z.boolean().describe("What the deployed release asks for"),
  cron: textOrNull().describe("As in `config.yaml`; `null`: somebody has changed it since"),
  expression: text().describe(
    "As EventBridge has it; `after(…)` and `on(…)` where no clock starts it",
  ),
  after: z.array(project()).nullable().describe("The projects that it follows; `null`: none"),
  on: z
    .strictObject({
      source: text().describe("Objects of S3, or files: `s3://acme-in/*.csv`"),
      debounce: textOrNull().describe("One run for all until nothing has come for so long: `5m`"),
    })
    .nullable()
    .describe("The data that starts it when it arrives; `null`: none"),
  words: textOrNull().describe("In English"),
  wordsInPortuguese: textOrNull().describe("The same in Portuguese"),
  timezone: text().describe("IANA name"),
  overlap: z.enum(["allow", "skip"]).describe("While an earlier run still goes"),
  deadline: textOrNull().describe("Time of day by which a run has to be done"),
  next: z
    .array(
      z.strictObject({ at: time(), local: text().describe("The same by the schedule's clock") }),
    )
    .nullable()
    .describe("Its next fires; `null`: they can't be known"),
};

export const schedule = z
  .strictObject(scheduleFields)
  .meta({ id: "Schedule", description: "A deployed project's schedule as it is now" });

export const scheduleDocument = document({ environment: environment(), ...scheduleFields });

export const scheduleListDocument = document({
  environment: environment(),
  up: z
    .strictObject({ pid: z.int().describe("Of the process"), since: time() })
    .nullable()
    .describe("What runs the schedules of this machine; `null` on AWS, and where nothing does"),
  schedules: z.array(schedule).describe("By project"),
});
