import { command, type SpentBudget, type WatchFacts, type WatchFinding } from "./facts.ts";

/** Shares of a budget that people are notified of, the largest first. */
const LEVELS = [1, 0.8] as const;

/** A project has spent most of what it may cost in a month, or more than that. */
export function spentBudget(facts: WatchFacts, found: SpentBudget): WatchFinding[] {
  const { project, month, usd, budgetUsd } = found;
  const level = LEVELS.find((one) => usd >= one * budgetUsd);
  if (level === undefined) return [];
  const percent = Math.floor((100 * usd) / budgetUsd);
  return [
    {
      code: "watch/budget",
      project,
      run: undefined,
      message: `the runs of ${project} have cost about US$ ${usd.toFixed(2)} in ${month}, ${percent} % of the budget of US$ ${budgetUsd}`,
      help: `\`${command(facts, "costs", project)}\` shows for what, and what could be saved. Nothing is stopped.`,
      since: facts.now,
      // A budget that was raised is spent anew.
      key: `budget/${project}/${month}/${budgetUsd}/${level * 100}`,
    },
  ];
}
