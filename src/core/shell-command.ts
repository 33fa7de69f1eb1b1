/**
 * A step's command as a shell gets it. One of more than one line stops at the first line that
 * fails, where a shell by itself runs the next ones and ends as the last did; `set +e` as the first
 * line takes that back. A line that a backslash continues is one line.
 */
export function shellCommand(command: string): string {
  return hasSeveralLines(command) ? `set -e; ${command}` : command;
}

/** A text as one word of a shell command, whatever is in it. */
export function quotedForShell(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** True where a shell would run the next line after one that failed. */
export function hasSeveralLines(command: string): boolean {
  return command
    .replaceAll(/\\\r?\n/g, " ")
    .trim()
    .includes("\n");
}
