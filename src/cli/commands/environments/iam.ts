import { deployPolicy, runPolicy } from "../../../aws/iam/deploy-policies.ts";
import { splitPolicy, type PolicyDocument } from "../../../aws/iam/document.ts";
import { planPolicy } from "../../../aws/iam/plan-policy.ts";
import { partitionOf, policyScope, type PolicyScope } from "../../../aws/iam/scope.ts";
import { promotionSource } from "../../../aws/images/promotion.ts";
import { ok } from "../../../core/result.ts";
import { openAwsEnvironment } from "../../../app/account.ts";
import type { ActionOf } from "../definition.ts";
import { usage } from "../../../app/failure.ts";
import { printJson } from "../../terminal/json-output.ts";
import type { iamCommand, PolicyName } from "./iam-command.ts";
import { policyDocument } from "../../../app/policy-documents.ts";
import { taskRolesOf } from "../../../app/deploy/task-roles.ts";
import { gitHubRole } from "./iam-github-role.ts";

const policies: Readonly<
  Record<Exclude<PolicyName, "github-role">, (scope: PolicyScope) => PolicyDocument>
> = {
  "deploy-policy": deployPolicy,
  "plan-policy": planPolicy,
  "run-policy": runPolicy,
};

export const iam: ActionOf<typeof iamCommand> = async (context, flags, name) => {
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
  const opened = await openAwsEnvironment(context, flags.env, `iam ${name}`);
  if (!opened.ok) return opened;
  const { environment, workspace, root } = opened.value;
  const scope = policyScope({
    workspace: workspace.name,
    partition: partitionOf(environment.region),
    environment,
    taskRoles: await taskRolesOf(root, environment.name),
    promotesFrom: promotionSource(workspace, environment),
  });
  const documents = splitPolicy(policies[name](scope));
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
