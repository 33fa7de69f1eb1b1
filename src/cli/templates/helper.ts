import { readFileSync } from "node:fs";

import { packageFile } from "../../platform/package-files.ts";
import type { TemplateFile } from "./file.ts";

/**
 * The Python library for steps, which is one file: the module `esteira` of the wheel.
 *
 * @param folder where a step finds its modules, relative to the project's: `steps`, or empty
 */
export function helperFile(folder: string): TemplateFile {
  return {
    path: folder === "" ? "esteira.py" : `${folder}/esteira.py`,
    text: readFileSync(packageFile("python/src/esteira/__init__.py"), "utf8"),
  };
}
