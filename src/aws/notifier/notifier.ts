import { err, ok, type Result } from "../../core/result.ts";
import { unreachable } from "../../core/unreachable.ts";
import type { PlatformError } from "../../platform/port.ts";
import { shownRecipient, type Delivery } from "../../runs/delivery.ts";
import { composeNotification } from "../../runs/notification.ts";
import { putLedgerRun } from "../bucket/ledger.ts";
import { lastNotified, listUnreported } from "../bucket/notified.ts";
import { bucketStore, type BucketStore } from "../bucket/store.ts";
import type { AwsContext } from "../sdk/context.ts";
import { stateMachineArn } from "../resources/names.ts";
import { executionArn, namesOf } from "../runs/execution.ts";
import { stopAbandonedTasks } from "../watch/abandoned-tasks.ts";
import { watchAccount } from "../watch/account.ts";
import { reportBackfillEnd } from "./backfill-end.ts";
import { deliver, type DeliverOptions } from "./deliver.ts";
import { readEnding } from "./ending.ts";
import { lookAtFleet } from "../fleet/look.ts";
import { indexEnding, runStarted } from "./index-runs.ts";
import { followRun } from "./follow-run.ts";
import type { NotifierRequest, RunEvent } from "./events.ts";
import { freePlaces, lookAtPlaces, servePoolCall } from "./pools.ts";
import { sendFrom } from "./send.ts";
import { serveArrivals } from "./serve-arrivals.ts";
import { sendTest } from "./test-delivery.ts";
import { waitAgain } from "./wait-again.ts";

/** One call of the function. */
export interface Invocation {
  /** The same for all tries of one event. */
  readonly requestId: string;
  /** When Lambda ends it, milliseconds since the epoch. */
  readonly endsAt: number;
  readonly log: (line: string) => void;
}

/** A little after Lambda has ended a call, its lease is nobody's: clocks differ. */
const leaseGraceMs = 10_000;
/** What is begun takes no longer than so: a webhook, or some requests of AWS. */
const reserveMs = 20_000;

/**
 * Answers what only people ask for; an error is thrown by who called this, so that Lambda tries
 * again.
 */
export async function serve(
  context: AwsContext,
  request: NotifierRequest,
  invocation: Invocation,
): Promise<Result<unknown, PlatformError>> {
  const store = bucketStore(context);
  const send = sendFrom(context);
  const options: DeliverOptions = {
    store,
    send,
    now: () => context.timing.now(),
    holder: invocation.requestId,
    leaseUntil: invocation.endsAt + leaseGraceMs,
    until: invocation.endsAt - reserveMs,
  };
  switch (request.kind) {
    case "run-ended": {
      const freed = await freePlaces({ context, store }, request.event);
      const reported = await runEnded(context, store, request.event, options, invocation);
      return reported.ok ? freed : reported;
    }
    case "run-started":
      return runStarted({ context, store }, request.event);
    case "take-places":
    case "give-places":
      return servePoolCall({ context, store }, request);
    case "object":
    case "look-at-arrivals":
      return serveArrivals({ context, store }, request, invocation.log);
    case "watch": {
      const freed = await lookAtPlaces({ context, store });
      if (!freed.ok) invocation.log(freed.error.message);
      const delivered = await deliverWaiting(store, { ...options, onlyDue: true }, invocation);
      // Before what is looked at by means of the index.
      const fleet = await lookAtFleet({ context, store }, options.until);
      for (const line of fleet.ok ? fleet.value : [fleet.error.message]) invocation.log(line);
      const watched = await watchAccount({ context, store, send });
      if (watched.ok) invocation.log(watched.value);
      // The next look comes in an hour: what fails now is no reason to do all this again at once.
      const stopped = await stopAbandonedTasks({ context, store, until: options.until });
      for (const line of stopped.ok ? stopped.value : [stopped.error.message]) invocation.log(line);
      return delivered.ok ? watched : delivered;
    }
    case "test": {
      const sent = await sendTest({ context, store, send }, request, invocation.requestId);
      return sent.ok ? ok({ deliveries: sent.value }) : sent;
    }
    case "backfill": {
      const { end } = request;
      const reported = await reportBackfillEnd(context, end, options);
      if (!reported.ok) return reported;
      if (reported.value.kind === "busy") return err(busy(end.run));
      const { deliveries } = reported.value;
      invocation.log(`backfill of ${end.project} to ${end.run}: ${said(deliveries)}`);
      return ok({ deliveries });
    }
    case "retry":
      return retry(context, store, request.run, options, invocation);
    case "unknown":
      invocation.log("an event that is none of ours: nothing to do");
      return ok(undefined);
    default:
      return unreachable(request);
  }
}

async function runEnded(
  context: AwsContext,
  store: BucketStore,
  event: RunEvent,
  options: DeliverOptions,
  { log }: Invocation,
): Promise<Result<void, PlatformError>> {
  const read = await readEnding(context, store, event);
  if (!read.ok) return read;
  const ending = read.value;
  if (typeof ending === "string") {
    log(`${event.executionArn}: ${words[ending]}`);
    return ok(undefined);
  }
  const { project, redriveCount, facts, entry } = ending;
  const { run, status } = facts.run;
  const kept = await putLedgerRun(store, entry);
  if (!kept.ok) return kept;
  // What fails of this the hourly look makes up for.
  const indexed = await indexEnding({ context, store }, ending);
  if (!indexed.ok) log(`${run}: ${indexed.error.message}`);
  const followed = await followRun(context, store, entry.row, facts.view);
  for (const line of followed.ok ? followed.value : []) log(`${run}: ${line}`);
  const delivered = await deliver(
    { project, run, redriveCount },
    () => composeNotification(facts),
    options,
  );
  if (!delivered.ok) return delivered;
  if (delivered.value.kind === "busy") return err(busy(run));
  log(`${run} ${status}: ${said(delivered.value.deliveries)}`);
  // People are notified whatever becomes of those that follow.
  return followed.ok ? unlessWaiting(run, delivered.value.deliveries) : followed;
}

