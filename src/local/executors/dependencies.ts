import { dependencyForm } from "../../config/dependency-files.ts";
import { readRequirements, type Requirements } from "./requirements.ts";

/**
 * Reads what a project's dependencies are, in whichever form they are written down: a requirements
 * file, a lock, a `pyproject.toml`.
 *
 * @param root folder of the project
 * @param file relative to `root`
 * @returns undefined when the file is not there
 */
export async function readDependencies(
  root: string,
  file: string,
): Promise<Requirements | undefined> {
  if (dependencyForm(file) === "requirements") return readRequirements(root, file);
  // Few deploys have any to read, and a reader of TOML takes its time to load.
  const { readLock } = await import("./locks/read-lock.ts");
  return readLock(root, file);
}
