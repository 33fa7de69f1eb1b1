import "./strip.css";
import { catalogue } from "../words/language.ts";
import { duration } from "../words/format.ts";
import { barsOf, cellWidth, heightsOf, type Night } from "./nights.ts";
import { type Outcome, outcomeWords } from "./outcome.tsx";

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
 *
 * Nights that went well are one shape, and so are those in which nothing ran: of 500 projects that
 * is most of what a page has to draw.
 */
export function Strip({ nights }: { readonly nights: readonly (Night | undefined)[] }) {
  const heights = heightsOf(nights);
  return (
    <span
      class="strip"
      role="img"
      aria-label={summary(nights)}
      style={{ "--well": barsOf(nights, heights), "--nothing": barsOf(nights, undefined) }}
      onMouseMove={({ currentTarget, clientX }) => {
        const { left } = currentTarget.getBoundingClientRect();
        const night = nights[Math.floor((clientX - left) / cellWidth)];
        currentTarget.title = night === undefined ? "" : said(night);
      }}
    >
      {nights.map(
        (night, index) =>
          night !== undefined &&
          night.outcome !== "succeeded" && (
            <i
              key={index}
              class={night.outcome}
              style={{ "--x": `${index * cellWidth}px`, "--d": `${heights[index]}%` }}
            />
          ),
      )}
    </span>
  );
}

const said = ({ outcome, milliseconds }: Night): string =>
  `${outcomeWords()[outcome]}, ${duration(milliseconds)}`;

/** `14 nights: 11 succeeded, 1 failed`. */
function summary(nights: readonly (Night | undefined)[]): string {
  const counts = new Map<Outcome, number>();
  for (const night of nights) {
    if (night !== undefined) counts.set(night.outcome, (counts.get(night.outcome) ?? 0) + 1);
  }
  const parts = [...counts].map(([outcome, count]) => `${count} ${outcomeWords()[outcome]}`);
  return words().nights(nights.length, parts.length === 0 ? words().nothing : parts.join(", "));
}
