import { sayDuration, sayInstant } from "../duration.ts";
import { command, type StalePublish, type WatchFacts, type WatchFinding } from "./facts.ts";

/** What others rely on is older than it may be, no matter who should make it; or nobody sees it. */
export function stalePublish(facts: WatchFacts, found: StalePublish): WatchFinding {
  const { project, uri, freshWithinSeconds, newest, more, problem } = found;
  const base = { project, run: undefined };
  if (problem !== undefined) {
    return {
      ...base,
      code: "watch/unseen",
      message: `nobody sees whether ${uri} of ${project} is fresh: ${problem}`,
      help: seeing(facts, uri),
      since: facts.now,
      key: `unseen/${project}/${uri}`,
    };
  }
  const limit = freshWithinSeconds * 1000;
  const age =
    newest === undefined
      ? "nothing is there"
      : `its newest is of ${sayInstant(newest)}, ${sayDuration(facts.now - newest)} old`;
  const part = more === true ? " (of so much as was looked at)" : "";
  return {
    ...base,
    code: "watch/not-fresh",
    message: `${uri} of ${project} must be no older than ${sayDuration(limit)}: ${age}${part}`,
    help: `\`${command(facts, "runs", project)}\` shows what ran; \`${command(facts, "run", project)}\` makes it anew where ${project} does that.`,
    since: newest === undefined ? facts.now : newest + limit,
    key: `not-fresh/${project}/${uri}/${newest ?? 0}`,
  };
}

function seeing(facts: WatchFacts, uri: string): string {
  return uri.startsWith("s3:")
    ? `\`${command(facts, "bootstrap")}\` gives the notifier the right to list it; who watches by hand needs s3:ListBucket there.`
    : "Let who runs Esteira read it, or correct `publishes` in config.yaml.";
}
