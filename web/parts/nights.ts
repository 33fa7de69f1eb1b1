import type { Outcome } from "./outcomes.ts";

/** One night of a strip. */
export interface Night {
  readonly outcome: Outcome;
  readonly milliseconds: number;
}

/** Width of a night in pixels. */
export const cellWidth = 16;

/** Half of the usual duration is as high as this at least, in hundredths of the strip. */
const least = 12;

/**
 * How high the bar of each night is, in hundredths of the strip: half of it is the usual duration,
 * which is the median of the nights that went well.
 */
export function heightsOf(nights: readonly (Night | undefined)[]): readonly number[] {
  const usual = median(
    nights.flatMap((night) => (night?.outcome === "succeeded" ? [night.milliseconds] : [])),
  );
  return nights.map((night) => {
    if (night === undefined) return 0;
    const share = usual === undefined || usual === 0 ? 50 : (night.milliseconds / usual) * 50;
    return Math.round(Math.min(100, Math.max(least, share)));
  });
}

/**
 * The outline of some bars of a strip, as a `clip-path`: along the bottom, and around each bar.
 *
 * @param heights of the bars of the nights that went well; `undefined`: the dots of those in which
 *   nothing ran
 */
export function barsOf(
  nights: readonly (Night | undefined)[],
  heights: readonly number[] | undefined,
): string {
  const corners = nights.flatMap((night, index) => {
    if (heights === undefined ? night !== undefined : night?.outcome !== "succeeded") return [];
    const [width, top] =
      heights === undefined
        ? [2, "calc(100% - 2px)"]
        : [6, `min(100% - 3px, ${100 - (heights[index] ?? 0)}%)`];
    const left = index * cellWidth + (cellWidth - width) / 2;
    const right = left + width;
    return [`${left}px 100%`, `${left}px ${top}`, `${right}px ${top}`, `${right}px 100%`];
  });
  return corners.length === 0 ? "inset(50%)" : `polygon(${corners.join()})`;
}

function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
