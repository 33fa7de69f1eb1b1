import { join } from "node:path";

import type { HistoryEvent } from "../../core/history.ts";
import { isJsonObject } from "../../core/json.ts";
import type { RunSummary } from "../../runs/model.ts";
import { diskCache, noCache } from "./disk-cache.ts";
import type { Execution } from "./execution.ts";

/** A run that has ended, with everything that lists and `status` need of it. */
export interface FinishedRun {
  readonly execution: Execution;
  readonly summary: RunSummary;
}

/** Runs that have ended, kept on this machine: they change only by a redrive, which counts up. */
export interface RunCache {
  run(name: string): Promise<FinishedRun | undefined>;
  keepRun(run: FinishedRun): Promise<void>;
  /** Undefined when it isn't there for just so many redrives. */
  history(name: string, redriveCount: number): Promise<readonly HistoryEvent[] | undefined>;
  keepHistory(name: string, redriveCount: number, events: readonly HistoryEvent[]): Promise<void>;
}

const schema = 1;
const keptRuns = 5000;
const keptHistories = 300;

/** @param directory undefined: nothing is kept */
export function runCache(directory: string | undefined): RunCache {
  const runs = directory === undefined ? noCache : diskCache(join(directory, "runs"), keptRuns);
  const histories =
    directory === undefined ? noCache : diskCache(join(directory, "histories"), keptHistories);
  return {
    async run(name) {
      const found = await runs.get(name);
      if (!isJsonObject(found) || found["schema"] !== schema) return undefined;
      const kept = found["finished"] as unknown as FinishedRun | undefined;
      return kept?.execution?.run === name && kept.summary?.run === name ? kept : undefined;
    },
    keepRun: (finished) => runs.put(finished.execution.run, { schema, finished }),
    async history(name, redriveCount) {
      const found = await histories.get(name);
      if (!isJsonObject(found) || found["schema"] !== schema) return undefined;
      if (found["run"] !== name || found["redriveCount"] !== redriveCount) return undefined;
      const events = found["events"];
      return Array.isArray(events) ? (events as readonly HistoryEvent[]) : undefined;
    },
    keepHistory: (run, redriveCount, events) =>
      histories.put(run, { schema, run, redriveCount, events }),
  };
}
