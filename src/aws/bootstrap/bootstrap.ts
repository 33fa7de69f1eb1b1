import { err, ok, type Result } from "../../core/result.ts";
import type { Change, FieldChange, Plan } from "../../platform/plan.ts";
import type { ApplyOptions, PlatformError } from "../../platform/port.ts";
import { appendAudit } from "../bucket/audit-trail.ts";
import { keys } from "../bucket/location.ts";
import { bucketStore } from "../bucket/store.ts";
import type { AwsContext } from "../sdk/context.ts";
import { policyScope } from "../iam/scope.ts";
import type { Waiting } from "../sdk/retry.ts";
import {
  readBaseDocument,
  sameBase,
  stepHashes,
  writeBaseDocument,
  type BaseDocument,
} from "./document.ts";
import {
  baseFeatures,
  generationOf,
  madeByNewer,
  newestGeneration,
  type BaseFeature,
} from "./generations.ts";
import type { BaseStep, Facts, StepPlan } from "./step.ts";
import { baseSteps } from "./steps.ts";

/** What is in a plan where other plans have a project. */
export const baseLayer = "base layer";

export interface BootstrapOptions {
  /** Take over what has the right name and belongs to nobody; the plan shows what that changes. */
  readonly adopt?: boolean;
  /**
   * Own roles of projects (`infra.task_role_arn`), which the pipelines must be able to hand to
   * their steps.
   */
  readonly taskRoles?: readonly string[];
  /** What projects publish (`publishes`), which the notifier must be able to list. */
  readonly published?: readonly string[];
  /** What later generations of the base layer added; absent: what this Esteira knows. */
  readonly features?: readonly BaseFeature[];
}

export interface BootstrapPlan {
  /** One project, `base layer`. */
  readonly plan: Plan;
  /** What exists and isn't ours; nothing is applied while there is any. */
  readonly refused: readonly PlatformError[];
  /** Applies just this, once. */
  readonly parts: readonly BootstrapPart[];
  readonly document: {
    readonly known: BaseDocument | undefined;
    readonly hashes: BaseDocument["steps"];
    readonly generation: number;
  };
}

interface BootstrapPart {
  readonly step: BaseStep;
  readonly planned: StepPlan & { readonly kind: "planned" };
}

/**
 * Compares the base layer with what is there; reads only. Needs an administrator's rights, or the
 * plan policy's.
 */
export async function planBootstrap(
  context: AwsContext,
  options: BootstrapOptions = {},
): Promise<Result<BootstrapPlan, PlatformError>> {
  const { environment, workspace, partition } = context;
  const scope = policyScope({
    workspace,
    partition,
    environment,
    taskRoles: options.taskRoles ?? [],
    published: options.published ?? [],
  });
  const steps = baseSteps(scope, context);
  const base = { context, scope, adopt: options.adopt ?? false };
  const [read, ...plans] = await Promise.all([
    readBaseDocument(context),
    ...steps.map((step) => step.plan(base)),
  ]);
  if (!read.ok) return read;
  const known = typeof read.value === "object" ? read.value.document : undefined;
  const hashes = stepHashes(steps);
  const features = options.features ?? baseFeatures;
  const generation = newestGeneration(features);
  const newer = madeByNewer(environment.name, known, features);
  if (newer !== undefined) return err(newer);

  const refused: PlatformError[] = [];
  const changes: Change[] = [];
  const parts: BootstrapPart[] = [];
  const facts: Facts = {};
  for (const [index, step] of steps.entries()) {
    const plan = plans[index];
    if (plan === undefined) continue;
    if (!plan.ok) return plan;
    if (plan.value.kind === "refused") {
      refused.push(plan.value.error);
      changes.push({ ...nothingTo(step), note: plan.value.error.message });
      continue;
    }
    Object.assign(facts, plan.value.facts);
    parts.push({ step, planned: plan.value });
    changes.push({
      ...nothingTo(step),
      ...plan.value.change,
      // As bootstrap left it, it wouldn't differ: somebody else changed it. Otherwise it is what is
      // asked for that has changed.
      drift: plan.value.change.action === "update" && known?.steps[step.id] === hashes[step.id],
    });
  }
  changes.push(documentChange(context, known, documentOf(context, generation, hashes, facts)));

  return ok({
    plan: {
      schema: 1,
      environment: environment.name,
      platform: "aws",
      projects: [
        {
          project: baseLayer,
          fingerprint: undefined,
          changes,
          hold: undefined,
          warnings: [],
        },
      ],
    },
    refused,
    parts,
    document: { known, hashes, generation },
  });
}

