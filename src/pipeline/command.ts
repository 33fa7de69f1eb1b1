import { shellCommand } from "../core/shell-command.ts";

/** Seconds between the end of a command's time and the signal that it can't refuse. */
export const KILL_AFTER_SECONDS = 30;

/** Words that only a shell understands, so that `timeout` can't run them. */
const BUILT_IN = new Set([".", "cd", "eval", "exec", "exit", "export", "set", "source", "ulimit"]);

/**
 * The one argument of the task's entry point `sh -c`: the command under its time limit. `exec` lets
 * signals reach it, and the limit holds in the container itself, whatever becomes of the execution.
 * A command that is more than a program with plain arguments gets its own shell, so that the
 * limit holds for all of it.
 *
 * @param timeoutSeconds after which it gets SIGTERM, and after another 30 seconds SIGKILL
 */
export function timedCommand(command: string, timeoutSeconds: number): string {
  const [before, after] = aroundLimit(command);
  return `${before}${timeoutSeconds}${after}`;
}

/** What is before the seconds in a command under its time limit, and what is after them. */
export function aroundLimit(command: string): readonly [string, string] {
  const trimmed = command.trim();
  const limited = isPlain(trimmed) ? trimmed : `sh -c ${shellQuote(shellCommand(command))}`;
  return [`exec timeout -k ${KILL_AFTER_SECONDS} `, ` ${limited}`];
}

function isPlain(command: string): boolean {
  if (!/^[\w./-][\w./:@%+,-]*( +[\w./:=@%+,-]+)*$/.test(command)) return false;
  const [program = ""] = command.split(" ");
  return !BUILT_IN.has(program) && !program.startsWith("-");
}

function shellQuote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
