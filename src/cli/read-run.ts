import type { HistoryEvent } from "../core/history.ts";
import { runId } from "../core/ids.ts";
import { ok, type Result } from "../core/result.ts";
import type { Platform } from "../platform/port.ts";
import type { Release } from "../release/release.ts";
import { diagnose } from "../runs/diagnose.ts";
import { foldRun } from "../runs/fold.ts";
import type { Diagnosis, RunSummary, RunView } from "../runs/model.ts";
import { failed, fromPlatform, type Failure } from "./failure.ts";
import { tailOf } from "./pages.ts";

/** Everything that is known of a run by now. */
export interface RunReading {
  readonly run: RunSummary;
  readonly release: Release;
  readonly view: RunView;
  readonly diagnosis: Diagnosis | undefined;
}

export async function readRun(
  platform: Platform,
  run: RunSummary,
): Promise<Result<RunReading, Failure>> {
  const id = runId(run.run);
  const release = await platform.releaseOf(id);
  if (!release.ok) return failed(fromPlatform(release.error));
  const events = await tailOf<HistoryEvent>((page) => platform.events(id, page)).read();
  if (!events.ok) return failed(fromPlatform(events.error));
  const view = foldRun(events.value, release.value.steps);
  const diagnosis = diagnose(view);
  return ok({ run, release: release.value, view, diagnosis });
}
