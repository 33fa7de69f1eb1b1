import { proposeCompletions, type Application } from "@stricli/core";

import type { Completing } from "./commands/completing.ts";
import type { CliContext } from "./terminal/context.ts";

/**
 * What a shell may put on a command line as it is. A step's id in somebody's config may be
 * anything, `$(…)` too, and bash doesn't quote what it is given.
 */
const plain = /^[\w@.:/+=-]+$/;

/** The line that lets the shell add names of files: no word, and this as its description. */
const filesLine = "\tfiles";

/**
 * Prints what could be where the cursor is, `WORD<tab>DESCRIPTION` a line: the shells' completion
 * calls this. Prints nothing where something is wrong; the command itself will say it.
 *
 * @param inputs the words of the line up to the cursor; the last is the one that is being typed
 */
export async function complete(
  application: Application<CliContext>,
  inputs: readonly string[],
  context: CliContext,
): Promise<void> {
  let files = false;
  const addFiles = (): void => {
    files = true;
  };
  const { words, partial, before } = wordsOf(inputs);
  const completing: Completing = { ...context, words, addFiles };
  const proposals = await proposeCompletions(application, [...words, partial], completing);
  const lines = proposals
    .filter(({ completion }) => plain.test(completion))
    .map(({ completion, brief }) => `${before}${completion}\t${brief}`);
  context.out.lines(files ? [...lines, filesLine] : lines);
}

/** `--env=de` is the flag, and the beginning of its value. */
function wordsOf(inputs: readonly string[]): {
  readonly words: readonly string[];
  readonly partial: string;
  /** What of the word is before `partial`. */
  readonly before: string;
} {
  const words = inputs.slice(0, -1);
  const last = inputs.at(-1) ?? "";
  const [before, flag] = /^(--[a-z][\w-]*)=/i.exec(last) ?? [];
  if (before === undefined || flag === undefined) return { words, partial: last, before: "" };
  return { words: [...words, flag], partial: last.slice(before.length), before };
}
