import { readFileSync } from "node:fs";
import { join } from "node:path";

import { isJsonObject, type Json } from "../../core/json.ts";
import { readCacheUse } from "../../runs/step-cache.ts";
import { readChecks } from "../../runs/checks.ts";
import { readUndeclared } from "../../runs/undeclared.ts";
import type { AttemptResult } from "../executors/port.ts";
import type { Layout } from "../layout.ts";
import type { DrivenRun } from "./context.ts";

/** Names what the helper reports of an attempt: runs that continue one another share a folder. */
export function reportName(run: string, task: number): string {
  return `${run}.${task}`;
}

/**
 * How an attempt ended, with what the helper reports of it. A report that isn't there, or isn't
 * whole, says nothing: the attempt is as it ended.
 */
export function withReport(
  layout: Layout,
  run: Pick<DrivenRun, "run" | "project" | "origin">,
  task: number,
  step: string,
  result: AttemptResult,
): AttemptResult {
  if (result.kind !== "exited") return result;
  const name = `${reportName(run.run, task)}.json`;
  const path = join(layout.artifacts, run.project, run.origin, "_outputs", step, "attempts", name);
  const report = readReport(path);
  if (!isJsonObject(report)) return result;
  const undeclared = readUndeclared(report["undeclared"]) ?? result.undeclared;
  const measured = report["peakMemoryBytes"];
  const peak = typeof measured === "number" ? measured : 0;
  const peakMemoryBytes = Math.max(peak, result.peakMemoryBytes ?? 0) || undefined;
  const cache = readCacheUse(report["cache"]);
  const checks = readChecks(report["checks"]);
  return { ...result, undeclared, peakMemoryBytes, cache, checks };
}

function readReport(path: string): Json {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Json;
  } catch {
    return null;
  }
}
