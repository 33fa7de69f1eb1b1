import { readFileSync } from "node:fs";

/** The JSON Schema of `config.yaml` or `esteira.yaml` as it ships beside the program. */
export function readSchema(which: "config" | "workspace"): string {
  return readFileSync(new URL(`../../../../schemas/${which}.schema.json`, import.meta.url), "utf8");
}
