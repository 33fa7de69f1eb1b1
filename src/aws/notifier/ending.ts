import { ListTagsForResourceCommand } from "@aws-sdk/client-sfn";

import type { HistoryEvent } from "../../core/history.ts";
import { projectName } from "../../core/ids.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { CAPACITY_CODES } from "../../runs/capacity.ts";
import { diagnose, failedAttempt } from "../../runs/diagnose.ts";
import { foldRun } from "../../runs/fold.ts";
import type { Diagnosis, RunSummary, RunView } from "../../runs/model.ts";
import type { NotificationFacts } from "../../runs/notification-facts.ts";
import { callAws } from "../sdk/call.ts";
import { listLedgerRuns, type LedgerEntry } from "../bucket/ledger.ts";
import { listReleases, type ReleaseDocument } from "../bucket/releases.ts";
import type { BucketStore } from "../bucket/store.ts";
import type { AwsContext } from "../sdk/context.ts";
import { isThrottle, isNotFound } from "../sdk/error-names.ts";
import { fromLowerTags, isSameOwner, ownerOf } from "../sdk/ownership.ts";
import { launchFailures } from "../runs/capacity.ts";
import { describeExecution, type Execution, executionArn, isRunning } from "../runs/execution.ts";
import { openHistory, ownEvents, wholeHistory } from "../runs/history.ts";
import { runReleases } from "../runs/release-of.ts";
import { attemptTail, summarize } from "../runs/summary.ts";
import { costOf } from "../../platform/run-cost.ts";
import { reportedRun } from "../../platform/attempt-reports.ts";
import { bucketLocation } from "../bucket/location.ts";
import { awsArtifacts } from "../runs/artifacts.ts";
import { surroundingsOf } from "./surroundings.ts";
import { consoleHost } from "./console-host.ts";
import { keepReport } from "./report.ts";
import type { RunEvent } from "./events.ts";

/** One end of a run, with all that is sent and kept of it. */
export interface Ending {
  readonly project: string;
  readonly redriveCount: number;
  readonly facts: NotificationFacts;
  readonly entry: LedgerEntry;
  /** Of the schedule that it was started from; undefined where it has none. */
  readonly timezone: string | undefined;
}

/** Why an event asks for nothing. */
export type Nothing = "not-ours" | "goes-on" | "gone";

/** Reads everything about the run whose end an event reports. */
export async function readEnding(
  context: AwsContext,
  store: BucketStore,
  event: RunEvent,
): Promise<Result<Ending | Nothing, PlatformError>> {
  const owned = await projectOf(context, store, event.stateMachineArn);
  if (!owned.ok) return owned;
  const project = owned.value;
  if (project === undefined) return ok("not-ours");
  const run = event.executionArn.split(":").at(-1) ?? "";
  if (executionArn(context, project, run) !== event.executionArn) return ok("not-ours");

  const described = await describeExecution(context, projectName(project), run);
  if (!described.ok) return described;
  const execution = described.value;
  if (execution === undefined) return ok("gone");
  // Redriven since: its next end will be reported.
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
  const releases = runReleases(context, store);
  const release = await releases.of(execution);
  if (!release.ok && release.error.reason !== "not-found") return release;
  const document = release.ok ? release.value.document : undefined;

  const view = foldRun(read.value, document?.release.steps ?? []);
  // The notifier may read no secret, so it can't tell whether a line repeats one: what it sends of
  // such a project is made without its log.
  const mayQuote = Object.keys(document?.release.task.secrets ?? {}).length === 0;
  const tail = mayQuote
    ? await attemptTail({ context }, document, failedAttempt(view).attempt?.log)
    : ok([]);
  if (!tail.ok) return tail;
  const diagnosis = await diagnosisOf(context, project, execution, view, tail.value);
  const summary = summarize(
    { context, store },
    execution,
    release.ok ? release.value : undefined,
    diagnosis,
  );
  const previous = await previousEnd(store, summary, read.value);
  if (!previous.ok) return previous;
  const cost =
    document === undefined
      ? undefined
      : await costOf(document.release, view, context.environment.region, execution.endedAt ?? 0);
  const artifacts = awsArtifacts(context, bucketLocation(context.workspace, context.environment));
  const [reported, report] = await Promise.all([
    document === undefined ? view : reportedRun({ artifacts }, summary, document.release, view),
    keepReport(context, summary, document?.release),
  ]);
  return ok({
    project,
    redriveCount: execution.redriveCount,
    facts: {
      run: summary,
      view: reported,
      diagnosis,
      logTail: tail.value,
      previous: previous.value.last,
      recipients: recipientsOf(document),
      url: consoleUrl(context, event.executionArn),
      ...(report === undefined ? {} : { report }),
      around: await surroundingsOf(
        { context, store },
        document,
        summary,
        view,
        previous.value.success,
      ),
    },
    entry: {
      row: {
        ...summary,
        redriveCount: execution.redriveCount,
        diagnosis: diagnosis?.code,
        ...(cost?.usd === undefined ? {} : { usd: cost.usd }),
      },
      events: read.value,
    },
    timezone: document?.release.schedule?.timezone,
  });
}

