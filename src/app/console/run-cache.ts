import { cacheUsesByItem } from "../../runs/cache-uses.ts";
import type { StepView } from "../../runs/model.ts";
import { cacheMissText } from "../../runs/step-cache.ts";
import type { ConsoleDocumentOf } from "../documents/console.ts";

type Cached = ConsoleDocumentOf<"run">["cached"][number];

const mostRuns = 5;
const mostItems = 20;
const mostReasons = 20;

/** What the steps with `cache` found there: their items by the reason why nothing was taken. */
export function cachedSteps(steps: readonly StepView[]): readonly Cached[] {
  return steps.flatMap((step) => {
    const uses = [...cacheUsesByItem(step)];
    if (uses.length === 0) return [];
    const taken = uses.flatMap(([, use]) => (use.outcome === "taken" ? [use.run] : []));
    const reasons = new Map<string, (number | undefined)[]>();
    for (const [item, use] of uses) {
      if (use.outcome === "taken") continue;
      const reason = cacheMissText(use);
      reasons.set(reason, [...(reasons.get(reason) ?? []), item]);
    }
    const missed = [...reasons].toSorted(([, a], [, b]) => b.length - a.length);
    const further = missed.slice(mostReasons);
    return {
      step: step.id,
      items: uses.some(([item]) => item !== undefined) ? uses.length : undefined,
      taken: taken.length,
      from: [...new Set(taken)].slice(0, mostRuns),
      missed: missed.slice(0, mostReasons).map(([text, items]) => {
        const named = items.filter((item) => item !== undefined).toSorted((a, b) => a - b);
        return {
          text,
          items: named.slice(0, mostItems),
          more: Math.max(0, named.length - mostItems),
        };
      }),
      more: further.reduce((sum, [, items]) => sum + items.length, 0),
    };
  });
}
