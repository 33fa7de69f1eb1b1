import * as z from "zod";

import { text } from "./schema-fields.ts";

const projects = z
  .array(text("A project's `project_name`."))
  .min(1)
  .max(100)
  .describe("Names of projects.");

/** `schedule.after` of config.yaml: what the project's runs follow. */
export const after = z
  .union([
    projects,
    z
      .strictObject({
        projects: projects.describe("Projects that must all have succeeded."),
        match: z
          .enum(["day", "time", "any"])
          .describe(
            "Which of their runs belong together: those of one scheduled local date, those of one scheduled time, or whatever came since the last start. Default: day.",
          )
          .optional(),
      })
      .describe("The projects, and which of their runs belong together."),
  ])
  .describe(
    "Projects that this one follows: it starts when all of them have succeeded for the same date.",
  );

/** `schedule.after` as it is written. */
export type RawAfter = z.infer<typeof after>;
