import { readFileSync } from "node:fs";

import { packageFile } from "../../../platform/package-files.ts";

/** The JSON Schema of `config.yaml` or `esteira.yaml` as it ships beside the program. */
export function readSchema(which: "config" | "workspace"): string {
  return readFileSync(packageFile(`schemas/${which}.schema.json`), "utf8");
}
