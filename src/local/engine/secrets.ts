import { readFile, stat } from "node:fs/promises";
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

/** What to say where others than its owner may read a project's file of secrets. */
export async function secretsOpenToOthers(
  layout: Layout,
  project: string,
): Promise<{ readonly message: string; readonly help: string } | undefined> {
  const path = join(layout.secrets, `${project}.env`);
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || (found.mode & 0o077) === 0) return undefined;
  const file = relative(layout.root, path);
  const mode = (found.mode & 0o777).toString(8).padStart(4, "0");
  return {
    message: `others than its owner may read ${file} (its mode is ${mode})`,
    help: `\`chmod 600 ${file}\``,
  };
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (isErrno(error, "ENOENT")) return "";
    throw error;
  }
}
