import { readFile } from "node:fs/promises";
import { join, relative } from "node:path";

import type { SecretReference } from "../../config/model.ts";
import { ownValue } from "../../core/own.ts";
import { isErrno } from "../executors/attempt-files.ts";
import type { Layout } from "../layout.ts";
import { parseEnvironmentFile } from "./environment-file.ts";

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
  const where = relative(layout.root, path);
  const parsed = parseEnvironmentFile(await textOf(path));
  if (!parsed.ok) return { values: {}, missing: `${where}, ${parsed.error}` };
  const values: Record<string, string> = {};
  const missing: string[] = [];
  for (const name of names) {
    const value = ownValue(environment, name) ?? parsed.value.get(name);
    if (value === undefined) missing.push(name);
    else values[name] = value;
  }
  if (missing.length === 0) return { values, missing: undefined };
  const which =
    missing.length === 1 ? `secret ${missing.join("")} has` : `secrets ${missing.join(", ")} have`;
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
