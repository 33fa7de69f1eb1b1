import { minuteOf } from "../../core/clock.ts";
import { sayDay, sayInstant } from "../duration.ts";
import {
  command,
  type DeadLetter,
  type ExpectedFire,
  type WatchedProject,
  type WatchedRun,
  type WatchFacts,
  type WatchFinding,
} from "./facts.ts";

/** One finding for each row of fires that nothing came of. */
export function missedFires(
  facts: WatchFacts,
  watched: WatchedProject,
  letters: readonly DeadLetter[],
  reported: Set<DeadLetter>,
): WatchFinding[] {
  const { project, graceMs, runs, timezone } = watched;
  const due = watched.expected.filter(
    ({ at, queued }) => at + graceMs < facts.now && queued !== true,
  );
  const ran = runsByMinute(runs);
  const rows: ExpectedFire[][] = [];
  let row: ExpectedFire[] | undefined;
  for (const fire of due) {
    if (!ran.has(minuteOf(fire.at))) {
      if (row === undefined) rows.push((row = []));
      row.push(fire);
    } else row = undefined;
  }
  return rows.flatMap((missed): WatchFinding[] => {
    const [first] = missed;
    const last = missed.at(-1);
    if (first === undefined || last === undefined) return [];
    const reasons = letters.filter(
      ({ scheduledTime: at }) => at !== undefined && missed.some((one) => one.at === minuteOf(at)),
    );
    for (const letter of reasons) reported.add(letter);
    const when =
      missed.length === 1
        ? `at ${sayInstant(first.at)}`
        : `${missed.length} times from ${sayInstant(first.at)} to ${sayInstant(last.at)}`;
    const error = reasons.at(-1)?.error;
    const why = error === undefined ? "" : `: the scheduler gave up with ${error}`;
    const before = Math.max(
      0,
      ...runs.flatMap(({ scheduledTime: at }) => (at !== undefined && at < first.at ? at : [])),
    );
    return [
      {
        code: "watch/missed",
        project,
        run: undefined,
        message: `${project} should have started ${when} and did not${why}`,
        help: `\`${command(facts, "doctor", project)}\` looks for the reason; \`${command(facts, "backfill", project, `--from ${sayDay(first.at, timezone)}`, `--to ${sayDay(last.at, timezone)}`)}\` makes up for it.`,
        since: first.at,
        key: `missed/${project}/after-${before}`,
      },
    ];
  });
}

export function pastDeadlines(facts: WatchFacts, watched: WatchedProject): WatchFinding[] {
  const { project } = watched;
  const ran = runsByMinute(watched.runs);
  return watched.expected.flatMap((fire): WatchFinding[] => {
    const { deadline } = fire;
    const run = ran.get(minuteOf(fire.at));
    if (deadline === undefined || deadline > facts.now) return [];
    if (run === undefined) return fire.queued === true ? [lateInQueue(facts, project, fire)] : [];
    if (run.status === "SUCCEEDED") return [];
    const inProgress = run.status === "RUNNING" || run.status === "PENDING_REDRIVE";
    const state = inProgress ? "it is still running" : `it ${ENDINGS[run.status]}`;
    return [
      {
        code: "watch/past-deadline",
        project,
        run: run.run,
        message: `${project} of ${sayInstant(fire.at)} was to be done by ${sayInstant(deadline)} and is not: ${state}`,
        help: inProgress
          ? `\`${command(facts, "status", run.run)}\` shows how far it is.`
          : `\`${command(facts, "status", run.run)}\` says why, \`${command(facts, "resume", run.run)}\` continues it.`,
        since: deadline,
        key: `past-deadline/${project}/${fire.at}`,
      },
    ];
  });
}

function lateInQueue(
  facts: WatchFacts,
  project: string,
  { at, deadline = at }: ExpectedFire,
): WatchFinding {
  return {
    code: "watch/past-deadline",
    project,
    run: undefined,
    message: `${project} of ${sayInstant(at)} was to be done by ${sayInstant(deadline)} and is not: it waits for its turn`,
    help: `\`${command(facts, "runs", "--status running")}\` shows what is before it.`,
    since: deadline,
    key: `past-deadline/${project}/${at}`,
  };
}

const ENDINGS = { FAILED: "failed", TIMED_OUT: "timed out", ABORTED: "was stopped" } as const;

/** What a message in the dead-letter queue was about has been made up for. */
export function isSettled(facts: WatchFacts, letter: DeadLetter): boolean {
  const watched = watchedOf(facts, letter);
  const { scheduledTime: at } = letter;
  return watched !== undefined && at !== undefined && runsByMinute(watched.runs).has(minuteOf(at));
}

function watchedOf(facts: WatchFacts, letter: DeadLetter): WatchedProject | undefined {
  return facts.projects.find(({ project }) => project === letter.project);
}

export function deadLetter(facts: WatchFacts, letter: DeadLetter): WatchFinding {
  const { project, scheduledTime: at, schedule, error } = letter;
  const when = at === undefined ? "a run" : `the run of ${sayInstant(at)}`;
  const timezone = watchedOf(facts, letter)?.timezone;
  const day = at === undefined || timezone === undefined ? undefined : sayDay(at, timezone);
  const again =
    project === undefined || day === undefined
      ? ""
      : ` \`${command(facts, "backfill", project, `--from ${day}`, `--to ${day}`)}\` makes up for it.`;
  return {
    code: "watch/dead-letter",
    project,
    run: undefined,
    message: `${schedule} could not start ${when}: the scheduler gave up with ${error}`,
    help: `The message is in the dead-letter queue for 14 days.${again}`,
    since: at ?? facts.now,
    key: `dead-letter/${project ?? ""}/${letter.id}`,
  };
}

/**
 * The run of each fire; of several (a backfill made up for one that failed) the one that came
 * furthest.
 */
function runsByMinute(runs: readonly WatchedRun[]): ReadonlyMap<number, WatchedRun> {
  const rank = ({ status }: WatchedRun): number =>
    status === "SUCCEEDED" ? 2 : status === "RUNNING" ? 1 : 0;
  const found = new Map<number, WatchedRun>();
  for (const run of runs) {
    if (run.scheduledTime === undefined) continue;
    const minute = minuteOf(run.scheduledTime);
    const other = found.get(minute);
    const further =
      other === undefined ||
      rank(run) > rank(other) ||
      (rank(run) === rank(other) && run.startedAt > other.startedAt);
    if (further) found.set(minute, run);
  }
  return found;
}
