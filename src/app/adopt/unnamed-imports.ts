import * as z from "zod";

import type { ProjectFiles } from "../../config/project-files.ts";
import { missingImports, packageOf } from "../doctor/imports.ts";
import { ownModules, pythonFiles } from "../python-files.ts";

/** So many are named in a sentence; `esteira doctor` has the next ones. */
const most = 8;

/**
 * A sentence that asks for the packages that scripts and notebooks import and that no requirement
 * names; undefined where there are none. They aren't written down here: a module's name alone
 * doesn't say whose package it is, nor which version.
 *
 * @param file that the requirements are in
 * @param requirements its text, and that of the files it includes
 * @param notebooks paths of those that the steps run
 */
export function unnamedImports(
  files: ProjectFiles,
  file: string,
  requirements: string,
  notebooks: readonly string[],
): string | undefined {
  const texts = new Map([
    ...pythonFiles(files),
    ...notebooks.map((path) => [path, notebookCode(files.read(path) ?? "")] as const),
  ]);
  const missing = missingImports(texts, ownModules(files), requirements);
  if (missing.length === 0) return undefined;
  const named = missing.slice(0, most).map((one) => {
    const name = packageOf(one.module);
    return `${name}${name === one.module ? "" : ` for ${one.module}`} (${one.file})`;
  });
  const more = missing.length > most ? `, and ${missing.length - most} more` : "";
  return `Add to ${file} what the code imports and nothing installs: ${named.join(", ")}${more}.`;
}

/** https://nbformat.readthedocs.io/en/latest/format_description.html#code-cells */
const notebook = z.object({
  cells: z.array(
    z.object({
      cell_type: z.string(),
      source: z.union([z.string(), z.array(z.string())]).catch(""),
    }),
  ),
});

/** The code of a notebook's cells; empty when it can't be read. */
function notebookCode(text: string): string {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return "";
  }
  const { data } = notebook.safeParse(document);
  return (data?.cells ?? [])
    .filter((cell) => cell.cell_type === "code")
    .map(({ source }) => (typeof source === "string" ? source : source.join("")))
    .join("\n");
}
