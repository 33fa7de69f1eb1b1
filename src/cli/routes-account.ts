import { buildCommand } from "@stricli/core";

import { lazily } from "./action.ts";
import type { CliContext } from "./context.ts";
import { describe } from "./describe.ts";
import { commonFlags, envAlias, type EnvironmentFlags } from "./flags.ts";
import { positiveInteger, projectParameter } from "./parameters.ts";
import { yesFlag } from "./routes-deploy.ts";

export interface BootstrapFlags extends EnvironmentFlags {
  readonly adopt?: boolean;
  readonly yes?: boolean;
}

export const bootstrap = buildCommand<BootstrapFlags, [], CliContext>({
  loader: lazily(async () => (await import("./commands/bootstrap.ts")).bootstrap),
  parameters: {
    flags: {
      ...commonFlags,
      adopt: {
        kind: "boolean",
        brief: "Take over what has the right name and nobody owns yet",
        optional: true,
        withNegated: false,
      },
      yes: yesFlag,
    },
    aliases: { ...envAlias, y: "yes" },
  },
  docs: describe("Make what an environment on AWS needs once", {
    usage: "-e ENV [--adopt] [--yes] [--json]",
    more: "Roles, the bucket, the tasks' security group, queue and log groups: an administrator's work, which deploys build on. Shows the plan and asks first; run it again after a change of esteira.yaml or of Esteira.",
    examples: [["esteira bootstrap -e dev"], ["esteira bootstrap -e prd --yes", "without asking"]],
  }),
});

export const policyNames = ["deploy-policy", "plan-policy", "run-policy"] as const;
export type PolicyName = (typeof policyNames)[number];

export const iam = buildCommand<EnvironmentFlags, [PolicyName], CliContext>({
  loader: lazily(async () => (await import("./commands/iam.ts")).iam),
  parameters: {
    flags: commonFlags,
    aliases: envAlias,
    positional: {
      kind: "tuple",
      parameters: [
        {
          brief: "deploy-policy, plan-policy or run-policy",
          placeholder: "POLICY",
          parse: (input: string): PolicyName => {
            const name = policyNames.find((one) => one === input);
            if (name !== undefined) return name;
            throw new Error(`the policies are ${policyNames.join(", ")}`);
          },
          proposeCompletions: (partial: string) =>
            policyNames.filter((name) => name.startsWith(partial)),
        },
      ],
    },
  },
  docs: describe("Print the IAM policies for CI", {
    usage: "deploy-policy|plan-policy|run-policy -e ENV [--json]",
    more: "JSON documents for the environment's account, each within AWS's limit for a managed policy: attach all of one name to the role. Needs no credentials.",
    examples: [
      ["esteira iam plan-policy -e dev > plan.json", "reads only: plan, releases, verify, audit"],
      ["esteira iam deploy-policy -e dev", "deploy, rollback, destroy, gc"],
    ],
  }),
});

export const verify = buildCommand<EnvironmentFlags, readonly string[], CliContext>({
  loader: lazily(async () => (await import("./commands/verify.ts")).verify),
  parameters: {
    flags: commonFlags,
    aliases: envAlias,
    positional: { kind: "array", parameter: projectParameter },
  },
  docs: describe("Check that an account has what projects need", {
    usage: "[PROJECT…] -e ENV [--json]",
    more: "Looks at bootstrap, network, images, secrets, instance types and quotas; reads only. What is missing comes with its remedy.",
    examples: [["esteira verify -e dev"], ["esteira verify recsys -e prd", "for one project"]],
  }),
});

export interface AuditFlags extends EnvironmentFlags {
  readonly limit: number;
}

export const audit = buildCommand<AuditFlags, [string?], CliContext>({
  loader: lazily(async () => (await import("./commands/audit.ts")).audit),
  parameters: {
    flags: {
      ...commonFlags,
      limit: {
        kind: "parsed",
        parse: positiveInteger,
        brief: "How many",
        placeholder: "number",
        default: "20",
      },
    },
    aliases: { ...envAlias, n: "limit" },
    positional: { kind: "tuple", parameters: [{ ...projectParameter, optional: true }] },
  },
  docs: describe("List who changed what, newest first", {
    usage: "[PROJECT] [-e ENV] [--limit N] [--json]",
    examples: [["esteira audit -e prd"], ["esteira audit recsys -e prd -n 5", "of one project"]],
  }),
});
