import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { useLayoutEffect } from "preact/hooks";

import { onChanges } from "../live/changes.ts";
import type { Address } from "./api.ts";
import { read } from "./client.ts";
import { keptParts } from "./kept-parts.ts";
import type { Problem } from "./problem.ts";

/**
 * A document on its way or here. What was read last stays while it is read again and when that
 * fails, so that nothing on the page jumps.
 */
export interface Loaded<A> {
  readonly value: A | undefined;
  /** Why the last try failed; the value, if there is one, is from `at`. */
  readonly problem: Problem | undefined;
  /** When the value was read, in milliseconds since 1970. */
  readonly at: number | undefined;
}

interface Entry {
  readonly loaded: Signal<Loaded<unknown>>;
  users: number;
  reading: AbortController | undefined;
  again: boolean;
  /** Asked for before anything shows it; what shows it first doesn't ask again. */
  ahead: boolean;
}

const entries = new Map<string, Entry>();
const most = 60;
/**
 * Milliseconds after the stream has opened in which a change that it reports is the reason to read:
 * a topic that nobody looked at before begins with one.
 */
const settleMs = 150;
const nothing: Loaded<never> = { value: undefined, problem: undefined, at: undefined };

/**
 * A document of the server for as long as a component is shown. It is read anew when a change of
 * one of the topics is reported; one that was shown before is there at once.
 *
 * @param address below `/api/v1`; `undefined`: nothing is read
 * @param topics what of the event stream makes it old
 */
export function useDocument<A>(
  address: Address<A> | undefined,
  topics: readonly string[] = [],
): Loaded<A> {
  const watched = topics.join(" ");
  // Before it is painted: what the browser has fetched already is then painted with the rest.
  useLayoutEffect(() => {
    if (address === undefined) return undefined;
    const entry = entryOf(address);
    // What something else shows is kept as it is by the event stream.
    const isKept = entry.users > 0 || entry.ahead;
    const isHere = isKept && entry.loaded.peek().value !== undefined;
    if (!isHere && !isOnItsWay(entry)) void refresh(address);
    entry.users += 1;
    entry.ahead = false;
    let later: ReturnType<typeof setTimeout> | undefined;
    const stop = onChanges(topics, (change) => {
      clearTimeout(later);
      if (change !== undefined) void refresh(address);
      else later = setTimeout(() => void refresh(address), settleMs);
    });
    return () => {
      clearTimeout(later);
      stop();
      entry.users -= 1;
      if (entry.users === 0) entry.reading?.abort();
    };
  }, [address, watched]);
  return address === undefined ? nothing : (entryOf(address).loaded.value as Loaded<A>);
}

/** What was read last of a document, without reading it. */
export function known<A>(address: Address<A>): ReadonlySignal<Loaded<A>> {
  return entryOf(address).loaded as Signal<Loaded<A>>;
}

/**
 * Reads a document that is about to be shown. However long it takes until it is, it isn't read
 * again for that: what changes meanwhile is read when the event stream opens.
 */
export function readAhead(address: string): void {
  const entry = entryOf(address);
  // Its page may be drawn by now, and reads it.
  if (entry.users > 0) return;
  entry.ahead = true;
  void refresh(address);
}

function isOnItsWay({ reading }: Entry): boolean {
  return reading !== undefined && !reading.signal.aborted;
}

/** Reads a document anew. While it is being read, it is read once more afterwards. */
export async function refresh(address: string): Promise<void> {
  const entry = entryOf(address);
  if (isOnItsWay(entry)) {
    entry.again = true;
    return;
  }
  const reading = new AbortController();
  entry.reading = reading;
  const answer = await read(address, reading.signal);
  if (reading.signal.aborted) return;
  entry.reading = undefined;
  entry.loaded.value = answer.ok
    ? {
        value: keptParts(entry.loaded.peek().value, answer.value),
        problem: undefined,
        at: Date.now(),
      }
    : { ...entry.loaded.value, problem: answer.problem };
  if (!entry.again) return;
  entry.again = false;
  await refresh(address);
}

/** Reads anew all that is shown: after a change by this page, or when the server is back. */
export function refreshShown(): void {
  for (const [address, entry] of entries) if (entry.users > 0) void refresh(address);
}

function entryOf(address: string): Entry {
  const there = entries.get(address);
  if (there !== undefined) return there;
  const made: Entry = {
    loaded: signal(nothing),
    users: 0,
    reading: undefined,
    again: false,
    ahead: false,
  };
  entries.set(address, made);
  if (entries.size > most) {
    const unused = [...entries].find(([key, { users }]) => users === 0 && key !== address);
    if (unused !== undefined) entries.delete(unused[0]);
  }
  return made;
}
