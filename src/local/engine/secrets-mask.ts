import type { SecretReference } from "../../config/runtime-model.ts";
import { maskOf, type Mask } from "../../core/mask.ts";
import { ownValue } from "../../core/own.ts";
import type { Layout } from "../layout.ts";
import { readSecretFiles, secretFiles, secretPlace } from "./secret-places.ts";

/**
 * Masks what this machine knows of a project's secrets, in texts that it shows or sends: the values
 * in the process's environment and those in the files of secrets.
 */
export function secretsMask(
  layout: Layout,
  project: string,
  secrets: Readonly<Record<string, SecretReference>>,
  environment: Readonly<Record<string, string | undefined>>,
): Mask {
  const entries = Object.entries(secrets);
  if (entries.length === 0) return (text) => text;
  const read = readSecretFiles(layout, secretFiles(layout, project, secrets));
  return maskOf(
    entries.flatMap(([variable, reference]) => [
      ownValue(environment, variable) ?? "",
      read.at(secretPlace(layout, project, variable, reference)) ?? "",
    ]),
  );
}
