import { type Signal, signal } from "@preact/signals";

import type { ConsoleDocument } from "../../../src/app/documents/console.ts";
import { type Address, addressFor } from "../../api/api.ts";
import { read } from "../../api/client.ts";
import type { Problem } from "../../api/problem.ts";
import type { Chosen } from "./log-hash.ts";

export type Log = ConsoleDocument<"log">;
export type LogLine = Log["lines"][number];

/** The log of one try. */
export interface LogOf {
  readonly environment: string;
  readonly run: string;
  readonly step: string;
  /** `undefined`: the last one. */
  readonly attempt: number | undefined;
  /** Of a step with items: the index. */
  readonly item: number | undefined;
}

/** Parameters that name a log to the server. */
export const queryOf = ({ step, attempt, item }: LogOf) => ({ step, attempt, item });

const chunkLines = 500;
const mostChunks = 40;

/** What is known of a log beside its lines. */
export type AboutLog = Omit<Log, "lines">;

/**
 * The lines of a log of any size, of which those that are looked at are here. They are counted from
 * 0; where the server knows no numbers, from the oldest that was read.
 */
export class LogLines {
  readonly #of: LogOf;
  readonly #chunks = new Map<number, (LogLine | undefined)[]>();
  readonly #reading = new Map<number, AbortController>();
  #events: LogLine[] = [];
  #tail: Promise<void> | undefined;
  #again = false;
  #closed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Grows whenever lines have come: who draws them reads it. */
  readonly version = signal(0);
  readonly about: Signal<AboutLog | undefined> = signal(undefined);
  readonly problem: Signal<Problem | undefined> = signal(undefined);
  /** How many lines were put before those that were here: what is shown moves by as many. */
  readonly before = signal(0);

  constructor(of: LogOf) {
    this.#of = of;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    for (const reading of this.#reading.values()) reading.abort();
  }

  /** Lines have numbers, and somebody has counted them: a log that is new to the server has not. */
  get numbered(): boolean {
    const about = this.about.value;
    return about === undefined || (about.by === "line" && about.total !== null);
  }

  /** How many lines there are by now. */
  get count(): number {
    void this.version.value;
    return this.numbered ? (this.about.value?.total ?? 0) : this.#events.length;
  }

  /** A line, from 0; `undefined` while it is on its way. */
  line(index: number): LogLine | undefined {
    if (!this.numbered) return this.#events[index];
    return this.#chunks.get(Math.floor(index / chunkLines))?.[index % chunkLines];
  }

  /** Where a line is, from 0; `undefined`: it isn't here. */
  indexOf(chosen: Chosen): number | undefined {
    if (chosen.by === "line") return this.numbered ? chosen.from - 1 : undefined;
    const index = this.#events.findIndex(({ id }) => id === chosen.id);
    return index === -1 ? undefined : index;
  }

  /** Reads what a place needs to be shown first, and how long the log is. */
  async open(chosen: Chosen | undefined): Promise<void> {
    if (chosen?.by === "line") {
      await this.#take(this.#address({ from_line: firstOf(chunkOf(chosen.from - 1)) }));
    } else if (chosen?.by === "event") await this.#take(this.#address({ cursor: chosen.id }));
    else await this.refresh();
  }

