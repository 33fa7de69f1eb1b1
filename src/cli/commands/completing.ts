import type { CliContext } from "../terminal/context.ts";

/** What a proposal is made from: the context of the program, and the line that is being typed. */
export interface Completing extends CliContext {
  /** What is before the cursor's word, without the program's name: `["run", "recsys"]`. */
  readonly words: readonly string[];
  /** Lets the shell propose names of files too. */
  readonly addFiles: () => void;
}

/**
 * What may stand where the cursor is. It reads files and the local database, and never asks AWS or
 * the network: a person waits for it with every press of Tab.
 *
 * @param partial what is typed of the word
 * @returns words; those that don't begin with `partial` are left out
 */
export type Proposer = (
  completing: Completing,
  partial: string,
) => readonly string[] | Promise<readonly string[]>;
