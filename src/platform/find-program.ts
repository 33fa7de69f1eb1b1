import { accessSync, constants, statSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

/**
 * Where a program is, as an absolute path: the first on the `PATH` of Esteira's own environment.
 * Entries that aren't absolute mean another program in each folder, and a project's folder may
 * have one that is called the same: they are passed over.
 *
 * @returns undefined where there is none
 */
export function findProgram(
  name: string,
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const folders = (environment["PATH"] ?? "").split(delimiter).filter((one) => isAbsolute(one));
  return folders.map((folder) => join(folder, name)).find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
