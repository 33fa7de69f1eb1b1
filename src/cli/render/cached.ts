import type { CacheUse } from "../../runs/step-cache.ts";
import { cacheMissText } from "../../runs/step-cache.ts";
import { cacheUsesOf } from "../../runs/cache-uses.ts";
import type { RunView } from "../../runs/model.ts";
import type { Style } from "./style.ts";
import { wrap } from "./text.ts";

/** Which steps were taken from the cache, and why others with `cache` ran. */
export function renderCached(
  { steps }: RunView,
  around: { readonly style: Style; readonly width: number },
): string[] {
  const { style } = around;
  return steps.flatMap((step) => {
    const uses = cacheUsesOf(step);
    const [first] = uses;
    if (first === undefined) return [];
    const taken = uses.filter(({ outcome }) => outcome === "taken").length;
    const items = uses.length === 1 ? "" : ` (${taken} of ${uses.length} items taken)`;
    const missed = uses.find((use) => use.outcome === "missed");
    const text =
      missed === undefined
        ? `${step.id} was taken from run ${runOf(first)}${items}`
        : `${step.id} ran, and wasn't taken from the cache${items}: ${cacheMissText(missed)}`;
    return wrap(`${text}.`, around.width - 2).map((line) => `  ${style.dim(line)}`);
  });
}

function runOf(use: CacheUse): string {
  return use.run ?? "";
}
