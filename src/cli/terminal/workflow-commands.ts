import { randomUUID } from "node:crypto";

/** Keeps track of what a job's log was given, so that none of it is read as a command. */
export interface CommandGuard {
  /** Text that isn't a command, whatever it looks like. */
  readonly text: (text: string) => string;
  /** A command of ours, as a separate line. */
  readonly command: (command: string) => string;
}

/**
 * A line that begins with `::`, after spaces, and one with `##[` anywhere are commands to the
 * runner: https://docs.github.com/actions/reference/workflow-commands-for-github-actions. Text that
 * has such a line stands between `::stop-commands::` and a token that nobody can guess, with which
 * the commands begin to count again.
 */
export function withoutCommands(token: string = randomUUID()): CommandGuard {
  /** What was written of a line that isn't ended yet. */
  let begun = "";
  const freshLine = (): string => (begun === "" ? "" : "\n");
  return {
    text: (text) => {
      const line = begun + text;
      const looksLikeOne = /^[^\S\n\r\u2028\u2029]*::|##\[/m.test(line);
      const before = looksLikeOne ? `${freshLine()}::stop-commands::${token}\n` : "";
      if (!looksLikeOne) {
        begun = line.slice(line.lastIndexOf("\n") + 1);
        return text;
      }
      begun = "";
      return `${before}${text}${text.endsWith("\n") ? "" : "\n"}::${token}::\n`;
    },
    command: (command) => {
      const before = freshLine();
      begun = "";
      return `${before}${command}\n`;
    },
  };
}
