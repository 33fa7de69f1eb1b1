import { createHash } from "node:crypto";

import type { AwsEnvironment } from "../../config/model.ts";

/**
 * The roles of the base layer, by the names that `roles` of esteira.yaml has for those that exist
 * already.
 */
export const roleNames = [
  "step_functions",
  "scheduler",
  "task_execution",
  "task",
  "instance",
  "notifier",
] as const;

export type RoleName = (typeof roleNames)[number];

/** What the base layer's own resources are called; the same for everybody who asks. */
export interface BaseNames {
  /** What they all begin with: `esteira-acme-dev`. */
  readonly prefix: string;
  readonly roles: Readonly<Record<RoleName, string>>;
  readonly instanceProfile: string;
  readonly securityGroup: string;
  readonly bucket: string;
  readonly deadLetterQueue: string;
  readonly notifier: string;
  readonly notifierLogGroup: string;
  /** EventBridge's rules that call the notifier: at the end of each run, and once an hour. */
  readonly runsRule: string;
  readonly watchRule: string;
  /** Begins the names of the rules that call it when objects arrive. */
  readonly dataRules: string;
}

/**
 * A role's name has at most 64 characters, and `-step-functions` and `-task-execution` are the
 * longest ends of one.
 */
const longestPrefix = 64 - "-task-execution".length;
/** A bucket's name has at most 63, and ends in the account's twelve digits. */
const longestBucketPrefix = 63 - "-123456789012".length;

/**
 * The workspace and the environment are in every name, so that two environments in one account have
 * two base layers. What is too long, or has characters that a name may not have, is shortened and
 * gets eight digits of a hash, so that two never become one.
 */
export function baseNames(
  workspace: string,
  environment: Pick<AwsEnvironment, "name" | "accountId">,
): BaseNames {
  const prefix = fitted(workspace, environment.name, longestPrefix);
  const role = (name: string) => `${prefix}-${name.replaceAll("_", "-")}`;
  return {
    prefix,
    roles: {
      step_functions: role("step_functions"),
      scheduler: role("scheduler"),
      task_execution: role("task_execution"),
      task: role("task"),
      instance: role("instance"),
      notifier: role("notifier"),
    },
    instanceProfile: role("instance"),
    securityGroup: role("tasks"),
    bucket: `${fitted(workspace, environment.name, longestBucketPrefix)}-${environment.accountId}`,
    deadLetterQueue: role("dead-letters"),
    notifier: role("notifier"),
    notifierLogGroup: `/aws/lambda/${role("notifier")}`,
    runsRule: role("runs"),
    watchRule: role("watch"),
    dataRules: `${prefix}-on-`,
  };
}

function fitted(workspace: string, environment: string, longest: number): string {
  const slug = workspace
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "");
  const whole = `esteira-${slug}-${environment}`;
  if (slug === workspace && whole.length <= longest) return whole;
  const hash = createHash("sha256").update(workspace).digest("hex").slice(0, 8);
  const room = longest - `esteira---${hash}${environment}`.length;
  return ["esteira", slug.slice(0, room).replace(/-$/, ""), hash, environment]
    .filter((part) => part !== "")
    .join("-");
}
