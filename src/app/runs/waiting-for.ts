import type { Clock } from "../../core/clock.ts";
import type { RunId } from "../../core/ids.ts";
import { ok, type Result } from "../../core/result.ts";
import { diagnoseWait } from "../../runs/capacity.ts";
import type { Diagnosis, RunView } from "../../runs/model.ts";
import { diagnosePoolWait } from "../../runs/pools/wait.ts";
import type { Platform, PlatformError } from "../../platform/port.ts";

/**
 * How long nothing has to happen before it is asked whether the run waits for an instance, and
 * between two such questions. Milliseconds.
 */
const askAfterMs = 60_000;

/** Why a step of a run waits for a place in a pool; undefined where none does. */
export async function waitForPlaces(
  { pools }: Pick<Platform, "pools">,
  id: RunId,
  view: RunView,
  now: number,
): Promise<Result<Diagnosis | undefined, PlatformError>> {
  if (pools === undefined || !mayWaitForPlaces(view)) return ok(undefined);
  const claims = await pools.claims();
  return claims.ok ? ok(diagnosePoolWait(id, view, claims.value, now)) : claims;
}

/** A step that has asked for places is waiting and hasn't begun. */
function mayWaitForPlaces({ status, steps }: RunView): boolean {
  return (
    status === "RUNNING" &&
    steps.some((step) => step.status === "waiting" && step.startedAt === undefined)
  );
}

/**
 * Looks now and then whether a run that doesn't get on waits for an instance, or for a place in a
 * pool; reports each reason once.
 */
export function waitingFor(
  clock: Clock,
  platform: Pick<Platform, "capacity" | "pools">,
  id: RunId,
): { readonly look: (view: RunView) => Promise<Diagnosis | undefined> } {
  let askedAt = clock.now();
  let reported: string | undefined;
  let waitsForPlaces = false;
  const once = (waiting: Diagnosis, reason: string): Diagnosis | undefined => {
    if (reason === reported) return undefined;
    reported = reason;
    return waiting;
  };
  return {
    async look(view) {
      const now = clock.now();
      // A wait for a place is asked about at once when it begins, and then as often as any other.
      const begins = mayWaitForPlaces(view) && !waitsForPlaces;
      waitsForPlaces = mayWaitForPlaces(view);
      if (view.status !== "RUNNING" || (!begins && now - askedAt < askAfterMs)) return undefined;
      askedAt = now;
      const places = await waitForPlaces(platform, id, view, now);
      if (places.ok && places.value !== undefined) {
        return once(places.value, `${places.value.step} ${places.value.code}`);
      }
      if (platform.capacity === undefined) return undefined;
      // Who may not ask follows all the same.
      const evidence = await platform.capacity.evidence(id);
      if (!evidence.ok) return undefined;
      const waiting = diagnoseWait(view, evidence.value, now);
      if (waiting === undefined) return undefined;
      return once(waiting, `${waiting.step} ${waiting.help} ${evidence.value.launchFailures[0]}`);
    },
  };
}
