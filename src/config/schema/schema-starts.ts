import * as z from "zod";

import { text, timeSpan } from "./schema-fields.ts";

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

/** `schedule.on` of config.yaml: data whose arrival starts the project. */
export const on = z
  .strictObject({
    s3: text(
      "AWS: objects of S3, as s3://bucket/prefix/*.csv. `*` stands for any characters but `/`, `?` for one, `**` for any folders; a `/` at the end for all that is below.",
    ).optional(),
    files: text(
      "One machine: files, relative to the workspace's root or absolute, in the same form: data/incoming/*.csv.",
    ).optional(),
    debounce: timeSpan(
      "One run for all that arrives until nothing has for so long, from 1m to 24h. Default: one run for each object or file.",
    ).optional(),
  })
  .describe("Data that starts the project when it arrives.");

/** `schedule.on` as it is written. */
export type RawOn = z.infer<typeof on>;
