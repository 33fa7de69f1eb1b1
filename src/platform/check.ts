import type { EdgeError } from "../core/edge-error.ts";

/** One thing that was looked at. */
export interface Check {
  /** Undefined when it concerns the environment as a whole. */
  readonly project: string | undefined;
  /** `bootstrap`, `network`, `image`, `secrets`, `instances`, `quotas`, `data`, … */
  readonly subject: string;
  readonly outcome: "passed" | "warning" | "failed";
  /** One sentence: what was found. */
  readonly message: string;
  /** What to do about it. */
  readonly help?: string;
}

/** An error as a finding. */
export function failedBy(
  about: Pick<Check, "project" | "subject">,
  { message, help }: EdgeError,
): Check {
  return { ...about, outcome: "failed", message, ...(help === undefined ? {} : { help }) };
}
