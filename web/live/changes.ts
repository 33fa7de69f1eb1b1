import { signal } from "@preact/signals";

import { electedHub } from "./elected.ts";
import type { Change, FromHub, ToHub } from "./hub.ts";
import { Listeners } from "./listeners.ts";

const tab = crypto.randomUUID();
const listeners = new Listeners();
let say: ((message: ToHub) => void) | undefined;

/** Whether the event stream is open; `undefined` before it was. */
export const connected = signal<boolean | undefined>(undefined);

/**
 * Calls back when something that is shown has changed, and, without a change, when changes may have
 * been missed.
 *
 * @param topics such as `fleet:prd` or `run:prd/recsys-1`
 * @returns stops it
 */
export function onChanges(
  topics: readonly string[],
  hear: (change: Change | undefined) => void,
): () => void {
  if (topics.length === 0) return () => {};
  const stop = listeners.add(topics, hear);
  say?.(wants());
  return () => {
    stop();
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
    if (!document.hidden) listeners.hearAll();
  });
  addEventListener("pagehide", () => say?.({ type: "gone", tab }));
  addEventListener("pageshow", () => say?.(wants()));
}

function wants(): ToHub {
  return { type: "wants", tab, topics: document.hidden ? [] : listeners.topics() };
}

function hearHub(message: FromHub): void {
  if (message.type === "lost") connected.value = false;
  else {
    if (message.type === "open") connected.value = true;
    listeners.hear(message);
  }
}
