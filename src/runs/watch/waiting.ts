import {
  command,
  type WaitedFor,
  type WaitingFollower,
  type WatchFacts,
  type WatchFinding,
} from "./facts.ts";

/**
 * `waits for 2026-01-31: features failed (features-20260131T030000Z-4f9a1c), prices has not run`
 */
export function sayWaits({ date, waits }: WaitingFollower): string {
  return `waits${date === undefined ? "" : ` for ${date}`}: ${waits.map(sayWhy).join(", ")}`;
}

function sayWhy({ project, why, run }: WaitedFor): string {
  const words = {
    failed: "failed",
    stopped: "was stopped",
    skipped: "was skipped",
    running: "runs",
    "not-run": "has not run",
  } as const;
  return `${project} ${words[why]}${run === undefined ? "" : ` (${run})`}`;
}

/**
 * A project that follows others will not start, for one of them came to no good end; nothing where
 * it waits for what runs, or has yet to run.
 */
export function waitingFollower(facts: WatchFacts, waiting: WaitingFollower): WatchFinding[] {
  const ended = waiting.waits.filter(({ why }) => why !== "running" && why !== "not-run");
  const [first] = ended;
  if (first?.run === undefined) return [];
  const { project } = waiting;
  const again =
    first.why === "skipped"
      ? `\`${command(facts, "run", first.project)}\` runs what was skipped`
      : `\`${command(facts, "resume", first.run)}\` continues what it waits for`;
  return [
    {
      code: "watch/waits-for-run",
      project,
      run: undefined,
      message: `${project} ${sayWaits(waiting)}`,
      help: `${again}; \`${command(facts, "run", project)}\` starts ${project} all the same.`,
      since: first.at ?? facts.now,
      key: `waits/${project}/${ended.map(({ run }) => run).join("/")}`,
    },
  ];
}
