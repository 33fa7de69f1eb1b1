import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { SecretReference } from "../../config/model.ts";
import { maskOf, type Mask } from "../../core/mask.ts";
import { ownValue } from "../../core/own.ts";
import { isErrno } from "../executors/attempt-files.ts";
import type { Layout } from "../layout.ts";
import { parseEnvironmentFile } from "./environment-file.ts";

/**
 * Masks what this machine knows of a project's secrets, in texts that it shows or sends: the values
 * in the process's environment and those in the project's file.
 */
export function secretsMask(
  layout: Layout,
  project: string,
  secrets: Readonly<Record<string, SecretReference>>,
  environment: Readonly<Record<string, string | undefined>>,
): Mask {
  const names = Object.keys(secrets);
  if (names.length === 0) return (text) => text;
  const parsed = parseEnvironmentFile(textOf(join(layout.secrets, `${project}.env`)));
  return maskOf(
    names.flatMap((name) => [
      ownValue(environment, name) ?? "",
      (parsed.ok ? parsed.value.get(name) : undefined) ?? "",
    ]),
  );
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (isErrno(error, "ENOENT")) return "";
    throw error;
  }
}
