import { type Signal, signal } from "@preact/signals";

import type { ConsoleDocument } from "../../../src/app/documents/console.ts";
import { addressFor } from "../../api/api.ts";
import { read } from "../../api/client.ts";
import type { Problem } from "../../api/problem.ts";
import { type LogOf, queryOf } from "./log-lines.ts";

type Answer = ConsoleDocument<"log-search">;

export type Hit = Answer["hits"][number];

/** Start and length in a line, in UTF-16 code units. */
export type Mark = readonly [start: number, length: number];

/** What a search has found by now, and how far it has looked. */
export interface Found {
  readonly query: string;
  readonly hits: readonly Hit[];
  /** Lines that were looked at. */
  readonly lines: number;
  /** Of the whole log, 0 to 1; `null`: nobody knows. */
  readonly share: number | null;
  /** The oldest line that was looked at, in milliseconds since 1970. */
  readonly from: number | null;
  readonly until: number | null;
  readonly complete: boolean;
  readonly next: string | null;
}

const mostHits = 2_000;

/** A search on the server, which answers in pieces: each is bounded. */
export class LogSearch {
  readonly #of: LogOf;
  #reading: AbortController | undefined;
  readonly found: Signal<Found | undefined> = signal(undefined);
  readonly problem: Signal<Problem | undefined> = signal(undefined);
  readonly busy = signal(false);

  constructor(of: LogOf) {
    this.#of = of;
  }

  close(): void {
    this.#reading?.abort();
  }

  /** Looks for a text until something is found or there is nothing more to look at. */
  async start(query: string): Promise<void> {
    this.#reading?.abort();
    this.found.value = undefined;
    this.problem.value = undefined;
    this.busy.value = false;
    if (query === "") return;
    await this.#look(query, undefined);
  }

  /** Looks further, as far as one answer goes. */
  async more(): Promise<void> {
    const found = this.found.peek();
    if (found === undefined || found.next === null || this.busy.peek()) return;
    await this.#look(found.query, found);
  }

  async #look(query: string, before: Found | undefined): Promise<void> {
    const reading = new AbortController();
    this.#reading = reading;
    this.busy.value = true;
    let found = before;
    const begun = found?.hits.length ?? 0;
    do {
      const answer = await this.#read(query, found?.next ?? undefined, reading.signal);
      if (reading.signal.aborted) return;
      if (!answer.ok) {
        this.problem.value = answer.problem;
        break;
      }
      found = joined(query, found, answer.value);
      this.found.value = found;
    } while (!found.complete && found.next !== null && found.hits.length === begun);
    this.busy.value = false;
  }

  #read(q: string, cursor: string | undefined, stop: AbortSignal) {
    const { environment: env, run } = this.#of;
    const address = addressFor(
      "logSearch",
      { env, run },
      { ...queryOf(this.#of), q, cursor, limit: 500 },
    );
    return read<Answer>(address, stop);
  }
}

function joined(query: string, before: Found | undefined, answer: Answer): Found {
  const { hits, searched, complete, next } = answer;
  return {
    query,
    hits: [...(before?.hits ?? []), ...hits].slice(0, mostHits),
    lines: (before?.lines ?? 0) + searched.lines,
    share: searched.share,
    from: least(before?.from ?? null, searched.from),
    until: searched.until ?? before?.until ?? null,
    complete,
    next,
  };
}

const least = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : Math.min(a, b);

/**
 * Where a line has a text: as the server looks for it, small letters finding capital ones too.
 * Lines that no answer has named yet are marked by it while they are shown.
 */
export function marksIn(line: string, query: string): readonly Mark[] {
  if (query === "") return [];
  const lower = query.toLowerCase();
  // Where the length changes with the case, places would be wrong.
  const anyCase = lower === query && line.toLowerCase().length === line.length;
  const [text, wanted] = anyCase ? [line.toLowerCase(), lower] : [line, query];
  const marks: Mark[] = [];
  for (let at = text.indexOf(wanted); at !== -1; at = text.indexOf(wanted, at + wanted.length)) {
    marks.push([at, wanted.length]);
    if (marks.length === 200) break;
  }
  return marks;
}
