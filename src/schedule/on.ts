import { timeSpanText } from "../core/time-span.ts";

/**
 * Runs that data starts: which objects or files, what one run is for, and what it is called. Pure;
 * both platforms keep what has arrived, each in its own store, and ask this for what to do.
 */

/** What starts a project when it arrives. */
export interface OnRule {
  /** `s3://bucket/in/*.csv`, or on one machine a glob of files: `data/incoming/*.csv`. */
  readonly source: string;
  /**
   * One run for all that arrives until nothing has for so long; absent: one for each object or
   * file.
   */
  readonly debounceSeconds?: number;
}

/** Seconds that a debounce may be. */
export const debounceLimits = { from: 60, to: 86_400 } as const;

/** A window is closed after so many debounces, whatever still arrives. */
const LONGEST_WINDOW = 10;

/** Most objects of one run; what is more comes in the next one at once. */
export const mostObjects = 10_000;

/** `s3://bucket/in/*.csv` in its parts; undefined where it isn't of that form. */
export function s3Source(
  source: string,
): { readonly bucket: string; readonly pattern: string } | undefined {
  const match = /^s3:\/\/([^/]*)(?:\/(.*))?$/s.exec(source);
  if (match === null) return undefined;
  return { bucket: match[1] ?? "", pattern: match[2] ?? "" };
}

/** When what has arrived since the last run began to come, and when the last of it did. */
export interface Window {
  readonly firstAt: number;
  readonly lastAt: number;
}

/**
 * When a window is closed and its run starts, if nothing more arrives. All in milliseconds since
 * the epoch.
 */
export function closesAt({ firstAt, lastAt }: Window, debounceSeconds: number): number {
  const quiet = debounceSeconds * 1000;
  return Math.min(lastAt + quiet, firstAt + LONGEST_WINDOW * quiet);
}

/**
 * The name of the run that an object or a file starts by itself: the same for anyone who starts it.
 * Fits AWS's names of executions (at most 80 characters of `[A-Za-z0-9-_]`).
 *
 * @param arrival hexadecimal digits that name the version of the object or file
 * @returns `scores-4f9a1c…-on`
 */
export function arrivalRun(project: string, arrival: string): string {
  return `${project.slice(0, 54)}-${arrival.slice(0, 20)}-on`;
}

/** The name of a window's run: `scores-window-00012-on`. */
export function windowRun(project: string, number: number): string {
  return `${project.slice(0, 54)}-window-${String(number).padStart(5, "0")}-on`;
}

/** What starts a project, in place of a clock's expression: `on(s3://acme-in/*.csv; 5m)`. */
export function onExpression({ source, debounceSeconds }: OnRule): string {
  return `on(${source}${debounceSeconds === undefined ? "" : `; ${timeSpanText(debounceSeconds)}`})`;
}
