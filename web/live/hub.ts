import type { ConsoleEvent } from "../../src/app/documents/console-events.ts";

/** What a tab says to the hub. */
export type ToHub =
  | {
      readonly type: "wants";
      readonly tab: string;
      /** What the tab shows; empty while nobody looks at it. */
      readonly topics: readonly string[];
    }
  | { readonly type: "gone"; readonly tab: string };

/** A change that the server reports. */
export type Change = Exclude<ConsoleEvent, { readonly type: "hello" }>;

/** What the hub says to all tabs. */
export type FromHub =
  | { readonly type: "change"; readonly change: Change }
  | {
      /** From now on every change of these topics comes. */
      readonly type: "open";
      readonly topics: readonly string[];
      /** Changes of before may not have come: what is shown is read again. */
      readonly missed: boolean;
    }
  | { readonly type: "lost" };

/** An `EventSource`, as far as the hub needs one. */
export interface Source {
  readonly readyState: number;
  addEventListener(type: "message", hear: (message: SourceMessage) => void): void;
  addEventListener(type: "error", hear: () => void): void;
  close(): void;
}

interface SourceMessage {
  readonly data: string;
  readonly lastEventId: string;
}

const closed = 2;
const settleMs = 30;
const lingerMs = 15_000;

/**
 * The one event stream of a browser. It is open for the topics that any visible tab wants, and
 * closed while nobody looks.
 *
 * Where the topics change, a new stream begins after the last event that was seen, and what the old
 * one still says is passed on until the new one is open: a change may come twice, and never not.
 */
export class Hub {
  readonly #tabs = new Map<string, readonly string[]>();
  readonly #say: (message: FromHub) => void;
  readonly #open: (address: string) => Source;
  #source: Source | undefined;
  /** Streams that are closed when the newest is open. */
  readonly #older = new Set<Source>();
  #topics: readonly string[] = [];
  #isOpen = false;
  /** The place after which a new stream continues; empty: nothing was seen yet. */
  #seen = "";
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;

  /**
   * @param say brings a message to every tab
   * @param open opens a stream
   */
  constructor(
    say: (message: FromHub) => void,
    open: (address: string) => Source = (address) => new EventSource(address),
  ) {
    this.#say = say;
    this.#open = open;
  }

  hear(message: ToHub): void {
    if (message.type === "wants") this.#tabs.set(message.tab, message.topics);
    else this.#tabs.delete(message.tab);
    const topics = [...new Set([...this.#tabs.values()].flat())].toSorted();
    // A tab that is opened or left changes its wishes several times in a moment.
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#follow(topics), topics.length === 0 ? lingerMs : settleMs);
  }

  #follow(topics: readonly string[]): void {
    if (topics.join(" ") === this.#topics.join(" ") && this.#source?.readyState !== closed) {
      // Who has come since may have read before it heard this stream.
      if (this.#isOpen) this.#say({ type: "open", topics, missed: false });
      return;
    }
    if (this.#source !== undefined) this.#older.add(this.#source);
    this.#source = undefined;
    this.#topics = topics;
    this.#isOpen = false;
    if (topics.length === 0) {
      this.#closeOlder();
      return;
    }
    const after = this.#seen;
    const query = new URLSearchParams();
    for (const topic of topics) query.append("topic", topic);
    if (after !== "") query.set("after", after);
    const source = this.#open(`/events?${query.toString()}`);
    this.#source = source;
    source.addEventListener("message", ({ data, lastEventId }) => {
      this.#seen = lastEventId || this.#seen;
      const event = JSON.parse(data) as ConsoleEvent;
      if (event.type !== "hello") this.#say({ type: "change", change: event });
      else if (source === this.#source) this.#opened(event.missed || after === "");
    });
    source.addEventListener("error", () => {
      if (source !== this.#source) return;
      this.#closeOlder();
      this.#isOpen = false;
      this.#say({ type: "lost" });
      // The browser tries again by itself unless the server has refused.
      if (source.readyState === closed) this.#again(topics);
    });
  }

  #opened(missed: boolean): void {
    this.#closeOlder();
    this.#failures = 0;
    this.#isOpen = true;
    this.#say({ type: "open", topics: this.#topics, missed });
  }

  #closeOlder(): void {
    for (const source of this.#older) source.close();
    this.#older.clear();
  }

  #again(topics: readonly string[]): void {
    this.#failures += 1;
    clearTimeout(this.#timer);
    const wait = Math.min(30_000, 500 * 2 ** this.#failures);
    this.#timer = setTimeout(() => this.#follow(topics), wait);
  }
}
