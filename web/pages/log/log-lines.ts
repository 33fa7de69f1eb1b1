import { type Signal, signal } from "@preact/signals";

import type { ConsoleDocument } from "../../../src/app/documents/console.ts";
import { type Address, addressFor } from "../../api/api.ts";
import { read } from "../../api/client.ts";
import type { Problem } from "../../api/problem.ts";
import {
  bounded,
  cursorAfter,
  cursorBefore,
  emptyWindow,
  type EventWindow,
  linesOf,
  withAfter,
  withBefore,
} from "./event-window.ts";
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
/** Lines without numbers that are kept: those that are further away are read again. */
const mostEvents = 10_000;

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
  /** Of a log without numbers, the part of it that is here. */
  #window: EventWindow = emptyWindow;
  #events: readonly LogLine[] = [];
  #looked = { from: Infinity, to: Infinity };
  #tail: Promise<void> | undefined;
  #again = false;
  #closed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Grows whenever lines have come: who draws them reads it. */
  readonly version = signal(0);
  readonly about: Signal<AboutLog | undefined> = signal(undefined);
  readonly problem: Signal<Problem | undefined> = signal(undefined);
  /**
   * How many lines were put before those that were here, less those that were forgotten there: what
   * is shown moves by as many.
   */
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
    } else if (chosen?.by === "event") await this.reach(chosen.id);
    else await this.refresh();
  }

  /** Reads the lines from an event on, in the place of those that are here. */
  async reach(event: string): Promise<void> {
    await this.#restart({ from_event: event }, false);
  }

  /** Sees to it that the newest lines are here. */
  async toNewest(): Promise<void> {
    if (!this.numbered && !this.#window.newest) await this.#restart({}, true);
  }

  async #restart(place: Readonly<Record<string, string>>, newest: boolean): Promise<void> {
    await this.#tail;
    this.#looked = newest ? { from: Infinity, to: Infinity } : { from: 0, to: 0 };
    await this.#take(this.#address(place), { place: "anew", newest });
  }

  /** Reads the newest lines; while they are being read, once more afterwards. */
  async refresh(): Promise<void> {
    if (this.#tail !== undefined) {
      this.#again = true;
      return this.#tail;
    }
    // Who looks at another part of a long log isn't given its end.
    if (!this.#window.newest) return undefined;
    const cursor = cursorAfter(this.#window);
    this.#tail = this.#take(
      this.#address({ cursor }),
      cursor === undefined
        ? { place: "anew", newest: true }
        : { place: "after", newest: true, cursor },
    );
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
      this.#looked = { from, to };
      if (from <= 0) void this.#readMore("before", cursorBefore(this.#window));
      const isEnd = to >= this.#events.length - 1;
      if (isEnd && !this.#window.newest) {
        void this.#readMore("after", cursorAfter(this.#window));
      }
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
    await this.#take(this.#address({ from_line: firstOf(chunk) }), undefined, reading.signal);
    this.#reading.delete(chunk);
  }

  /** Reads at an end of what is here. */
  async #readMore(place: "before" | "after", cursor: string | undefined): Promise<void> {
    if (cursor === undefined || this.#reading.has(-1)) return;
    const reading = new AbortController();
    this.#reading.set(-1, reading);
    await this.#take(this.#address({ cursor }), { place, newest: false, cursor }, reading.signal);
    this.#reading.delete(-1);
  }

  #address(more: Readonly<Record<string, string | number | undefined>>): Address<Log> {
    const { environment, run } = this.#of;
    const query = { ...queryOf(this.#of), lines: chunkLines, ...more };
    return addressFor("log", { env: environment, run }, query);
  }

  async #take(
    address: Address<Log>,
    how: Taken = { place: "anew", newest: true },
    signal?: AbortSignal,
  ): Promise<void> {
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
    else this.#join(answer.value, how);
    this.about.value = {
      ...about,
      firstError: about.firstError ?? known?.firstError ?? null,
      // What was counted of a log that has ended stays so.
      total:
        about.total ?? (about.by === "event" && !about.growing ? (known?.total ?? null) : null),
    };
    this.#forgetOld();
    this.version.value += 1;
    if (about.by === "line" && about.total === null) this.#askAgain();
  }

  /** Puts lines without numbers where they belong, and forgets what is far away then. */
  #join({ lines, previous, next }: Log, { place, newest, cursor }: Taken): void {
    const part = { lines, previous, next };
    const before = this.#window;
    // What was asked for another window, which is gone, is of no use.
    const isOld = place === "before" ? cursorBefore : cursorAfter;
    if (cursor !== undefined && isOld(before) !== cursor) return;
    // Nothing more came, and the place is the same: the end is reached.
    const atEnd = newest || lines.length === 0 || next === null || next === cursor;
    const joined =
      place === "before"
        ? withBefore(before, part)
        : place === "after"
          ? withAfter(before, part, atEnd)
          : { parts: [part], newest };
    const put = place === "before" ? lines.length : 0;
    const looked = {
      from: Math.min(this.#looked.from + put, linesOf(joined).length - 1),
      to: Math.min(this.#looked.to + put, linesOf(joined).length - 1),
    };
    const { window, lost } = bounded(joined, looked, mostEvents);
    this.#looked = { from: looked.from - lost, to: looked.to - lost };
    this.#window = window;
    this.#events = linesOf(window);
    this.before.value += put - lost;
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

/** Where lines belong that were read, and whether they are the newest. */
interface Taken {
  readonly place: "anew" | "before" | "after";
  readonly newest: boolean;
  /** What they were asked with. */
  readonly cursor?: string;
}

const chunkOf = (index: number): number => Math.floor(Math.max(0, index) / chunkLines);
const firstOf = (chunk: number): number => chunk * chunkLines + 1;
