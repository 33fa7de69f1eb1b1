import { ListTagsForResourceCommand } from "@aws-sdk/client-sfn";

import type { HistoryEvent } from "../../core/history.ts";
import { projectName } from "../../core/ids.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { CAPACITY_CODES } from "../../runs/capacity.ts";
import { diagnose, failedAttempt } from "../../runs/diagnose.ts";
import { foldRun } from "../../runs/fold.ts";
import type { Diagnosis, RunSummary } from "../../runs/model.ts";
import type { NotificationFacts } from "../../runs/notification.ts";
import { attempt } from "../attempt.ts";
import { listLedgerRuns, type LedgerEntry } from "../bucket/ledger.ts";
import type { ReleaseDocument } from "../bucket/releases.ts";
import type { BucketStore } from "../bucket/store.ts";
import type { AwsContext } from "../context.ts";
import { isNotFound } from "../errors.ts";
import { fingerprintTag, fromLowerTags, ownerOf } from "../ownership.ts";
import { launchFailures } from "../runs/capacity.ts";
import { describeExecution, executionArn, isRunning } from "../runs/execution.ts";
import { openHistory, wholeHistory } from "../runs/history.ts";
import { runReleases } from "../runs/release-of.ts";
import { attemptTail, summarize } from "../runs/summary.ts";
import type { RunEvent } from "./events.ts";

/** One end of a run, with all that is told and kept of it. */
export interface Ending {
  readonly project: string;
  readonly redriveCount: number;
  readonly facts: NotificationFacts;
  readonly entry: LedgerEntry;
}

/** Why an event asks for nothing. */
export type Nothing = "not-ours" | "goes-on" | "gone";

/** Reads everything about the run that an event tells the end of. */
export async function readEnding(
  context: AwsContext,
  store: BucketStore,
  event: RunEvent,
): Promise<Result<Ending | Nothing, PlatformError>> {
  const owned = await ownedBy(context, event.stateMachineArn);
  if (!owned.ok) return owned;
  if (owned.value === undefined) return ok("not-ours");
  const { project, fingerprint } = owned.value;
  const run = event.executionArn.split(":").at(-1) ?? "";
  // A copy of our machine under another name has our tags, too.
  if (executionArn(context, project, run) !== event.executionArn) return ok("not-ours");

  const described = await describeExecution(context, projectName(project), run);
  if (!described.ok) return described;
  const execution = described.value;
  if (execution === undefined) return ok("gone");
  // Redriven since: its next end will be told.
  if (isRunning(execution)) return ok("goes-on");

  const history = openHistory(context, event.executionArn, execution.redriveCount);
  const read = await wholeHistory(history);
  if (!read.ok) return read;
  if (!history.ended) {
    return err({
      reason: "unavailable",
      message: `the history of run ${run} has not come to its end yet`,
      help: "it is read again",
    });
  }
  const stateMachine = event.stateMachineArn.split(":").at(-1) ?? "";
  const marked = { project, stateMachine, fingerprint, retired: false };
  const releases = runReleases(context, store, () =>
    Promise.resolve(ok(new Map([[project, marked]]))),
  );
  const release = await releases.of(execution);
  if (!release.ok && release.error.reason !== "not-found") return release;
  const document = release.ok ? release.value.document : undefined;

  const view = foldRun(read.value, document?.release.steps ?? []);
  const tail = await attemptTail({ context }, document, failedAttempt(view).attempt?.log);
  if (!tail.ok) return tail;
  const launches = await launchesOf(context, project, diagnose(view, tail.value), read.value);
  if (!launches.ok) return launches;
  const diagnosis = diagnose(view, tail.value, launches.value);
  const summary = summarize(
    { context, store },
    execution,
    release.ok ? release.value : undefined,
    diagnosis,
  );
  const previous = await previousEnd(store, summary, read.value);
  if (!previous.ok) return previous;
  return ok({
    project,
    redriveCount: execution.redriveCount,
    facts: {
      run: summary,
      view,
      diagnosis,
      logTail: tail.value,
      previous: previous.value,
      recipients: recipientsOf(document),
      url: consoleUrl(context, event.executionArn),
    },
    entry: {
      row: { ...summary, redriveCount: execution.redriveCount, diagnosis: diagnosis?.code },
      events: read.value,
    },
  });
}

