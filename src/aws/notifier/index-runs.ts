import { projectName } from "../../core/ids.ts";
import type { Json } from "../../core/json.ts";
import { ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { BucketStore } from "../bucket/store.ts";
import { noteEnd, noteStart } from "../fleet/marks.ts";
import type { IndexedRun } from "../fleet/packed-run.ts";
import { zoneOfNights } from "../fleet/place.ts";
import { describeExecution, type Execution, executionArn, isRunning } from "../runs/execution.ts";
import { runReleases } from "../runs/release-of.ts";
import { summarize } from "../runs/summary.ts";
import type { AwsContext } from "../sdk/context.ts";
import type { Ending } from "./ending.ts";
import type { RunStart } from "./events.ts";

interface Parts {
  readonly context: AwsContext;
  readonly store: BucketStore;
}

/** Adds a run that has ended to the fleet's index. */
export function indexEnding(
  { context, store }: Parts,
  { facts, redriveCount, timezone }: Pick<Ending, "facts" | "redriveCount" | "timezone">,
): Promise<Result<void, PlatformError>> {
  return noteEnd(store, { run: facts.run, redriveCount }, zoneOfNights(context, timezone));
}

/**
 * Adds a run that has begun. Whose it is the bucket says: the tags of one state machine a second
 * would be too few for all that begin on the hour.
 */
export async function runStarted(
  parts: Parts,
  event: RunStart,
): Promise<Result<void, PlatformError>> {
  const { context, store } = parts;
  const { executionArn: arn, startedAt, input, redriveCount } = event;
  const [machine = "", run = ""] = arn.split(":").slice(-2);
  const end = `${context.environment.suffix}-workflow`;
  const project = machine.slice(0, -end.length);
  if (project === "" || executionArn(context, project, run) !== arn) return ok(undefined);
  const payload = input === undefined ? undefined : parsed(input);
  const said: Execution | undefined =
    payload === undefined || redriveCount === undefined
      ? undefined
      : {
          run,
          project,
          status: "RUNNING",
          startedAt,
          endedAt: undefined,
          redriveCount,
          input: payload,
          output: undefined,
          error: undefined,
          cause: undefined,
          notRedrivable: undefined,
        };
  const described =
    said === undefined ? await describeExecution(context, projectName(project), run) : ok(said);
  if (!described.ok) return described;
  const execution = described.value;
  // One that has ended is noted by the event of its end.
  if (execution === undefined || !isRunning(execution)) return ok(undefined);
  const going = await goingRun(parts, execution);
  if (!going.ok || going.value === undefined) return going.ok ? ok(undefined) : going;
  return noteStart(store, going.value);
}

/** A run in progress as the index has it; undefined where it is of nothing that was deployed. */
export async function goingRun(
  { context, store }: Parts,
  execution: Execution,
): Promise<Result<IndexedRun | undefined, PlatformError>> {
  const release = await runReleases(context, store).of(execution);
  if (!release.ok) return release.error.reason === "not-found" ? ok(undefined) : release;
  const own = release.value.exact ? release.value : undefined;
  const run = summarize({ context, store }, execution, own, undefined);
  return ok({ run, redriveCount: execution.redriveCount });
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
