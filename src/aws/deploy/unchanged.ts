import { ownValue } from "../../core/own.ts";
import { all, ok, type Result } from "../../core/result.ts";
import { modelChange, movedText } from "../../platform/models.ts";
import {
  type Change,
  errorText,
  type ModelDecision,
  type ProjectPlan,
  type PlanOptions,
} from "../../platform/plan.ts";
import type { PlatformError } from "../../platform/port.ts";
import { heldNote, type ScheduleHold } from "../../platform/schedules.ts";
import type { FingerprintedRelease, Release } from "../../release/release.ts";
import { mapConcurrently } from "../../core/concurrency.ts";
import type { HoldDocument } from "../bucket/holds.ts";
import { getRelease } from "../bucket/releases.ts";
import type { BucketStore } from "../bucket/store.ts";
import type { AwsContext } from "../sdk/context.ts";
import { hasDataRules, readDataFacts, rulesOf } from "./data-rules.ts";
import { lookForPresence, type Marked, type Presence } from "./observe.ts";
import type { Listings } from "../resources/listings.ts";
import type { Session } from "./session.ts";
import { stages } from "./stages.ts";

/** Plans of the projects that are as their commit mark says. */
export async function findUnchanged(
  { context, store, images }: Session,
  releases: readonly FingerprintedRelease[],
  marks: ReadonlyMap<string, Marked>,
  holds: ReadonlyMap<string, HoldDocument>,
  listings: Listings,
  options: PlanOptions,
): Promise<Result<readonly ProjectPlan[], PlatformError>> {
  if (options.refresh === true) return ok([]);
  const marked = releases.filter(({ release, fingerprint }) => {
    const mark = marks.get(release.project);
    const promotes = ownValue(options.models, release.project)?.promotion !== undefined;
    return mark?.fingerprint === fingerprint && !mark.retired && !promotes;
  });
  const present = await lookForPresence(
    marked.map(({ release }) => release),
    listings,
  );
  if (!present.ok) return present;
  const complete = marked.flatMap((release) => {
    const presence = present.value.get(release.release.names.base);
    const hold = holds.get(release.release.project)?.scheduleDisabled;
    return presence !== undefined && isWhole(release, presence, hold)
      ? [{ release, presence }]
      : [];
  });
  const heard = await withDataRules(
    context,
    store,
    complete.map(({ release: { release } }) => release),
  );
  if (!heard.ok) return heard;
  const gone =
    complete.length === 0
      ? ok(new Set<string>())
      : await images.absent(complete.map(({ release }) => release.release));
  const whole = complete.filter(
    ({ release: { release } }) =>
      (!gone.ok || !gone.value.has(release.project)) && !heard.value.has(release.project),
  );
  // A registry that gives no answer is no reason to deploy, nor not to.
  const unknown = gone.ok
    ? []
    : [`whether its image is still in the registry isn't known: ${errorText(gone.error)}`];
  const plans = all(
    await mapConcurrently(whole, 16, async ({ release, presence }) => {
      const { project } = release.release;
      const found = unchangedPlan(context, release, presence, holds.get(project)?.scheduleDisabled);
      const plan = { ...found, warnings: [...found.warnings, ...unknown] };
      const model = ownValue(options.models, project);
      return model === undefined ? ok(plan) : withModel(store, plan, model, release);
    }),
  );
  return plans.ok ? ok(plans.value.filter((plan) => plan !== undefined)) : plans;
}

/** Projects that wait for data, and of whose rules one isn't there. */
async function withDataRules(
  context: AwsContext,
  store: BucketStore,
  releases: readonly Release[],
): Promise<Result<ReadonlySet<string>, PlatformError>> {
  const facts = await readDataFacts({ context, store }, releases);
  if (!facts.ok) return facts;
  const data = facts.value;
  if (data === undefined) return ok(new Set());
  const lacking = releases.filter((release) => !hasDataRules(context, data, release));
  return ok(new Set(lacking.map(({ project }) => project)));
}

/**
 * Says about an unchanged project which model it was deployed with, and what the registry says now;
 * undefined where that changes what is deployed.
 */
async function withModel(
  store: Session["store"],
  plan: ProjectPlan,
  model: ModelDecision,
  { release, fingerprint }: FingerprintedRelease,
): Promise<Result<ProjectPlan | undefined, PlatformError>> {
  const document = await getRelease(store, release.project, fingerprint);
  if (!document.ok) return document;
  const decided = document.value?.decided ?? {};
  const change = modelChange(model, decided, false);
  if (change !== undefined && change.action !== "unchanged") return ok(undefined);
  const moved = movedText(model, decided, false);
  const refusal = model.refusal === undefined ? [] : [errorText(model.refusal)];
  const [image, ...others] = plan.changes;
  return ok({
    ...plan,
    changes: [image, change, ...others].filter((one) => one !== undefined),
    warnings: [
      ...plan.warnings,
      ...model.warnings,
      ...(moved === undefined ? [] : [moved]),
      ...refusal,
    ],
    model,
  });
}

function isWhole(
  { release, fingerprint }: FingerprintedRelease,
  presence: Presence,
  hold: ScheduleHold | undefined,
): boolean {
  // What a deploy of a minute ago left may not have come through to where all marks are looked up.
  const marked = release.definition !== undefined || presence.mark !== undefined;
  if (marked && presence.mark !== fingerprint) return false;
  const wanted = release.schedule?.enabled === true;
  const enabledByHand = presence.scheduleEnabled === true && !wanted;
  // By hand, or by a deploy that found the folder gone: a closer look shows it.
  const disabledSomehow = presence.scheduleEnabled === false && wanted && hold === undefined;
  return presence.missing.length === 0 && !enabledByHand && !disabledSomehow;
}

function unchangedPlan(
  context: AwsContext,
  { release, fingerprint }: FingerprintedRelease,
  presence: Presence,
  hold: ScheduleHold | undefined,
): ProjectPlan {
  const unchanged = (kind: string, name: string): Change => ({
    kind,
    name,
    action: "unchanged",
    fields: [],
    drift: false,
  });
  const byHand = release.schedule?.enabled === true && presence.scheduleEnabled === false;
  const resources =
    release.definition === undefined
      ? []
      : stages
          .filter((stage) => stage.expected(release))
          .map((stage) => ({
            ...unchanged(stage.kind, stage.name(release.names)),
            ...(stage.key === "schedule" && byHand ? { note: heldNote(hold) } : {}),
          }));
  return {
    project: release.project,
    fingerprint,
    changes: [
      unchanged("image", release.names.imageTag),
      ...resources,
      ...rulesOf(context, release).map((name) => unchanged("rule", name)),
      unchanged("release", `${release.project} ${release.version}`),
    ],
    passedOver: true,
    hold: undefined,
    warnings: [],
  };
}
