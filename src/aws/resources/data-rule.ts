import { createHash } from "node:crypto";

import {
  DeleteRuleCommand,
  DescribeRuleCommand,
  ListTagsForResourceCommand,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  type Target,
} from "@aws-sdk/client-eventbridge";

import type { Json, JsonObject } from "../../core/json.ts";
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
import { fromUpperTags, type Owner, ownerOf, ownershipTags, upperTags } from "../sdk/ownership.ts";
import { comparison, fieldChanges } from "./fields.ts";
import type { Comparison } from "./kind.ts";
import { arn } from "./names.ts";

/**
 * A rule of EventBridge that calls the notifier's function because of objects: one a bucket, for
 * all projects that wait for what is in it, as a bus has 300 rules; and one that has it look each
 * minute at what has arrived.
 */
export interface DataRule {
  readonly name: string;
  readonly description: string;
  readonly when: { readonly pattern: JsonObject } | { readonly schedule: string };
  readonly input: Json | undefined;
}

/** Everything of a rule that is compared. */
interface RuleState {
  readonly description: string;
  readonly pattern: Json;
  readonly schedule: string;
  readonly enabled: boolean;
  readonly targets: readonly Json[];
}

export interface ObservedRule {
  readonly state: RuleState;
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

const targetId = "notifier";

function targetOf(context: AwsContext, rule: DataRule): Target {
  const names = namesOf(context);
  return {
    Id: targetId,
    Arn: arn(context, "lambda", `function:${names.notifier}`),
    ...(rule.input === undefined ? {} : { Input: JSON.stringify(rule.input) }),
    RetryPolicy: { MaximumRetryAttempts: 24, MaximumEventAgeInSeconds: 86_400 },
    DeadLetterConfig: { Arn: arn(context, "sqs", names.deadLetterQueue) },
  };
}

function wanted(context: AwsContext, rule: DataRule): RuleState {
  const { when } = rule;
  return {
    description: rule.description,
    pattern: "pattern" in when ? when.pattern : null,
    schedule: "schedule" in when ? when.schedule : "",
    enabled: true,
    targets: [targetOf(context, rule) as unknown as Json],
  };
}

/** What differs; a rule that isn't there is to be made. */
export function compareRule(
  context: AwsContext,
  rule: DataRule,
  observed: ObservedRule | undefined,
): Comparison | { readonly kind: "create" } {
  if (observed === undefined) return { kind: "create" };
  return comparison(fieldChanges(observed.state, wanted(context, rule)));
}

/** Undefined where there is none of the name. */
export function observeRule(
  context: AwsContext,
  name: string,
): Promise<Result<ObservedRule | undefined, PlatformError>> {
  const { eventBridge } = context.clients;
  return callAws(context.environment.name, `read the rule ${name}`, async () => {
    const rule = await orAbsent(
      () => eventBridge.send(new DescribeRuleCommand({ Name: name })),
      isNotFound,
    );
    if (rule === undefined) return undefined;
    const ResourceARN = arn(context, "events", `rule/${name}`);
    const [{ Tags }, { Targets = [] }] = await Promise.all([
      eventBridge.send(new ListTagsForResourceCommand({ ResourceARN })),
      eventBridge.send(new ListTargetsByRuleCommand({ Rule: name })),
    ]);
    return {
      owner: ownerOf(fromUpperTags(Tags)),
      state: {
        description: rule.Description ?? "",
        pattern: rule.EventPattern === undefined ? null : (JSON.parse(rule.EventPattern) as Json),
        schedule: rule.ScheduleExpression ?? "",
        enabled: rule.State === "ENABLED",
        // Others' targets on our rule are theirs.
        targets: Targets.filter(({ Id }) => Id === targetId).map(
          (target) => JSON.parse(JSON.stringify(target)) as Json,
        ),
      },
    };
  });
}

/** Makes it so, whatever is there. */
export function ensureRule(
  context: AwsContext,
  rule: DataRule,
  observed: ObservedRule | undefined,
): Promise<Result<void, PlatformError>> {
  const { eventBridge } = context.clients;
  const { name, when } = rule;
  return callAws(context.environment.name, `write the rule ${name}`, async () => {
    await eventBridge.send(
      new PutRuleCommand({
        Name: name,
        Description: rule.description,
        State: "ENABLED",
        ...("pattern" in when
          ? { EventPattern: JSON.stringify(when.pattern) }
          : { ScheduleExpression: when.schedule }),
        // A rule that exists takes no tags so.
        ...(observed === undefined ? { Tags: upperTags(ownershipTags(owner(context))) } : {}),
      }),
    );
    const Targets = [targetOf(context, rule)];
    const put = await eventBridge.send(new PutTargetsCommand({ Rule: name, Targets }));
    const [failure] = put.FailedEntries ?? [];
    if (failure !== undefined) {
      throw new Error(`${failure.ErrorCode ?? "error"}: ${failure.ErrorMessage ?? name}`);
    }
  });
}

/** Gone already is success. */
export async function removeRule(
  context: AwsContext,
  name: string,
): Promise<Result<void, PlatformError>> {
  const { eventBridge } = context.clients;
  const removed = await callAws(context.environment.name, `delete the rule ${name}`, async () => {
    const targets = new RemoveTargetsCommand({ Rule: name, Ids: [targetId] });
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
