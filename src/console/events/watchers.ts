import { setTimeout as sleep } from "node:timers/promises";

import type { ConsoleEvent } from "../../app/documents/console-events.ts";
import type { ConsoleContext } from "../../app/console/context.ts";
import { fleetOf } from "../../app/console/fleet-reading.ts";
import { tailOf } from "../../app/runs/pages.ts";
import type { PlatformSession } from "../../app/workspace.ts";
import { runId } from "../../core/ids.ts";
import type { Failure } from "../../app/failure.ts";
import { parseTopic } from "./topics.ts";

/** How often it is asked whether anything of this machine changed: a few microseconds each. */
const cheapLookMs = 25;
/**
 * Changes that come closer together are said once: who shows 500 projects reads them all again.
 * With the look after it, a change is known after 75 ms at most, and on the screen in 100.
 */
const fleetPauseMs = 50;
/** Nobody reports what changes in an account. */
const listLookMs = 15_000;
const longestPauseMs = 300_000;
/** A run that has ended may be resumed as itself. */
const endedLookMs = 1000;
/** A process that drives a run may die without a word. */
const runLookMs = 5000;

type Publish = (topic: string, event: ConsoleEvent) => void;

/** Waits so many milliseconds; rejects when the signal does. */
type Wait = (milliseconds: number, signal: AbortSignal) => Promise<void>;

/** What a watch has to do with. */
interface Watch {
  readonly publish: Publish;
  readonly wait: Wait;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/**
 * Looks at what somebody looks at, once for all of them.
 *
 * @param context gives a context once the console is open
 * @param reportBug of what a watch threw; nothing else ends by it
 * @param wait how a watch pauses
 * @returns begins to watch a topic, until disposed of
 */
export function watchers(
  context: () => ConsoleContext,
  publish: Publish,
  reportBug: (error: unknown) => void,
  wait: Wait = (milliseconds, signal) => sleep(milliseconds, undefined, { signal }),
): (topic: string) => Disposable {
  return (text) => {
    const topic = parseTopic(text);
    const end = new AbortController();
    const { signal } = end;
    const watch = async (): Promise<void> => {
      switch (topic?.kind) {
        case "fleet":
          return watchFleet(context(), topic.env, text, { publish, wait, signal });
        case "run":
        case "log":
          return watchRun(context(), topic, text, { publish, wait, signal });
        default:
          return undefined; // operations say themselves what happens to them
      }
    };
    void watch().catch((error: unknown) => {
      if (!signal.aborted) reportBug(error);
    });
    return { [Symbol.dispose]: () => end.abort() };
  };
}

async function watchFleet(
  context: ConsoleContext,
  environment: string,
  topic: string,
  watch: Watch,
): Promise<void> {
  const { publish, wait, signal } = watch;
  const { clock } = context.host;
  for await (const session of reached(context, environment, topic, watch)) {
    const fleet = fleetOf(session);
    // Where all is read at once, its version says what has changed, and costs nothing to ask.
    const cheap = session.platform.fleet !== undefined;
    let seen = fleet.version();
    // What changed before this look nobody reports: who reads after it has seen all.
    publish(topic, { type: "fleet", environment, at: clock.now() });
    while (!signal.aborted) {
      await wait(cheap ? cheapLookMs : listLookMs, signal);
      if (!cheap) {
        const looked = await fleet.deployed();
        if (!looked.ok) break;
      }
      const now = fleet.version();
      if (now === seen) continue;
      seen = now;
      publish(topic, { type: "fleet", environment, at: clock.now() });
      await wait(fleetPauseMs, signal);
    }
  }
}

async function watchRun(
  context: ConsoleContext,
  { kind, env, run }: { readonly kind: "run" | "log"; readonly env: string; readonly run: string },
  topic: string,
  watch: Watch,
): Promise<void> {
  const { publish, wait, signal } = watch;
  const { clock } = context.host;
  const id = runId(run);
  for await (const { platform } of reached(context, env, topic, watch)) {
    let seen: string | undefined;
    let events = tailOf((page) => platform.events(id, page));
    while (!signal.aborted) {
      const found = await platform.run(id);
      // One that was begun a moment ago may not be there yet: it is looked for again.
      if (!found.ok) break;
      const { status } = found.value;
      const going = status === "RUNNING" || status === "PENDING_REDRIVE";
      if (going && events.ended()) events = tailOf((page) => platform.events(id, page));
      const news = await events.read();
      if (!news.ok) break;
      const summary = JSON.stringify(found.value);
      const changed = summary !== seen || news.value.length > 0;
      const at = clock.now();
      // The first look is reported too: what changed before it nobody else reports.
      if (kind === "run" && changed) {
        publish(topic, { type: "run", environment: env, run, status, at });
      }
      if (kind === "log" && (going || changed)) {
        publish(topic, { type: "log", environment: env, run, at });
      }
      seen = summary;
      if (going) await platform.changed(id, runLookMs, signal);
      else await wait(endedLookMs, signal);
    }
  }
}

/**
 * An environment that can be asked, again and again: where it can't be, that is said once, and it
 * is tried less and less often until it can.
 */
async function* reached(
  { environments, host }: ConsoleContext,
  environment: string,
  topic: string,
  { publish, wait, signal }: Watch,
): AsyncGenerator<PlatformSession, void, undefined> {
  let pause = 1000;
  let troubled = false;
  while (!signal.aborted) {
    const session = await environments.session(environment);
    const at = host.clock.now();
    if (session.ok) {
      if (troubled) publish(topic, { type: "recovered", environment, at });
      troubled = false;
      const began = performance.now();
      yield session.value;
      // What fails at once isn't asked again at once.
      if (performance.now() - began > 60_000) pause = 1000;
    } else {
      if (session.error.reason === "not-found") return;
      if (!troubled) publish(topic, troubleOf(environment, session.error, at));
      troubled = true;
    }
    await wait(pause, signal);
    pause = Math.min(pause * 2, longestPauseMs);
  }
}

function troubleOf(environment: string, failure: Failure, at: number): ConsoleEvent {
  const { message, help } = failure;
  const reason = failure.reason === "permission" ? "permission" : "unavailable";
  const problem = { reason, message, ...(help === undefined ? {} : { help }) } as const;
  return { type: "trouble", environment, problem, at };
}
