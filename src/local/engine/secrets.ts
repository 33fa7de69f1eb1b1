import { stat } from "node:fs/promises";
import { relative } from "node:path";

import type { SecretReference } from "../../config/runtime-model.ts";
import { ownValue } from "../../core/own.ts";
import type { Layout } from "../layout.ts";
import { readSecretFiles, secretFiles, secretPlace } from "./secret-places.ts";

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
 * `.esteira/secrets/<project>.env`, and shared ones from `.esteira/secrets/_shared.env`.
 */
export function readSecrets(
  layout: Layout,
  project: string,
  secrets: Readonly<Record<string, SecretReference>>,
  environment: Readonly<Record<string, string | undefined>>,
): Secrets {
  const entries = Object.entries(secrets);
  if (entries.length === 0) return { values: {}, missing: undefined };
  const read = readSecretFiles(layout, secretFiles(layout, project, secrets));
  if (read.wrong !== undefined) return { values: {}, missing: read.wrong };
  const values: Record<string, string> = {};
  const missing: string[] = [];
  const places = new Set<string>();
  for (const [variable, reference] of entries) {
    const place = secretPlace(layout, project, variable, reference);
    const value = ownValue(environment, variable) ?? read.at(place);
    if (value !== undefined) {
      values[variable] = value;
      continue;
    }
    missing.push(place.name === variable ? variable : `${variable} (${place.name})`);
    places.add(relative(layout.root, place.file));
  }
  if (missing.length === 0) return { values, missing: undefined };
  const which =
    missing.length === 1 ? `secret ${missing.join("")} has` : `secrets ${missing.join(", ")} have`;
  const text = `the ${which} no value on this machine: set it in the environment or in ${[...places].join(" and ")}`;
  return { values, missing: text };
}

/** What to say of each file of a project's secrets that others than its owner may read. */
export async function secretsOpenToOthers(
  layout: Layout,
  project: string,
  secrets: Readonly<Record<string, SecretReference>>,
): Promise<readonly { readonly message: string; readonly help: string }[]> {
  const found = await Promise.all(
    secretFiles(layout, project, secrets).map(async (path) => {
      const about = await stat(path).catch(() => undefined);
      if (about === undefined || (about.mode & 0o077) === 0) return [];
      const file = relative(layout.root, path);
      const mode = (about.mode & 0o777).toString(8).padStart(4, "0");
      return [
        {
          message: `others than its owner may read ${file} (its mode is ${mode})`,
          help: `\`chmod 600 ${file}\``,
        },
      ];
    }),
  );
  return found.flat();
}
