import { createHash } from "node:crypto";

import { DeleteRuleCommand, RemoveTargetsCommand, type Target } from "@aws-sdk/client-eventbridge";

import type { JsonObject } from "../../core/json.ts";
import { ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { literalPrefix } from "../../schedule/globs.ts";
import { s3Source } from "../../schedule/on.ts";
import { baseNames } from "../bootstrap/names.ts";
import { orAbsent } from "../bootstrap/step.ts";
import { arrivalsEvent } from "../notifier/events.ts";
import { callAws } from "../sdk/call.ts";
import type { AwsContext } from "../sdk/context.ts";
import { isNotFound } from "../sdk/error-names.ts";
import { type Owner, ownerOf, ownershipTags } from "../sdk/ownership.ts";
import {
  type EventRule,
  type EventRuleState,
  putRule,
  putRuleTarget,
  readRule,
  ruleTarget,
  ruleTargetId,
  wantedRule,
} from "./event-rule.ts";
import { comparison, fieldChanges } from "./fields.ts";
import type { Comparison } from "./kind.ts";
import { arn } from "./names.ts";

/**
 * A rule of EventBridge that calls the notifier's function because of objects: one a bucket, for
 * all projects that wait for what is in it, as a bus has 300 rules; and one that has it look each
 * minute at what has arrived.
 */
export type DataRule = EventRule;

export interface ObservedRule {
  readonly state: EventRuleState;
  readonly owner: Owner | undefined;
}

/** EventBridge takes 2,048 characters, spaces not counted: beyond, the function sees all keys. */
const longestPattern = 2000;

/** The rule for a bucket: of objects whose keys begin as one of these sources does. */
export function bucketRule(
  context: AwsContext,
  bucket: string,
  sources: readonly string[],
): DataRule {
  const pattern = (key: JsonObject): JsonObject => ({
    source: ["aws.s3"],
    "detail-type": ["Object Created"],
    detail: { bucket: { name: [bucket] }, ...key },
  });
  const prefixes = shortest(
    sources.map((source) => literalPrefix(s3Source(source)?.pattern ?? "")),
  );
  const narrow = pattern({ object: { key: prefixes.map((prefix) => ({ prefix })) } });
  const isNarrow = !prefixes.includes("") && JSON.stringify(narrow).length <= longestPattern;
  return {
    name: `${namesOf(context).dataRules}${digits(bucket)}`,
    description: `Esteira: objects arrive in ${bucket} for ${context.environment.name}`,
    when: { pattern: isNarrow ? narrow : pattern({}) },
    input: undefined,
  };
}

/** The rule that closes windows, and starts what a call has failed to start. */
export function arrivalsRule(context: AwsContext): DataRule {
  return {
    name: `${namesOf(context).dataRules}clock`,
    description: `Esteira: looks each minute at what has arrived for ${context.environment.name}`,
    when: { schedule: "rate(1 minute)" },
    input: arrivalsEvent,
  };
}

/** Those that no other one begins. */
function shortest(prefixes: readonly string[]): readonly string[] {
  const sorted = [...new Set(prefixes)].toSorted();
  return sorted.filter(
    (prefix) => !sorted.some((other) => other !== prefix && prefix.startsWith(other)),
  );
}

function digits(bucket: string): string {
  return createHash("sha256").update(bucket).digest("hex").slice(0, 10);
}

function namesOf({ workspace, environment }: AwsContext) {
  return baseNames(workspace, environment);
}

/** Whose they are: the environment's, as no one project has them alone. */
function owner({ workspace, environment }: AwsContext): Owner {
  return { workspace, environment: environment.name, project: undefined };
}

function targetOf(context: AwsContext, rule: DataRule): Target {
  const names = namesOf(context);
  return ruleTarget(rule, {
    function: arn(context, "lambda", `function:${names.notifier}`),
    deadLetterQueue: arn(context, "sqs", names.deadLetterQueue),
  });
}

/** What differs; a rule that isn't there is to be made. */
export function compareRule(
  context: AwsContext,
  rule: DataRule,
  observed: ObservedRule | undefined,
): Comparison | { readonly kind: "create" } {
  if (observed === undefined) return { kind: "create" };
  return comparison(fieldChanges(observed.state, wantedRule(rule, targetOf(context, rule))));
}

/** Undefined where there is none of the name. */
export function observeRule(
  context: AwsContext,
  name: string,
): Promise<Result<ObservedRule | undefined, PlatformError>> {
  const { eventBridge } = context.clients;
  return callAws(context.environment.name, `read the rule ${name}`, async () => {
    const found = await readRule(eventBridge, name, arn(context, "events", `rule/${name}`));
    return found && { owner: ownerOf(found.tags), state: found.state };
  });
}

/** Makes it so, whatever is there. */
export function ensureRule(
  context: AwsContext,
  rule: DataRule,
  observed: ObservedRule | undefined,
): Promise<Result<void, PlatformError>> {
  const { eventBridge } = context.clients;
  const tags = observed === undefined ? ownershipTags(owner(context)) : undefined;
  return callAws(context.environment.name, `write the rule ${rule.name}`, async () => {
    await putRule(eventBridge, rule, tags);
    await putRuleTarget(eventBridge, rule.name, targetOf(context, rule));
  });
}

/** Gone already is success. */
export async function removeRule(
  context: AwsContext,
  name: string,
): Promise<Result<void, PlatformError>> {
  const { eventBridge } = context.clients;
  const removed = await callAws(context.environment.name, `delete the rule ${name}`, async () => {
    const targets = new RemoveTargetsCommand({ Rule: name, Ids: [ruleTargetId] });
    await orAbsent(() => eventBridge.send(targets), isNotFound);
    await orAbsent(() => eventBridge.send(new DeleteRuleCommand({ Name: name })), isNotFound);
  });
  return removed.ok ? ok(undefined) : removed;
}

/** Whether a rule is this environment's. */
export function isOurRule(context: AwsContext, { owner: whose }: ObservedRule): boolean {
  const ours = owner(context);
  return (
    whose?.workspace === ours.workspace &&
    whose.environment === ours.environment &&
    whose.project === undefined
  );
}
