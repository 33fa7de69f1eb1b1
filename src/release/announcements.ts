import { hasSeveralLines } from "../core/shell-command.ts";
import { generationOf } from "./generation.ts";
import type { Release } from "./release.ts";

/** Since this generation a command of more than one line stops at the first that fails. */
const STOPS_AT_FAILURES = 3;

/**
 * What a deploy changes in how a project runs though nobody changed the project: one sentence each.
 *
 * @param before what is deployed; undefined where nothing is
 */
export function announcements(
  before: Pick<Release, "generation"> | undefined,
  now: Pick<Release, "steps">,
): readonly string[] {
  if (before === undefined || generationOf(before) >= STOPS_AT_FAILURES) return [];
  const steps = now.steps.filter(
    ({ command }) => hasSeveralLines(command) && !/^\s*set [-+]/.test(command),
  );
  if (steps.length === 0) return [];
  const names = steps.map(({ id }) => id).join(", ");
  return [
    `commands of more than one line now stop at the first line that fails (${names}); \`set +e\` as the first line keeps one as it was`,
  ];
}
