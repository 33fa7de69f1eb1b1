import type { RunId } from "../../core/ids.ts";
import type { Result } from "../../core/result.ts";
import type { PlatformError, PlatformWith } from "../../platform/port.ts";
import { awsAttemptLogs } from "./attempt-log.ts";
import { readPools } from "../bucket/pools.ts";
import { capacityOf } from "./capacity.ts";
import type { AccountSession } from "../deploy/session.ts";
import { openWaits } from "./changed.ts";
import { listRuns, matchingRuns } from "./list-runs.ts";
import { openFound, openRun } from "./open-run.ts";
import { runReleases } from "./release-of.ts";
import { resumeRun } from "./resume-run.ts";
import { runCache } from "./run-cache.ts";
import { readEvents } from "./run-events.ts";
import { readLogs, readLogTail } from "./run-logs.ts";
import type { RunsSession, StartedFrom } from "./runs-session.ts";
import { withResumption } from "./claim-resumption.ts";
import { findExecution } from "./find-run.ts";
import { startRun } from "./start-run.ts";
import { startedBefore } from "./started-before.ts";
import { stopRun } from "./stop-run.ts";
import { succeededFires } from "./succeeded-fires.ts";
import { summaryOfFound } from "./summary.ts";

type RunHalf =
  | "start"
  | "stop"
  | "resume"
  | "run"
  | "releaseOf"
  | "startedBefore"
  | "succeededFires"
  | "runs"
  | "events"
  | "logs"
  | "logTail"
  | "changed"
  | "close";

/** What an environment on AWS can say of runs besides. */
export type RunRole = "attemptLogs" | "capacity" | "pools" | "runSearch";

/** What a run was started from, with what its deploy had decided. */
export type FindStart = (run: RunId) => Promise<Result<StartedFrom, PlatformError>>;

/**
 * Everything about runs. @param cacheDirectory where finished runs are kept on this machine;
 * undefined: nowhere
 */
export function platformRuns(
  session: AccountSession,
  cacheDirectory: string | undefined,
): Pick<PlatformWith<RunRole>, RunHalf | RunRole> & { readonly startedFrom: FindStart } {
  const runs: RunsSession = {
    ...session,
    cache: runCache(cacheDirectory),
    releases: runReleases(session.context, session.store),
    projects: new Map(),
    lists: new Map(),
    open: new Map(),
  };
  const waits = openWaits(runs);
  return {
    start: (project, input, options) => startRun(runs, project, input, options.id),
    stop: (run, actor) => stopRun(runs, run, actor),
    resume: (run, options) => resumeRun(runs, run, options),
    async run(run) {
      const found = await findExecution(runs, run);
      if (!found.ok) return found;
      const summary = await summaryOfFound(runs, found.value);
      // Anyone who reads its events next is to find the end that this reports.
      if (summary.ok && runs.open.has(run)) await openFound(runs, run, found.value);
      return summary.ok ? withResumption(runs, summary.value) : summary;
    },
    async releaseOf(run) {
      const opened = await openRun(runs, run);
      return opened.ok ? opened.value.release() : opened;
    },
    succeededFires: (project, fromMs, toMs) => succeededFires(runs, project, fromMs, toMs),
    startedBefore: (run) => startedBefore(runs, run),
    runs: (filter, page) => listRuns(runs, filter, page),
    events: (run, page) => readEvents(runs, run, page),
    logs: (run, filter, page) => readLogs(runs, run, filter, page),
    logTail: (run, attempt, count) => readLogTail(runs, run, attempt, count),
    attemptLogs: awsAttemptLogs(runs),
    runSearch: { matching: (part, searched) => matchingRuns(runs, part, searched) },
    async startedFrom(run) {
      const opened = await openRun(runs, run);
      return opened.ok ? opened.value.startedFrom() : opened;
    },
    capacity: { evidence: (run) => capacityOf(runs, run) },
    pools: { claims: () => readPools(session.store) },
    changed: (run, timeoutMs, signal) => waits.wait(run, timeoutMs, signal),
    close() {
      waits.close();
      return Promise.resolve();
    },
  };
}
