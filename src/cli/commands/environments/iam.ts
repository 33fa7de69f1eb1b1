import { deployPolicy, readPolicy, runPolicy } from "../../../aws/iam/deploy-policies.ts";
import { splitPolicy, type PolicyDocument } from "../../../aws/iam/document.ts";
import { planPolicy } from "../../../aws/iam/plan-policy.ts";
import { partitionOf, policyScope, type PolicyScope } from "../../../aws/iam/scope.ts";
import { promotionSource } from "../../../aws/images/promotion.ts";
import { ok } from "../../../core/result.ts";
import { openAwsEnvironment } from "../../../app/account.ts";
import type { ActionOf } from "../definition.ts";
import { notFound, usage } from "../../../app/failure.ts";
import { projectWords, suggestName } from "../../../app/names.ts";
import { loadWorkspace } from "../../../config/load.ts";
import { projectTaskPolicy } from "../../../aws/iam/role-policies.ts";
import { printJson } from "../../terminal/json-output.ts";
import type { iamCommand, PolicyName } from "./iam-command.ts";
import { policyDocument } from "../../../app/policy-documents.ts";
import { policyNeeds } from "../../../app/deploy/layer-needs.ts";
import { gitHubRole } from "./iam-github-role.ts";

const policies: Readonly<
  Record<
    Exclude<PolicyName, "github-role">,
    (scope: PolicyScope, project: string) => PolicyDocument
  >
> = {
  "deploy-policy": (scope) => deployPolicy(scope),
  "plan-policy": (scope) => planPolicy(scope),
  "read-policy": readPolicy,
  "run-policy": runPolicy,
  "task-policy": projectTaskPolicy,
};

export const iam: ActionOf<typeof iamCommand> = async (context, flags, name) => {
  const { project } = flags;
  if (project !== undefined && name !== "task-policy") {
    return usage(
      `--project is of task-policy, and this is ${name}`,
      "Leave it out: the other policies are for all projects.",
    );
  }
  if (name === "github-role") return gitHubRole(context, flags);
  const misplaced = (["repo", "ids", "githubEnvironment", "out"] as const).find(
    (flag) => flags[flag] !== undefined,
  );
  if (misplaced !== undefined) {
    const written = misplaced === "githubEnvironment" ? "github-environment" : misplaced;
    return usage(
      `--${written} is of github-role, and this is ${name}`,
      `Leave it out, or: \`esteira iam github-role -e ${flags.env ?? "ENV"}\`.`,
    );
  }
  if (name === "task-policy" && project === undefined) {
    return usage(
      "no project is named",
      `Name the one whose own role it is for: \`esteira iam task-policy -e ${flags.env ?? "ENV"} --project NAME\`.`,
    );
  }
  const opened = await openAwsEnvironment(context, flags.env, `iam ${name}`);
  if (!opened.ok) return opened;
  const { environment, workspace, root } = opened.value;
  const { projects } = await loadWorkspace(root, environment.name);
  const names = projects.map((one): string => one.name);
  if (project !== undefined && !names.includes(project)) {
    return notFound(`there is no project ${project}`, suggestName(project, names, projectWords));
  }
  const scope = policyScope({
    workspace: workspace.name,
    partition: partitionOf(environment.region),
    environment,
    ...(await policyNeeds(root, environment.name)),
    promotesFrom: promotionSource(workspace, environment),
  });
  const documents = splitPolicy(policies[name](scope, project ?? ""));
  if (flags.json) {
    printJson(context, "policy", policyDocument(environment.name, name, documents));
    return ok("ok");
  }
  context.out.lines(documents.map((document) => JSON.stringify(document, null, 2)));
  if (documents.length > 1) {
    const { errors } = context;
    errors.line(
      errors.style.yellow(
        `These are ${documents.length} documents, because AWS limits a managed policy to 6,144 characters: attach all of them.`,
      ),
    );
  }
  return ok("ok");
};
