import * as z from "zod";

import { document, environment, project, text, textOrNull, time } from "./fields.ts";

const usd = () => z.number().nullable().describe("US dollars, roughly; `null`: no price is known");

const spending = {
  usd: usd(),
  workedMs: z.number().describe("Attempts that succeeded or still run"),
  waitedMs: z.number().describe("From an attempt's schedule to the start of its command"),
  wastedMs: z.number().describe("Attempts that ended otherwise"),
};

const idle = z.strictObject({ minutes: z.number().describe("Instance minutes"), usd: usd() });

export const costsDocument = document({
  environment: environment(),
  month: text().describe("Such as `2026-11`, in UTC"),
  from: time(),
  to: time(),
  pricesOf: textOrNull().describe("Date of the price table; `null`: nothing has a price"),
  pricesRegion: textOrNull().describe("Region of the price table"),
  total: z.strictObject({ runs: z.int().describe("How many"), ...spending }).describe("Of all"),
  unread: z.int().describe("Runs whose history or release is gone"),
  more: z.boolean().describe("There are more runs than were looked at"),
  projects: z
    .array(
      z.strictObject({
        project: project(),
        runs: z.int().describe("How many"),
        ...spending,
        instanceMinutes: z.number().nullable().describe("Idle ones too; `null`: no instances"),
        idle: idle.describe("The quarter of an hour before an instance goes"),
        second: idle.describe("The second instance that AWS starts from zero"),
        steps: z
          .array(
            z.strictObject({
              step: text().describe("As in `config.yaml`"),
              ...spending,
              peakMemoryBytes: z.number().nullable().describe("Most memory; `null`: unknown"),
              memoryLimitBytes: z.number().nullable().describe("Memory that it may have"),
            }),
          )
          .describe("Without what idle instances cost"),
        days: z
          .array(
            z.strictObject({
              date: text().describe("In UTC"),
              usd: usd(),
              workedMs: z.number().describe("Attempts that succeeded or still run"),
            }),
          )
          .describe("Those on which something ran"),
        budget: z
          .strictObject({
            monthlyUsd: z.number().describe("As `config.yaml` has it"),
            share: z
              .number()
              .nullable()
              .describe("Spent of it: 1 is all; `null`: no price is known"),
          })
          .nullable()
          .describe("What its runs may cost in a month; `null`: nothing is said"),
        savings: z.array(text()).describe("What could be saved, with the setting"),
      }),
    )
    .describe("The dearest first"),
});
