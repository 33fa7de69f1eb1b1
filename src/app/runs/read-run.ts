import type { HistoryEvent } from "../../core/history.ts";
import { runId, type RunId } from "../../core/ids.ts";
import { ok, type Result } from "../../core/result.ts";
import type { Platform } from "../../platform/port.ts";
import type { Release } from "../../release/release.ts";
import { CAPACITY_CODES, diagnoseWait } from "../../runs/capacity.ts";
import { diagnose, failedAttempt } from "../../runs/diagnose.ts";
import { foldRun } from "../../runs/fold.ts";
import type { Delivery } from "../../runs/delivery.ts";
import type { Diagnosis, RunSummary, RunView, StepHold } from "../../runs/model.ts";
import { failed, fromPlatform, type Failure } from "../failure.ts";
import { reportedRun } from "../../platform/attempt-reports.ts";
import { waitForPlaces } from "./waiting-for.ts";
import { tailOf } from "./pages.ts";

/** Everything that is known of a run by now. */
export interface RunReading {
  readonly run: RunSummary;
  readonly release: Release;
  readonly view: RunView;
  readonly diagnosis: Diagnosis | undefined;
  /** Who is to be notified of its end, and how far that has come. */
  readonly deliveries: readonly Delivery[];
  /** Failed steps whose places are kept; undefined where none is. */
  readonly hold: StepHold | undefined;
}

export async function readRun(
  platform: Platform,
  run: RunSummary,
  now: number,
): Promise<Result<RunReading, Failure>> {
  const viewed = await viewRun(platform, run);
  if (!viewed.ok) return viewed;
  const explained = await explainRun(platform, runId(run.run), viewed.value.view, now);
  if (!explained.ok) return explained;
  const hold = await heldSteps(platform, run);
  if (!hold.ok) return hold;
  return ok({ run, ...viewed.value, ...explained.value, hold: hold.value });
}

/** Failed steps of a run whose places are kept; undefined where none is. */
export async function heldSteps(
  platform: Pick<Platform, "heldSteps">,
  run: RunSummary,
): Promise<Result<StepHold | undefined, Failure>> {
  const role = platform.heldSteps;
  if (run.endedAt === undefined || role === undefined) return ok(undefined);
  const hold = await role.ofRun(runId(run.run));
  return hold.ok ? hold : failed(fromPlatform(hold.error));
}

/** A run's release, and its steps and attempts as its history has them. */
export async function viewRun(
  platform: Platform,
  run: RunSummary,
): Promise<Result<Pick<RunReading, "release" | "view">, Failure>> {
  const id = runId(run.run);
  const release = await platform.releaseOf(id);
  if (!release.ok) return failed(fromPlatform(release.error));
  const events = await tailOf<HistoryEvent>((page) => platform.events(id, page)).read();
  if (!events.ok) return failed(fromPlatform(events.error));
  const folded = foldRun(events.value, release.value.steps);
  return ok({
    release: release.value,
    view: await reportedRun(platform, run, release.value, folded),
  });
}

/** Why a run failed or waits, and who is notified of its end, by what its history says. */
export async function explainRun(
  platform: Platform,
  id: RunId,
  view: RunView,
  now: number,
): Promise<Result<Pick<RunReading, "diagnosis" | "deliveries">, Failure>> {
  const tail = await failedTail(platform, id, view);
  if (!tail.ok) return tail;
  const known = diagnose(view, tail.value, [], platform.kind);
  const capacity =
    view.status === "RUNNING" || CAPACITY_CODES.has(known?.code ?? "")
      ? await platform.capacity?.evidence(id)
      : undefined;
  if (capacity?.ok === false) return failed(fromPlatform(capacity.error));
  const places = await waitForPlaces(platform, id, view, now);
  if (!places.ok) return failed(fromPlatform(places.error));
  const diagnosis =
    places.value ??
    (capacity === undefined
      ? known
      : (diagnoseWait(view, capacity.value, now) ??
        diagnose(view, tail.value, capacity.value.launchFailures, platform.kind)));
  const deliveries = await platform.deliveries.ofRun(id);
  if (!deliveries.ok) return failed(fromPlatform(deliveries.error));
  return ok({ diagnosis, deliveries: deliveries.value });
}

/** Lines that a diagnosis may need: enough for a stack trace and what led to it. */
const tailLines = 50;

/** The last lines of the attempt that the run failed with. */
async function failedTail(
  platform: Platform,
  id: RunId,
  view: RunView,
): Promise<Result<readonly string[], Failure>> {
  const { step, attempt } = failedAttempt(view);
  if (step === undefined || attempt === undefined) return ok([]);
  const { number, item } = attempt;
  const tail = await platform.logTail(id, { step: step.id, attempt: number, item }, tailLines);
  return tail.ok ? tail : failed(fromPlatform(tail.error));
}
