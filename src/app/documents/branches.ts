import * as z from "zod";

import { document, project, text } from "./fields.ts";
import { diagnostic, fieldChanges } from "./shapes.ts";

export const checkBranchDocument = document({
  head: text().describe("The branch that is to be merged"),
  base: text().describe("The branch that it goes into"),
  allowed: z.boolean().describe("It may go there"),
  diagnostics: z.array(diagnostic).describe("Why it may not"),
});

export const changedDocument = document({
  base: text().describe("What was compared with"),
  commit: text().describe("Its commit"),
  projects: z
    .array(
      z.strictObject({
        project: project(),
        directory: text().describe("Its folder, relative to the workspace"),
      }),
    )
    .describe("Those with a file that differs"),
});

export const changedTestsDocument = document({
  projects: z
    .array(
      z.strictObject({
        project: project(),
        outcome: z.enum(["passed", "failed", "none"]).describe("`none`: it has no tests"),
      }),
    )
    .describe("Those that are changed"),
});

export const branchEnvironmentDocument = document({
  branch: text().describe("The branch that was asked about"),
  environment: text().describe("What it deploys to; empty: nowhere"),
  platform: text().describe("`aws` or `local`; empty: nowhere"),
  region: text().describe("Of AWS; else empty"),
  account_id: text().describe("Of AWS; else empty"),
  deploy_role: text().describe("ARN of the role that deploys; else empty"),
  plan_role: text().describe("ARN of the role that plans; else empty"),
});

export const commentDocument = document({
  url: text().describe("The comment"),
  updated: z.boolean().describe("It was there before"),
  refused: z.array(text()).describe("Projects whose deploy would fail"),
});

export const protectDocument = document({
  repository: text().describe("`owner/repository`"),
  applied: z.boolean().describe("It was set; else only shown"),
  branches: z
    .array(
      z.strictObject({
        branch: text().describe("Its name"),
        protected: z.boolean().describe("It had a protection before"),
        fields: fieldChanges.describe("What differs from what it should be"),
      }),
    )
    .describe("Those that deploy"),
});
