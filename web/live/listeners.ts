import type { Change, FromHub } from "./hub.ts";

interface Listener {
  readonly topics: readonly string[];
  readonly hear: (change: Change | undefined) => void;
  /** What it shows may have changed before the stream was open for it. */
  early: boolean;
}

/** Who shows something in this tab, and hears when it has changed. */
export class Listeners {
  readonly #all = new Set<Listener>();

  /**
   * @param topics such as `fleet:prd` or `run:prd/recsys-1`
   * @param hear called with a change, and without one where changes may have been missed
   * @returns stops it
   */
  add(topics: readonly string[], hear: (change: Change | undefined) => void): () => void {
    const listener = { topics, hear, early: true };
    this.#all.add(listener);
    return () => void this.#all.delete(listener);
  }

  /** What all of them listen to. */
  topics(): readonly string[] {
    return [...new Set([...this.#all].flatMap(({ topics }) => topics))];
  }

  hear(message: Exclude<FromHub, { readonly type: "lost" }>): void {
    if (message.type === "change") {
      const topic = topicOf(message.change);
      for (const { topics, hear } of this.#all) if (topics.includes(topic)) hear(message.change);
      return;
    }
    for (const one of this.#all) {
      const heard = one.early && one.topics.every((topic) => message.topics.includes(topic));
      if (heard) one.early = false;
      if (heard || message.missed) one.hear(undefined);
    }
  }

  /** What happened while nobody looked was not reported. */
  hearAll(): void {
    for (const { hear } of this.#all) hear(undefined);
  }
}

function topicOf(change: Change): string {
  switch (change.type) {
    case "run":
    case "log":
      return `${change.type}:${change.environment}/${change.run}`;
    case "operation":
      return `operation:${change.id}`;
    case "fleet":
    case "trouble":
    case "recovered":
      return `fleet:${change.environment}`;
  }
}