  /** Reads the newest lines; while they are being read, once more afterwards. */
  async refresh(): Promise<void> {
    if (this.#tail !== undefined) {
      this.#again = true;
      return this.#tail;
    }
    const about = this.about.peek();
    const next = about?.by === "event" ? about.next : undefined;
    this.#tail = this.#take(this.#address({ cursor: next ?? undefined }));
    await this.#tail;
    this.#tail = undefined;
    if (!this.#again || this.#closed) return undefined;
    this.#again = false;
    return this.refresh();
  }

  /** Sees to it that lines are read which are about to be shown. */
  want(from: number, to: number): void {
    const about = this.about.peek();
    if (about === undefined) return;
    if (!this.numbered) {
      if (from <= 0 && about.previous !== null) void this.#readBefore(about.previous);
      return;
    }
    const last = Math.min(to, (about.total ?? 0) - 1);
    const wanted = new Set<number>();
    for (let chunk = chunkOf(from); chunk <= chunkOf(last); chunk += 1) wanted.add(chunk);
    for (const [chunk, reading] of this.#reading) {
      if (chunk >= 0 && !wanted.has(chunk)) reading.abort();
    }
    for (const chunk of wanted) if (!this.#isWhole(chunk)) void this.#readChunk(chunk);
  }

  #isWhole(chunk: number): boolean {
    const lines = this.#chunks.get(chunk);
    const total = this.about.peek()?.total ?? 0;
    const length = Math.min(chunkLines, total - chunk * chunkLines);
    for (let index = 0; index < length; index += 1) {
      if (lines?.[index] === undefined) return false;
    }
    return true;
  }

  async #readChunk(chunk: number): Promise<void> {
    if (this.#reading.has(chunk)) return;
    const reading = new AbortController();
    this.#reading.set(chunk, reading);
    await this.#take(this.#address({ from_line: firstOf(chunk) }), reading.signal);
    this.#reading.delete(chunk);
  }

  async #readBefore(cursor: string): Promise<void> {
    if (this.#reading.has(-1)) return;
    const reading = new AbortController();
    this.#reading.set(-1, reading);
    const answer = await read<Log>(this.#address({ cursor }), reading.signal);
    this.#reading.delete(-1);
    if (!answer.ok || this.#closed) return;
    const { lines, previous } = answer.value;
    const about = this.about.peek();
    if (about === undefined || about.previous !== cursor) return;
    this.#events = [...lines, ...this.#events];
    this.about.value = { ...about, previous };
    this.before.value += lines.length;
    this.version.value += 1;
  }

  #address(more: Readonly<Record<string, string | number | undefined>>): Address<Log> {
    const { environment, run } = this.#of;
    const query = { ...queryOf(this.#of), lines: chunkLines, ...more };
    return addressFor("log", { env: environment, run }, query);
  }

  async #take(address: Address<Log>, signal?: AbortSignal): Promise<void> {
    const answer = await read<Log>(address, signal);
    if (this.#closed) return;
    if (!answer.ok) {
      if (answer.problem.reason !== "aborted") this.problem.value = answer.problem;
      return;
    }
    this.problem.value = undefined;
    const { lines, ...about } = answer.value;
    const known = this.about.peek();
    if (about.by === "line" && about.total !== null) for (const line of lines) this.#keep(line);
    else {
      const seen = new Set(this.#events.map(({ id }) => id));
      this.#events = [...this.#events, ...lines.filter(({ id }) => !seen.has(id))];
    }
    this.about.value = {
      ...about,
      firstError: about.firstError ?? known?.firstError ?? null,
      previous: about.by === "event" && known !== undefined ? known.previous : about.previous,
      next: about.next ?? known?.next ?? null,
    };
    this.#forgetOld();
    this.version.value += 1;
    if (about.by === "line" && about.total === null) this.#askAgain();
  }

  /** Lines are being counted: with their numbers, each place of the log can be reached. */
  #askAgain(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.refresh(), 500);
  }

  #keep(line: LogLine): void {
    if (line.number === null) return;
    const chunk = chunkOf(line.number - 1);
    const lines = this.#chunks.get(chunk) ?? [];
    lines[(line.number - 1) % chunkLines] = line;
    // Last written, last forgotten.
    this.#chunks.delete(chunk);
    this.#chunks.set(chunk, lines);
  }

  #forgetOld(): void {
    for (const chunk of this.#chunks.keys()) {
      if (this.#chunks.size <= mostChunks) return;
      this.#chunks.delete(chunk);
    }
  }
}

const chunkOf = (index: number): number => Math.floor(Math.max(0, index) / chunkLines);
const firstOf = (chunk: number): number => chunk * chunkLines + 1;
