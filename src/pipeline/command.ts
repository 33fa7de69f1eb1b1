import { quotedForShell, shellCommand } from "../core/shell-command.ts";
import { HELPER_COMMAND } from "../core/step-helper.ts";

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
 * @param inHelper whether the step runs in the helper, whose work counts within that time
 */
export function timedCommand(command: string, timeoutSeconds: number, inHelper = false): string {
  const [before, after] = partsOfTimed(command, inHelper);
  return `${before}${timeoutSeconds}${after}`;
}

/** What is before the seconds in a command under its time limit, and what is after them. */
export function partsOfTimed(command: string, inHelper = false): readonly [string, string] {
  const trimmed = command.trim();
  const limited = isPlain(trimmed) ? trimmed : `sh -c ${quotedForShell(shellCommand(command))}`;
  const helper = inHelper ? `${HELPER_COMMAND} ` : "";
  return [`exec timeout -k ${KILL_AFTER_SECONDS} `, ` ${helper}${limited}`];
}

function isPlain(command: string): boolean {
  if (!/^[\w./-][\w./:@%+,-]*( +[\w./:=@%+,-]+)*$/.test(command)) return false;
  const [program = ""] = command.split(" ");
  return !BUILT_IN.has(program) && !program.startsWith("-");
}
