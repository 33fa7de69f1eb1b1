import { sayDuration } from "../duration.ts";
import {
  command,
  type OpenRun,
  type WatchedProject,
  type WatchedRun,
  type WatchFacts,
  type WatchFinding,
} from "./facts.ts";

/**
 * How long a container may wait for an instance. From nothing, an instance takes three to six
 * minutes; ECS gives a task that finds none up after ten to thirty.
 */
const INSTANCE_WAIT_MS = 10 * 60_000;

/**
 * How long an attempt may wait to begin: for a start of the service, or for room on this machine.
 */
const START_WAIT_MS = 30 * 60_000;

/**
 * What an attempt may take beyond its own limit before nobody can be counting any more: the
 * platforms end it at the limit, on AWS with an hour for its start.
 */
const ATTEMPT_MARGIN_MS = 90 * 60_000;

/** How long nothing may happen in a run in which nothing is at work. */
const STUCK_MARGIN_MS = 30 * 60_000;

/**
 * A run between steps has an event soon; one that was just begun may have no driver for a moment.
 */
const SETTLING_MS = 2 * 60_000;

export function interrupted(
  facts: WatchFacts,
  { project }: WatchedProject,
  run: WatchedRun,
): WatchFinding[] {
  if (!run.interrupted || facts.now - run.startedAt < SETTLING_MS) return [];
  return [
    {
      code: "watch/interrupted",
      project,
      run: run.run,
      message: `run ${run.run} does not continue: the process that drove it is gone or hangs`,
      help: `\`${command(facts, "resume", run.run)}\` continues it; \`esteira up\` would have done so by itself.`,
      since: run.startedAt,
      key: `interrupted/${project}/${run.run}`,
    },
  ];
}

/** Of a run in progress: the first reason to think that it isn't. */
export function notContinuing(
  facts: WatchFacts,
  { project, runs }: WatchedProject,
  open: OpenRun,
): WatchFinding[] {
  if (runs.some(({ run, interrupted: left }) => left && run === open.run)) return [];
  const finding =
    waitingForInstance(facts, open) ?? overdueAttempt(facts, open) ?? silent(facts, open);
  if (finding === undefined) return [];
  const { code, since } = finding;
  const key = `${code.slice("watch/".length)}/${project}/${open.run}/${since}`;
  return [{ ...finding, project, run: open.run, key }];
}

type Reason = Pick<WatchFinding, "code" | "message" | "help" | "since">;

function waitingForInstance(facts: WatchFacts, open: OpenRun): Reason | undefined {
  const since = open.waitingForInstanceSince;
  if (since === undefined || facts.now - since < INSTANCE_WAIT_MS) return undefined;
  return {
    code: "watch/waiting",
    message: `run ${open.run} has waited ${sayDuration(facts.now - since)} for an instance`,
    help: "Where spot capacity is short, more `ec2_types` or `on_demand_fallback: true` help; an instance that starts and doesn't join its cluster has no way to ECS: `esteira verify` looks at the network.",
    since,
  };
}

function overdueAttempt(facts: WatchFacts, open: OpenRun): Reason | undefined {
  for (const step of open.view.steps) {
    for (const { status, scheduledAt, startedAt } of step.attempts) {
      if (status === "scheduled" && facts.now - scheduledAt > START_WAIT_MS) {
        return {
          code: "watch/waiting",
          message: `run ${open.run}: ${step.id} has waited ${sayDuration(facts.now - scheduledAt)} to begin`,
          help: `\`${command(facts, "runs", "--status running")}\` shows what is before it.`,
          since: scheduledAt,
        };
      }
      const limit = (open.limits.get(step.id) ?? Infinity) * 1000;
      if (
        status === "running" &&
        startedAt !== undefined &&
        facts.now - startedAt > limit + ATTEMPT_MARGIN_MS
      ) {
        return {
          code: "watch/stuck",
          message: `run ${open.run}: ${step.id} has run for ${sayDuration(facts.now - startedAt)} though it may take ${sayDuration(limit)}`,
          help: stopAndResume(facts, open.run),
          since: startedAt,
        };
      }
    }
  }
  return undefined;
}

/** Nothing of it is at work, no retry is due, and nothing has happened for long. */
function silent(facts: WatchFacts, open: OpenRun): Reason | undefined {
  const atWork = open.view.steps.some(
    ({ retryAt, attempts }) =>
      (retryAt !== undefined && retryAt + STUCK_MARGIN_MS > facts.now) ||
      attempts.some(({ status }) => status === "scheduled" || status === "running"),
  );
  if (atWork || facts.now - open.lastEventAt < STUCK_MARGIN_MS) return undefined;
  return {
    code: "watch/stuck",
    message: `run ${open.run} is running, and nothing has happened in it for ${sayDuration(facts.now - open.lastEventAt)}`,
    help: stopAndResume(facts, open.run),
    since: open.lastEventAt,
  };
}

function stopAndResume(facts: WatchFacts, run: string): string {
  return `\`${command(facts, "logs", run)}\` shows its last lines; \`${command(facts, "stop", run)}\` and \`${command(facts, "resume", run)}\` begin the step again.`;
}
