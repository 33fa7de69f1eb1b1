/** Where reports are in a step's folder of artifacts, or among a run's own files. */
export const REPORT_FOLDER = "report";

/** What a file of a report is, by its name; `other` can't be shown. */
export type PartKind = "markdown" | "text" | "table" | "image" | "chart" | "data" | "other";

/** A file that a step added to its run's report. */
export interface ReportPart {
  /** Undefined where nobody knows which step left it. */
  readonly step: string | undefined;
  /** Text of the step's item. */
  readonly item: string | undefined;
  /** Below the report's folder, with `/`: `roc.png`. */
  readonly name: string;
  /** Where it is, relative to the run's artifacts. */
  readonly key: string;
  /** In bytes. */
  readonly size: number;
}

/** A part with what is in it. */
export interface ReadPart extends ReportPart {
  /** Undefined: it was left out, because it is too large or of no kind that can be shown. */
  readonly content: Uint8Array | undefined;
}

/** A single part may have so many bytes, and all that are shown together. */
export const LARGEST_PART = 200 * 1024;
export const LARGEST_REPORT = 300 * 1024;
/** Parts that are shown, at most. */
export const MOST_PARTS = 100;

const kinds: readonly (readonly [RegExp, PartKind])[] = [
  [/\.(md|markdown)$/i, "markdown"],
  [/\.(txt|log)$/i, "text"],
  [/\.(csv|tsv)$/i, "table"],
  [/\.(png|jpe?g|gif|webp|svg)$/i, "image"],
  [/\.(vl|vega-?lite)\.json$|\.vl$/i, "chart"],
  [/\.json$/i, "data"],
];

export function partKind(name: string): PartKind {
  return kinds.find(([pattern]) => pattern.test(name))?.[1] ?? "other";
}

/** `/artifacts/report/` in the key of a file that a step kept: what follows is its name. */
const kept = new RegExp(`^_outputs/[^/]+/(?:items/[^/]+/)?[^/]+/artifacts/${REPORT_FOLDER}/(.+)$`);

/** The name that a file has in a report; undefined for a file that is in none. */
export function partName(key: string): string | undefined {
  const plain = key.startsWith(`${REPORT_FOLDER}/`) ? key.slice(REPORT_FOLDER.length + 1) : "";
  return kept.exec(key)?.[1] ?? (plain === "" ? undefined : plain);
}

/**
 * The parts in the order in which people read them: by their steps, and within one by name. A part
 * that a later step left under the same name takes the place of the earlier one, since the later
 * step found that and wrote over it.
 *
 * @param steps ids in the author's order
 */
export function inOrder<Part extends ReportPart>(
  parts: readonly Part[],
  steps: readonly string[],
): readonly Part[] {
  const rank = ({ step }: Part): number => (step === undefined ? -1 : steps.indexOf(step));
  const last = new Map<string, number>();
  for (const part of parts) {
    last.set(part.name, Math.max(last.get(part.name) ?? -1, rank(part)));
  }
  const byName = (a: string, b: string): number =>
    a.localeCompare(b, "en", { numeric: true, sensitivity: "base" });
  return parts
    .filter((part) => rank(part) === last.get(part.name))
    .toSorted(
      (a, b) => rank(a) - rank(b) || byName(a.item ?? "", b.item ?? "") || byName(a.name, b.name),
    );
}

/** Which parts are read: small enough each, and together. */
export function chosenParts<Part extends ReportPart>(parts: readonly Part[]): ReadonlySet<Part> {
  let left = LARGEST_REPORT;
  const chosen = parts.filter((part) => {
    if (partKind(part.name) === "other" || part.size > Math.min(LARGEST_PART, left)) return false;
    left -= part.size;
    return true;
  });
  return new Set(chosen.slice(0, MOST_PARTS));
}