/** The project that a state machine is of, if it is one of this workspace and environment, and its commit mark. */
function ownedBy(
  context: AwsContext,
  stateMachineArn: string,
): Promise<
  Result<
    { readonly project: string; readonly fingerprint: string | undefined } | undefined,
    PlatformError
  >
> {
  const { environment, workspace, clients } = context;
  return attempt(environment.name, `read the tags of ${stateMachineArn}`, async () => {
    try {
      const listed = await clients.sfn.send(
        new ListTagsForResourceCommand({ resourceArn: stateMachineArn }),
      );
      const tags = fromLowerTags(listed.tags);
      const owner = ownerOf(tags);
      if (owner?.workspace !== workspace || owner.environment !== environment.name) {
        return undefined;
      }
      if (owner.project === undefined) return undefined;
      return { project: owner.project, fingerprint: tags[fingerprintTag] };
    } catch (thrown) {
      if (isNotFound(thrown)) return undefined;
      throw thrown;
    }
  });
}

/** Why no instance came, where that may be why the run failed: `status` says the same. */
function launchesOf(
  context: AwsContext,
  project: string,
  diagnosis: Diagnosis | undefined,
  events: readonly HistoryEvent[],
): Promise<Result<readonly string[], PlatformError>> {
  if (diagnosis === undefined || !CAPACITY_CODES.has(diagnosis.code)) {
    return Promise.resolve(ok([]));
  }
  const [from, to] = [events[0]?.timestamp ?? 0, events.at(-1)?.timestamp ?? Infinity];
  return launchFailures(context, project, from, to);
}

function recipientsOf(document: ReleaseDocument | undefined): NotificationFacts["recipients"] {
  return document?.release.notifications ?? { onSuccess: [], onFailure: [] };
}

/** Runs of before that are looked through for the one that ended last. */
const looked = 20;

/**
 * What came before: for a run that was redriven its own end of before, else the run of the project that ended last, of those that did
 * something.
 */
async function previousEnd(
  store: BucketStore,
  run: RunSummary,
  events: readonly HistoryEvent[],
): Promise<Result<NotificationFacts["previous"], PlatformError>> {
  const redriven = events.findLastIndex(({ type }) => type === "ExecutionRedriven");
  if (redriven > 0) {
    const before = events.slice(0, redriven).findLast(({ type }) => type in failures);
    const status = failures[before?.type ?? ""];
    if (status !== undefined) return ok({ run: run.run, status });
  }
  const listed = await listLedgerRuns(store, run.project, { limit: looked }, run.endedAt);
  if (!listed.ok) return listed;
  const [last] = listed.value.items
    .filter(
      (row) =>
        row.run !== run.run && !row.skipped && (row.endedAt ?? Infinity) <= (run.endedAt ?? 0),
    )
    .toSorted((a, b) => (b.endedAt ?? 0) - (a.endedAt ?? 0));
  return ok(last && { run: last.run, status: last.status });
}

const failures: Readonly<Record<string, RunSummary["status"]>> = {
  ExecutionFailed: "FAILED",
  ExecutionTimedOut: "TIMED_OUT",
  ExecutionAborted: "ABORTED",
};

/** Where a person with a browser and no command line sees the run. */
function consoleUrl({ partition, environment: { region } }: AwsContext, arn: string): string {
  const host =
    partition === "aws-cn"
      ? "console.amazonaws.cn"
      : partition === "aws-us-gov"
        ? "console.amazonaws-us-gov.com"
        : "console.aws.amazon.com";
  return `https://${region}.${host}/states/home?region=${region}#/v2/executions/details/${arn}`;
}
