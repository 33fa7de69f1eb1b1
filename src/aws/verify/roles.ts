import { GetRoleCommand } from "@aws-sdk/client-iam";

import { type Check, failedBy } from "../../platform/check.ts";
import { callAws } from "../sdk/call.ts";
import { planBootstrap } from "../bootstrap/bootstrap.ts";
import type { BaseFacts } from "../deploy/desired.ts";
import { mapConcurrently } from "../../core/concurrency.ts";
import type { AwsContext } from "../sdk/context.ts";
import type { VerifyOptions } from "../../platform/roles/verification.ts";
import { runBootstrap } from "../sdk/errors.ts";
import { isNotFound } from "../sdk/error-names.ts";
import { parsePolicy, type PolicyDocument, type Statement } from "../iam/document.ts";
import { policyScope } from "../iam/scope.ts";

/**
 * Who has to be able to take on which role: without it nothing starts, and some of it only shows at
 * night.
 */
const takenOnBy = {
  step_functions: "states.amazonaws.com",
  scheduler: "scheduler.amazonaws.com",
  task_execution: "ecs-tasks.amazonaws.com",
  task: "ecs-tasks.amazonaws.com",
  instance: "ec2.amazonaws.com",
} as const;

/**
 * That the roles which deploys hand out exist, made by bootstrap or named in esteira.yaml, and that
 * their service may take them on.
 */
export async function checkRoles(context: AwsContext): Promise<Check[]> {
  const { environment, workspace, partition } = context;
  const scope = policyScope({ workspace, partition, environment });
  const about = { project: undefined, subject: "roles" };
  const help = environment.roles;
  const checks = await mapConcurrently(Object.entries(takenOnBy), 5, async ([role, service]) => {
    const key = role as keyof typeof takenOnBy;
    const arn = scope.roles[key];
    const name = arn.split("/").at(-1) ?? arn;
    const remedy =
      help[key] === undefined
        ? runBootstrap(environment.name)
        : `correct \`roles.${key}\` of ${environment.name} in esteira.yaml, or the role's trust policy`;
    const read = await callAws(environment.name, `read the role ${name}`, async () => {
      try {
        const { Role } = await context.clients.iam.send(new GetRoleCommand({ RoleName: name }));
        return Role ?? "absent";
      } catch (thrown) {
        if (isNotFound(thrown)) return "absent";
        throw thrown;
      }
    });
    if (!read.ok) return failedBy(about, read.error);
    if (read.value === "absent") {
      const message = `there is no role ${name}`;
      return { ...about, outcome: "failed", message, help: remedy } as const;
    }
    const trust = parsePolicy(read.value.AssumeRolePolicyDocument);
    if (trust === undefined || !lets(trust, service)) {
      const message = `the trust policy of the role ${name} doesn't let ${service} take it on`;
      return { ...about, outcome: "failed", message, help: remedy } as const;
    }
    const message = `${service} may take on ${name}`;
    return { ...about, outcome: "passed", message } as const;
  });
  return checks;
}

/** Conditions aren't weighed: what they ask for only the service itself knows. */
function lets({ Statement }: PolicyDocument, service: string): boolean {
  return [Statement].flat().some((statement) => {
    const allows = statement.Effect === "Allow" && actionsOf(statement).some(isAssuming);
    return allows && servicesOf(statement).some((name) => name === service || name === "*");
  });
}

function actionsOf({ Action }: Statement): readonly string[] {
  return [Action].flat();
}

function isAssuming(action: string): boolean {
  return ["*", "sts:*", "sts:assumerole"].includes(action.toLowerCase());
}

function servicesOf({ Principal = {} }: Statement): readonly string[] {
  if (Principal === "*") return ["*"];
  return [Principal["Service"] ?? []].flat();
}

/**
 * What of the base layer isn't as this Esteira makes it for what esteira.yaml says now. Reads only.
 */
export async function checkBaseLayer(
  context: AwsContext,
  { lacking = [], newer = false }: BaseFacts,
  needs: VerifyOptions,
): Promise<Check[]> {
  const about = { project: undefined, subject: "bootstrap" };
  if (newer) {
    const message = "the base layer is there; a newer Esteira made it, and deploys work";
    return [{ ...about, outcome: "passed", message }];
  }
  const help = runBootstrap(context.environment.name);
  const planned = await planBootstrap(context, needs);
  if (!planned.ok) return [failedBy(about, planned.error)];
  const { plan, refused, parts } = planned.value;
  // Only some projects need these; each of those has a failed check itself.
  const later = new Set(lacking.flatMap(({ steps }) => steps));
  const optional = new Set(
    parts.flatMap(({ step }) => (later.has(step.id) ? `${step.kind} ${step.name}` : [])),
  );
  const changes = (plan.projects[0]?.changes ?? []).filter(
    // The document says how the others were made.
    ({ action, kind }) => action !== "unchanged" && kind !== "document",
  );
  const found: Check[] = [
    ...refused.map((error) => failedBy(about, error)),
    ...changes.map(({ action, kind, name, fields, drift }): Check => {
      if (action === "create") {
        const outcome = optional.has(`${kind} ${name}`) ? "warning" : "failed";
        return { ...about, outcome, message: `there is no ${kind} ${name}`, help };
      }
      const paths = fields.map(({ path }) => path).join(", ");
      const since = drift ? "was changed by somebody" : "isn't as this Esteira makes it";
      return { ...about, outcome: "warning", message: `${kind} ${name} ${since}: ${paths}`, help };
    }),
  ];
  if (found.length > 0) return found;
  return [{ ...about, outcome: "passed", message: "the base layer is there" }];
}
