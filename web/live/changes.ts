import { signal } from "@preact/signals";

import type { ConsoleEvent } from "../../src/app/documents/console-events.ts";
import { electedHub } from "./elected.ts";
import type { FromHub, ToHub } from "./hub.ts";

interface Listener {
  readonly topics: readonly string[];
  readonly hear: (event: ConsoleEvent) => void;
  /** What it shows may have changed before the stream was open for it. */
  early: boolean;
}

const tab = crypto.randomUUID();
const listeners = new Set<Listener>();
let say: ((message: ToHub) => void) | undefined;

/** Whether the event stream is open; `undefined` before it was. */
export const connected = signal<boolean | undefined>(undefined);

/**
 * Calls back when something that is shown has changed, and when changes may have been missed.
 *
 * @param topics such as `fleet:prd` or `run:prd/recsys-1`
 * @returns stops it
 */
export function onChanges(
  topics: readonly string[],
  hear: (event: ConsoleEvent) => void,
): () => void {
  if (topics.length === 0) return () => {};
  const listener = { topics, hear, early: true };
  listeners.add(listener);
  say?.(wants());
  return () => {
    listeners.delete(listener);
    say?.(wants());
  };
}

/** Connects this tab with the event stream of the browser's tabs. */
export function startChanges(): void {
  if ("SharedWorker" in globalThis) {
    const { port } = new SharedWorker(new URL("./shared-worker.ts", import.meta.url), {
      type: "module",
      name: "esteira",
    });
    port.addEventListener("message", ({ data }: MessageEvent<FromHub>) => hearHub(data));
    port.start();
    say = (message) => port.postMessage(message);
  } else say = electedHub(hearHub, wants);
  say(wants());
  document.addEventListener("visibilitychange", () => {
    say?.(wants());
    // What happened while nobody looked was not reported.
    if (!document.hidden) hearAll({ type: "hello", at: Date.now(), missed: true });
  });
  addEventListener("pagehide", () => say?.({ type: "gone", tab }));
  addEventListener("pageshow", () => say?.(wants()));
}

function wants(): ToHub {
  const topics = document.hidden ? [] : [...listeners].flatMap((listener) => listener.topics);
  return { type: "wants", tab, topics: [...new Set(topics)] };
}

function hearHub(message: FromHub): void {
  if (message.type === "connection") {
    connected.value = message.open;
    return;
  }
  const { event } = message;
  if (event.type === "hello") {
    for (const one of listeners) {
      if (event.missed || one.early) one.hear(event);
      one.early = false;
    }
    return;
  }
  const topic = topicOf(event);
  for (const { topics, hear } of listeners) if (topics.includes(topic)) hear(event);
}

function hearAll(event: ConsoleEvent): void {
  for (const { hear } of listeners) hear(event);
}

function topicOf(event: Exclude<ConsoleEvent, { readonly type: "hello" }>): string {
  switch (event.type) {
    case "run":
    case "log":
      return `${event.type}:${event.environment}/${event.run}`;
    case "operation":
      return `operation:${event.id}`;
    case "fleet":
    case "trouble":
    case "recovered":
      return `fleet:${event.environment}`;
  }
}
