import * as z from "zod";

import { document, environment, project, text, textOrNull, time } from "./fields.ts";
import { check } from "./runs.ts";

export const checksDocument = document({
  environment: environment(),
  project: project(),
  checks: z
    .array(
      z
        .strictObject({
          step: text().describe("The step that left the metric"),
          item: textOrNull().describe("Text of its item, in a step with `for_each`"),
          metric: text().describe("Its name"),
          rule: text().describe("As `config.yaml` has it"),
          runs: z
            .array(
              z
                .strictObject({ run: text().describe("Its id"), at: time(), ...check.shape })
                .meta({ id: "CheckOfRun", description: "What a check said in one run" }),
            )
            .describe("The last 60 at most, the oldest first"),
        })
        .meta({ id: "CheckedMetric", description: "One check over the runs of a project" }),
    )
    .describe("Those that the last run was asked"),
});
