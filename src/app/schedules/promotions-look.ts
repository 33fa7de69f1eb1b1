import type { Environment } from "../../config/model.ts";
import { undeployedPromotions } from "../../model-registry/undeployed.ts";
import type { Platform } from "../../platform/port.ts";
import type { UndeployedPromotion } from "../../runs/watch/facts.ts";
import { openRegistry } from "../deploy/model-gate.ts";
import type { Host } from "../host.ts";

/** Models that were promoted and not deployed, and what kept them from being looked at. */
export interface PromotionsLook {
  /** Asks the registry, or gives what was found a short while ago. */
  look(): Promise<readonly UndeployedPromotion[]>;
  /** Why the last look saw nothing of the registry; undefined where it did. */
  problem(): string | undefined;
}

/** How long an answer of the registry counts for those who look every minute. */
const freshMs = 10 * 60_000;

/**
 * Looks for promotions that nobody deployed. A registry that gives no answer is no finding, for
 * nothing is known then, and keeps nobody from what else there is to find.
 *
 * @param graceMs how long after a promotion its deploy may come, in milliseconds; where the
 *   registry doesn't say when it was, it counts from when it was first seen here
 */
export function openPromotionsLook(
  host: Host,
  environment: Environment,
  platform: Pick<Platform, "listDeployed">,
  graceMs: number,
): PromotionsLook {
  let at = -Infinity;
  let found: readonly UndeployedPromotion[] = [];
  let problem: string | undefined;
  let firstSeen: ReadonlyMap<string, number> = new Map();

  async function ask(now: number): Promise<void> {
    const deployed = await platform.listDeployed();
    if (!deployed.ok) return;
    const asked = await undeployedPromotions(environment, deployed.value, () =>
      openRegistry(host, environment, { registry: () => undefined }),
    );
    at = now;
    problem = asked.ok ? undefined : asked.error.message;
    if (!asked.ok) return;
    found = asked.value;
    const seen = firstSeen;
    firstSeen = new Map(found.map((one) => [keyOf(one), seen.get(keyOf(one)) ?? now]));
  }

  return {
    async look() {
      const { mlflow } = environment;
      if (mlflow === undefined || mlflow.gate === "off") return [];
      const now = host.clock.now();
      if (now - at >= freshMs) await ask(now);
      return found.filter((one) => {
        const since = one.since ?? firstSeen.get(keyOf(one)) ?? now;
        return now - since >= graceMs;
      });
    },
    problem: () => problem,
  };
}

function keyOf({ project, place, version }: UndeployedPromotion): string {
  return `${project}/${place}/${version}`;
}
