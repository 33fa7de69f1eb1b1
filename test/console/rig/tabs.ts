import { EventEmitter } from "node:events";
import type { ServerResponse } from "node:http";

import { type Hub as Server, openHub } from "../../../src/console/events/hub.ts";
import { openStream } from "../../../src/console/events/stream.ts";
import { type FromHub, Hub, type Source } from "../../../web/live/hub.ts";
import { Listeners } from "../../../web/live/listeners.ts";

/** What the tabs show of the world. */
export const topics = ["run:local/a", "run:local/b", "log:local/b"] as const;
type Topic = (typeof topics)[number];

/** Delays of the network, in milliseconds, one after the other and again. */
type Delays = () => number;

const after = (ms: number, work: () => void): void => void setTimeout(work, ms);

/** What changes, and a server that says so while somebody looks, as the console's watches do. */
export function openWorld() {
  const versions = new Map<Topic, number>(topics.map((topic) => [topic, 0]));
  const watched = new Set<string>();
  const lookMs = 25;
  const publish = (topic: string): void => {
    const [, kind, run] = /^(run|log):local\/(.*)$/.exec(topic) ?? [];
    const about = { environment: "local", run: run ?? "", at: 0 };
    server.publish(
      topic,
      kind === "log" ? { type: "log", ...about } : { type: "run", status: "RUNNING", ...about },
    );
  };
  const server: Server = openHub((topic) => {
    watched.add(topic);
    after(lookMs, () => watched.has(topic) && publish(topic));
    return { [Symbol.dispose]: () => void watched.delete(topic) };
  });
  return {
    server,
    versions,
    watched,
    change(topic: Topic): void {
      versions.set(topic, (versions.get(topic) ?? 0) + 1);
      if (watched.has(topic)) after(lookMs, () => watched.has(topic) && publish(topic));
    },
  };
}

/** A stream of the server as a browser has it: in order, each message late by its own delay. */
class Stream extends EventEmitter implements Source {
  readyState = 0;
  readonly #server: Server;
  readonly #delay: Delays;
  readonly #address: URL;
  #response: EventEmitter | undefined;
  #arrival = 0;
  #lastId: string | undefined;

  constructor(server: Server, address: string, delay: Delays) {
    super();
    this.#server = server;
    this.#delay = delay;
    this.#address = new URL(address, "http://console");
    this.#connect();
  }

  addEventListener(type: "message" | "error", hear: (message: never) => void): void {
    this.on(type === "error" ? "cut" : type, hear as () => void);
  }

  close(): void {
    this.readyState = 2;
    const response = this.#response;
    after(this.#delay(), () => response?.emit("close"));
  }

  /** The network fails; the browser comes again by itself. */
  cut(): void {
    if (this.readyState === 2) return;
    this.#response?.emit("close");
    this.#response = undefined;
    this.readyState = 0;
    this.emit("cut");
    after(1000, () => this.readyState === 0 && this.#connect());
  }

  #connect(): void {
    after(this.#delay(), () => {
      if (this.readyState === 2) return;
      const response = Object.assign(new EventEmitter(), {
        writeHead: () => {},
        destroyed: false,
        writableLength: 0,
        write: (text: string) => this.#deliver(response, text),
      });
      this.#response = response;
      openStream(response as never as ServerResponse, this.#server, {
        topics: new Set(this.#address.searchParams.getAll("topic")),
        after: this.#lastId ?? this.#address.searchParams.get("after") ?? undefined,
        stillIn: () => true,
        now: () => Date.now(),
        closed: () => {},
      });
    });
  }

  #deliver(response: EventEmitter, text: string): void {
    this.#arrival = Math.max(this.#arrival, Date.now() + this.#delay());
    after(this.#arrival - Date.now(), () => {
      const data = /^data: (.*)$/m.exec(text)?.[1];
      if (this.readyState === 2 || this.#response !== response || data === undefined) return;
      this.readyState = 1;
      this.#lastId = /^id: (.*)$/m.exec(text)?.[1] ?? this.#lastId;
      this.emit("message", { data, lastEventId: this.#lastId ?? "" });
    });
  }
}

/** Tabs of one browser, each of which reads what it shows when it hears of a change. */
export function openBrowser(
  { server, versions }: ReturnType<typeof openWorld>,
  delay: Delays,
  tabs: number,
) {
  const streams: Stream[] = [];
  const own = Array.from({ length: tabs }, () => ({ listeners: new Listeners(), open: false }));
  const heard: FromHub[] = [];
  const hub = new Hub(
    (message) => {
      heard.push(message);
      if (message.type === "lost") return;
      for (const tab of own) if (tab.open) after(1, () => tab.listeners.hear(message));
    },
    (address) => {
      const stream = new Stream(server, address, delay);
      streams.push(stream);
      return stream;
    },
  );
  const wants = (index: number): void => {
    const tab = own[index]!;
    after(1, () => {
      tab.open = true;
      hub.hear({ type: "wants", tab: String(index), topics: tab.listeners.topics() });
    });
  };
  const shows = new Map<string, { topic: Topic; seen: number; stop: () => void }>();
  return {
    streams,
    heard,
    shows,
    /** Shows something, or no longer. */
    turn(index: number, topic: Topic): void {
      const key = `${index} ${topic}`;
      const there = shows.get(key);
      if (there !== undefined) {
        there.stop();
        shows.delete(key);
        wants(index);
        return;
      }
      let reading = false;
      let again = false;
      const read = (): void => {
        again = reading;
        if (reading) return;
        reading = true;
        after(delay(), () => {
          const found = versions.get(topic) ?? 0;
          after(delay(), () => {
            shown.seen = found;
            reading = false;
            if (again) read();
          });
        });
      };
      const shown = { topic, seen: -1, stop: own[index]!.listeners.add([topic], read) };
      shows.set(key, shown);
      read();
      wants(index);
    },
    /** The shown versions, beside those that there are. */
    differences: () =>
      [...shows].filter(([, { topic, seen }]) => seen !== versions.get(topic)).map(([key]) => key),
  };
}

/** Those delays one after the other, and again. */
export const inOrder = (delays: readonly number[]): Delays => {
  let next = 0;
  return () => delays[next++ % delays.length] ?? 0;
};
