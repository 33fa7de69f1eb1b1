import type { PlatformError } from "./port.ts";

/** The run that continues another one, and what became of it. */
export interface LaterRun {
  readonly run: string;
  readonly state: "succeeded" | "going" | "interrupted" | "ended";
}

/**
 * Why an ended run is not resumed again: another one continues it, and two would run the same steps
 * in one folder of artifacts. Says which run to look at instead.
 */
export function resumedAlready(
  before: { readonly run: string; readonly project: string; readonly environment: string },
  { run, state }: LaterRun,
): PlatformError {
  const where = before.environment === "local" ? "" : ` -e ${before.environment}`;
  const continues = `Continue that one: esteira resume ${run}${where}`;
  const next = {
    succeeded: {
      how: "has succeeded",
      help: `Start a new one: esteira run ${before.project}${where}`,
    },
    going: { how: "is still going", help: `Follow it: esteira logs ${run} --follow${where}` },
    interrupted: { how: "was interrupted", help: continues },
    ended: { how: "has ended too", help: continues },
  };
  const { how, help } = next[state];
  return {
    reason: "conflict",
    message: `run ${before.run} was already resumed: run ${run} continued it and ${how}`,
    help,
    resource: `run ${before.run}`,
  };
}
