import type { ServerResponse } from "node:http";

import type { ConsoleEvent } from "../../app/documents/console-events.ts";
import { everywhere } from "../http/security-headers.ts";
import type { Hub, SentEvent } from "./hub.ts";

/** Between two signs of life, in milliseconds: proxies cut off what is silent for a minute. */
const aliveMs = 15_000;
/** Bytes that may wait for a reader; one that lets more wait is cut off, and comes again. */
const mostWaiting = 256 * 1024;
/** What a browser waits before it comes again, in milliseconds. */
const retryMs = 1000;

export interface StreamOptions {
  readonly topics: ReadonlySet<string>;
  /** `Last-Event-ID`; undefined: a new stream. */
  readonly after: string | undefined;
  /** Whether who reads is still somebody who may. */
  readonly stillIn: () => boolean;
  readonly now: () => number;
  readonly closed: () => void;
}

/**
 * Says what happens as server-sent events, until the reader goes away.
 * https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export function openStream(response: ServerResponse, hub: Hub, options: StreamOptions): void {
  const { topics, after, stillIn, now, closed } = options;
  response.writeHead(200, {
    ...everywhere,
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-store",
    "x-accel-buffering": "no",
  });
  response.socket?.setNoDelay(true);
  const write = (text: string): void => {
    if (response.destroyed) return;
    response.write(text);
    if (response.writableLength > mostWaiting) response.destroy();
  };
  const send = ({ id, event }: SentEvent): void => write(eventText(id, event));
  const missed = after === undefined ? [] : hub.since(after, topics);
  const subscription = hub.subscribe(topics, send);
  const hello: ConsoleEvent = { type: "hello", at: now(), missed: missed === undefined };
  // What was missed has ids of before: the place to continue from is that of the last of them.
  const place = missed === undefined || missed.length === 0 ? hub.lastId() : undefined;
  write(`retry: ${retryMs}\n${eventText(place, hello)}`);
  for (const sent of missed ?? []) send(sent);
  const alive = setInterval(() => {
    if (stillIn()) write(": still here\n\n");
    else response.destroy();
  }, aliveMs);
  response.once("close", () => {
    clearInterval(alive);
    subscription[Symbol.dispose]();
    closed();
  });
}

function eventText(id: string | undefined, event: ConsoleEvent): string {
  return `${id === undefined ? "" : `id: ${id}\n`}data: ${JSON.stringify(event)}\n\n`;
}
