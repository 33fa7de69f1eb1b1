import { readFile } from "node:fs/promises";
import { join, relative } from "node:path";

import { err, ok, type Result } from "../../core/result.ts";
import type { SecretReference } from "../../config/model.ts";
import type { Layout } from "../layout.ts";

/**
 * Values of a project's secrets on this machine: from the process's environment, else from `.esteira/secrets/<project>.env`.
 *
 * @returns the values by variable name, or one sentence that says which are missing and where they may stand
 */
export async function readSecrets(
  layout: Layout,
  project: string,
  secrets: Readonly<Record<string, SecretReference>>,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Result<Record<string, string>, string>> {
  const names = Object.keys(secrets);
  if (names.length === 0) return ok({});
  const path = join(layout.secrets, `${project}.env`);
  const file = parseEnvironmentFile(await textOf(path));
  const values: Record<string, string> = {};
  const missing: string[] = [];
  for (const name of names) {
    const value = environment[name] ?? file[name];
    if (value === undefined) missing.push(name);
    else values[name] = value;
  }
  if (missing.length === 0) return ok(values);
  const which =
    missing.length === 1 ? `secret ${missing.join("")} has` : `secrets ${missing.join(", ")} have`;
  return err(
    `the ${which} no value on this machine: set it in the environment or in ${relative(layout.root, path)}`,
  );
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch {
    return "";
  }
}

/**
 * Reads `NAME=value` lines: blank lines and lines that begin with `#` are passed over, `export` before the name too, and one pair of
 * quotes around the value. Nothing is expanded.
 */
export function parseEnvironmentFile(text: string): Record<string, string> {
  const values: Record<string, string> = {};
  for (const line of text.split(/\r?\n/)) {
    const match = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/.exec(line);
    const [, name, raw] = match ?? [];
    if (name === undefined || raw === undefined) continue;
    values[name] = /^(["'])(.*)\1$/.exec(raw)?.[2] ?? raw;
  }
  return values;
}
