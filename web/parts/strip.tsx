import "./strip.css";
import { catalogue } from "../words/language.ts";
import { duration } from "../words/format.ts";
import { type Outcome, outcomeWords } from "./outcome.tsx";

/** One night of a strip; `undefined`: nothing ran. */
export interface Night {
  readonly outcome: Outcome;
  readonly milliseconds: number;
}

const words = catalogue(
  {
    nights: (count: number, what: string) => `${count} nights: ${what}`,
    nothing: "nothing ran",
  },
  {
    nights: (count: number, what: string) => `${count} noites: ${what}`,
    nothing: "nada rodou",
  },
);

/**
 * Nights side by side, the last one at the right. The height of a bar is the duration, half of it
 * the usual one; its colour and the shape cut out of it are the worst outcome.
 */
export function Strip({ nights }: { readonly nights: readonly (Night | undefined)[] }) {
  const usual = median(
    nights.flatMap((night) => (night?.outcome === "succeeded" ? [night.milliseconds] : [])),
  );
  return (
    <span class="strip" role="img" aria-label={summary(nights)}>
      {nights.map((night, index) => (
        <Cell key={index} night={night} usual={usual} />
      ))}
    </span>
  );
}

function Cell({
  night,
  usual,
}: {
  readonly night: Night | undefined;
  readonly usual: number | undefined;
}) {
  if (night === undefined) return <i class="none" />;
  const share = usual === undefined || usual === 0 ? 0.5 : night.milliseconds / usual / 2;
  return (
    <i
      class={night.outcome}
      title={`${outcomeWords()[night.outcome]}, ${duration(night.milliseconds)}`}
      style={{ "--d": `${Math.round(100 * Math.min(1, Math.max(0.12, share)))}%` }}
    />
  );
}

/** `14 nights: 11 succeeded, 1 failed`. */
function summary(nights: readonly (Night | undefined)[]): string {
  const counts = new Map<Outcome, number>();
  for (const night of nights) {
    if (night !== undefined) counts.set(night.outcome, (counts.get(night.outcome) ?? 0) + 1);
  }
  const parts = [...counts].map(([outcome, count]) => `${count} ${outcomeWords()[outcome]}`);
  return words().nights(nights.length, parts.length === 0 ? words().nothing : parts.join(", "));
}

function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
