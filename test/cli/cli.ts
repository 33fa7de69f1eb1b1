import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { execa } from "execa";
import { inject } from "vitest";

import { expectDocuments } from "./documents.ts";

/** The program as it is shipped (`test/rig/program.ts`). */
export const binary = inject("program");

/** Where programs that tests start keep what they have compiled, whatever home folder they have. */
export const compiledPrograms = process.env["NODE_COMPILE_CACHE"];

export interface Answer {
  readonly code: number | undefined;
  readonly out: string;
  readonly err: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Starts the program as a shell does, in an environment that holds nothing of the machine's but
 * what finds programs.
 */
export function start(cwd: string, inputs: readonly string[], environment: Environment = {}) {
  const env = {
    PATH: process.env["PATH"],
    HOME: process.env["HOME"],
    USER: "ana",
    TZ: "UTC",
    // Otherwise each new home folder would have all of the program compiled again.
    NODE_COMPILE_CACHE: compiledPrograms,
    ...environment,
  };
  return execa(process.execPath, [binary, ...inputs], {
    cwd,
    env,
    reject: false,
    extendEnv: false,
  });
}

/** Runs the program to its end. With `--json` all that it prints has to be what its schemas say. */
export async function esteira(
  cwd: string,
  inputs: readonly string[],
  environment: Environment = {},
): Promise<Answer> {
  const { exitCode, stdout, stderr } = await start(cwd, inputs, environment);
  if (inputs.includes("--json")) expectDocuments(inputs, stdout);
  return { code: exitCode, out: stdout, err: stderr };
}

/** A new folder that is gone afterwards. */
export async function temporaryFolder(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await realpath(await mkdtemp(join(tmpdir(), "esteira-cli-")));
  return {
    path,
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 5 }),
  };
}
