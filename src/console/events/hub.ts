import { randomBytes } from "node:crypto";

import type { ConsoleEvent } from "../../app/documents/console-events.ts";

/** Something to say, and where a stream continues after it. */
export interface SentEvent {
  /** What `Last-Event-ID` brings back. */
  readonly id: string;
  readonly event: ConsoleEvent;
}

/** Brings what happens to all who look at it. */
export interface Hub {
  publish(topic: string, event: ConsoleEvent): void;
  subscribe(topics: ReadonlySet<string>, send: (sent: SentEvent) => void): Disposable;
  /**
   * What came of these topics since an event; undefined where that isn't known any more, so that
   * everything has to be read again.
   */
  since(id: string, topics: ReadonlySet<string>): readonly SentEvent[] | undefined;
  /** Where a stream begins that has seen nothing. */
  lastId(): string;
}

interface Kept extends SentEvent {
  readonly topic: string;
  readonly number: number;
}

/** Events that are kept for streams that were cut off: a few minutes of a busy night. */
const mostKept = 2000;

/**
 * @param watch called when a topic gets its first reader; what it gives is disposed of when the
 *   last one has left: what nobody looks at costs nothing
 */
export function openHub(watch: (topic: string) => Disposable): Hub {
  // A console that is opened again counts from 1: ids of before mean nothing to it.
  const life = randomBytes(6).toString("base64url");
  const kept: Kept[] = [];
  const readers = new Map<string, Set<(sent: SentEvent) => void>>();
  const watched = new Map<string, Disposable>();
  let last = 0;

  const enter = (topic: string, send: (sent: SentEvent) => void): void => {
    const all = readers.get(topic) ?? new Set();
    all.add(send);
    readers.set(topic, all);
    if (!watched.has(topic)) watched.set(topic, watch(topic));
  };
  const leave = (topic: string, send: (sent: SentEvent) => void): void => {
    const all = readers.get(topic);
    all?.delete(send);
    if (all === undefined || all.size > 0) return;
    readers.delete(topic);
    watched.get(topic)?.[Symbol.dispose]();
    watched.delete(topic);
  };

  return {
    publish(topic, event) {
      last += 1;
      const sent = { id: `${life}-${last}`, event };
      kept.push({ ...sent, topic, number: last });
      if (kept.length > mostKept) kept.shift();
      for (const send of readers.get(topic) ?? []) send(sent);
    },
    subscribe(topics, send) {
      for (const topic of topics) enter(topic, send);
      return {
        [Symbol.dispose]: () => {
          for (const topic of topics) leave(topic, send);
        },
      };
    },
    since(id, topics) {
      const [of, text = ""] = id.split(/-(?=\d+$)/);
      const number = Number(text);
      const oldest = kept[0]?.number ?? last + 1;
      if (of !== life || !Number.isInteger(number) || number > last || number < oldest - 1) {
        return undefined;
      }
      return kept.filter((one) => one.number > number && topics.has(one.topic));
    },
    lastId: () => `${life}-${last}`,
  };
}
