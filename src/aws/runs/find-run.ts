import { type ProjectName, projectName, type RunId } from "../../core/ids.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { mapConcurrently } from "../../core/concurrency.ts";
import type { PlatformError } from "../../platform/port.ts";
import { readLedgerRun } from "../bucket/ledger.ts";
import { describeExecution, isFinal } from "./execution.ts";
import type { FoundRun, RunsSession } from "./runs-session.ts";

/** Finds a run as it is now. Asks AWS unless it is known here to have ended for good. */
export async function findExecution(
  session: RunsSession,
  run: RunId,
): Promise<Result<FoundRun, PlatformError>> {
  const { context, cache, store } = session;
  const finished = await cache.run(run);
  if (finished !== undefined && isFinal(finished.execution, context.timing.now())) {
    return ok({ kind: "execution", execution: finished.execution });
  }
  const candidates = await candidatesFor(
    session,
    run,
    finished === undefined ? undefined : projectName(finished.execution.project),
  );
  if (!candidates.ok) return candidates;
  const described = await mapConcurrently(candidates.value, 16, (project) =>
    describeExecution(context, project, run),
  );
  for (const found of described) {
    if (!found.ok) return found;
    if (found.value === undefined) continue;
    session.projects.set(run, projectName(found.value.project));
    return ok({ kind: "execution", execution: found.value });
  }
  const kept = await mapConcurrently(candidates.value, 16, (project) =>
    readLedgerRun(store, project, run),
  );
  for (const entry of kept) {
    if (!entry.ok) return entry;
    if (entry.value !== undefined) return ok({ kind: "ledger", entry: entry.value });
  }
  // A project that was destroyed since: what is kept here is all that there is.
  if (finished !== undefined) return ok({ kind: "execution", execution: finished.execution });
  return err(noSuchRun(run, context.environment.name));
}

/** The projects that a run can be one of. */
async function candidatesFor(
  session: RunsSession,
  run: string,
  known: ProjectName | undefined,
): Promise<Result<readonly ProjectName[], PlatformError>> {
  const project = known ?? session.projects.get(run) ?? projectIn(run);
  if (project !== undefined) return ok([project]);
  if (!namedByAws(run)) return ok([]);
  const marks = await session.releases.marks();
  return marks.ok ? ok([...marks.value.keys()].map(projectName)) : marks;
}

/** The project in a name that Esteira gave: `recsys-20260131T030000Z-4f9a1c`. */
function projectIn(run: string): ProjectName | undefined {
  const [, project] = /^([a-z][a-z0-9-]*)-\d{8}T\d{6}Z-[0-9a-z]+$/.exec(run) ?? [];
  return project === undefined ? undefined : projectName(project);
}

/**
 * What the scheduler starts, and what is started without a name, has a UUID or two for its name.
 */
function namedByAws(run: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(_[0-9a-f-]{36})?$/.test(run);
}

export function noSuchRun(run: string, environment: string): PlatformError {
  return {
    reason: "not-found",
    message: `there is no run ${run} in ${environment}`,
    help: `List the runs that there are: esteira runs -e ${environment}`,
    resource: `run ${run}`,
  };
}
