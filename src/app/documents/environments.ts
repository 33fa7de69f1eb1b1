import * as z from "zod";

import { document, environment, text, textOrNull, time } from "./fields.ts";
import { check } from "./shapes.ts";

export const verifyDocument = document({
  environment: environment(),
  checks: z.array(check).describe("What was looked at"),
});

export const doctorDocument = document({
  environment: environment(),
  projects: z
    .array(
      z.strictObject({
        project: text().describe("Name of the project"),
        checks: z
          .array(
            z.strictObject({
              section: z
                .enum(["build", "state machine", "scheduler"])
                .describe("Which question it answers"),
              subject: text().describe("What was looked at"),
              outcome: z.enum(["passed", "warning", "failed"]).describe("How it is"),
              message: text().describe("What was found, one sentence"),
              help: text().optional().describe("What to do about it"),
            }),
          )
          .describe("In the order of the questions"),
      }),
    )
    .describe("By project"),
  account: z
    .array(check.partial({ project: true }))
    .describe("What concerns all projects: the account, or the scheduler of this machine"),
});

export const auditEntry = z
  .strictObject({
    schema: z.literal(1).optional().describe("Of what AWS keeps: version of its shape"),
    at: time(),
    environment: text().optional().describe("On this machine: its name"),
    actor: text().describe("Who did it"),
    action: text().describe("`deploy`, `rollback`, `destroy`, `start`, …"),
    project: text().optional().describe("Absent: it is about the environment as a whole"),
    subject: text().nullish().describe("The run, or what exactly was done"),
    commit: text().nullish().describe("Of the working copy"),
    summary: z
      .record(z.string(), z.number())
      .optional()
      .describe("Counts of what was planned, by action"),
    outcome: z
      .enum(["succeeded", "failed", "interrupted"])
      .optional()
      .describe("Absent: it was done"),
    error: text().nullish().describe("Why it failed"),
    reason: text().nullish().describe("Why it was done"),
    details: z.record(z.string(), z.unknown()).nullish().describe("By the action"),
  })
  .meta({ id: "AuditEntry", description: "Something that somebody did" });

export const auditDocument = document({
  environment: environment(),
  entries: z.array(auditEntry).describe("The newest first"),
  more: z.boolean().describe("There are older ones"),
});

const oneOrMore = z.union([text(), z.array(text())]);

const statement = z
  .strictObject({
    Sid: text().optional().describe("Its name"),
    Effect: z.enum(["Allow", "Deny"]).describe("What it does"),
    Principal: z
      .union([z.literal("*"), z.record(z.string(), oneOrMore)])
      .optional()
      .describe("Whom it lets in"),
    Action: oneOrMore.describe("What may be done"),
    Resource: oneOrMore.optional().describe("To what"),
    Condition: z
      .record(z.string(), z.record(z.string(), oneOrMore))
      .optional()
      .describe("Operator, then key, then values"),
  })
  .meta({ id: "Statement", description: "A statement of a policy" });

const policy = z
  .strictObject({
    Version: z.literal("2012-10-17").describe("Of the language"),
    Statement: z.array(statement).describe("All of them count"),
  })
  .meta({ id: "Policy", description: "A document of AWS IAM" });

export const policyDocument = document({
  environment: environment(),
  policy: text().describe("Which one was asked for"),
  documents: z.array(policy).describe("To be attached all together"),
});

export const gitHubRolesDocument = document({
  environment: environment(),
  repository: text().describe("`owner/repository`"),
  roles: z
    .array(
      z.strictObject({
        name: text().describe("What it is for"),
        arn: text().describe("Its ARN"),
        roleName: text().describe("What it is called on AWS"),
        trust: policy.describe("Who may assume it"),
        policies: z.array(policy).describe("To be attached all together"),
      }),
    )
    .describe("Those that GitHub Actions assumes"),
});

const secretFields = {
  projects: z.array(text()).describe("Whose steps get it"),
  shared: z.boolean().describe("Projects share it"),
  where: text().describe("The file, relative to the workspace, or the path on AWS"),
  name: text().describe("What it is called there"),
};

export const secretDocument = document({
  environment: environment(),
  variable: text().describe("Variable of the steps"),
  ...secretFields,
  outcome: z.enum(["created", "replaced", "removed", "absent"]).describe("What was done"),
});

export const secretsDocument = document({
  environment: environment(),
  secrets: z
    .array(
      z.strictObject({
        variable: textOrNull().describe("Variable of the steps; `null`: no config names it"),
        ...secretFields,
        state: z
          .enum(["set", "environment", "missing", "unused"])
          .describe(
            "`environment`: from the variable of the process; `unused`: no config names it",
          ),
        changedAt: time().nullable().describe("On this machine of its file"),
      }),
    )
    .describe("Those that configs name, then others that are kept"),
});
