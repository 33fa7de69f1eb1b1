import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { packageFile } from "./package-files.ts";
import { zipOf } from "./zip.ts";

let made: Buffer | undefined;

/**
 * The helper that steps run in, as the one file that Python starts: a zip of its modules
 * (https://docs.python.org/3/library/zipapp.html), the same bytes for the same sources.
 */
export function helperArchive(): Buffer {
  return (made ??= zipOf(
    helperModules().map((name) => ({ name, content: readFileSync(join(sources, name)) })),
  ));
}

/** The modules' names, sorted. What is shipped has them in the same place as the sources. */
export function helperModules(): readonly string[] {
  return readdirSync(sources)
    .filter((name) => name.endsWith(".py"))
    .toSorted();
}

const sources = packageFile("src/platform/step-helper");
