import type { Release } from "./release.ts";

/**
 * Which generation of the compiler makes releases. It is raised when Esteira makes another release
 * of what an author wrote before: another default, another state in the definition, another name. A
 * new optional field that a config doesn't use raises nothing, because nothing changes by it. The
 * golden releases notice a change that was not declared here; `docs/decisions/0007-fingerprints.md`
 * has the rule.
 */
export const GENERATION = 4;

/** Generation of the compiler that made a release. Those of the first one don't carry it. */
export function generationOf({ generation }: Pick<Release, "generation">): number {
  return generation ?? 1;
}
