/** Height of a line of a log that isn't wrapped, in pixels. */
export const lineHeight = 18;

/** Browsers hold elements of some 17 million pixels: a log of a gigabyte would be 180 million. */
const mostPixels = 8_000_000;

/** As near to an end as this, a pixel of the scroll bar is a pixel of the log. */
const edge = 60_000;

/**
 * What a scroll bar stands for. A short log is as high as its lines; of a long one the middle is
 * compressed, so that each part of it can be reached.
 */
export interface ScrollMap {
  /** Height of what is scrolled, in pixels. */
  readonly height: number;
  readonly compressed: boolean;
  /** The line, with its fraction, at the top of the view. */
  readonly lineAt: (top: number) => number;
  /** How far to scroll so that a line, with its fraction, is at the top. */
  readonly topOf: (line: number) => number;
}

/** The map for a number of lines. */
export function scrollMap(lines: number): ScrollMap {
  const full = lines * lineHeight;
  if (full <= mostPixels) {
    return {
      height: full,
      compressed: false,
      lineAt: (top) => top / lineHeight,
      topOf: (line) => line * lineHeight,
    };
  }
  const stretch = (full - 2 * edge) / (mostPixels - 2 * edge);
  const pixelAt = (top: number): number => {
    if (top <= edge) return top;
    if (top >= mostPixels - edge) return full - (mostPixels - top);
    return edge + (top - edge) * stretch;
  };
  const topOfPixel = (pixel: number): number => {
    if (pixel <= edge) return pixel;
    if (pixel >= full - edge) return mostPixels - (full - pixel);
    return edge + (pixel - edge) / stretch;
  };
  return {
    height: mostPixels,
    compressed: true,
    lineAt: (top) => pixelAt(top) / lineHeight,
    topOf: (line) => topOfPixel(line * lineHeight),
  };
}

/** A place in a log: a line, from 0, and how many pixels of it are above the view. */
export interface Place {
  readonly line: number;
  readonly above: number;
}

/**
 * The place some pixels further down, or up.
 *
 * @param heightOf height of a line in pixels; one that wasn't drawn yet counts as one row
 */
export function moved(
  { line, above }: Place,
  pixels: number,
  lines: number,
  heightOf: (line: number) => number,
): Place {
  let [at, rest] = [line, above + pixels];
  while (rest < 0 && at > 0) {
    at -= 1;
    rest += heightOf(at);
  }
  while (at < lines - 1 && rest >= heightOf(at)) {
    rest -= heightOf(at);
    at += 1;
  }
  return { line: at, above: Math.max(0, rest) };
}
