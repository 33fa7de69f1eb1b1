import { findProgram } from "../../platform/find-program.ts";
import type { DockerCommand } from "./build-command.ts";
import type { ProcessEnvironment } from "../../oci/credentials.ts";

/**
 * How the client ended: with the last lines it said where that is needed to say what went wrong.
 */
export type DockerOutcome =
  | { readonly kind: "succeeded" }
  | { readonly kind: "failed"; readonly lines: readonly string[] }
  | { readonly kind: "interrupted" }
  /** There is no client on the `PATH`. */
  | { readonly kind: "no-client" };

export interface DockerRun {
  readonly processEnvironment: ProcessEnvironment;
  /** Each line of what it says, as it comes. */
  readonly output: (line: string) => void;
  readonly input?: string;
  readonly signal?: AbortSignal | undefined;
}

const keptLines = 40;

/** Runs the `docker` client. */
export async function runDocker(command: DockerCommand, run: DockerRun): Promise<DockerOutcome> {
  const client = findProgram("docker", run.processEnvironment);
  if (client === undefined) return { kind: "no-client" };
  const { execa } = await import("execa");
  const child = execa(client, command.args, {
    env: { ...run.processEnvironment, ...command.environment },
    extendEnv: false,
    ...(run.input === undefined ? { stdin: "ignore" } : { input: run.input }),
    all: true,
    buffer: false,
    reject: false,
    ...(run.signal && { cancelSignal: run.signal }),
  });
  const lines: string[] = [];
  for await (const line of child.iterable({ from: "all" })) {
    lines.push(line);
    if (lines.length > keptLines) lines.shift();
    run.output(line);
  }
  const outcome = await child;
  if (outcome.isCanceled) return { kind: "interrupted" };
  if (!outcome.failed) return { kind: "succeeded" };
  if (lines.length === 0) lines.push(outcome.originalMessage ?? "it said nothing");
  return { kind: "failed", lines };
}

/** Who the commands of an image in the engine run as; empty: root. */
export async function imageUser(
  image: string,
  processEnvironment: ProcessEnvironment,
): Promise<string> {
  const lines: string[] = [];
  const args = ["image", "inspect", "--format", "{{.Config.User}}", image];
  const output = (line: string): void => void lines.push(line.trim());
  const asked = await runDocker({ args, environment: {} }, { processEnvironment, output });
  return asked.kind === "succeeded" ? (lines.at(-1) ?? "") : "";
}

/** What went wrong is in the last line that calls itself an error, or else in the last one. */
export function lastError(lines: readonly string[]): string {
  const said = lines.filter((line) => line.trim() !== "");
  const error = said.findLast((line) => /^\s*error\b/i.test(line));
  return (error ?? said.at(-1) ?? "it said nothing").replace(/^\s*error:\s*/i, "").trim();
}

/** The last ten lines, for showing below a message. */
export function lastLines(lines: readonly string[]): string {
  return lines
    .slice(-10)
    .map((line) => `  ${line}`)
    .join("\n");
}
