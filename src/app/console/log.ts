import { runId } from "../../core/ids.ts";
import { cleanColouredText } from "../../core/clean-text.ts";
import { ok, type Result } from "../../core/result.ts";
import { logMatcher } from "../../platform/log-matcher.ts";
import type { AttemptName } from "../../platform/log-lines.ts";
import type { AttemptLogs, PlacedLine } from "../../platform/roles/attempt-logs.ts";
import type { ConsoleDocumentOf } from "../documents/console.ts";
import { failed, fromPlatform, notFound, type Failure } from "../failure.ts";
import { stepWords, suggestion, suggestName } from "../names.ts";
import { roleOf } from "../roles.ts";
import type { PlatformSession } from "../workspace.ts";
import { findStep } from "./gantt.ts";
import { findRunById } from "./run.ts";
import { viewOf } from "./run-view.ts";

/** Which log is meant: without an attempt that of the last one. */
export interface LogOf {
  readonly step: string;
  readonly attempt?: number | undefined;
  readonly item?: number | undefined;
}

interface Found {
  readonly logs: AttemptLogs;
  readonly name: AttemptName;
  readonly about: Pick<
    ConsoleDocumentOf<"log">,
    "environment" | "run" | "step" | "attempt" | "item" | "by"
  >;
}

/** Lines of a try's log, from a line on, or the last ones. */
export async function readLog(
  session: PlatformSession,
  run: string,
  of: LogOf,
  place: {
    readonly lines: number;
    readonly fromLine?: number | undefined;
    readonly fromEvent?: string | undefined;
    readonly cursor?: string | undefined;
  },
): Promise<Result<ConsoleDocumentOf<"log">, Failure>> {
  const found = await findLog(session, run, of);
  if (!found.ok) return found;
  const { logs, name, about } = found.value;
  const part = await logs.read(runId(run), name, place);
  if (!part.ok) return failed(fromPlatform(part.error));
  return ok({ ...about, ...part.value, lines: part.value.lines.map(shownLine) });
}

/** Lines of a try's log that have a text in them, as far as one search looks. */
export async function searchLog(
  session: PlatformSession,
  run: string,
  of: LogOf,
  wanted: {
    readonly text: string;
    readonly limit: number;
    readonly cursor?: string | undefined;
  },
): Promise<Result<ConsoleDocumentOf<"log-search">, Failure>> {
  const found = await findLog(session, run, of);
  if (!found.ok) return found;
  const { logs, name, about } = found.value;
  const hits = await logs.search(runId(run), name, wanted);
  if (!hits.ok) return failed(fromPlatform(hits.error));
  const { lines, from, until, share, next } = hits.value;
  const matcher = logMatcher(wanted.text);
  return ok({
    ...about,
    query: wanted.text,
    hits: hits.value.hits.map((line) => {
      const shown = shownLine(line);
      return { ...shown, marks: matcher.marks(shown.text).map(([at, length]) => [at, length]) };
    }),
    searched: { lines, from, until, share },
    complete: next === undefined,
    next,
  });
}

/** The whole log of a try. */
export async function wholeLog(
  session: PlatformSession,
  run: string,
  of: LogOf,
): Promise<
  Result<{ readonly name: string; readonly stream: () => AsyncIterable<Uint8Array> }, Failure>
> {
  const found = await findLog(session, run, of);
  if (!found.ok) return found;
  const { logs, name } = found.value;
  const whole = await logs.whole(runId(run), name);
  if (!whole.ok) return failed(fromPlatform(whole.error));
  const item = name.item === undefined ? "" : `-item${name.item}`;
  return ok({
    name: `${run}-${name.step}${item}-${name.attempt}.log`,
    stream: () => whole.value,
  });
}

/** What commands the place where it is shown is taken out; colours stay. */
function shownLine({ timestamp, text, ...line }: PlacedLine) {
  return { ...line, at: timestamp, text: cleanColouredText(text) };
}

async function findLog(
  session: PlatformSession,
  run: string,
  { step, attempt, item }: LogOf,
): Promise<Result<Found, Failure>> {
  const { platform, environment } = session;
  const role = roleOf(session, "attemptLogs", (name) => ({
    message: `logs of ${name} can't be read here`,
    help: `\`${suggestion(environment, "logs", run)}\` prints them.`,
  }));
  if (!role.ok) return role;
  const summary = await findRunById(session, run);
  if (!summary.ok) return summary;
  const view = await viewOf(platform, summary.value);
  if (!view.ok) return view;
  const seen = findStep(view.value, step);
  if (seen === undefined) {
    const ids = view.value.steps.map(({ id }) => id);
    return notFound(`the run ${run} has no step ${step}`, suggestName(step, ids, stepWords));
  }
  const ofItem = seen.attempts.filter((one) => item === undefined || one.item === item);
  const chosen =
    attempt === undefined ? ofItem.at(-1) : ofItem.findLast(({ number }) => number === attempt);
  if (chosen === undefined && (attempt !== undefined || item !== undefined)) {
    return notFound(
      `the step ${step} of ${run} has no such try`,
      `\`${suggestion(environment, "status", run)}\` shows those that there are.`,
    );
  }
  // A step that has not begun has an empty log, which begins with its first try.
  const name = { step, attempt: chosen?.number ?? 1, item: chosen?.item };
  const logs = role.value;
  return ok({ logs, name, about: { environment, run, ...name, by: logs.by } });
}
