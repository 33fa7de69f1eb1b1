import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test } from "vitest";

import type { CliContext } from "./context.ts";
import { addToJobSummary } from "./job-summary.ts";

test("the summary of a job has no text that commands a terminal", async () => {
  const folder = mkdtempSync(join(tmpdir(), "esteira-summary-"));
  const file = join(folder, "summary.md");
  const context = { environment: { GITHUB_STEP_SUMMARY: file } } as unknown as CliContext;
  await addToJobSummary(context, "### \u001B]0;x\u0007\u001B[2J\u009B5mowned\u202E\n");
  expect(readFileSync(file, "utf8")).toBe("### owned\n\n");
  rmSync(folder, { recursive: true });
});
