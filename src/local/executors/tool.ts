import { err, ok, type Result } from "../../core/result.ts";

/** Why a tool didn't do its work; with the last lines that it said, which say what went wrong. */
export type ToolFailure =
  | { readonly reason: "failed"; readonly lines: readonly string[] }
  | { readonly reason: "interrupted" };

export interface ToolOptions {
  readonly cwd: string;
  /** The whole environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly listener: (line: string) => void;
  readonly signal: AbortSignal | undefined;
}

const keptLines = 40;

/**
 * Runs a tool and hands its output on line by line, as it comes. Interrupted, it ends with
 * everything that it has started.
 */
export async function runTool(
  command: string,
  args: readonly string[],
  options: ToolOptions,
): Promise<Result<void, ToolFailure>> {
  const { execa } = await import("execa");
  const child = execa(command, args, {
    cwd: options.cwd,
    env: options.env,
    extendEnv: false,
    stdin: "ignore",
    all: true,
    buffer: false,
    reject: false,
    killDescendants: true,
    ...(options.signal && { cancelSignal: options.signal }),
  });
  const lines: string[] = [];
  for await (const line of child.iterable({ from: "all" })) {
    lines.push(line);
    if (lines.length > keptLines) lines.shift();
    options.listener(line);
  }
  const outcome = await child;
  if (outcome.isCanceled) return err({ reason: "interrupted" });
  if (!outcome.failed) return ok(undefined);
  if (outcome.exitCode === undefined && lines.length === 0) {
    lines.push(outcome.originalMessage ?? outcome.shortMessage ?? "it could not be started");
  }
  return err({ reason: "failed", lines });
}

/**
 * Tools end with hints; what went wrong is in the last line that calls itself an error, or else
 * in the last line.
 */
export function lastError(lines: readonly string[]): string {
  const said = lines.filter((line) => line.trim() !== "");
  const error = said.findLast((line) => /^\s*error\b/i.test(line));
  return (error ?? said.at(-1) ?? "it said nothing").replace(/^\s*error:\s*/i, "").trim();
}

/** The last ten lines, for showing below a message. */
export function indented(lines: readonly string[]): string {
  return lines
    .slice(-10)
    .map((line) => `  ${line}`)
    .join("\n");
}
