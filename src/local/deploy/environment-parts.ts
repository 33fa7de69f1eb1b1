import { dependencyFileOf, type Release } from "../../release/release.ts";
import { readDependencies } from "../executors/dependencies.ts";
import type { PreparedRuntime } from "../executors/port.ts";

/**
 * What the environment of a release's steps is made from. While nothing of it changes, the one that
 * is there is used again: an image holds the project's sources, a virtual environment only what its
 * requirements ask for.
 *
 * @param requirements what `requirementsHash` gives
 */
export function environmentParts(
  { image }: Release,
  executor: PreparedRuntime["executor"],
  requirements: string | undefined,
): Readonly<Record<string, unknown>> {
  const common = {
    executor,
    python_version: image.pythonVersion,
    requirements_file: dependencyFileOf(image),
    packages: image.packages,
    index: image.index?.url,
  };
  if (executor === "process") return { ...common, requirements };
  return {
    ...common,
    source: image.sourceHash,
    dockerfile: image.dockerfile,
    build_arguments: image.buildArguments,
  };
}

/**
 * Hash of what the requirements file asks for, with the files that it includes.
 *
 * @param folder the project's sources
 * @returns undefined when nothing is asked for
 */
export async function requirementsHash(
  { image }: Release,
  folder: string,
): Promise<string | undefined> {
  const file = dependencyFileOf(image);
  if (file === undefined) return undefined;
  const requirements = await readDependencies(folder, file);
  if (requirements === undefined || requirements.empty) return undefined;
  return requirements.local ? `${requirements.hash} ${image.sourceHash}` : requirements.hash;
}
