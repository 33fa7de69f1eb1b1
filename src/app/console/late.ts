import type { WatchFinding } from "../../runs/watch/facts.ts";
import type { Host } from "../host.ts";
import { openPromotionsLook } from "../schedules/promotions-look.ts";
import { lookThrough } from "../schedules/watch-look.ts";
import { type LatePort, latePort } from "./late-port.ts";
import type { PlatformSession } from "../workspace.ts";

/** What should have happened, as it was last looked at: nobody waits for a look. */
export interface LateWatch {
  findings(session: PlatformSession): readonly WatchFinding[];
}

/** How old a look may be before there is another, in milliseconds. */
const freshMs = 60_000;

/** @param news called when a look found something else than the one before */
export function openLateWatch(host: Host, news: (environment: string) => void): LateWatch {
  const ports = new WeakMap<object, () => Promise<LatePort>>();
  const looks = new Map<string, { at: number; findings: readonly WatchFinding[] }>();
  return {
    findings(session) {
      const { environment, platform } = session;
      const now = host.clock.now();
      const last = looks.get(environment) ?? { at: -Infinity, findings: [] };
      if (now - last.at < freshMs) return last.findings;
      looks.set(environment, { ...last, at: now });
      const open =
        ports.get(platform) ??
        latePort(platform, openPromotionsLook(host, session.settings, platform, 0), () =>
          host.clock.now(),
        );
      ports.set(platform, open);
      const look = open().then(({ port, ...sees }) => lookThrough(port, now, sees));
      void look.then((found) => {
        if (!found.ok) return;
        const { findings } = found.value;
        looks.set(environment, { at: now, findings });
        if (keysOf(findings) !== keysOf(last.findings)) news(environment);
      });
      return last.findings;
    },
  };
}

function keysOf(findings: readonly WatchFinding[]): string {
  return findings.map(({ key }) => key).join("\n");
}
