import { readFileSync } from "node:fs";

/**
 * The version of Esteira itself, from its package.json, which is two folders up from `src/app` and
 * from `dist/app` alike.
 */
export function version(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { readonly version: string }).version;
}
