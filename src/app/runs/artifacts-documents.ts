import type { RunSummary } from "../../runs/model.ts";
import type { DocumentOf } from "../documents/documents.ts";
import type { LeftFile, LeftFiles } from "../../platform/left-files.ts";

type Of = Pick<RunSummary, "run" | "project" | "origin" | "artifacts">;

/** What a run left, as `--json` gives it. */
export function artifactsDocument(
  { run, project, origin, artifacts }: Of,
  step: string | undefined,
  { files, more }: LeftFiles,
): DocumentOf<"artifacts"> {
  return { run, project, origin, artifacts, step, files: files.map(shown), more };
}

/** What was fetched, as `--json` gives it. */
export function fetchedDocument(
  { run, project, origin, artifacts }: Of,
  folder: string,
  files: readonly LeftFile[],
): DocumentOf<"artifacts-fetched"> {
  return { run, project, origin, artifacts, folder, files: files.map(shown) };
}

/** Where a person looks at them, as `--json` gives it. */
export function artifactsPlaceDocument(
  { run, project, origin, artifacts }: Of,
  step: string | undefined,
  place: string,
): DocumentOf<"artifacts-place"> {
  return { run, project, origin, artifacts, step, place };
}

function shown({ name, step, item, kind, key, size, sha256 }: LeftFile) {
  return { name, step, item, kind, key, size, sha256 };
}
