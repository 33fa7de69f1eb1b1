import * as z from "zod";

import { document, environment, project, text, textOrNull, time } from "./fields.ts";
import { plan, planFields, problem } from "./shapes.ts";

export const planDocument = document(planFields);

const appliedProject = z
  .strictObject({
    project: project(),
    outcome: z.enum(["changed", "unchanged", "failed", "held"]).describe("What came of it"),
    error: problem.optional().describe("Why it failed"),
    durationMs: z.number().describe("Milliseconds"),
  })
  .meta({ id: "AppliedProject", description: "What a deploy came to for one project" });

export const appliedDocument = document({
  environment: environment(),
  plan: plan.nullable().describe("What was to be done; `null`: there was nothing to plan"),
  projects: z.array(appliedProject).describe("By project"),
  durationMs: z.number().describe("Milliseconds in all"),
});

export const baseLayerDocument = document({
  environment: environment(),
  plan: plan.describe("Nothing of it changes anything"),
  changed: z.literal(0).describe("How many resources were changed"),
});

export const release = z
  .strictObject({
    version: text().describe("As in `config.yaml`"),
    fingerprint: text().describe("Hash of the whole release"),
    current: z.boolean().describe("It is what is deployed now"),
    rejected: z.boolean().describe("A rollback left it behind; deploys skip it"),
    deployedAt: time(),
    actor: text().describe("Who deployed it"),
    commit: textOrNull().describe("Of the working copy"),
    decided: z
      .record(z.string(), z.string())
      .describe("What the deploy decided: image digest, task revision, model version"),
  })
  .meta({ id: "Release", description: "A release of a project that is kept" });

export const releasesDocument = document({
  environment: environment(),
  project: project(),
  releases: z.array(release).describe("The newest first"),
});

export const garbageDocument = document({
  environment: environment(),
  removed: z
    .array(
      z.strictObject({
        project: project(),
        kind: z
          .enum([
            "release",
            "task-definition",
            "launch-template-version",
            "image",
            "artifacts",
            "rule",
          ])
          .describe("What it was"),
        name: text().describe("Its name"),
      }),
    )
    .describe("What is gone"),
});
