import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { parseOutputsManifest } from "../../runs/outputs-manifest.ts";
import { REPORT_FOLDER } from "../../runs/report/parts.ts";
import type { Layout } from "../layout.ts";

/** Whether the steps of a run have added anything to its report. */
export function hasReport(
  layout: Layout,
  { project, origin }: { readonly project: string; readonly origin: string },
  steps: readonly { readonly id: string }[],
): boolean {
  const root = join(layout.artifacts, project, origin);
  if (namesIn(join(root, REPORT_FOLDER)).length > 0) return true;
  return steps.some(({ id }) => {
    const own = join(root, "_outputs", id);
    const items = namesIn(join(own, "items")).map((name) => join(own, "items", name));
    return [own, ...items].some(addsToReport);
  });
}

function addsToReport(folder: string): boolean {
  const manifest = parseOutputsManifest(textOf(join(folder, "manifest.json")));
  return (manifest?.entries ?? []).some(
    ({ within, path, size }) =>
      within === "artifacts" && size !== undefined && path.startsWith(`${REPORT_FOLDER}/`),
  );
}

/** What can't be read is nothing: nobody is kept from being notified by it. */
function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
