import { execa } from "execa";

/** How a tool ended: with the last lines it said where that is needed to tell what went wrong. */
export type ToolOutcome =
  | { readonly kind: "succeeded" }
  | { readonly kind: "failed"; readonly lines: readonly string[] }
  | { readonly kind: "interrupted" };

export interface ToolOptions {
  readonly cwd: string;
  /** The whole environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly listener: (line: string) => void;
  readonly signal: AbortSignal | undefined;
}

const keptLines = 40;

/** Runs a tool and hands its output on line by line, as it comes. */
export async function runTool(
  command: string,
  args: readonly string[],
  options: ToolOptions,
): Promise<ToolOutcome> {
  const child = execa(command, args, {
    cwd: options.cwd,
    env: options.env,
    extendEnv: false,
    stdin: "ignore",
    all: true,
    buffer: false,
    reject: false,
    ...(options.signal && { cancelSignal: options.signal }),
  });
  const lines: string[] = [];
  for await (const line of child.iterable({ from: "all" })) {
    lines.push(line);
    if (lines.length > keptLines) lines.shift();
    options.listener(line);
  }
  const outcome = await child;
  if (outcome.isCanceled) return { kind: "interrupted" };
  if (!outcome.failed) return { kind: "succeeded" };
  if (outcome.exitCode === undefined && lines.length === 0) {
    lines.push(outcome.originalMessage ?? outcome.shortMessage ?? "it could not be started");
  }
  return { kind: "failed", lines };
}

/** Tools end with hints; what went wrong stands in the last line that calls itself an error, or else in the last line. */
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
