import { buildCommand } from "@stricli/core";

import { lazily } from "../action.ts";
import type { CliContext } from "../../terminal/context.ts";
import { describe } from "../describe.ts";
import { commonFlags, envAlias, type EnvironmentFlags } from "../flags.ts";
import { positiveInteger, projectParameter } from "../parameters.ts";
import { yesFlag } from "../deploys/routes-deploy.ts";

export interface BootstrapFlags extends EnvironmentFlags {
  readonly adopt?: boolean;
  readonly yes?: boolean;
}

export const bootstrap = buildCommand<BootstrapFlags, [], CliContext>({
  loader: lazily(async () => (await import("./bootstrap.ts")).bootstrap),
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

export const policyNames = ["deploy-policy", "plan-policy", "run-policy", "github-role"] as const;
export type PolicyName = (typeof policyNames)[number];

export interface IamFlags extends EnvironmentFlags {
  readonly repo?: string;
  readonly ids?: string;
  readonly githubEnvironment?: string;
  readonly out?: string;
}

const iamFlag = (brief: string, placeholder: string) =>
  ({ kind: "parsed", parse: String, brief, placeholder, optional: true }) as const;

export const iam = buildCommand<IamFlags, [PolicyName], CliContext>({
  loader: lazily(async () => (await import("./iam.ts")).iam),
  parameters: {
    flags: {
      ...commonFlags,
      repo: iamFlag("github-role: the repository; default: that of this clone", "owner/name"),
      ids: iamFlag("github-role: the owner's and the repository's numbers", "owner/repository"),
      githubEnvironment: iamFlag(
        "github-role: let in the jobs of this GitHub environment instead of branches",
        "name",
      ),
      out: iamFlag("github-role: write the documents here, and say what to do with them", "folder"),
    },
    aliases: envAlias,
    positional: {
      kind: "tuple",
      parameters: [
        {
          brief: "deploy-policy, plan-policy, run-policy or github-role",
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
  docs: describe("Print the IAM roles and policies for CI", {
    usage:
      "deploy-policy|plan-policy|run-policy|github-role -e ENV [--repo OWNER/NAME] [--ids NUMBER/NUMBER] [--github-environment NAME] [--out FOLDER] [--json]",
    more: "JSON documents for the environment's account, each within AWS's limit for a managed policy: attach all of one name to the role. github-role: the roles that GitHub Actions takes on without keys, who may (trust) and what they may. Needs no credentials.",
    examples: [
      ["esteira iam plan-policy -e dev > plan.json", "reads only: plan, releases, verify, audit"],
      ["esteira iam deploy-policy -e dev", "deploy, rollback, destroy, gc"],
      ["esteira iam github-role -e prd --out roles", "files, and the commands that make the roles"],
    ],
  }),
});

export const verify = buildCommand<EnvironmentFlags, readonly string[], CliContext>({
  loader: lazily(async () => (await import("./verify.ts")).verify),
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
  loader: lazily(async () => (await import("./audit.ts")).audit),
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
