import type { ConsoleContext } from "../../app/console/context.ts";
import { fleetOf } from "../../app/console/fleet-reading.ts";

/** The page of all projects as it was written last: a hundred viewers of one change ask for it. */
export interface KeptFleets {
  /** Undefined where the environment can't be used now. */
  find(context: ConsoleContext, env: string): Promise<KeptFleet | undefined>;
}

export interface KeptFleet {
  /** Undefined: something may have changed since it was written. */
  readonly text: string | undefined;
  readonly keep: (text: string) => void;
}

/** How old it may be where nothing has changed: durations of what runs grow. Milliseconds. */
const freshMs = 1000;

export function openKeptFleets(): KeptFleets {
  const known = new Map<string, { version: string; at: number; text: string }>();
  return {
    async find({ environments, host }, env) {
      const session = await environments.session(env);
      if (!session.ok) return undefined;
      const version = fleetOf(session.value).version();
      const at = host.clock.now();
      const last = known.get(env);
      const good = last !== undefined && last.version === version && at - last.at < freshMs;
      return {
        text: good ? last.text : undefined,
        keep: (text) => known.set(env, { version, at, text }),
      };
    },
  };
}
