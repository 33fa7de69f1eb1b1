import { isJsonObject, type Json, type JsonObject } from "../../core/json.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { type BackfillEnd, composeBackfillReport } from "../../runs/backfill-report.ts";
import { getRelease, listReleases } from "../bucket/releases.ts";
import type { AwsContext } from "../sdk/context.ts";
import { deliver, type Delivered, type DeliverOptions } from "./deliver.ts";

/** Names of failed runs that the function is given: a request holds 6 MB, a message few. */
const mostFailed = 1000;

/** What the function is asked to report. */
export function backfillRequest(end: BackfillEnd): JsonObject {
  const { failed, ...rest } = end;
  return {
    esteira: "backfill",
    ...rest,
    failed: failed.slice(0, mostFailed).map(({ at, run }) => ({ at, run })),
  };
}

/**
 * Reads it; undefined for what isn't the end of a backfill. The function makes the text itself: who
 * may call it gives times, numbers and names of the project's runs, and no sentences.
 */
export function backfillEndOf(event: JsonObject): BackfillEnd | undefined {
  const { project, actor, run } = event;
  if (typeof project !== "string" || typeof run !== "string") return undefined;
  const isRun = (name: Json | undefined): name is string =>
    typeof name === "string" && name.startsWith(`${project.slice(0, 54)}-`) && runName.test(name);
  const numbers = ["from", "to", "succeeded", "left"].map((name) => moment(event[name]));
  const [from, to, succeeded, left] = numbers;
  if (!isRun(run) || from === undefined || to === undefined) return undefined;
  if (succeeded === undefined || left === undefined) return undefined;
  const failed = Array.isArray(event["failed"]) ? event["failed"] : [];
  return {
    project,
    actor: typeof actor === "string" ? actor.slice(0, 200) : "",
    from,
    to,
    succeeded,
    left,
    run,
    failed: failed.slice(0, mostFailed).flatMap((one: Json) => {
      if (!isJsonObject(one)) return [];
      const at = moment(one["at"]);
      return at === undefined || !isRun(one["run"]) ? [] : [{ at, run: one["run"] }];
    }),
  };
}

/**
 * AWS's names of executions:
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
 */
const runName = /^[A-Za-z0-9_-]{1,80}$/;

/** A count, or milliseconds since the epoch within what dates can be. */
function moment(value: Json | undefined): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 && value < 8.64e15
    ? value
    : undefined;
}

/** Notifies those whom the project's latest deploy notifies; of one backfill once. */
export async function reportBackfillEnd(
  { workspace, environment }: AwsContext,
  end: BackfillEnd,
  options: DeliverOptions,
): Promise<Result<Delivered, PlatformError>> {
  const { store } = options;
  const kept = await listReleases(store, end.project);
  if (!kept.ok) return kept;
  const [latest] = kept.value;
  const found = latest && (await getRelease(store, end.project, latest.fingerprint));
  if (found?.ok === false) return found;
  const release = found?.value?.release;
  if (release === undefined) {
    return err({ reason: "not-deployed", message: `${end.project} is not deployed` });
  }
  const report = composeBackfillReport(end, environment.name, release.notifications, {
    workspace,
    owners: release.owners,
    timezone: release.schedule?.timezone ?? "UTC",
    ...(environment.language === undefined ? {} : { language: environment.language }),
  });
  if (report === undefined) return ok({ kind: "done", deliveries: [] });
  return deliver({ project: end.project, run: end.run, redriveCount: 0 }, () => report, options);
}
