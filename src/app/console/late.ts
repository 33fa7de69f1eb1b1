import type { WatchFinding } from "../../runs/watch/facts.ts";
import type { Host } from "../host.ts";
import { openPromotionsLook, type PromotionsLook } from "../schedules/promotions-look.ts";
import { lookForMissing } from "../schedules/watch-look.ts";
import type { PlatformSession } from "../workspace.ts";

/** What should have happened, as it was last looked at: nobody waits for a look. */
export interface LateWatch {
  findings(session: PlatformSession): readonly WatchFinding[];
}

/** How old a look may be before there is another, in milliseconds. */
const freshMs = 60_000;

/** @param news called when a look found something else than the one before */
export function openLateWatch(host: Host, news: (environment: string) => void): LateWatch {
  const promotions = new Map<string, PromotionsLook>();
  const looks = new Map<string, { at: number; findings: readonly WatchFinding[] }>();
  return {
    findings(session) {
      const { environment, platform } = session;
      const now = host.clock.now();
      const last = looks.get(environment) ?? { at: -Infinity, findings: [] };
      if (now - last.at < freshMs) return last.findings;
      looks.set(environment, { ...last, at: now });
      const models =
        promotions.get(environment) ?? openPromotionsLook(host, session.settings, platform, 0);
      promotions.set(environment, models);
      void lookForMissing(platform, now, models).then((look) => {
        if (!look.ok) return;
        const { findings } = look.value;
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
