import { command, type NotFollowed, type WatchFacts, type WatchFinding } from "./facts.ts";

/** A project follows others that have all succeeded, and was not started for it. */
export function didNotFollow(facts: WatchFacts, found: NotFollowed): WatchFinding {
  const { project, date, after, last, since, retried } = found;
  const again =
    retried === true
      ? `\`${command(facts, "notify", "retry", last)}\` tries it again`
      : `\`${command(facts, "doctor", project)}\` looks for the reason`;
  return {
    code: "watch/not-followed",
    project,
    run: undefined,
    message: `${project} should have started for ${date} after ${after.join(" and ")}, and did not`,
    help: `${again}; \`${command(facts, "run", project)}\` starts ${project} all the same.`,
    since,
    key: `not-followed/${project}/${date}`,
  };
}