function nothingTo(step: BaseStep): Change {
  return { kind: step.kind, name: step.name, action: "unchanged", fields: [], drift: false };
}

function documentChange(
  context: AwsContext,
  known: BaseDocument | undefined,
  wanted: BaseDocument,
): Change {
  const { location } = bucketStore(context);
  return {
    kind: "document",
    name: `s3://${location.bucket}/${location.documents}${keys.base}`,
    action: known === undefined ? "create" : sameBase(known, wanted) ? "unchanged" : "update",
    fields: known === undefined ? [] : generationFields(generationOf(known), generationOf(wanted)),
    drift: false,
  };
}

function generationFields(before: number, after: number): FieldChange[] {
  return before === after ? [] : [{ path: "generation", before, after }];
}

function documentOf(
  context: AwsContext,
  generation: number,
  steps: BaseDocument["steps"],
  facts: Facts,
): BaseDocument {
  return {
    schema: 1,
    generation,
    workspace: context.workspace,
    environment: context.environment.name,
    vpcId: context.environment.vpcId,
    securityGroupId: facts.securityGroupId ?? "",
    steps,
    writtenAt: context.timing.now(),
    actor: context.actor,
  };
}

/**
 * Makes the base layer so, step by step in the plan's order, and writes down what is there.
 * Interrupted or failed anywhere: plan and apply again, and it continues from what exists.
 */
export async function applyBootstrap(
  context: AwsContext,
  plan: BootstrapPlan,
  options: ApplyOptions & { readonly commit?: string },
): Promise<Result<{ readonly changed: number }, PlatformError>> {
  const [first] = plan.refused;
  if (first !== undefined) return err(first);
  const changes = plan.parts.filter(({ planned }) => planned.change.action !== "unchanged");
  const done = await applyParts(context, plan.parts, options);
  const { hashes, generation } = plan.document;
  const wanted = done.ok ? documentOf(context, generation, hashes, done.value) : undefined;
  const outdated =
    wanted !== undefined &&
    (plan.document.known === undefined || !sameBase(plan.document.known, wanted));
  if (done.ok && changes.length === 0 && !outdated) return ok({ changed: 0 });

  const written =
    wanted !== undefined && outdated ? await writeBaseDocument(context, wanted) : ok(undefined);
  const failed = done.ok ? (written.ok ? undefined : written.error) : done.error;
  // Where the bucket isn't there yet, a failure has nowhere to be noted.
  const noted = await appendAudit(
    bucketStore(context),
    {
      schema: 1,
      at: context.timing.now(),
      actor: options.actor,
      action: "bootstrap",
      ...(options.commit === undefined ? {} : { commit: options.commit }),
      summary: countByAction(changes),
      outcome:
        failed === undefined
          ? "succeeded"
          : failed.reason === "interrupted"
            ? "interrupted"
            : "failed",
      ...(failed === undefined ? {} : { error: failed.message }),
    },
    context.timing,
  );
  if (failed !== undefined) return err(failed);
  return noted.ok ? ok({ changed: changes.length }) : noted;
}

async function applyParts(
  context: AwsContext,
  parts: readonly BootstrapPart[],
  { listener, signal }: ApplyOptions,
): Promise<Result<Facts, PlatformError>> {
  const facts: Facts = {};
  for (const { step, planned } of parts) {
    if (planned.change.action === "unchanged") {
      Object.assign(facts, planned.facts);
      continue;
    }
    if (signal?.aborted === true) {
      return err({
        reason: "interrupted",
        message: "bootstrap was interrupted",
        help: "run it again: it continues from what exists",
      });
    }
    const resource = `${step.kind} ${step.name}`;
    const started = context.timing.now();
    listener({ kind: "step-started", project: baseLayer, resource, text: planned.change.action });
    const waiting: Waiting = {
      timing: context.timing,
      signal,
      onWait: (_, until) =>
        listener({
          kind: "output",
          project: baseLayer,
          text: `${resource}: waiting until ${until}`,
        }),
    };
    const done = await planned.apply({ context, waiting });
    if (!done.ok) return err({ ...done.error, resource });
    Object.assign(facts, done.value);
    listener({
      kind: "step-finished",
      project: baseLayer,
      resource,
      text: planned.change.action === "create" ? "created" : "updated",
      durationMs: context.timing.now() - started,
    });
  }
  return ok(facts);
}

function countByAction(parts: readonly BootstrapPart[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { planned } of parts) {
    counts[planned.change.action] = (counts[planned.change.action] ?? 0) + 1;
  }
  return counts;
}
