import { readFileSync } from "node:fs";

import { packageFile } from "../platform/package-files.ts";

/** The version of Esteira itself, from its package.json. */
export function version(): string {
  const text = readFileSync(packageFile("package.json"), "utf8");
  return (JSON.parse(text) as { readonly version: string }).version;
}
