import { gibText } from "../diagnosis/rule.ts";
import { suggestedMemory } from "./memory-suggestion.ts";
import type { IdleSpending, ProjectSpending, StepSpending } from "./spending.ts";

const MONTH_IN_MINUTES = 30 * 24 * 60;

/** What a project could save, with the setting that does it; a sentence each, without full stop. */
export function savingsOf(spending: ProjectSpending): string[] {
  const { second, idle, steps, usd, instanceMinutes } = spending;
  const sentences: string[] = [];
  if (second.minutes >= 1) {
    sentences.push(
      `the second instance that AWS starts from zero took ${tookText(second)}; \`infra.compute.max_quantity: 1\` avoids it where one instance holds the steps that run together`,
    );
  }
  if (idle.minutes >= 1) {
    const kept =
      usd === undefined || !instanceMinutes
        ? "an instance all month"
        : `an instance all month for ${usdText((usd / instanceMinutes) * MONTH_IN_MINUTES)}`;
    sentences.push(
      `the fifteen idle minutes before an instance goes took ${tookText(idle)}; only \`infra.compute.min_quantity: 1\` avoids them, which keeps ${kept}`,
    );
  }
  return [...sentences, ...steps.flatMap((step) => sizeAdvice(step) ?? [])];
}

/** `train uses 1.1 of 8 GiB at most; …`; undefined where the size fits, or the peak is unknown. */
export function sizeAdvice(
  step: Pick<StepSpending, "step" | "peakMemoryBytes" | "memoryLimitBytes">,
): string | undefined {
  const { peakMemoryBytes: peak, memoryLimitBytes: limit } = step;
  const wanted = suggestedMemory(peak, limit);
  if (wanted === undefined || peak === undefined || limit === undefined) return undefined;
  return `${step.step} uses ${gibText(peak)} of ${gibText(limit)} GiB at most; \`memory_gb: ${wanted}\` would do`;
}

/** `≈ US$ 0.03`, with two digits of what is less than a cent. */
export function usdText(usd: number): string {
  return `≈ US$ ${usd >= 0.01 || usd === 0 ? usd.toFixed(2) : String(Number(usd.toPrecision(2)))}`;
}

function tookText({ minutes, usd }: IdleSpending): string {
  const rounded = Math.round(minutes);
  const time = `${rounded} instance minute${rounded === 1 ? "" : "s"}`;
  return usd === undefined ? time : `${time}, ${usdText(usd)}`;
}
