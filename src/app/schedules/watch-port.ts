import type { WatchPort } from "../../platform/watch/watch.ts";
import type { Platform } from "../../platform/port.ts";

/** A platform as it is watched over. */
export function watchPort(platform: Platform): WatchPort {
  return {
    environment: platform.environment,
    schedules: () => platform.schedules(),
    runs: (filter, page) => platform.runs(filter, page),
    events: (run, page) => platform.events(run, page),
    releaseOf: (run) => platform.releaseOf(run),
    ...platform.watching,
  };
}
