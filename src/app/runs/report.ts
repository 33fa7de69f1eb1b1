import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

import { runId } from "../../core/ids.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { Platform } from "../../platform/port.ts";
import { reportParts } from "../../platform/report-parts.ts";
import type { RunSummary } from "../../runs/model.ts";
import { type MadePage, reportPage } from "../../runs/report/page.ts";
import type { ReadPart } from "../../runs/report/parts.ts";
import { failed, fromPlatform, notFound, type Failure } from "../failure.ts";
import type { DocumentOf } from "../documents/documents.ts";

/** A run's report as one page. */
export interface RunReport extends MadePage {
  readonly parts: readonly ReadPart[];
}

/** Makes one page of what the steps of a run have added to its report, as far as the run is. */
export async function runReport(
  platform: Platform,
  run: RunSummary,
): Promise<Result<RunReport, Failure>> {
  const { artifacts } = platform;
  if (artifacts === undefined) throw new Error("both platforms keep artifacts");
  const release = await platform.releaseOf(runId(run.run));
  if (!release.ok) return failed(fromPlatform(release.error));
  const steps = release.value.steps.map(({ id }) => id as string);
  const parts = await reportParts(artifacts, run, steps);
  if (!parts.ok) return failed(fromPlatform(parts.error));
  if (parts.value.length === 0) {
    return notFound(
      `the steps of ${run.run} have added nothing to a report`,
      "A step adds to it with `report.add(…)` of the Python library, or by files in ESTEIRA_REPORT_DIR; on AWS its project needs `outputs` (`outputs: []` on a step is enough).",
    );
  }
  const { timezone } = release.value.schedule ?? {};
  const page = reportPage({
    run,
    parts: parts.value,
    place: artifacts.placeOf(run, ""),
    ...(timezone === undefined ? {} : { timezone }),
  });
  return ok({ ...page, parts: parts.value });
}

/** Writes the page where somebody asked for it; its folder is made. */
export async function writeReport(path: string, html: string): Promise<Result<void, Failure>> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, html);
    return ok(undefined);
  } catch (error) {
    if (!(error instanceof Error && "syscall" in error)) throw error;
    return err({
      exit: "failed",
      reason: "failed",
      message: `the report can't be written: ${error.message}`,
      help: "Name another file with --output.",
    });
  }
}

/** What is in a report, as `--json` gives it. */
export function reportDocument(
  { run, project, origin }: RunSummary,
  path: string,
  { html, parts, shown }: RunReport,
): DocumentOf<"report"> {
  return {
    run,
    project,
    origin,
    path,
    size: Buffer.byteLength(html),
    parts: parts.map((part) => {
      const { step, item, name, key, size } = part;
      return { name, step, item, key, size, shown: shown.has(part) };
    }),
  };
}