/**
 * The line that `status` says as well: with why no instance could be launched, where that may have
 * been the reason.
 */
async function diagnosisOf(
  context: AwsContext,
  project: string,
  { startedAt, endedAt = Infinity }: Execution,
  view: RunView,
  tail: readonly string[],
): Promise<Diagnosis | undefined> {
  const known = diagnose(view, tail);
  if (known === undefined || !CAPACITY_CODES.has(known.code)) return known;
  const failures = await launchFailures(context, project, startedAt, endedAt);
  // Without them people are notified all the same.
  return failures.ok ? diagnose(view, tail, failures.value) : known;
}

/**
 * The project that a state machine is of, if it is one of this workspace and environment. Where
 * nothing is kept of it, it isn't, and AWS isn't asked: others' machines may end many runs. The
 * tags say whether it still is; AWS gives those of one state machine a second, so when hundreds of
 * runs end together, what the bucket says has to do.
 */
async function projectOf(
  context: AwsContext,
  store: BucketStore,
  stateMachineArn: string,
): Promise<Result<string | undefined, PlatformError>> {
  const { environment, workspace, clients } = context;
  const stateMachine = stateMachineArn.split(":").at(-1) ?? "";
  const end = `${environment.suffix}-workflow`;
  if (!stateMachine.endsWith(end)) return ok(undefined);
  const project = stateMachine.slice(0, -end.length);
  const kept = await listReleases(store, project);
  if (!kept.ok) return kept;
  if (kept.value.length === 0) return ok(undefined);
  return callAws(environment.name, `read the tags of ${stateMachineArn}`, async () => {
    try {
      const listed = await clients.sfn.send(
        new ListTagsForResourceCommand({ resourceArn: stateMachineArn }),
      );
      const owner = ownerOf(fromLowerTags(listed.tags));
      return isSameOwner(owner, { workspace, environment: environment.name, project })
        ? project
        : undefined;
    } catch (thrown) {
      if (isNotFound(thrown)) return undefined;
      if (isThrottle(thrown)) return project;
      throw thrown;
    }
  });
}

function recipientsOf(document: ReleaseDocument | undefined): NotificationFacts["recipients"] {
  return document?.release.notifications ?? { onSuccess: [], onFailure: [] };
}

/** Runs of before that are looked through for the one that ended last. */
const looked = 20;

/**
 * What came before: for a run that was redriven its own end of before, else the run of the project
 * that ended last, of those that did something.
 */
async function previousEnd(
  store: BucketStore,
  run: RunSummary,
  events: readonly HistoryEvent[],
): Promise<
  Result<
    {
      readonly last: NotificationFacts["previous"];
      /** The newest of those that were looked through that succeeded. */
      readonly success: RunSummary | undefined;
    },
    PlatformError
  >
> {
  let redriveEnd: NotificationFacts["previous"];
  const own = ownEvents(events);
  const redriven = own.findLastIndex(({ type }) => type === "ExecutionRedriven");
  if (redriven > 0) {
    const ended = own.slice(0, redriven).findLast(({ type }) => type in failures);
    const status = failures[ended?.type ?? ""];
    if (status !== undefined) redriveEnd = { run: run.run, status };
  }
  const listed = await listLedgerRuns(store, run.project, { limit: looked }, run.endedAt);
  if (!listed.ok) return listed;
  const before = listed.value.items
    .filter(
      (row) =>
        row.run !== run.run &&
        !row.skipped &&
        row.status !== "ABORTED" &&
        (row.endedAt ?? Infinity) <= (run.endedAt ?? 0),
    )
    .toSorted((a, b) => (b.endedAt ?? 0) - (a.endedAt ?? 0));
  const [last] = before;
  return ok({
    last: redriveEnd ?? (last && { run: last.run, status: last.status }),
    success: before.find(({ status }) => status === "SUCCEEDED"),
  });
}

const failures: Readonly<Record<string, RunSummary["status"]>> = {
  ExecutionFailed: "FAILED",
  ExecutionTimedOut: "TIMED_OUT",
  ExecutionAborted: "ABORTED",
};

/** Where a person with a browser and no command line sees the run. */
function consoleUrl(context: AwsContext, arn: string): string {
  const { region } = context.environment;
  return `https://${region}.${consoleHost(context)}/states/home?region=${region}#/v2/executions/details/${arn}`;
}
