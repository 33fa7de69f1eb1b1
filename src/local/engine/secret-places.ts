import { readFileSync } from "node:fs";
import { join, relative } from "node:path";

import type { SecretReference } from "../../config/runtime-model.ts";
import { sharedSecrets } from "../../config/shared-secrets.ts";
import { isErrno } from "../errno.ts";
import type { Layout } from "../layout.ts";
import { parseEnvironmentFile } from "./environment-file.ts";

/** Where the value of a secret is kept on this machine. */
export interface SecretPlace {
  /** Absolute. */
  readonly file: string;
  /** Name of the variable in that file. */
  readonly name: string;
}

/** The file of a project's own secrets, or with `_shared` in its place that of shared ones. */
export function secretFile(layout: Layout, owner: string): string {
  return join(layout.secrets, `${owner}.env`);
}

/** A project's own secret has the name of its variable; a shared one has the name of all. */
export function secretPlace(
  layout: Layout,
  project: string,
  variable: string,
  reference: SecretReference,
): SecretPlace {
  return reference.shared === true
    ? { file: secretFile(layout, sharedSecrets), name: reference.name }
    : { file: secretFile(layout, project), name: variable };
}

/** The files that may have a project's secrets, the project's own first. */
export function secretFiles(
  layout: Layout,
  project: string,
  secrets: Readonly<Record<string, SecretReference>>,
): readonly string[] {
  const shares = Object.values(secrets).some(({ shared }) => shared === true);
  return [secretFile(layout, project), ...(shares ? [secretFile(layout, sharedSecrets)] : [])];
}

/** The variables of files of secrets, as far as they can be read. */
export interface SecretValues {
  /** Undefined where the file is absent or has no such variable. */
  at(place: SecretPlace): string | undefined;
  /** Which file can't be read as a list of variables, and why. */
  readonly wrong: string | undefined;
}

/** Reads files of secrets; one that isn't there has none. */
export function readSecretFiles(layout: Layout, files: readonly string[]): SecretValues {
  const read = new Map(files.map((file) => [file, parseEnvironmentFile(textOf(file))]));
  const problems = [...read].flatMap(([file, parsed]) =>
    parsed.ok ? [] : [`${relative(layout.root, file)}, ${parsed.error}`],
  );
  return {
    at({ file, name }) {
      const parsed = read.get(file);
      return parsed?.ok === true ? parsed.value.get(name) : undefined;
    },
    wrong: problems[0],
  };
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (isErrno(error, "ENOENT")) return "";
    throw error;
  }
}
