import { appendFile } from "node:fs/promises";

import { cleanText } from "../../core/clean-text.ts";
import type { CliContext } from "./context.ts";

/** GitHub takes a megabyte a step, and shows nothing of a summary that is larger. */
const mostBytes = 1_000_000;

/**
 * Adds to the summary of the job that this process runs in; elsewhere does nothing.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#adding-a-job-summary
 */
export async function addToJobSummary(
  { environment }: CliContext,
  markdown: string,
): Promise<void> {
  const file = environment["GITHUB_STEP_SUMMARY"];
  const text = cleanText(markdown);
  if (!file || Buffer.byteLength(text) > mostBytes) return;
  await appendFile(file, `${text.trimEnd()}\n\n`);
}
