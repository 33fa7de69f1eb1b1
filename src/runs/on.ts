import { runInput } from "./input.ts";
import type { RunInput } from "./model.ts";

/**
 * The longest list of URIs, as JSON, that a run has in its input and its steps in a variable; what
 * is longer is in a file. All that a task is started with may be 8,192 characters.
 */
const LONGEST_TEXT = 1000;

/** What a run is started for. */
export interface ArrivedData {
  /** In the order in which they arrived; one that came twice is named once. */
  readonly uris: readonly string[];
  /** When the last of them arrived; milliseconds since the epoch. */
  readonly time: number;
}

/** The list of URIs as the file has it; undefined where it is short enough for the input. */
export function listText({ uris }: Pick<ArrivedData, "uris">): string | undefined {
  const text = JSON.stringify(uris);
  return text.length > LONGEST_TEXT ? text : undefined;
}

/**
 * The input of a run that data starts; the same bytes for the same data.
 *
 * @param list URI of the file with the list, for when it is long
 */
export function onInput(arrived: ArrivedData, list: string): RunInput {
  const { uris, time } = arrived;
  const count = uris.length;
  return runInput({
    scheduled_time: new Date(time).toISOString().replace(/\.\d+Z$/, "Z"),
    trigger: "on",
    actor: "on",
    on: listText(arrived) === undefined ? { count, uris } : { count, list },
  });
}
