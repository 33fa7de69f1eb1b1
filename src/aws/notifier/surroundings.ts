import { foldRun } from "../../runs/fold.ts";
import type { RunSummary, RunView } from "../../runs/model.ts";
import type { Surroundings } from "../../runs/notification-facts.ts";
import { runParameters } from "../../runs/parameters.ts";
import { readScheduleExpression } from "../../schedule/eventbridge-expression.ts";
import { nextFire } from "../../schedule/fire-times.ts";
import { readLedgerRun } from "../bucket/ledger.ts";
import { getRelease, type ReleaseDocument } from "../bucket/releases.ts";
import type { BucketStore } from "../bucket/store.ts";
import { schedule } from "../resources/schedule.ts";
import type { AwsContext } from "../sdk/context.ts";

/** What the notifier knows of a run's surroundings. */
export async function surroundingsOf(
  { context, store }: { readonly context: AwsContext; readonly store: BucketStore },
  document: ReleaseDocument | undefined,
  run: RunSummary,
  view: RunView,
  lastSuccess: RunSummary | undefined,
): Promise<Surroundings> {
  const { workspace, environment } = context;
  const { language = "en" } = environment;
  const release = document?.release;
  const asks =
    release?.model.required === true &&
    release.task.environment["MLFLOW_TRACKING_URI"] !== undefined;
  const compared = document !== undefined && run.status !== "SUCCEEDED";
  return {
    language,
    workspace,
    timezone: release?.schedule?.timezone ?? "UTC",
    ...(release === undefined ? {} : { owners: release.owners }),
    ...(await nextRunOf(context, document, run)),
    ...(lastSuccess === undefined ? {} : { lastSuccess }),
    ...(compared ? await parametersOf(store, document, view, lastSuccess) : {}),
    ...(asks && run.modelVersion === undefined ? { missingModel: release.model.name } : {}),
  };
}

/**
 * When the schedule fires next, as EventBridge has it: people disable schedules by hand, in the
 * console too. Where it can't be read, nothing is said of it.
 */
async function nextRunOf(
  context: AwsContext,
  document: ReleaseDocument | undefined,
  { endedAt, startedAt }: RunSummary,
): Promise<Pick<Surroundings, "nextRun">> {
  if (document === undefined) return {};
  const { schedule: configured, names } = document.release;
  if (configured === undefined) return { nextRun: undefined };
  const read = await schedule.observe(context, [names.schedule]);
  if (!read.ok) return {};
  const spec = read.value.get(names.schedule)?.spec;
  if (spec?.state !== "ENABLED") return { nextRun: undefined };
  const { expression, timezone } = spec;
  return readScheduleExpression(expression).ok
    ? { nextRun: nextFire(expression, timezone, endedAt ?? startedAt) }
    : {};
}

/**
 * The parameters of a run that failed and of the last one that succeeded, to compare them. Where
 * they can't be read people are notified without.
 */
async function parametersOf(
  store: BucketStore,
  { release }: ReleaseDocument,
  { input }: RunView,
  lastSuccess: RunSummary | undefined,
): Promise<Pick<Surroundings, "params" | "lastSuccess">> {
  const params = runParameters(release.parameters, input);
  if (lastSuccess === undefined) return { params };
  const { project, run } = lastSuccess;
  const [entry, before] = await Promise.all([
    readLedgerRun(store, project, run),
    getRelease(store, project, lastSuccess.release),
  ]);
  const start = entry.ok ? entry.value?.events[0] : undefined;
  if (start === undefined || !before.ok || before.value === undefined) return { params };
  const declared = before.value.release.parameters;
  const given = foldRun([start], []).input;
  return { params, lastSuccess: { ...lastSuccess, params: runParameters(declared, given) } };
}