const words = {
  "not-ours": "not of this workspace and environment",
  "goes-on": "still runs",
  gone: "is gone",
} as const;

/**
 * Thrown in the end: Lambda tries again after one minute and after two, and then the event goes
 * where undelivered ones are kept.
 */
function unlessWaiting(run: string, deliveries: readonly Delivery[]): Result<void, PlatformError> {
  const waiting = deliveries.filter(({ state }) => state === "waiting");
  if (waiting.length === 0) return ok(undefined);
  return err({
    reason: "unavailable",
    message: `not notified of ${run}: ${waiting.map(sayWhy).join("; ")}`,
    help: "it is tried again",
  });
}

function busy(run: string): PlatformError {
  return {
    reason: "conflict",
    message: `another call is notifying people of ${run}`,
    help: "it is tried again",
  };
}

function said(deliveries: readonly Delivery[]): string {
  if (deliveries.length === 0) return "nobody is to be notified";
  return deliveries
    .map((one) =>
      one.state === "sent"
        ? `notified ${shownRecipient(one.recipient)}`
        : `${one.state === "waiting" ? "not yet notified" : "not notified"} ${sayWhy(one)}`,
    )
    .join("; ");
}

function sayWhy({ recipient, error }: Delivery): string {
  return `${shownRecipient(recipient)} (${error ?? "not tried"})`;
}

/** Those who could not be notified when their run ended, and whose next try is due. */
async function deliverWaiting(
  store: BucketStore,
  options: DeliverOptions,
  { log }: Invocation,
): Promise<Result<readonly Delivery[], PlatformError>> {
  const endings = await listUnreported(store);
  if (!endings.ok) return endings;
  const all: Delivery[] = [];
  for (const ending of endings.value) {
    if (options.now() > options.until) break;
    const delivered = await deliver(ending, () => undefined, options);
    if (!delivered.ok) return delivered;
    if (delivered.value.kind === "busy") continue;
    if (delivered.value.deliveries.length === 0) {
      // The mark outlived its document, or came before one that never came: it says nothing.
      log(`${ending.run}: nothing is known of who is to be notified`);
    }
    all.push(...delivered.value.deliveries);
    log(`${ending.run}: ${said(delivered.value.deliveries)}`);
  }
  return ok(all);
}

/**
 * Reports the end of a run that the function never came to report: it was broken then, or could not
 * be called.
 */
async function firstTime(
  context: AwsContext,
  store: BucketStore,
  { project, run }: { readonly project: string; readonly run: string },
  options: DeliverOptions,
  invocation: Invocation,
): Promise<Result<unknown, PlatformError>> {
  const event = eventOf(context, project, run);
  const delivered = await runEnded(context, store, event, options, invocation);
  if (!delivered.ok) return delivered;
  const last = await lastNotified(store, project, run);
  return last.ok ? ok({ deliveries: last.value?.deliveries ?? [] }) : last;
}

async function retry(
  context: AwsContext,
  store: BucketStore,
  of: { readonly project: string; readonly run: string } | undefined,
  options: DeliverOptions,
  invocation: Invocation,
): Promise<Result<unknown, PlatformError>> {
  if (of === undefined) {
    const delivered = await deliverWaiting(store, options, invocation);
    return delivered.ok ? ok({ deliveries: delivered.value }) : delivered;
  }
  const last = await lastNotified(store, of.project, of.run);
  if (!last.ok) return last;
  if (last.value === undefined) return firstTime(context, store, of, options, invocation);
  const followed = await followAgain(context, store, of, invocation);
  if (!followed.ok) return followed;
  const again = await waitAgain(store, last.value, options.now());
  if (!again.ok) return again;
  const delivered = await deliver(last.value, () => undefined, options);
  if (!delivered.ok) return delivered;
  if (delivered.value.kind === "busy") return err(busy(of.run));
  invocation.log(`${of.run}: ${said(delivered.value.deliveries)}`);
  return ok({ deliveries: delivered.value.deliveries });
}

/** Starts what follows a run where that failed when it ended; what was started isn't again. */
async function followAgain(
  context: AwsContext,
  store: BucketStore,
  { project, run }: { readonly project: string; readonly run: string },
  { log }: Invocation,
): Promise<Result<void, PlatformError>> {
  const read = await readEnding(context, store, eventOf(context, project, run));
  if (!read.ok) return read;
  if (typeof read.value === "string") return ok(undefined);
  const followed = await followRun(context, store, read.value.entry.row, read.value.facts.view);
  if (!followed.ok) return followed;
  for (const line of followed.value) log(`${run}: ${line}`);
  return ok(undefined);
}

/** The event of a run's end, as AWS sends it. */
function eventOf(context: AwsContext, project: string, run: string): RunEvent {
  return {
    executionArn: executionArn(context, project, run),
    stateMachineArn: stateMachineArn(context, namesOf(context, project).stateMachine),
  };
}
