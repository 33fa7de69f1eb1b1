import { command, type UnreportedEnding, type WatchFacts, type WatchFinding } from "./facts.ts";

export function unreportedEnding(facts: WatchFacts, ending: UnreportedEnding): WatchFinding {
  const { project, run, at, error } = ending;
  return {
    code: "watch/untold",
    project,
    run,
    message: `nobody was notified of how run ${run} ended: the notifier gave up with ${error}`,
    help: `\`${command(facts, "notify", "retry", run)}\` notifies them, once the reason is gone; \`${command(facts, "status", run)}\` shows how it ended.`,
    since: at ?? facts.now,
    key: `untold/${project}/${run}`,
  };
}
