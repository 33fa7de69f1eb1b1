import type { ConsoleDocument } from "../../../src/app/documents/console.ts";

export type DurationRun = ConsoleDocument<"durations">["runs"][number]["run"];

/** A part of each bar: a step, or the steps that have no colour. */
export interface Series {
  readonly name: string;
  /** Name of the token of its colour. */
  readonly colour: string;
  /** Milliseconds by run, the oldest first. */
  readonly values: readonly number[];
}
