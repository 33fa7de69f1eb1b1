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

/** What the hub says to all tabs. */
export type FromHub =
  | { readonly type: "event"; readonly event: ConsoleEvent }
  | { readonly type: "connection"; readonly open: boolean };

const settleMs = 30;
const lingerMs = 15_000;

/**
 * The one event stream of a browser. It is open for the topics that any visible tab wants, and
 * closed while nobody looks.
 */
export class Hub {
  readonly #tabs = new Map<string, readonly string[]>();
  readonly #say: (message: FromHub) => void;
  #source: EventSource | undefined;
  #topics = "";
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;

  /** @param say brings a message to every tab */
  constructor(say: (message: FromHub) => void) {
    this.#say = say;
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
    const wanted = new URLSearchParams(topics.map((topic) => ["topic", topic])).toString();
    if (wanted === this.#topics && this.#source?.readyState !== EventSource.CLOSED) return;
    this.#topics = wanted;
    const before = this.#source;
    if (wanted === "") {
      this.#source = undefined;
      before?.close();
      return;
    }
    const source = new EventSource(`/events?${wanted}`);
    this.#source = source;
    source.addEventListener("message", ({ data }: MessageEvent<string>) => {
      const event = JSON.parse(data) as ConsoleEvent;
      // The old stream is closed when the new one is open, so that no event falls between them.
      if (event.type === "hello") this.#opened(before);
      if (source === this.#source) this.#say({ type: "event", event });
    });
    source.addEventListener("error", () => {
      before?.close();
      if (source !== this.#source) return;
      this.#say({ type: "connection", open: false });
      // The browser tries again by itself unless the server has refused.
      if (source.readyState === EventSource.CLOSED) this.#again(topics);
    });
  }

  #opened(before: EventSource | undefined): void {
    before?.close();
    this.#failures = 0;
    this.#say({ type: "connection", open: true });
  }

  #again(topics: readonly string[]): void {
    this.#failures += 1;
    clearTimeout(this.#timer);
    const wait = Math.min(30_000, 500 * 2 ** this.#failures);
    this.#timer = setTimeout(() => this.#follow(topics), wait);
  }
}
