import { readFile } from "node:fs/promises";
import { join, relative } from "node:path";

import type { SecretReference } from "../../config/model.ts";
import { isErrno } from "../executors/attempt-files.ts";
import type { Layout } from "../layout.ts";

export interface Secrets {
  /** By variable name, as far as they were found. */
  readonly values: Readonly<Record<string, string>>;
  /**
   * One sentence that says which are missing and where they may be; undefined when all were
   * found.
   */
  readonly missing: string | undefined;
}

/**
 * Values of a project's secrets on this machine: from the process's environment, else from
 * `.esteira/secrets/<project>.env`.
 */
export async function readSecrets(
  layout: Layout,
  project: string,
  secrets: Readonly<Record<string, SecretReference>>,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Secrets> {
  const names = Object.keys(secrets);
  if (names.length === 0) return { values: {}, missing: undefined };
  const path = join(layout.secrets, `${project}.env`);
  const file = parseEnvironmentFile(await textOf(path));
  const values: Record<string, string> = {};
  const missing: string[] = [];
  for (const name of names) {
    const value = environment[name] ?? file[name];
    if (value === undefined) missing.push(name);
    else values[name] = value;
  }
  if (missing.length === 0) return { values, missing: undefined };
  const which =
    missing.length === 1 ? `secret ${missing.join("")} has` : `secrets ${missing.join(", ")} have`;
  const where = relative(layout.root, path);
  const text = `the ${which} no value on this machine: set it in the environment or in ${where}`;
  return { values, missing: text };
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (isErrno(error, "ENOENT")) return "";
    throw error;
  }
}

/**
 * Reads `NAME=value` lines: blank lines and lines that begin with `#` are passed over, `export`
 * before the name too, and one pair of quotes around the value. Nothing is expanded.
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
