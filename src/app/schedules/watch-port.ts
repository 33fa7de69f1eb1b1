import type { WatchPort } from "../../platform/watch/watch.ts";
import type { Platform } from "../../platform/port.ts";
import type { PromotionsLook } from "./promotions-look.ts";

/**
 * A platform as it is watched over.
 *
 * @param promotions absent: no model registry is asked
 */
export function watchPort(platform: Platform, promotions?: PromotionsLook): WatchPort {
  return {
    environment: platform.environment,
    schedules: () => platform.schedules(),
    runs: (filter, page) => platform.runs(filter, page),
    events: (run, page) => platform.events(run, page),
    releaseOf: (run) => platform.releaseOf(run),
    ...platform.watching,
    ...(promotions === undefined ? {} : { promotions: () => promotions.look() }),
  };
}
