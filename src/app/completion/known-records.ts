import { layoutOf } from "../../local/layout.ts";
import { lookUp, type LookUp } from "../../local/look-up.ts";
import type { Host } from "../host.ts";
import { projectsOn, workspaceAround } from "./known-projects.ts";
import { knownEnvironments } from "./known-words.ts";

type Place = Pick<Host, "cwd" | "environment">;

/**
 * Ids of the newest runs that this machine has of the environment that a line names; none of an
 * environment on AWS, which isn't asked.
 *
 * @param words of the line
 * @param partial what the ids begin with
 */
export function knownRuns(
  place: Place,
  words: readonly string[],
  partial: string,
): readonly string[] {
  return lookedUp(place, words, (found, environment) => found.runs(environment, partial));
}

/** Versions of the releases of the project that a line names, of this machine, newest first. */
export async function knownVersions(
  place: Place,
  words: readonly string[],
): Promise<readonly string[]> {
  return ofProject(place, words, (found, environment, project) =>
    found.versions(environment, project),
  );
}

/** Versions of models that runs of the project made on this machine, newest first. */
export async function knownModelVersions(
  place: Place,
  words: readonly string[],
): Promise<readonly string[]> {
  return ofProject(place, words, (found, environment, project) =>
    found.modelVersions(environment, project),
  );
}

async function ofProject(
  place: Place,
  words: readonly string[],
  ask: (found: LookUp, environment: string, project: string) => readonly string[],
): Promise<readonly string[]> {
  const [project] = await projectsOn(place.cwd, words);
  if (project === undefined) return [];
  return lookedUp(place, words, (found, environment) => ask(found, environment, project.name));
}

function lookedUp(
  place: Place,
  words: readonly string[],
  ask: (found: LookUp, environment: string) => readonly string[],
): readonly string[] {
  const root = workspaceAround(place.cwd);
  if (root === undefined) return [];
  return lookUp(layoutOf(root), (found) => ask(found, environmentOn(place, words))) ?? [];
}

/** The environment that a line means: by its flag, else by the variable ENV, else `local`. */
function environmentOn({ cwd, environment }: Place, words: readonly string[]): string {
  const at = words.findLastIndex((word) => word === "-e" || word === "--env");
  const named = at === -1 ? undefined : words[at + 1];
  const glued = words.findLast((word) => word.startsWith("--env="))?.slice("--env=".length);
  const variable = environment["ENV"];
  const known = knownEnvironments(cwd).some(({ name }) => name === variable);
  return named ?? glued ?? (known ? variable : undefined) ?? "local";
}
