import { defineCommand, type FlagsOf } from "../definition.ts";
import { pathFlag, textFlag } from "../flags.ts";
import { choiceParameter } from "../parameters.ts";

/** What `iam` prints. */
export type PolicyName = (typeof policyNames)[number];

const policyNames = [
  "deploy-policy",
  "plan-policy",
  "read-policy",
  "run-policy",
  "task-policy",
  "github-role",
] as const;

export const iamCommand = defineCommand({
  brief: "Print the IAM roles and policies for CI",
  more: "JSON documents for the environment's account, each within AWS's limit for a managed policy: attach all of one name to the role. github-role: the roles that GitHub Actions takes on without keys, who may (trust) and what they may. Needs no credentials.",
  environment: "named",
  arguments: [
    choiceParameter(
      "POLICY",
      policyNames,
      "deploy-policy, plan-policy, read-policy, run-policy, task-policy or github-role",
    ),
  ],
  flags: {
    project: textFlag("PROJECT", "task-policy: the project whose own role it is for"),
    repo: textFlag("OWNER/NAME", "github-role: the repository; default: that of this clone"),
    ids: textFlag("NUMBER/NUMBER", "github-role: the owner's and the repository's numbers"),
    githubEnvironment: textFlag(
      "NAME",
      "github-role: let in the jobs of this GitHub environment instead of branches",
    ),
    out: pathFlag("FOLDER", "github-role: write the documents here, and say what to do with them"),
  },
  examples: [
    ["esteira iam plan-policy -e dev > plan.json", "reads only: plan, releases, verify, audit"],
    [
      "esteira iam read-policy -e prd",
      "reads only, runs too: status, logs, artifacts, dev --from RUN --from-env prd",
    ],
    ["esteira iam deploy-policy -e dev", "deploy, rollback, destroy, gc"],
    [
      "esteira iam task-policy -e prd --project recsys",
      "the role that infra.task_role_arn of recsys names",
    ],
    ["esteira iam github-role -e prd --out roles", "files, and the commands that make the roles"],
  ],
});

export type IamFlags = FlagsOf<typeof iamCommand>;
