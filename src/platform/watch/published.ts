import type { EdgeError } from "../../core/edge-error.ts";
import type { Result } from "../../core/result.ts";
import { mapConcurrently } from "../../core/concurrency.ts";
import type { DeployedRelease } from "../port.ts";
import type { StalePublish } from "../../runs/watch/facts.ts";

/** What was seen of a place. */
export interface SeenPlace {
  /** When its newest was written, milliseconds since the epoch; undefined: nothing is there. */
  readonly newest: number | undefined;
  /** There is more than was looked at. */
  readonly more: boolean;
}

/**
 * Looks at a place for something that was written since a moment, and no further than that.
 *
 * @returns undefined for a place that this platform can't see
 */
export type LookAtPlace = (
  uri: string,
  sinceMs: number,
) => Promise<Result<SeenPlace | undefined, EdgeError>>;

/** The part of a deployed release that says what must be fresh. */
export type Publishing = Pick<DeployedRelease, "deployedAt"> & {
  readonly release: Pick<DeployedRelease["release"], "project" | "publishes" | "schedule">;
};

/** How many files or objects of one place are looked at, at most. */
export const MOST_LOOKED_AT = 20_000;

const placesAtATime = 8;

/**
 * What of these projects' `publishes` is older than it may be, or can't be seen. Where nothing has
 * ever been written the time counts from the deploy. Of a project whose schedule is disabled by its
 * configuration, as all are in `dev`, nothing is expected. A place that several projects name is
 * looked at once for each age that they ask of it.
 *
 * @param now milliseconds since the epoch
 */
export async function stalePublishes(
  deployed: readonly Publishing[],
  now: number,
  look: LookAtPlace,
): Promise<readonly StalePublish[]> {
  const looked = new Map<string, ReturnType<LookAtPlace>>();
  const once: LookAtPlace = (uri, since) => {
    const key = `${since} ${uri}`;
    const found = looked.get(key) ?? look(uri, since);
    looked.set(key, found);
    return found;
  };
  const asked = deployed.flatMap(({ release: { project, publishes = [], schedule }, deployedAt }) =>
    schedule?.enabled === false
      ? []
      : publishes.map((publish) => ({ project, deployedAt, ...publish })),
  );
  const found = await mapConcurrently(
    asked,
    placesAtATime,
    async ({ project, uri, freshWithinSeconds, deployedAt }): Promise<StalePublish[]> => {
      const since = now - freshWithinSeconds * 1000;
      const seen = await once(uri, since);
      const place = { project, uri, freshWithinSeconds };
      if (!seen.ok) return [{ ...place, newest: undefined, problem: seen.error.message }];
      if (seen.value === undefined) return [];
      const { newest, more } = seen.value;
      if ((newest ?? deployedAt) >= since) return [];
      return [{ ...place, newest, ...(more ? { more } : {}) }];
    },
  );
  return found.flat();
}
