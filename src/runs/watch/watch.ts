import type { DeadLetter, WatchFacts, WatchFinding } from "./facts.ts";
import { spentBudget } from "./budgets.ts";
import { deadLetter, isSettled, missedFires, pastDeadlines } from "./fires.ts";
import { didNotFollow } from "./not-followed.ts";
import { interrupted, notContinuing } from "./open-runs.ts";
import { undeployedPromotion } from "./promotions.ts";
import { stalePublish } from "./published.ts";
import { unstartable } from "./unstartable.ts";
import { waitingFollower } from "./waiting.ts";
import { unreportedEnding } from "./unreported-ending.ts";

/**
 * What should have happened and did not, and what continues though it should not; by project, the
 * oldest first.
 */
export function watchFindings(facts: WatchFacts): WatchFinding[] {
  const { deadLetters } = facts;
  const reported = new Set<DeadLetter>();
  const findings = facts.projects.flatMap((project) => {
    const letters = deadLetters.filter((letter) => letter.project === project.project);
    return [
      ...missedFires(facts, project, letters, reported),
      ...pastDeadlines(facts, project),
      ...project.runs.flatMap((run) => interrupted(facts, project, run)),
      ...project.open.flatMap((run) => notContinuing(facts, project, run)),
    ];
  });
  const left = deadLetters.filter((letter) => !reported.has(letter) && !isSettled(facts, letter));
  return [
    ...findings,
    ...left.map((letter) => deadLetter(facts, letter)),
    ...facts.unreported.map((ending) => unreportedEnding(facts, ending)),
    ...facts.unstartable.map((found) => unstartable(facts, found)),
    ...(facts.waiting ?? []).flatMap((waiting) => waitingFollower(facts, waiting)),
    ...(facts.notFollowed ?? []).map((found) => didNotFollow(facts, found)),
    ...(facts.promotions ?? []).map((found) => undeployedPromotion(facts, found)),
    ...(facts.stale ?? []).map((found) => stalePublish(facts, found)),
    ...(facts.spent ?? []).flatMap((found) => spentBudget(facts, found)),
  ].toSorted((a, b) => (a.project ?? "~").localeCompare(b.project ?? "~") || a.since - b.since);
}
