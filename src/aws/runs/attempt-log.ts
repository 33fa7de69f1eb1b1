import { GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";

import type { RunId } from "../../core/ids.ts";
import { ok, type Result } from "../../core/result.ts";
import type { AttemptName } from "../../platform/log-lines.ts";
import { logMatcher } from "../../platform/log-matcher.ts";
import type { PlatformError } from "../../platform/port.ts";
import type {
  AttemptLogs,
  LogFound,
  LogPart,
  PlacedLine,
} from "../../platform/roles/attempt-logs.ts";
import { foldRun } from "../../runs/fold.ts";
import type { AwsContext } from "../sdk/context.ts";
import { isError } from "../sdk/error-names.ts";
import { callForRun } from "./call-for-run.ts";
import { openRun } from "./open-run.ts";
import { logStream } from "./run-logs.ts";
import type { RunsSession } from "./runs-session.ts";

/** What is shown of a line, in characters. */
const mostShown = 8192;
/** Requests of one search: GetLogEvents has 25 a second for the whole account. */
const mostRequests = 5;
/** Events of one request, which gives at most 1 MB. */
const mostEvents = 10_000;

interface Place {
  readonly token: string | undefined;
  /** Milliseconds since 1970 of the first events; where there is no token. */
  readonly since?: number | undefined;
  /** Where there is no token: from the newest events, and not from the oldest. */
  readonly fromEnd: boolean;
  readonly count: number;
}

interface Events {
  readonly lines: readonly PlacedLine[];
  readonly previous: string | undefined;
  readonly next: string | undefined;
}

/** Logs in CloudWatch: streams of events, by tokens and times. */
export function awsAttemptLogs(session: RunsSession): AttemptLogs {
  const { context } = session;

  const about = async <T>(
    run: RunId,
    { step, attempt, item }: AttemptName,
    nothing: (growing: boolean) => T,
    work: (group: string, stream: string, growing: boolean) => Promise<T>,
  ): Promise<Result<T, PlatformError>> => {
    const opened = await openRun(session, run);
    if (!opened.ok) return opened;
    const release = await opened.value.release();
    if (!release.ok) return release;
    const { history } = opened.value;
    const read = history.ended ? ok(undefined) : await history.readTo(Infinity);
    if (!read.ok) return read;
    const view = foldRun(history.events, release.value.steps);
    const found = view.steps
      .find(({ id }) => id === step)
      ?.attempts.find((one) => one.number === attempt && one.item === item);
    const growing = view.status === "RUNNING" && found?.endedAt === undefined;
    const log = found?.log;
    if (log === undefined) return ok(nothing(growing));
    return callForRun(context, `read the logs of the run ${run}`, () =>
      work(release.value.names.logGroup, logStream(release.value, log), growing),
    );
  };

  return {
    by: "event",
    read: (run, attempt, { lines, fromEvent, cursor }) =>
      about(run, attempt, emptyPart, async (group, stream, growing): Promise<LogPart> => {
        const since = fromEvent === undefined ? undefined : timeOf(fromEvent);
        const fromEnd = cursor === undefined && since === undefined;
        const place = { token: cursor, since, fromEnd, count: lines };
        const events = await readEvents(context, group, stream, place);
        const part = { ...emptyPart(growing), ...events };
        if (growing || !fromEnd || events.lines.length >= lines) return part;
        return { ...part, total: await totalOf(context, group, stream, events) };
      }),
    search: (run, attempt, { text, limit, cursor }) =>
      about(run, attempt, emptySearch, async (group, stream): Promise<LogFound> => {
        const { marks } = logMatcher(text);
        const hits: PlacedLine[] = [];
        let looked = 0;
        let from: number | undefined;
        let until: number | undefined;
        let token = cursor;
        for (let request = 0; request < mostRequests && hits.length < limit; request += 1) {
          const place = { token, fromEnd: false, count: mostEvents };
          const { lines, next } = await readEvents(context, group, stream, place);
          looked += lines.length;
          from ??= lines[0]?.timestamp;
          until = lines.at(-1)?.timestamp ?? until;
          hits.push(...lines.filter((line) => marks(line.text).length > 0));
          const atEnd = next === undefined || next === token;
          token = atEnd ? undefined : next;
          if (atEnd) break;
        }
        return { hits, lines: looked, from, until, share: undefined, next: token };
      }),
    whole: (run, attempt) =>
      about(run, attempt, none, (group, stream) =>
        Promise.resolve(wholeStream(context, group, stream)),
      ),
  };
}

function emptyPart(growing: boolean): LogPart {
  return {
    lines: [],
    total: undefined,
    bytes: undefined,
    growing,
    firstError: undefined,
    previous: undefined,
    next: undefined,
  };
}

function emptySearch(): LogFound {
  return { hits: [], lines: 0, from: undefined, until: undefined, share: 1, next: undefined };
}

async function* none(): AsyncGenerator<Uint8Array, void, undefined> {
  // Nothing was written yet.
}

/** Of an event's id, such as `t1796000000000.2`. */
const timeOf = (event: string): number => Number(/^t(\d+)/.exec(event)?.[1] ?? 0);

/**
 * How many lines a log has that has ended: CloudWatch doesn't say, so it is known where all of them
 * are here. A page may have fewer than it could, so the one before it has to be empty.
 */
async function totalOf(
  context: AwsContext,
  group: string,
  stream: string,
  { lines, previous }: Events,
): Promise<number | undefined> {
  if (previous === undefined) return lines.length;
  const place = { token: previous, fromEnd: true, count: 1 };
  const before = await readEvents(context, group, stream, place);
  return before.lines.length === 0 ? lines.length : undefined;
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html */
async function readEvents(
  { clients }: AwsContext,
  logGroupName: string,
  logStreamName: string,
  { token, since, fromEnd, count }: Place,
): Promise<Events> {
  try {
    const page = await clients.logs.send(
      new GetLogEventsCommand({
        logGroupName,
        logStreamName,
        startFromHead: !fromEnd,
        limit: Math.min(count, mostEvents),
        ...(token === undefined ? {} : { nextToken: token }),
        ...(token !== undefined || since === undefined ? {} : { startTime: since }),
      }),
    );
    let [before, sameTime] = [-1, 0];
    const lines = (page.events ?? []).map(({ timestamp = 0, message = "" }): PlacedLine => {
      // Events of one millisecond differ by their order.
      sameTime = timestamp === before ? sameTime + 1 : 0;
      before = timestamp;
      const text = message.replace(/\r?\n$/, "");
      const cut = text.length > mostShown;
      return {
        number: undefined,
        id: sameTime === 0 ? `t${timestamp}` : `t${timestamp}.${sameTime}`,
        timestamp,
        stream: "stdout",
        text: cut ? text.slice(0, mostShown) : text,
        cut,
      };
    });
    return { lines, previous: page.nextBackwardToken, next: page.nextForwardToken };
  } catch (thrown) {
    // The log group or the stream is gone, or has not come yet.
    if (!isError(thrown, "ResourceNotFoundException")) throw thrown;
    return { lines: [], previous: undefined, next: undefined };
  }
}

async function* wholeStream(
  context: AwsContext,
  group: string,
  stream: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  let token: string | undefined;
  for (;;) {
    const place = { token, fromEnd: false, count: mostEvents };
    const { lines, next } = await readEvents(context, group, stream, place);
    if (lines.length > 0) yield Buffer.from(`${lines.map(({ text }) => text).join("\n")}\n`);
    if (next === undefined || next === token) return;
    token = next;
  }
}
