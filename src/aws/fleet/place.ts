import type { BucketStore } from "../bucket/store.ts";
import type { AwsContext } from "../sdk/context.ts";
import type { RunPlace } from "./packed-run.ts";

/** How long nights and lists of runs are kept in the index, in days. */
export const KEPT_DAYS = 60;

/** What all runs of an environment have in common. */
export function placeOf({
  context,
  store,
}: {
  readonly context: AwsContext;
  readonly store: BucketStore;
}): RunPlace {
  return {
    environment: context.environment.name,
    artifactsUri: store.location.artifactsUri,
  };
}

/**
 * The zone whose nights a project's runs belong to: the workspace's, whose nights the console
 * shows; else that of the project's schedule.
 */
export function zoneOfNights({ environment }: AwsContext, timezone: string | undefined): string {
  return environment.zone ?? timezone ?? "UTC";
}
